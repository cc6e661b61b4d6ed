"""Plot: curves with axes and units, a readout under the mouse, and ways to take them elsewhere."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from viewer.core.session.session import Session
from viewer.ui.fitting import fixed_font
from viewer.ui.plots.colours import axis_colour, faint
from viewer.ui.plots.curves import Axes, Band, Curve, Line
from viewer.ui.plots.drawn import (
    DrawnBand,
    DrawnCurve,
    DrawnLine,
    higher_at_right,
    off_axis,
    on_axis,
    reconcile,
)
from viewer.ui.plots.saving import ask_where_to_save, copy_plot

# curves whose values the readout says
MOST_READ = 3


class Plot(QWidget):
    """Curves, lines and bands over two axes with titles and units.

    The wheel zooms, dragging moves, Fit shows everything again. Values, not items, are handed in; while they
    change, what the user has zoomed to stays.

    Signals
    -------
    clicked : float, float
        Where the left button was clicked, in the units of the axes.
    line_moved : int, float
        The number of a movable line, and where it is dragged to.
    band_moved : int, float, float
        The number of a movable band, and its edges.

    Parameters
    ----------
    session : Session
        Is told what was saved, and knows the folder.
    parent : QWidget, optional
        As in Qt.
    name : str
        What a file is called that it is saved to.
    log_axes : str
        Which axes have a switch for logarithmic: any of ``x`` and ``y``.
    """

    clicked = pyqtSignal(float, float)
    line_moved = pyqtSignal(int, float)
    band_moved = pyqtSignal(int, float, float)

    def __init__(
        self, session: Session, parent: QWidget | None = None, name: str = "plot", log_axes: str = "y"
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.name = name
        self.axes = Axes()
        self.curves: tuple[Curve, ...] = ()
        self.lines: tuple[Line, ...] = ()
        self.bands: tuple[Band, ...] = ()
        self._curves: list[DrawnCurve] = []
        self._lines: list[DrawnLine] = []
        self._bands: list[DrawnBand] = []
        self._mouse: QPointF | None = None
        self.widget = self._make_widget()
        self._legend = pg.LegendItem(offset=(-8, 8), verSpacing=-4)
        self._legend.setParentItem(self.item.getViewBox())
        self._cross = (pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0))
        for line in self._cross:
            line.hide()
            self.item.addItem(line, ignoreBounds=True)
        self._note = QLabel()
        self._note.setFont(fixed_font())
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.log_x = self._button("log x", "Logarithmic horizontal axis", checkable=True)
        self.log_y = self._button("log y", "Logarithmic vertical axis", checkable=True)
        self.fit_button = self._button("Fit", "Show everything; the wheel zooms, dragging moves")
        self.copy_button = self._button("Copy", "Copy as a picture, and as a table of the numbers")
        self.export_button = self._button("Export…", "Save as PNG or SVG picture, or the numbers as CSV")
        for button in (self.log_x, self.log_y):
            button.toggled.connect(self._logs_changed)
        self.log_x.setVisible("x" in log_axes)
        self.log_y.setVisible("y" in log_axes)
        self.fit_button.clicked.connect(self.fit)
        self.copy_button.clicked.connect(lambda: copy_plot(self))
        self.export_button.clicked.connect(lambda: ask_where_to_save(self))
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._row.addWidget(self._note, 1)
        for button in (self.log_x, self.log_y, self.fit_button, self.copy_button, self.export_button):
            self._row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._row)
        column.addWidget(self.widget, 1)
        self._colour()
        self._say()

    @property
    def item(self) -> pg.PlotItem:
        """The plot of pyqtgraph, for what has no value of its own here."""
        return self.widget.getPlotItem()

    @property
    def readout(self) -> str:
        """What stands above the plot: the values under the mouse."""
        return self._note.text()

    # ------------------------------------------------------------------ what is shown

    def set_curves(
        self,
        curves: Sequence[Curve],
        lines: Sequence[Line] = (),
        bands: Sequence[Band] = (),
        fit: bool = False,
    ) -> None:
        """Show curves, and lines and bands with them, in place of those before.

        Parameters
        ----------
        curves, lines, bands : sequence
            Everything that is to be seen.
        fit : bool
            Show all of it, whatever was zoomed to.
        """
        self.curves, self.lines, self.bands = tuple(curves), tuple(lines), tuple(bands)
        self._draw()
        if fit:
            self.fit()

    def set_labels(self, x: str, y: str, x_unit: str = "", y_unit: str = "") -> None:
        """Say what the axes are, and in which units."""
        axes = Axes(x, y, x_unit, y_unit)
        if axes != self.axes:
            self.axes = axes
            self.item.setLabel("bottom", axes.x_title)
            self.item.setLabel("left", axes.y_title)

    def set_log(self, x: bool | None = None, y: bool | None = None) -> None:
        """Make axes logarithmic or not; None leaves one as it is."""
        if x is not None:
            self.log_x.setChecked(x)
        if y is not None:
            self.log_y.setChecked(y)

    def clear(self) -> None:
        """Show nothing."""
        self.set_curves(())

    def fit(self) -> None:
        """Show everything, now and as it changes."""
        self.item.enableAutoRange()

    def add_control(self, widget: QWidget) -> None:
        """Put a control into the row above the plot, before the buttons."""
        self._row.insertWidget(1, widget)

    # ------------------------------------------------------------------ drawing

    @property
    def logs(self) -> tuple[bool, bool]:
        """Whether the horizontal and the vertical axis are logarithmic."""
        return self.log_x.isChecked(), self.log_y.isChecked()

    def _draw(self) -> None:
        logs, palette = self.logs, self.palette()
        reconcile(self._curves, self.curves, lambda _index: DrawnCurve(self.item))
        reconcile(
            self._lines, self.lines, lambda index: DrawnLine(self.item, index, self._line_follower(index))
        )
        reconcile(
            self._bands,
            self.bands,
            lambda index: DrawnBand(self.item, self.bands[index].vertical, self._band_follower(index)),
            lambda drawn, band: drawn.vertical == band.vertical,
        )
        for number, (drawn, curve) in enumerate(zip(self._curves, self.curves, strict=True)):
            drawn.show(curve, logs, number, palette)
        for drawn, line in zip(self._lines, self.lines, strict=True):
            drawn.show(line, logs, palette)
        for drawn, band in zip(self._bands, self.bands, strict=True):
            drawn.show(band, logs, palette)
        self._draw_legend()
        for button in (self.copy_button, self.export_button):
            button.setEnabled(bool(self.curves))
        self._say()

    def _draw_legend(self) -> None:
        names = [curve.name for curve in self.curves]
        wanted = names if sum(map(bool, names)) > 1 else []
        shown = [label.text for _sample, label in self._legend.items]
        if [name for name in wanted if name] != shown:
            self._legend.clear()
            for drawn, name in zip(self._curves, wanted, strict=False):
                if name:
                    self._legend.addItem(drawn.item, name)
        self._legend.setVisible(bool(wanted))
        if wanted:
            self._legend.setOffset((8 if self.legend_left else -8, 8))

    @property
    def legend_left(self) -> bool:
        """Whether the legend stands at the left: where fewer points are that it would cover."""
        return higher_at_right(self.curves, self.logs)

    def _line_follower(self, index: int):
        return lambda place: self.line_moved.emit(
            index, off_axis(place, self.logs[0 if self.lines[index].vertical else 1])
        )

    def _band_follower(self, index: int):
        def moved(low: float, high: float) -> None:
            log = self.logs[0 if self.bands[index].vertical else 1]
            self.band_moved.emit(index, off_axis(low, log), off_axis(high, log))

        return moved

    def _logs_changed(self) -> None:
        for side, log in (("bottom", self.logs[0]), ("left", self.logs[1])):
            self.item.getAxis(side).setLogMode(x=log, y=log)
        self._draw()
        self.fit()

    # ------------------------------------------------------------------ the mouse

    def position(self, where: QPointF) -> tuple[float, float] | None:
        """Return the values of the axes at a point of the plot's scene; None beside the axes' rectangle."""
        box = self.item.getViewBox()
        if not box.sceneBoundingRect().contains(where):
            return None
        place = box.mapSceneToView(where)
        return off_axis(place.x(), self.logs[0]), off_axis(place.y(), self.logs[1])

    def forget_mouse(self) -> None:
        """Show no values until the mouse moves again."""
        self._mouse = None
        self._say()

    def _follow_mouse(self, where: QPointF) -> None:
        self._mouse = where
        self._say()

    def _clicked(self, event) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        position = self.position(event.scenePos())
        if position is not None:
            self.clicked.emit(*position)

    def _say(self) -> None:
        """Show the values under the mouse, and lines through it."""
        position = None if self._mouse is None or not self.curves else self.position(self._mouse)
        for line in self._cross:
            line.setVisible(position is not None)
        if position is None:
            self._note.setText("")
            return
        for line, value, log in zip(self._cross, position, self.logs, strict=True):
            line.setPos(float(on_axis(np.array([value]), log)[0]))
        words = [f"{self.axes.x} {number_text(position[0])} {self.axes.x_unit}".strip()]
        read = [text for curve in self.curves if (text := self._value_at(curve, position[0]))]
        words += read[:MOST_READ] or [f"{self.axes.y} {number_text(position[1])} {self.axes.y_unit}".strip()]
        self._note.setText("   ".join(words))

    def _value_at(self, curve: Curve, x: float) -> str:
        """Return the curve's name and the value that stands nearest to `x`; nothing beside the curve."""
        if curve.has_edges:
            at = int(np.searchsorted(curve.x, x, side="right")) - 1
            inside = 0 <= at < len(curve.y)
        else:
            places = np.abs(np.asarray(curve.x, float) - x)
            inside = len(places) > 0 and bool(np.isfinite(places).any())
            at = int(np.nanargmin(places)) if inside else 0
            inside = inside and np.nanmin(curve.x) <= x <= np.nanmax(curve.x)
        if not inside:
            return ""
        value = float(curve.y[at])
        error = "" if curve.error is None else f" ± {number_text(float(curve.error[at]), 3)}"
        name = curve.name or self.axes.y
        return f"{name} {number_text(value)}{error} {self.axes.y_unit}".strip()

    # ------------------------------------------------------------------ the widgets

    def changeEvent(self, event: QEvent | None) -> None:
        """Take over the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "export_button"):
            self._colour()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Say nothing when the mouse is elsewhere."""
        super().leaveEvent(event)
        self.forget_mouse()

    def _colour(self) -> None:
        """Draw in the palette's colours."""
        palette = self.palette()
        text = axis_colour(palette)
        self.widget.setBackground(palette.color(QPalette.ColorRole.Base))
        for side in ("left", "bottom"):
            self.item.getAxis(side).setPen(text)
            self.item.getAxis(side).setTextPen(text)
        for line in self._cross:
            line.setPen(faint(text, 90))
        self._legend.setLabelTextColor(text)
        # a legend keeps the colour in which its texts were written
        self._legend.clear()
        self._legend.setBrush(faint(palette.color(QPalette.ColorRole.Base), 190))
        self._draw()

    def _make_widget(self) -> pg.PlotWidget:
        plot = pg.PlotWidget(self, enableMenu=False)
        # the plot makes this menu all the same, and lets it outlive the window
        menu = plot.getPlotItem().getMenu()
        menu.setParent(plot, menu.windowFlags())
        # keys are the window's: the plot would scroll with them
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.showGrid(x=True, y=True, alpha=0.2)
        for side in ("left", "bottom"):
            # kiloangstroms help nobody
            plot.getAxis(side).enableAutoSIPrefix(False)
        plot.hideButtons()
        plot.scene().sigMouseMoved.connect(self._follow_mouse)
        plot.scene().sigMouseClicked.connect(self._clicked)
        return plot

    def _button(self, text: str, tip: str, checkable: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(checkable)
        # the keys stay with the picture
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


def number_text(value: float, digits: int = 6) -> str:
    """Return a number with a few digits that mean something, thousands not as powers of ten."""
    if not np.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    if 1e-4 <= abs(value) < 10 ** max(digits, 9):
        whole = len(str(int(abs(value))))
        return f"{value:.{max(0, digits - whole)}f}"
    return f"{value:.{digits}g}"
