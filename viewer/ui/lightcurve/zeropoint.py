"""ZeroPointDialog: the zero point of the image that is shown, from stars whose magnitudes are known."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session
from viewer.ui.fitting import fit, scaled
from viewer.ui.measuring_script import show_python

if TYPE_CHECKING:
    from viewer.core.catalogue.catalogue import Catalogue
    from viewer.core.script.question import Question

TITLES = ("x", "y", "Magnitude", "Instrumental", "Residual", "Remark")
# a catalogue's object is the star if it is not farther away, in pixels
NEAR = 3.0
# without a selection, so many of the brightest stars that are not saturated
BRIGHTEST = 40
HINT = (
    "The stars are those selected in the panel Stars, or its brightest that are not saturated. Type their "
    "magnitudes, or take them from a catalogue that is shown over the image."
)


class ZeroPointDialog(QDialog):
    """Asks for the magnitudes of stars, and finds the zero point.

    Parameters
    ----------
    session : Session
        Its current image, and the stars found in it.
    parent : QWidget
        The program's window.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.current
        self._job: Job | None = None
        self._question: Question | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Zero point")
        self.table = QTableWidget(0, len(TITLES))
        self.table.setHorizontalHeaderLabels(list(TITLES))
        self.table.setAccessibleName("Stars with known magnitudes")
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.exposure = QDoubleSpinBox(minimum=0.0001, maximum=1e6, decimals=4, suffix=" s")
        self.exposure.setToolTip("The zero point is that of one second; 1 s here gives that of the exposure")
        self.radius = QDoubleSpinBox(
            minimum=0.5, maximum=200, decimals=1, singleStep=0.5, value=5, suffix=" px"
        )
        self.catalogue = QComboBox()
        self.catalogue.setMaximumWidth(scaled(220))
        take = QPushButton("Take magnitudes", autoDefault=False)
        take.clicked.connect(lambda: self.take_magnitudes())
        self.take_button = take
        self.said = QLabel(
            HINT, wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.measure_button = QPushButton("Measure", default=True)
        self.measure_button.clicked.connect(self.measure)
        self.python_button = QPushButton("Show Python", autoDefault=False, enabled=False)
        self.python_button.clicked.connect(self._show_python)
        top, below = QHBoxLayout(), QHBoxLayout()
        for title, widget in (
            ("Exposure", self.exposure),
            ("Aperture", self.radius),
            ("Catalogue", self.catalogue),
        ):
            widget.setAccessibleName(title)
            top.addWidget(QLabel(title))
            top.addWidget(widget)
        top.addWidget(take)
        below.addWidget(self.python_button)
        below.addStretch(1)
        below.addWidget(self.measure_button)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.said)
        column.addLayout(below)
        self.finished.connect(self._leave)
        self._fill()
        fit(self, scaled(720), scaled(480))

    # ------------------------------------------------------------------ what there is

    def _fill(self) -> None:
        # cards of all observatories, which the start does without
        from viewer.core.measure.cards import exposure_of

        layer, picture = self._session.overlays.layer, self._session.picture
        if picture is not None:
            self.exposure.setValue(exposure_of(picture.frame.cards) or 1.0)
        for shown in layer.catalogues:
            if shown.catalogue.magnitude:
                self.catalogue.addItem(
                    f"{shown.catalogue.name}: {shown.catalogue.magnitude}", shown.catalogue
                )
        self.take_button.setEnabled(self.catalogue.count() > 0)
        if layer.stars is None:
            self._say("No stars were found in this image yet: choose Measure > Find stars first.")
            self.measure_button.setEnabled(False)
            return
        rows = sorted(layer.marked) or np.flatnonzero(~layer.stars["saturated"])[:BRIGHTEST].tolist()
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            self._put(place, 0, f"{layer.stars['x'][row] + 1:.2f}")
            self._put(place, 1, f"{layer.stars['y'][row] + 1:.2f}")
            self._put(place, 2, "", editable=True)

    def _put(self, row: int, column: int, text: str, editable: bool = False) -> None:
        item = QTableWidgetItem(text)
        if not editable:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
        if column < len(TITLES) - 1:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)

    def _number(self, row: int, column: int) -> float:
        item = self.table.item(row, column)
        try:
            return float(item.text().replace(",", ".")) if item is not None else math.nan
        except ValueError:
            return math.nan

    def _column(self, column: int) -> np.ndarray:
        return np.array([self._number(row, column) for row in range(self.table.rowCount())])

    # ------------------------------------------------------------------ verbs

    def take_magnitudes(self) -> None:
        """Take the magnitudes of the objects of a catalogue that are where the stars are."""
        catalogue: Catalogue | None = self.catalogue.currentData()
        picture = self._session.picture
        if catalogue is None or picture is None:
            return
        placed = catalogue.placed(picture.frame.world, picture.frame.image_shape, picture.plane)
        brightness = catalogue.brightness()
        if placed is None or brightness is None:
            return
        taken = 0
        for row, (x, y) in enumerate(zip(self._column(0) - 1, self._column(1) - 1, strict=True)):
            away = np.hypot(placed.x - x, placed.y - y)
            near = np.flatnonzero(np.isfinite(brightness) & (away <= NEAR))
            # of several, the brightest is the one that was found
            if len(near):
                self._put(row, 2, f"{brightness[near[np.argmin(brightness[near])]]:.3f}", editable=True)
                taken += 1
        self._say(f"{taken} of {self.table.rowCount()} stars have a magnitude in {catalogue.name}.")

    def measure(self) -> None:
        """Find the zero point, in a job."""
        # measuring loads scipy, which the start does without
        from viewer.core.measure.cards import gain_of, saturation_of
        from viewer.core.measure.plane import Plane
        from viewer.core.measure.zeropoint import zero_point
        from viewer.core.script.question import Question

        picture = self._session.picture
        if picture is None or self._session.current is not self._document:
            self._say("Another image is shown now: open this window again for it.")
            return
        xs, ys, magnitudes = self._column(0), self._column(1), self._column(2)
        rows = np.flatnonzero(np.isfinite(magnitudes)).tolist()
        if not rows:
            self._say("No star has a magnitude yet: type some, or take them from a catalogue.")
            return
        radius = self.radius.value()
        frame, plane = picture.frame, picture.plane
        question = Question(
            zero_point,
            {
                "xs": tuple(round(float(xs[row]), 3) for row in rows),
                "ys": tuple(round(float(ys[row]), 3) for row in rows),
                "magnitudes": tuple(float(magnitudes[row]) for row in rows),
                "exposure": self.exposure.value(),
                "radius": radius,
                "inner": radius + 5,
                "outer": radius + 10,
                "gain": gain_of(frame.cards),
                "saturation": saturation_of(frame.cards),
            },
            "Zero point",
        )

        def work(_progress: object) -> dict[str, Any]:
            return zero_point(Plane(frame, plane), **question.arguments)  # type: ignore[arg-type]

        def finished(found: dict[str, Any]) -> None:
            self._question = question
            self._show(rows, found)

        self._job = self._session.jobs.start(
            "Finding the zero point", work, finished, self._say, Priority.DETAILS
        )

    def _show(self, rows: list[int], found: dict[str, Any]) -> None:
        for place, row in enumerate(rows):
            for column, key in ((3, "instrumental"), (4, "residual")):
                value = found[key][place]
                self._put(row, column, f"{value:.3f}" if math.isfinite(value) else "")
            self._put(row, 5, str(found["flags"][place]))
        self.python_button.setEnabled(True)
        if math.isfinite(found["zero_point"]):
            words = f"Zero point {found['zero_point']:.3f} ± {found['zero_point_err']:.3f} mag"
            words += " for one count in 1 s" if self.exposure.value() != 1 else " for one count"
            if math.isfinite(found["scatter"]):
                words += f"; single stars scatter by {found['scatter']:.3f} mag"
            words += f"; {found['stars']} of {len(rows)} stars count."
        else:
            words = "There is no zero point."
        # what is wrong with single stars is in the table
        notes = "; ".join(note for note in found["notes"].split("; ") if not note.startswith("star "))
        self._say(f"{words} {notes[:1].upper()}{notes[1:]}." if notes else words)

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)

    def _show_python(self) -> None:
        if self._question is not None and self._session.current is self._document:
            show_python(self._session, self._question, self)

    def _leave(self, _code: int) -> None:
        if self._job is not None:
            self._job.cancel()
