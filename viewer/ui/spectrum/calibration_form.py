"""CalibrationForm: the lines that were clicked, their wavelengths, and how well they fit."""

import math
from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.panels.panel import quietly
from viewer.ui.spectrum.extracting import Extracting

UNITS = ("Angstrom", "nm", "um")
MEDIA = ("", "air", "vacuum")
MEDIA_TEXTS = ("air or vacuum?", "in air", "in vacuum")


class CalibrationForm(QWidget):
    """A table of lines, with the order of the polynomial and the unit.

    Parameters
    ----------
    extracting : Extracting
        Has the lines.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, extracting: Extracting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._extracting = extracting
        self.marking = QPushButton("Mark lines")
        self.marking.setCheckable(True)
        self.marking.setToolTip("Click lines in the plot; the centre of the line is found")
        self.used = QCheckBox("use them")
        self.used.setToolTip("Wavelengths from these lines; otherwise those of the header, if it has any")
        self.remove = QPushButton("Remove")
        self.remove.setToolTip("Remove the lines that are selected")
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["Pixel", "Wavelength", "Residual"])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header, rows = self.table.horizontalHeader(), self.table.verticalHeader()
        if header is not None and rows is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            rows.hide()
            rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.order = QSpinBox(minimum=1, maximum=9, prefix="order ")
        self.order.setToolTip("Of the polynomial: 1 is linear")
        self.unit = QComboBox()
        self.unit.addItems(UNITS)
        self.medium = QComboBox()
        self.medium.addItems(MEDIA_TEXTS)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self._lay_out()
        self.used.clicked.connect(lambda on: self._set(used=on))
        self.order.valueChanged.connect(lambda value: self._set(order=value))
        self.unit.activated.connect(lambda index: self._set(unit=UNITS[index]))
        self.medium.activated.connect(lambda index: self._set(medium=MEDIA[index]))
        self.remove.clicked.connect(self.remove_selected)
        self.table.itemChanged.connect(self._typed)

    def add_line(self, pixel: float) -> None:
        """Add a line that was clicked, and let its wavelength be typed."""
        marks = self._extracting.marks
        near = next((line for line, _ in marks.lines if abs(line - pixel) < 0.5), None)
        pixel = round(pixel, 2) if near is None else near
        if near is None:
            self._extracting.set_marks(marks.with_line(pixel))
        row = next(i for i, (line, _) in enumerate(self._extracting.marks.lines) if line == pixel)
        self.table.setCurrentCell(row, 1)
        self.table.setFocus()
        self.table.editItem(self.table.item(row, 1))

    def remove_selected(self) -> None:
        """Remove the lines that are selected."""
        rows = {index.row() for index in self.table.selectedIndexes()}
        lines = self._extracting.marks.lines
        self._extracting.set_marks(self._extracting.marks.without({lines[row][0] for row in rows}))

    def refresh(self) -> None:
        """Show the lines."""
        marks = self._extracting.marks
        with quietly(self.used, self.order, self.unit, self.medium, self.table):
            self.used.setChecked(marks.used)
            self.order.setValue(marks.order)
            self.unit.setCurrentText(marks.unit)
            self.medium.setCurrentIndex(MEDIA.index(marks.medium))
            self._fill()
        self.remove.setEnabled(bool(marks.lines))
        self.told.setText(marks.told())

    def _fill(self) -> None:
        marks, residuals = self._extracting.marks, self._extracting.marks.residuals()
        self.table.setRowCount(len(marks.lines))
        for row, (pixel, wavelength) in enumerate(marks.lines):
            residual = residuals.get(pixel)
            texts = (
                f"{pixel:.2f}",
                "" if wavelength is None else f"{wavelength:.10g}",
                "" if residual is None else f"{residual:+.3g}",
            )
            for column, text in enumerate(texts):
                item = self.table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    if column != 1:
                        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                    self.table.setItem(row, column, item)
                item.setText(text)

    def _typed(self, item: QTableWidgetItem) -> None:
        """Take a wavelength that was typed."""
        marks = self._extracting.marks
        if item.column() != 1 or item.row() >= len(marks.lines):
            return
        pixel, before = marks.lines[item.row()]
        text = item.text().strip().replace(",", ".")
        try:
            wavelength = float(text) if text else None
        except ValueError:
            wavelength = math.nan
        if wavelength is not None and not (math.isfinite(wavelength) and wavelength > 0):
            self._extracting.complain(f"{text} is no wavelength: type a number above zero.")
            with quietly(self.table):
                item.setText("" if before is None else f"{before:.10g}")
            return
        self._extracting.set_marks(marks.with_line(pixel, wavelength))

    def _set(self, **changes: object) -> None:
        self._extracting.set_marks(replace(self._extracting.marks, **changes))  # type: ignore[arg-type]

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widgets in ((self.marking, self.remove, self.used), (self.order, self.unit, self.medium)):
            row = QHBoxLayout()
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
            column.addLayout(row)
            if self.used in widgets:
                column.addWidget(self.table, 1)
        column.addWidget(self.told)
