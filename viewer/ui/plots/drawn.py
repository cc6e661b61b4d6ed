"""Drawn curves: the items of pyqtgraph for curves, lines and bands, kept while their values change."""

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPalette

from viewer.ui.plots.colours import axis_colour, curve_colour, curve_pattern, faint
from viewer.ui.plots.curves import Band, Curve, Line

SYMBOL = 6
# names of lines are written at these parts of the height: below the legend, and beside each other's
LABELS = (0.6, 0.5, 0.4)
# more points than any screen is wide: only what is seen is drawn
MANY = 20_000
WIDE = 1500


class DrawnCurve:
    """One curve and its error bars.

    Parameters
    ----------
    plot : pyqtgraph.PlotItem
        Where they are drawn.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self.item = pg.PlotDataItem(connect="finite")
        self._bars: pg.ErrorBarItem | None = None
        plot.addItem(self.item)

    def show(self, curve: Curve, logs: tuple[bool, bool], number: int, palette: QPalette) -> None:
        """Draw a curve."""
        number = number if curve.colour < 0 else curve.colour
        colour = curve_colour(number, palette)
        x, y = curve.outline()
        x, y = on_axis(x, logs[0]), on_axis(y, logs[1])
        points, filled = curve.style == "points", curve.style == "bars" and bool(np.isfinite(y).all())
        known = np.isfinite(x) & np.isfinite(y)
        # in a line they are gaps; where nothing is known, pyqtgraph would seek its range all the same
        if points or not known.any():
            x, y = x[known], y[known]
        dash = Qt.PenStyle.DashLine if curve.dashed else curve_pattern(number, palette)
        rising = len(x) > MANY and not points and bool((np.diff(x) >= 0).all())
        self.item.setDownsampling(auto=rising, method="peak")
        self.item.setClipToView(rising)
        self.item.setData(
            x,
            y,
            # wide lines of many points take Qt many times longer
            pen=None if points else pg.mkPen(colour, width=1.5 if len(x) < WIDE else 1, style=dash),
            symbol="o" if points else None,
            symbolSize=SYMBOL,
            symbolPen=pg.mkPen(faint(colour, 230)),
            symbolBrush=pg.mkBrush(faint(colour, 130)),
            fillLevel=0.0 if filled else None,
            fillBrush=faint(colour, 70) if filled else None,
        )
        self._show_bars(curve, logs, colour)

    def remove(self) -> None:
        """Take it away."""
        self._plot.removeItem(self.item)
        if self._bars is not None:
            self._plot.removeItem(self._bars)

    def _show_bars(self, curve: Curve, logs: tuple[bool, bool], colour: QColor) -> None:
        if curve.error is None:
            if self._bars is not None:
                self._bars.setVisible(False)
            return
        if self._bars is None:
            self._bars = pg.ErrorBarItem()
            self._plot.addItem(self._bars)
        x, y, error = curve.middles(), np.asarray(curve.y, float), np.asarray(curve.error, float)
        good = np.isfinite(x) & np.isfinite(y) & np.isfinite(error)
        if logs[1]:
            good &= y > 0
        if logs[0]:
            good &= x > 0
        x, y, error = x[good], y[good], error[good]
        top, middle = on_axis(y + error, logs[1]), on_axis(y, logs[1])
        # what reaches below zero ends a factor of ten below the value where the axis is logarithmic
        bottom = np.where(y - error > 0, on_axis(y - error, True), middle - 1) if logs[1] else y - error
        self._bars.setData(
            x=on_axis(x, logs[0]),
            y=middle,
            top=top - middle,
            bottom=middle - bottom,
            beam=0,
            pen=pg.mkPen(faint(colour, 170)),
        )
        self._bars.setVisible(bool(len(x)))


class DrawnLine:
    """One line with its name.

    Parameters
    ----------
    plot : pyqtgraph.PlotItem
        Where it is drawn.
    number : int
        Which of the lines it is.
    moved : callable
        Called with its position, as on the axis, while the mouse drags it.
    """

    def __init__(self, plot: pg.PlotItem, number: int, moved: Callable[[float], object]) -> None:
        self._plot = plot
        self._place = LABELS[number % len(LABELS)]
        self.item = pg.InfiniteLine(label="", labelOpts={"position": self._place, "movable": False})
        self.item.setZValue(-5)
        self._settling = False
        self.item.sigPositionChanged.connect(
            lambda item: None if self._settling else moved(float(item.value()))
        )
        plot.addItem(self.item, ignoreBounds=True)

    def show(self, line: Line, logs: tuple[bool, bool], palette: QPalette) -> None:
        """Draw a line."""
        plain = line.colour < 0
        colour = axis_colour(palette) if plain else curve_colour(line.colour, palette)
        position = float(on_axis(np.array([line.position]), logs[0 if line.vertical else 1])[0])
        self._settling = True
        try:
            self.item.setAngle(90 if line.vertical else 0)
            self.item.setMovable(line.movable)
            self.item.setPen(pg.mkPen(faint(colour, 140 if plain else 255), style=Qt.PenStyle.DashLine))
            self.item.setHoverPen(pg.mkPen(colour, width=2))
            self.item.label.setFormat(line.name)
            self.item.label.setColor(colour)
            self.item.label.setPosition(self._place if line.vertical else 0.93)
            if np.isfinite(position):
                self.item.setValue(position)
            self.item.setVisible(bool(np.isfinite(position)))
        finally:
            self._settling = False

    def remove(self) -> None:
        """Take it away."""
        self._plot.removeItem(self.item)


class DrawnBand:
    """One shaded band with its name.

    Parameters
    ----------
    plot : pyqtgraph.PlotItem
        Where it is drawn.
    vertical : bool
        Between two `x`.
    moved : callable
        Called with both edges, as on the axis, while the mouse drags it.
    """

    def __init__(self, plot: pg.PlotItem, vertical: bool, moved: Callable[[float, float], object]) -> None:
        self._plot = plot
        self.vertical = vertical
        self.item = pg.LinearRegionItem(orientation="vertical" if vertical else "horizontal")
        self.item.setZValue(-10)
        self._label = pg.InfLineLabel(self.item.lines[0], "", position=0.3, anchors=[(0, 0.5), (0, 0.5)])
        self._settling = False
        self.item.sigRegionChanged.connect(
            lambda item: None if self._settling else moved(*(float(edge) for edge in item.getRegion()))
        )
        plot.addItem(self.item, ignoreBounds=True)

    def show(self, band: Band, logs: tuple[bool, bool], palette: QPalette) -> None:
        """Draw a band."""
        colour = curve_colour(band.colour, palette)
        edges = on_axis(np.array([band.low, band.high], float), logs[0 if band.vertical else 1])
        self._settling = True
        try:
            self.item.setMovable(band.movable)
            self.item.setBrush(faint(colour, 45))
            self.item.setHoverBrush(faint(colour, 70))
            for line in self.item.lines:
                line.setPen(pg.mkPen(faint(colour, 150)))
                line.setHoverPen(pg.mkPen(colour, width=2))
            self._label.setFormat(band.name)
            self._label.setColor(colour)
            if np.isfinite(edges).all():
                self.item.setRegion(tuple(edges))
            self.item.setVisible(bool(np.isfinite(edges).all()))
        finally:
            self._settling = False

    def remove(self) -> None:
        """Take it away."""
        self._plot.removeItem(self.item)


def on_axis(values: np.ndarray, log: bool) -> np.ndarray:
    """Return where values stand on an axis; on a logarithmic one nothing that is not positive can."""
    if not log:
        return np.asarray(values, float)
    values = np.asarray(values, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def higher_at_right(curves: Sequence[Curve], logs: tuple[bool, bool]) -> bool:
    """Return whether more points stand high in the right third of a plot than in the left one."""
    if not curves:
        return False
    x = np.concatenate([on_axis(curve.middles(), logs[0]) for curve in curves])
    y = np.concatenate([on_axis(curve.y, logs[1]) for curve in curves])
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return False
    x, y = x[known], y[known]
    high, third = y > y.min() + 0.6 * np.ptp(y), np.ptp(x) / 3
    return int((high & (x < x.min() + third)).sum()) < int((high & (x > x.max() - third)).sum())


def off_axis(position: float, log: bool) -> float:
    """Return the value at a place on an axis."""
    return float(10**position) if log else position


def reconcile(
    drawn: list, wanted: Sequence, make: Callable[[int], object], fits: Callable = lambda item, value: True
) -> None:
    """Make as many drawn items as there are values; those that fit are kept, so that a drag goes on.

    Parameters
    ----------
    drawn : list
        Changed in place.
    wanted : sequence
        Values, one for each item.
    make : callable
        Gets an index and makes its item.
    fits : callable
        Gets an item and a value: whether it can show that.
    """
    while len(drawn) > len(wanted):
        drawn.pop().remove()
    for index, value in enumerate(wanted):
        if index < len(drawn) and not fits(drawn[index], value):
            drawn[index].remove()
            drawn[index] = make(index)
        elif index == len(drawn):
            drawn.append(make(index))
