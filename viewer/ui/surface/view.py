"""Surface view: a landscape drawn from back to front, turned by the mouse, with axes and units."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QBuffer, QPointF, QRectF, QSize, Qt, QTimer
from PyQt6.QtGui import (
    QColor,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.render.colormap import ColorMap
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog
from viewer.ui.plots.saving import SHARPNESS
from viewer.ui.surface.projection import Landscape, Projection, level_heights
from viewer.ui.theme import palette
from viewer.ui.tint import on_paper, tinted

# rows and columns of quadrangles while the mouse turns it, and when it rests
MOVING, RESTING = 40, 72
DEGREES = 0.5
# beside the landscape, for the numbers
MARGIN = 46.0
# how much darker a slope is that turns from the light
SHADE = 0.35


class SurfaceView(QWidget):
    """A cut-out of an image as a landscape; dragging turns it, the wheel makes it steeper.

    Parameters
    ----------
    session : Session
        Is told what was saved, and knows the folder.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.scene = _Scene(self)
        self.note = QLabel("Drag to turn, wheel for the height")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.log_z = self._button("log z", "Logarithmic heights: faint parts stand out")
        self.log_z.setCheckable(True)
        self.log_z.toggled.connect(self.scene.set_log)
        self.reset = self._button("Reset", "Look from where it was looked at first")
        self.reset.clicked.connect(lambda: self.scene.look(Projection()))
        self.copy_button = self._button("Copy", "Copy as a picture")
        self.copy_button.clicked.connect(self.copy)
        self.export_button = self._button("Export…", "Save as PNG picture")
        self.export_button.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.note, 1)
        for button in (self.log_z, self.reset, self.copy_button, self.export_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.scene, 1)

    def show_surface(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, unit: str) -> None:
        """Show values.

        Parameters
        ----------
        x, y : numpy.ndarray
            FITS positions of columns and rows.
        z : numpy.ndarray
            Values, shape (rows, columns).
        unit : str
            Of the values.
        """
        self.scene.show_landscape(Landscape(np.asarray(x), np.asarray(y), np.asarray(z, float)), unit)

    def picture(self) -> QImage:
        """Return what is seen, on white and sharper than on the screen."""
        image = QImage(self.scene.size() * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        painter = QPainter(image)
        with on_paper():
            self.scene.draw(painter, palette("light"), RESTING)
        painter.end()
        return image

    def copy(self) -> None:
        """Copy it as a picture."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setImage(self.picture())
            self.session.tell("info", "The surface plot was copied as a picture.")

    def save(self, path: Path, overwrite: bool = False) -> None:
        """Write it to a PNG file and tell the user."""
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        self.picture().save(buffer, "PNG")
        try:
            with written(path, overwrite=overwrite) as file:
                file.write(bytes(buffer.data()))
        except ViewerError as error:
            self.session.tell("error", str(error))
        else:
            self.session.tell("info", f"The plot was saved as {path}.")

    def _ask(self) -> None:
        dialog = file_dialog(self, self.session, "Export the surface plot", "surface.png")
        dialog.setNameFilter("PNG picture (*.png)")
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(lambda name: self.save(Path(name), overwrite=True))
        dialog.open()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        # the keys stay with the picture
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


class _Scene(QWidget):
    """Draws the landscape and turns it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.projection = Projection()
        self.landscape: Landscape | None = None
        self.unit = ""
        self.logarithmic = False
        self._from: QPointF | None = None
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(150)
        self._resting.timeout.connect(self.update)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def sizeHint(self) -> QSize:
        """As a plot's."""
        return QSize(400, 260)

    def show_landscape(self, landscape: Landscape, unit: str) -> None:
        """Show other values."""
        self.landscape, self.unit = landscape, unit
        self.update()

    def look(self, projection: Projection) -> None:
        """Look from elsewhere."""
        self.projection = projection
        self._resting.start()
        self.update()

    def set_log(self, logarithmic: bool) -> None:
        """Let faint parts stand out, or not."""
        self.logarithmic = logarithmic
        self.update()

    # ------------------------------------------------------------------ the mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin to turn."""
        self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Turn."""
        if self._from is not None:
            moved = event.position() - self._from
            self._from = event.position()
            self.look(self.projection.turned(moved.x() * DEGREES, moved.y() * DEGREES))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End turning."""
        self._from = None
        self.update()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Make it steeper or flatter."""
        self.look(self.projection.stretched(1.15 ** (event.angleDelta().y() / 120)))

    # ------------------------------------------------------------------ drawing

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw; coarser while it moves."""
        painter = QPainter(self)
        moving = self._from is not None or self._resting.isActive()
        self.draw(painter, self.palette(), MOVING if moving else RESTING)
        painter.end()

    def draw(self, painter: QPainter, colours: QPalette, most: int) -> None:
        """Draw the landscape with its axes.

        Parameters
        ----------
        painter : QPainter
            On a device as large as this widget.
        colours : QPalette
            For ground, axes and numbers.
        most : int
            Rows and columns that are drawn.
        """
        painter.fillRect(self.rect(), colours.color(QPalette.ColorRole.Base))
        landscape = self.landscape
        if landscape is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        frame = _Frame(landscape, self.projection, QRectF(self.rect()).adjusted(MARGIN, 10, -MARGIN, -MARGIN))
        text = colours.color(QPalette.ColorRole.Text)
        self._draw_ground(painter, frame, text)
        # edges of neighbours would show through with soft edges
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for corners, colour in self._quadrangles(landscape.thinned(most), frame):
            painter.setBrush(colour)
            painter.setPen(QPen(colour.darker(125), 0))
            painter.drawConvexPolygon(corners)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_numbers(painter, frame, landscape, text)

    def _quadrangles(self, landscape: Landscape, frame: "_Frame") -> Iterator[tuple[QPolygonF, QColor]]:
        """Give the patches between four neighbours, those behind first."""
        low, high = frame.landscape.range
        heights = level_heights(landscape.z, low, high, self.logarithmic)
        gx, gy = landscape.ground()
        right, up, back = self.projection.project(gx[np.newaxis, :], gy[:, np.newaxis], heights)
        px, py = frame.on_screen(right, up)
        middle = (heights[1:, 1:] + heights[:-1, 1:] + heights[1:, :-1] + heights[:-1, :-1]) / 4
        known = np.isfinite(middle)
        depth = np.broadcast_to((back[1:, 1:] + back[:-1, :-1]) / 2, middle.shape)
        # light from the left of the viewer: slopes that fall to the right are darker
        slope = np.diff(heights, axis=1)
        slope = (slope[1:] + slope[:-1]) / 2 * landscape.z.shape[1] / 4
        light = 1 - SHADE * np.clip(-slope, 0, 1)
        table = ColorMap("viridis").rgb()
        shades = table[np.clip(np.nan_to_num(middle) * 255, 0, 255).astype(int)] * light[..., np.newaxis]
        rgb = np.clip(np.nan_to_num(shades) * 255, 0, 255).astype(int)
        for index in np.argsort(-depth, axis=None, kind="stable").tolist():
            row, column = divmod(index, middle.shape[1])
            if known[row, column]:
                places = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
                corners = QPolygonF([QPointF(px[place], py[place]) for place in places])
                yield corners, tinted(QColor(*rgb[row, column].tolist()))

    def _draw_ground(self, painter: QPainter, frame: "_Frame", text: QColor) -> None:
        faint = QColor(text)
        faint.setAlpha(90)
        painter.setPen(QPen(faint, 1))
        corners = [frame.place(x, y, 0) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        painter.drawPolygon(QPolygonF(corners))
        for x, y in frame.back_corners():
            painter.drawLine(frame.place(x, y, 0), frame.place(x, y, 1))

    def _draw_numbers(self, painter: QPainter, frame: "_Frame", landscape: Landscape, text: QColor) -> None:
        painter.setPen(text)
        low, high = landscape.range
        for name, ends, values in (
            ("x [px]", frame.front_edge("x"), landscape.x),
            ("y [px]", frame.front_edge("y"), landscape.y),
        ):
            start, end = (frame.place(*corner, 0) for corner in ends)
            outwards = (start + end) / 2 - frame.place(0, 0, 0)
            length = max(1.0, float(np.hypot(outwards.x(), outwards.y())))
            aside = QPointF(outwards.x() / length * 22, max(4.0, outwards.y() / length * 18))
            for place, part in ((start, 0), (end, -1)):
                inwards = place * 0.94 + (start + end) * 0.03
                _write(painter, inwards + aside, f"{float(values[part]):.6g}")
            _write(painter, (start + end) / 2 + aside, name)
        x, y = frame.left_corner()
        bottom, top = frame.place(x, y, 0), frame.place(x, y, 1)
        if top.y() < bottom.y() - 20:
            painter.drawLine(bottom, top)
            for place, value in ((bottom - QPointF(0, 7), low), (top, high)):
                _write(painter, place - QPointF(6, 0), f"{value:.5g}", right=True)
            unit = f"[{self.unit}]" if self.unit else ""
            _write(painter, (bottom + top) / 2 - QPointF(6, 0), f"value {unit}".strip(), right=True)


class _Frame:
    """Where the ground and the heights are on the screen, so that everything fits."""

    def __init__(self, landscape: Landscape, projection: Projection, area: QRectF) -> None:
        self.landscape = landscape
        self._projection = projection
        wide, high = landscape.reach
        self._reach = (wide, high)
        ends = [
            projection.project(np.array(x * wide), np.array(y * high), np.array(z))[:2]
            for x in (-1.0, 1.0)
            for y in (-1.0, 1.0)
            for z in (0.0, 1.0)
        ]
        right, up = np.array(ends, float).T
        self._scale = min(area.width() / max(np.ptp(right), 1e-6), area.height() / max(np.ptp(up), 1e-6))
        self._middle = ((right.min() + right.max()) / 2, (up.min() + up.max()) / 2)
        self._centre = area.center()

    def on_screen(self, right: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return positions in the widget."""
        return (
            self._centre.x() + (right - self._middle[0]) * self._scale,
            self._centre.y() - (up - self._middle[1]) * self._scale,
        )

    def place(self, x: float, y: float, z: float) -> QPointF:
        """Return where a corner of the box is: x and y from -1 to 1, z from 0 to 1."""
        wide, high = self._reach
        right, up, _ = self._projection.project(np.array(x * wide), np.array(y * high), np.array(z))
        px, py = self.on_screen(right, up)
        return QPointF(float(px), float(py))

    def _depth(self, x: float, y: float) -> float:
        wide, high = self._reach
        return float(self._projection.project(np.array(x * wide), np.array(y * high), np.array(0.0))[2])

    def back_corners(self) -> list[tuple[float, float]]:
        """Return the three corners of the ground that are not nearest."""
        corners = [(x, y) for x in (-1.0, 1.0) for y in (-1.0, 1.0)]
        return sorted(corners, key=lambda corner: self._depth(*corner))[1:]

    def front_edge(self, along: str) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the ends of the nearer edge of the ground along x or y."""
        if along == "x":
            y = min((-1.0, 1.0), key=lambda y: self._depth(0, y))
            return (-1.0, y), (1.0, y)
        x = min((-1.0, 1.0), key=lambda x: self._depth(x, 0))
        return (x, -1.0), (x, 1.0)

    def left_corner(self) -> tuple[float, float]:
        """Return the corner that is furthest to the left on the screen."""
        return min(((x, y) for x in (-1.0, 1.0) for y in (-1.0, 1.0)), key=lambda c: self.place(*c, 0).x())


def _write(painter: QPainter, place: QPointF, words: str, right: bool = False) -> None:
    """Write in the middle of a place, or so that it ends there."""
    box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-2, 0, 2, 0)
    box.moveCenter(place)
    if right:
        box.moveRight(place.x())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
