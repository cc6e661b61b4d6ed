"""Cut an image, give it larger or smaller pixels, move it or add a border; its coordinates follow."""

import math
from typing import Annotated, Literal

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.moveheader import move_header
from viewer.core.geometry.movepixels import move_pixels
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating
from viewer.core.parameter import Within


@operation("Image/Size", "Crop…", view=True)
def crop(
    frame: Frame,
    *,
    x1: Annotated[int, Within(1, None, "px")] = 1,
    x2: Annotated[int, Within(0, None, "px")] = 0,
    y1: Annotated[int, Within(1, None, "px")] = 1,
    y2: Annotated[int, Within(0, None, "px")] = 0,
) -> Frame:
    """Cut out a rectangle.

    Pixels are counted from 1 and the last one belongs to it, as in a section [x1:x2,y1:y2] of FITS files.
    Every coordinate follows.

    Parameters
    ----------
    x1
        First column.
    x2
        Last column; 0 for the last of the image.
    y1
        First row.
    y2
        Last row; 0 for the last of the image.
    """
    height, width = frame.image_shape
    right = x2 if x2 > 0 else width
    top = y2 if y2 > 0 else height
    if not (x1 <= right <= width and y1 <= top <= height):
        raise ViewerError(
            f"the section [{x1}:{right},{y1}:{top}] is not inside the image: x goes from 1 to {width} and "
            f"y from 1 to {height}, and the first number must not be the larger one."
        )
    # numpy counts from 0, and the last one does not belong to a slice
    left, bottom = x1 - 1, y1 - 1
    header = move_header(frame.header, ((1, 0), (0, 1)), (-left, -bottom), (top - bottom, right - left))
    mask = None if frame.mask is None else frame.mask[..., bottom:top, left:right]
    data = frame.data[bottom:top, left:right] if frame.ndim == 2 else frame.data[..., bottom:top, left:right]
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Size", "Take one tile of a grid…", view=True)
def tile(
    frame: Frame,
    *,
    row: Annotated[int, Within(1, 1000)] = 1,
    column: Annotated[int, Within(1, 1000)] = 1,
    rows: Annotated[int, Within(1, 1000)] = 2,
    columns: Annotated[int, Within(1, 1000)] = 2,
) -> Frame:
    """Divide the image into a grid of tiles and take one of them.

    All tiles together are the whole image; their sizes differ by a pixel at most. Every coordinate follows.

    Parameters
    ----------
    row
        Which tile, counted from 1 at the first row of the image.
    column
        Which tile, counted from 1 at the first column.
    rows
        How many tiles there are one above the other.
    columns
        How many tiles there are side by side.
    """
    height, width = frame.image_shape
    if row > rows or column > columns or rows > height or columns > width:
        raise ViewerError(
            f"there is no tile {row}, {column} in a grid of {rows} x {columns} on {height} x {width} pixels: "
            "choose a row and a column of the grid, and not more tiles than pixels."
        )
    bottom, top = height * (row - 1) // rows, height * row // rows
    left, right = width * (column - 1) // columns, width * column // columns
    header = move_header(frame.header, ((1, 0), (0, 1)), (-left, -bottom), (top - bottom, right - left))
    mask = None if frame.mask is None else frame.mask[..., bottom:top, left:right]
    data = frame.data[bottom:top, left:right] if frame.ndim == 2 else frame.data[..., bottom:top, left:right]
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Size", "Bin…")
def bin(
    frame: Frame,
    *,
    factor: Annotated[int, Within(1, 1000, "px")] = 2,
    method: Literal["sum", "mean", "median"] = "mean",
    y_factor: Annotated[int, Within(0, 1000, "px")] = 0,
) -> Frame:
    """Make one pixel of several.

    Rows and columns that fill no bin at the upper and right edge are left out. A bin with missing pixels is
    made of those that remain (a sum is scaled up for them), and is missing if none does. Every coordinate
    follows; so do XBINNING and XPIXSZ.

    Parameters
    ----------
    factor
        Columns, and rows, that make one.
    method
        What the new pixel is: the sum keeps the flux, the mean the brightness, the median ignores outliers.
    y_factor
        Rows that make one, if not as many as columns; 0 for as many.
    """
    height, width = frame.image_shape
    rows_each = y_factor if y_factor > 0 else factor
    shape = (height // rows_each, width // factor)
    if 0 in shape:
        raise ViewerError(
            f"a bin of {factor} x {rows_each} pixels is larger than the image of {width} x {height}: "
            "choose a smaller factor."
        )
    # the centre of a bin becomes the centre of a pixel
    offset = ((1 / factor - 1) / 2, (1 / rows_each - 1) / 2)
    header = move_header(frame.header, ((1 / factor, 0), (0, 1 / rows_each)), offset, shape)
    data = binned(floating(frame.data), factor, rows_each, method)
    return frame.derive(data=data, header=header)


def binned(data: Array, across: int, up: int, method: str) -> Array:
    """Return the sum, mean or median of blocks of pixels, without the missing ones."""
    rows, columns = data.shape[-2] // up, data.shape[-1] // across
    whole = data[..., : rows * up, : columns * across]
    blocks = whole.reshape(*data.shape[:-2], rows, up, columns, across)
    if method == "median":
        return block_median(np.moveaxis(blocks, -3, -2).reshape(*data.shape[:-2], rows, columns, up * across))
    inside = (-3, -1)
    result = np.asarray(np.sum(blocks, inside) if method == "sum" else np.mean(blocks, inside))
    if not np.isnan(result).any():
        return result
    known = np.count_nonzero(~np.isnan(blocks), axis=inside)
    mean = np.full(result.shape, np.nan, data.dtype)
    np.divide(np.nansum(blocks, axis=inside), known, out=mean, where=known > 0)
    return mean * (up * across) if method == "sum" else mean


def block_median(values: Array) -> Array:
    """Return the median along the last axis, without the missing ones; NaN where none remains."""
    if not np.isnan(values).any():
        return np.asarray(np.median(values, axis=-1))
    ordered = np.sort(values, axis=-1)  # NaN comes last
    last = np.maximum(np.count_nonzero(~np.isnan(values), axis=-1) - 1, 0)[..., np.newaxis]
    lower = np.take_along_axis(ordered, last // 2, -1)
    upper = np.take_along_axis(ordered, (last + 1) // 2, -1)
    return np.asarray((lower + upper)[..., 0] / 2)


@operation("Image/Size", "Resample…")
def resample(
    frame: Frame,
    *,
    scale: Annotated[float, Within(0.01, 100)] = 2.0,
    interpolation: Literal["nearest", "bilinear", "cubic", "bicubic"] = "bilinear",
) -> Frame:
    """Give the image smaller or larger pixels by interpolation.

    The brightness is kept, not the flux: with twice as many pixels in x and y, a star has four times the sum.
    To make an image smaller by a whole number, bin it: that uses all pixels. Missing pixels do not spread.
    Every coordinate follows.

    Parameters
    ----------
    scale
        How many new pixels there are along an old one; 0.5 makes pixels twice as large.
    interpolation
        How new pixels are made: nearest takes the closest old pixel, bilinear a mean of four, cubic a spline
        through all pixels, bicubic weighs the 16 pixels around (Keys 1981, a = -1/2).
    """
    height, width = frame.image_shape
    shape = (math.floor(height * scale + 1e-6), math.floor(width * scale + 1e-6))
    if 0 in shape:
        raise ViewerError(
            f"no pixel of {width} x {height} remains at a scale of {scale}: choose a larger one."
        )
    # the lower left edge stays where it is
    offset = ((scale - 1) / 2, (scale - 1) / 2)
    header = move_header(frame.header, ((scale, 0), (0, scale)), offset, shape)
    data = move_pixels(floating(frame.data), ((scale, 0), (0, scale)), offset, shape, interpolation, math.nan)
    return frame.derive(data=data, header=header)


@operation("Image/Size", "Shift…")
def shift(
    frame: Frame,
    *,
    dx: Annotated[float, Within(-100_000, 100_000, "px")] = 0.0,
    dy: Annotated[float, Within(-100_000, 100_000, "px")] = 0.0,
    interpolation: Literal["nearest", "bilinear", "cubic", "bicubic"] = "bilinear",
    fill: float = math.nan,
) -> Frame:
    """Move the image inside its borders.

    Whole pixels keep their values; by parts of a pixel the image is interpolated, and missing pixels do not
    spread. What leaves the image is lost. Every coordinate follows.

    Parameters
    ----------
    dx
        How far to higher x (to the right).
    dy
        How far to higher y (up, if the first row is at the bottom).
    interpolation
        How pixels between the old ones are made: nearest moves by whole pixels, bilinear takes a mean of
        four, cubic a spline through all pixels, bicubic weighs the 16 pixels around (Keys 1981, a = -1/2).
    fill
        Value of pixels that nothing moves to; NaN means missing.
    """
    height, width = frame.image_shape
    offset = (round(dx), round(dy)) if interpolation == "nearest" else (dx, dy)
    header = move_header(frame.header, ((1, 0), (0, 1)), offset, (height, width))
    if interpolation == "nearest" or (dx % 1 == 0 and dy % 1 == 0):
        data = shifted(floating(frame.data), round(dx), round(dy), fill)
    else:
        shape = (height, width)
        data = move_pixels(floating(frame.data), ((1, 0), (0, 1)), offset, shape, interpolation, fill)
    return frame.derive(data=data, header=header)


def shifted(data: Array, dx: int, dy: int, fill: float) -> Array:
    """Return an image moved by whole pixels."""
    height, width = data.shape[-2:]
    moved = np.full_like(data, fill)
    if abs(dx) < width and abs(dy) < height:
        target = (slice(max(dy, 0), height + min(dy, 0)), slice(max(dx, 0), width + min(dx, 0)))
        source = (slice(max(-dy, 0), height - max(dy, 0)), slice(max(-dx, 0), width - max(dx, 0)))
        moved[(..., *target)] = data[(..., *source)]
    return moved


@operation("Image/Size", "Roll…")
def roll(
    frame: Frame,
    *,
    dx: Annotated[int, Within(-100_000, 100_000, "px")] = 0,
    dy: Annotated[int, Within(-100_000, 100_000, "px")] = 0,
) -> Frame:
    """Move the image; what leaves it on one side comes in on the other.

    Coordinates follow the part that stays inside, on the shorter way round; they do not hold for the rest.

    Parameters
    ----------
    dx
        How far to higher x (to the right).
    dy
        How far to higher y (up, if the first row is at the bottom).
    """
    height, width = frame.image_shape
    # half way round to the right is the same as to the left
    offset = ((dx + width // 2) % width - width // 2, (dy + height // 2) % height - height // 2)
    header = move_header(frame.header, ((1, 0), (0, 1)), offset, (height, width))
    mask = None if frame.mask is None else np.roll(frame.mask, (dy, dx), axis=(-2, -1))
    data = np.roll(frame.data, (dy, dx), axis=(-2, -1))
    return frame.derive(data=data, header=header, mask=mask)


@operation("Image/Size", "Add a border…")
def pad(
    frame: Frame,
    *,
    border: Annotated[int, Within(0, 10_000, "px")] = 10,
    method: Literal["constant", "edge", "reflect", "wrap"] = "constant",
    value: float = math.nan,
) -> Frame:
    """Add a border around the image.

    Every coordinate follows.

    Parameters
    ----------
    border
        Its width.
    method
        What is in it: a constant, the pixels at the edge, the image mirrored at its edge, or its other side.
    value
        The constant; NaN means missing.
    """
    height, width = frame.image_shape
    shape = (height + 2 * border, width + 2 * border)
    header = move_header(frame.header, ((1, 0), (0, 1)), (border, border), shape)
    around = border if frame.ndim == 2 else [(0, 0)] * (frame.ndim - 2) + [(border, border)] * 2
    mask = None if frame.mask is None else np.pad(frame.mask, around, method)
    if method == "constant":
        data = np.pad(floating(frame.data), around, constant_values=value)
    else:
        data = np.pad(frame.data, around, method)
    return frame.derive(data=data, header=header, mask=mask)
