"""Filter: words and conditions such as ``snr>20 fwhm<4 saturated``, as they are typed."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.ui.stars.columns import COLUMNS, column_of, flags_text

Array = np.ndarray[Any, np.dtype[Any]]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_SIGN = r"<=|>=|!=|==|≤|≥|<|>|="
# 3<fwhm or 3<fwhm<5, fwhm<4, or a word
_PART = re.compile(
    rf"(?P<low>{_NUMBER})(?P<first><=|≤|<)(?P<between>[a-z_/#]+)(?:(?P<second><=|≤|<)(?P<high>{_NUMBER}))?(?!\S)"
    rf"|(?P<name>[a-z_/#]+)(?P<sign>{_SIGN})(?P<value>{_NUMBER})(?!\S)"
    r"|(?P<word>\S+)"
)
_BLANKS = re.compile(rf"\s*({_SIGN})\s*")
_NAMES = {
    **{column.key: column.key for column in COLUMNS},
    "#": "number",
    "n": "number",
    "s/n": "snr",
    "sn": "snr",
    "error": "flux_err",
    "err": "flux_err",
    "ellipt": "ellipticity",
    "e": "ellipticity",
    "magnitude": "mag",
    "angle": "theta",
    "pa": "theta",
    "sky": "background",
    "sat": "saturated",
}
_NEGATIONS = ("not", "no")


@dataclass(frozen=True, eq=False)
class Found:
    """Which rows are left.

    Attributes
    ----------
    rows : numpy.ndarray
        Boolean, one for each star.
    problem : str
        What of the text was not understood, in a sentence; that part was left out.
    """

    rows: Array
    problem: str = ""


def find(text: str, table: Array) -> Found:
    """Find the stars that a text asks for: all of its parts have to hold.

    Parameters
    ----------
    text : str
        Conditions such as ``snr>20``, ``x<=100``, ``3<fwhm<5``; ``saturated``, also with ``not`` or ``!``
        before it; other words are looked for in the notes. What is being typed and not complete yet is left
        out. Positions are counted from 1, RA and Dec are in degrees.
    table : numpy.ndarray
        The stars.
    """
    rows = np.ones(len(table), bool)
    problem, negated = "", False
    for part in _PART.finditer(_BLANKS.sub(r"\1", text.casefold())):
        word = part["word"]
        if word in _NEGATIONS:
            negated = True
            continue
        try:
            found = _one(part, table)
        except KeyError as error:
            problem = problem or _unknown(str(error.args[0]))
        else:
            rows &= ~found if negated else found
        negated = False
    return Found(rows, problem)


def _one(part: "re.Match[str]", table: Array) -> Array:
    """Return the rows for which one part holds."""
    if part["between"]:
        values = _values(part["between"], table)
        above = _compared(values, part["first"].replace("<", ">").replace("≤", "≥"), float(part["low"]))
        return above & _compared(values, part["second"], float(part["high"])) if part["high"] else above
    if part["name"]:
        return _compared(_values(part["name"], table), part["sign"], float(part["value"]))
    word = part["word"]
    negated = word.startswith(("!", "-")) and len(word) > 1
    bare = word[1:] if negated else word
    if _NAMES.get(bare) == "saturated" or (len(bare) > 2 and "saturated".startswith(bare)):
        found = np.asarray(table["saturated"], bool)
    elif any(sign in bare for sign in "<>=≤≥!"):
        # a condition that is still being typed
        name = next((piece for piece in re.split(_SIGN, bare) if piece and not re.match(_NUMBER, piece)), "")
        if name and name not in _NAMES:
            raise KeyError(name)
        return np.ones(len(table), bool)
    elif "flags" in (table.dtype.names or ()):
        notes, which = np.unique(table["flags"], return_inverse=True)
        found = np.array([bare in flags_text(note).casefold() for note in notes], bool)[which]
    else:
        found = np.zeros(len(table), bool)
    return ~found if negated else found


def _values(name: str, table: Array) -> Array:
    return column_of(_NAMES[name]).values(table)


def _compared(values: Array, sign: str, number: float) -> Array:
    with np.errstate(invalid="ignore"):
        if sign == "<":
            found = values < number
        elif sign in ("<=", "≤"):
            found = values <= number
        elif sign == ">":
            found = values > number
        elif sign in (">=", "≥"):
            found = values >= number
        elif sign == "!=":
            found = np.isfinite(values) & (values != number)
        else:
            found = values == number
    return np.asarray(found, bool)


def _unknown(name: str) -> str:
    names = ", ".join(column.key for column in COLUMNS if column.key != "flags")
    return f"There is no column “{name}”: use {names}."
