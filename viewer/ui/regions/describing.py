"""Describing: a region's place and size as people read them, counted from 1 or on the sky."""

import math
from dataclasses import dataclass, replace

import numpy as np

from viewer.core.session.document import Picture
from viewer.core.shapes.local import scales_of, sky_matrices
from viewer.core.shapes.region import Region
from viewer.core.skyframes import SkyStyle

TITLES = {"ellipse annulus": "Elliptical annulus", "box annulus": "Box annulus"}
# tenths of an arcsecond are enough to find a region by
FOUND_BY = SkyStyle(digits=1)
SHORT = {"ellipse annulus": "Ell. annulus"}


@dataclass(frozen=True)
class Sky:
    """How a region lies on the sky.

    Attributes
    ----------
    lon, lat : float
        ICRS degrees of its centre.
    scale : float
        Arcseconds for a pixel there, the mean of all directions.
    """

    lon: float
    lat: float
    scale: float


def title_of(region: Region) -> str:
    """Return the kind of a region with a capital letter."""
    return TITLES.get(region.kind, region.kind.capitalize())


def short_title_of(region: Region) -> str:
    """Return the kind of a region in a dozen letters."""
    return SHORT.get(region.kind) or title_of(region)


def has_sky(picture: Picture | None) -> bool:
    """Whether regions of an image have places on the sky, and the WCS is ready."""
    return picture is not None and picture.detailed and picture.frame.world.celestial_wcs is not None


def sky_of(region: Region, picture: Picture) -> Sky | None:
    """Return how a region lies on the sky; None if it does not."""
    x, y = (np.array([value]) for value in region.centre)
    lon, lat = picture.frame.world.skies(x, y, "icrs", picture.plane)
    scales, _ = scales_of(sky_matrices(picture.frame.world, x, y, "icrs", picture.plane))
    sky = Sky(float(lon[0]), float(lat[0]), float(scales[0]))
    return sky if all(map(math.isfinite, (sky.lon, sky.lat, sky.scale))) else None


def place_text(region: Region, sky: Sky | None, style: SkyStyle = FOUND_BY) -> str:
    """Return the centre of a region: FITS pixels, or right ascension and declination."""
    if sky is not None:
        return " ".join(replace(FOUND_BY, sexagesimal=style.sexagesimal).texts(sky.lon, sky.lat))
    return f"{region.centre[0] + 1:.2f}, {region.centre[1] + 1:.2f}"


def size_text(region: Region, sky: Sky | None) -> str:
    """Return the size of a region in pixels, or in arcseconds, and how it is turned."""
    factor, unit, digits = (1.0, "", 2) if sky is None else (sky.scale, "″", 2)

    def text(value: float) -> str:
        return f"{value * factor:.{digits}f}{unit}"

    if region.kind == "polygon":
        return f"{len(region.points)} corners"
    if len(region.points) == 2:
        return text(math.dist(*region.points))
    parts = [text(value) for value in region.size]
    if region.kind in ("ellipse annulus", "box annulus"):
        parts = [" × ".join(parts[:2]), " × ".join(parts[2:])]
        words = " – ".join(parts)
    elif region.kind == "annulus":
        words = " – ".join(parts)
    else:
        words = " × ".join(parts)
    return f"{words}  {region.angle:.1f}°" if region.angle else words
