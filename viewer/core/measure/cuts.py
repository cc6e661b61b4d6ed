"""Cuts: the values along a line, a row or a column, averaged over a width across it."""

import math
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError

Array = np.ndarray[Any, np.dtype[Any]]

SPLINE_ORDERS = {"nearest": 0, "bilinear": 1, "cubic": 3}
# A cubic spline through the pixels depends on all of them, but on the 16th neighbour with 1e-9 of its weight.
SPLINE_MARGIN = 16
# A long line is read in pieces, so that of a large image only what is near it is read.
CUT_PIECE = 512


def line_cut(
    data: Any,
    *,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    width: int = 1,
    interpolation: str = "bilinear",
) -> dict[str, Any]:
    """Return the values along a straight line, at most one pixel apart, both ends included.

    Each is the mean of ``width`` samples, a pixel apart, across the line. Missing pixels are left out: a
    sample is made of the pixels around it that have a value, and is missing itself if they carry no more than
    half of the weight. Outside the image there are no values.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN.
    x1, y1, x2, y2 : float
        Both ends, in FITS pixels: the centre of the first one is 1, 1.
    width : int
        How many pixels across the line are averaged.
    interpolation : str
        nearest, bilinear or cubic (a B-spline through the pixels).

    Returns
    -------
    dict
        Arrays: distance (pixels from the first end), value, x, y (of the samples, FITS), count (of the
        samples across that have a value); and length, angle (degrees counter-clockwise from the x axis),
        notes.

    Raises
    ------
    ViewerError
        If both ends are the same, or the line lies outside the image.
    """
    length = math.hypot(x2 - x1, y2 - y1)
    if not 0 < length < math.inf:
        raise ViewerError("both ends of the cut are the same point: draw it from one place to another.")
    if interpolation not in SPLINE_ORDERS:
        raise ViewerError(f"the interpolation cannot be {interpolation}: choose nearest, bilinear or cubic.")
    if width < 1:
        raise ViewerError(f"the width of the cut cannot be {width}: it is 1 pixel or more.")
    if length + width > 4 * sum(data.shape):
        raise ViewerError("the cut is far longer or wider than the image: draw it inside the image.")
    part = np.linspace(0, 1, math.ceil(length - 1e-9) + 1)
    x, y = x1 + part * (x2 - x1), y1 + part * (y2 - y1)
    across = np.arange(width) - (width - 1) / 2
    # the direction across the line: turned by 90 degrees counter-clockwise
    right, up = -(y2 - y1) / length, (x2 - x1) / length
    samples = np.concatenate(
        [
            interpolated_at(
                data,
                x[i : i + CUT_PIECE] - 1 + across[:, np.newaxis] * right,
                y[i : i + CUT_PIECE] - 1 + across[:, np.newaxis] * up,
                interpolation,
            )
            for i in range(0, len(x), CUT_PIECE)
        ],
        axis=1,
    )
    value, count = mean_of_known(samples, 0)
    notes = []
    if not count.any():
        raise ViewerError("the cut meets no pixel that has a value: draw it inside the image.")
    if count.min() < width:
        notes.append("some of the pixels are missing or outside the image: they are left out")
    return {
        "distance": part * length,
        "value": value,
        "x": x,
        "y": y,
        "count": count,
        "length": length,
        "angle": math.degrees(math.atan2(y2 - y1, x2 - x1)),
        "notes": notes,
    }


def row_values(data: Any, *, y: float, width: int = 1) -> dict[str, Any]:
    """Return the values of a row, or the mean of several rows around it.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN and left out.
    y : float
        The row, in FITS pixels: the first is 1.
    width : int
        How many rows are averaged; of an even number one more lies above than below.

    Returns
    -------
    dict
        Arrays: x (FITS), value, count (of the pixels that have a value); and first, last (rows), notes.

    Raises
    ------
    ViewerError
        If the row is outside the image.
    """
    first, last = band_around(y, width, data.shape[0], "row")
    value, count = mean_of_known(data[first - 1 : last, 0 : data.shape[1]], 0)
    notes = lost_notes(count, last - first + 1, width, "row")
    x = np.arange(1, len(value) + 1)
    return {"x": x, "value": value, "count": count, "first": first, "last": last, "notes": notes}


def column_values(data: Any, *, x: float, width: int = 1) -> dict[str, Any]:
    """Return the values of a column, or the mean of several columns around it.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN and left out.
    x : float
        The column, in FITS pixels: the first is 1.
    width : int
        How many columns are averaged; of an even number one more lies at the right than at the left.

    Returns
    -------
    dict
        Arrays: y (FITS), value, count (of the pixels that have a value); and first, last (columns), notes.

    Raises
    ------
    ViewerError
        If the column is outside the image.
    """
    first, last = band_around(x, width, data.shape[1], "column")
    value, count = mean_of_known(data[0 : data.shape[0], first - 1 : last], 1)
    notes = lost_notes(count, last - first + 1, width, "column")
    y = np.arange(1, len(value) + 1)
    return {"y": y, "value": value, "count": count, "first": first, "last": last, "notes": notes}


def band_around(position: float, width: int, size: int, what: str) -> tuple[int, int]:
    """Return the first and the last row or column (from 1) of a band around one of them."""
    centre = math.floor(position + 0.5)
    if not 1 <= centre <= size:
        raise ViewerError(f"{what} {centre} is outside the image: it has {what}s 1 to {size}.")
    if width < 1:
        raise ViewerError(f"the width of the cut cannot be {width}: it is 1 pixel or more.")
    return max(1, centre - (width - 1) // 2), min(size, centre + width // 2)


def lost_notes(count: Array, used: int, width: int, what: str) -> list[str]:
    """Say in words what a mean of rows or columns is without."""
    notes = []
    if used < width:
        notes.append(f"only {used} of {width} {what}s are inside the image")
    if (count < used).any():
        notes.append("some pixels are missing: they are left out")
    return notes


def mean_of_known(values: Array, axis: int) -> tuple[Array, Array]:
    """Return the mean along an axis of what is finite, NaN where nothing is, and how many there were."""
    known = np.isfinite(values)
    count = known.sum(axis)
    total = np.where(known, values, 0).sum(axis, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), count


def interpolated_at(data: Array, x: Array, y: Array, interpolation: str) -> Array:
    """Return the values at positions counted from 0; NaN outside and where most of the weight is missing."""
    from scipy import ndimage

    height, width = data.shape
    values = np.full(x.shape, np.nan)
    # pixels reach half a pixel beyond their centres
    inside = (abs(x - (width - 1) / 2) <= width / 2) & (abs(y - (height - 1) / 2) <= height / 2)
    if not inside.any():
        return values
    margin = SPLINE_MARGIN if interpolation == "cubic" else 1
    left, top = (max(0, math.floor(axis[inside].min()) - margin) for axis in (x, y))
    right, bottom = (math.ceil(axis[inside].max()) + 1 + margin for axis in (x, y))
    box = np.asarray(data[top : min(bottom, height), left : min(right, width)], np.float64)
    places = (y[inside] - top, x[inside] - left)
    order = SPLINE_ORDERS[interpolation]
    edge = "mirror" if interpolation == "cubic" else "nearest"
    known = np.isfinite(box)
    made = ndimage.map_coordinates(np.where(known, box, 0), places, order=order, mode=edge)
    if not known.all():
        weight = ndimage.map_coordinates(known.astype(np.float64), places, order=order, mode=edge)
        made = np.where(weight > 0.5, made / np.where(weight > 0.5, weight, 1), np.nan)
    values[inside] = made
    return values
