"""Header cards as a table model: all of them, or those that a search finds; some can be edited."""

from collections.abc import Callable

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QPalette

from viewer.core.cardtext import COMMENTARY
from viewer.core.header import CardRow, search
from viewer.ui.card_editing import READ_ONLY, typed
from viewer.ui.texts import sentence

COLUMNS = ("Keyword", "Value", "Comment")
Role = Qt.ItemDataRole


def card_text(row: CardRow) -> str:
    """Return a card as one line of text: ``KEY = value / comment``."""
    if row.keyword in COMMENTARY:
        return f"{row.keyword} {row.value}".strip()
    value = f"'{row.value}'" if row.quoted else row.value
    text = f"{row.keyword} = {value}" if row.keyword else row.value
    return f"{text} / {row.comment}" if row.comment else text


class CardModel(QAbstractTableModel):
    """Keyword, value and comment of header cards.

    Signals
    -------
    edited : CardRow, int, str
        What was typed into a column of a card; the model itself stays as it is.

    Attributes
    ----------
    all : list of CardRow
        Every card there is.
    shown : list of CardRow
        Those that the search finds.
    refusal : callable or None
        Says why a card cannot be changed, or nothing; None if cards are only read.
    """

    edited = pyqtSignal(object, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.refusal: Callable[[CardRow], str] | None = None
        self._reasons: dict[int, str] = {}
        self.shown: list[CardRow] = []
        self.all: list[CardRow] = []
        self._text = ""

    def set_rows(self, rows: list[CardRow]) -> None:
        """Show other cards; the search stays."""
        self.all = rows
        self._reasons.clear()
        self._filter()

    def set_search(self, text: str) -> None:
        """Show the cards that have every word of `text` in keyword, value or comment."""
        self._text = text
        self._filter()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of cards shown."""
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Keyword, value, comment."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        """Return text, whole text as a tooltip, or the colour of a bad card."""
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        row = self.shown[index.row()]
        if role == Role.DisplayRole:
            return (row.keyword, row.value, row.comment)[index.column()]
        if role == Role.EditRole:
            return (row.keyword, typed(row), row.comment)[index.column()]
        if role == Role.ToolTipRole:
            why = self._reason(row)
            why = why or ("This card breaks the rules of FITS." if row.bad else "")
            return f"{card_text(row)}\n{sentence(why)}".strip()
        if role == Role.ForegroundRole and (row.bad or index.column() == 2):
            wanted = QPalette.ColorRole.BrightText if row.bad else QPalette.ColorRole.PlaceholderText
            return QGuiApplication.palette().brush(wanted)
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Let cards be edited that can be."""
        flags = super().flags(index)
        if self.refusal is None or not index.isValid() or self._reason(self.shown[index.row()]):
            return flags
        return flags | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: QModelIndex, value: object, role: int = Role.EditRole) -> bool:
        """Tell what was typed."""
        if role != Role.EditRole or not index.isValid() or value == self.data(index, Role.EditRole):
            return False
        self.edited.emit(self.shown[index.row()], index.column(), str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Name the columns."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def reason_against(self, index: QModelIndex) -> str:
        """Return why a cell cannot be changed, in a sentence; empty if it can, or there is none."""
        if not index.isValid():
            return ""
        return READ_ONLY if self.refusal is None else self._reason(self.shown[index.row()])

    def set_refusal(self, refusal: Callable[[CardRow], str] | None) -> None:
        """Let cards be changed, or not any more."""
        self.refusal = refusal
        self._reasons.clear()

    def _reason(self, row: CardRow) -> str:
        # asked for at every cell that is drawn
        if self.refusal is not None and row.index not in self._reasons:
            self._reasons[row.index] = self.refusal(row)
        return self._reasons.get(row.index, "")

    def _filter(self) -> None:
        self.beginResetModel()
        self.shown = search(self.all, self._text) if self._text.strip() else self.all
        self.endResetModel()
