"""Numbers as text: short labels for axes, full digits for fields, and what a person types as a number."""

import math
from collections.abc import Sequence

from viewer.core.errors import ViewerError

# Powers of ten between which a number is written without an exponent.
PLAIN = (-4, 6)
# Beyond this it is not even tried, however long the other form is.
LONGEST_PLAIN = 15
# A field is this many characters wide; a number that does not fit is rounded.
FIELD_CHARACTERS = 12
# Digits that a field shows at least.
FIELD_DIGITS = 7


def round_step(room: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above `room`.

    Parameters
    ----------
    room : float
        Positive and finite; 0 and everything too small for that gives the smallest such step.
    """
    power = _power(max(room, 1e-300))
    fits = [digit for digit in (1, 2, 5) if digit * 10.0**power <= room * (1 + 1e-9)]
    return (fits[-1] if fits else 1) * 10.0**power


def rounded(value: float, room: float) -> float:
    """Return the roundest number within half of `room` of `value`."""
    step = round_step(room)
    steps = value / step
    if not abs(steps) < 1e15:
        return value
    # by way of decimal digits: 3 * 0.1 would be 0.30000000000000004
    return float(f"{round(steps) * step:.15g}")


def labels(values: Sequence[float], step: float) -> list[str]:
    """Return short labels that differ where the values differ by `step` or more.

    Parameters
    ----------
    values : sequence of float
        In any order; all are written in the same manner, with or without an exponent.
    step : float
        Distance that must be told apart, positive.
    """
    largest = max((abs(value) for value in values), default=0.0)
    if not largest or not math.isfinite(largest):
        return [f"{value:g}" for value in values]
    last = _power(step)
    power = _power(largest)
    plain = [_plain(value, last) for value in values] if abs(power) < LONGEST_PLAIN else []
    if PLAIN[0] < power < PLAIN[1]:
        return plain
    scientific = [_scientific(value, last) for value in values]
    return plain if plain and max(map(len, plain)) <= max(map(len, scientific)) else scientific


def field_text(value: float, resolution: float = 0.0) -> str:
    """Return a number for a field: every digit if they fit, otherwise as many as are of use.

    Parameters
    ----------
    value : float
        Finite.
    resolution : float
        Difference that must stay visible, 0 if none.
    """
    value = value + 0.0  # no "-0"
    exact = _tidy(repr(value))
    if len(exact) <= FIELD_CHARACTERS:
        return exact
    digits = FIELD_DIGITS
    if resolution > 0 and value:
        digits = min(FIELD_CHARACTERS, max(digits, _power(value) - _power(resolution) + 1))
    return _tidy(f"{value:.{digits}g}")


def without_zeros(text: str) -> str:
    """Return a number without the zeros at its end that only show how exact it is: 0.50 -> 0.5."""
    mantissa, mark, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + mark + exponent


def parse_number(text: str) -> float:
    """Return the number that a person typed.

    Parameters
    ----------
    text : str
        ``1200``, ``-3.5``, ``1e-20``, with a typographic minus or spaces between thousands too.

    Raises
    ------
    ViewerError
        If it is not a finite number.
    """
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ViewerError(f"“{text.strip()}” is not a number: type one such as 1200, -0.5 or 1e-20.")
    return value


def _power(value: float) -> int:
    """Power of ten of the first digit; not off by one as the logarithm of 1000 may be."""
    return int(f"{abs(value):e}".partition("e")[2]) if value else 0


def _plain(value: float, last: int) -> str:
    return f"{value:.{max(0, -last)}f}"


def _scientific(value: float, last: int) -> str:
    if not value:
        return "0"
    return _tidy(f"{value:.{min(15, max(0, _power(value) - last))}e}")


def _tidy(text: str) -> str:
    """Without what carries no information: 1200.0 -> 1200, 1.50e+05 -> 1.5e5."""
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else without_zeros(mantissa)
