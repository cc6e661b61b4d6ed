"""A column of an ASCII table, whose numbers are written out as Fortran does it."""

import re

import numpy as np

from viewer.core.io.columns import Array, Column, Missing


class AsciiColumn(Column):
    """A column of an ASCII table: texts or numbers that are written out.

    Parameters
    ----------
    name, unit, form : str
        TTYPE, TUNIT and TFORM.
    stored : numpy.ndarray of uint8
        The characters, one row for each row of the table.
    scale, zero : float
        TSCAL and TZERO.
    null : str or None
        TNULL, the text that stands for nothing.
    """

    def __init__(
        self, name: str, unit: str, form: str, stored: Array, scale: float, zero: float, null: str | None
    ) -> None:
        super().__init__(name, unit, form)
        self._stored = stored
        self._scale, self._zero = scale, zero
        self._null = null

    def values(self, rows: slice) -> tuple[Array, Missing]:
        """See `Column.values`."""
        raw = np.ascontiguousarray(self._stored[rows])
        if raw.size == 0:
            return np.full(len(raw), ""), None
        texts = np.char.strip(np.char.decode(raw.view(f"S{raw.shape[1]}")[:, 0], "latin-1"), " \0")
        if self.format.startswith("A"):
            return texts, None
        missing = texts == ""
        if self._null is not None:
            missing |= texts == self._null.strip()
        whole = self.format.startswith("I") and self._scale == 1 and self._zero == 0
        numbers = np.zeros(len(texts), "i8" if whole else "f8")
        for row in np.flatnonzero(~missing):
            number = _number(str(texts[row]), whole)
            if number is None:
                missing[row] = True
            else:
                numbers[row] = number
        if not whole:
            numbers = numbers * self._scale + self._zero
        return numbers, missing if missing.any() else None


_WRITTEN = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[ED]?([+-]?\d{1,4}))?\Z", re.IGNORECASE)


def _number(text: str, whole: bool) -> float | int | None:
    """Read a number as Fortran writes it: 1.5D+03, 1.5+03."""
    if whole:
        short = len(text) < 19 and text.lstrip("+-").isdecimal()
        return int(text) if short and text.lstrip("+-").isascii() else None
    match = _WRITTEN.match(text.replace(" ", ""))
    return float(f"{match[1]}e{match[2] or 0}") if match else None
