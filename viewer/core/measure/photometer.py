"""Photometer: a star's light and width at once, to be shown while the pointer moves."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import aperture_photometry
from viewer.core.measure.window import is_inside, pixels_around

Array = np.ndarray[Any, np.dtype[Any]]


def quick_photometry(
    data: Array,
    *,
    x: float,
    y: float,
    radius: float = 5.0,
    inner: float = 10.0,
    outer: float = 15.0,
    gain: float | None = None,
    saturation: float | None = None,
    zero_point: float = 25.0,
    recentre: bool = True,
) -> dict[str, Any]:
    """Measure the light around a position without any fit.

    The aperture moves to the centre of light, at most by its own radius. The width is that of a Gaussian with
    the same area above half of its height.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Where to look, as FITS counts: the centre of the first pixel is 1, 1.
    radius, inner, outer, gain, saturation, zero_point
        As for `aperture_photometry`.
    recentre
        False: the aperture stays where it is.

    Returns
    -------
    dict
        What `aperture_photometry` has, for the new centre; fwhm: rough, in pixels, NaN if there is no star;
        and shift: how far the centre is from the position.
    """
    column, row = x - 1, y - 1
    settings: dict[str, Any] = {"radius": radius, "inner": inner, "outer": outer, "gain": gain}
    settings |= {"saturation": saturation, "zero_point": zero_point}
    circle = aperture_photometry(data, x=x, y=y, **settings)
    level, noise = circle["background"], circle["noise"]
    if not (is_inside(data, column, row) and math.isfinite(level)):
        return {**circle, "fwhm": math.nan, "shift": 0.0}
    values, left, low = pixels_around(data, column, row, 2 * radius + 2)
    light = np.nan_to_num(values - level)
    light[light < 2 * noise] = 0
    columns, rows = left + np.arange(light.shape[1]), low + np.arange(light.shape[0])
    center_x, center_y = float(column), float(row)
    total = 0.0
    wide = 0.5 * radius
    for _ in range(15):
        # a window that fades, so that no pixel comes or goes at once
        dx, dy = columns - center_x, rows - center_y
        weight = np.exp(-0.5 * (dy / wide) ** 2)[:, np.newaxis] * light * np.exp(-0.5 * (dx / wide) ** 2)
        total = float(weight.sum())
        if not total > 0:
            break
        along, across = weight.sum(axis=0) / total, weight.sum(axis=1) / total
        step_x, step_y = float((along * dx).sum()), float((across * dy).sum())
        # in the window a star seems to be nearer than it is, the more so the wider it is
        spread = 0.5 * ((along * (dx - step_x) ** 2).sum() + (across * (dy - step_y) ** 2).sum())
        longer = 1 / max(0.3, 1 - float(spread) / wide**2)
        center_x, center_y = center_x + longer * step_x, center_y + longer * step_y
        if math.hypot(step_x, step_y) < 0.002:
            break
    shift = math.hypot(center_x - column, center_y - row)
    found = total > 0 and shift <= radius
    if recentre and found:
        circle = aperture_photometry(data, x=float(center_x) + 1, y=float(center_y) + 1, **settings)
    distance = np.hypot(columns - center_x, (rows - center_y)[:, np.newaxis])
    near = distance <= max(2.0, 0.6 * radius)
    height = float(light[near].max()) if found and near.any() else 0.0
    half = int((light[distance <= 2 * radius] > 0.5 * height).sum()) if height > 5 * noise else 0
    return {
        **circle,
        "fwhm": math.sqrt(4 * half / math.pi) if half else math.nan,
        "shift": shift if recentre and found else 0.0,
    }
