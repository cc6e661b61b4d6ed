"""Tables: binary and ASCII tables and random groups, read by rows and sorted by columns."""

import re
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io.asciicolumn import AsciiColumn
from viewer.core.io.cards import Cards
from viewer.core.io.columns import (
    STORED,
    Array,
    BitColumn,
    Column,
    HeapColumn,
    Layout,
    NumberColumn,
    TextColumn,
)
from viewer.core.io.damage import rows_present
from viewer.core.io.scan import Buffer, ScannedHdu

_BINARY = re.compile(r"\s*(\d{0,18})([LXBIJKAEDCMPQ])([LXBIJKAEDCM]?)")
_ASCII = re.compile(r"\s*([AIFED])(\d{1,9})")
_TDIM = re.compile(r"\s*\(\s*(\d{1,18}(?:\s*,\s*\d{1,18})*)\s*\)")
_MOST_COLUMNS = 9999


class Table:
    """A table of which only the rows and columns that are asked for are read. It is thread-safe.

    Parameters
    ----------
    columns : tuple of Column
        All of the same length.
    rows : int
        Their length.
    problems : tuple of str
        What is wrong with the table, a sentence each.

    Attributes
    ----------
    names, units, formats : tuple of str
        TTYPE, TUNIT and TFORM of each column.
    rows : int
        How many there are in the file.
    problems : tuple of str
        See above.
    """

    def __init__(self, columns: tuple[Column, ...], rows: int, problems: tuple[str, ...] = ()) -> None:
        self._columns = columns
        self.names = tuple(column.name for column in columns)
        self.units = tuple(column.unit for column in columns)
        self.formats = tuple(column.format for column in columns)
        self.rows = rows
        self.problems = problems

    def read(self, start: int, stop: int) -> list[list[object]]:
        """Read some rows.

        Parameters
        ----------
        start, stop : int
            0-based and half-open; what lies outside the table is left out.

        Returns
        -------
        list of list
            For each row its cells: bool, int, float, complex, str; None for null; a short text for an array,
            as "[1.0, 2.0, 3.0 … 56]" for one of 56 numbers.
        """
        start = max(0, start)
        rows = slice(start, max(start, min(stop, self.rows)))
        cells = [column.cells(rows) for column in self._columns]
        return [list(row) for row in zip(*cells, strict=True)]

    def column(self, i: int) -> np.ndarray[Any, Any]:
        """Return a whole column: physical values, NaN for null; objects if its arrays differ in length."""
        return self._columns[i].array()

    def order(self, column: int, descending: bool = False) -> np.ndarray[Any, Any]:
        """Return the indices of the rows, sorted by one column; no other column is read.

        Parameters
        ----------
        column : int
            0-based.
        descending : bool
            Largest first.

        Returns
        -------
        numpy.ndarray of int
            Null and NaN are last either way; equal rows keep their order.
        """
        keys, missing = self._columns[column].keys()
        present = np.arange(self.rows) if missing is None else np.flatnonzero(~missing)
        keys = keys[present]
        if descending:
            places = (len(keys) - 1 - np.argsort(keys[::-1], kind="stable"))[::-1]
        else:
            places = np.argsort(keys, kind="stable")
        last = [] if missing is None else [np.flatnonzero(missing)]
        return np.concatenate([present[places], *last])


def open_table(buffer: Buffer, hdu: ScannedHdu) -> Table:
    """Open a table; nothing of its data is read yet.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file.
    hdu : ScannedHdu
        A binary table, an ASCII table or random groups.

    Returns
    -------
    Table
        The columns and rows that the header describes and the file holds.

    Raises
    ------
    ViewerError
        If the header describes no column that can be read.
    """
    data = np.asarray(buffer)[hdu.data_offset : hdu.data_offset + hdu.available]
    if hdu.sort == "groups":
        return _groups(data, hdu)
    if len(hdu.axes) < 2:
        raise ViewerError(f"HDU {hdu.index} says it is a table, but its NAXIS is not 2: it cannot be read")
    width = hdu.axes[0]
    rows = rows_present(hdu) if width else 0
    table = data[: rows * width].reshape(rows, width)
    if hdu.sort == "asciitable":
        found = _ascii_columns(hdu.cards, table)
    else:
        theap = hdu.cards.integer("THEAP", None)
        heap = data[max(0, width * hdu.axes[1] if theap is None else theap) :]
        found = _binary_columns(hdu.cards, table, heap)
    columns, problems = [], []
    for column in found:
        if isinstance(column, Column):
            columns.append(column)
        else:
            problems.append(f"{column} of HDU {hdu.index} cannot be read and is left out")
    if not columns:
        why = f"; {problems[0]}" if problems else ": its header describes no columns"
        raise ViewerError(f"the table of HDU {hdu.index} cannot be read{why}")
    return Table(tuple(columns), rows, tuple(problems))


