"""Find the HDUs of a FITS file: headers are read, pixels are not, and any bytes are survived."""

from dataclasses import dataclass
from typing import Literal

from viewer.core.io.cards import Cards

Sort = Literal["image", "compressed", "bintable", "asciitable", "groups", "unknown"]


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
