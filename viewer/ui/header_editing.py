"""Header editing: changes of cards in a table become operations on the image that is shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QMenu

from viewer.core.errors import ViewerError
from viewer.core.header import CardRow
from viewer.core.session.session import Session
from viewer.ui.card_editing import COMMENT, KEYWORD, VALUE, change, deletions, refusal
from viewer.ui.card_table import CardTable

if TYPE_CHECKING:
    from viewer.core.call import Call


class HeaderEditing:
    """Takes what is typed into a table of cards.

    Parameters
    ----------
    session : Session
        Does the operations.
    table : CardTable
        Shows the cards.
    """

    def __init__(self, session: Session, table: CardTable) -> None:
        self._session = session
        self._table = table
        self._allowed = False
        self._wanted = ""
        table.cards.edited.connect(self.edit)
        table.delete_wanted.connect(self.delete_selected)
        table.refused.connect(lambda problem: session.tell("warning", problem))

    def allow(self, allowed: bool) -> None:
        """Let cards be changed if they are those of the image on display; called when they are shown."""
        self._allowed = allowed
        self._table.cards.set_refusal(self._refusal if allowed else None)
        if self._wanted and any(row.keyword == self._wanted for row in self._table.cards.shown):
            self._table.select_card(self._wanted)
            self._wanted = ""

    def edit(self, row: CardRow, column: int, text: str) -> None:
        """Put what was typed into a cell into the header."""
        self._apply(lambda: [change(row, column, text)])

    def delete_selected(self) -> None:
        """Delete the selected cards."""
        picture, cards = self._session.picture, self._table.cards
        chosen = [cards.shown[row] for row in self._table.selected_rows()]
        if picture is not None and chosen and self._allowed:
            self._apply(lambda: deletions(chosen, cards.all, picture.frame.header))

    def ask_for_card(self) -> None:
        """Ask for a new card."""
        # who edits headers needs the dialog
        from viewer.ui.card_dialog import CardDialog

        known = tuple(row.keyword for row in self._table.cards.all)
        CardDialog(known, self._add, self._table.window()).open()

    def add_to(self, menu: QMenu, row: CardRow) -> None:
        """Add what can be changed about a card to its menu."""
        if not self._allowed:
            return
        why = self._refusal(row)
        menu.addSeparator()
        for text, column in (("Edit value\tF2", VALUE), ("Edit comment", COMMENT), ("Rename", KEYWORD)):
            entry = menu.addAction(text, lambda column=column: self._begin(row, column))
            entry.setEnabled(not why)
        menu.addAction("Add a card…", self.ask_for_card)
        menu.addAction("Delete\tDel", self.delete_selected)

    def _begin(self, row: CardRow, column: int) -> None:
        """Open the field of a cell."""
        cards = self._table.cards
        place = cards.shown.index(row)
        if column == COMMENT and not row.comment:
            # a value without a comment has the comment's place too
            self._table.setSpan(place, VALUE, 1, 1)
        self._table.edit(cards.index(place, column))

    def _refusal(self, row: CardRow) -> str:
        return refusal(row, self._table.cards.all)

    def _add(self, call: "Call") -> None:
        texts = {"add_comment": "COMMENT", "add_history": "HISTORY"}
        keyword = texts.get(call.name) or call.arguments["keyword"]
        self._wanted = keyword.removeprefix("HIERARCH ")
        self._session.apply(call)

    def _apply(self, make: "Callable[[], list[Call | None]]") -> None:
        """Do what changes the header, or say why it cannot be done."""
        try:
            calls = make()
        except ViewerError as error:
            self._session.tell("warning", str(error))
            return
        for call in calls:
            if call is not None:
                self._session.apply(call)
