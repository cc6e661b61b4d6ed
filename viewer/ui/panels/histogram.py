"""HistogramPlot: the values of an image, the limits to drag, and the curve of the stretch between them."""

import math

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPalette
from PyQt6.QtWidgets import QWidget

from viewer.core.render.sample import Sample
from viewer.ui.panels.numbers import labels, round_step
from viewer.ui.panels.panel import quietly

HEIGHT = 140
BINS = 160
# Values with fewer steps than this are discrete: their bins hold whole steps, or they would make a comb.
DISCRETE = 20_000
# Room beside the limits, as parts of their distance.
ROOM_LEFT, ROOM_RIGHT = 0.2, 0.35
# Limits closer together than this part of the axis are too hard to drag.
NARROWEST = 0.1
# The plot's own coordinates are values divided by a power of ten, since Qt cannot invert a transform of 1e20.
PLAIN_POWERS = range(-3, 6)
# One bin without a height.
EMPTY = (np.zeros(2), np.zeros(1))


class HistogramPlot(pg.GraphicsView):
    """Logarithmic histogram of a sample, with draggable limits and a curve over it.

    Wheel and drag change the visible range, a double click sets it back. The histogram is counted
    again only when the sample or that range changes. This is a `pyqtgraph.GraphicsView` with one view
    box and one axis: a `PlotWidget` takes ten times as long to construct.

    Attributes
    ----------
    limits_dragged : pyqtSignal of float, float
        The user moved a limit, or both.
    drag_finished : pyqtSignal
        The limits were let go.
    """

    limits_dragged = pyqtSignal(float, float)
    drag_finished = pyqtSignal()

    # a change of palette may come while the base class is being made
    _ready = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setToolTip(
            "Values of the image (logarithmic counts). Drag the limits or the area between them; the wheel "
            "zooms the axis, a double click resets it."
        )
        self._sample: Sample | None = None
        self._limits = (0.0, 1.0)
        self._unit = 1.0
        self._quantum = 0.0
        self._chosen_range = False
        self._curve: tuple[np.ndarray, np.ndarray] = (np.zeros(1), np.zeros(1))

        layout = pg.GraphicsLayout()
        layout.setContentsMargins(2, 2, 2, 4)
        layout.setSpacing(0)
        self.setCentralItem(layout)
        self._box = layout.addViewBox(0, 0, enableMenu=False)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.setDefaultPadding(0.0)
        self._box.disableAutoRange()
        self._box.setYRange(0.0, 1.08, padding=0)
        self._axis = _ValueAxis("bottom")
        self._axis.linkToView(self._box)
        layout.addItem(self._axis, 1, 0)

        self._bars = pg.PlotCurveItem(*EMPTY, stepMode="center", fillLevel=0.0, antialias=False)
        self._line = pg.PlotCurveItem(*self._curve, antialias=True)
        self._region = pg.LinearRegionItem(swapMode="block")
        for order, item in enumerate((self._bars, self._region, self._line)):
            item.setZValue(order)
            self._box.addItem(item, ignoreBounds=True)
        for line in self._region.lines:
            line.setCursor(Qt.CursorShape.SizeHorCursor)
        self._region.sigRegionChanged.connect(self._moved)
        self._region.sigRegionChangeFinished.connect(self._let_go)
        self._box.sigXRangeChanged.connect(self._range_changed)
        self._box.sigRangeChangedManually.connect(self._range_chosen)
        self._ready = True
        self._restyle()

    @property
    def dragged(self) -> bool:
        """Whether the user has hold of a limit, or of both."""
        return self._region.moving or any(line.moving for line in self._region.lines)

    @property
    def limits(self) -> tuple[float, float]:
        """The limits as the lines show them."""
        low, high = self._region.getRegion()
        return low * self._unit, high * self._unit

    @property
    def value_range(self) -> tuple[float, float]:
        """The data values at the left and right end of the axis."""
        left, right = self._box.viewRange()[0]
        return left * self._unit, right * self._unit

    def counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the edges of the bins that are drawn and the heights above them, 0..1."""
        edges, heights = self._bars.getData()
        return edges * self._unit, heights

    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """Return data values and brightness 0..1 of the curve that is drawn."""
        values, brightness = self._line.getData()
        return values * self._unit, brightness

    def set_sample(self, sample: Sample | None, limits: tuple[float, float], unit: str) -> None:
        """Show another image.

        Parameters
        ----------
        sample : Sample or None
            Its values, already read; None shows the limits only, until they are.
        limits : tuple of float
            (low, high), low < high.
        unit : str
            For the axis; may be empty.
        """
        self._sample = sample
        self._quantum = 0.0 if sample is None else _quantum(sample)
        largest = max(abs(value) for value in (*limits, *_ends(sample)))
        power = math.floor(math.log10(largest)) if largest > 0 else 0
        self._unit = 1.0 if power in PLAIN_POWERS else 10.0 ** min(max(power, -300), 300)
        self._axis.setScale(self._unit)
        self._axis.setLabel(unit or "data value")
        self._chosen_range = False
        self._set_limits(limits)
        self.reset_range()

    def set_limits(self, limits: tuple[float, float]) -> None:
        """Move the lines, and the axis too if it would lose them; nothing moves under the user's hand."""
        if self.dragged or limits == self._limits:
            return
        self._set_limits(limits)
        left, right = self.value_range
        low, high = limits
        lost = low < left or high > right or high - low < NARROWEST * (right - left)
        if lost and not self._chosen_range:
            self.reset_range()

    def set_curve(self, places: np.ndarray, brightness: np.ndarray) -> None:
        """Draw the curve between the limits.

        Parameters
        ----------
        places : numpy.ndarray, shape (n,)
            Ascending, 0 at the low limit and 1 at the high one.
        brightness : numpy.ndarray, shape (n,)
            What is drawn at each of them, 0..1.
        """
        low, high = self._limits
        self._curve = ((low + (high - low) * places) / self._unit, brightness)
        self._draw_curve()

    def reset_range(self) -> None:
        """Show the limits with some room about them, as far as there are data."""
        self._chosen_range = False
        low, high = self._limits
        first, last = (low, high) if self._sample is None else _ends(self._sample)
        room = high - low
        left = max(low - ROOM_LEFT * room, min(first, low) - 0.05 * room)
        right = min(high + ROOM_RIGHT * room, max(last, high) + 0.05 * room)
        self._box.setXRange(left / self._unit, right / self._unit, padding=0)
        self._range_changed()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Set the axis back."""
        super().mouseDoubleClickEvent(event)
        self.reset_range()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the desktop's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._ready:
            self._restyle()

    def _moved(self) -> None:
        low, high = self.limits
        if low < high and (low, high) != self._limits:
            self._limits = (low, high)
            self.limits_dragged.emit(low, high)

    def _let_go(self) -> None:
        # the last step of a drag is told by this signal only
        self._moved()
        self.drag_finished.emit()

    def _range_chosen(self, *_which: object) -> None:
        self._chosen_range = True

    def _set_limits(self, limits: tuple[float, float]) -> None:
        self._limits = limits
        with quietly(self._region):
            self._region.setRegion((limits[0] / self._unit, limits[1] / self._unit))

    def _range_changed(self, *_what: object) -> None:
        self._count()
        self._draw_curve()

    def _count(self) -> None:
        left, right = self.value_range
        if self._sample is None or not self._sample.values.size or not right > left:
            self._bars.setData(*EMPTY)
            return
        left, right, bins = _bins(left, right, self._quantum, float(self._sample.values[0]))
        counts = np.log1p(self._sample.histogram(bins, left, right))
        edges = np.linspace(left / self._unit, right / self._unit, bins + 1)
        self._bars.setData(edges, counts / max(counts.max(), 1.0))

    def _draw_curve(self) -> None:
        x, y = self._curve
        left, right = self._box.viewRange()[0]
        self._line.setData(np.r_[min(left, x[0]), x, max(right, x[-1])], np.r_[y[0], y, y[-1]])

    def _restyle(self) -> None:
        colours = self.palette()
        text = colours.color(QPalette.ColorRole.Text)
        accent = colours.color(QPalette.ColorRole.Link)
        self.setBackground(colours.color(QPalette.ColorRole.Base))
        self._axis.setPen(pg.mkPen(_faint(text, 120)))
        self._axis.setTextPen(pg.mkPen(text))
        self._bars.setBrush(pg.mkBrush(_faint(text, 110)))
        self._bars.setPen(pg.mkPen(None))
        self._line.setPen(pg.mkPen(accent, width=2))
        self._region.setBrush(pg.mkBrush(_faint(accent, 26)))
        self._region.setHoverBrush(pg.mkBrush(_faint(accent, 44)))
        for line in self._region.lines:
            line.setPen(pg.mkPen(text, width=1))
            line.setHoverPen(pg.mkPen(accent, width=3))


class _ValueAxis(pg.AxisItem):
    """The axis of data values; its labels are as short as their spacing allows."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=-4, maxTickLevel=0, tickTextOffset=2)

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return the closest spacing at which the labels do not touch."""
        width = QFontMetricsF(self.font()).horizontalAdvance("0")
        spacing = 0.0
        for count in range(8, 0, -1):
            spacing = round_step((high - low) / count)
            longest = max(map(len, labels([low, high], spacing)))
            if (longest + 2) * width * (high - low) <= size * spacing:
                break
        return [(spacing, 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """See `pyqtgraph.AxisItem.tickStrings`."""
        return labels([value * scale for value in values], spacing * scale)


def _ends(sample: Sample | None) -> tuple[float, float]:
    return (0.0, 0.0) if sample is None or sample.all_missing else (sample.minimum, sample.maximum)


def _quantum(sample: Sample) -> float:
    """Return the step between neighbouring values of a discrete sample, otherwise 0."""
    if sample.dtype.kind in "iu":
        return 1.0
    # scaled integers and means of a few are discrete, too; a part of the sorted values shows it
    values = sample.values
    start = values.size // 2
    steps = np.diff(values[start : start + DISCRETE])
    steps = steps[steps > 0]
    if not steps.size:
        return 0.0
    smallest = float(steps.min())
    return smallest if values[-1] - values[0] < DISCRETE * smallest else 0.0


def _bins(left: float, right: float, quantum: float, origin: float) -> tuple[float, float, int]:
    """Return first edge, last edge and number of bins; of discrete values each bin holds equally many."""
    width = (right - left) / BINS
    if not quantum:
        return left, right, BINS
    width = quantum * max(1, math.ceil(width / quantum))
    edge = origin - quantum / 2
    first = edge + math.floor((left - edge) / width) * width
    bins = max(1, math.ceil((right - first) / width))
    return first, first + bins * width, bins


def _faint(colour: QColor, alpha: int) -> QColor:
    return QColor(colour.red(), colour.green(), colour.blue(), alpha)
