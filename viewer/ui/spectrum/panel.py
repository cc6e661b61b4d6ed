"""SpectrumPanel: the spectrum of the image that is shown, with what it is taken from and its wavelengths."""

import math
from pathlib import Path

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.measure.spectrumfile import Spectrum, write_spectrum
from viewer.core.measure.wavelength import line_centre
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog
from viewer.ui.measuring_script import show_python
from viewer.ui.panels.panel import quietly
from viewer.ui.plots.curves import Curve, Line
from viewer.ui.plots.plot import Plot
from viewer.ui.spectrum.calibration_form import CalibrationForm
from viewer.ui.spectrum.extracting import Extracting
from viewer.ui.spectrum.slit_form import SlitForm

COMBINATIONS = ("mean", "sum", "median")
FILTERS = ("FITS (*.fits)", "Comma-separated values (*.csv)")


class SpectrumPanel(QWidget):
    """The live spectrum under the picture.

    Parameters
    ----------
    session : Session
        Its current image is looked at.
    extracting : Extracting
        Takes the spectrum; it works while the panel is there, also behind another one.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, extracting: Extracting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.extracting = extracting
        self.plot = Plot(session, self, name="spectrum")
        self.errors = QCheckBox("errors")
        self.sky = QCheckBox("sky")
        for box, tip in ((self.errors, "Error bars, one sigma"), (self.sky, "The sky that was subtracted")):
            box.setToolTip(tip)
            box.toggled.connect(lambda _on: self._draw())
            self.plot.add_control(box)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.slit = SlitForm(extracting)
        self.calibration = CalibrationForm(extracting)
        self.combine = QComboBox()
        self.combine.addItems(COMBINATIONS)
        self.combine.activated.connect(lambda index: extracting.set_combine(COMBINATIONS[index]))
        self.where = QLabel()
        self.where.setWordWrap(True)
        self.save_button = QPushButton("Save…")
        self.save_button.setToolTip("As FITS or CSV, with errors, sky and how it was made")
        self.python_button = QPushButton("Python…")
        self.python_button.setToolTip("The measurement as a script that needs no Skyloupe")
        self.cube_box, self.side = QWidget(), QTabWidget()
        self._lay_out()
        self.save_button.clicked.connect(self._ask)
        self.python_button.clicked.connect(self.show_python)
        self.plot.clicked.connect(self._clicked)
        self.calibration.table.currentCellChanged.connect(lambda *_cells: self._draw())
        self._axis_shown: tuple[str, str, int] = ("", "", 0)
        extracting.changed.connect(self._refresh)
        extracting.taken.connect(self._refresh_spectrum)

    def start(self) -> None:
        """Follow the session from now on."""
        self.extracting.start()
        self._refresh()
        self._refresh_spectrum()

    def stop(self) -> None:
        """Take no more spectra."""
        self.extracting.stop()

    # ------------------------------------------------------------------ taking it elsewhere

    def save(self, path: Path, overwrite: bool = False) -> None:
        """Write the spectrum to a file, FITS or CSV by its suffix, and tell the user."""
        spectrum, frame = self.extracting.spectrum, self.extracting.frame
        if spectrum is None or frame is None:
            return

        def work(_progress: object) -> str:
            return write_spectrum(spectrum, path, frame.header, overwrite=overwrite)

        self.session.jobs.start(
            "Saving the spectrum",
            work,
            lambda kind: self.session.tell("info", f"The spectrum was saved as {path} ({kind})."),
            lambda sentence: self.session.tell("error", sentence),
        )

    def show_python(self) -> None:
        """Show the script that takes the same spectrum."""
        try:
            question = self.extracting.question
        except ViewerError as error:
            self.session.tell("warning", str(error))
            return
        if question is not None:
            show_python(self.session, question, self)

    def _ask(self) -> None:
        spectrum = self.extracting.spectrum
        if spectrum is None:
            return
        stem = Path(spectrum.name.partition("[")[0]).name.partition(".")[0] or "spectrum"
        dialog = file_dialog(self, self.session, "Save the spectrum", f"{stem}_spectrum.fits")
        dialog.setNameFilters(FILTERS)
        dialog.setDefaultSuffix("fits")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "fits")
        )
        dialog.fileSelected.connect(lambda name: self.save(Path(name), overwrite=True))
        dialog.open()

    # ------------------------------------------------------------------ showing it

    def _refresh(self) -> None:
        extracting = self.extracting
        cube = extracting.is_cube
        self.cube_box.setVisible(cube)
        self.side.setVisible(not cube)
        self.slit.refresh()
        self.calibration.refresh()
        with quietly(self.combine):
            self.combine.setCurrentText(extracting.combine)
        self._say()
        self._draw()

    def _refresh_spectrum(self) -> None:
        known = self.extracting.spectrum is not None
        self.save_button.setEnabled(known)
        self.python_button.setEnabled(known)
        region = self.extracting.region if self.extracting.is_cube else None
        if region is not None:
            x, y = region.centre
            pixel = region.kind == "point" and region.key == 0
            what = "the pixel under the pointer" if pixel else f"the {region.kind} {region.name}".rstrip()
            self.where.setText(f"of {what}, at {x + 1:.6g}, {y + 1:.6g}")
        self._say()
        self._draw()

    def _say(self) -> None:
        spectrum = self.extracting.spectrum
        lines = [self.extracting.complaint, self.extracting.problem, self.extracting.told]
        if spectrum is not None:
            lines += [f"{spectrum.axis.label}: {spectrum.axis.source}" if spectrum.axis.source else ""]
            lines += spectrum.notes
        self.note.setText("\n".join(line for line in lines if line))

    def _draw(self) -> None:
        spectrum = self.extracting.spectrum
        if spectrum is None:
            self.plot.clear()
            return
        axis = spectrum.axis
        error = spectrum.error if self.errors.isChecked() else None
        curves = [Curve(axis.values, spectrum.flux, "flux", error=error)]
        if self.sky.isChecked() and np.isfinite(spectrum.sky).any():
            curves.append(Curve(axis.values, spectrum.sky, "sky"))
        lines = []
        if not self.extracting.is_cube:
            chosen = self.calibration.table.currentRow()
            for row, (pixel, wavelength) in enumerate(self.extracting.marks.lines):
                place = float(np.interp(pixel, spectrum.pixel, axis.values))
                # the names of all would hide each other
                name = "?" if wavelength is None else f"{wavelength:g}" if row == chosen else ""
                lines.append(Line(place, name, colour=1))
        shown = (axis.title, axis.unit, len(axis.values))
        label = axis.title.removesuffix(f" ({axis.unit})")
        self.plot.set_labels(label, "flux", axis.unit if axis.known else "", spectrum.unit)
        self.plot.set_curves(curves, lines, fit=shown != self._axis_shown)
        self._axis_shown = shown

    def _clicked(self, x: float, _y: float) -> None:
        """Mark the line that was clicked."""
        spectrum = self.extracting.spectrum
        if spectrum is None or self.extracting.is_cube or not self.calibration.marking.isChecked():
            return
        pixel = line_centre(spectrum.flux, pixel_at(spectrum, x))
        if not math.isfinite(pixel):
            self.extracting.complain("There is no line where you clicked: click beside the top of one.")
            return
        self.calibration.add_line(pixel)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self.cube_box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.combine)
        row.addWidget(self.where, 1)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.python_button)
        below.addWidget(self.save_button)
        for title, form in (("Bands", self.slit), ("Wavelengths", self.calibration)):
            self.side.addTab(form, title)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.side, 1)
        column.addWidget(self.cube_box)
        column.addWidget(self.note)
        column.addLayout(below)
        splitter = QSplitter()
        splitter.addWidget(self.plot)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 1)
        splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(6, 2, 6, 4)
        whole.addWidget(splitter)


def pixel_at(spectrum: Spectrum, value: float) -> float:
    """Return the pixel at which the axis of a spectrum has a value."""
    values, pixels = spectrum.axis.values, np.asarray(spectrum.pixel, float)
    if len(values) > 1 and values[-1] < values[0]:
        values, pixels = values[::-1], pixels[::-1]
    return float(np.interp(value, values, pixels))
