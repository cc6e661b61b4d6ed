"""FrameGrid: the table of frames that may be combined, and what its keys do."""

from PyQt6.QtCore import QSortFilterProxyModel, Qt
from PyQt6.QtGui import QKeyEvent

from viewer.ui.grid import Grid
from viewer.ui.night.candidate import COLUMNS
from viewer.ui.night.candidates import SORT, Candidates
from viewer.ui.night.ticks import TickDelegate


class FrameGrid(Grid):
    """The space bar ticks the selected frames, Delete takes them out; columns sort.

    Parameters
    ----------
    frames : Candidates
        What it shows.
    """

    def __init__(self, frames: Candidates) -> None:
        super().__init__()
        self.frames = frames
        order = QSortFilterProxyModel(self)
        order.setSourceModel(frames)
        order.setSortRole(SORT)
        self.setModel(order)
        self.setSortingEnabled(True)
        # in the order in which they were added, until a column is clicked
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(Grid.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setItemDelegateForColumn(0, TickDelegate(self))
        self.verticalHeader().hide()
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, self.character_width(column.width))
        self.horizontalHeader().setStretchLastSection(True)

    def source_rows(self) -> list[int]:
        """Return which frames are selected."""
        model = self.model()
        return sorted(model.mapToSource(model.index(row, 0)).row() for row in self.selected_rows())

    def toggle(self) -> None:
        """Tick the selected frames if none of them is; otherwise take the ticks away."""
        self.frames.toggle(self.source_rows())

    def take_out(self) -> None:
        """Remove the selected frames from the table."""
        self.frames.remove(self.source_rows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick, or take out; everything else is Qt's."""
        if event.key() == Qt.Key.Key_Space and self.source_rows():
            self.toggle()
        elif event.key() == Qt.Key.Key_Delete and self.source_rows():
            self.take_out()
        else:
            super().keyPressEvent(event)
