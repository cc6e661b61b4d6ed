"""What is drawn over the picture: the grid of pixels with their values, the crosshair and the compass."""

import math
from contextlib import suppress

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontDatabase, QPainter, QPen, QTransform
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.core.errors import ViewerError
from viewer.core.render.draw import Screen
from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Picture
from viewer.core.session.session import Session
from viewer.ui.marks import (
    POINTER_COLOUR,
    SKY_COLOUR,
    compass_extent,
    draw_box,
    draw_compass,
    draw_lines,
    on_device,
    scale_of,
    sky_directions,
)
from viewer.ui.numbers import short_number

# logical pixels for an image pixel
GRID_FROM = 24.0
VALUES_FROM = 44.0
GRID_COLOUR = QColor(128, 128, 128, 120)
# of 0..255, as the eye weighs red, green and blue
DARK_TEXT_FROM = 128
MARGIN = 14.0
ARM = 34.0
CROSS = 13.0
GAP = 4.0

Window = tuple[int, int, int, int]


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
        self._screen = Screen()
        self._key: tuple[object, ...] = ()
        self._texts: list[list[list[str]]] = []
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
            window = _pixels_within(option.exposedRect, picture.frame.image_shape)
            if window is None:
                return
            self._draw_grid(painter, to_device, window)
            if cell >= VALUES_FROM * (1.6 if picture.colour else 1.0):
                # a file that was cut short while it is open has no values; the picture says so already
                with suppress(ViewerError):
                    self._draw_values(painter, to_device, window, picture, cell)

    def _draw_grid(self, painter: QPainter, to_device: QTransform, window: Window) -> None:
        x0, x1, y0, y1 = window
        left, right, bottom, top = x0 - 0.5, x1 - 0.5, y0 - 0.5, y1 - 0.5
        lines = [QLineF(x - 0.5, bottom, x - 0.5, top) for x in range(x0, x1 + 1)]
        lines += [QLineF(left, y - 0.5, right, y - 0.5) for y in range(y0, y1 + 1)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pen = QPen(GRID_COLOUR, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines([to_device.map(line) for line in lines])

    def _draw_values(
        self, painter: QPainter, to_device: QTransform, window: Window, picture: Picture, cell: float
    ) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(int(min(max(cell / 4.6, 9), 14)))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        digit, line = metrics.horizontalAdvance("0"), metrics.height()
        texts = self._values(picture, window, int(cell * 0.88 / digit))
        bright = self._bright(picture, window)
        x0, _, y0, _ = window
        baseline = metrics.ascent() - line / 2 * (3 if picture.colour else 1)
        for colour, where in ((Qt.GlobalColor.black, bright), (Qt.GlobalColor.white, ~bright)):
            painter.setPen(colour)
            for row, column in np.argwhere(where).tolist():
                middle = to_device.map(QPointF(x0 + column, y0 + row))
                # all digits are equally wide: Qt need not lay out hundreds of texts
                for n, text in enumerate(texts[row][column]):
                    left = middle.x() - digit * len(text) / 2
                    painter.drawText(QPointF(left, middle.y() + baseline + n * line), text)

    def _values(self, picture: Picture, window: Window, room: int) -> list[list[list[str]]]:
        """Return the lines of text by rows upwards; they are kept while only colours change."""
        key = (picture, picture.plane, picture.colour, window, room)
        if key != self._key:
            x0, x1, y0, y1 = window
            planes = [(0,), (1,), (2,)] if picture.colour else [picture.plane]
            read = [picture.frame.pixels.read(slice(y0, y1), slice(x0, x1), plane) for plane in planes]
            self._texts = [
                [[short_number(value, room) for value in values] for values in zip(*row, strict=True)]
                for row in zip(*read, strict=True)
            ]
            self._key = key
        return self._texts

    def _bright(self, picture: Picture, window: Window) -> np.ndarray:
        """Return where the picture is so bright that text has to be black; rows upwards."""
        x0, x1, y0, y1 = window
        center = ((x0 + x1 - 1) / 2, (y0 + y1 - 1) / 2)
        shown = self._screen.draw(
            picture.pyramids,
            Viewport(center, 1.0, (x1 - x0, y1 - y0)),
            picture.scale,
            [picture.cuts] * len(picture.pyramids),
            picture.sample,
            0xFF000000,
        )[::-1]
        red, green, blue = (shown >> 16) & 0xFF, (shown >> 8) & 0xFF, shown & 0xFF
        return 299 * red + 587 * green + 114 * blue >= 1000 * DARK_TEXT_FROM


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
            cell = scale_of(to_device)
            middle = to_device.map(QPointF(*pointer))
            inner = GAP
            if cell >= 2 * GAP:
                column, row = math.floor(pointer[0] + 0.5), math.floor(pointer[1] + 0.5)
                box = to_device.mapRect(QRectF(column - 0.5, row - 0.5, 1, 1))
                draw_box(painter, box, POINTER_COLOUR)
                middle, inner = box.center(), cell / 2
            if cell >= GRID_FROM:
                # the pixel's edges are mark enough, and the ticks would cross the neighbours' values
                return
            ticks = [
                QLineF(middle + QPointF(dx, dy) * inner, middle + QPointF(dx, dy) * (inner + CROSS - GAP))
                for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
            ]
            draw_lines(painter, ticks, POINTER_COLOUR)

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


def _pixels_within(region: QRectF, shape: tuple[int, int]) -> Window | None:
    """Return the pixels (x0, x1, y0, y1, half-open) of which any part lies in a region of the image."""
    x0, x1 = math.floor(region.left() + 0.5), math.ceil(region.right() + 0.5)
    y0, y1 = math.floor(region.top() + 0.5), math.ceil(region.bottom() + 0.5)
    x0, x1, y0, y1 = max(x0, 0), min(x1, shape[1]), max(y0, 0), min(y1, shape[0])
    return (x0, x1, y0, y1) if x0 < x1 and y0 < y1 else None
