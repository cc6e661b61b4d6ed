"""Cards of the header: set, delete and rename them; no pixel is read."""

from typing import Annotated

from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.header_rules import COMMENTARY, card_problem, check_keyword, text_problem
from viewer.core.operation import operation
from viewer.core.parameter import CardValue, Within


def _set_problem(keyword: str, value: CardValue, comment: str) -> str:
    problem = card_problem(keyword, value, comment)
    if not problem and check_keyword(keyword) in COMMENTARY:
        return f"{keyword or 'a blank card'} has no value: add a comment or a line of history."
    return problem or _spelling(keyword)


def _delete_problem(keyword: str, **_: object) -> str:
    return card_problem(keyword) or _spelling(keyword)


def _rename_problem(keyword: str, name: str) -> str:
    for text in (keyword, name):
        problem = card_problem(text) or _spelling(text)
        if not problem and check_keyword(text) in COMMENTARY:
            problem = f"{text or 'a blank card'} cannot be renamed: delete it and add another."
        if problem:
            return problem
    return ""


def _spelling(keyword: str) -> str:
    """Ask for the spelling that a script needs too."""
    written = check_keyword(keyword)
    return "" if keyword.upper() == written else f"the keyword has to be written '{written}'."


@operation("", "Set a card…", flat=True, refuse=_set_problem)
def set_card(frame: Frame, *, keyword: str = "OBJECT", value: CardValue = "", comment: str = "") -> Frame:
    """Give a card of the header a value, or add the card.

    Parameters
    ----------
    keyword
        Name of the card: up to 8 capital letters, digits, - and _; longer ones begin with HIERARCH.
    value
        A number, T or F, or text.
    comment
        What stands behind the slash; empty leaves the one that is there.
    """
    header = frame.header.copy()
    if comment:
        header[keyword] = (value, comment)
    else:
        header[keyword] = value
    return frame.derive(header=header)


@operation(
    "", "Set a card's comment…", flat=True, refuse=lambda keyword, comment: _set_problem(keyword, 0, comment)
)
def comment_card(frame: Frame, *, keyword: str = "OBJECT", comment: str = "") -> Frame:
    """Change what stands behind the slash of a card.

    Parameters
    ----------
    keyword
        Name of the card.
    comment
        Its comment; empty removes the one that is there.
    """
    header = frame.header.copy()
    present(header, keyword, 1)
    header.comments[keyword] = comment
    return frame.derive(header=header)


@operation("", "Delete a card…", flat=True, refuse=_delete_problem)
def delete_card(frame: Frame, *, keyword: str = "OBJECT", occurrence: Annotated[int, Within(1)] = 1) -> Frame:
    """Remove a card from the header.

    Parameters
    ----------
    keyword
        Name of the card.
    occurrence
        Which one, if there are several of that name: COMMENT and HISTORY, line by line.
    """
    header = frame.header.copy()
    present(header, keyword, occurrence)
    del header[keyword, occurrence - 1]
    return frame.derive(header=header)


@operation("", "Rename a card…", flat=True, refuse=_rename_problem)
def rename_card(frame: Frame, *, keyword: str = "OBJECT", name: str = "TARGET") -> Frame:
    """Give a card of the header another name; value, comment and place stay.

    Parameters
    ----------
    keyword
        Name of the card.
    name
        The new one; no card may have it yet.
    """
    header = frame.header.copy()
    present(header, keyword, 1)
    if name in header:
        raise ViewerError(f"there is a card {name} already: delete it first, or choose another name.")
    header.rename_keyword(keyword, name)
    return frame.derive(header=header)


@operation("", "Add a comment…", flat=True, refuse=text_problem)
def add_comment(frame: Frame, *, text: str = "") -> Frame:
    """Add a COMMENT card to the header, or several if the text is long.

    Parameters
    ----------
    text
        What it says.
    """
    header = frame.header.copy()
    header.add_comment(text)
    return frame.derive(header=header)


@operation("", "Add a line of history…", flat=True, refuse=text_problem)
def add_history(frame: Frame, *, text: str = "") -> Frame:
    """Add a HISTORY card to the header, or several if the text is long.

    Parameters
    ----------
    text
        What was done to the image elsewhere.
    """
    header = frame.header.copy()
    header.add_history(text)
    return frame.derive(header=header)


def present(header: Header, keyword: str, occurrence: int) -> None:
    """Refuse to change a card that is not there, or a line by which the image's history is known."""
    count = header.count(keyword) if keyword in header else 0
    if occurrence > count:
        raise ViewerError(
            f"there is no card {keyword} {occurrence if count else ''}".rstrip() + " in the header."
        )
    if keyword.upper() == "HISTORY" and str(header["HISTORY"][occurrence - 1]).startswith("skyloupe"):
        raise ViewerError("this line of history says what was done to the image: undo that instead.")
