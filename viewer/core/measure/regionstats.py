"""Region statistics: the numbers of all pixels inside a shape, and the length and direction of a line."""

import math
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.histogram import values_histogram
from viewer.core.shapes.inside import shape_bounds, shape_pixels

Array = np.ndarray[Any, np.dtype[Any]]
Points = tuple[tuple[float, float], ...]


def region_statistics(
    data: Any,
    *,
    kind: str,
    points: Points,
    size: tuple[float, ...] = (),
    angle: float = 0.0,
    clip: float = 3.0,
    scale: float = 0.0,
) -> dict[str, Any]:
    """Return the statistics of the pixels whose centre lies inside a shape.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN and left out.
    kind : str
        point (the pixel that it lies in), circle, ellipse, box, polygon, annulus, ellipse annulus or box
        annulus.
    points : tuple of (float, float)
        The centre, or the vertices of a polygon, in FITS pixels: the centre of the first one is 1, 1.
    size : tuple of float
        In pixels: the radius; inner and outer radius; the semi-axes of an ellipse; width and height of a box;
        the inner pair, then the outer pair of a ring.
    angle : float
        Of the shape's own x axis, degrees counter-clockwise.
    clip : float
        The clipped numbers leave out what is further than so many standard deviations from the median, until
        nothing more is.
    scale : float
        Arcseconds for each pixel; 0 if that is not known.

    Returns
    -------
    dict
        area (pixels, missing ones included), area_arcsec2, pixels (that have a value), missing, sum, mean,
        median, std, min, max, clipped_mean, clipped_median, clipped_std, centroid_x, centroid_y (the centre
        of gravity of what is brighter than the clipped median, FITS), notes. Numbers that cannot be had are
        NaN.
    """
    values, rows, columns, area = region_pixels(data, kind, points, size, angle)
    known = np.isfinite(values)
    found: dict[str, Any] = {
        "area": area,
        "area_arcsec2": area * scale**2 if scale else math.nan,
        "pixels": int(known.sum()),
        "missing": int(area - known.sum()),
    }
    if not known.all():
        values, rows, columns = values[known], rows[known], columns[known]
    found |= value_statistics(values, clip)
    light = np.maximum(values - found["clipped_median"], 0.0)
    bright = float(light.sum()) if values.size else 0.0
    found["centroid_x"] = float((light * columns).sum()) / bright + 1 if bright > 0 else math.nan
    found["centroid_y"] = float((light * rows).sum()) / bright + 1 if bright > 0 else math.nan
    found["notes"] = region_notes(data.shape, kind, points, size, angle, found)
    return found


def region_histogram(
    data: Any,
    *,
    kind: str,
    points: Points,
    size: tuple[float, ...] = (),
    angle: float = 0.0,
    bins: int = 0,
) -> dict[str, Any]:
    """Return how many pixels inside a shape have which value: see `region_statistics`, `values_histogram`."""
    return values_histogram(region_pixels(data, kind, points, size, angle)[0], bins)


def region_pixels(
    data: Any, kind: str, points: Points, size: tuple[float, ...], angle: float
) -> tuple[Array, Array, Array, int]:
    """Return values, rows and columns (from 0) of the pixels inside a shape, and how many they are."""
    if kind in ("line", "ruler", "vector", "text"):
        raise ViewerError(f"a {kind} has no inside: measure a circle, a box or another shape around pixels.")
    from_zero = tuple((x - 1, y - 1) for x, y in points)
    mask, row, column = shape_pixels(kind, from_zero, size, angle, *data.shape)
    if not mask.any():
        nothing = np.zeros(0)
        return nothing, nothing, nothing, 0
    window = data[row : row + mask.shape[0], column : column + mask.shape[1]]
    rows, columns = np.nonzero(mask)
    return window[mask].astype(float), rows + row, columns + column, len(rows)


def value_statistics(values: Array, clip: float) -> dict[str, float]:
    """Return the numbers of finite values, and those of what is left after clipping far ones."""
    names = ("sum", "mean", "median", "std", "min", "max", "clipped_mean", "clipped_median", "clipped_std")
    if not values.size:
        return dict.fromkeys(names, math.nan)
    # in order, what is clipped is at both ends
    values = np.sort(values)
    near = values
    while True:
        middle, spread = ordered_median(near), near.std()
        first = np.searchsorted(near, middle - clip * spread)
        last = np.searchsorted(near, middle + clip * spread, "right")
        if last - first in (0, near.size):
            break
        near = near[first:last]
    numbers = (
        values.sum(),
        values.mean(),
        ordered_median(values),
        values.std(),
        values[0],
        values[-1],
        near.mean(),
        middle,
        spread,
    )
    return dict(zip(names, map(float, numbers), strict=True))


def ordered_median(ordered: Array) -> float:
    """Return the median of values that are in order."""
    return float(ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2


def region_notes(
    shape: tuple[int, int],
    kind: str,
    points: Points,
    size: tuple[float, ...],
    angle: float,
    found: dict[str, Any],
) -> list[str]:
    """Return what has to be known about the numbers of a region."""
    left, right, bottom, top = shape_bounds(kind, points, size, angle)
    height, width = shape
    if not np.isfinite((left, right, bottom, top)).all():
        return ["a position or size is not a number"]
    if right < 0.5 or top < 0.5 or left > width + 0.5 or bottom > height + 0.5:
        return ["it lies outside the image"]
    if not found["area"]:
        return ["no pixel of the image has its centre inside"]
    notes = []
    if left < 0.5 or bottom < 0.5 or right > width + 0.5 or top > height + 0.5:
        notes.append("a part of it lies outside the image and is left out")
    if not found["pixels"]:
        notes.append("all of its pixels are missing")
    elif found["missing"]:
        notes.append(f"{found['missing']} of its pixels are missing and left out")
    return notes


def line_length(
    data: Any, *, x1: float, y1: float, x2: float, y2: float, scale: float = 0.0
) -> dict[str, Any]:
    """Return the length and direction of a line between two FITS positions.

    Parameters
    ----------
    data : numpy.ndarray
        The image, whose values do not matter.
    x1, y1, x2, y2 : float
        Both ends, in FITS pixels.
    scale : float
        Arcseconds for each pixel; 0 if that is not known.

    Returns
    -------
    dict
        length (pixels), length_arcsec, angle (degrees counter-clockwise from the x axis), notes.
    """
    length = math.hypot(x2 - x1, y2 - y1)
    return {
        "length": length,
        "length_arcsec": length * scale if scale else math.nan,
        "angle": math.degrees(math.atan2(y2 - y1, x2 - x1)) % 360 if length else math.nan,
        "notes": [] if length else ["both ends are the same point"],
    }
