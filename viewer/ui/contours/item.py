"""ContoursItem: lines of equal value over the picture."""

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.layer import Contours
from viewer.core.session.session import Session
from viewer.ui.image.overlay_items import Overlay

WIDTH = 1.3
# with more corners in sight, smooth edges take too long
MANY_CORNERS = 60_000


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
        # path, its bounds, how many corners, for each level
        self._paths: list[tuple[QPainterPath, QRectF, int]] = []
        session.overlays.changed.connect(self._changed)
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
        """Draw the lines that are in sight; the higher the level, the stronger the colour."""
        contours = self.session.overlays.layer.contours
        if contours is None:
            return
        if contours is not self._made_of:
            self._made_of, self._paths = contours, [_path(lines) for lines in contours.lines]
        seen = [bounds.intersects(self._bounds) for _, bounds, _ in self._paths]
        corners = sum(count for (_, _, count), there in zip(self._paths, seen, strict=True) if there)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, corners < MANY_CORNERS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = QColor(contours.colour)
        for number, ((path, _, count), there) in enumerate(zip(self._paths, seen, strict=True)):
            if there:
                colour.setAlphaF(0.55 + 0.45 * (number + 1) / len(self._paths))
                # thin lines are drawn many times faster by Qt
                pen = QPen(colour, WIDTH if count < MANY_CORNERS else 1)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawPath(path)

    def _changed(self, part: str) -> None:
        if part in ("contours", "layer"):
            self.refresh()


def _path(lines: tuple[np.ndarray, ...]) -> tuple[QPainterPath, QRectF, int]:
    """Return the lines of one level as a path, where they lie, and how many corners they have."""
    if not lines:
        return QPainterPath(), QRectF(), 0
    corners = np.concatenate(lines)
    connected = np.ones(len(corners), bool)
    # where a line ends, the pen is lifted
    connected[np.cumsum([len(line) for line in lines]) - 1] = False
    path = pg.arrayToQPath(corners[:, 0], corners[:, 1], connect=connected.astype(np.int32))
    low, high = corners.min(axis=0), corners.max(axis=0)
    return path, QRectF(QPointF(*low), QPointF(*high)), len(corners)
