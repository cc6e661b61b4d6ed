"""Text: tables that are written as text - separated by commas, tabs, bars or blanks, and SExtractor's."""

import csv
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy.io import ascii as astropy_ascii
from astropy.table import Table

from viewer.core.catalogue.recognise import Raw
from viewer.core.errors import ViewerError
from viewer.core.quiet import quiet

Array = np.ndarray[Any, np.dtype[Any]]

_SEXTRACTOR = re.compile(r"#\s*(\d+)\s+([A-Za-z]\w*)(?:\s+(.*?))?(?:\s+\[([^\]]*)\])?\s*\Z")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?\Z|[+-]?(nan|inf)\Z", re.IGNORECASE)
_RULE = re.compile(r"[-=+|,;\t ]*-[-=+|,;\t ]*\Z")
_EMPTY = ("", "--", "null", "NULL", "N/A", "n/a", "None", "nan", "NaN", "NAN")
_ENOUGH = 200


@dataclass(frozen=True)
class _Plan:
    """How lines are to be read."""

    lines: list[str]
    delimiter: str
    names: list[str]
    units: dict[str, str]


def table_of(text: str, name: str) -> Raw:
    """Read a table from a text.

    Parameters
    ----------
    text : str
        The whole file.
    name : str
        Of the file, for sentences.

    Raises
    ------
    ViewerError
        If it holds no table.
    """
    lines = text.splitlines()
    plan = _sextractor(lines) or _delimited(lines, name)
    if not plan.lines:
        raise ViewerError(f"{name} has the names of columns, but no rows")
    notes: list[str] = []
    # astropy's compiled reader is far quicker, and refuses every line with another number of fields
    kept = plan.lines
    table = _quickly(kept, plan)
    if table is None:
        kept = [line for line in plan.lines if _fields(line, plan.delimiter) == len(plan.names)]
        lost = len(plan.lines) - len(kept)
        table = _quickly(kept, plan) if kept else None
        if table is None or lost > len(kept):
            raise ViewerError(
                f"{name} is no table that can be read: its lines have different numbers of fields, "
                f"{len(plan.names)} were expected"
            )
        notes.append(f"{lost} of {len(plan.lines)} rows have another number of fields and are left out.")
    return Raw(columns_of(table), plan.units, {}, tuple(notes))


def columns_of(table: Table) -> dict[str, Array]:
    """Return the columns of an astropy table: numbers with NaN, or texts; those of arrays are taken apart."""
    found: dict[str, Array] = {}
    for column in table.itercols():
        if not hasattr(column, "dtype"):
            continue  # such as a time: not a plain column
        for name, values in _flat(column):
            found[name] = values
    return found


def _flat(column: Any) -> list[tuple[str, Array]]:
    values = np.ma.asarray(column)
    if values.ndim == 1:
        return [(str(column.name), plain(values))]
    rows = values.reshape(len(values), -1) if len(values) else values.reshape(0, 0)
    if rows.shape[1] > 20 or rows.dtype.kind not in "biuf":
        return []
    return [
        (f"{column.name}_{i}" if i else str(column.name), plain(rows[:, i])) for i in range(rows.shape[1])
    ]


def plain(values: Any) -> Array:
    """Return a column without a mask: NaN or an empty text for nothing."""
    mask = np.ma.getmaskarray(values)
    data = np.asarray(np.ma.getdata(values))
    if data.dtype.kind == "S":
        data = np.char.decode(data, "utf-8", "replace")
    if data.dtype.kind == "O":
        data = np.array(["" if each is None else _text(each) for each in data.tolist()], str)
    if data.dtype.kind in "biuf" and not data.dtype.isnative:
        data = data.astype(data.dtype.newbyteorder("="))
    if not mask.any():
        return data
    if data.dtype.kind in "biuf":
        data = data.astype(float)
        data[mask] = np.nan
    else:
        data = np.where(mask, "", data)
    return data


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _quickly(lines: list[str], plan: _Plan) -> Table | None:
    try:
        with quiet():
            return astropy_ascii.read(
                "\n".join(lines).replace("\t", " " if plan.delimiter == " " else "\t") + "\n",
                format="fast_no_header",
                delimiter=plan.delimiter,
                names=plan.names,
                guess=False,
                comment="\x01",
                fill_values=[(each, "0") for each in _EMPTY],
            )
    except (astropy_ascii.InconsistentTableError, ValueError):
        return None


