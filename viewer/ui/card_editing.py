"""Card editing: which cards of a header can be changed, and which operation a change is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from viewer.core.cardtext import COMMENTARY
from viewer.core.errors import ViewerError
from viewer.core.header import CardRow
from viewer.core.header_rules import card_problem, check_keyword
from viewer.core.parameter import CardValue, Parameter

if TYPE_CHECKING:
    from astropy.io.fits import Header

    from viewer.core.call import Call

KEYWORD, VALUE, COMMENT = range(3)
READ_ONLY = "It can be read here, not changed: only the header of the image on display can."
_VALUE = Parameter("value", "value")


def refusal(row: CardRow, rows: Sequence[CardRow]) -> str:
    """Return why a card cannot be changed, in a sentence; empty if it can.

    Parameters
    ----------
    row : CardRow
        The card.
    rows : sequence of CardRow
        All cards of the header.
    """
    if row.keyword in COMMENTARY:
        return "A line of text can be deleted, and another one added."
    if row.bad:
        return "This card breaks the rules of FITS, and stays as it is."
    try:
        check_keyword(row.keyword)
    except ViewerError as error:
        return str(error)
    if not row.quoted and isinstance(row.typed, str):
        return "A value of this kind cannot be changed here."
    if next(each for each in rows if each.keyword == row.keyword) is not row:
        return f"There are several cards {row.keyword}: only the first can be changed, or this one deleted."
    return ""


def typed(row: CardRow) -> str:
    """Return the value of a card as it is typed: a text in quotes, so that it is not taken for a number."""
    if not row.quoted:
        return row.value
    doubled = row.value.replace("'", "''")
    return f"'{doubled}'"


def value_of(text: str) -> CardValue:
    """Return the value that was typed: a number, T or F, or text, in quotes if need be.

    Raises
    ------
    ViewerError
        If it has letters that FITS does not know.
    """
    value: CardValue = _VALUE.read(text)
    return value


def problem(row: CardRow, column: int, text: str) -> str:
    """Return what is wrong with what is typed into a cell, in a sentence; empty if nothing is."""
    if column == KEYWORD:
        return card_problem(text, row.typed or "", row.comment) if text.strip() else "A card needs a keyword."
    try:
        value = value_of(text) if column == VALUE else row.typed
    except ViewerError as error:
        return str(error)
    return card_problem(
        row.keyword, "" if value is None else value, text if column == COMMENT else row.comment
    )


def change(row: CardRow, column: int, text: str) -> "Call | None":
    """Return the operation that puts what was typed into a cell; None if that is there already.

    Raises
    ------
    ViewerError
        If it cannot be there.
    """
    # who changes a card has the operations, which the start does without
    from viewer.core.call import Call

    keyword = check_keyword(row.keyword)
    if column == KEYWORD:
        name = check_keyword(text)
        return None if name == keyword else Call.of("rename_card", keyword=keyword, name=name)
    if column == VALUE:
        return None if text == typed(row) else Call.of("set_card", keyword=keyword, value=value_of(text))
    return None if text == row.comment else Call.of("comment_card", keyword=keyword, comment=text)


def new_card(keyword: str, value: str, comment: str) -> "Call":
    """Return the operation that adds a card, or gives the one that is there another value.

    Parameters
    ----------
    keyword, value, comment : str
        As typed; of COMMENT and HISTORY the value is the text.

    Raises
    ------
    ViewerError
        If there cannot be such a card.
    """
    # as above
    from viewer.core.call import Call

    checked = check_keyword(keyword)
    if checked in ("COMMENT", "HISTORY"):
        return Call.of("add_comment" if checked == "COMMENT" else "add_history", text=value)
    return Call.of("set_card", keyword=checked, value=value_of(value), comment=comment)


def deletions(chosen: Sequence[CardRow], rows: Sequence[CardRow], header: "Header") -> "list[Call]":
    """Return the operations that delete cards, in an order in which each finds its card.

    Parameters
    ----------
    chosen : sequence of CardRow
        The cards.
    rows : sequence of CardRow
        All cards of the header.
    header : astropy.io.fits.Header
        The header itself.

    Raises
    ------
    ViewerError
        If one of them has to stay.
    """
    # as above
    from viewer.core.call import Call

    found: list[tuple[str, int]] = []
    for row in chosen:
        if row.bad or not row.keyword:
            raise ViewerError("Blank cards, and those that break the rules of FITS, stay as they are.")
        keyword = check_keyword(row.keyword)
        if row.keyword in COMMENTARY:
            # a line of text is known by what it says: what astropy cannot read became a comment too
            lines = [str(line).strip() for line in header.get(keyword, ())]
            places = [n for n, line in enumerate(lines, 1) if line == row.value.strip()]
        else:
            same = [each for each in rows if each.keyword == row.keyword]
            places = [same.index(row) + 1]
        left = [place for place in places if (keyword, place) not in found]
        if left:
            found.append((keyword, left[0]))
    # of several with one name the last one first: the places of the others stay
    found.sort(key=lambda pair: -pair[1])
    return [Call.of("delete_card", keyword=keyword, occurrence=place) for keyword, place in found]
