"""Words: those of a command line made plain for argparse, which takes ``-5,10`` and ``-1e3`` for options."""

import math
import re
from collections.abc import Collection, Sequence
from decimal import Decimal

# what argparse itself knows to be a number
_PLAIN = re.compile(r"-\d+|-\d*\.\d+")


def joined(words: Sequence[str], valued: Collection[str]) -> list[str]:
    """Return the words with negative numbers made plain.

    Parameters
    ----------
    words : sequence of str
        What was typed.
    valued : collection of str
        Options whose value may begin with a minus: it is joined to them by an equals sign.
    """
    result: list[str] = []
    waiting = False
    for number, word in enumerate(words):
        if waiting:
            result[-1] += f"={word}"
            waiting = False
        elif word == "--":
            return [*result, *words[number:]]
        elif word in valued:
            result.append(word)
            waiting = True
        else:
            result.append(_plain(word))
    return result


def _plain(word: str) -> str:
    """Return a negative number without its exponent, with all its digits; other words as they are."""
    if not word.startswith("-") or _PLAIN.fullmatch(word):
        return word
    try:
        number = float(word)
    except ValueError:
        return word
    return f"{Decimal(repr(number)):f}" if math.isfinite(number) else word
