"""Entries: the numbers of a region that can be typed, in pixels counted from 1 or on the sky."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from viewer.core.catalogue.angles import as_degrees
from viewer.core.errors import ViewerError
from viewer.core.session.document import Picture
from viewer.core.shapes.region import Region
from viewer.core.skyframes import format_sky
from viewer.ui.panels.numbers import parse_number
from viewer.ui.regions.describing import Sky

Meaning = Literal["pixel", "length", "angle", "lon", "lat"]
SIZES: dict[str, tuple[str, ...]] = {
    "circle": ("Radius",),
    "annulus": ("Inner radius", "Outer radius"),
    "ellipse": ("Semi-axis x", "Semi-axis y"),
    "box": ("Width", "Height"),
    "ellipse annulus": ("Inner semi-axis x", "Inner semi-axis y", "Outer semi-axis x", "Outer semi-axis y"),
    "box annulus": ("Inner width", "Inner height", "Outer width", "Outer height"),
}
TURNED = ("ellipse", "box", "ellipse annulus", "box annulus")


@dataclass(frozen=True)
class Entry:
    """One number of a region.

    Attributes
    ----------
    label : str
        What it is called.
    meaning : str
        ``pixel`` (counted from 1), ``length``, ``angle``, ``lon`` or ``lat``.
    unit : str
        Written behind it.
    value : float
        As it is now.
    change : callable
        Gets the region and another value; returns the region with it.
    """

    label: str
    meaning: Meaning
    unit: str
    value: float
    change: Callable[[Region, float], Region]

    @property
    def text(self) -> str:
        """The value as it is written."""
        if self.meaning in ("lon", "lat"):
            pair = (self.value, 0.0) if self.meaning == "lon" else (0.0, self.value)
            return format_sky(*pair, "icrs")[self.meaning == "lat"]
        text = f"{self.value:.4f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    def read(self, text: str) -> float:
        """Return what a person typed.

        Raises
        ------
        ViewerError
            If it is no such number.
        """
        if self.meaning not in ("lon", "lat"):
            return parse_number(text)
        value = float(as_degrees(np.array([text], object), "", self.meaning == "lon")[0][0])
        if not math.isfinite(value) or (self.meaning == "lat" and abs(value) > 90):
            example = "16:41:41.2 or 250.4217" if self.meaning == "lon" else "+36:27:35 or 36.4598"
            raise ViewerError(f"“{text.strip()}” is no {self.label}: type it as {example}.")
        return value


def entries_of(region: Region, picture: Picture, sky: Sky | None) -> list[Entry]:
    """Return the numbers of a region.

    Parameters
    ----------
    region : Region
        Of any kind.
    picture : Picture
        Its image.
    sky : Sky or None
        How it lies on the sky, if that is wanted.
    """
    found: list[Entry] = []
    ends = len(region.points) == 2
    for n in range(2 if ends else 1):
        place = region.points[n] if ends else region.centre
        suffix = f" {n + 1}" if ends else ""
        found += _place(place, n if ends else None, suffix, picture if sky is not None else None)
    factor, unit = (1.0, "px") if sky is None else (sky.scale, "″")
    for n, label in enumerate(SIZES.get(region.kind, ())):
        found.append(Entry(label, "length", unit, region.size[n] * factor, _sized(n, label, factor)))
    if region.kind in TURNED:
        found.append(Entry("Angle", "angle", "°", region.angle, _turned))
    return found


def _place(
    place: tuple[float, float], index: int | None, suffix: str, picture: Picture | None
) -> list[Entry]:
    """Return both coordinates of the centre, or of one end."""
    if picture is None:
        return [
            Entry(f"{name}{suffix}", "pixel", "", place[axis] + 1, _moved(index, axis))
            for axis, name in enumerate("xy")
        ]
    world, plane = picture.frame.world, picture.plane
    lon, lat = (float(each[0]) for each in world.skies([place[0]], [place[1]], "icrs", plane))

    def change(axis: int) -> Callable[[Region, float], Region]:
        def changed(region: Region, value: float) -> Region:
            wanted = (value, lat) if axis == 0 else (lon, value)
            x, y = (float(each[0]) for each in world.places([wanted[0]], [wanted[1]], "icrs", plane))
            if not (math.isfinite(x) and math.isfinite(y)):
                raise ViewerError("This place on the sky is nowhere in the image's projection.")
            return _put(region, index, (x, y))

        return changed

    return [
        Entry(f"RA{suffix}", "lon", "", lon, change(0)),
        Entry(f"Dec{suffix}", "lat", "", lat, change(1)),
    ]


def _moved(index: int | None, axis: int) -> Callable[[Region, float], Region]:
    def changed(region: Region, value: float) -> Region:
        place = list(region.centre if index is None else region.points[index])
        place[axis] = value - 1
        return _put(region, index, (place[0], place[1]))

    return changed


def _put(region: Region, index: int | None, place: tuple[float, float]) -> Region:
    """Return a region with its centre, or one of its ends, at another place."""
    if index is not None:
        points = list(region.points)
        points[index] = place
        return replace(region, points=tuple(points))
    x, y = region.centre
    return region.moved_by(place[0] - x, place[1] - y)


def _sized(index: int, label: str, factor: float) -> Callable[[Region, float], Region]:
    def changed(region: Region, value: float) -> Region:
        if value <= 0:
            raise ViewerError(f"{label} has to be more than 0.")
        size = list(region.size)
        size[index] = value / factor
        step = 1 if region.kind == "annulus" else 2
        if "annulus" in region.kind:
            for n in range(len(size) - step):
                if size[n] >= size[n + step]:
                    raise ViewerError("The inner edge of an annulus has to lie inside of the outer one.")
        return replace(region, size=tuple(size))

    return changed


def _turned(region: Region, value: float) -> Region:
    return replace(region, angle=value % 360)
