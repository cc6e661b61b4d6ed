"""Curve: a one-dimensional image drawn small, without axes."""

from typing import Any

import numpy as np

from viewer.core.pixels import Pixels

# of a long spectrum every so many values are enough for a curve of a few hundred columns
CURVE_VALUES = 1 << 16


def curve(
    pixels: Pixels, size: tuple[int, int], background: int, ink: int
) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Draw a one-dimensional image: in each column the range of its values.

    Parameters
    ----------
    pixels : Pixels
        One-dimensional.
    size : tuple of int
        Width and height.
    background, ink : int
        0xffRRGGBB.

    Returns
    -------
    numpy.ndarray
        uint32, shape (height, width).
    """
    width, height = size
    step = max(1, pixels.size // CURVE_VALUES)
    with np.errstate(invalid="ignore"):  # a damaged file may hold NaNs that signal
        values = pixels.read(columns=slice(None, None, step))[0].astype(np.float64)
    drawn = np.full((height, width), background, np.uint32)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return drawn
    low, high = float(finite.min()), float(finite.max())
    if not np.isfinite(high - low):
        # at both ends of float64
        values, low, high = values / 4, low / 4, high / 4
    # rows from the top; a constant lies in the middle
    spread = high - low if high > low else 2 * abs(high) + 1
    rows = 1 + (height - 3) * (high - values) / spread
    ends = np.arange(width + 1) * values.size // width
    for column in range(width):
        # one value more than the column's own joins it to the next
        inside = rows[ends[column] : ends[column + 1] + 1]
        inside = inside[np.isfinite(inside)]
        if inside.size:
            drawn[int(inside.min()) : int(inside.max()) + 1, column] = ink
    return drawn
