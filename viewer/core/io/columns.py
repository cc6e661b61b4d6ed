"""Columns of FITS tables, read where the table lies in the file: only the rows that are asked for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from viewer.core.io.scaling import Scaling

Array = np.ndarray[Any, np.dtype[Any]]
Missing = np.ndarray[Any, np.dtype[np.bool_]] | None

_BITPIX = {"B": 8, "I": 16, "J": 32, "K": 64, "E": -32, "D": -64}
# numbers of a column as they are stored (FITS standard 4.0, table 18)
STORED = {"L": "u1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
STORED |= {"C": ">c8", "M": ">c16", "A": "u1", "P": ">i4", "Q": ">i8"}
_SHOWN = 3
_SHOWN_BITS = 64
_SHOWN_TEXT = 200
_DAMAGED = "[damaged]"


@dataclass(frozen=True)
class Layout:
    """How the numbers of a column are meant.

    Attributes
    ----------
    code : str
        One letter: the type in TFORM.
    scale, zero : float
        TSCAL and TZERO.
    null : int or None
        TNULL, the stored integer that stands for nothing.
    shape : tuple of int
        Of one cell, in numpy order; empty for a single value.
    """

    code: str
    scale: float = 1
    zero: float = 0
    null: int | None = None
    shape: tuple[int, ...] = ()

    def physical(self, stored: Array) -> tuple[Array, Missing]:
        """Turn stored numbers into values in native byte order, and say which of them stand for nothing."""
        missing: Missing = None
        if self.code == "L":
            known = (stored == ord("T")) | (stored == ord("F"))
            return stored == ord("T"), None if known.all() else ~known
        if self.null is not None and self.code in "BIJK":
            missing = stored == self.null
        scaling = Scaling(_BITPIX.get(self.code, -64), self.scale, self.zero)
        if self.code in "BIJK" and scaling.integer is not None:
            return scaling.apply(np.ascontiguousarray(stored)), missing
        if self.scale == 1 and self.zero == 0:
            return stored.astype(stored.dtype.newbyteorder("="), copy=False), missing
        wide = stored.astype("c16" if self.code in "CM" else "f8")
        with np.errstate(all="ignore"):
            return wide * float(self.scale) + float(self.zero), missing


class Column(ABC):
    """One column of a table.

    Attributes
    ----------
    name, unit, format : str
        TTYPE, TUNIT and TFORM.
    """

    def __init__(self, name: str, unit: str, form: str) -> None:
        self.name = name
        self.unit = unit
        self.format = form

    @abstractmethod
    def values(self, rows: slice) -> tuple[Array, Missing]:
        """Return the physical values of some rows, and which of them are null (None if none)."""

    def cells(self, rows: slice) -> list[object]:
        """Return Python values: None for null, a short text for an array."""
        values, missing = self.values(rows)
        if values.ndim > 1 or values.dtype == object:
            return [_short(cell) for cell in values]
        cells = _python(values)
        if missing is not None:
            for row in np.flatnonzero(missing):
                cells[row] = None
        return cells

    def array(self) -> Array:
        """Return the whole column; null is NaN, or an empty text."""
        values, missing = self.values(slice(None))
        if missing is None or not missing.any():
            return values
        values = values.astype("f8") if values.dtype.kind in "biu" else values.copy()
        values[missing] = "" if values.dtype.kind == "U" else np.nan
        return values

    def keys(self) -> tuple[Array, Missing]:
        """Return what the rows are sorted by: the first number of an array, the modulus of complex ones."""
        values, missing = self.values(slice(None))
        if values.ndim > 1:
            if prod(values.shape[1:]) == 0:
                return np.zeros(len(values)), None
            values = values.reshape(len(values), -1)[:, 0]
            missing = None if missing is None else missing.reshape(len(values), -1)[:, 0]
        if values.dtype.kind == "c":
            values = np.abs(values)
        if values.dtype.kind == "f":
            absent = np.isnan(values)
            missing = absent if missing is None else missing | absent
        return values, missing


class NumberColumn(Column):
    """Numbers, logical values and arrays of them, each cell at the same place of its row.

    Parameters
    ----------
    name, unit, form : str
        TTYPE, TUNIT and TFORM.
    stored : numpy.ndarray
        One row for each row of the table.
    layout : Layout
        How they are meant.
    """

    def __init__(self, name: str, unit: str, form: str, stored: Array, layout: Layout) -> None:
        super().__init__(name, unit, form)
        self._stored = stored
        self._layout = layout

    def values(self, rows: slice) -> tuple[Array, Missing]:
        """See `Column.values`."""
        stored = self._stored[rows]
        return self._layout.physical(stored.reshape(len(stored), *self._layout.shape))


class TextColumn(Column):
    """Texts of a fixed length, or arrays of them; they end at a zero byte, blanks at the end do not count."""

    def __init__(self, name: str, unit: str, form: str, stored: Array, shape: tuple[int, ...]) -> None:
        super().__init__(name, unit, form)
        self._stored = stored
        self._shape = shape

    def values(self, rows: slice) -> tuple[Array, Missing]:
        """See `Column.values`."""
        raw = np.ascontiguousarray(self._stored[rows])
        if raw.size == 0:
            return np.full(len(raw), ""), None
        length = self._shape[-1]
        raw = raw.reshape(-1, length).copy()
        raw[np.logical_or.accumulate(raw == 0, axis=1)] = ord(" ")
        texts = np.char.rstrip(np.char.decode(raw.view(f"S{length}")[:, 0], "latin-1"))
        return texts.reshape(len(self._stored[rows]), *self._shape[:-1]), None


class BitColumn(Column):
    """Bits, shown as a text of zeros and ones."""

    def __init__(self, name: str, unit: str, form: str, stored: Array, count: int) -> None:
        super().__init__(name, unit, form)
        self._stored = stored
        self._count = count

    def values(self, rows: slice) -> tuple[Array, Missing]:
        """See `Column.values`."""
        bits = np.unpackbits(self._stored[rows], axis=1)[:, : self._count]
        texts = [(row + ord("0")).tobytes().decode() for row in bits[:, :_SHOWN_BITS]]
        more = f" … {self._count}" if self._count > _SHOWN_BITS else ""
        return np.array([text + more for text in texts], dtype=str), None


class HeapColumn(Column):
    """Arrays whose length differs from row to row; they lie behind the table, in its heap.

    Parameters
    ----------
    name, unit, form : str
        TTYPE, TUNIT and TFORM.
    descriptors : numpy.ndarray
        Number of elements and offset in the heap for each row.
    heap : numpy.ndarray of uint8
        What of the heap is there.
    layout : Layout
        How the elements are meant.
    """

    def __init__(
        self, name: str, unit: str, form: str, descriptors: Array, heap: Array, layout: Layout
    ) -> None:
        super().__init__(name, unit, form)
        self._descriptors = descriptors
        self._heap = heap
        self._layout = layout

    def values(self, rows: slice) -> tuple[Array, Missing]:
        """See `Column.values`; an array, a text, or None where the descriptor points outside the heap."""
        found = [self._one(*pair) for pair in self._descriptors[rows].tolist()]
        values = np.empty(len(found), object)
        for row, value in enumerate(found):
            values[row] = value
        return values, None

    def keys(self) -> tuple[Array, Missing]:
        """Sort by length."""
        return self._descriptors[:, 0].astype("i8"), None

    def _one(self, count: int, offset: int) -> object:
        code = self._layout.code
        size = -(-count // 8) if code == "X" else count * np.dtype(STORED[code]).itemsize
        if count < 0 or offset < 0 or offset + size > len(self._heap):
            return None
        raw = self._heap[offset : offset + size]
        if code == "A":
            return raw.tobytes().partition(b"\0")[0].decode("latin-1").rstrip()
        if code == "X":
            return np.unpackbits(raw)[:count]
        values, missing = self._layout.physical(raw.view(STORED[code]))
        if missing is not None and missing.any():
            values = values.astype("f8")
            values[missing] = np.nan
        return values


def _python(values: Array) -> list[object]:
    if values.dtype == np.float32:
        # the shortest decimals that mean the same number: 0.1, not 0.10000000149011612
        return [float(str(value)) for value in values]
    return list(values.tolist())


def _short(cell: object) -> str:
    """Return an array as "[1.0, 2.0, 3.0 … 56]": its first elements, then how many there are."""
    if cell is None:
        return _DAMAGED
    if not isinstance(cell, np.ndarray):
        text = str(cell)
        return text if len(text) <= _SHOWN_TEXT else text[:_SHOWN_TEXT] + " …"
    if cell.dtype.kind == "U" and cell.ndim == 0:
        return str(cell)
    first = ", ".join(str(value) for value in _python(cell.ravel()[: _SHOWN + 1]))
    if cell.size <= _SHOWN + 1:
        return f"[{first}]"
    first = ", ".join(str(value) for value in _python(cell.ravel()[:_SHOWN]))
    return f"[{first} … {'×'.join(map(str, cell.shape))}]"
