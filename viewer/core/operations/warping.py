"""Warping: where the pixels of one image lie in another, and the rows of an image on another's grid."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from scipy import ndimage

from viewer.core.geometry.movepixels import ORDERS, convolve_cubic
from viewer.core.operations.aiming import aim_of, mapping_to
from viewer.core.operations.common import Array, floating
from viewer.core.operations.mapping import area, by_whole_pixels, places

# Rows of the grid that are made at once. Always the same ones: so it is the same whoever asks for which rows.
WARP_ROWS = 128
# A cubic spline through the pixels depends on all of them, but on the 16th neighbour with 1e-9 of its weight.
WARP_MARGIN = 16
# A new pixel of which more than this share comes from missing pixels is missing.
MISSING_SHARE = 0.2


def transforms(images: Sequence[Any], align: str) -> tuple[list[Array | None], list[str]]:
    """Return where the pixels of the first image lie in each of the images, and what came of it.

    Parameters
    ----------
    images
        With ``data`` and ``header`` each.
    align
        none, pixels (whole pixels, from the stars), stars or wcs.

    Returns
    -------
    list
        A mapping for each image, as `warped_rows` takes it; None for one that cannot be aligned.
    list of str
        A sentence for each image: how well it fits, or why it does not.
    """
    aim = aim_of(images[0].data, images[0].header, align)
    found = [mapping_to(aim, image.data, image.header, align) for image in images]
    return [mapping for mapping, _, _ in found], [why for _, why, _ in found]


def warped_rows(
    data: Any, mapping: Array, first: int, last: int, shape: tuple[int, int], interpolation: str = "cubic"
) -> Array:
    """Return rows first ... last - 1 of an image on another grid; flux is conserved, and outside is NaN.

    Only those rows of the image are read that are needed. The rows come out the same bit for bit, however
    many of them are asked for at once; most quickly if first is a multiple of WARP_ROWS.

    Parameters
    ----------
    data
        Array of two axes, or something with ``shape``, ``dtype`` and slices of rows.
    mapping
        From pixels (x, y) of the new grid to those of the image, counted from 0: see `places`.
    first, last
        Rows of the new grid.
    shape
        Rows and columns of the new grid.
    interpolation
        nearest, bilinear, cubic (a B-spline through the pixels) or bicubic (convolution).
    """
    rows = np.empty((last - first, shape[1]), floating(np.empty(0, data.dtype)).dtype)

    def band(start: int) -> None:
        stop = min(start + WARP_ROWS, shape[0])
        made = warped_band(data, mapping, start, stop, shape, interpolation)
        begin, end = max(first, start), min(last, stop)
        rows[begin - first : end - first] = made[begin - start : end - start]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(band, range(first - first % WARP_ROWS, last, WARP_ROWS)))
    return rows


def warped_band(
    data: Any, mapping: Array, start: int, stop: int, shape: tuple[int, int], interpolation: str
) -> Array:
    """Return rows start ... stop - 1 of an image on another grid, made at once."""
    height, width = data.shape
    if by_whole_pixels(mapping):
        return whole_rows(data, mapping, start, stop, shape)
    y, x = places(mapping, start, stop, shape)
    # pixels reach half a pixel beyond their centres
    inside = (abs(y - (height - 1) / 2) <= height / 2) & (abs(x - (width - 1) / 2) <= width / 2)
    if not inside.any():
        return np.full(y.shape, np.nan, floating(np.empty(0, data.dtype)).dtype)
    top, left = (max(0, int(axis[inside].min()) - WARP_MARGIN) for axis in (y, x))
    bottom, right = (int(axis[inside].max()) + 2 + WARP_MARGIN for axis in (y, x))
    box = floating(data[top:bottom])[:, left:right]
    y, x = y - top, x - left
    known = np.isfinite(box)
    if not known.all():
        lost = ndimage.map_coordinates((~known).astype(np.float32), (y, x), order=1, mode="nearest")
        inside &= lost <= MISSING_SHARE
        box = filled_gaps(box, known)
    moved = np.empty(y.shape, box.dtype)
    if interpolation == "bicubic":
        convolve_cubic(box, y, x, moved)
    else:
        if interpolation == "cubic":
            box = ndimage.spline_filter(box, 3, box.dtype, mode="mirror")
        edge = "mirror" if interpolation == "cubic" else "nearest"
        ndimage.map_coordinates(box, (y, x), moved, ORDERS[interpolation], mode=edge, prefilter=False)
    moved *= area(mapping, start, stop, shape)
    moved[~inside] = np.nan
    return moved


def whole_rows(data: Any, mapping: Array, start: int, stop: int, shape: tuple[int, int]) -> Array:
    """Return rows start ... stop - 1 of a grid that whole pixels of an image fall on, perhaps flipped."""
    (right, up), (flip_x, flip_y) = np.rint(mapping[:, 2]), np.diag(mapping)
    columns = (flip_x * np.arange(shape[1]) + right).astype(int)
    rows = (flip_y * np.arange(start, stop) + up).astype(int)
    inside_x = (columns >= 0) & (columns < data.shape[1])
    inside_y = (rows >= 0) & (rows < data.shape[0])
    made = np.full((stop - start, shape[1]), np.nan, floating(np.empty(0, data.dtype)).dtype)
    if inside_x.any() and inside_y.any():
        columns, rows = columns[inside_x], rows[inside_y]
        part = data[rows.min() : rows.max() + 1]
        made[np.ix_(inside_y, inside_x)] = part[np.ix_(rows - rows.min(), columns)]
    return made


def filled_gaps(values: Array, known: Array) -> Array:
    """Return values in which a gap has the mean of what is known among the 5 x 5 pixels around, or of all."""
    if not known.any():
        return np.zeros_like(values)
    filled = np.where(known, values, 0)
    share = ndimage.uniform_filter(known.astype(values.dtype), 5, mode="nearest")
    around = ndimage.uniform_filter(filled, 5, mode="nearest")
    few = share < 0.02
    around[few], share[few] = filled.sum(dtype=float) / known.sum(), 1
    return np.where(known, values, around / share)
