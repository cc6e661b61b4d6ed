"""Text files that hold a matrix of numbers, as a Source with one image."""

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io.cards import CARD
from viewer.core.io.source import Hdu, Source
from viewer.core.io.writing.cards import image_structure, scaling
from viewer.core.io.writing.encode import STORED
from viewer.core.pixels import ArrayPixels, Pixels

if TYPE_CHECKING:
    from viewer.core.io.table import Table

Array = np.ndarray[Any, Any]

# who calls a file so means FITS, and is told that it is none
_FITS = (".fits", ".fit", ".fts", ".fz")
_BINARY = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_SEPARATORS = (";", ",", "\t", None)
_DTYPE = re.compile(r"#\s*dtype\s+(\w+)\s*$")
# beyond these a text with no numbers yet is not going to have any
_LOOKED_AT = 200
_LONGEST = 2**22
# characters; the numbers take as much memory again
MOST_TEXT = 2 * 2**30


def is_matrix(path: Path, head: bytes) -> bool:
    """Whether a file is a text that begins with two rows of at least two numbers each.

    Parameters
    ----------
    path : pathlib.Path
        The file; one with a name of FITS is none.
    head : bytes
        Its first bytes, by which most others are told apart.
    """
    if path.name.lower().endswith(_FITS) or _BINARY.search(head):
        return False
    # no more of a line than that: a file without line breaks would be read whole
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = [file.readline(_LONGEST) for _ in range(_LOOKED_AT)]
    words = 0
    columns: list[int] = []
    for line in filter(None, map(_stripped, lines)):
        numbers = _numbers(line, _separator(line))
        if numbers is None:
            words += 1
            if words > 1 or columns:
                return False
        else:
            columns.append(len(numbers))
        if len(columns) == 2:
            break
    return len(columns) == 2 and columns[0] == columns[1] > 1


def open_text(path: Path) -> "TextSource":
    """Read a matrix of numbers.

    Numbers are separated by semicolons, commas, tabs or blanks; ``nan`` is a missing pixel. What follows a
    ``#`` is a comment, and one line of words before the numbers is left out. The first line is row 0, the
    lowest one on the screen: as in FITS and numpy, and as `viewer.core.io.write` writes it.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    TextSource
        With one HDU: int32 or int64 if all numbers are integers, else float64, or the type that a comment
        ``# dtype NAME`` names.

    Raises
    ------
    ViewerError
        If a line has too few or too many numbers, or something else than numbers.
    """
    status = path.stat()
    if status.st_size > MOST_TEXT:
        raise ViewerError(f"{path.name} is too large for a text: save the image as FITS")
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if _is_row(line)), 0)
    separator = _separator(_stripped(lines[first]))
    dtype = _promised(lines[:first])
    values = _matrix(lines[first:], separator, dtype)
    if values is None:
        raise ViewerError(_fault(path, lines, first, separator))
    return TextSource(path, values, status.st_mtime)


class TextSource(Source):
    """A text file of numbers; see `Source`.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    values : numpy.ndarray
        (rows, columns), of a type that FITS has.
    modified : float
        Time of modification in seconds since 1970.
    """

    def __init__(self, path: Path, values: Array, modified: float) -> None:
        self._pixels = ArrayPixels(values)
        bitpix, bzero = STORED[values.dtype.name]
        structure = image_structure(bitpix, values.shape, primary=True, extend=False)
        note = b"COMMENT made from a text file of numbers".ljust(CARD)
        self._cards = b"".join([*structure, *scaling(bzero, None), note])
        hdu = Hdu(0, "PRIMARY", kind="image", shape=values.shape, dtype=values.dtype.name, bitpix=bitpix)
        super().__init__(path, (hdu,), modified=modified)

    def cards(self, i: int) -> bytes:
        """Return a header made up from the size of the matrix."""
        self.find(i)
        return self._cards

    def pixels(self, i: int) -> Pixels:
        """See `Source.pixels`."""
        self.find(i)
        return self._pixels

    def table(self, i: int) -> "Table":
        """There is none: `ViewerError`."""
        raise ViewerError(f"{self.path.name} is a text of numbers and is shown as an image, not as a table")


def _stripped(line: str) -> str:
    return line.partition("#")[0].strip()


def _separator(line: str) -> str | None:
    """Return what separates the numbers of a line; None is any number of blanks."""
    return next((each for each in _SEPARATORS if each is None or each in line), None)


def _numbers(line: str, separator: str | None) -> list[float] | None:
    try:
        return [float(field) for field in line.split(separator)]
    except ValueError:
        return None


def _is_row(line: str) -> bool:
    stripped = _stripped(line)
    return bool(stripped) and _numbers(stripped, _separator(stripped)) is not None


def _promised(lines: list[str]) -> np.dtype[Any] | None:
    """Return the type that a comment names."""
    matches = (_DTYPE.match(line) for line in lines)
    names = [match[1] for match in matches if match and match[1] in STORED]
    return np.dtype(names[0]) if names else None


def _matrix(lines: list[str], separator: str | None, dtype: np.dtype[Any] | None) -> Array | None:
    """Return the numbers, None if they are no matrix."""
    wanted = [dtype] if dtype is not None else [np.dtype(np.int64), np.dtype(np.float64)]
    # numpy stops at the first number that is no integer, so that trying costs next to nothing
    for each in (*wanted, np.dtype(np.float64)):
        try:
            values: Array = np.loadtxt(lines, each, comments="#", delimiter=separator, ndmin=2)
        except (ValueError, OverflowError):
            continue
        if dtype is None and each.kind == "i" and _small(values):
            return values.astype(np.int32)
        return values
    return None


def _small(values: Array) -> bool:
    limits = np.iinfo(np.int32)
    return bool(values.min() >= limits.min and values.max() <= limits.max)


def _fault(path: Path, lines: list[str], first: int, separator: str | None) -> str:
    """Say what is wrong with the first line that does not fit."""
    count = len(_stripped(lines[first]).split(separator))
    for number, line in islice(enumerate(lines, 1), first, None):
        fields = _stripped(line).split(separator)
        if not _stripped(line):
            continue
        if len(fields) != count:
            return f"line {number} of {path.name} has {len(fields)} numbers, and the lines before it {count}"
        for field in fields:
            if _numbers(field.strip() or "-", None) is None:
                return (
                    f"'{field.strip()}' in line {number} of {path.name} is not a number: write nan for none"
                )
    return f"{path.name} holds numbers that cannot be read: look for signs that are no digits"
