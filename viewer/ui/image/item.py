"""FrameItem: draws the visible part of the current image at the resolution of the screen."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, QTimer, pyqtSignal
from PyQt6.QtGui import QPainter, QTransform

from viewer.core.render.viewport import Viewport
from viewer.core.session.session import Session
from viewer.ui.image.easel import Easel

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

# Above this many device pixels a moving slider is followed at half resolution.
DENSE = 2_400_000
REST_MS = 120


class FrameItem(pg.GraphicsObject):
    """The current picture as an item of a pyqtgraph scene.

    Item coordinates are image coordinates: x to the right, y upwards, pixel centres on integers.
    The view sets the item's transform to mirror and turn it. `paint` takes the zoom from the
    painter, so an exporter at another resolution gets a sharp picture too; it draws exactly the
    device pixels, and what has not changed since the last time is not computed again.

    Parameters
    ----------
    session : Session
        Whose current picture is drawn.
    """

    # what pg.ImageView and pg.HistogramLUTItem ask of an image item
    sigImageChanged = pyqtSignal()
    axisOrder = "row-major"
    image = np.zeros((1, 1), np.uint8)
    painted = pyqtSignal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._easel = Easel(session)
        self._shape = (1, 1)
        self._hurried = False
        self._rest = QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._draw_in_full)

    def refresh(self) -> None:
        """Take over the session's current image; its shape may be another one."""
        picture = self._session.picture
        shape = (1, 1) if picture is None else picture.frame.image_shape
        if shape != self._shape:
            self.prepareGeometryChange()
            self._shape = shape
            self.informViewBoundsChanged()
        self.update()

    def hurry(self) -> None:
        """Repaint; on a dense screen at half resolution until nothing has moved for a moment."""
        self._hurried = True
        self.update()

    def boundingRect(self) -> QRectF:
        """Whole image, to the pixels' edges."""
        height, width = self._shape
        return QRectF(-0.5, -0.5, width, height)

    def paint(
        self, painter: QPainter, _option: "QStyleOptionGraphicsItem", widget: "QWidget | None" = None
    ) -> None:
        """Draw the screenful."""
        picture = self._session.picture
        if picture is None:
            return
        # deviceTransform also holds where the widget lies in its window, which is none of our business
        world = painter.worldTransform()
        dense = _scale_of(painter.deviceTransform() * _inverted(world))
        transform = world * QTransform.fromScale(dense, dense)
        device = painter.device() if widget is None else widget
        size = (round(device.width() * dense), round(device.height() * dense))
        middle = _inverted(transform).map(QPointF(size[0] / 2, size[1] / 2))
        orientation = picture.orientation(self._session.settings.honour_row_order)
        viewport = Viewport((middle.x(), middle.y()), _scale_of(transform), size, orientation)
        if self._hurried and size[0] * size[1] > DENSE:
            viewport, dense = viewport.reduced(2), dense / 2
            self._rest.start()
        shown = self._easel.draw(viewport, dense)
        if shown is None:
            return
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(0, 0), shown)
        painter.restore()
        self.painted.emit()

    def _draw_in_full(self) -> None:
        self._hurried = False
        self.update()

    # ------------------------------------------------------------------ the rest of an image item's duties

    def updateImage(self, *_image: object, **_options: object) -> None:
        """Do nothing: the session says when there is something new."""

    def clear(self) -> None:
        """Do nothing, for the same reason."""

    def setLevels(self, *_levels: object, **_options: object) -> None:
        """Do nothing: the limits belong to the session."""

    def getLevels(self) -> tuple[float, float]:
        """Return the limits in force."""
        picture = self._session.picture
        return (0.0, 1.0) if picture is None else picture.cuts

    def setLookupTable(self, *_table: object, **_options: object) -> None:
        """Do nothing: the colours belong to the session."""

    def getHistogram(self, **_options: object) -> tuple[None, None]:
        """Return nothing: the scale panel draws the histogram."""
        return None, None

    def channels(self) -> int:
        """Return the number of channels that pyqtgraph should know of."""
        return 1


def _scale_of(transform: QTransform) -> float:
    return math.hypot(transform.m11(), transform.m12())


def _inverted(transform: QTransform) -> QTransform:
    return transform.inverted()[0]
