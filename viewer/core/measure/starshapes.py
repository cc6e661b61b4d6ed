"""Star shapes: how wide stars are where neighbours, noise or their wings get into the way of measuring it."""

import math

import numpy as np
from scipy.spatial import KDTree

from viewer.core.arrays import Array
from viewer.core.operations.starfinding import (
    FWHM_SIGMA,
    SHARPEST,
    STAR_COLUMNS,
    recentred,
    stamps,
    star_rows,
)

# A pixel that holds more than this share of the light in the 3 x 3 around it is hot: no star is that sharp.
HOT_SHARE = 0.75
# Of the brightest pixel of a star at least this is the height of an ordinary star that fits best.
LEAST_SHARE = 0.55
# The square of the window that sees the core of a star and little of its wings, as a share of the star's own.
CORE_SHARE = 0.1


def core_widths(light: Array, stars: Array, usual: float) -> Array:
    """Return stars with the width of their cores: the wings of real stars make a Gaussian's too large.

    For a Gaussian it is the same. For a Moffat function with an exponent from 2.5 to 4, whose full width at
    half maximum is 3 pixels or more, it is right to 7 % instead of 20.
    """
    half = int(min(max(math.ceil(usual), 3), 20))
    side = np.arange(-half, half + 1, dtype=float)
    known = np.flatnonzero(stars["fwhm"] < 2 * usual)
    for first in range(0, len(known), 2000):
        part = known[first : first + 2000]
        row = np.clip(np.rint(stars["y"][part]).astype(int), 0, light.shape[0] - 1)
        column = np.clip(np.rint(stars["x"][part]).astype(int), 0, light.shape[1] - 1)
        square = CORE_SHARE * (stars["fwhm"][part] / FWHM_SIGMA) ** 2
        places = stars["x"][part] - column, stars["y"][part] - row
        shape = np.stack([*places, square, square, 0 * square], axis=1)
        found, flux = recentred(stamps(light, row, column, half), side, shape)
        width = star_rows(found, flux)["fwhm"]
        ratio = np.where(np.isfinite(width), width / stars["fwhm"][part], 1)
        for name in ("fwhm", "a", "b"):
            stars[name][part] *= np.clip(ratio, 0.5, 1.3)
    return stars


def usual_width(stars: Array, hot: Array) -> float:
    """Return the width of most stars, by the brighter half of what may be some; NaN if that is too few."""
    usable = stars[~hot & (stars["b"] > SHARPEST)]
    clean = usable[~usable["saturated"]]
    usable = clean if len(clean) >= 5 else usable
    if len(usable) < 3:
        return math.nan
    usable = usable[np.argsort(-usable["flux"], kind="stable")][: max(20, len(usable) // 2)]
    return float(np.median(usable["fwhm"]))


def peak_share(light: Array, found: Array) -> Array:
    """Return how much of the light in the 3 x 3 pixels around its brightest one is in that pixel."""
    around = stamps(light, found["ypeak"], found["xpeak"], 1)
    return np.asarray(around[:, 1, 1] / np.maximum(np.maximum(around, 0).sum(axis=(1, 2)), 1e-30))


def star_share(light: Array, found: Array, usual: float) -> Array:
    """Return the height of a star like others that fits best at each place, divided by the brightest pixel.

    It is about 1 for a star, and less for what is narrower, if only in one direction, as the track of a
    particle.
    """
    half = math.ceil(0.75 * usual) + 1
    side = np.arange(-half, half + 1)
    model = np.exp(-0.5 * (side[:, np.newaxis] ** 2 + side**2) * (FWHM_SIGMA / usual) ** 2)
    around = stamps(light, found["ypeak"], found["xpeak"], half)
    height = np.einsum("nij,ij->n", around, model) / (model**2).sum()
    return np.asarray(
        height / np.maximum(around[:, half - 1 : half + 2, half - 1 : half + 2].max((1, 2)), 1e-30)
    )


def lopsided(found: Array) -> Array:
    """Return where the brightest pixel is far from the middle of what sep found."""
    off = [
        abs(found[f"{axis}max"] + found[f"{axis}min"] - 2 * found[f"{axis}cpeak"])
        / (found[f"{axis}max"] - found[f"{axis}min"] + 1)
        for axis in ("x", "y")
    ]
    return np.asarray(np.maximum(*off) > 0.25)


def steady_shapes(light: Array, found: Array, usual: float) -> Array:
    """Measure stars again in a window of the size of other stars, which finds its centre only.

    Where they do not look like a star even so, only the position is kept.
    """
    half = int(min(max(math.ceil(1.5 * usual), 4), 30))
    row, column = found["ycpeak"], found["xcpeak"]
    seen = stamps(light, row, column, half)
    side = np.arange(-half, half + 1, dtype=float)
    square = (usual / FWHM_SIGMA) ** 2
    shape = np.tile([0.0, 0.0, square, square, 0.0], (len(found), 1))
    shape[:, 0], shape[:, 1] = found["x"] - column, found["y"] - row
    result = shape.copy()
    for _ in range(12):
        result, flux = recentred(seen, side, shape)
        shape[:, :2] = np.where(np.isnan(result[:, :2]), shape[:, :2], result[:, :2])
    stars = star_rows(result, flux)
    unknown = ~(stars["fwhm"] < 2 * usual) | ~(np.hypot(result[:, 0], result[:, 1]) < 0.75 * usual)
    for name in ("fwhm", "a", "b", "theta"):
        stars[name][unknown] = np.nan
    stars["x"] = np.where(unknown, found["x"], stars["x"] + column)
    stars["y"] = np.where(unknown, found["y"], stars["y"] + row)
    stars["flux"] = np.where(unknown, found["flux"], stars["flux"])
    stars["peak"] = found["peak"]
    return stars


def wide_rows(wide: Array) -> Array:
    """Return rows for bright middles wider than a star; their widths are those at half of the top."""
    stars = np.zeros(len(wide), STAR_COLUMNS)
    for name in ("x", "y", "a", "b", "flux", "peak"):
        stars[name] = wide[name]
    stars["fwhm"], stars["theta"] = np.sqrt(wide["a"] * wide["b"]), np.degrees(wide["theta"])
    return stars


def away_from(stars: Array, others: Array, distance: float) -> Array:
    """Return the stars that have none of the others within a distance."""
    if not len(stars) or not len(others):
        return stars
    places, taken = (np.column_stack([each["x"], each["y"]]) for each in (stars, others))
    return np.asarray(stars[KDTree(taken).query(places)[0] > distance])
