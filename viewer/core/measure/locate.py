"""Locate: the star that a position means, and roughly how wide it is."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import sky_level

Array = np.ndarray[Any, np.dtype[Any]]

# standard deviation, in pixels, of the Gaussian that stars are looked for with
SEARCH_SIGMA = 1.0
# between two stars it is darker than this part of the fainter one
SADDLE = 0.75


def star_near(values: Array, x: float, y: float, search: float) -> tuple[float, float, float, float]:
    """Return the brightest place, the rough width and the height of the star that a position means.

    From the position it goes uphill: the star whose light is there is meant, even if another one is brighter.
    Where there is no light, the nearest star is taken.

    Parameters
    ----------
    values
        The pixels around the position.
    x, y
        The position in them, counted from 0.
    search
        How far away a star may be, in pixels.

    Returns
    -------
    tuple of float
        x, y (counted from 0), full width at half maximum, height above the sky; NaN if there is no star.
    """
    from scipy import ndimage

    nothing = (math.nan, math.nan, math.nan, math.nan)
    level, _, noise, _, _ = sky_level(values[np.isfinite(values)])
    if not math.isfinite(level):
        return nothing
    smooth = smoothed(values - level, SEARCH_SIGMA)
    # without any noise, what is more than rounding
    least = max(significant(noise), 1e-6 * abs(level), 1e-300)
    row, column = uphill(smooth, round(y), round(x))
    at_x, at_y, fwhm = rough_shape(smooth, row, column, least)
    # on the light of a star that is wide, one may be further away
    if not smooth[row, column] > least or math.hypot(column - x, row - y) > max(search, fwhm):
        tops = (smooth == ndimage.maximum_filter(smooth, 5)) & (smooth > least)
        places = np.argwhere(tops)
        distances = np.hypot(places[:, 1] - x, places[:, 0] - y)
        if not len(places) or distances.min() > search:
            return nothing
        row, column = places[distances.argmin()]
        at_x, at_y, fwhm = rough_shape(smooth, row, column, least)
    return at_x, at_y, fwhm, float(smooth[row, column])


def significant(noise: float) -> float:
    """Return five standard deviations of the noise that is left after smoothing."""
    return 5 * noise / (2 * math.sqrt(math.pi) * SEARCH_SIGMA)


def rough_shape(smooth: Array, row: int, column: int, least: float) -> tuple[float, float, float]:
    """Return x, y and full width at half maximum of the light around a peak of a smoothed image.

    The pixels above half of the peak, and not on the light of another star, are a disc as wide as the star.
    """
    from scipy import ndimage

    if not smooth[row, column] > 0:
        return math.nan, math.nan, math.nan
    disc = connected(smooth, row, column, 0.5) & ~foreign_light(smooth, row, column, least)
    wide = 4 * int(disc.sum()) / math.pi - 8 * math.log(2) * SEARCH_SIGMA**2
    y, x = ndimage.center_of_mass(np.where(disc, smooth, 0))
    return float(x), float(y), math.sqrt(max(wide, 1.5**2))


def connected(smooth: Array, row: int, column: int, part: float) -> Array:
    """Return which pixels around a peak, connected with it, are brighter than some part of it."""
    from scipy import ndimage

    parts, _ = ndimage.label(smooth > part * smooth[row, column])
    return np.asarray(parts == parts[row, column])


def foreign_light(smooth: Array, row: int, column: int, least: float) -> Array:
    """Return which pixels are on the light of another star: from there, uphill leads to another peak.

    Between two peaks of one star, such as those of a defocused one, it is hardly darker.

    Parameters
    ----------
    smooth
        The pixels around the star, above the sky, smoothed.
    row, column
        Its peak.
    least
        What is brighter is no noise.
    """
    rows, columns = smooth.shape
    # each pixel points to the brightest of its neighbours, then to where that one points, and so on
    number = np.arange(smooth.size).reshape(smooth.shape)
    padded = np.pad(smooth, 1, constant_values=-np.inf)
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    around = np.stack([padded[1 + a : 1 + a + rows, 1 + b : 1 + b + columns] for a, b in steps])
    to = np.array([a * columns + b for a, b in steps])[around.argmax(axis=0)]
    # where all is equal, a pixel points to itself
    to[around.max(axis=0) <= smooth] = 0
    top = (number + to).ravel()
    while (top[top] != top).any():
        top = top[top]
    peaks = np.unique(top)
    height = smooth.ravel()[peaks]
    own = connected(smooth, row, column, SADDLE).ravel()[peaks] & (height <= 1.05 * smooth[row, column])
    own |= peaks == row * columns + column
    others = peaks[(height > max(least, 0.05 * smooth[row, column])) & ~own]
    return np.asarray(np.isin(top, others).reshape(smooth.shape))


def smoothed(values: Array, sigma: float) -> Array:
    """Return values smoothed by a Gaussian; missing ones count as nothing, and none is taken from afar."""
    from scipy import ndimage

    good = np.isfinite(values)
    weight = ndimage.gaussian_filter(good.astype(float), sigma, mode="constant")
    light = ndimage.gaussian_filter(np.where(good, values, 0.0), sigma, mode="constant")
    return np.asarray(np.where(weight > 0.25, light / np.maximum(weight, 0.25), -np.inf))


def uphill(values: Array, row: int, column: int) -> tuple[int, int]:
    """Return the top of the hill on which a pixel lies."""
    row, column = min(max(row, 0), values.shape[0] - 1), min(max(column, 0), values.shape[1] - 1)
    while True:
        low, left = max(0, row - 2), max(0, column - 2)
        near = values[low : row + 3, left : column + 3]
        best_row, best_column = np.unravel_index(near.argmax(), near.shape)
        if near[best_row, best_column] <= values[row, column]:
            return row, column
        row, column = low + int(best_row), left + int(best_column)
