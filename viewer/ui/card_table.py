"""Card table: header cards in a grid, with the columns as wide as they need and can be."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QWidget

from viewer.core.cardtext import COMMENTARY
from viewer.core.header import CardRow
from viewer.ui.card_model import CardModel, card_text
from viewer.ui.grid import Grid

KEYWORD_CHARACTERS = (8, 22)
VALUE_CHARACTERS = (8, 24)
# of the room beside the keyword
VALUE_SHARE = 0.66
NARROWEST = 24
# rows of pinned cards in sight, more are scrolled to
MOST_PINNED = 10


class CardTable(Grid):
    """A table of header cards; copying gives them as lines of text.

    Parameters
    ----------
    pinned : bool
        Only keyword and value, as high as its rows, without headings.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, pinned: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = CardModel(self)
        self._pinned = pinned
        self.setModel(self.cards)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(NARROWEST)
        last = 1 if pinned else 2
        self.horizontalHeader().setSectionResizeMode(last, QHeaderView.ResizeMode.Stretch)
        self.copy_wanted.connect(self.copy)
        if pinned:
            self.setFrameShape(QFrame.Shape.NoFrame)
            self.horizontalHeader().hide()
            self.setColumnHidden(2, True)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        else:
            self.setAlternatingRowColors(True)

    def show_rows(self, rows: list[CardRow]) -> None:
        """Show other cards."""
        self.cards.set_rows(rows)
        self._set_widths()
        self._span()
        if self._pinned:
            self.setFixedHeight(min(len(rows), MOST_PINNED) * self.verticalHeader().defaultSectionSize())
            self.setVisible(bool(rows))

    def search(self, text: str) -> None:
        """Show only cards that have every word of `text`."""
        self.cards.set_search(text)
        self._span()

    def copy(self) -> None:
        """Copy the selected cards, a line each."""
        chosen = [card_text(self.cards.shown[row]) for row in self.selected_rows()]
        if chosen:
            QGuiApplication.clipboard().setText("\n".join(chosen))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set_widths()

    def _set_widths(self) -> None:
        rows = [row for row in self.cards.shown if row.keyword not in COMMENTARY]
        keyword = self._width((row.keyword for row in rows), KEYWORD_CHARACTERS)
        self.setColumnWidth(0, keyword)
        if self._pinned:
            return
        value = self._width((row.value for row in rows if row.comment), VALUE_CHARACTERS)
        room = round(VALUE_SHARE * (self.viewport().width() - keyword))
        self.setColumnWidth(1, max(min(value, room), NARROWEST))

    def _width(self, texts, limits: tuple[int, int]) -> int:
        widest = max(map(len, texts), default=0)
        return self.character_width(min(max(widest, limits[0]), limits[1]))

    def _span(self) -> None:
        """Give texts without a comment, such as HISTORY, the place of the comment too."""
        if self._pinned:
            return
        self.clearSpans()
        for row, card in enumerate(self.cards.shown):
            if not card.comment:
                self.setSpan(row, 1, 1, 2)
