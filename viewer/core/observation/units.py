"""Units: a number out of a header value that may be text, and the unit that its card gives for it."""

import re

from viewer.core.io.cards import Value

_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millisec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "µs", "usec", "microsec", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}
# a lone letter in a comment's prose is no unit
_PROSE = re.compile(
    r"\b(sec\w*|m(?:illi)?sec\w*|us|µs|u(?:micro)?sec|microsec\w*|ms|min(?:ute)?s|days|hours)\b", re.I
)
_BRACKETS = re.compile(r"\[\s*([^\]\s]+)\s*\]|\(\s*([^\)\s]+)\s*\)")
_NUMBER = re.compile(r"\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[EeDd][+-]?\d+)?)\s*([A-Za-zµ°\"'%/-]*)")
_CLOCK = re.compile(r"\s*(\d{1,2}):(\d\d):(\d\d(?:[.,]\d*)?)\s*\Z")
_SHUTTER = re.compile(r"\s*1\s*/\s*(\d+(?:[.,]\d+)?)\s*(?:s|sec)?\s*\Z")
_ABSOLUTE_ZERO = -273.15


def number(value: Value) -> tuple[float, str] | None:
    """Return a finite number and the unit written behind it; None if there is none.

    Parameters
    ----------
    value : bool, int, float, str or None
        Also text such as ``'60,0 s'``, with a decimal comma.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return (float(value), "") if abs(value) < float("inf") else None
    match = _NUMBER.match(value)
    if match is None or (not match[2] and value[match.end() :].strip()):
        return None
    found = float(re.sub("[Dd]", "E", match[1].replace(",", ".")))
    return (found, match[2]) if abs(found) < float("inf") else None


def seconds(value: Value, comment: str = "", unit: str = "s") -> float | None:
    """Return a time in seconds; None if it is none.

    Parameters
    ----------
    value : bool, int, float, str or None
        ``60``, ``'60,0'``, ``'500 ms'``, ``'1/60'``, ``'00:01:00'``.
    comment : str
        The card's comment, for the unit: ``[d] time on source``, ``Exposure time minutes``.
    unit : str
        If neither value nor comment says one.
    """
    if isinstance(value, str):
        clock, shutter = _CLOCK.match(value), _SHUTTER.match(value)
        if clock:
            return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3].replace(",", "."))
        if shutter:
            speed = float(shutter[1].replace(",", "."))
            return 1 / speed if speed else None
    found = number(value)
    if found is None or found[0] < 0:
        return None
    if found[1]:
        factor = _SECONDS.get(found[1].lower().rstrip("."))
        return None if factor is None else found[0] * factor
    brackets = _BRACKETS.search(comment)
    prose = _PROSE.search(comment)
    for said in (*(brackets.groups() if brackets else ()), prose[1] if prose else None):
        if said and said.lower().rstrip(".") in _SECONDS:
            return found[0] * _SECONDS[said.lower().rstrip(".")]
    return found[0] * _SECONDS[unit]


def celsius(value: Value, comment: str = "") -> float | None:
    """Return the temperature of a detector in degrees Celsius; None if it cannot be one.

    Parameters
    ----------
    value : bool, int, float, str or None
        ``-10``, ``'-10,0 C'``, ``163.15``: above 100 it is in kelvin, whatever is said.
    comment : str
        The card's comment, which may say ``[K]``.
    """
    found = number(value)
    if found is None:
        return None
    unit = found[1].strip("°").upper()
    brackets = _BRACKETS.search(comment)
    kelvin = unit in ("K", "KELVIN") or "kelvin" in comment.lower()
    kelvin = kelvin or (brackets is not None and "K" in (brackets[1], brackets[2])) or found[0] > 100
    degrees = found[0] + _ABSOLUTE_ZERO if kelvin else found[0]
    return round(degrees, 4) if _ABSOLUTE_ZERO < degrees < 100 else None
