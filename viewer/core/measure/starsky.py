"""Star sky: what a measured star is on the sky - position, width in arcseconds, direction."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from viewer.core.world import World

# how far the pixels are looked at to tell the scale there
_STEP = 0.5


def on_sky(world: World, star: Mapping[str, Any], plane: tuple[int, ...] = ()) -> dict[str, float]:
    """Return what a star that was measured is on the sky.

    Parameters
    ----------
    world : World
        Of the image.
    star : mapping
        What `measure_star` returned, or at least x and y (FITS).
    plane : tuple of int
        Of a cube, in numpy order; empty for the first one.

    Returns
    -------
    dict
        ra, dec: ICRS, degrees; fwhm_arcsec, fwhm_arcsec_err; position_angle: of the longer axis, degrees from
        north to east. With the scale and the directions that the image has where the star is. NaN without a
        WCS, and where the star has no width.
    """
    x, y = star["x"] - 1, star["y"] - 1
    found = dict.fromkeys(("ra", "dec", "fwhm_arcsec", "fwhm_arcsec_err", "position_angle"), math.nan)
    if not (math.isfinite(x) and math.isfinite(y)):
        return found
    steps = np.array([[0, 0], [_STEP, 0], [-_STEP, 0], [0, _STEP], [0, -_STEP]])
    ra, dec = (np.radians(each) for each in world.skies(x + steps[:, 0], y + steps[:, 1], "icrs", plane))
    if not math.isfinite(ra[0]):
        return found
    found["ra"], found["dec"] = math.degrees(ra[0]), math.degrees(dec[0])
    directions = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    east = np.array([-math.sin(ra[0]), math.cos(ra[0]), 0.0])
    north = np.cross(directions[:, 0], east)
    # arcseconds to the east and to the north for each pixel in x and in y
    moves = np.degrees(directions[:, [1, 3]] - directions[:, [2, 4]]) * 3600 / (2 * _STEP)
    scale = np.stack([east @ moves, north @ moves])
    fwhm, angle = star.get("fwhm", math.nan), math.radians(star.get("theta", math.nan))
    if not (np.isfinite(scale).all() and math.isfinite(fwhm)):
        return found
    arcseconds = math.sqrt(abs(np.linalg.det(scale)))
    found["fwhm_arcsec"] = fwhm * arcseconds
    found["fwhm_arcsec_err"] = star.get("fwhm_err", math.nan) * arcseconds
    axes = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    wide = scale @ axes @ np.diag([star["fwhm_major"], star["fwhm_minor"]])
    _, vectors = np.linalg.eigh(wide @ wide.T)
    found["position_angle"] = math.degrees(math.atan2(vectors[0, 1], vectors[1, 1])) % 180
    return found
