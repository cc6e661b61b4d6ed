"""The folder's table as Qt wants it: rows come in batches, are filtered and sorted here."""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QFont, QGuiApplication, QIcon, QPalette

from viewer.core.names import shown as shown_name
from viewer.core.night.columns import Column
from viewer.core.night.entry import Entry
from viewer.ui.night.columns import DEFAULT, columns_of, follow, ordered, set_by_hand, tip_of
from viewer.ui.texts import sentence

Role = Qt.ItemDataRole
# the column in which a row that cannot be read says why
REASON = 1
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class NightModel(QAbstractTableModel):
    """The entries of a folder that are looked for, in the order chosen.

    Qt's own proxy asks for every cell many times when it sorts or filters, which stops the window where there
    are thousands.

    Attributes
    ----------
    entries : list of Entry
        All there are, in the order in which they came.
    shown : list of Entry
        Those in the table, in its order.
    columns : tuple of Column
        From left to right.
    sorted_by : tuple of str and bool
        Key of a column, and whether it begins with the greatest.
    unreadable : int
        How many of all files cannot be read.
    noted : int
        About how many of all files there is something to say.
    thumbnail : callable or None
        Gets an entry and returns its small picture, if there is one already.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.shown: list[Entry] = []
        self.columns = columns_of(DEFAULT)
        self.sorted_by = ("name", False)
        self.unreadable = self.noted = 0
        self.thumbnail: Callable[[Entry], QIcon | None] | None = None
        # all of them in the order chosen: while one types, nothing is sorted
        self._sorted: list[Entry] = []
        self._arranged = True
        self._words: list[str] = []
        self._only: frozenset[Path] | None = None
        self._opened: Path | None = None
        # small letters of each cell, by column
        self._cells: dict[str, dict[Path, str]] = {}
        self._lines: dict[Path, str] = {}
        self._places: dict[Path, int] | None = None

    # ------------------------------------------------------------------ what it holds

    def clear(self) -> None:
        """Forget all entries; columns, order and search stay."""
        self.beginResetModel()
        self.entries, self.shown, self._sorted, self._only = [], [], [], None
        self.unreadable = self.noted = 0
        self._places, self._arranged = None, True
        self._cells.clear()
        self._lines.clear()
        self.endResetModel()

    def add(self, entries: Sequence[Entry]) -> None:
        """Add entries at the end, those that are looked for to the table too."""
        self.entries += entries
        self._count(entries)
        self._write(entries)
        batch = ordered(entries, *self._order())
        # they mostly come as they are to be: then nothing has to be sorted in the end
        self._arranged = self._arranged and follow(self._sorted[-1:], batch, *self._order())
        self._sorted += batch
        new = [each for each in batch if self._wanted(each)]
        if new:
            first = len(self.shown)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self.shown += new
            self._places = None
            self.endInsertRows()

    def replace(self, changed: Iterable[Entry]) -> None:
        """Take entries in place of those of the same path; rows stay where they are."""
        by_path = {each.path: each for each in changed}
        self.entries = [by_path.get(each.path, each) for each in self.entries]
        self.shown = [by_path.get(each.path, each) for each in self.shown]
        self._sorted = [by_path.get(each.path, each) for each in self._sorted]
        self.unreadable = self.noted = 0
        self._count(self.entries)
        self._write(by_path.values())
        self._arranged = False
        if self.shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.shown) - 1, len(self.columns) - 1))

    def row_of(self, path: Path) -> int | None:
        """Return the row of a file, if it is in the table."""
        if self._places is None:
            self._places = {entry.path: row for row, entry in enumerate(self.shown)}
        return self._places.get(path)

    # ------------------------------------------------------------------ what is shown of it

    def set_columns(self, keys: Sequence[str]) -> None:
        """Show other columns."""
        columns = columns_of(keys)
        if columns == self.columns:
            return
        self.beginResetModel()
        before, self.columns = self.columns, columns
        # the one that was sorted by may be gone
        self._arranged = False
        # what is searched are the columns that can be seen
        self._cells = {each.key: self._cells.get(each.key, {}) for each in columns}
        self._write(self.entries, [each for each in columns if each not in before])
        self._choose()
        self.endResetModel()

    def look_for(self, text: str, only: frozenset[Path] | None) -> None:
        """Show the entries that have every word of `text` in their row, of a group or of all files."""
        words = text.casefold().split()
        if (words, only) != (self._words, self._only):
            self.beginResetModel()
            self._words, self._only = words, only
            self._choose()
            self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        if 0 <= column < len(self.columns):
            wanted = (self.columns[column].key, order == Qt.SortOrder.DescendingOrder)
            if wanted != self.sorted_by:
                self.sorted_by, self._arranged = wanted, False
                self.arrange()

    def arrange(self) -> None:
        """Put all rows in their order, also those that came since, unless they are."""
        if self._arranged:
            return
        self._arranged = True
        before = self.shown
        self._sorted = ordered(self.entries, *self._order())
        self._choose()
        if [id(each) for each in before] != [id(each) for each in self.shown]:
            after, self.shown = self.shown, before
            self.beginResetModel()
            self.shown = after
            self.endResetModel()

    def set_opened(self, path: Path | None) -> None:
        """Mark the file whose image is on display."""
        before, self._opened = self._opened, path
        for each in (before, path):
            row = None if each is None else self.row_of(each)
            if row is not None:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0), [Role.FontRole])

    def thumbnail_ready(self, path: Path) -> None:
        """Draw the row whose picture came."""
        row = self.row_of(path)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, 0), [Role.DecorationRole])

    def _order(self) -> tuple[Column, bool]:
        key, descending = self.sorted_by
        column = next((each for each in self.columns if each.key == key), self.columns[0])
        return column, descending

    def _count(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.unreadable += bool(entry.problem)
            self.noted += bool(entry.notes)

    def _choose(self) -> None:
        self.shown = [each for each in self._sorted if self._wanted(each)]
        self._places = None

    def _wanted(self, entry: Entry) -> bool:
        if self._only is not None and entry.path not in self._only:
            return False
        if not self._words:
            return True
        line = self._lines.get(entry.path)
        if line is None:
            line = self._lines[entry.path] = self._line(entry)
        return all(word in line for word in self._words)

    def _line(self, entry: Entry) -> str:
        return "\n".join(column.get(entry.path, "") for column in self._cells.values())

    def _write(self, entries: Collection[Entry], columns: Iterable[Column] | None = None) -> None:
        """Note what can be searched of some entries: of thousands it takes too long while one types."""
        if columns is not None:
            self._lines.clear()
        for column in self.columns if columns is None else columns:
            cells = self._cells.setdefault(column.key, {})
            for entry in entries:
                cells[entry.path] = column.text(entry).casefold()
        if columns is None:
            self._lines.update((entry.path, self._line(entry)) for entry in entries)

    # ------------------------------------------------------------------ as Qt asks for it

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of entries in the table."""
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        """Return text, explanation, alignment, colour, letters or picture of a cell."""
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        entry, column = self.shown[index.row()], self.columns[index.column()]
        told = bool(entry.problem) and index.column() == REASON
        if role == Role.DisplayRole:
            # why a file cannot be read has the place of all other values
            return sentence(entry.problem) if told else column.text(entry) + _gap(column)
        if role == Role.TextAlignmentRole:
            return RIGHT if column.right and not told else LEFT
        if role == Role.ToolTipRole:
            return self._explained(index.row(), index.column())
        if role == Role.ForegroundRole:
            return _brush(entry, column.key)
        if role == Role.FontRole:
            return _font(set_by_hand(entry, column), column.key == "name" and entry.path == self._opened)
        if role == Role.DecorationRole and column.key == "name" and self.thumbnail is not None:
            return self.thumbnail(entry)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Name and explain the columns."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title + _gap(column)
        if role == Role.ToolTipRole:
            return f"{tip_of(column)}\nA click sorts by this column, a right click chooses columns"
        if role == Role.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        return None

    def _explained(self, row: int, column: int) -> str:
        entry, shown = self.shown[row], self.columns[column]
        if entry.problem and column == REASON:
            return sentence(entry.problem)
        text = shown_name(entry.path) if shown.key == "name" else shown.text(entry)
        if shown.key == "notes":
            return "\n".join(entry.notes)
        if shown.key == "kind" and text == "?":
            return "It cannot be told what this was taken for: set it by a right click"
        return f"{text}\nset by hand" if set_by_hand(entry, shown) else text


def _gap(column: Column) -> str:
    """Return what keeps numbers apart from the text in the next column."""
    return "\u00a0" if column.right else ""


def _brush(entry: Entry, key: str) -> object:
    colours = QGuiApplication.palette()
    if entry.problem or (key == "kind" and not entry.kind):
        return colours.brush(QPalette.ColorRole.BrightText)
    return colours.brush(QPalette.ColorRole.PlaceholderText) if key == "notes" else None


def _font(italic: bool, bold: bool) -> QFont | None:
    if not italic and not bold:
        return None
    font = QFont()
    font.setItalic(italic)
    font.setBold(bold)
    return font
