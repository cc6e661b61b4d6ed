"""Card text: what one 80-byte card says, read without trusting any of its bytes."""

import re
from dataclasses import dataclass

CARD = 80
COMMENTARY = ("COMMENT", "HISTORY", "")
_STRING = re.compile(r"\s*'((?:[^']|'')*)'\s*(?:/(.*))?$", re.DOTALL)
_OPEN_STRING = re.compile(r"\s*'(.*)$", re.DOTALL)
_PLAIN = re.compile(
    r"\s*([TF]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?|\(\s*[-+.\deEdD]+\s*,\s*[-+.\deEdD]+\s*\))?"
    r"\s*(?:/(.*))?$",
    re.DOTALL,
)
_KEYWORD = re.compile(r"[A-Z0-9_-]{1,8}$")
_HIERARCH = re.compile(r"HIERARCH +([^=]*?)\s*=(.*)$", re.DOTALL)


@dataclass(frozen=True)
class CardText:
    """One card taken apart.

    Attributes
    ----------
    keyword : str
        Without the HIERARCH prefix; empty for a blank card.
    value : str
        As it is written in the file, a string without its quotes.
    comment : str
        What follows the slash.
    quoted : bool
        The value is a string.
    bad : bool
        The card breaks the rules; `value` is what could be made of it.
    """

    keyword: str
    value: str
    comment: str = ""
    quoted: bool = False
    bad: bool = False


def split(cards: bytes) -> list[str]:
    """Return the cards up to END as text of 80 characters, the last one filled up with blanks.

    Parameters
    ----------
    cards : bytes
        Raw header; END may be missing and the last card may be cut.
    """
    texts = []
    for start in range(0, len(cards), CARD):
        raw = cards[start : start + CARD]
        if raw.rstrip() == b"END":
            break
        texts.append(_decode(raw).ljust(CARD))
    return texts


def _decode(raw: bytes) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    try:
        # not legal in FITS, and yet what most programs write that do not know it
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def printable(text: str) -> str:
    """Return text with control characters (line breaks, tabs, NUL) replaced by blanks."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def take_apart(card: str) -> CardText:
    """Read one card.

    Parameters
    ----------
    card : str
        The text of the card as `split` returns it.
    """
    clean = printable(card)
    odd = clean != card or not card.isascii()
    keyword = clean[:8].rstrip()
    if keyword in COMMENTARY:
        return CardText(keyword, clean[8:].rstrip(), bad=odd)
    hierarch = _HIERARCH.match(clean)
    if hierarch:
        return _with_value(hierarch[1], hierarch[2], odd or not hierarch[1])
    if clean[8:9] == "=":
        return _with_value(keyword, clean[9:], odd or clean[9:10] != " " or not _KEYWORD.match(keyword))
    if keyword == "CONTINUE":
        return _with_value(keyword, clean[8:], odd)
    # a card without the equals sign in its place has no value; the text is for the reader to judge
    if _KEYWORD.match(keyword):
        return CardText(keyword, clean[8:].strip(), bad=odd or "=" in clean)
    return CardText("", clean.strip(), bad=True)


def _with_value(keyword: str, field: str, bad: bool) -> CardText:
    string = _STRING.match(field)
    if string:
        # only leading blanks of a string mean something
        text = string[1].replace("''", "'").rstrip()
        return CardText(keyword, text, (string[2] or "").strip(), quoted=True, bad=bad)
    plain = _PLAIN.match(field)
    if plain:
        return CardText(keyword, plain[1] or "", (plain[2] or "").strip(), bad=bad)
    unclosed = _OPEN_STRING.match(field)
    if unclosed:
        return CardText(keyword, unclosed[1].rstrip(), quoted=True, bad=True)
    text, _, comment = field.partition(" /")
    return CardText(keyword, text.strip(), comment.strip(), bad=True)
