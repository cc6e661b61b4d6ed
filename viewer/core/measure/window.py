"""Window: the pixels around a position, which is all that is read of an image to measure a star."""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def pixels_around(data: Array, x: float, y: float, reach: float) -> tuple[Array, int, int]:
    """Return the pixels around a position, and the column and the row of the first of them.

    Parameters
    ----------
    data
        Two axes.
    x, y
        Position, counted from 0.
    reach
        How many pixels to go in each direction; the window ends where the image does, and may be empty.
    """
    rows, columns = data.shape
    if not (math.isfinite(x) and math.isfinite(y)):
        return np.zeros((0, 0)), 0, 0
    left, low = max(0, math.floor(x - reach)), max(0, math.floor(y - reach))
    right, high = min(columns, math.ceil(x + reach) + 1), min(rows, math.ceil(y + reach) + 1)
    if left >= right or low >= high:
        return np.zeros((0, 0)), left, low
    # in floating point no sum can overflow; what is infinite is no measured value
    values = np.array(data[low:high, left:right], dtype=float)
    values[~np.isfinite(values)] = np.nan
    return values, left, low


def is_inside(data: Array, x: float, y: float) -> bool:
    """Return whether a position, counted from 0, is in one of the pixels of an image."""
    rows, columns = data.shape
    return bool(-0.5 <= x < columns - 0.5 and -0.5 <= y < rows - 0.5)


def joined_notes(notes: list[str]) -> str:
    """Return remarks as one text, each of them once."""
    return "; ".join(dict.fromkeys(note for note in notes if note))
