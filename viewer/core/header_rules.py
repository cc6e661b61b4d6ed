"""Header rules: what FITS allows on a card, told in a sentence as somebody types."""

import math
import re
import warnings

from viewer.core.errors import ViewerError
from viewer.core.parameter import CardValue

COMMENTARY = ("COMMENT", "HISTORY", "")
HIERARCH = "HIERARCH "

# They say how the bytes of the file are to be read (FITS standard 4.0, 4.4 and 10.1).
_STRUCTURE = re.compile(
    r"SIMPLE|BITPIX|NAXIS\d*|EXTEND|XTENSION|PCOUNT|GCOUNT|GROUPS|TFIELDS|THEAP|BSCALE|BZERO|BLANK|END"
    r"|CONTINUE|CHECKSUM|DATASUM|LONGSTRN|(?:TTYPE|TFORM|TDIM|TNULL|TSCAL|TZERO|TBCOL)\d+"
    r"|Z(?:IMAGE|CMPTYPE|BITPIX|NAXIS\d*|TILE\d+|NAME\d+|VAL\d+|MASKCMP|QUANTIZ|DITHER0|SCALE|ZERO|BLANK"
    r"|SIMPLE|TENSION|EXTEND|BLOCKED|PCOUNT|GCOUNT|HECKSUM|DATASUM)"
)
_SHORT = re.compile(r"[A-Z0-9_-]{1,8}")
_LONG = re.compile(r"[A-Z0-9_-]+(?: [A-Z0-9_-]+)*")
# beginnings of the lines by which the program knows what it did
_OWN_HISTORY = ("skyloupe: ", "skyloupe+ ", "skyloupe< ")


def check_keyword(text: str) -> str:
    """Return a keyword as it is written: capitals, and ``HIERARCH`` before a long one.

    Parameters
    ----------
    text : str
        As typed: ``object``, ``eso tel name``.

    Raises
    ------
    ViewerError
        If it is none, or one that the program writes itself.
    """
    keyword = " ".join(text.upper().split())
    if keyword in COMMENTARY:
        return keyword
    if keyword.startswith(HIERARCH):
        keyword = keyword.removeprefix(HIERARCH)
        long = True
    else:
        long = len(keyword) > 8 or " " in keyword
    if not (_LONG if long else _SHORT).fullmatch(keyword):
        raise ViewerError(
            f"{ascii(text.strip())[:60]} is no keyword: it has up to 8 of the letters A-Z, digits, - and _, "
            "or words of them after HIERARCH."
        )
    if _STRUCTURE.fullmatch(keyword):
        raise ViewerError(f"{keyword} says how the file is stored: it is written with the file, not by hand.")
    if long and len(keyword) > 60:
        raise ViewerError(f"the keyword {keyword[:30]}… is too long: no room is left for a value.")
    return HIERARCH + keyword if long else keyword


def check_value(keyword: str, value: CardValue, comment: str = "") -> CardValue:
    """Return a value that fits on a card, or on several in case of a long text.

    Parameters
    ----------
    keyword : str
        As `check_keyword` returns it.
    value : bool, int, float or str
        The value.
    comment : str
        What stands behind the slash.

    Raises
    ------
    ViewerError
        If it cannot be written.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ViewerError(f"{keyword} cannot be {value}: FITS has no such number on a card; write a text.")
    for text, what in ((str(value), f"the value of {keyword}"), (comment, f"the comment of {keyword}")):
        if not text.isascii() or not text.isprintable():
            raise ViewerError(f"{what} has letters that FITS does not know: use ASCII, without line breaks.")
    # astropy costs half a second, and this module is read with the panel of the header
    from astropy.io.fits import Card
    from astropy.io.fits.verify import VerifyError

    try:
        with warnings.catch_warnings():
            # it would cut the comment, and say so
            warnings.simplefilter("error")
            image = str(Card(keyword, value, comment))
            read = Card.fromstring(image)
            whole = read.value == (value.rstrip() if isinstance(value, str) else value)
    except (ValueError, Warning, VerifyError):
        whole = False
    if not whole:
        raise ViewerError(
            f"{keyword} has no room for that: keyword, value and comment share 80 letters; shorten them."
        )
    return value


def card_problem(keyword: str, value: CardValue = "", comment: str = "") -> str:
    """Return what is wrong with a card, in a sentence; empty if it can be written.

    Parameters
    ----------
    keyword : str
        In any case; a long one with or without ``HIERARCH``.
    value : bool, int, float or str
        The value; of COMMENT and HISTORY the text.
    comment : str
        What stands behind the slash.
    """
    try:
        checked = check_keyword(keyword)
        if checked in COMMENTARY:
            return text_problem(str(value))
        check_value(checked, value, comment)
    except ViewerError as error:
        return str(error)
    return ""


def text_problem(text: str) -> str:
    """Return what is wrong with the text of a COMMENT or HISTORY card; empty if nothing is."""
    if not text.isascii() or not text.isprintable():
        return "the text has letters that FITS does not know: use ASCII, without line breaks."
    if text.startswith(_OWN_HISTORY):
        return "lines that begin with 'skyloupe' are written by the program: begin with another word."
    return ""
