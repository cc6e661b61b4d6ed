"""Dates: when an exposure began, as ISO 8601, from the cards of many observatories."""

import re
from datetime import datetime, timedelta

from viewer.core.observation.heading import Heading

DATES = ("DATE-OBS", "DATE_OBS", "DATEOBS", "DATE-BEG", "UTC-OBS", "UTDATE", "DATE-AVG")
TIMES = (
    "TIME-OBS",
    "UTSTART",
    "UT-START",
    "UTC-OBS",
    "TIME-BEG",
    "EXPSTART",
    "STARTTIM",
    "UTSHUT",
    "UT",
    "UTC",
    "UTIME",
    "TIME_OBS",
    "TIMEOBS",
)
MODIFIED_JULIAN = ("MJD-OBS", "MJD-BEG", "MJD", "EXPSTART")

_ISO = re.compile(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?:[T ]+(\d\d?:\d\d(?::\d\d(?:\.\d*)?)?)Z?)?\Z")
_OLD = re.compile(r"(\d\d?)[-/](\d\d?)[-/](\d\d|\d{4})\Z")
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d(?:\.\d*)?))?Z?\Z")
_MJD_ZERO = datetime(1858, 11, 17)
_JD_OF_MJD_ZERO = 2400000.5


def date_of(heading: Heading) -> str:
    """Return the begin of the exposure, ``2025-06-02T03:21:41.04``; only the day if no more is said."""
    day = ""
    for keyword in DATES:
        text = heading.text(keyword).strip()
        iso, old = _ISO.match(text), _OLD.match(text)
        if iso and _is_day(int(iso[1]), int(iso[2]), int(iso[3])):
            day = f"{iso[1]}-{int(iso[2]):02}-{int(iso[3]):02}"
            if iso[4]:
                return f"{day}T{_time(iso[4])}"
        elif old:
            # FITS before 1999: dd/mm/yy
            year = int(old[3]) + (1900 if len(old[3]) == 2 else 0)
            if _is_day(year, int(old[2]), int(old[1])):
                day = f"{year:04}-{int(old[2]):02}-{int(old[1]):02}"
        if day:
            break
    if day:
        times = (_time(heading.text(keyword)) for keyword in TIMES)
        time = next((each for each in times if each), "")
        return f"{day}T{time}" if time else day
    for keyword in (*MODIFIED_JULIAN, "JD"):
        value = heading.get(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool):
            days = value - _JD_OF_MJD_ZERO if value > _JD_OF_MJD_ZERO else value
            if 10_000 < days < 200_000:
                return (_MJD_ZERO + timedelta(days=days)).isoformat(timespec="milliseconds")
    return ""


def _time(text: str) -> str:
    match = _CLOCK.match(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return ""
    return f"{int(match[1]):02}:{match[2]}:{match[3] or '00'}"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return datetime(year, month, day).year > 1800
    except ValueError:
        return False
