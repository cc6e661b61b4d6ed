"""Card table: header cards in a grid, with the columns as wide as they need and can be."""

from PyQt6.QtCore import QEvent, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QPalette, QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from viewer.core.cardtext import COMMENTARY
from viewer.core.header import CardRow
from viewer.ui.card_editing import problem
from viewer.ui.card_model import CardModel, card_text
from viewer.ui.grid import Grid

KEYWORD_CHARACTERS = (8, 22)
VALUE_CHARACTERS = (8, 24)
# of the room beside the keyword
VALUE_SHARE = 0.66
NARROWEST = 24
PROBLEM = "problem"
# rows of pinned cards in sight, more are scrolled to
MOST_PINNED = 10


class CardTable(Grid):
    """A table of header cards; copying gives them as lines of text.

    Signals
    -------
    delete_wanted
        The user pressed Delete on the selected cards.
    problem_changed : str
        What is wrong with what is being typed, in a sentence, or nothing.
    refused : str
        Why what was typed is not taken, once the field is left; or why there is no field to type into.

    Parameters
    ----------
    pinned : bool
        Only keyword and value, as high as its rows, without headings.
    parent : QWidget, optional
        As in Qt.
    """

    delete_wanted = pyqtSignal()
    problem_changed = pyqtSignal(str)
    refused = pyqtSignal(str)

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
            self.setItemDelegate(_Typing(self))
            trigger = QAbstractItemView.EditTrigger
            self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed)
            self.doubleClicked.connect(self._explain)

    def show_rows(self, rows: list[CardRow], stay: bool = False) -> None:
        """Show other cards, and with `stay` the same place among them."""
        scrolled, row = self.verticalScrollBar().value(), self.currentIndex().row()
        column = self.currentIndex().column()
        self.cards.set_rows(rows)
        self._set_widths()
        self._span()
        if stay:
            self.setCurrentIndex(self.cards.index(min(row, len(self.cards.shown) - 1), column))
            self.verticalScrollBar().setValue(scrolled)
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

    def select_card(self, keyword: str) -> None:
        """Select the last card of a name and bring it in sight."""
        found = [row for row, card in enumerate(self.cards.shown) if card.keyword == keyword]
        if found:
            self.setCurrentIndex(self.cards.index(found[-1], 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete cards by the key of that name; say why F2 changes nothing where it does not."""
        if event.key() == Qt.Key.Key_Delete and self.cards.refusal is not None:
            self.delete_wanted.emit()
            return
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_F2 and not self._pinned:
            self._explain(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set_widths()

    def _explain(self, index: QModelIndex) -> None:
        """Say why a cell that somebody wants to change opens no field."""
        reason = self.cards.reason_against(index)
        if reason:
            self.refused.emit(reason)

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


class _Typing(QStyledItemDelegate):
    """A field to type into; what is wrong is said at once, and cannot be put into the header."""

    def __init__(self, table: CardTable) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(
        self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setFont(self._table.font())
        row, column = self._table.cards.shown[index.row()], index.column()
        plain = field.palette()
        wrong = field.palette()
        wrong.setColor(QPalette.ColorRole.Text, wrong.color(QPalette.ColorRole.BrightText))

        def judge(text: str) -> None:
            found = problem(row, column, text)
            field.setProperty(PROBLEM, found)
            field.setPalette(wrong if found else plain)
            self._table.problem_changed.emit(found)

        field.textChanged.connect(judge)
        return field

    def destroyEditor(self, editor: QWidget | None, index: QModelIndex) -> None:
        self._table.problem_changed.emit("")
        super().destroyEditor(editor, index)

    def setModelData(self, editor: QWidget | None, model, index: QModelIndex) -> None:
        if editor.property(PROBLEM):
            self._table.refused.emit(editor.property(PROBLEM))
        else:
            super().setModelData(editor, model, index)

    def eventFilter(self, editor: QObject | None, event: QEvent | None) -> bool:
        enter = event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        # it stays open until it is right, or given up
        return True if enter and editor.property(PROBLEM) else super().eventFilter(editor, event)
