"""Rejection: which of the values that a pixel has in many images do not belong to the others."""

from collections.abc import Sequence

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array
from viewer.core.operations.stacking import gaps_in, medians, partly_sorted

# The standard deviation of Gaussian noise is so many times its median deviation from the median.
FROM_MEDIAN_DEVIATION = 1.482602218505602


def clipped(
    block: Array,
    low: float,
    high: float,
    centre: str = "median",
    deviation: str = "mad",
    iterations: int = 5,
) -> Array | None:
    """Return True for values that are too far from the centre of their pixel, and for missing ones.

    Centre and scatter are found again and again, each time of what was near enough the last time, until
    nothing changes or there were enough iterations. The last ones decide about all values.
    """
    lost = gaps_in(block)
    # differences and their medians are exact in it
    rest: Array = block.astype(np.float32 if block.dtype.itemsize <= 2 else np.float64)
    if lost is not None:
        rest[lost] = np.nan
    columns, lower, upper = np.arange(block.shape[1]), np.empty(block.shape[1]), np.empty(block.shape[1])
    touched = np.zeros(block.shape[1], bool)
    for _ in range(iterations):
        gone = gaps_in(rest)
        count = np.float64(len(rest)) if gone is None else np.count_nonzero(~gone, axis=0)
        mean = median = np.zeros(0)
        if centre == "mean" or deviation == "std":
            mean = totals(rest, gone) / count
        if centre == "median" or deviation == "mad":
            median = medians(rest.copy(), gone)
        if deviation == "mad":
            noise: Array = FROM_MEDIAN_DEVIATION * medians(np.abs(rest - median), gone)
        else:
            noise = np.sqrt(totals((rest - mean) ** 2, gone) / count)
        middle = median if centre == "median" else mean
        lowest, highest = middle - low * noise, middle + high * noise
        lower[columns], upper[columns] = lowest, highest
        found = (rest < lowest) | (rest > highest)
        changed = np.flatnonzero(found.any(axis=0))
        if not changed.size:
            break
        # only these can change again
        columns = columns[changed]
        touched[columns] = True
        rest = rest[:, changed].astype(np.float64)
        rest[found[:, changed]] = np.nan
    if not touched.any():
        return lost
    left_out = np.zeros(block.shape, bool) if lost is None else lost
    some = block[:, touched]
    left_out[:, touched] |= (some < lower[touched]) | (some > upper[touched])
    return left_out


def totals(block: Array, lost: Array | None) -> Array:
    """Return the sum of each pixel's values."""
    return np.asarray(np.sum(block, axis=0, dtype=np.float64, where=True if lost is None else ~lost))


def extremes(block: Array, lowest: int, highest: int) -> Array | None:
    """Return True for the lowest and the highest values of each pixel, and for missing ones.

    Where some are missing, a smaller number is rejected: the same share, rounded down.
    """
    count, lost = len(block), gaps_in(block)
    left_out = np.zeros(block.shape, bool)
    if lost is None or not lost.any(axis=0).all():
        rows = partly_sorted(block.copy(), tuple(range(lowest)) + tuple(range(count - highest, count)))
        if lowest:
            left_out |= beyond(negative(block), negative(rows[lowest - 1]), lowest)
        if highest:
            # from the last image backwards, so that equal values are not taken twice
            left_out |= beyond(block[::-1], rows[count - highest], highest)[::-1]
    if lost is not None:
        some = np.flatnonzero(lost.any(axis=0))
        there = np.count_nonzero(~lost[:, some], axis=0)
        places = np.where(lost[:, some], np.inf, block[:, some]).argsort(axis=0, kind="stable")
        ranks = places.argsort(axis=0)
        left_out[:, some] = (ranks < lowest * there // count) | (ranks >= there - highest * there // count)
    return left_out if left_out.any() else None


def negative(values: Array) -> Array:
    """Return values with the opposite sign; the smallest become the largest."""
    return -values if values.dtype.kind == "f" else ~values


def beyond(block: Array, limit: Array, number: int) -> Array:
    """Return True for a number of values of each pixel: those above a limit, and the first that are equal."""
    found: Array = block >= limit
    equal = np.flatnonzero(np.count_nonzero(found, axis=0) > number)
    if equal.size:
        some = block[:, equal]
        above, same = some > limit[equal], some == limit[equal]
        wanted = number - np.count_nonzero(above, axis=0)
        found[:, equal] = above | (same & (np.cumsum(same, axis=0) <= wanted))
    return found


def enough(images: Sequence[object], lowest: int, highest: int) -> None:
    """Refuse to reject so many values that none is left."""
    if lowest + highest >= len(images):
        raise ViewerError(
            f"of {len(images)} images, the {lowest} lowest and the {highest} highest values cannot be "
            "rejected: none would be left. Take more images or reject fewer."
        )
