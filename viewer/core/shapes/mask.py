"""Mask: which pixels of an image a region covers, by their centres."""

from typing import Any

import numpy as np

from viewer.core.shapes.inside import shape_pixels
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
    rows, columns = shape
    return shape_pixels(region.kind, region.points, region.size, region.angle, rows, columns)
