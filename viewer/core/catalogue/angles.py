"""Angles: what catalogues write for right ascension and declination, in degrees."""

import re
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_PARTS = re.compile(
    r"\s*([+\-−–]?)\s*(\d+(?:\.\d*)?)\s*(h|d|°|:|\s|deg)?\s*"
    r"(?:(\d+(?:\.\d*)?)\s*(m|'|′|:|\s)?\s*)?(?:(\d+(?:\.\d*)?)\s*(?:s|\"|″|'')?)?\s*\Z",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z")
_DEGREES = {"deg", "degree", "degrees", "d", "°", "degs"}
_HOURS = {"h", "hr", "hrs", "hour", "hours", "hourangle", "h:m:s", "hms", '"h:m:s"', "'h:m:s'"}
_SEXAGESIMAL_DEGREES = {"d:m:s", "dms", '"d:m:s"', "'d:m:s'"}
_RADIANS = {"rad", "radian", "radians"}


def as_degrees(values: Array, unit: str, hours: bool) -> tuple[Array, str]:
    """Return angles in degrees, NaN for what is none, and what they were understood as.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers, or texts of numbers or of hours or degrees, minutes and seconds.
    unit : str
        The column's; empty if it has none.
    hours : bool
        Whether ``12:34:56`` without a unit is hours: so it is in right ascension.

    Returns
    -------
    degrees : numpy.ndarray
        Of the same length.
    meaning : str
        degrees, hours, radians, or such as hours, minutes and seconds.
    """
    told = unit.strip().casefold()
    if values.dtype.kind in "OSU":
        numbers, meaning = _of_texts([str(value) for value in values], told, hours)
        return numbers, meaning
    numbers = np.asarray(values, float)
    if told in _HOURS:
        return numbers * 15, "hours"
    if told in _RADIANS:
        return np.degrees(numbers), "radians"
    factors = {"arcmin": 60.0, "arcsec": 3600.0, "mas": 3.6e6}
    return numbers / factors.get(told, 1.0), told if told in factors else "degrees"


def known_unit(unit: str) -> bool:
    """Whether a column's unit tells how its angles are meant."""
    told = unit.strip().casefold()
    return told in _DEGREES | _HOURS | _RADIANS | _SEXAGESIMAL_DEGREES


def _of_texts(texts: list[str], told: str, hours: bool) -> tuple[Array, str]:
    degrees = np.full(len(texts), np.nan)
    parted = False
    hourly = told in _HOURS or (hours and told not in _DEGREES | _SEXAGESIMAL_DEGREES)
    for row, text in enumerate(texts):
        if _NUMBER.match(text):
            degrees[row] = float(text) * (15 if told in _HOURS else 1)
            continue
        match = _PARTS.match(text)
        if match is None:
            continue
        sign, whole, mark, minutes, _, seconds = match.groups()
        if float(minutes or 0) >= 60 or float(seconds or 0) > 60:
            continue
        parted = True
        value = float(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        letter = (mark or "").casefold()
        in_hours = letter == "h" or (hourly and letter not in ("d", "deg", "°"))
        degrees[row] = (-value if sign in ("-", "−", "–") and sign else value) * (15 if in_hours else 1)
    if not parted:
        return degrees, "hours" if told in _HOURS else "degrees"
    return degrees, f"{'hours' if hourly else 'degrees'}, minutes and seconds"
