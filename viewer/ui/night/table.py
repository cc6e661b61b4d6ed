"""The table itself: files in rows, with columns that can be moved, chosen, and sorted by."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PyQt6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractItemView, QWidget

from viewer.core.night.entry import Entry
from viewer.ui.grid import Grid
from viewer.ui.night.model import REASON, NightModel
from viewer.ui.night.thumbs import SIDE

WIDTH_CHARACTERS = (4, 34)
NOTES_CHARACTERS = 60
# rows looked at to find how wide columns have to be
WIDTH_ROWS = 60
# Qt goes through all of them for each row that it paints
MOST_SPANS = 300
Flag = QItemSelectionModel.SelectionFlag


class NightTable(Grid):
    """The table of a folder's files.

    Signals
    -------
    columns_moved : tuple of str
        The user dragged a column to another place: the keys as they stand now.

    Parameters
    ----------
    model : NightModel
        What it shows.
    parent : QWidget, optional
        As in Qt.
    """

    columns_moved = pyqtSignal(tuple)

    def __init__(self, model: NightModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._plain_row = self.verticalHeader().defaultSectionSize()
        self._measured = 0
        self._kept: tuple[list[Path], Path | None, int] = ([], None, 0)
        self.setAccessibleName("Files of the folder")
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        # Qt asks a header that knows the selection about every selected row, each time it is painted
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setSectionsMovable(True)
        # the names stay where the thumbnails are
        header.setFirstSectionMovable(False)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        header.sectionMoved.connect(self._moved)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        model.rowsInserted.connect(lambda _parent, first, last: self._span(first, last))

    def show_thumbnails(self, on: bool) -> None:
        """Make room for small pictures, or none."""
        self.setIconSize(QSize(SIDE, SIDE))
        height = SIDE + 4 if on else self._plain_row
        self.verticalHeader().setDefaultSectionSize(height)
        self.set_widths()

    def selected(self) -> tuple[Entry, ...]:
        """Return the entries of the selected rows, in the table's order."""
        return tuple(self._model.shown[row] for row in self.selected_rows() if row < len(self._model.shown))

    def select(self, paths: Iterable[Path]) -> None:
        """Select the rows of some files and no others."""
        wanted = set(paths)
        rows = [row for row, entry in enumerate(self._model.shown) if entry.path in wanted]
        last, selection = len(self._model.columns) - 1, QItemSelection()
        for first, end in _runs(rows):
            selection.select(self._model.index(first, 0), self._model.index(end, last))
        self.selectionModel().select(selection, Flag.ClearAndSelect)

    def measure(self) -> None:
        """Set the widths by the first rows, once there are some."""
        count = min(len(self._model.shown), WIDTH_ROWS)
        if count > self._measured and self._measured < WIDTH_ROWS:
            self.set_widths()

    def set_widths(self) -> None:
        """Make the columns as wide as what the first rows have in them."""
        rows = self._model.shown[:WIDTH_ROWS]
        self._measured = len(rows)
        for place, column in enumerate(self._model.columns):
            texts = [column.title + "  ", *(column.text(entry) for entry in rows)]
            most = NOTES_CHARACTERS if column.key == "notes" else WIDTH_CHARACTERS[1]
            width = self.character_width(min(max(max(map(len, texts)), WIDTH_CHARACTERS[0]), most) + 1)
            pictures = SIDE + 6 if column.key == "name" and self._model.thumbnail is not None else 0
            self.setColumnWidth(place, width + pictures)

    def show_order(self) -> None:
        """Point the arrow at the column by which the model is sorted, which may have moved."""
        key, descending = self._model.sorted_by
        keys = [column.key for column in self._model.columns]
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(keys.index(key) if key in keys else 0, order)

    def _moved(self, *_places: int) -> None:
        header, columns = self.horizontalHeader(), self._model.columns
        order = [header.logicalIndex(place) for place in range(len(columns))]
        if order == list(range(len(columns))):
            return
        # the model takes the new order, and the header forgets it
        header.sectionMoved.disconnect(self._moved)
        for place in range(len(columns)):
            header.moveSection(header.visualIndex(place), place)
        header.sectionMoved.connect(self._moved)
        self.columns_moved.emit(tuple(columns[place].key for place in order))

    # ------------------------------------------------------------------ selection over a new order

    def _keep(self) -> None:
        current = self.currentIndex().row()
        shown: Sequence[Entry] = self._model.shown
        path = shown[current].path if 0 <= current < len(shown) else None
        self._kept = ([entry.path for entry in self.selected()], path, self.horizontalScrollBar().value())

    def _restore(self) -> None:
        paths, current, scrolled = self._kept
        row = None if current is None else self._model.row_of(current)
        if row is not None:
            index = self._model.index(row, 0)
            self.selectionModel().setCurrentIndex(index, Flag.NoUpdate)
            self.scrollTo(index)
        if paths:
            self.select(paths)
        self.horizontalScrollBar().setValue(scrolled)
        self.clearSpans()
        self._span(0, len(self._model.shown) - 1)

    def _span(self, first: int, last: int) -> None:
        """Give the reason why files cannot be read the room of all the values that they lack."""
        across = len(self._model.columns) - REASON
        wrong = [row for row in range(first, last + 1) if self._model.shown[row].problem]
        for row in wrong[:MOST_SPANS] if across > 1 else ():
            self.setSpan(row, REASON, 1, across)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of numbers without a gap."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
