"""Panner: the whole image, the part of it that the view shows, and where north and east are."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from viewer.core.render.draw import Screen
from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Picture
from viewer.core.session.session import Session
from viewer.ui.marks import (
    AXIS_COLOUR,
    POINTER_COLOUR,
    SKY_COLOUR,
    as_image,
    compass_extent,
    draw_box,
    draw_compass,
    on_screen,
    sky_directions,
)
from viewer.ui.panels.panel import Panel
from viewer.ui.theme import image_background, is_red

SIDE = 150
MARGIN = 4.0
SKY_ARM = 22.0
AXIS_ARM = 16.0
WHEEL_STEP = 1.25
# The smallest side of the marked part that can still be seen and grasped.
SMALLEST = 5.0


class Panner(Panel):
    """An overview of the image; clicking and dragging in it moves the view.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Panner"
    delay = 25

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._screen = Screen()
        self._grip: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(90, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("The whole image and the part in view: click or drag moves it, the wheel zooms.")
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        session.scale_changed.connect(self.refresh_soon)
        session.place_changed.connect(self.refresh_soon)
        session.details_ready.connect(self.refresh_soon)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(SIDE, SIDE)

    def refresh(self) -> None:
        """Draw the present state."""
        self.update()

    def viewport(self) -> Viewport | None:
        """Return how the whole image lies in this widget, in device pixels."""
        picture, view = self.session.picture, self.session.viewport()
        if picture is None or view is None:
            return None
        ratio = self.devicePixelRatioF()
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        return Viewport.fit(picture.frame.image_shape, size, view.orientation)

    def marked(self) -> QRectF:
        """Return the part in view, in coordinates of this widget."""
        here, view = self.viewport(), self.session.viewport()
        if here is None or view is None:
            return QRectF()
        corners = [here.to_screen(*view.to_image(*corner)) for corner in ((0, 0), view.size)]
        first, last = (QPointF(x, y) / self.devicePixelRatioF() for x, y in corners)
        return QRectF(first, last).normalized()

    # ------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw image, rectangle and compass."""
        painter = QPainter(self)
        picture, here, view = self.session.picture, self.viewport(), self.session.viewport()
        if picture is None or here is None or view is None:
            painter.fillRect(self.rect(), QColor(image_background()))
            return
        self._draw_picture(painter, picture, here)
        box = self.marked()
        grow_x, grow_y = max(0.0, SMALLEST - box.width()) / 2, max(0.0, SMALLEST - box.height()) / 2
        box = box.adjusted(-grow_x, -grow_y, grow_x, grow_y) & QRectF(self.rect()).adjusted(1, 1, -2, -2)
        draw_box(painter, box, POINTER_COLOUR, 1)
        self._draw_compass(painter, picture, view)

    def _draw_picture(self, painter: QPainter, picture: Picture, here: Viewport) -> None:
        # without its pyramid a large file would be read all over for these few pixels, while
        # somebody waits; `image_changed` comes again when it is built
        if not all(pyramid.ready for pyramid in picture.pyramids):
            painter.fillRect(self.rect(), QColor(image_background()))
            return
        cuts = [picture.cuts] * len(picture.pyramids)
        pixels = self._screen.draw(
            picture.pyramids,
            here,
            picture.scale,
            cuts,
            picture.sample,
            image_background(),
            red=is_red(),
        )
        painter.drawImage(QPointF(0, 0), as_image(pixels, self.devicePixelRatioF()))

    def _draw_compass(self, painter: QPainter, picture: Picture, view: Viewport) -> None:
        axes = (on_screen(view, (1, 0)), on_screen(view, (0, 1)))
        extent = compass_extent(axes, AXIS_ARM)
        corner = QPointF(self.width() - MARGIN - extent.right(), self.height() - MARGIN - extent.bottom())
        draw_compass(painter, corner, axes, "XY", AXIS_ARM, AXIS_COLOUR)
        sky = sky_directions(picture, view)
        if sky is not None:
            extent = compass_extent(sky, SKY_ARM)
            corner = QPointF(MARGIN - extent.left(), self.height() - MARGIN - extent.bottom())
            draw_compass(painter, corner, sky, "NE", SKY_ARM, SKY_COLOUR)

    # ------------------------------------------------------------------ moving the view

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Grasp the rectangle, or bring it here."""
        if event is None or event.button() != Qt.MouseButton.LeftButton or self.session.picture is None:
            return
        marked = self.marked()
        inside = marked.contains(event.position()) and not marked.contains(QRectF(self.rect()))
        self._grip = marked.center() - event.position() if inside else QPointF(0, 0)
        if not inside:
            self._move_view(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag the rectangle."""
        if event is not None and self._grip is not None:
            self._move_view(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        """Let go."""
        self._grip = None

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom about the middle of the view."""
        if event is not None:
            self.session.zoom_by(WHEEL_STEP ** (event.angleDelta().y() / 120))

    def _move_view(self, position: QPointF) -> None:
        here, view = self.viewport(), self.session.viewport()
        if here is None or view is None or self._grip is None:
            return
        wanted = (position + self._grip) * self.devicePixelRatioF()
        center = here.to_image(wanted.x(), wanted.y())
        self.session.set_viewport(center, view.zoom)
