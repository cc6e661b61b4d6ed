"""ContoursItem: lines of equal value over the picture."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.layer import Contours
from viewer.core.session.session import Session
from viewer.ui.image.overlay_items import Overlay, Painting
from viewer.ui.marks import on_device
from viewer.ui.tint import reddens, tinted

WIDTH = 1.3
# with more corners in sight, smooth edges and wide lines take too long
MANY_CORNERS = 60_000
# and while the view moves, only the longest lines are drawn, of so many corners in all
MOVING_CORNERS = 30_000
REST_MS = 150
# device pixels around the view that are drawn, too, so that panning draws nothing anew
AHEAD = 200


@dataclass
class _Level:
    """The lines of one level, the longest first, as paths.

    Attributes
    ----------
    short : QPainterPath
        The longest lines, to be drawn while the view moves.
    whole : QPainterPath
        All lines.
    bounds : QRectF
        Where they lie.
    corners : int
        How many there are.
    """

    short: QPainterPath
    whole: QPainterPath
    bounds: QRectF
    corners: int


@dataclass
class _Drawn:
    """What was drawn before, and for which view: it can be shifted, not enlarged."""

    key: tuple[object, ...]
    corner: QPointF
    image: QImage


class ContoursItem(Overlay):
    """The contours of the session's current layer.

    Parameters
    ----------
    session : Session
        Whose contours are drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._made_of: Contours | None = None
        self._levels: list[_Level] = []
        self._drawn: _Drawn | None = None
        self._moving = False
        self._rest = QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._draw_in_full)
        session.overlays.changed.connect(self._changed)
        session.place_changed.connect(self._hurry)
        self.refresh()

    def refresh(self, *_values: object) -> None:
        """Follow the session; where there are no contours, nothing is painted."""
        there = self.session.overlays.layer.contours is not None and self.session.picture is not None
        if there:
            super().refresh()
        if there != self.isVisible():
            self.setVisible(there)

    def bounds(self) -> QRectF:
        """Return everything that the view shows: another image's contours may reach beyond this one."""
        viewport = self.session.viewport()
        if viewport is None:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the lines; what was drawn before is shifted as long as it reaches."""
        contours, viewport = self.session.overlays.layer.contours, self.session.viewport()
        if contours is None or viewport is None:
            return
        self._make_paths(contours)
        with on_device(painter) as (to_screen, ratio):
            linear = (to_screen.m11(), to_screen.m12(), to_screen.m21(), to_screen.m22())
            key = (*linear, ratio, viewport.size, reddens())
            zero = to_screen.map(QPointF(0, 0))
            if self._drawn is not None and self._drawn.key == key:
                moved = zero - self._drawn.corner
                if max(abs(moved.x()), abs(moved.y())) * ratio <= AHEAD:
                    painter.drawImage(moved - QPointF(AHEAD, AHEAD) / ratio, self._drawn.image)
                    return
            few = self._moving and sum(level.corners for level in self._levels) > MOVING_CORNERS
            image = self._render(contours, viewport.size, to_screen, ratio, few)
            painter.drawImage(QPointF(-AHEAD, -AHEAD) / ratio, image)
            # of what is drawn in part only nothing is kept
            self._drawn = None if few else _Drawn(key, zero, image)
            if few:
                self._rest.start()

    def on_paper(self) -> Painting | None:
        """See `Overlay.on_paper`: as lines."""
        contours = self.session.overlays.layer.contours
        if contours is None:
            return None
        self._make_paths(contours)
        paths = [level.whole for level in self._levels]

        def paint(painter: QPainter, to_paper: QTransform, _area: QRectF, _ratio: float) -> None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for number, path in enumerate(paths):
                painter.setPen(QPen(_colour_of(contours, number), WIDTH))
                painter.drawPath(to_paper.map(path))

        return paint

    def _make_paths(self, contours: Contours) -> None:
        if contours is not self._made_of:
            self._made_of, self._drawn = contours, None
            share = MOVING_CORNERS // max(1, len(contours.lines))
            self._levels = [_level(lines, share) for lines in contours.lines]

    def _render(
        self, contours: Contours, size: tuple[int, int], to_screen: QTransform, ratio: float, few: bool
    ) -> QImage:
        """Return the lines in the view and around it; the higher the level, the stronger the colour."""
        image = QImage(size[0] + 2 * AHEAD, size[1] + 2 * AHEAD, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        painter.translate(QPointF(AHEAD, AHEAD) / ratio)
        painter.setTransform(to_screen, True)
        area = painter.transform().inverted()[0].mapRect(QRectF(0, 0, image.width(), image.height()))
        seen = [level for level in self._levels if level.bounds.intersects(area)]
        many = sum(level.corners for level in seen) > MANY_CORNERS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
        for number, level in enumerate(self._levels):
            if level in seen:
                pen = QPen(_colour_of(contours, number), 1 if many else WIDTH)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawPath(level.short if few else level.whole)
        painter.end()
        return image

    def _hurry(self, _document: object) -> None:
        if self.session.overlays.layer.contours is not None:
            self._moving = True
            self._rest.start()

    def _draw_in_full(self) -> None:
        self._moving = False
        self.update()

    def _changed(self, part: str) -> None:
        if part in ("contours", "layer"):
            self.refresh()


def _colour_of(contours: Contours, number: int) -> QColor:
    """Return the colour of a level: the higher, the stronger."""
    colour = QColor(contours.colour)
    colour.setAlphaF(0.55 + 0.45 * (number + 1) / len(contours.lines))
    return tinted(colour)


def _level(lines: tuple[np.ndarray, ...], most: int) -> _Level:
    """Return the lines of one level as paths; the short one has the longest lines, of `most` corners."""
    if not lines:
        return _Level(QPainterPath(), QPainterPath(), QRectF(), 0)
    ordered = sorted(lines, key=len, reverse=True)
    corners = np.concatenate(ordered)
    ends = np.cumsum([len(line) for line in ordered])
    connected = np.ones(len(corners), np.int32)
    # where a line ends, the pen is lifted
    connected[ends - 1] = 0
    until = int(ends[max(0, int(np.searchsorted(ends, most, side="right")) - 1)])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return _Level(
        pg.arrayToQPath(corners[:until, 0], corners[:until, 1], connect=connected[:until]),
        pg.arrayToQPath(corners[:, 0], corners[:, 1], connect=connected),
        QRectF(QPointF(*low), QPointF(*high)),
        len(corners),
    )
