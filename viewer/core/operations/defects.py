"""Defects of a detector: hot pixels are found in darks, dead and cold ones in flats."""

from typing import Annotated, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating, same_shape, values_of, without_unit
from viewer.core.operations.size import block_median
from viewer.core.parameter import Within

# pixels along the squares in which the typical level around a pixel is found
SQUARE = 16


@operation("Process/Calibration", "Find bad pixels…")
def bad_pixels(
    frame: Frame,
    *,
    of: Literal["dark", "flat"] = "dark",
    flat: Frame | None = None,
    sigma: Annotated[float, Within(1, 1000)] = 10.0,
    fraction: Annotated[float, Within(0.01, 0.99)] = 0.5,
) -> Frame:
    """Make an image of bad pixels out of a dark, a flat, or both: 1 is bad, 0 is good.

    In a dark, a hot pixel stands out by more than sigma times the noise above the level around it (medians of
    squares of 16 pixels, and straight lines between their centres: so the glow of an amplifier is not bad).
    The noise comes from the median deviation of all pixels, on which the hot ones have hardly any influence.
    In a flat, a dead, cold or dusty pixel gets less than a fraction of the light around it. Missing pixels
    are bad too. Best take masters: in a single frame cosmic rays look like hot pixels.

    Parameters
    ----------
    of
        What the image is: a dark or a flat.
    flat
        A flat to look at as well.
    sigma
        How far hot pixels stand out of a dark, in standard deviations of its noise.
    fraction
        How much of the light around it a pixel of a flat has to get.
    """
    data = floating(frame.data)
    header = without_unit(frame.header)
    marks = hot(data, sigma) if of == "dark" else cold(data, fraction)
    if flat is not None:
        same_shape(data, flat.data)
        marks = marks | cold(floating(flat.data), fraction)
    header["IMAGETYP"] = "Bad pixel mask"
    header["NBADPIX"] = (int(np.count_nonzero(marks)), "pixels that are bad")
    data = marks.astype(np.uint8)
    return frame.derive(data=data, header=header)


def level_around(data: Array) -> Array:
    """Return the typical level around each pixel: medians of squares, and straight lines between them."""
    size = min(SQUARE, *data.shape[-2:])
    # the last square in a row, and in a column, overlaps the one before
    rows, columns = (np.unique(np.append(np.arange(0, n - size, size), n - size)) for n in data.shape[-2:])
    windows = sliding_window_view(data, (size, size), axis=(-2, -1))
    squares = windows[..., rows[:, np.newaxis], columns, :, :]
    levels = block_median(squares.reshape(*squares.shape[:-2], size * size))
    levels = np.where(np.isnan(levels), np.median(values_of(data)), levels)
    middle = (size - 1) / 2
    levels = between(levels, rows + middle, data.shape[-2], -2)
    return between(levels, columns + middle, data.shape[-1], -1)


def between(levels: Array, centres: Array, length: int, axis: int) -> Array:
    """Interpolate along an axis from some places to all pixels, and continue the slope at the ends."""
    if len(centres) == 1:
        return np.repeat(levels, length, axis)
    pixels = np.arange(length)
    before = np.clip(np.searchsorted(centres, pixels) - 1, 0, len(centres) - 2)
    part = ((pixels - centres[before]) / np.diff(centres)[before]).astype(levels.dtype)
    part = part[:, np.newaxis] if axis == -2 else part
    filled: Array = np.take(levels, before, axis) * (1 - part) + np.take(levels, before + 1, axis) * part
    return filled


def hot(dark: Array, sigma: float) -> Array:
    """Return True where a pixel of a dark stands out of those around by more than sigma times the noise."""
    excess = dark - level_around(dark)
    # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
    noise = 1.4826 * np.median(np.abs(values_of(excess)))
    marks: Array = ~(excess <= sigma * noise)
    return marks


def cold(flat: Array, fraction: float) -> Array:
    """Return True where a pixel of a flat gets less than a fraction of the light around."""
    marks: Array = ~(flat >= fraction * level_around(flat))
    return marks
