"""The tiles of a compressed image: where they lie in the file, and one of them decoded."""

import contextlib
import re
from math import prod
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io import codecs
from viewer.core.io.cards import Cards
from viewer.core.io.codecs import Array, DamagedTile
from viewer.core.io.dither import unquantised
from viewer.core.io.scaling import STORED
from viewer.core.io.scan import ScannedHdu

ALGORITHMS = ("RICE_1", "RICE_ONE", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NOCOMPRESS")

# numpy types of what a table column may hold (FITS standard 4.0, table 18), and a descriptor's two numbers
_TYPES = {"L": "S1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "A": "S1", "E": ">f4", "D": ">f8"}
_TYPES |= {"C": ">c8", "M": ">c16", "P": "(2,)>i4", "Q": "(2,)>i8"}
_TFORM = re.compile(r"\s*(\d*)([LXBIJKAEDCMPQ])([A-Z]?)")
_LONGEST_AXIS = 2**31 - 1


class Tiles:
    """The table of compressed tiles of one HDU.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file.
    hdu : ScannedHdu
        A compressed image.

    Attributes
    ----------
    shape, tile_shape, grid : tuple of int
        Of the image, of one tile, and how many tiles there are along each axis, in numpy order.
    bitpix : int
        ZBITPIX.
    stored : numpy.dtype
        The type of ZBITPIX in native byte order.
    algorithm : str
        ZCMPTYPE.

    Raises
    ------
    ViewerError
        If the header does not say how the image is compressed.
    """

    def __init__(self, buffer: np.ndarray[Any, Any], hdu: ScannedHdu) -> None:
        cards = hdu.cards
        self._index = hdu.index
        self.algorithm = cards.text("ZCMPTYPE").upper()
        if self.algorithm not in ALGORITHMS:
            raise self._error(f"its compression '{self.algorithm}' is not one of {', '.join(ALGORITHMS)}")
        self.bitpix = hdu.image_bitpix
        self.shape = hdu.image_axes[::-1]
        if self.bitpix not in STORED or not self.shape or not all(0 < n <= _LONGEST_AXIS for n in self.shape):
            raise self._error("ZBITPIX or ZNAXIS is missing or not legal")
        self.stored = np.dtype(STORED[self.bitpix]).newbyteorder("=")
        default = (1,) * (len(self.shape) - 1) + self.shape[-1:]
        sizes = [cards.integer(f"ZTILE{axis}", default[-axis]) or 0 for axis in range(len(self.shape), 0, -1)]
        if not all(0 < size <= _LONGEST_AXIS for size in sizes):
            raise self._error("ZTILE is not legal")
        self.tile_shape = tuple(min(size, n) for size, n in zip(sizes, self.shape, strict=True))
        self.grid = tuple(-(-n // size) for n, size in zip(self.shape, self.tile_shape, strict=True))
        rows = cards.integer("NAXIS2", 0) or 0
        if rows < prod(self.grid):
            raise self._error(f"it has {rows} tiles, and its image would need {prod(self.grid)}")
        self._quantised = cards.text("ZQUANTIZ", "NO_DITHER").upper()
        self._seed = cards.integer("ZDITHER0", 0) or 0
        self._options = _options(cards)
        self._cards = cards
        self._table_and_heap(np.asarray(buffer), hdu, rows)

    def _error(self, what: str) -> ViewerError:
        return ViewerError(f"the compressed image of HDU {self._index} cannot be read: {what}")

    def _table_and_heap(self, buffer: np.ndarray[Any, Any], hdu: ScannedHdu, rows: int) -> None:
        width = self._cards.integer("NAXIS1", 0) or 0
        row_type, self._forms = _row_type(self._cards, width)
        names = row_type.names or ()
        if "COMPRESSED_DATA" not in names:
            raise self._error("its table has no column COMPRESSED_DATA")
        end = hdu.data_offset + hdu.available
        present = min(rows, hdu.available // width)
        self._table = buffer[hdu.data_offset : hdu.data_offset + present * width].view(row_type)
        theap = self._cards.integer("THEAP", width * rows) or width * rows
        self._heap = buffer[max(hdu.data_offset, min(end, hdu.data_offset + theap)) : end]
        self._descriptors = {
            name: (self._table[name], np.dtype(_TYPES[form]).itemsize)
            for name, form in self._forms.items()
            if form
        }
        self._is_quantised = self.bitpix < 0 and ("ZSCALE" in names or "ZSCALE" in self._cards)

    def shape_of(self, tile: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of a tile, which at the end of an axis may be smaller than the others."""
        return tuple(
            min(size, n - place * size)
            for place, size, n in zip(tile, self.tile_shape, self.shape, strict=True)
        )

    def decode(self, tile: tuple[int, ...]) -> Array:
        """Decode one tile.

        Parameters
        ----------
        tile : tuple of int
            Its place along each axis, from 0.

        Returns
        -------
        numpy.ndarray
            The stored numbers (before BSCALE and BZERO), of the type of ZBITPIX in native byte order, floats
            with NaN where ZBLANK was.

        Raises
        ------
        DamagedTile
            If it is not in the file or cannot be decoded.
        """
        row = 0
        for place, n in zip(tile, self.grid, strict=True):
            row = row * n + place
        if row >= len(self._table):
            raise DamagedTile
        shape = self.shape_of(tile)
        count = prod(shape)
        data = self._bytes("COMPRESSED_DATA", row)
        if data:
            numbers = self._numbers(data, shape)
            if self._is_quantised:
                numbers = self._unquantised(numbers, row)
        elif data := self._bytes("GZIP_COMPRESSED_DATA", row):
            # floats that do not quantise well are kept as they are
            numbers = self._typed(codecs.gunzip(data, count), count, exact=True)
        elif data := self._bytes("UNCOMPRESSED_DATA", row):
            form = _TYPES[self._forms["UNCOMPRESSED_DATA"]]
            numbers = np.frombuffer(data, form)
        else:
            raise DamagedTile
        if numbers.size < count:
            raise DamagedTile
        return numbers[:count].astype(self.stored, copy=False).reshape(shape)

    def _bytes(self, column: str, row: int) -> bytes:
        descriptors = self._descriptors.get(column)
        if descriptors is None:
            return b""
        length, offset = descriptors[0][row].tolist()
        size = length * descriptors[1]
        if length < 0 or offset < 0 or offset + size > len(self._heap):
            raise DamagedTile
        return self._heap[offset : offset + size].tobytes()

    def _numbers(self, data: bytes, shape: tuple[int, ...]) -> Array:
        count = prod(shape)
        if self.algorithm in ("RICE_1", "RICE_ONE"):
            width, block = self._options.get("BYTEPIX", 4), self._options.get("BLOCKSIZE", 32)
            return codecs.rice(data, count, width, block)
        if self.algorithm == "PLIO_1":
            return codecs.plio(data, count)
        if self.algorithm == "HCOMPRESS_1":
            sides = [n for n in shape if n > 1]
            if len(sides) != 2:
                raise DamagedTile
            return codecs.hcompress(data, sides[0], sides[1], bool(self._options.get("SMOOTH", 0)))
        if self.algorithm == "GZIP_1":
            data = codecs.gunzip(data, count)
        elif self.algorithm == "GZIP_2":
            data = codecs.gunzip_shuffled(data, count)
        return self._typed(data, count, exact=not self._is_quantised)

    def _typed(self, data: bytes, count: int, exact: bool) -> Array:
        """Choose the type by the number of bytes; `exact` floats are floats, quantised ones integers."""
        width = len(data) // count
        if width * count != len(data) or width not in (1, 2, 4, 8):
            raise DamagedTile
        kind = "u" if width == 1 else "f" if exact and self.bitpix < 0 and width > 2 else "i"
        return np.frombuffer(data, f">{kind}{width}")

    def _unquantised(self, numbers: Array, row: int) -> Array:
        scale, zero = self._parameter("ZSCALE", row, 1.0), self._parameter("ZZERO", row, 0.0)
        blank: float | None = self._parameter("ZBLANK", row, np.nan)
        if blank is None or blank != blank:
            blank = self._cards.integer("BLANK")
        return unquantised(
            numbers.astype(numbers.dtype.newbyteorder("="), copy=False),
            scale,
            zero,
            self._quantised,
            row + self._seed,
            None if blank is None else int(blank),
            self.stored,
        )

    def _parameter(self, name: str, row: int, default: float) -> float:
        if name in (self._table.dtype.names or ()):
            with contextlib.suppress(TypeError, ValueError):  # a damaged TFORM makes it a text
                return float(self._table[name][row])
        return float(self._cards.number(name, default))


def _options(cards: Cards) -> dict[str, int]:
    """Read the compression's own parameters: ZNAMEn names one, ZVALn has its value."""
    options: dict[str, int] = {}
    for number in range(1, 1000):
        name = cards.text(f"ZNAME{number}").upper()
        if not name:
            break
        value = cards.integer(f"ZVAL{number}")
        if value is not None:
            options.setdefault(name, value)
    return options


def _row_type(cards: Cards, width: int) -> tuple[np.dtype[Any], dict[str, str]]:
    """Return the type of a row with the columns that matter, and what their variable-length arrays hold."""
    wanted = {"COMPRESSED_DATA", "GZIP_COMPRESSED_DATA", "UNCOMPRESSED_DATA", "ZSCALE", "ZZERO", "ZBLANK"}
    names: list[str] = []
    types: list[np.dtype[Any]] = []
    offsets: list[int] = []
    forms: dict[str, str] = {}
    position = 0
    for number in range(1, (cards.integer("TFIELDS", 0) or 0) + 1):
        match = _TFORM.match(cards.text(f"TFORM{number}").upper())
        if match is None:
            break
        repeat = int(match[1] or 1)
        name = cards.text(f"TTYPE{number}").strip().upper()
        form = np.dtype(_TYPES["B" if match[2] == "X" else match[2]])
        size = -(-repeat // 8) if match[2] == "X" else repeat * form.itemsize
        descriptor = match[2] in "PQ"
        fits = descriptor == name.endswith("_DATA") and (not descriptor or match[3] in "BIJKED")
        if name in wanted - set(names) and repeat >= 1 and fits and position + size <= width:
            names.append(name)
            types.append(form)
            offsets.append(position)
            forms[name] = match[3]
        position += size
    layout = {"names": names, "formats": types, "offsets": offsets, "itemsize": width}
    return np.dtype(layout), forms  # type: ignore[call-overload,unused-ignore]
