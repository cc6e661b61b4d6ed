"""Columns: what the lists of a night's files say of each, as text and as values for programs."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from viewer.core.names import shown
from viewer.core.night.entry import Entry


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    key : str
        What it is asked for by: an attribute in small letters, or a header keyword in capitals.
    title : str
        Above it.
    value : callable
        Gets an entry, gives what programs want: a number, a text, a list, None.
    text : callable
        Gets an entry, gives what a person reads; empty where nothing is said.
    right : bool
        Numbers are aligned to the right.
    """

    key: str
    title: str
    value: Callable[[Entry], object]
    text: Callable[[Entry], str]
    right: bool = False


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _binning(entry: Entry) -> str:
    return "x".join(map(str, entry.binning or ()))


def _size(entry: Entry) -> str:
    # as FITS has it: x first
    return "x".join(map(str, reversed(entry.shape)))


def _kind(entry: Entry) -> str:
    if entry.problem:
        return "unreadable"
    return f"master {entry.kind}" if entry.master else entry.kind or "?"


def _notes(entry: Entry) -> str:
    return entry.problem or " ".join(entry.notes)


STANDARD = (
    Column("name", "File", lambda e: e.name, lambda e: shown(e.name)),
    Column("kind", "Kind", lambda e: e.kind or None, _kind),
    Column("master", "Master", lambda e: e.master, lambda e: "yes" if e.master else ""),
    Column("target", "Target", lambda e: e.target, lambda e: e.target),
    Column("filter", "Filter", lambda e: e.filter, lambda e: e.filter),
    Column("exposure", "Exp. (s)", lambda e: e.exposure, lambda e: _number(e.exposure, ".6g"), True),
    Column("temperature", "T (C)", lambda e: e.temperature, lambda e: _number(e.temperature, ".1f"), True),
    Column("binning", "Bin", lambda e: e.binning, _binning),
    Column("size", "Size", lambda e: e.shape[::-1], _size, True),
    Column("date", "Begin", lambda e: e.date, lambda e: e.date),
    Column("gain", "Gain", lambda e: e.gain, lambda e: _number(e.gain, ".4g"), True),
    Column(
        "gain_setting", "Setting", lambda e: e.gain_setting, lambda e: _number(e.gain_setting, ".6g"), True
    ),
    Column("camera", "Camera", lambda e: e.camera, lambda e: e.camera),
    Column(
        "combined", "Frames", lambda e: e.combined, lambda e: str(e.combined) if e.combined > 1 else "", True
    ),
    Column("corrections", "Done", lambda e: e.corrections, lambda e: e.corrections),
    Column("path", "Path", lambda e: str(e.path), lambda e: shown(e.path)),
    Column("notes", "Notes", lambda e: list(e.notes), _notes),
)
"""What is known of every frame; any header keyword makes a column too."""

DEFAULT = ("name", "kind", "target", "filter", "exposure", "temperature", "binning", "size", "date", "gain")

_BY_KEY = {column.key: column for column in STANDARD}


def column_of(name: str) -> Column:
    """Return a column: one of `STANDARD` in any case of letters, else the header's keyword of that name."""
    known = _BY_KEY.get(name.strip().lower())
    if known is not None:
        return known
    keyword = " ".join(name.upper().split())
    return Column(keyword, keyword, lambda entry: entry.value(keyword), lambda entry: _card(entry, keyword))


def _card(entry: Entry, keyword: str) -> str:
    value = entry.value(keyword)
    if isinstance(value, bool):
        return "T" if value else "F"
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def matching(entries: Iterable[Entry], text: str, columns: Sequence[Column] = STANDARD) -> list[Entry]:
    """Return the entries that have every word of `text` in one of the columns, in any case of letters."""
    words = text.casefold().split()
    found = []
    for entry in entries:
        whole = "\n".join(column.text(entry) for column in columns).casefold()
        if all(word in whole for word in words):
            found.append(entry)
    return found


def as_csv(entries: Iterable[Entry], columns: Sequence[Column]) -> str:
    """Return comma-separated values, the first line with the columns' keys (RFC 4180, lines end in LF)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for entry in entries:
        writer.writerow([_plain(column, entry) for column in columns])
    return text.getvalue()


def _plain(column: Column, entry: Entry) -> object:
    value = column.value(entry)
    if isinstance(value, str):
        # a line's end in a name is one in a table, too; bytes that are no UTF-8 have no letters
        return "".join(shown(each) if "\ud800" <= each <= "\udfff" else each for each in value)
    # all digits of a number; text for what is no single value
    return value if isinstance(value, int | float) and not isinstance(value, bool) else column.text(entry)
