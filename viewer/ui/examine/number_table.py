"""The numbers of an answer, with errors and units, and what there is to know about them."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.examine.numbers import Row
from viewer.ui.texts import sentence

TYPICAL = "  Gaussian fit   00.000 ± 0.000   counts"


class NumberTable(QWidget):
    """A heading, rows of numbers, and notes below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel()
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.place = QLabel()
        self.place.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self.heading, self.place):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.python = QToolButton(text="Python…")
        self.python.setToolTip("What is shown as a script that needs no Skyloupe")
        # the keys stay with the picture
        self.python.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table = _Numbers()
        self.notes = QLabel(wordWrap=True)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes.hide()
        names = QVBoxLayout()
        names.setSpacing(0)
        for widget in (self.heading, self.place):
            names.addWidget(widget)
        head = QHBoxLayout()
        head.addLayout(names, 1)
        head.addWidget(self.python)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.notes)

    def show_rows(self, heading: str, place: str, rows: Sequence[Row], notes: str) -> None:
        """Show numbers.

        Parameters
        ----------
        heading, place : str
            What was measured, and where.
        rows : sequence of Row
            The numbers.
        notes : str
            What is wrong with them; empty if all is well.
        """
        self.heading.setText(heading)
        self.place.setText(place)
        self.place.setToolTip(place)
        self.table.show_rows(rows)
        self.notes.setText("⚠ " + sentence(notes) if notes else "")
        self.notes.setVisible(bool(notes))

    def text(self, label: str) -> str:
        """Return the value in the row with this label."""
        return next(
            self.table.item(row, 1).text()
            for row in range(self.table.rowCount())
            if self.table.item(row, 0).text().strip() == label
        )


class _Numbers(QTableWidget):
    """Three columns: what, how much, in which unit."""

    def __init__(self) -> None:
        super().__init__(0, 3)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 3)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        # a name, a value with its error, a unit: without these there is nothing to read
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(TYPICAL))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Numbers")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show numbers; the cells are kept, as they may follow the pointer."""
        self.setRowCount(len(rows))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for number, row in enumerate(rows):
            for column, text in enumerate((row.label, row.value, row.unit)):
                item = self.item(number, column)
                if item is None:
                    item = QTableWidgetItem()
                    if column == 1:
                        item.setTextAlignment(right)
                    self.setItem(number, column, item)
                item.setText(text)
                item.setToolTip(row.tip)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Copy the selected rows, or all, with Ctrl+C."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
        lines = ["\t".join(self.item(row, column).text() for column in range(3)) for row in chosen]
        QGuiApplication.clipboard().setText("\n".join(lines))
