"""The cards of an HDU that is written: those that describe the data made anew, all others as they were."""

import re
from collections.abc import Iterable, Sequence

from viewer.core.frame import Frame
from viewer.core.header import raw_cards
from viewer.core.io.cards import CARD, Cards
from viewer.core.io.scan import BLOCK

_STRUCTURE = re.compile(
    rb"SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|BSCALE|BZERO|BLANK|CHECKSUM|DATASUM|END"
)
_ODD = re.compile(rb"[^ -~]")

NO_CHECKSUM = "0" * 16


def kept(frame: Frame, *, primary: bool) -> list[bytes]:
    """Return the cards of an image that say nothing of how it is stored, byte for byte and in their order.

    Parameters
    ----------
    frame : Frame
        The image.
    primary : bool
        Whether it becomes a primary HDU, which cannot inherit from itself.
    """
    raw = raw_cards(frame.cards)
    found: list[bytes] = []
    dropped = False
    for start in range(0, len(raw), CARD):
        # bytes that are not ASCII text are not legal, and other programs refuse the whole file for one
        text = _ODD.sub(b"?", raw[start : start + CARD]).ljust(CARD)
        keyword = text[:8].rstrip()
        dropped = (
            bool(_STRUCTURE.fullmatch(keyword))
            or (primary and keyword == b"INHERIT")
            or (dropped and keyword == b"CONTINUE")
        )
        if not dropped:
            found.append(text)
    return _with_unit(found, frame.unit)


def _with_unit(cards: list[bytes], unit: str) -> list[bytes]:
    """An operation may have said the unit and left the header alone."""
    if not unit or Cards(b"".join(cards)).text("BUNIT").strip() == unit:
        return cards
    new = card("BUNIT", unit, "unit of the pixel values")
    places = [i for i, text in enumerate(cards) if text.startswith(b"BUNIT  ")]
    if places:
        return [new if i == places[0] else text for i, text in enumerate(cards)]
    return [*cards, new]


def image_structure(bitpix: int, shape: Sequence[int], *, primary: bool, extend: bool) -> list[bytes]:
    """Return the first cards of an image.

    Parameters
    ----------
    bitpix : int
        BITPIX.
    shape : sequence of int
        In numpy order; empty for an HDU without data.
    primary : bool
        Whether it is the first HDU of the file.
    extend : bool
        Whether other HDUs follow; only told in a primary one.
    """
    first = (
        card("SIMPLE", True, "conforms to the FITS standard")
        if primary
        else card("XTENSION", "IMAGE", "image extension")
    )
    cards = [
        first,
        card("BITPIX", bitpix, "array data type"),
        card("NAXIS", len(shape), "number of array dimensions"),
    ]
    cards += [card(f"NAXIS{axis}", length) for axis, length in enumerate(reversed(shape), 1)]
    if not primary:
        cards += [card("PCOUNT", 0, "number of parameters"), card("GCOUNT", 1, "number of groups")]
    elif extend:
        cards.append(card("EXTEND", True, "extensions follow"))
    return cards


def scaling(bzero: int, blank: int | None) -> list[bytes]:
    """Return BSCALE and BZERO of unsigned integers, and BLANK, where they are needed."""
    cards = []
    if bzero:
        cards += [card("BSCALE", 1), card("BZERO", bzero, "offset of unsigned integers")]
    if blank is not None:
        cards.append(card("BLANK", blank, "stored value of missing pixels"))
    return cards


def scaling_of(cards: Cards) -> list[bytes]:
    """Return the cards with which stored numbers become physical values, as they are."""
    raw = cards.raw
    all_cards = (raw[start : start + CARD] for start in range(0, len(raw), CARD))
    return [text for text in all_cards if text[:10] in (b"BSCALE  = ", b"BZERO   = ", b"BLANK   = ")]


def sums(checksum: str = NO_CHECKSUM, datasum: int = 0) -> list[bytes]:
    """Return the two cards of the checksums, always equally long."""
    return [
        card("CHECKSUM", checksum, "makes the sum of this HDU all ones"),
        card("DATASUM", str(datasum), "sum of the data"),
    ]


def block(cards: Iterable[bytes]) -> bytes:
    """Return cards as a header: with END and filled up with blanks."""
    text = b"".join(cards) + b"END".ljust(CARD)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK)


def card(keyword: str, value: bool | int | str, comment: str = "") -> bytes:
    """Return one card of 80 bytes with a short value."""
    if isinstance(value, bool):
        text = f"{'T' if value else 'F':>20}"
    elif isinstance(value, int):
        text = f"{value:>20}"
    else:
        plain = value.encode("ascii", "replace").decode("ascii").replace("'", " ")[:66]
        text = f"'{plain:8}'".ljust(20)
    text = f"{keyword:8}= {text}"
    return (f"{text} / {comment}" if comment else text).ljust(CARD)[:CARD].encode("ascii")
