"""Interpolate an image on another grid of pixels."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from viewer.core.geometry.movewcs import Array

ORDERS = {"nearest": 0, "bilinear": 1, "cubic": 3}
BAND = 64  # rows that are made at once


def move_pixels(
    data: Array, matrix: ArrayLike, offset: ArrayLike, shape: tuple[int, int], interpolation: str, fill: float
) -> Array:
    """Return an image whose pixels moved to p' = matrix p + offset, with p = (x, y) counted from 0.

    Missing pixels (NaN) do not spread: what is near them is made of the pixels that remain.

    Parameters
    ----------
    data
        Floating point; of a cube every plane is moved by itself.
    matrix, offset
        Where a pixel goes, as for `move_header`.
    shape
        Rows and columns of the new image.
    interpolation
        nearest, bilinear, cubic (a B-spline through the pixels) or bicubic (convolution).
    fill
        Value of new pixels that lie outside the old image.
    """
    # numpy counts rows first, and asks where a new pixel comes from
    back = np.linalg.inv(np.array(matrix, float))
    start = -(back @ np.array(offset, float))[::-1]
    back = back[::-1, ::-1]
    moved = np.empty((*data.shape[:-2], *shape), data.dtype)
    for plane in np.ndindex(data.shape[:-2]):
        known = np.isfinite(data[plane])
        if interpolation == "nearest" or known.all():
            sample(data[plane], back, start, interpolation, fill, moved[plane])
            continue
        weights = np.empty(shape, data.dtype)
        sample(known.astype(data.dtype), back, start, interpolation, 1, weights)
        sample(np.where(known, data[plane], 0), back, start, interpolation, fill, moved[plane])
        weights[weights <= 0.5] = np.nan
        moved[plane] /= weights
    return moved


def sample(plane: Array, back: Array, start: Array, interpolation: str, fill: float, moved: Array) -> None:
    """Fill in the values of a plane at back (row, column) + start for all new pixels, on all cores."""
    (height, width), columns = plane.shape, np.arange(moved.shape[1])
    straight = back[0, 1] == back[1, 0] == 0
    if interpolation == "cubic":
        plane = ndimage.spline_filter(plane, 3, plane.dtype, mode="mirror")

    def band(first: int) -> None:
        part = moved[first : first + BAND]
        rows = np.arange(first, first + len(part))[:, np.newaxis]
        y, x = back[0, 0] * rows + start[0], back[1, 1] * columns + start[1]
        if not straight:
            y, x = y + back[0, 1] * columns, x + back[1, 0] * rows
        if interpolation == "bicubic":
            convolve_cubic(plane, y, x, part)
        else:
            ndimage.affine_transform(
                plane,
                np.diag(back) if straight else back,  # the first is faster
                start + back[:, 0] * first,
                part.shape,
                part,
                ORDERS[interpolation],
                mode="mirror" if interpolation == "cubic" else "nearest",
                prefilter=False,
            )
        # pixels reach half a pixel beyond their centres
        above, beside = abs(y - (height - 1) / 2) - height / 2, abs(x - (width - 1) / 2) - width / 2
        part[(above > 1e-9) | (beside > 1e-9)] = fill

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(band, range(0, len(moved), BAND)))


def convolve_cubic(plane: Array, y: Array, x: Array, moved: Array) -> None:
    """Fill in what cubic convolution makes of the 4 x 4 pixels around (Keys 1981, a = -1/2)."""
    height, width = plane.shape
    bottom, left = np.floor(y).astype(int), np.floor(x).astype(int)
    # a pixel beyond the edge is like the one at the edge
    from_y = [np.clip(bottom + k, 0, height - 1) * width for k in (-1, 0, 1, 2)]
    from_x = [np.clip(left + k, 0, width - 1) for k in (-1, 0, 1, 2)]
    in_y, in_x = cubic_weights(y - bottom, plane.dtype), cubic_weights(x - left, plane.dtype)
    moved[...] = 0
    for row, y_weight in zip(from_y, in_y, strict=True):
        line = np.zeros_like(moved)
        for column, x_weight in zip(from_x, in_x, strict=True):
            line += x_weight * plane.take(row + column)
        moved += y_weight * line


def cubic_weights(t: Array, dtype: Any) -> list[Array]:
    """Return the weights of the four pixels around a position t = 0 ... 1 behind the second."""
    weights = (
        ((-0.5 * t + 1) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1,
        ((-1.5 * t + 2) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
    return [weight.astype(dtype) for weight in weights]
