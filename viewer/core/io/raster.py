"""PNG, JPEG and TIFF pictures as a Source with one image, its lowest row first as in FITS."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io.source import Hdu, Source
from viewer.core.pixels import ArrayPixels, Pixels

if TYPE_CHECKING:
    from viewer.core.io.table import Table

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}
_BITPIX = {"uint8": 8, "uint16": 16, "int32": 32, "float32": -32}


def raster_format(head: bytes) -> str:
    """Return ``PNG``, ``JPEG`` or ``TIFF`` by the first bytes of a file, empty for anything else."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def is_raster(head: bytes) -> bool:
    """Whether a file that begins so is a picture that `open_raster` reads.

    Parameters
    ----------
    head : bytes
        The first eight bytes or more.
    """
    return bool(raster_format(head))


def open_raster(path: Path) -> "RasterSource":
    """Open and decode a picture.

    Parameters
    ----------
    path : pathlib.Path
        A PNG, JPEG or TIFF file.

    Returns
    -------
    RasterSource
        With one HDU: (rows, columns), or (3, rows, columns) for colour. Of a file that is cut short what
        could be decoded.

    Raises
    ------
    ViewerError
        If it cannot be read, or holds more pixels than fit in memory.
    """
    # pillow is not needed for FITS files
    from viewer.core.io.picture import decode

    try:
        with path.open("rb") as file:
            form = raster_format(file.read(8))
        modified = path.stat().st_mtime
    except OSError as error:
        raise ViewerError(f"{path} cannot be read: {error.strerror or error}") from error
    if not form:
        raise ViewerError(f"{path.name} is not a PNG, JPEG or TIFF picture")
    picture = decode(path, form)
    return RasterSource(path, picture.pixels, picture.facts, picture.problems, modified)


class RasterSource(Source):
    """A picture file; see `Source`.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    top_down : numpy.ndarray
        The pixels with the top row first, (rows, columns) or (3, rows, columns).
    facts : tuple of (str, object, str)
        Keyword, value and comment of what the file says about the exposure.
    problems : tuple of str
        What is wrong with it.
    modified : float
        Time of modification in seconds since 1970.
    """

    def __init__(
        self,
        path: Path,
        top_down: np.ndarray[Any, Any],
        facts: tuple[tuple[str, object, str], ...],
        problems: tuple[str, ...],
        modified: float,
    ) -> None:
        # a viewer draws row 0 at the bottom; so the picture stands upright
        self._pixels = ArrayPixels(top_down[..., ::-1, :])
        name = self._pixels.dtype.name
        hdu = Hdu(0, "PRIMARY", kind="image", shape=self._pixels.shape, dtype=name, bitpix=_BITPIX[name])
        self._cards = _cards(hdu, facts)
        super().__init__(path, (hdu,), problems, modified)

    def cards(self, i: int) -> bytes:
        """Return a header made up from the picture's size and its EXIF values."""
        self.find(i)
        return self._cards

    def pixels(self, i: int) -> Pixels:
        """See `Source.pixels`."""
        self.find(i)
        return self._pixels

    def table(self, i: int) -> "Table":
        """There is none: `ViewerError`."""
        raise ViewerError(f"{self.path.name} is a picture and holds no tables")

    def colour(self, i: int) -> bool:
        """See `Source.colour`."""
        return self._pixels.ndim == 3


def _cards(hdu: Hdu, facts: tuple[tuple[str, object, str], ...]) -> bytes:
    rows: list[tuple[str, object, str]] = [
        ("SIMPLE", True, "made from a picture file"),
        ("BITPIX", hdu.bitpix, "array data type"),
        ("NAXIS", len(hdu.shape), "number of array dimensions"),
    ]
    rows += [(f"NAXIS{axis}", length, "") for axis, length in enumerate(hdu.shape[::-1], 1)]
    if hdu.dtype == "uint16":
        rows += [("BZERO", 32768, "unsigned integers"), ("BSCALE", 1, "")]
    return b"".join(_card(*row) for row in (*rows, *facts))


def _card(keyword: str, value: object, comment: str) -> bytes:
    if isinstance(value, str):
        quoted = "'" + value.replace("'", "''")[:60].ljust(8) + "'"
        text = f"{keyword:8}= {quoted:20}"
    else:
        text = f"{keyword:8}= {('T' if value is True else str(value)):>20}"
    card = f"{text} / {comment}" if comment else text
    return card.encode("ascii", "replace").ljust(80)[:80]
