"""Stamps: thousands of circles and squares, put as small patterns of pixels into one array."""

import math
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
# how dark the casing is that makes a line visible on a bright background
CASING = 0.68
# fainter pixels of a stamp are left out
FAINTEST = 0.12


@lru_cache(maxsize=1024)
def stamp(radius: int, square: bool, width: float, casing: float, colour: int) -> tuple[Array, Array, Array]:
    """Return one ring, square or disc as pixels around its middle.

    Parameters
    ----------
    radius : int
        Of the line's middle, in pixels.
    square : bool
        A square in place of a circle.
    width, casing : float
        Of the line, and of the darkness on both sides of it, in pixels. A width of 0 makes a disc.
    colour : int
        0xRRGGBB.

    Returns
    -------
    tuple of numpy.ndarray
        Rows and columns from the middle, and the colours, 0xAARRGGBB, multiplied by their opacity.
    """
    half = math.ceil(radius + width / 2 + casing) + 1
    side = np.arange(-half, half + 1)
    across, up = np.abs(side), np.abs(side)[:, np.newaxis]
    far = np.maximum(up, across) if square else np.hypot(up, across)
    distance = np.abs(far - radius)
    line = np.clip(width / 2 + 0.5 - distance, 0, 1) if width else np.clip(radius + 0.5 - far, 0, 1)
    around = np.clip(width / 2 + casing + 0.5 - distance, 0, 1) * CASING * (1 - line) if casing else 0 * line
    opacity = line + around
    rows, columns = np.nonzero(opacity > FAINTEST)
    line, opacity = line[rows, columns], opacity[rows, columns]
    packed = np.rint(255 * opacity).astype(np.uint32) << 24
    for shift in (16, 8, 0):
        packed |= np.rint(((colour >> shift) & 0xFF) * line).astype(np.uint32) << shift
    return rows - half, columns - half, packed


def stamped(
    size: tuple[int, int],
    x: Array,
    y: Array,
    radius: Array,
    square: Array,
    colour: Array,
    width: float = 1.4,
    casing: float = 1.0,
) -> Array:
    """Draw circles and squares.

    Parameters
    ----------
    size : tuple of int
        Width and height of the picture, pixels.
    x, y : numpy.ndarray
        Middles, from its top left corner; pixel k covers ``[k, k + 1)``. Those that lie outside are left out.
    radius : numpy.ndarray
        Of each, in pixels.
    square : numpy.ndarray
        Boolean: a square in place of a circle.
    colour : numpy.ndarray
        Of each, 0xRRGGBB; a few dozen different ones at most.
    width, casing : float
        Of the lines, and of the darkness on both sides, in pixels. A width of 0 makes discs.

    Returns
    -------
    numpy.ndarray
        uint32 of shape (height, width), 0xAARRGGBB, multiplied by the opacity. Small ones lie over
        large ones.
    """
    columns, rows = size
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    column, row = column[inside], row[inside]
    radii = np.rint(radius[inside]).astype(np.int64)
    # room for what stands out over the edges
    margin = int(radii.max(initial=0)) + math.ceil(width / 2 + casing) + 2
    stride = columns + 2 * margin
    canvas = np.zeros((rows + 2 * margin, stride), np.uint32)
    flat = canvas.reshape(-1)
    middle = (row + margin) * stride + column + margin
    kind = (radii << 25) | (square[inside].astype(np.int64) << 24) | colour[inside].astype(np.int64)
    order = np.argsort(-kind, kind="stable")
    middle, kind = middle[order], kind[order]
    starts = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    for start, stop in pairwise(starts):
        if stop > start:
            one = int(kind[start])
            down, right, colours = stamp(one >> 25, bool(one >> 24 & 1), width, casing, one & 0xFFFFFF)
            flat[(down * stride + right)[:, np.newaxis] + middle[start:stop]] = colours[:, np.newaxis]
    return np.ascontiguousarray(canvas[margin : margin + rows, margin : margin + columns])
