"""World values: the coordinates of a position in one system, labelled and written out."""

import math
from dataclasses import dataclass, replace

from viewer.core.coordinates import System
from viewer.core.skyframes import format_sky


@dataclass(frozen=True)
class WorldValue:
    """One coordinate of a position.

    Attributes
    ----------
    label : str
        What to call it; no two of one position are the same.
    text : str
        The value with its unit as people read it.
    value : float or None
        None where the system is not defined (outside a map of the whole sky, for instance).
    unit : str
        Of `value`; positions on the sky are in degrees.
    system : str
        Empty for the primary WCS, its letter for another one, else ``physical`` or ``detector``.
    celestial : bool
        Whether it is a longitude or latitude on the sky.
    """

    label: str
    text: str
    value: float | None
    unit: str
    system: str = ""
    celestial: bool = False


def values_of(system: System, world: list[float], sexagesimal: bool, digits: int = 3) -> list[WorldValue]:
    """Return the values of one system of which the transformation gave `world`."""
    prefix = f"{system.key}: " if system.key else ""
    frame = f" ({system.frame.label})" if system.frame and system.frame.equatorial else ""
    lon, lat = system.lon, system.lat
    sky = ("", "")
    if lon >= 0 and lat >= 0:
        name = system.frame.name if system.frame else "galactic"
        sky = format_sky(world[lon], world[lat], name, sexagesimal, digits)
    values = []
    for i, (axis, raw) in enumerate(zip(system.axes, world, strict=True)):
        value = axis.value(raw)
        celestial = i in (lon, lat)
        if celestial:
            text = sky[0 if i == lon else 1] or "undefined"
            value = value % 360.0 if i == lon else value
        else:
            text = axis.text(value)
        label = f"{prefix}{axis.label}{frame if celestial else ''}"
        known = value if math.isfinite(value) else None
        values.append(WorldValue(label, text, known, axis.unit, system.key, celestial))
    return values


def distinct(values: list[WorldValue]) -> list[WorldValue]:
    """Number the labels that occur twice."""
    seen: dict[str, int] = {}
    found = []
    for value in values:
        seen[value.label] = seen.get(value.label, 0) + 1
        if seen[value.label] > 1:
            value = replace(value, label=f"{value.label} {seen[value.label]}")
        found.append(value)
    return found
