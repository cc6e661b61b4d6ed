"""Lengths: how long a line on an image is, in pixels and on the sky, and where it points."""

import math

from viewer.core.frame import Frame
from viewer.core.session.document import Picture
from viewer.core.shapes.region import Region

MOST_KEPT = 500
Point = tuple[float, float]


def separation(start: Point, end: Point) -> tuple[float, float]:
    """Return distance and position angle between two directions on a sphere.

    Parameters
    ----------
    start, end : tuple of float
        Longitude and latitude in degrees.

    Returns
    -------
    tuple of float
        Arcseconds along the great circle (Vincenty's formula, exact for short ones too), and the angle at
        `start` from north through east in degrees, 0 to 360.
    """
    (lon0, lat0), (lon1, lat1) = ((math.radians(lon), math.radians(lat)) for lon, lat in (start, end))
    sine, cosine = math.sin(lon1 - lon0), math.cos(lon1 - lon0)
    east = math.cos(lat1) * sine
    north = math.cos(lat0) * math.sin(lat1) - math.sin(lat0) * math.cos(lat1) * cosine
    along = math.sin(lat0) * math.sin(lat1) + math.cos(lat0) * math.cos(lat1) * cosine
    distance = math.degrees(math.atan2(math.hypot(east, north), along)) * 3600
    return distance, math.degrees(math.atan2(east, north)) % 360


def sky_text(arcseconds: float) -> str:
    """Return an angle on the sky in the unit that suits it: ″, ′ or °."""
    if arcseconds >= 3600:
        return f"{arcseconds / 3600:.4g}°"
    return f"{arcseconds / 60:.4g}′" if arcseconds >= 60 else f"{arcseconds:.3g}″"


class Lengths:
    """Writes the lengths of rulers; keeps those that were asked for lately."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._detailed = False
        self._texts: dict[tuple[Point, ...], str] = {}

    def text(self, region: Region, picture: Picture | None) -> str:
        """Return length and direction of a ruler.

        Parameters
        ----------
        region : Region
            With two points.
        picture : Picture or None
            If its WCS is ready and celestial: length on the sky and position angle from north through east
            are given too. Otherwise the angle is counter-clockwise from +x.
        """
        frame = None if picture is None else picture.frame
        detailed = picture is not None and picture.detailed
        if frame is not self._frame or detailed != self._detailed or len(self._texts) > MOST_KEPT:
            self._texts.clear()
            self._frame, self._detailed = frame, detailed
        if region.points not in self._texts:
            self._texts[region.points] = self._text(region.points, picture)
        return self._texts[region.points]

    def _text(self, points: tuple[Point, ...], picture: Picture | None) -> str:
        (x0, y0), (x1, y1) = points
        pixels = f"{math.hypot(x1 - x0, y1 - y0):.1f} px"
        if picture is not None and picture.detailed and picture.frame.world.celestial:
            lon, lat = picture.frame.world.skies((x0, x1), (y0, y1), "icrs", picture.plane)
            distance, angle = separation((lon[0], lat[0]), (lon[1], lat[1]))
            if math.isfinite(distance):
                return f"{sky_text(distance)}  PA {angle:.1f}°  ({pixels})"
        return f"{pixels}  {math.degrees(math.atan2(y1 - y0, x1 - x0)) % 360:.1f}°"
