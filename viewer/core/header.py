"""Header: cards as a reader wants them, to search, to pin and to save, whatever their bytes are."""

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viewer.core.cardtext import CARD, COMMENTARY, CardText, printable, split, take_apart
from viewer.core.quiet import quiet

if TYPE_CHECKING:
    from astropy.io.fits import Card, Header

PINNED = (
    "OBJECT",
    "DATE-OBS",
    "EXPTIME",
    "FILTER",
    "IMAGETYP",
    "TELESCOP",
    "INSTRUME",
    "AIRMASS",
    "GAIN",
    "CCD-TEMP",
)
"""Keywords on top of the header until the user chooses others."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "OBJECT": ("TARGET", "TARGNAME", "OBJNAME", "OBJECT-N"),
    "DATE-OBS": ("DATE_OBS", "DATEOBS", "DATE-BEG", "UTC-OBS", "MJD-OBS"),
    "EXPTIME": ("EFFEXPTM", "XPOSURE", "EXPOSURE", "EXP_TIME", "EXPOSED", "TEXPTIME", "ITIME", "ESO DET DIT"),
    "FILTER": ("FILTERS", "FILTER1", "FILTER2", "FILTNAM1", "FILTNAME", "INSFILTE", "ESO INS FILT1 NAME"),
    "IMAGETYP": ("IMAGETYPE", "OBSTYPE", "FRAMETYP", "IMTYPE", "FRAME", "OBSMODE", "ESO DPR TYPE"),
    "TELESCOP": ("TELESCOPE", "TELID", "OBSERVAT"),
    "INSTRUME": ("INSTRUMENT", "DETECTOR", "CAMERA"),
    "AIRMASS": ("AMSTART", "AIRMASS1", "SECZ", "ESO TEL AIRM START"),
    "GAIN": ("EGAIN", "CCDGAIN", "GAIN1", "ATODGAIN", "ARCONG", "ESO DET OUT1 CONAD"),
    "CCD-TEMP": ("CCDTEMP", "CCD_TEMP", "SET-TEMP", "DETTEMP", "CCDTEM", "TEMPERAT"),
}
"""Other names that observatories give to the same card, the likeliest first."""

# what astropy raises on cards of random bytes, beside its own VerifyError
_CARD_FAILURES = (ValueError, IndexError, OverflowError, AttributeError, TypeError, Warning)
_WILDCARD = re.compile(r"[*?]|\.\.\.")
_REAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d{1,4})?$")


@dataclass(frozen=True)
class CardRow:
    """One row of the header's table.

    Attributes
    ----------
    keyword, value, comment : str
        HIERARCH keywords without that word; long strings joined; the value as the file writes it,
        a string without quotes; the text of COMMENT, HISTORY and blank cards is their value.
    index : int
        0-based place of its (first) card in the header.
    bad : bool
        The card breaks the rules of FITS; `value` is its text.
    quoted : bool
        The value is a string, not a number that looks the same.
    """

    keyword: str
    value: str
    comment: str
    index: int
    bad: bool = False
    quoted: bool = False

    @property
    def typed(self) -> bool | int | float | str | None:
        """The value as Python has it: None if undefined, text if it is nothing else."""
        if self.quoted or self.bad or self.keyword in COMMENTARY:
            return self.value
        if not self.value:
            return None
        if self.value in ("T", "F"):
            return self.value == "T"
        if re.fullmatch(r"[+-]?\d{1,40}", self.value):
            return int(self.value)
        if _REAL.match(self.value):
            return float(self.value.upper().replace("D", "E"))
        return self.value


def raw_cards(header: "bytes | Header") -> bytes:
    """Return the header as it stands in a file, 80 bytes for each card, without END."""
    if isinstance(header, bytes):
        return header
    with quiet():
        text: str = header.tostring(sep="", endcard=False, padding=False)
    return text.encode("latin-1", "replace")


def rows(header: "bytes | Header") -> list[CardRow]:
    """Return the cards as rows of a table, in the header's order.

    Strings that CONTINUE are joined; a run of blank cards is one empty row, and none at the end.

    Parameters
    ----------
    header : bytes or astropy.io.fits.Header
        Raw cards, any bytes at all, or a parsed header.
    """
    found: list[CardRow] = []
    for index, text in enumerate(split(raw_cards(header))):
        card = take_apart(text)
        last = found[-1] if found else None
        if card.keyword == "CONTINUE" and last is not None and last.quoted and last.value.endswith("&"):
            found[-1] = _joined(last, card)
        elif card.keyword or card.value:
            found.append(CardRow(card.keyword, card.value, card.comment, index, card.bad, card.quoted))
        elif last is not None and (last.keyword or last.value):
            found.append(CardRow("", "", "", index))
    while found and not found[-1].keyword and not found[-1].value:
        found.pop()
    return found


def _joined(row: CardRow, card: CardText) -> CardRow:
    comment = f"{row.comment} {card.comment}".strip()
    return replace(row, value=row.value[:-1] + card.value, comment=comment, bad=row.bad or card.bad)


def search(rows: Iterable[CardRow], text: str) -> list[CardRow]:
    """Return the rows that have every word of `text` in keyword, value or comment, in any case."""
    words = text.casefold().split()
    found = []
    for row in rows:
        whole = f"{row.keyword} {row.value} {row.comment}".casefold()
        if all(word in whole for word in words):
            found.append(row)
    return found


def pinned(header: "bytes | Header", keywords: Sequence[str] = PINNED) -> list[CardRow]:
    """Return the cards that a user wants on top, under whichever spelling the header has them.

    Parameters
    ----------
    header : bytes or astropy.io.fits.Header
        Raw cards or a parsed header.
    keywords : sequence of str
        In any case; one that `SPELLINGS` knows is also found under its other names.

    Returns
    -------
    list of CardRow
        In the order of `keywords`, at most one row for each, with the keyword that the header uses.
    """
    first: dict[str, CardRow] = {}
    for row in rows(header):
        if row.value and row.keyword not in COMMENTARY:
            first.setdefault(row.keyword.upper(), row)
    found: dict[int, CardRow] = {}
    for keyword in keywords:
        wanted = keyword.strip().upper().removeprefix("HIERARCH ")
        for name in (wanted, *SPELLINGS.get(wanted, ())):
            if name in first:
                found.setdefault(first[name].index, first[name])
                break
    return list(found.values())


def as_text(header: "bytes | Header") -> str:
    """Return the header to be saved as text: a line for each card as it is, then END."""
    lines = [printable(card).rstrip() for card in split(raw_cards(header))]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join([*lines, "END", ""])


def parse(cards: bytes) -> "Header":
    """Return a header as astropy has it, every card of which can be used without an exception.

    Bytes that are not ASCII become question marks, a value that astropy cannot read becomes a
    string, and a card whose keyword it refuses becomes a COMMENT. The raw cards stay what they are:
    `rows` and `as_text` show them.

    Parameters
    ----------
    cards : bytes
        80 bytes for each card, with or without END, any bytes at all.
    """
    # astropy costs half a second and the first picture does without it
    from astropy.io.fits import Header

    header = Header()
    texts = [_ascii(card) for card in split(cards)]
    with quiet():
        position = 0
        while position < len(texts):
            length = _length(texts, position)
            header.append(_card(texts[position : position + length]), bottom=True)
            position += length
    return header


def _ascii(card: str) -> str:
    return printable(card).encode("ascii", "replace").decode("ascii")[:CARD]


def _length(texts: list[str], position: int) -> int:
    """Count the cards that one long string takes."""
    last = position
    while (
        last + 1 < len(texts)
        and texts[last + 1].startswith("CONTINUE")
        and take_apart(texts[last]).value.endswith("&")
    ):
        last += 1
    return last + 1 - position


def _card(texts: list[str]) -> "Card":
    # see parse
    from astropy.io.fits import Card
    from astropy.io.fits.verify import VerifyError

    failures = (*_CARD_FAILURES, VerifyError)
    try:
        card = Card.fromstring("".join(texts))
        card.verify("silentfix")
        return _settled(card)
    except failures:
        read = take_apart(texts[0])
    try:
        card = Card(read.keyword, read.value, read.comment)
        card.verify("silentfix")
        return _settled(card)
    except failures:
        return Card("COMMENT", texts[0].strip()[: CARD - 8])


def _settled(card: "Card") -> "Card":
    """Return the card if it can be used without exception or warning, else one that can or raise."""
    image = str(card)
    # astropy reads a card when it is asked for: whether it can has to be known now
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        card = type(card).fromstring(image)
        card.verify("exception")
        _ = card.keyword, card.value, card.comment, str(card)
    if _WILDCARD.search(card.keyword):
        raise ValueError(f"astropy would take {card.keyword} for a pattern")
    return card
