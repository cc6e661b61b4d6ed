"""Curve view: a one-dimensional image, such as a spectrum, in the place of the picture."""

import math

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QPalette
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from viewer.core.session.document import Picture
from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui.curve import Curve, WorldAxis, world_axis
from viewer.ui.fitting import fixed_font
from viewer.ui.panels.panel import Panel, quietly

# room around the curve, as a part of its range
MARGIN = 0.03


class CurveView(Panel):
    """Values against pixel number, or against the world axis once the header is known."""

    title = "Curve"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.plot: pg.PlotWidget | None = None
        self._picture: Picture | None = None
        self._curve: Curve | None = None
        self._world: WorldAxis | None = None
        self._asked = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for signal in (session.current_changed, session.image_changed, session.details_ready):
            signal.connect(self.refresh_soon)
        session.documents_changed.connect(self._let_go)
        session.pointer_moved.connect(self._show_pointer)
        self.refresh_soon()

    def sizeHint(self) -> QSize:
        """As the picture's."""
        return QSize(600, 400)

    def refresh(self) -> None:
        """Show the curve of the current image, if it has one dimension."""
        picture = self.session.picture
        if picture is None or picture.frame.pixels.ndim != 1:
            return
        if picture is not self._picture:
            self._build()
            self._picture, self._curve, self._world, self._asked = picture, None, None, False
            pixels = picture.frame.pixels
            self._note.setText("Reading…")
            self._draw()
            self._start("Reading the values", lambda: Curve(pixels), picture, self._take_curve)
        if picture.detailed and not self._asked:
            self._asked = True
            frame = picture.frame
            self._start("Reading the axis", lambda: world_axis(frame), picture, self._take_world)

    def position(self, where: QPointF) -> float:
        """Return the 0-based pixel under a point of the plot's scene, NaN beside the image."""
        if self.plot is None or self._picture is None:
            return math.nan
        x = self.plot.getViewBox().mapSceneToView(where).x()
        first, last = self._ends()
        return self._pixel(x) if min(first, last) <= x <= max(first, last) else math.nan

    def fit(self) -> None:
        """Show the whole curve."""
        if self.plot is None or self._curve is None or not math.isfinite(self._curve.low):
            return
        first, last = self._ends()
        low, high = self._curve.low, self._curve.high
        if low == high:
            low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
        self.plot.setRange(xRange=(min(first, last), max(first, last)), yRange=(low, high), padding=MARGIN)
        self._draw_visible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the readout by one pixel with the arrow keys."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self.plot is None:
            super().keyPressEvent(event)
        else:
            self.session.move_pointer(step, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Take over the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.plot is not None:
            self._colour()

    # ------------------------------------------------------------------ what is shown

    @property
    def _along_world(self) -> bool:
        return self._world is not None and self.axis.currentIndex() == 1

    def _start(self, title: str, work, picture: Picture, take) -> None:
        """Do work in a worker and take its result, unless another image is shown by then."""

        def finished(result: object) -> None:
            if picture is self._picture:
                take(result)

        def failed(sentence: str) -> None:
            self.session.tell("error", sentence)

        self.session.jobs.start(title, lambda _progress: work(), finished, failed, Priority.DETAILS)

    def _take_curve(self, curve: Curve) -> None:
        self._curve = curve
        self._draw()

    def _take_world(self, world: WorldAxis | None) -> None:
        self._world = world
        with quietly(self.axis):
            self.axis.clear()
            self.axis.addItem("pixel number")
            if world is not None:
                self.axis.addItem(_titled(world.label, world.unit))
                self.axis.setCurrentIndex(1)
        self.axis.setEnabled(world is not None)
        self._draw()

    def _draw(self) -> None:
        """Show the whole curve along the axis chosen."""
        if self.plot is None or self._picture is None:
            return
        world = self._world if self._along_world else None
        self.plot.setLabel("left", _titled("value", self._picture.frame.unit))
        self.plot.setLabel("bottom", "pixel number" if world is None else _titled(world.label, world.unit))
        self._line.hide()
        self._level.hide()
        self._drawn.setData([], [])
        if self._curve is not None:
            self.fit()
            self._show_pointer()

    def _draw_visible(self, *_values: object) -> None:
        """Draw the part of the curve in sight: the number of points depends on the screen only."""
        if self.plot is None or self._curve is None:
            return
        box = self.plot.getViewBox()
        ends = sorted(self._pixel(x) for x in box.viewRange()[0])
        columns = max(1, round(box.width() * self.devicePixelRatioF()))
        pixels, values = self._curve.drawn(*ends, columns)
        x = self._world.of(pixels) if self._along_world and self._world is not None else pixels + 1
        self._drawn.setData(x, values, connect="finite")

    def _pixel(self, x: float) -> float:
        """Return the 0-based pixel at a coordinate of the horizontal axis."""
        if self._along_world and self._world is not None:
            return self._world.pixel(x)
        return x - 1

    def _ends(self) -> tuple[float, float]:
        """Return the coordinates of the first and the last pixel on the horizontal axis."""
        last = self._picture.frame.shape[-1] - 1 if self._picture is not None else 0
        if self._along_world and self._world is not None:
            first, final = self._world.of(np.array([0.0, last]))
            return float(first), float(final)
        return 0.5, last + 1.5

    def _show_pointer(self) -> None:
        """Put the crosshair where the readout is."""
        picture, pointer = self.session.picture, self.session.pointer
        if self.plot is None or picture is None or picture is not self._picture or self._curve is None:
            return
        inside = pointer is not None and 0 <= round(pointer[0]) < picture.frame.shape[-1]
        self._line.setVisible(inside)
        self._level.setVisible(False)
        if not inside:
            self._note.setText("" if math.isfinite(self._curve.low) else "All values are missing")
            return
        pixel = round(pointer[0])
        value = picture.frame.pixels.value((pixel,))
        text = f"pixel {pixel + 1}"
        x = pixel + 1.0
        if self._world is not None:
            coordinate = float(self._world.of(np.array([float(pixel)]))[0])
            text += f"   {self._world.label} {coordinate:.8g} {self._world.unit}".rstrip()
            x = coordinate if self._along_world else x
        self._line.setPos(x)
        if np.isfinite(value):
            self._level.setPos(float(value))
            self._level.setVisible(True)
        digits = str(value) if isinstance(value, np.integer) else f"{value:.8g}"
        self._note.setText(f"{text}   {digits} {picture.frame.unit}".rstrip())

    def _follow_mouse(self, where: QPointF) -> None:
        if self.plot is None or not self.plot.sceneBoundingRect().contains(where):
            return
        pixel = self.position(where)
        self.session.point_at((pixel, 0.0) if math.isfinite(pixel) else None)

    def _let_go(self) -> None:
        """Keep no values of a document that was closed."""
        open_now = (picture for document in self.session.documents for picture in document.pictures.values())
        if self._picture is not None and all(picture is not self._picture for picture in open_now):
            self._picture = self._curve = self._world = None
            if self.plot is not None:
                self._drawn.setData([], [])

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        """Make the plot for the first curve: most sessions see none."""
        if self.plot is not None:
            return
        self.plot = plot = pg.PlotWidget(self, enableMenu=False)
        # the plot makes this menu all the same, and lets it outlive the window
        menu = plot.getPlotItem().getMenu()
        menu.setParent(plot, menu.windowFlags())
        # keys are ours: the plot would scroll with them
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.showGrid(x=True, y=True, alpha=0.2)
        for side in ("left", "bottom"):
            # kiloangstroms help nobody
            plot.getAxis(side).enableAutoSIPrefix(False)
        # its button would show all that is drawn, which is what is in sight already
        plot.hideButtons()
        self._drawn = plot.plot([], [])
        plot.getViewBox().sigXRangeChanged.connect(self._draw_visible)
        plot.getViewBox().sigResized.connect(self._draw_visible)
        self._line, self._level = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0)
        for line in (self._line, self._level):
            line.hide()
            plot.addItem(line, ignoreBounds=True)
        plot.scene().sigMouseMoved.connect(self._follow_mouse)
        self.axis = QComboBox(self)
        self.axis.addItem("pixel number")
        self.axis.setEnabled(False)
        self.axis.setToolTip("What runs along the horizontal axis")
        self.axis.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.axis.currentIndexChanged.connect(lambda _index: self._draw())
        self.whole = QToolButton(self)
        self.whole.setText("Fit")
        self.whole.setToolTip("Show the whole curve; the wheel zooms, dragging moves")
        self.whole.clicked.connect(self.fit)
        self._note = QLabel(self)
        self._note.setFont(fixed_font())
        row = QHBoxLayout()
        row.addWidget(self._note, 1)
        row.addWidget(self.axis)
        row.addWidget(self.whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(plot, 1)
        self._colour()

    def _colour(self) -> None:
        """Draw in the palette's colours."""
        if self.plot is None:
            return
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        self.plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setPen(text)
            self.plot.getAxis(side).setTextPen(text)
        self._drawn.setPen(palette.color(QPalette.ColorRole.Link))
        faint = QColor(text)
        faint.setAlpha(110)
        for line in (self._line, self._level):
            line.setPen(faint)


def _titled(label: str, unit: str) -> str:
    return f"{label} [{unit}]" if unit else label
