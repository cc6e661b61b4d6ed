"""Header cards as a table model: all of them, or those that a search finds."""

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QGuiApplication, QPalette

from viewer.core.cardtext import COMMENTARY
from viewer.core.header import CardRow, search

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

    Attributes
    ----------
    all : list of CardRow
        Every card there is.
    shown : list of CardRow
        Those that the search finds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: list[CardRow] = []
        self.all: list[CardRow] = []
        self._text = ""

    def set_rows(self, rows: list[CardRow]) -> None:
        """Show other cards; the search stays."""
        self.all = rows
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
        if role == Role.ToolTipRole:
            text = card_text(row)
            return f"{text}\nThis card breaks the rules of FITS." if row.bad else text
        if role == Role.ForegroundRole and (row.bad or index.column() == 2):
            wanted = QPalette.ColorRole.BrightText if row.bad else QPalette.ColorRole.PlaceholderText
            return QGuiApplication.palette().brush(wanted)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Name the columns."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _filter(self) -> None:
        self.beginResetModel()
        self.shown = search(self.all, self._text) if self._text.strip() else self.all
        self.endResetModel()
