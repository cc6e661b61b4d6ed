"""Symbols: circles, crosses, boxes and diamonds as patterns of pixels, put by thousands into one array."""

import math
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
KINDS = ("circle", "cross", "plus", "box", "diamond")
# how dark the casing is that makes a line visible on a bright background
CASING = 0.6
FAINTEST = 0.12


@lru_cache(maxsize=512)
def symbol(kind: str, radius: int, width: float, casing: float, colour: int) -> tuple[Array, Array, Array]:
    """Return one symbol as pixels around its middle.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    radius : int
        In pixels.
    width, casing : float
        Of the line, and of the darkness on both sides of it, in pixels.
    colour : int
        0xRRGGBB.

    Returns
    -------
    tuple of numpy.ndarray
        Rows and columns from the middle, and the colours, 0xAARRGGBB, multiplied by their opacity.
    """
    half = math.ceil(1.2 * radius + width + casing) + 1
    side = np.arange(-half, half + 1)
    distance = _distance(kind, radius, np.abs(side)[np.newaxis, :], np.abs(side)[:, np.newaxis])
    line = np.clip(width / 2 + 0.5 - distance, 0, 1)
    around = np.clip(width / 2 + casing + 0.5 - distance, 0, 1) * CASING * (1 - line)
    opacity = line + around
    rows, columns = np.nonzero(opacity > FAINTEST)
    line, opacity = line[rows, columns], opacity[rows, columns]
    packed = np.rint(255 * opacity).astype(np.uint32) << 24
    for shift in (16, 8, 0):
        packed |= np.rint(((colour >> shift) & 0xFF) * line).astype(np.uint32) << shift
    return rows - half, columns - half, packed


def _distance(kind: str, radius: float, across: Array, up: Array) -> Array:
    """Return how far each pixel is from the symbol's line; arguments are distances from the middle."""
    if kind == "circle":
        return np.abs(np.hypot(across, up) - radius)
    if kind == "box":
        return np.abs(np.maximum(across, up) - radius)
    if kind == "diamond":
        return np.abs(across + up - 1.2 * radius) / math.sqrt(2)
    if kind == "plus":
        level = np.where(across <= radius, up, np.hypot(across - radius, up))
        upright = np.where(up <= radius, across, np.hypot(across, up - radius))
        return np.minimum(level, upright)
    arm = 0.75 * radius
    along = np.clip((across + up) / 2, 0, arm)
    return np.hypot(across - along, up - along)


def stamped(
    size: tuple[int, int], x: Array, y: Array, radius: Array, kind: str, colour: int, ratio: float = 1.0
) -> Array:
    """Draw symbols.

    Parameters
    ----------
    size : tuple of int
        Width and height of the picture, pixels.
    x, y : numpy.ndarray
        Middles, from its top left corner; those that lie outside are left out.
    radius : numpy.ndarray
        Of each, in pixels.
    kind : str
        One of `KINDS`.
    colour : int
        0xRRGGBB.
    ratio : float
        How many pixels a line of 1 is wide.

    Returns
    -------
    numpy.ndarray
        uint32 of shape (height, width), 0xAARRGGBB, multiplied by the opacity.
    """
    columns, rows = size
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    column, row = column[inside], row[inside]
    radii = np.rint(radius[inside]).astype(np.int64)
    margin = math.ceil(1.2 * int(radii.max(initial=0)) + 4 * ratio) + 3
    stride = columns + 2 * margin
    canvas = np.zeros((rows + 2 * margin, stride), np.uint32)
    flat = canvas.reshape(-1)
    middle = (row + margin) * stride + column + margin
    # small ones lie over large ones
    for one in np.unique(radii)[::-1].tolist():
        down, right, colours = symbol(kind, one, 1.4 * ratio, ratio, colour)
        places = (down * stride + right)[:, np.newaxis] + middle[radii == one]
        flat[places] = colours[:, np.newaxis]
    return np.ascontiguousarray(canvas[margin : margin + rows, margin : margin + columns])
