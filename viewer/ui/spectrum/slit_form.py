"""SlitForm: the bands of a long-slit spectrum by numbers, and how it is straightened."""

import re
from dataclasses import replace
from typing import get_args

from PyQt6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget
from PyQt6.QtWidgets import QPushButton as Button

from viewer.core.measure.extraction import Along, Combine, SkyFit
from viewer.ui.panels.panel import quietly
from viewer.ui.spectrum.extracting import Extracting

_RANGE = re.compile(r"(\d+)\s*[:\-–]\s*(\d+)")
STRAIGHT = ("as it is", "turned back by", "following the trace")


class SlitForm(QWidget):
    """What `Extraction` holds, as controls.

    Parameters
    ----------
    extracting : Extracting
        Is told of every change, and shown.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, extracting: Extracting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._extracting = extracting
        self.along = _choice(("along rows (x)", "along columns (y)"), "Which way the wavelength changes")
        self.find = Button("Find the object")
        self.find.setToolTip("Put the band around the brightest object on the slit, and the sky beside it")
        self.first, self.last = _row_number(), _row_number()
        self.sky = QLineEdit()
        self.sky.setPlaceholderText("none; for example 90:115 150:175")
        self.sky.setToolTip("First and last row (or column) of each band of the sky")
        self.combine = _choice(get_args(Combine), "What is made of the pixels of the band at each wavelength")
        self.sky_fit = _choice(
            get_args(SkyFit),
            "Sky at each wavelength: median of its pixels, mean without outliers, or a line along the slit",
        )
        self.straight = _choice(
            STRAIGHT,
            "Turn the frame so that the trace of the object is level, or let the bands follow a curved trace",
        )
        self.angle = QDoubleSpinBox(minimum=-45, maximum=45, decimals=3, singleStep=0.05, suffix="°")
        self.angle.setToolTip("By how much the trace rises along the dispersion")
        self.order = QSpinBox(minimum=0, maximum=9, value=2, prefix="order ")
        self.order.setToolTip("Of the polynomial that the trace follows")
        self._lay_out()
        for control in (self.first, self.last, self.angle, self.order):
            control.setKeyboardTracking(False)
        self.along.activated.connect(self._along_chosen)
        self.find.clicked.connect(lambda: extracting.propose(_along(self.along.currentIndex())))
        self.straight.activated.connect(self._straight_chosen)
        self.order.valueChanged.connect(lambda _value: self._straight_chosen(self.straight.currentIndex()))
        self.sky.editingFinished.connect(self._changed)
        for spin in (self.first, self.last, self.angle):
            spin.valueChanged.connect(self._changed)
        for choice in (self.combine, self.sky_fit):
            choice.activated.connect(self._changed)
        self.problem = ""

    def refresh(self) -> None:
        """Show how the spectrum is taken."""
        how = self._extracting.how
        self.setEnabled(how is not None)
        if how is None:
            return
        with quietly(self.along, self.first, self.last, self.sky, self.combine, self.sky_fit):
            self.along.setCurrentIndex(get_args(Along).index(how.along))
            for spin, value in ((self.first, min(how.band)), (self.last, max(how.band))):
                spin.setMaximum(self._extracting.slit_length)
                spin.setValue(value)
            if not self.sky.hasFocus() or _bands(self.sky.text()) != how.sky:
                self.sky.setText(" ".join(f"{first}:{last}" for first, last in how.sky))
            self.combine.setCurrentText(how.combine)
            self.sky_fit.setCurrentText(how.sky_fit)
        with quietly(self.straight, self.angle, self.order):
            kind = 2 if how.trace is not None else 1 if how.angle else self.straight.currentIndex() % 2
            self.straight.setCurrentIndex(kind)
            self.angle.setValue(how.angle)
            if how.trace is not None:
                self.order.setValue(len(how.trace) - 1)
        self.angle.setVisible(self.straight.currentIndex() == 1)
        self.order.setVisible(self.straight.currentIndex() == 2)

    def _changed(self, *_value: object) -> None:
        how = self._extracting.how
        if how is None:
            return
        sky = _bands(self.sky.text())
        if sky is None:
            self._extracting.complain(
                "The sky is written as first:last of each band, such as 90:115 150:175."
            )
            return
        low, high = sorted((self.first.value(), self.last.value()))
        self._extracting.set_how(
            replace(
                how,
                band=(low, high),
                sky=sky,
                combine=get_args(Combine)[self.combine.currentIndex()],
                sky_fit=get_args(SkyFit)[self.sky_fit.currentIndex()],
                angle=round(self.angle.value(), 4) if how.trace is None else 0.0,
            )
        )

    def _along_chosen(self, index: int) -> None:
        if self._extracting.how is not None and self._extracting.how.along != _along(index):
            self._extracting.propose(_along(index))

    def _straight_chosen(self, index: int) -> None:
        self._extracting.align(("none", "angle", "trace")[index], self.order.value())

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for text, *controls in (
            ("Dispersion", self.along, self.find),
            ("Object", self.first, self.last, self.combine),
            ("Sky", self.sky, self.sky_fit),
            ("Spectrum", self.straight, self.angle, self.order),
        ):
            row = QHBoxLayout()
            for control in controls:
                row.addWidget(control, 1 if control is self.sky else 0)
            if self.sky not in controls:
                row.addStretch(1)
            form.addRow(text, row)


def _along(index: int) -> Along:
    return "rows" if index == 0 else "columns"


def _bands(text: str) -> tuple[tuple[int, int], ...] | None:
    """Return the bands that were typed, each with its smaller end first; None if it is something else."""
    if _RANGE.sub("", text).strip(" ,;"):
        return None
    found = [tuple(sorted((int(first), int(last)))) for first, last in _RANGE.findall(text)]
    return tuple((low, high) for low, high in found)


def _choice(texts: tuple[str, ...], tip: str) -> QComboBox:
    made = QComboBox()
    made.addItems(texts)
    made.setToolTip(tip)
    return made


def _row_number() -> QSpinBox:
    made = QSpinBox(minimum=1, maximum=1)
    made.setToolTip("First and last row (or column) of the object, counted from 1, both included")
    return made
