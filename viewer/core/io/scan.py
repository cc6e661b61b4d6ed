"""Find the HDUs of a FITS file: headers are read, pixels are not, and any bytes are survived."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from viewer.core.io.cards import CARD, Cards

BLOCK = 2880
# beyond these a file is nonsense, and reading on would only take time
MOST_HEADER_BLOCKS = 4000
MOST_HDUS = 10_000

Sort = Literal["image", "compressed", "bintable", "asciitable", "groups", "unknown"]
Buffer = np.ndarray[Any, np.dtype[np.uint8]]

# how far, and by how much at a time, a header is looked for where none should be
_SEARCHED = 64 * 2**20
_STRIP = 2**16
_EXTENSION = b"XTENSION= '"

_BITPIX = (8, 16, 32, 64, -32, -64)
_SORTS: dict[str, Sort] = {
    "IMAGE": "image",
    "IUEIMAGE": "image",
    "BINTABLE": "bintable",
    "A3DTABLE": "bintable",
    "TABLE": "asciitable",
}


@dataclass(frozen=True, eq=False)
class ScannedHdu:
    """One HDU as its header describes it and as far as the file holds it.

    Attributes
    ----------
    index : int
        0-based place in the file.
    cards : Cards
        Its header, raw (`cards.raw`) and by keyword (`cards.integer("NAXIS1")` …).
    sort : str
        ``image``, ``compressed`` (a tile-compressed image), ``bintable``, ``asciitable``,
        ``groups`` (random groups) or ``unknown`` (an XTENSION of which nothing is known).
    header_offset, data_offset : int
        Where header and data begin, in bytes from the beginning of the file.
    data_size : int
        Bytes that the header promises, without padding; a table's heap (PCOUNT) is included.
    available : int
        How many of those the file really holds; fewer if it is cut short.
    axes : tuple of int
        NAXIS1, NAXIS2, … of the data as it is stored.
    bitpix : int
        BITPIX of the data as it is stored; 0 if it is not a legal one.
    problems : tuple of str
        What is wrong, a sentence each.
    """

    index: int
    cards: Cards
    sort: Sort
    header_offset: int
    data_offset: int
    data_size: int
    available: int
    axes: tuple[int, ...]
    bitpix: int
    problems: tuple[str, ...] = ()

    @property
    def image_axes(self) -> tuple[int, ...]:
        """NAXISn of the image, which for a compressed one are the ZNAXISn."""
        if self.sort != "compressed":
            return self.axes
        return _axes(self.cards, "Z", [], self.index)

    @property
    def image_bitpix(self) -> int:
        """BITPIX of the image, which for a compressed one is ZBITPIX; 0 if it is not legal."""
        if self.sort != "compressed":
            return self.bitpix
        bitpix = self.cards.integer("ZBITPIX", 0) or 0
        return bitpix if bitpix in _BITPIX else 0

    @property
    def data_end(self) -> int:
        """Where the data ends with its padding, if the file holds all of it."""
        return self.data_offset + padded(self.data_size)


def padded(size: int) -> int:
    """Return a size in bytes rounded up to whole FITS blocks."""
    return -(-size // BLOCK) * BLOCK


def scan(buffer: Buffer) -> tuple[list[ScannedHdu], list[str]]:
    """Find all HDUs.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file, best memory-mapped: only the headers are touched.

    Returns
    -------
    hdus : list of ScannedHdu
        Empty if the file does not begin with a complete header.
    problems : list of str
        What is wrong with the file as a whole, a sentence each.
    """
    hdus: list[ScannedHdu] = []
    problems: list[str] = []
    position = 0
    while position < len(buffer) or _is_cut(hdus):
        first = not hdus
        if not first and not _begins_extension(buffer, position):
            # bytes that were lost or inserted, or a damaged header, shift what follows
            found_at = _next_extension(buffer, hdus[-1].data_offset)
            if found_at is None:
                problems += _rest(buffer, position, hdus)
                break
            problems.append(f"HDU {len(hdus)} does not begin where HDU {len(hdus) - 1} should end")
            position = found_at
        if len(hdus) == MOST_HDUS:
            problems.append(f"the file has more than {MOST_HDUS} HDUs: the rest is left out")
            break
        found = read_header(buffer, position)
        if found is None:
            if not first:
                problems.append(f"the header of HDU {len(hdus)} has no END card, so this HDU is left out")
            break
        raw, data_offset = found
        hdu = describe(len(hdus), Cards(raw), position, data_offset, len(buffer))
        hdus.append(hdu)
        position = hdu.data_end
        # some writers leave the padding out before the next extension
        if hdu.data_size % BLOCK and _begins_extension(buffer, hdu.data_offset + hdu.data_size):
            position = hdu.data_offset + hdu.data_size
    return hdus, problems


def read_header(buffer: Buffer, position: int) -> tuple[bytes, int] | None:
    """Read one header.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file.
    position : int
        Where the header begins.

    Returns
    -------
    (bytes, int) or None
        The cards before END, and where the data begins; None if there is no END.
    """
    blocks: list[bytes] = []
    for start in range(position, min(len(buffer), position + MOST_HEADER_BLOCKS * BLOCK), BLOCK):
        block = buffer[start : start + BLOCK].tobytes()
        place = block.find(b"END")
        while place >= 0:
            if place % CARD == 0 and block[place : place + 8].rstrip(b" \0\t\r\n") == b"END":
                blocks.append(block[:place])
                return b"".join(blocks), start + BLOCK
            place = block.find(b"END", place + 1)
        blocks.append(block)
    return None


def describe(index: int, cards: Cards, header_offset: int, data_offset: int, file_size: int) -> ScannedHdu:
    """Read the cards that say what the data is and how long.

    Parameters
    ----------
    index : int
        0-based place in the file.
    cards : Cards
        The header.
    header_offset, data_offset, file_size : int
        In bytes.
    """
    problems: list[str] = []
    axes = _axes(cards, "", problems, index)
    bitpix = cards.integer("BITPIX", 0) or 0
    if bitpix not in _BITPIX:
        if axes:
            problems.append(f"BITPIX of HDU {index} is not 8, 16, 32, 64, -32 or -64: its data is left out")
        bitpix = 0
    sort = _sort(cards, axes, problems, index)
    size = _data_size(cards, sort, axes, bitpix) if axes and bitpix else 0
    available = max(0, min(size, file_size - data_offset))
    if cards.get("SIMPLE") is False:
        problems.append("SIMPLE = F: the file itself says that it does not follow the FITS standard")
    return ScannedHdu(
        index, cards, sort, header_offset, data_offset, size, available, axes, bitpix, tuple(problems)
    )


def _sort(cards: Cards, axes: tuple[int, ...], problems: list[str], index: int) -> Sort:
    if "XTENSION" not in cards:
        if cards.get("GROUPS") is True:
            if len(axes) > 1 and axes[0] == 0:
                return "groups"
            if not axes:
                problems.append(f"HDU {index} promises random groups (GROUPS = T) but has no axes")
        return "image"
    name = cards.text("XTENSION").strip().upper()
    sort = _SORTS.get(name, "unknown")
    if sort == "unknown":
        problems.append(f"HDU {index} is an extension of the unknown kind '{name}': only its header is shown")
    if sort == "bintable" and cards.get("ZIMAGE") is True:
        return "compressed"
    return sort


def _axes(cards: Cards, prefix: str, problems: list[str], index: int) -> tuple[int, ...]:
    number = cards.integer(f"{prefix}NAXIS", 0) or 0
    if not 0 <= number <= 999:
        problems.append(f"HDU {index} cannot have NAXIS = {number} axes: its data is left out")
        return ()
    axes = tuple(cards.integer(f"{prefix}NAXIS{axis}", -1) or 0 for axis in range(1, number + 1))
    bad = next((axis for axis, length in enumerate(axes, 1) if length < 0), None)
    if bad is not None:
        problems.append(f"NAXIS{bad} of HDU {index} is missing or negative: its data is left out")
        return ()
    return axes


def _data_size(cards: Cards, sort: Sort, axes: tuple[int, ...], bitpix: int) -> int:
    pixels = 1
    for length in axes[1:] if sort == "groups" else axes:
        pixels *= length
    # PCOUNT and GCOUNT of a primary HDU mean nothing unless it has random groups
    if sort == "image" and "XTENSION" not in cards:
        return abs(bitpix) // 8 * pixels
    parameters = max(0, cards.integer("PCOUNT", 0) or 0)
    count = cards.integer("GCOUNT", 1)
    groups = max(0, 1 if count is None else count)
    return abs(bitpix) // 8 * groups * (parameters + pixels)


def _begins_extension(buffer: Buffer, position: int) -> bool:
    return buffer[position : position + 8].tobytes().upper() == b"XTENSION"


def _is_cut(hdus: list[ScannedHdu]) -> bool:
    return bool(hdus) and hdus[-1].available < hdus[-1].data_size


def _next_extension(buffer: Buffer, start: int) -> int | None:
    for first in range(start, min(len(buffer), start + _SEARCHED), _STRIP):
        place = buffer[first : first + _STRIP + len(_EXTENSION)].tobytes().find(_EXTENSION)
        if place >= 0:
            return first + place
    return None


def _rest(buffer: Buffer, position: int, hdus: list[ScannedHdu]) -> list[str]:
    # fill bytes are of no interest: zeros, blanks, or the 0x1A of old systems
    if position < len(buffer) and not np.isin(buffer[position : position + BLOCK], (0, 26, 32)).all():
        count = len(buffer) - position
        return [f"the last {count} bytes, after HDU {hdus[-1].index}, are not FITS and are left out"]
    return []
