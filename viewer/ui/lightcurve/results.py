"""Results: a light curve as a plot and as a table."""

from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from viewer.core.session.session import Session
from viewer.ui.plots.curves import Curve
from viewer.ui.plots.plot import Plot

if TYPE_CHECKING:
    from viewer.core.measure.seriestable import Series

COLUMNS = (
    ("File", "file", ""),
    ("JD (UTC)", "jd", ".6f"),
    ("Airmass", "airmass", ".3f"),
    ("Relative flux", "relative", ".5f"),
    ("±", "relative_err", ".5f"),
    ("Diff. mag", "magnitude", ".4f"),
    ("±", "magnitude_err", ".4f"),
    ("x", "x", ".2f"),
    ("y", "y", ".2f"),
    ("FWHM", "fwhm", ".2f"),
    ("Flux", "flux", ".1f"),
    ("±", "flux_err", ".1f"),
    ("Flags", "flags", ""),
)


class Results(QTabWidget):
    """Shows a light curve.

    Parameters
    ----------
    session : Session
        For the plot.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series: Series | None = None
        self.plot = Plot(session, name="light_curve", log_axes="")
        self.what = QComboBox()
        self.what.addItems(["Relative flux", "Difference of magnitudes"])
        self.what.setAccessibleName("What is plotted")
        self.what.currentIndexChanged.connect(lambda _: self._draw(fit=True))
        self.checks = QCheckBox("Comparison stars")
        self.checks.setToolTip("Each of them against the others: what varies here is no good comparison star")
        self.checks.toggled.connect(lambda _: self._draw(fit=True))
        self.plot.add_control(self.checks)
        self.plot.add_control(self.what)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels([title for title, _, _ in COLUMNS])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table.setAccessibleName("Light curve, a row for each frame")
        self.addTab(self.plot, "Plot")
        self.addTab(self.table, "Table")

    def show_series(self, series: "Series | None") -> None:
        """Show a light curve, or none."""
        self.series = series
        self._draw(fit=True)
        columns = {} if series is None else series.columns
        self.table.setRowCount(0 if series is None else len(series))
        for place, (_, key, form) in enumerate(COLUMNS):
            for row, value in enumerate(columns.get(key, ())):
                text = str(value) if not form else format(value, form) if np.isfinite(value) else ""
                item = QTableWidgetItem(text)
                if form:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, place, item)
        self.table.resizeColumnsToContents()

    def _draw(self, fit: bool = False) -> None:
        series = self.series
        if series is None:
            self.plot.clear()
            return
        columns = series.columns
        magnitudes = self.what.currentIndex() == 1
        key = "magnitude" if magnitudes else "relative"
        when, start = columns["jd"], np.nan
        if np.isfinite(when).any():
            start = float(np.floor(np.nanmin(when)))
            when = when - start
            self.plot.set_labels(f"JD (UTC) − {start:.0f}", self.what.currentText(), "d", "mag" * magnitudes)
        else:
            when = np.arange(1, len(series) + 1, dtype=float)
            self.plot.set_labels("Frame", self.what.currentText(), "", "mag" * magnitudes)
        curves = [Curve(when, columns[key], "Target", "points", columns[f"{key}_err"])]
        if self.checks.isChecked():
            for number in range(1, len(series.stars)):
                value, error = columns[f"check_{number}"], columns[f"check_err_{number}"]
                if magnitudes:
                    with np.errstate(invalid="ignore", divide="ignore"):
                        # about the middle of the target's curve, where they can be compared with it
                        error = 1.0857 * error / value
                        value = -2.5 * np.log10(value) + np.nanmedian(columns[key])
                if np.isfinite(value).any():
                    curves.append(Curve(when, value, f"C{number}", "points", error))
        self.plot.item.invertY(magnitudes)
        self.plot.set_curves(curves, fit=fit)
