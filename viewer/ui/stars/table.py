"""The table of stars itself: columns as wide as their numbers, several rows selected at once."""

from collections.abc import Iterable

import numpy as np
from PyQt6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QAbstractItemView, QWidget

from viewer.ui.grid import Grid
from viewer.ui.stars.model import StarsModel

# rows looked at to find how wide columns have to be: the first, and some over all
WIDTH_ROWS = 60
WIDTH_CHARACTERS = (4, 40)
Flag = QItemSelectionModel.SelectionFlag


class StarsTable(Grid):
    """Rows are stars.

    Signals
    -------
    chosen
        The user selected other rows.
    remove_wanted
        The user pressed Delete.

    Parameters
    ----------
    model : StarsModel
        What it shows.
    parent : QWidget, optional
        As in Qt.
    """

    chosen = pyqtSignal()
    remove_wanted = pyqtSignal()

    def __init__(self, model: StarsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._selecting = False
        self.setAccessibleName("Stars that were found")
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        # Qt asks a header that knows the selection about every selected row, each time it is painted
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setStretchLastSection(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.selectionModel().selectionChanged.connect(self._selected)

    def event(self, event: QEvent) -> bool:
        """Keep the key Delete, which in the picture removes regions."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Delete:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove in our way; everything else is the grid's."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def stars(self) -> list[int]:
        """Return the stars of the selected rows, in the table's order."""
        shown = self._model.shown
        return [int(shown[place]) for place in self.selected_rows() if place < len(shown)]

    @property
    def current_star(self) -> int | None:
        """The star on whose row the keys are."""
        place = self.currentIndex().row()
        return int(self._model.shown[place]) if 0 <= place < len(self._model.shown) else None

    def show_marked(self, marked: Iterable[int], reveal: bool) -> None:
        """Select the rows of some stars, and no others.

        Parameters
        ----------
        marked : iterable of int
            The stars.
        reveal : bool
            Scroll so that the first of them is in sight.
        """
        places = sorted(place for star in marked if (place := self._model.place_of(star)) is not None)
        if places == self.selected_rows():
            return
        last, selection = self._model.columnCount() - 1, QItemSelection()
        for first, end in _runs(places):
            selection.select(self._model.index(first, 0), self._model.index(end, last))
        self._selecting = True
        if places and self.currentIndex().row() not in places:
            self.selectionModel().setCurrentIndex(self._model.index(places[0], 0), Flag.NoUpdate)
        self.selectionModel().select(selection, Flag.ClearAndSelect)
        self._selecting = False
        if places and reveal:
            self.scrollTo(self._model.index(places[0], 0), self.ScrollHint.EnsureVisible)

    def set_widths(self) -> None:
        """Make the columns as wide as what is in them."""
        count = len(self._model.shown)
        places = {*range(min(count, WIDTH_ROWS)), *np.linspace(0, count - 1, WIDTH_ROWS).astype(int).tolist()}
        for place, column in enumerate(self._model.columns):
            title = str(self._model.headerData(place, Qt.Orientation.Horizontal))
            # the sort arrow needs room beside the name
            texts = [title + "  ", *(self._model.text(row, column) for row in places if 0 <= row < count)]
            characters = min(max(max(map(len, texts)), WIDTH_CHARACTERS[0]), WIDTH_CHARACTERS[1])
            self.setColumnWidth(place, self.character_width(characters + 1))

    def _selected(self, *_ranges: object) -> None:
        if not self._selecting:
            self.chosen.emit()


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of numbers without a gap."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
