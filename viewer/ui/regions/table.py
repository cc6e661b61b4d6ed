"""RegionsTable: the list of regions; what is selected in it is selected in the picture, and back."""

from collections.abc import Iterable

from PyQt6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QPalette
from PyQt6.QtWidgets import QAbstractItemView, QWidget

from viewer.ui.fitting import scaled
from viewer.ui.grid import Grid
from viewer.ui.regions.model import RegionsModel

Flag = QItemSelectionModel.SelectionFlag
# in characters: shape, name, place in pixels or on the sky
WIDTHS = {False: (17, 8, 15), True: (17, 8, 24)}


class RegionsTable(Grid):
    """Rows are regions.

    Signals
    -------
    chosen
        The user selected other rows.
    remove_wanted
        The user pressed Delete.

    Parameters
    ----------
    model : RegionsModel
        What it shows.
    parent : QWidget, optional
        As in Qt.
    """

    chosen = pyqtSignal()
    remove_wanted = pyqtSignal()

    def __init__(self, model: RegionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._selecting = False
        self.setAccessibleName("Regions")
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setIconSize(QSize(scaled(32), scaled(18)))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        # Qt asks a header that knows the selection about every selected row, each time it is painted
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setStretchLastSection(True)
        self._sky: bool | None = None
        self.show_places(False)
        self.selectionModel().selectionChanged.connect(self._selected)
        self._colour()

    def show_places(self, sky: bool) -> None:
        """Make room for places on the sky, or in pixels."""
        if sky != self._sky:
            self._sky = sky
            for column, characters in enumerate(WIDTHS[sky]):
                self.setColumnWidth(column, self.character_width(characters))

    def keys(self) -> list[int]:
        """Return the keys of the selected regions."""
        regions = self._model.regions
        return [regions[row].key for row in self.selected_rows() if row < len(regions)]

    def show_selected(self, rows: Iterable[int]) -> None:
        """Select some rows and no others, and bring the first of them into sight."""
        rows = sorted(rows)
        if rows == self.selected_rows():
            return
        last, selection = self._model.columnCount() - 1, QItemSelection()
        for first, end in runs(rows):
            selection.select(self._model.index(first, 0), self._model.index(end, last))
        self._selecting = True
        if rows and self.currentIndex().row() not in rows:
            self.selectionModel().setCurrentIndex(self._model.index(rows[0], 0), Flag.NoUpdate)
        self.selectionModel().select(selection, Flag.ClearAndSelect)
        self._selecting = False
        if rows:
            self.scrollTo(self._model.index(rows[0], 0), self.ScrollHint.EnsureVisible)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that select or remove, whatever they do elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove by Delete; everything else is the grid's."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the signs in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_model"):
            self._colour()

    def _colour(self) -> None:
        self._model.set_text_colour(self.palette().color(QPalette.ColorRole.Text))

    def _selected(self, *_ranges: object) -> None:
        if not self._selecting:
            self.chosen.emit()


def runs(rows: list[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of numbers without a gap."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def _is_own(event: QKeyEvent) -> bool:
    removing = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
    return removing or event.matches(QKeySequence.StandardKey.SelectAll)
