"""Numbers in little room: as many digits as a cell holds."""

import math
from typing import Any


def short_number(value: Any, characters: int) -> str:
    """Write a number so that it fits, with as many digits as possible.

    Parameters
    ----------
    value : numpy scalar, int or float
        Integers keep all their digits where there is room.
    characters : int
        Room, in characters; a number that needs more even with one digit is longer than this.

    Returns
    -------
    str
        Without trailing zeros; ``NaN`` for a missing pixel.
    """
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, int):
        whole = str(number)
        if len(whole) <= characters:
            return whole
        number = float(number)
    if math.isnan(number):
        return "NaN"
    # seven digits are what a float32 holds
    for digits in range(min(7, max(1, characters)), 0, -1):
        text = _without_padding(f"{number:.{digits}g}")
        if len(text) <= characters:
            return text
    return text


def _without_padding(text: str) -> str:
    """Turn ``1.5e+06`` into ``1.5e6``."""
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text
