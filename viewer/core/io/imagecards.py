"""The header of a tile-compressed image as it was before the compression."""

import re

from viewer.core.io.cards import CARD, Cards

# of the table that holds the tiles, and of the compression (FITS standard 4.0, section 10.1)
_TABLE = re.compile(
    r"(?:XTENSION|SIMPLE|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|TFIELDS|THEAP|CHECKSUM|DATASUM|EXTEND"
    r"|(?:TTYPE|TFORM|TUNIT|TDIM|TNULL|TSCAL|TZERO|TDISP|TBCOL)\d+"
    r"|Z(?:IMAGE|CMPTYPE|BITPIX|NAXIS\d*|TILE\d+|NAME\d+|VAL\d+|MASKCMP|QUANTIZ|DITHER0|SCALE|ZERO|BLANK"
    r"|SIMPLE|TENSION|EXTEND|BLOCKED|PCOUNT|GCOUNT|HECKSUM|DATASUM))"
)


def describes_table(keyword: str) -> bool:
    """Whether a card is about the table of tiles or the compression, and not about the image."""
    return _TABLE.fullmatch(keyword.strip().upper()) is not None


def image_cards(cards: Cards) -> bytes:
    """Return 80-byte cards that describe the image and nothing of its compression.

    Parameters
    ----------
    cards : Cards
        The header of the table that holds the compressed tiles.
    """
    number = cards.integer("ZNAXIS", 0) or 0
    lines = [
        _card("XTENSION", "'IMAGE   '", "image extension"),
        _card("BITPIX", cards.integer("ZBITPIX", 8), "array data type"),
        _card("NAXIS", number, "number of array dimensions"),
    ]
    axes = range(1, min(number, 999) + 1)
    lines += [_card(f"NAXIS{axis}", cards.integer(f"ZNAXIS{axis}", 0)) for axis in axes]
    lines += [_card("PCOUNT", 0, "number of parameters"), _card("GCOUNT", 1, "number of groups")]
    raw = cards.raw
    rest = [raw[start : start + CARD] for start in range(0, len(raw), CARD)]
    rest = [card for card in rest if not describes_table(card[:8].decode("latin-1"))]
    names = [card for card in rest if card.startswith(b"EXTNAME ")]
    if len(names) > 1:
        # the table's own name, put before the image's by some compressors
        rest = [card for card in rest if card not in names or b"'COMPRESSED_IMAGE'" not in card]
    return b"".join(lines + rest)


def _card(keyword: str, value: object, comment: str = "") -> bytes:
    text = f"{keyword:8}= {value!s:>20}" if not isinstance(value, str) else f"{keyword:8}= {value:20}"
    return (f"{text} / {comment}" if comment else text).ljust(CARD)[:CARD].encode("ascii")
