"""Grid: a table to read and to copy from, as headers and FITS tables are shown."""

from PyQt6.QtCore import QEvent, QItemSelectionModel, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from viewer.ui.fitting import fixed_font

# Qt asks every cell that is selected, one by one: with millions it would not come back
SELECT_ALL_ROWS = 50_000
SCROLLING = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Grid(QTableView):
    """A table view with digits of one width, low rows, and copying left to its owner.

    Signals
    -------
    copy_wanted
        The user pressed the keys to copy.

    Parameters
    ----------
    parent : QWidget, optional
        As in Qt.
    """

    copy_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(fixed_font())
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 4)
        self.horizontalHeader().setHighlightSections(False)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that scroll, which elsewhere go to the next image."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in SCROLLING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy in our way; everything else is Qt's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def selectAll(self) -> None:
        """Select everything, unless there is so much that it would take minutes."""
        model = self.model()
        if model is not None and model.rowCount() <= SELECT_ALL_ROWS:
            super().selectAll()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what the mouse drags over, as long as Qt can count it."""
        if rect.height() <= SELECT_ALL_ROWS * self.verticalHeader().defaultSectionSize():
            super().setSelection(rect, command)

    def character_width(self, characters: int) -> int:
        """Return the width in pixels of a column for so many characters."""
        return self.fontMetrics().horizontalAdvance("0") * characters + 12

    def selected_rows(self) -> list[int]:
        """Return the rows that have a selected cell, in order."""
        selection = self.selectionModel()
        ranges = [] if selection is None else selection.selection()
        return sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})