def _binary_columns(cards: Cards, table: Array, heap: Array) -> Iterator[Column | str]:
    position = 0
    for number in _numbers(cards):
        form = cards.text(f"TFORM{number}").strip()
        name, unit = cards.text(f"TTYPE{number}") or f"column {number}", cards.text(f"TUNIT{number}")
        match = _BINARY.match(form.upper())
        if match is None:
            # without its width the place of all further columns is unknown
            yield f"column {number} and those after it, because of the format '{form}',"
            return
        repeat, code, element = int(match[1] or 1), match[2], match[3]
        item = 2 * int(STORED[code][-1]) if code in "PQ" else 0 if code == "X" else _width(code)
        width = -(-repeat // 8) if code == "X" else repeat * item
        stored = table[:, position : position + width]
        position += width
        if stored.shape[1] < width:
            yield f"column {number} ({name}), which lies outside the rows,"
            continue
        shape = _shape(cards.get(f"TDIM{number}"), repeat)
        layout = Layout(
            element if code in "PQ" else code,
            cards.number(f"TSCAL{number}", 1),
            cards.number(f"TZERO{number}", 0),
            cards.integer(f"TNULL{number}"),
            () if shape == (1,) else shape,
        )
        if code == "X":
            yield BitColumn(name, unit, form, stored, repeat)
        elif code == "A":
            yield TextColumn(name, unit, form, stored, shape)
        elif code not in "PQ":
            yield NumberColumn(name, unit, form, _typed(stored, STORED[code]), layout)
        elif element and repeat:
            yield HeapColumn(name, unit, form, _typed(stored, STORED[code])[:, :2], heap, layout)
        else:
            yield f"column {number} ({name}), which has no arrays,"


def _ascii_columns(cards: Cards, table: Array) -> Iterator[Column | str]:
    for number in _numbers(cards):
        form = cards.text(f"TFORM{number}").strip().upper()
        name, unit = cards.text(f"TTYPE{number}") or f"column {number}", cards.text(f"TUNIT{number}")
        begin = cards.integer(f"TBCOL{number}", 0) or 0
        match = _ASCII.match(form)
        if match is None or begin < 1 or begin - 1 + int(match[2]) > table.shape[1]:
            yield f"column {number} ({name}), with TBCOL {begin} and the format '{form}',"
            continue
        null = cards.get(f"TNULL{number}")
        yield AsciiColumn(
            name,
            unit,
            form,
            table[:, begin - 1 : begin - 1 + int(match[2])],
            cards.number(f"TSCAL{number}", 1),
            cards.number(f"TZERO{number}", 0),
            null if isinstance(null, str) else None,
        )


def _groups(data: Array, hdu: ScannedHdu) -> Table:
    cards = hdu.cards
    codes = {8: "B", 16: "I", 32: "J", 64: "K", -32: "E", -64: "D"}
    count = min(max(0, cards.integer("PCOUNT", 0) or 0), _MOST_COLUMNS)
    rows = rows_present(hdu)
    length = count + prod(hdu.axes[1:])
    if hdu.bitpix not in codes or not rows or not length:
        raise ViewerError(f"the random groups of HDU {hdu.index} hold no data")
    code = codes[hdu.bitpix]
    item = abs(hdu.bitpix) // 8
    stored = data[: rows * length * item].view(STORED[code]).reshape(rows, length)
    columns: list[Column] = []
    for number in range(1, count + 1):
        layout = Layout(code, cards.number(f"PSCAL{number}", 1), cards.number(f"PZERO{number}", 0))
        name = cards.text(f"PTYPE{number}") or f"parameter {number}"
        columns.append(NumberColumn(name, "", code, stored[:, number - 1], layout))
    if length > count:
        layout = Layout(code, cards.number("BSCALE", 1), cards.number("BZERO", 0), None, hdu.axes[:0:-1])
        form = f"{length - count}{code}"
        columns.append(NumberColumn("DATA", cards.text("BUNIT"), form, stored[:, count:], layout))
    return Table(tuple(columns), rows)


def _numbers(cards: Cards) -> range:
    return range(1, min(max(0, cards.integer("TFIELDS", 0) or 0), _MOST_COLUMNS) + 1)


def _width(code: str) -> int:
    return np.dtype(STORED[code]).itemsize


def _typed(stored: Array, form: str) -> Array:
    """View a part of each row as numbers, without touching the rest of the rows."""
    count = stored.shape[1] // np.dtype(form).itemsize
    if count == 0 or not len(stored):
        return np.empty((len(stored), count), form)
    return np.lib.stride_tricks.as_strided(
        stored[0, : stored.shape[1]].view(form),
        (len(stored), count),
        (stored.strides[0], np.dtype(form).itemsize),
    )


def _shape(dimensions: object, repeat: int) -> tuple[int, ...]:
    match = _TDIM.match(dimensions) if isinstance(dimensions, str) else None
    if match is not None:
        shape = tuple(int(length) for length in match[1].split(","))[::-1]
        if prod(shape) == repeat and len(shape) <= 32:
            return shape
    return (repeat,)
