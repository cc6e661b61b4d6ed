"""The numbers of a DS9 region file: positions, sizes and angles with all their units."""

import math
import re

from viewer.core.shapes.given import SKY, Unreadable

_SEXAGESIMAL = re.compile(
    r"([+-]?)(\d+(?:\.\d*)?)([:hd])(?:(\d+(?:\.\d*)?)[:m]?)?(?:(\d+(?:\.\d*)?)s?)?", re.ASCII
)
_HOURS = ("icrs", "fk5", "fk4")
_ARCSEC = {'"': 1.0, "'": 60.0, "d": 3600.0, "r": math.degrees(1) * 3600}


def coordinate(text: str, frame: str, longitude: bool) -> float:
    """Return a coordinate: a 1-based pixel or degrees.

    Parameters
    ----------
    text : str
        ``512.5``, ``202.4d``, ``3.5r``, ``13:29:52.6`` or ``13h29m52.6s`` as DS9 writes them.
    frame : str
        That the file is in.
    longitude : bool
        Whether it is the first of its pair: with colons, right ascensions are in hours.

    Raises
    ------
    Unreadable
        If it is none, or one of another frame.
    """
    try:
        value = float(text)
    except ValueError:
        value = _written(text, frame, longitude)
    if not math.isfinite(value):
        raise Unreadable(f"the coordinate {text} is not a number")
    return value


def _written(text: str, frame: str, longitude: bool) -> float:
    if frame not in SKY:
        if text[-1:] == frame[0]:
            return _plain(text[:-1], text)
        raise Unreadable(f"“{text}” is no coordinate in the frame {frame}")
    if text[-1:] in ("d", "r"):
        value = _plain(text[:-1], "") if _is_number(text[:-1]) else None
        if value is not None:
            return value if text[-1] == "d" else math.degrees(value)
    match = _SEXAGESIMAL.fullmatch(text)
    if match is None:
        raise Unreadable(f"“{text}” is no coordinate in the frame {frame}")
    sign, first, mark, minutes, seconds = match.groups()
    value = float(first) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    hours = mark == "h" or (mark == ":" and longitude and frame in _HOURS)
    return (-value if sign == "-" else value) * (15.0 if hours else 1.0)


def length(text: str, frame: str) -> tuple[float, str]:
    """Return a size with its unit: ``arcsec``, ``image`` or ``physical``.

    Parameters
    ----------
    text : str
        A bare number is in pixels of the frame, on the sky in degrees.
    frame : str
        That the file is in.

    Raises
    ------
    Unreadable
        If it is none, or negative.
    """
    mark = text[-1:]
    if mark in _ARCSEC:
        value, unit = _plain(text[:-1], text) * _ARCSEC[mark], "arcsec"
    elif mark in ("i", "p"):
        value, unit = _plain(text[:-1], text), "image" if mark == "i" else "physical"
    elif frame in SKY:
        value, unit = _plain(text, text) * 3600.0, "arcsec"
    else:
        value, unit = _plain(text, text), frame
    if not math.isfinite(value) or value < 0:
        raise Unreadable(f"{text} is no size")
    return value, unit


def angle(text: str) -> float:
    """Return an angle in degrees.

    Raises
    ------
    Unreadable
        If it is none.
    """
    value = math.degrees(_plain(text[:-1], text)) if text[-1:] == "r" else _plain(text.rstrip("d"), text)
    if not math.isfinite(value):
        raise Unreadable(f"{text} is no angle")
    return value % 360.0


def _plain(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Unreadable(f"“{whole}” is not a number") from None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
