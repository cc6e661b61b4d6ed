"""Mask: which pixels of an image a region covers, by their centres."""

import math
from typing import Any

import numpy as np

from viewer.core.shapes.inside import shape_mask
from viewer.core.shapes.region import Region

Array = np.ndarray[Any, np.dtype[Any]]


def mask_of(region: Region, shape: tuple[int, int]) -> tuple[Array, int, int]:
    """Return the pixels whose centre lies in a region, as DS9 and `regions` (mode 'center') count them.

    Parameters
    ----------
    region : Region
        Whether it is to be left out (`include`) makes no difference.
    shape : tuple of int
        Rows and columns of the image.

    Returns
    -------
    tuple
        A boolean array of the part of the image around the region, and its first row and column, 0-based.
        It has no pixels if the region lies outside of the image or has no inside.
    """
    left, right, bottom, top = region.bounds()
    if not all(map(math.isfinite, (left, right, bottom, top))):
        return np.zeros((0, 0), bool), 0, 0
    if region.kind == "point":
        left = right = math.floor(left + 0.5)
        bottom = top = math.floor(bottom + 0.5)
    columns = np.arange(max(0, math.ceil(left)), min(shape[1], math.floor(right) + 1), dtype=float)
    rows = np.arange(max(0, math.ceil(bottom)), min(shape[0], math.floor(top) + 1), dtype=float)
    if not columns.size or not rows.size:
        return np.zeros((0, 0), bool), 0, 0
    mask = shape_mask(columns, rows, region.kind, region.points, region.size, region.angle)
    return mask, int(rows[0]), int(columns[0])
