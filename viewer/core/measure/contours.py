"""Contours: lines of equal value in an image, and a cut-out as a surface."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import Array
from viewer.core.measure.histogram import box_of, row_parts

# A larger image is averaged in blocks first: no screen shows finer lines, and it stays quick.
CONTOUR_SIDE = 1200
CONTOUR_PART = 1 << 22
MANY_CORNERS = 300_000


def contour_lines(
    data: Any,
    *,
    levels: Sequence[float] | None = None,
    spacing: str = "linear",
    count: int = 8,
    smooth: float = 0.0,
    x1: int | None = None,
    x2: int | None = None,
    y1: int | None = None,
    y2: int | None = None,
    side: int = CONTOUR_SIDE,
) -> dict[str, Any]:
    """Return lines along which an image, or a box of it, has the same value.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN, and lines end at them.
    levels : sequence of float, optional
        The values; otherwise they are chosen as `spacing` and `count` say.
    spacing : str
        linear: evenly between the 0.5 and the 99.9 percentile. log: each as many times as far above the
        background as the one before, from twice the noise up to the brightest pixel. sigma: 3, 6, 12, 24 …
        times the noise above the background.
    count : int
        How many levels to choose, at most.
    smooth : float
        Sigma of a Gaussian, in pixels, that the image is smoothed with; 0 leaves it as it is.
    x1, x2, y1, y2 : int, optional
        First and last column and row of the box, in FITS pixels; None is the image's own.
    side : int
        A box with more rows or columns than this is averaged in blocks first.

    Returns
    -------
    dict
        Arrays of the same length: x, y (FITS), level, line (a number for each line; its points follow one
        another). levels, background, noise, block (pixels on a side of the blocks), notes.

    Raises
    ------
    ViewerError
        If the box is outside the image, has no values, or levels or spacing make no sense.
    """
    from contourpy import LineType, contour_generator

    top, bottom, left, right = box_of(data.shape, x1, x2, y1, y2)
    if min(bottom - top, right - left) < 2:
        raise ViewerError("contours need a box of two rows and two columns at least.")
    block = math.ceil(max(bottom - top, right - left) / max(2, side))
    x, y, values = block_means(data, top, bottom, left, right, block)
    if smooth > 0:
        values = smoothed_gaps(values, smooth / block)
    if not np.isfinite(values).any():
        raise ViewerError("no pixel in the box has a value: there are no contours.")
    background, noise = clipped_level(values[np.isfinite(values)])
    notes = []
    if block > 1:
        notes.append(f"the image was averaged in blocks of {block} x {block} pixels")
    wanted = contour_levels(values, levels, spacing, count, background, noise)
    if not wanted:
        notes.append("no pixel is so far above the background: there is no level to draw")
    lines = contour_generator(
        x, y, np.ma.masked_invalid(values), line_type=LineType.ChunkCombinedOffset, corner_mask=True
    )
    points, of_level, of_line, number = [np.empty((0, 2))], [np.empty(0)], [np.empty(0, int)], 0
    for level in wanted:
        traced: Any = lines.lines(level)
        (found,), (offsets,) = traced
        if found is None:
            notes.append(f"the level {level:g} does not occur")
            continue
        lengths = np.diff(offsets.astype(int))
        points.append(found)
        of_level.append(np.full(len(found), level))
        of_line.append(np.repeat(np.arange(number, number + len(lengths)), lengths))
        number += len(lengths)
    corners = np.concatenate(points)
    if len(corners) > MANY_CORNERS:
        notes.append("the lines follow the noise: smooth the image, or choose higher levels")
    return {
        "x": corners[:, 0],
        "y": corners[:, 1],
        "level": np.concatenate(of_level),
        "line": np.concatenate(of_line),
        "levels": np.array(wanted, float),
        "background": background,
        "noise": noise,
        "block": block,
        "notes": notes,
    }


def surface_of(
    data: Any,
    *,
    x1: int | None = None,
    x2: int | None = None,
    y1: int | None = None,
    y2: int | None = None,
    side: int = 128,
) -> dict[str, Any]:
    """Return a cut-out of an image to be drawn as a surface.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN.
    x1, x2, y1, y2 : int, optional
        First and last column and row, in FITS pixels; None is the image's own.
    side : int
        So many rows and columns at most: more are averaged in blocks.

    Returns
    -------
    dict
        x, y (middles of the columns and rows, FITS), z (rows and columns), block (pixels on a side), notes.

    Raises
    ------
    ViewerError
        If the box is outside the image.
    """
    top, bottom, left, right = box_of(data.shape, x1, x2, y1, y2)
    block = math.ceil(max(bottom - top, right - left) / max(2, side))
    x, y, z = block_means(data, top, bottom, left, right, block)
    notes = [f"the cut-out was averaged in blocks of {block} x {block} pixels"] if block > 1 else []
    return {"x": x, "y": y, "z": z, "block": block, "notes": notes}


def block_means(
    data: Array, top: int, bottom: int, left: int, right: int, block: int
) -> tuple[Array, Array, Array]:
    """Return the means of blocks of pixels, without those that are missing, and the middles of the blocks.

    The last blocks may be smaller. Middles are FITS pixels: the centre of the first pixel is 1.
    """
    columns = np.arange(left, right, block)
    parts = []
    for first, last in row_parts(top, bottom, right - left, CONTOUR_PART, block):
        box = np.asarray(data[first:last, left:right], np.float64)
        known = np.isfinite(box)
        rows = np.arange(0, last - first, block)
        total = summed_blocks(np.where(known, box, 0), rows, columns - left)
        number = summed_blocks(known.astype(np.float64), rows, columns - left)
        parts.append(np.where(number > 0, total / np.maximum(number, 1), np.nan))
    middles = [
        (start + np.minimum(start + block, end) - 1) / 2 + 1
        for start, end in ((columns, right), (np.arange(top, bottom, block), bottom))
    ]
    return middles[0], middles[1], np.concatenate(parts)


def summed_blocks(box: Array, rows: Array, columns: Array) -> Array:
    """Return the sums of blocks that begin at these rows and columns."""
    return np.add.reduceat(np.add.reduceat(box, rows, axis=0), columns, axis=1)


def smoothed_gaps(values: Array, sigma: float) -> Array:
    """Return an image smoothed with a Gaussian; missing pixels stay missing and do not spread."""
    from scipy import ndimage

    known = np.isfinite(values)
    weight = ndimage.gaussian_filter(known.astype(np.float64), sigma, mode="nearest")
    smooth = ndimage.gaussian_filter(np.where(known, values, 0), sigma, mode="nearest")
    return np.where(known, smooth / np.where(known, weight, 1), np.nan)


def clipped_level(values: Array) -> tuple[float, float]:
    """Return the median and the scatter of values without those that stand out by three sigma."""
    values = np.sort(values, axis=None)
    for _ in range(20):
        middle = float(np.median(values))
        # 1.4826 times the median deviation is the sigma of a Gaussian
        sigma = 1.4826 * float(np.median(abs(values - middle)))
        first, last = np.searchsorted(values, (middle - 3 * sigma, middle + 3 * sigma))
        kept = values[first : max(last, first + 1)] if sigma > 0 else values
        if len(kept) == len(values):
            break
        values = kept
    return middle, sigma if sigma > 0 else float(values.std())


def contour_levels(
    values: Array, levels: Sequence[float] | None, spacing: str, count: int, background: float, noise: float
) -> list[float]:
    """Return the values that contours are drawn at, in ascending order."""
    if levels is not None:
        if not levels or not all(math.isfinite(level) for level in levels):
            raise ViewerError("a level of the contours is no number: give one number or several.")
        return sorted({float(level) for level in levels})
    if not 1 <= count <= 100:
        raise ViewerError(f"there cannot be {count} levels: choose 1 to 100.")
    known = values[np.isfinite(values)]
    highest = float(known.max())
    if spacing == "linear":
        low, high = np.percentile(known, (0.5, 99.9)).tolist()
        chosen = np.linspace(low, high, count + 2)[1:-1].tolist()
    elif spacing == "log":
        start, end = 2 * noise, highest - background
        above = np.geomspace(start, end, count + 1)[:-1].tolist() if 0 < start < end else []
        chosen = [background + each for each in above]
    elif spacing == "sigma":
        chosen = [background + 3 * noise * 2**power for power in range(count)] if noise > 0 else []
    else:
        raise ViewerError(f"the levels cannot be spaced by {spacing}: choose linear, log or sigma.")
    return [level for level in chosen if level < highest]
