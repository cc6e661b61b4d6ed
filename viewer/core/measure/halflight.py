"""Half light: the width of a star without a fit, from the radius that holds half of its light."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import circle_overlap

Array = np.ndarray[Any, np.dtype[Any]]

# an area of light that is a square pixel adds this to the square of a full width at half maximum
PIXEL_WIDTH = 8 * math.log(2) / 12


def half_light_width(light: Array, x: float, y: float, radius: float) -> float:
    """Return twice the radius that holds half of the light within a circle, less the pixels' own width.

    Light is not the same all over a pixel: between pixels it is interpolated, which matters where a star is
    not much wider than they are.

    Parameters
    ----------
    light
        Pixels above the sky; missing ones count as nothing.
    x, y, radius
        The circle, counted from 0.
    """
    from scipy import ndimage, optimize

    parts = 4 if radius < 16 else 1
    left, low = max(0, math.floor(x - radius - 2)), max(0, math.floor(y - radius - 2))
    light = np.nan_to_num(light[low : math.ceil(y + radius + 3), left : math.ceil(x + radius + 3)])
    columns, rows = (
        (np.arange(count * parts) - (parts - 1) / 2) / parts for count in (light.shape[1], light.shape[0])
    )
    if parts > 1 and light.size:
        light = ndimage.map_coordinates(light, np.meshgrid(rows, columns, indexing="ij"), mode="nearest")

    columns, rows = parts * columns, parts * rows
    middle_x, middle_y = parts * (x - left), parts * (y - low)

    def within(size: float) -> float:
        return float((circle_overlap(columns, rows, middle_x, middle_y, parts * size) * light).sum())

    half = 0.5 * within(radius) if light.size else 0.0
    if not half > 0:
        return math.nan
    size = optimize.brentq(lambda size: within(size) - half, 1e-3 * radius, radius, xtol=1e-4)
    square = (2 * size) ** 2 - PIXEL_WIDTH / parts**2
    return math.sqrt(square) if square > 0 else math.nan
