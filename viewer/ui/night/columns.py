"""Columns as the folder's table shows them: explained, sorted, and which values were set by hand."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from viewer.core.night import columns
from viewer.core.night.columns import Column, column_of
from viewer.core.night.entry import BY_HAND, Entry, label

DEFAULT = (*columns.DEFAULT, "notes")
# the kind says which are masters
OFFERED = tuple(column.key for column in columns.STANDARD if column.key not in ("name", "master"))

_TIPS = {
    "name": "Name of the file in the folder",
    "kind": "What the frame was taken for; a question mark where that cannot be told",
    "target": "What the telescope pointed at",
    "filter": "The filter in the beam",
    "exposure": "Exposure time in seconds",
    "temperature": "Temperature of the detector in degrees Celsius",
    "binning": "Binning along x and y",
    "size": "Columns and rows",
    "date": "Begin of the exposure",
    "gain": "Electrons per count",
    "gain_setting": "The amplification chosen at an amateur camera, a number without a unit",
    "camera": "Instrument or detector",
    "combined": "Of how many frames it was made",
    "corrections": "What was corrected already: B bias, D dark, F flat",
    "path": "Where the file is",
    "notes": "What could not be told, is contradictory, or was set by hand; why a file cannot be read",
}
_DIGITS = re.compile(r"(\d+)")


def columns_of(keys: Iterable[str]) -> tuple[Column, ...]:
    """Return columns by their keys, each once; the file's name is always the first one."""
    return tuple({column.key: column for column in map(column_of, ("name", *keys))}.values())


def tip_of(column: Column) -> str:
    """Return what a column shows, in a few words."""
    return _TIPS.get(column.key, f"The header's {column.key}")


def set_by_hand(entry: Entry, column: Column) -> bool:
    """Whether the user has set what a column shows of an entry."""
    return column.key in BY_HAND and f"{label(column.key)} set by hand." in entry.notes


def ordered(entries: Sequence[Entry], column: Column, descending: bool = False) -> list[Entry]:
    """Return entries sorted by a column: numbers as numbers, ``f9`` before ``f10``, what is not said last."""
    said = [(column.value(entry), entry) for entry in entries]
    there = [(_rank(value), entry) for value, entry in said if _is_said(value)]
    there.sort(key=lambda pair: pair[0], reverse=descending)
    return [entry for _, entry in there] + [entry for value, entry in said if not _is_said(value)]


def follow(before: Sequence[Entry], after: Sequence[Entry], column: Column, descending: bool = False) -> bool:
    """Whether entries in their order come after others in theirs, as far as the ends tell."""
    ends = [*before[-1:], *after[:1]]
    return len(ends) < 2 or ordered(ends, column, descending) == ends


def _is_said(value: object) -> bool:
    return value is not None and value not in ("", (), [])


def _rank(value: object) -> tuple[object, ...]:
    """Return what values of any type can be compared by."""
    if isinstance(value, bool | int | float):
        # NaN compares with nothing
        return (0, float(value) if value == value else float("-inf"))
    if isinstance(value, tuple | list):
        return (1, tuple(value))
    return (2, _natural(str(value)))


@lru_cache(maxsize=1 << 16)
def _natural(text: str) -> tuple[object, ...]:
    # text and digits take turns
    parts = _DIGITS.split(text.casefold())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
