"""FITS files: a Source whose pixels stay in the file."""

import re
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.io import checksum
from viewer.core.io.cards import Cards
from viewer.core.io.damage import missing, rows_present, unshowable
from viewer.core.io.filepixels import FilePixels
from viewer.core.io.imagecards import image_cards
from viewer.core.io.refusal import refusal
from viewer.core.io.scaling import Scaling
from viewer.core.io.scan import Buffer, ScannedHdu, scan
from viewer.core.io.source import Hdu, Kind, Source
from viewer.core.pixels import Pixels
from viewer.core.progress import Progress

if TYPE_CHECKING:
    from viewer.core.io.table import Table

_LONGITUDE = re.compile(r"(?:RA--|GLON|ELON|SLON|HLON|[A-Z]LON|[A-Z]{2}LN)-[-A-Z0-9]*")
_LATITUDE = re.compile(r"(?:DEC-|GLAT|ELAT|SLAT|HLAT|[A-Z]LAT|[A-Z]{2}LT)-[-A-Z0-9]*")


class FitsSource(Source):
    """A FITS file, plain or inflated into memory.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    buffer : numpy.ndarray of uint8
        Its bytes, uncompressed, best memory-mapped.
    problems : tuple of str
        What is known to be wrong with them.
    modified : float
        Time of modification in seconds since 1970.
    length : callable, optional
        Returns the present length of a file that `buffer` is a map of.

    Raises
    ------
    ViewerError
        If it is not a FITS file, or its first header is not complete.
    """

    def __init__(
        self,
        path: Path,
        buffer: Buffer,
        problems: tuple[str, ...] = (),
        modified: float = 0.0,
        length: Callable[[], int] | None = None,
    ) -> None:
        self._buffer = buffer
        self._length = length
        self._scanned, found = scan(buffer)
        if not self._scanned:
            raise ViewerError(refusal(path, buffer, problems))
        hdus = tuple(_summary(hdu, len(buffer)) for hdu in self._scanned)
        super().__init__(path, hdus, (*problems, *found), modified)

    def cards(self, i: int) -> bytes:
        """See `Source.cards`."""
        return self._scanned[self.find(i)].cards.raw

    def image_cards(self, i: int) -> bytes:
        """See `Source.image_cards`."""
        hdu = self._scanned[self.find(i)]
        return image_cards(hdu.cards) if hdu.sort == "compressed" else hdu.cards.raw

    def pixels(self, i: int) -> Pixels:
        """See `Source.pixels`."""
        hdu = self._scanned[self.find(i)]
        kind = self.hdus[i].kind
        if kind != "image":
            what = "has no data" if kind == "empty" else "is a table"
            raise ViewerError(f"HDU {i} of {self.path.name} {what}, not an image{self._instead()}")
        if hdu.sort == "compressed":
            # the decompressors come with astropy, which a plain image does without
            from viewer.core.io.compressed import CompressedPixels

            self._check()
            return CompressedPixels(self._buffer, hdu)
        return FilePixels(self._buffer, hdu, self._check)

    def table(self, i: int) -> "Table":
        """See `Source.table`."""
        if self._hdu(i).kind not in ("table", "groups"):
            raise ViewerError(f"HDU {i} of {self.path.name} is not a table")
        # tables are read with astropy, which the first picture does without
        from viewer.core.io.table import open_table

        self._check()
        return open_table(self._buffer, self._scanned[i])

    def top_down(self, i: int) -> bool:
        """See `Source.top_down`; ROWORDER is the habit of amateur cameras."""
        return self._scanned[i].cards.text("ROWORDER").strip().upper() == "TOP-DOWN"

    def colour(self, i: int) -> bool:
        """See `Source.colour`: a cube of bytes of exactly three planes."""
        hdu = self.hdus[i]
        return hdu.dtype == "uint8" and len(hdu.shape) == 3 and hdu.shape[0] == 3

    def verify(self, i: int, progress: Progress | None = None) -> tuple[str, ...]:
        """See `Source.verify`."""
        self._check()
        return checksum.verify(self._buffer, self._scanned[self.find(i)], progress)

    def _check(self) -> None:
        """Raise if the file has become shorter: touching the lost part of its map ends the process."""
        if self._length is not None and self._length() < len(self._buffer):
            raise ViewerError(f"{self.path.name} became shorter while it was open: open it again")

    def _instead(self) -> str:
        images = [hdu for hdu in self.hdus if hdu.kind == "image"]
        return f"; HDU {images[0].index} is one" if images else "; the file has none"


def _summary(hdu: ScannedHdu, file_size: int) -> Hdu:
    cards = hdu.cards
    named = Cards(image_cards(cards)) if hdu.sort == "compressed" else cards
    reason = unshowable(hdu)
    problems = (*hdu.problems, *missing(hdu, file_size), *((reason,) if reason else ()))
    kind: Kind = "empty"
    shape: tuple[int, ...] = ()
    dtype = ""
    bitpix: int | None = None
    if hdu.sort in ("image", "compressed"):
        shape = hdu.image_axes[::-1]
        bitpix = hdu.image_bitpix or None
        if bitpix and shape:
            dtype = Scaling.of(cards, bitpix, missing=hdu.available < hdu.data_size).dtype.name
            there = hdu.available * 8 >= abs(bitpix) if hdu.sort == "image" else hdu.available > 0
            kind = "image" if prod(shape) and there and not reason else "empty"
    elif hdu.sort in ("bintable", "asciitable") and len(hdu.axes) > 1:
        kind = "empty" if reason else "table"
        fields = cards.integer("TFIELDS", 0) or 0
        shape = (rows_present(hdu), min(max(0, fields), 999))
    elif hdu.sort == "groups":
        kind = "groups" if rows_present(hdu) and not reason else "empty"
        shape = (rows_present(hdu), max(0, cards.integer("PCOUNT", 0) or 0) + 1)
    return Hdu(
        index=hdu.index,
        name=named.text("EXTNAME").strip() or ("PRIMARY" if hdu.index == 0 else ""),
        ver=cards.integer("EXTVER"),
        kind=kind,
        shape=shape,
        dtype=dtype,
        bitpix=bitpix,
        compressed=cards.text("ZCMPTYPE", "unknown").strip() if hdu.sort == "compressed" else "",
        unit=cards.text("BUNIT").strip(),
        wcs=kind in ("image", "empty") and _celestial(hdu),
        problems=problems,
    )


def _celestial(hdu: ScannedHdu) -> bool:
    count = max(2, len(hdu.image_axes), hdu.cards.integer("WCSAXES", 0) or 0)
    types = [hdu.cards.text(f"CTYPE{axis}").strip().upper() for axis in range(1, min(count, 99) + 1)]
    named = any(map(_LONGITUDE.fullmatch, types)) and any(map(_LATITUDE.fullmatch, types))
    # plates of the Digitized Sky Survey have a solution of their own, which wcslib reads
    return named or all(keyword in hdu.cards for keyword in ("PLTRAH", "PPO3", "AMDX1", "AMDY1"))
