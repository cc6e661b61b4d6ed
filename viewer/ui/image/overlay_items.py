"""What is drawn over the picture: the grid of pixels with their values, the crosshair and the compass."""

from collections.abc import Callable
from contextlib import suppress

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter, QTransform
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.core.errors import ViewerError
from viewer.core.session.session import Session
from viewer.ui.marks import SKY_COLOUR, compass_extent, draw_compass, on_device, scale_of, sky_directions
from viewer.ui.pixel_marks import (
    CROSS,
    GRID_FROM,
    VALUES_FROM,
    PixelValues,
    draw_crosshair,
    draw_grid,
    pixels_within,
    shows_values,
)

MARGIN = 14.0
ARM = 34.0

# Paints what lies over a picture on paper: on a painter in logical pixels, with the way from image
# coordinates to these, the area that is seen in them, and the device pixels for one of them.
Painting = Callable[[QPainter, QTransform, QRectF, float], None]


class Overlay(pg.GraphicsObject):
    """Something drawn over the picture; a child of the `FrameItem`, so its coordinates are the image's.

    Parameters
    ----------
    session : Session
        Whose current picture it belongs to.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._bounds = QRectF()
        session.current_changed.connect(self.refresh)
        session.image_changed.connect(self.refresh)
        session.place_changed.connect(self.refresh)
        session.details_ready.connect(self.refresh)

    def bounds(self) -> QRectF:
        """Return the region that is painted now, in image coordinates."""
        picture = self.session.picture
        if picture is None:
            return QRectF()
        height, width = picture.frame.image_shape
        return QRectF(-0.5, -0.5, width, height)

    def refresh(self, *_values: object) -> None:
        """Follow the session."""
        bounds = self.bounds()
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.update()

    def on_paper(self) -> Painting | None:
        """Return what paints the same in an export, as it is now; None if nothing is to be seen there.

        It is called in a worker and must not ask for the session.
        """
        return None

    def boundingRect(self) -> QRectF:
        """Region as of the last refresh, which Qt wants to hear of before it changes."""
        return self._bounds


class PixelGridItem(Overlay):
    """Far zoomed in: lines between the pixels, and nearer still the value of each.

    Parameters
    ----------
    session : Session
        Whose current picture it belongs to.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._values = PixelValues()
        self.refresh()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw lines and values of the pixels that are seen; at other zooms, nothing."""
        picture = self.session.picture
        if picture is None:
            return
        with on_device(painter) as (to_device, _ratio):
            cell = scale_of(to_device)
            if cell < GRID_FROM:
                return
            window = pixels_within(option.exposedRect, picture.frame.image_shape)
            if window is None:
                return
            draw_grid(painter, to_device, window)
            if shows_values(picture, cell):
                # a file that was cut short while it is open has no values; the picture says so already
                with suppress(ViewerError):
                    self._values.draw(painter, to_device, window, picture, cell)


class CrosshairItem(Overlay):
    """Marks the position of the readout when the mouse does not: held, or moved by keys.

    Parameters
    ----------
    session : Session
        Whose pointer is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        session.pointer_moved.connect(self.refresh)
        self.refresh()

    def refresh(self, *_values: object) -> None:
        """Follow the pointer; while the mouse leads it, nothing is repainted."""
        wanted = self._wanted()
        if wanted:
            super().refresh()
        if wanted != self.isVisible():
            self.setVisible(wanted)

    def bounds(self) -> QRectF:
        """Return a square about the pointer with room for the marks on any screen."""
        pointer, viewport = self.session.pointer, self.session.viewport()
        if pointer is None or viewport is None:
            return QRectF()
        reach = 4 * CROSS / viewport.zoom + 2
        return QRectF(pointer[0] - reach, pointer[1] - reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw four ticks about the position, and the pixel's edges where they can be seen."""
        pointer = self.session.pointer
        if pointer is None:
            return
        with on_device(painter) as (to_device, _ratio):
            draw_crosshair(painter, to_device, pointer, scale_of(to_device))

    def _wanted(self) -> bool:
        led = self.session.frozen or self.session.pointer_by_keys
        return self.session.pointer is not None and led


class CompassItem(Overlay):
    """North and east in the lower left corner of the view, once the WCS is known.

    Parameters
    ----------
    session : Session
        Whose current picture it belongs to.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.refresh()

    def bounds(self) -> QRectF:
        """Return everything that the view shows: the corner may lie outside the image."""
        viewport = self.session.viewport()
        if viewport is None:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the two arrows."""
        picture, viewport = self.session.picture, self.session.viewport()
        if picture is None or viewport is None:
            return
        arms = sky_directions(picture, viewport)
        if arms is None:
            return
        with on_device(painter) as (to_device, _ratio):
            if scale_of(to_device) >= VALUES_FROM:  # it would hide the values; the overview has one too
                return
            corner = to_device.map(QPointF(*viewport.to_image(0, viewport.size[1])))
            extent = compass_extent(arms, ARM)
            origin = QPointF(corner.x() + MARGIN - extent.left(), corner.y() - MARGIN - extent.bottom())
            draw_compass(painter, origin, arms, "NE", ARM, SKY_COLOUR)