def _fields(line: str, delimiter: str) -> int:
    return len(_split(line, delimiter))


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        line = line.strip().replace("\t", " ")
    reader = csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter == " ")
    try:
        return [each.strip() for each in next(reader, [])]
    except csv.Error:
        return []


def _sextractor(lines: list[str]) -> _Plan | None:
    """Return how a catalogue of SExtractor is read: its header numbers the columns."""
    names: list[str] = []
    units: dict[str, str] = {}
    rows: list[str] = []
    for place, line in enumerate(lines):
        match = _SEXTRACTOR.match(line)
        if match is None:
            rows = [each for each in lines[place:] if each.strip() and not each.lstrip().startswith("#")]
            break
        number = int(match[1])
        if number <= len(names) or number > 10_000:
            return None
        # a vector has one entry for all its columns
        names += [f"{names[-1]}_{i}" for i in range(1, number - len(names))] if names else []
        names.append(match[2])
        if match[4]:
            units[match[2]] = match[4]
    if len(names) < 2:
        return None
    if rows:
        more = _fields(rows[0], " ") - len(names)
        last = names[-1]
        names += [f"{last}_{i}" for i in range(1, more + 1)]
    return _Plan(rows, " ", names, units)


def _delimited(lines: list[str], name: str) -> _Plan:
    """Return how a table is read whose first line, perhaps behind a #, names the columns."""
    comments = [line.lstrip().lstrip("#") for line in lines if line.lstrip().startswith("#")]
    rows = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not rows:
        raise ViewerError(f"{name} has no rows" if comments else f"{name} is empty")
    if all(line.startswith("|") for line in rows):
        # a frame around the table
        rows = [line.strip().strip("|") for line in rows]
    delimiter = _delimiter(rows[:_ENOUGH])
    head = _split(rows[0], delimiter)
    units: dict[str, str] = {}
    if not any(_NUMBER.match(each) for each in head) and len(set(head)) == len(head):
        names, rows = head, rows[1:]
        rule = next((i for i, line in enumerate(rows[:2]) if _RULE.match(line)), None)
        if rule is not None:
            # VizieR: a line of units, then one of dashes
            if rule == 1:
                told = zip(names, _split(rows[0], delimiter), strict=False)
                units = {each: unit for each, unit in told if unit}
            rows = rows[rule + 1 :]
    else:
        names = _commented(comments, delimiter, len(head)) or [f"col{i + 1}" for i in range(len(head))]
    names = [each or f"col{i + 1}" for i, each in enumerate(names)]
    for i, each in enumerate(names):
        # "RA [deg]" and "RA (deg)" name a unit, too
        match = re.fullmatch(r"(.+?)\s*[\[(]([^\])]*)[\])]", each)
        if match and match[1] not in names:
            names[i] = match[1]
            units[match[1]] = match[2]
    return _Plan(rows, delimiter, names, units)


def _delimiter(rows: list[str]) -> str:
    """Return what separates the fields: what the lines have in equal numbers."""
    for delimiter in "\t;|,":
        count = rows[0].count(delimiter)
        # a text may hold one more, and a line be damaged
        if count and sum(line.count(delimiter) == count for line in rows) > 0.5 * len(rows):
            return delimiter
    return " "


def _commented(comments: list[str], delimiter: str, count: int) -> list[str] | None:
    """Return the names of the columns from the last comment that could hold them."""
    for line in reversed([each for each in comments if each.strip()]):
        for mark in (delimiter, " "):
            found = _split(line, mark)
            if len(found) == count and not any(map(_NUMBER.match, found)) and len(set(found)) == count:
                return found
    return None
