"""IRAF's zscale: limits around the median, from the slope of the sorted values."""

import math
from typing import Any

import numpy as np

SAMPLES = 1000
CONTRAST = 0.25
MAX_REJECT = 0.5
MIN_PIXELS = 5
REJECT_SIGMA = 2.5
ITERATIONS = 5


def zscale(picks: np.ndarray[Any, np.dtype[Any]]) -> tuple[float, float]:
    """Return the zscale limits of a thousand values taken at equal distances from an image.

    A line is fitted to the sorted values, those far from it rejected with their neighbours, and
    again; the limits are where the line, steeper by 1 / contrast, leaves the range of the ranks.
    The algorithm of IRAF's display task, with the constants of astropy 8's `ZScaleInterval`, whose
    results it equals (astropy itself takes half a second to import).

    Parameters
    ----------
    picks : numpy.ndarray
        Finite values in any order.

    Returns
    -------
    tuple of float
        Low and high, which may be equal; NaN if there are no values.
    """
    if not picks.size:
        return math.nan, math.nan
    values = np.sort(picks)
    lowest, highest = values[0], values[-1]
    count = values.size
    enough = max(MIN_PIXELS, int(count * MAX_REJECT))
    ranks = np.arange(count)
    rejected = np.zeros(count, dtype=bool)
    neighbours = np.ones(max(1, int(count * 0.01)), dtype=bool)
    kept, kept_before = count, count + 1
    line = np.zeros(2)
    with np.errstate(all="ignore"):
        for _ in range(ITERATIONS):
            if kept >= kept_before or kept < enough:
                break
            try:
                line = np.polyfit(ranks, values, 1, w=(~rejected).astype(int))
            except np.linalg.LinAlgError:  # values near the end of the floating-point range
                return float(lowest), float(highest)
            residuals = values - np.poly1d(line)(ranks)
            threshold = REJECT_SIGMA * residuals[~rejected].std()
            rejected[(residuals < -threshold) | (residuals > threshold)] = True
            rejected = np.convolve(rejected, neighbours, mode="same")
            kept_before, kept = kept, int(np.sum(~rejected))
        if kept >= enough:
            slope = line[0] / CONTRAST
            middle = (count - 1) // 2
            # numpy.median would import masked arrays
            median = values[middle : count // 2 + 1].mean()
            lowest = max(lowest, median - (middle - 1) * slope)
            highest = min(highest, median + (count - middle) * slope)
    return float(lowest), float(highest)
