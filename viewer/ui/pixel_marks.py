"""What is drawn over single pixels: the grid between them, their values, and the mark on one of them."""

import math

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPen, QTransform

from viewer.core.render.draw import Screen
from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Picture
from viewer.ui.marks import POINTER_COLOUR, draw_box, draw_lines
from viewer.ui.numbers import short_number
from viewer.ui.tint import reddens, tinted

# logical pixels for an image pixel
GRID_FROM = 24.0
VALUES_FROM = 44.0
# three values, one below the other, need more
VALUES_FROM_COLOUR = 1.6 * VALUES_FROM
GRID_COLOUR = QColor(128, 128, 128, 120)
# of 0..255, as the eye weighs red, green and blue
DARK_TEXT_FROM = 128
# red is darker than the grey of the same number
DARK_IN_RED_FROM = 150
CROSS = 13.0
GAP = 4.0

Window = tuple[int, int, int, int]
Texts = list[list[list[str]]]


def pixels_within(region: QRectF, shape: tuple[int, int]) -> Window | None:
    """Return the pixels (x0, x1, y0, y1, half-open) of which any part lies in a region of the image."""
    x0, x1 = math.floor(region.left() + 0.5), math.ceil(region.right() + 0.5)
    y0, y1 = math.floor(region.top() + 0.5), math.ceil(region.bottom() + 0.5)
    x0, x1, y0, y1 = max(x0, 0), min(x1, shape[1]), max(y0, 0), min(y1, shape[0])
    return (x0, x1, y0, y1) if x0 < x1 and y0 < y1 else None


def shows_values(picture: Picture, cell: float) -> bool:
    """Whether pixels of `cell` logical pixels have room for their values."""
    return cell >= (VALUES_FROM_COLOUR if picture.colour else VALUES_FROM)


def draw_grid(painter: QPainter, to_device: QTransform, window: Window) -> None:
    """Draw lines between the pixels of a window.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    to_device : QTransform
        From image coordinates to those of the painter.
    window : tuple of int
        Pixels (x0, x1, y0, y1), half-open.
    """
    x0, x1, y0, y1 = window
    left, right, bottom, top = x0 - 0.5, x1 - 0.5, y0 - 0.5, y1 - 0.5
    lines = [QLineF(x - 0.5, bottom, x - 0.5, top) for x in range(x0, x1 + 1)]
    lines += [QLineF(left, y - 0.5, right, y - 0.5) for y in range(y0, y1 + 1)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pen = QPen(tinted(GRID_COLOUR), 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawLines([to_device.map(line) for line in lines])


class PixelValues:
    """Writes the value of each pixel into it; texts are kept while only colours change.

    Parameters
    ----------
    font : QFont, optional
        With digits of equal width; the desktop's if left out, which only the main thread may ask for.
    """

    def __init__(self, font: QFont | None = None) -> None:
        self._font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if font is None else font
        self._screen = Screen()
        self._key: tuple[object, ...] = ()
        self._texts: Texts = []

    def draw(
        self, painter: QPainter, to_device: QTransform, window: Window, picture: Picture, cell: float
    ) -> None:
        """Draw the values of a window; parameters as in `draw_grid`.

        Raises
        ------
        ViewerError
            If the file can no longer be read.
        """
        font = QFont(self._font)
        font.setPixelSize(int(min(max(cell / 4.6, 9), 14)))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        digit, line = metrics.horizontalAdvance("0"), metrics.height()
        texts = self.read(picture, window, int(cell * 0.88 / digit))
        bright = self._bright(picture, window)
        x0, _, y0, _ = window
        baseline = metrics.ascent() - line / 2 * (3 if picture.colour else 1)
        for colour, where in ((Qt.GlobalColor.black, bright), (Qt.GlobalColor.white, ~bright)):
            painter.setPen(tinted(QColor(colour)))
            for row, column in np.argwhere(where).tolist():
                middle = to_device.map(QPointF(x0 + column, y0 + row))
                # all digits are equally wide: Qt need not lay out hundreds of texts
                for n, text in enumerate(texts[row][column]):
                    left = middle.x() - digit * len(text) / 2
                    painter.drawText(QPointF(left, middle.y() + baseline + n * line), text)

    def read(self, picture: Picture, window: Window, room: int) -> Texts:
        """Return the lines of text in each pixel, by rows upwards, of at most `room` characters."""
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
        least = DARK_IN_RED_FROM if reddens() else DARK_TEXT_FROM
        return 299 * red + 587 * green + 114 * blue >= 1000 * least


def draw_crosshair(
    painter: QPainter, to_device: QTransform, position: tuple[float, float], cell: float
) -> None:
    """Draw four ticks about an image position, and the pixel's edges where they can be seen.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    to_device : QTransform
        From image coordinates to those of the painter.
    position : tuple of float
        Image position (x, y).
    cell : float
        Logical pixels for an image pixel.
    """
    middle = to_device.map(QPointF(*position))
    inner = GAP
    if cell >= 2 * GAP:
        column, row = math.floor(position[0] + 0.5), math.floor(position[1] + 0.5)
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
