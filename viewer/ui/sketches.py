"""Sketches: small drawings in the colours of the theme that show what the start page tells."""

import math
from collections.abc import Callable

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

# All are drawn on a sheet of this size, which is then as large as so many lines of text.
SHEET = (96.0, 64.0)
LINES = 4.4
# Places and sizes of stars on the sheet; brightest first.
STARS = (
    (58, 27, 5.0),
    (30, 40, 3.2),
    (76, 46, 2.6),
    (22, 18, 2.2),
    (44, 52, 1.6),
    (70, 14, 1.6),
    (86, 28, 1.4),
)
# Heights of a histogram as an astronomer knows it: the sky, and a tail of stars.
HEIGHTS = (3, 7, 16, 30, 40, 43, 38, 28, 20, 14, 11, 9, 7, 6, 5, 4, 4, 3, 3, 2)


class Sketch(QWidget):
    """One drawing.

    Parameters
    ----------
    draw : callable
        Gets a painter that is scaled to the sheet, and the palette.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, draw: Callable[[QPainter, QPalette], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = draw
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as some lines of text."""
        height = LINES * self.fontMetrics().lineSpacing()
        return QSize(math.ceil(height * SHEET[0] / SHEET[1]), math.ceil(height))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw on a sheet of fixed size."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / SHEET[0], self.height() / SHEET[1])
        self._draw(painter, self.palette())


def _pen(colour: QColor, width: float = 1.6) -> QPen:
    return QPen(colour, width, cap=Qt.PenCapStyle.RoundCap, join=Qt.PenJoinStyle.RoundJoin)


def _faint(colours: QPalette) -> QColor:
    return colours.color(QPalette.ColorRole.PlaceholderText)


def _accent(colours: QPalette) -> QColor:
    return colours.color(QPalette.ColorRole.Link)


def _sheet(painter: QPainter, colours: QPalette, area: QRectF) -> None:
    painter.setPen(_pen(colours.color(QPalette.ColorRole.Mid), 1.2))
    painter.setBrush(colours.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(area, 4, 4)


def _stars(painter: QPainter, colours: QPalette, scale: float = 1.0) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.color(QPalette.ColorRole.Text))
    for x, y, radius in STARS:
        painter.drawEllipse(QPointF(x, y), radius * scale, radius * scale)


def drop(painter: QPainter, colours: QPalette) -> None:
    """Draw a picture on its way into a tray."""
    painter.save()
    painter.translate(24, 0)
    painter.scale(0.5, 0.5)
    _sheet(painter, colours, QRectF(2, 2, 92, 60))
    _stars(painter, colours)
    painter.restore()
    painter.setPen(_pen(_accent(colours), 2.4))
    painter.drawLine(QPointF(48, 35), QPointF(48, 50))
    painter.drawPolyline([QPointF(41, 44), QPointF(48, 51), QPointF(55, 44)])
    painter.setPen(_pen(_faint(colours), 2.0))
    painter.drawPolyline([QPointF(14, 48), QPointF(14, 61), QPointF(82, 61), QPointF(82, 48)])


def point(painter: QPainter, colours: QPalette) -> None:
    """Draw stars, one of them under a cross."""
    _sheet(painter, colours, QRectF(1, 1, 94, 62))
    _stars(painter, colours)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(_accent(colours), 2.0))
    x, y, radius = STARS[0]
    painter.drawEllipse(QPointF(x, y), radius + 4, radius + 4)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(
            QPointF(x + dx * (radius + 4), y + dy * (radius + 4)),
            QPointF(x + dx * (radius + 11), y + dy * (radius + 11)),
        )


def scale(painter: QPainter, colours: QPalette) -> None:
    """Draw a histogram with two limits and the curve between them."""
    _sheet(painter, colours, QRectF(1, 1, 94, 62))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.color(QPalette.ColorRole.Mid))
    for number, height in enumerate(HEIGHTS):
        painter.drawRect(QRectF(8 + 4 * number, 58 - height, 3.2, height))
    accent = _accent(colours)
    painter.setPen(_pen(accent, 1.8))
    for x in (16.0, 62.0):
        painter.drawLine(QPointF(x, 7), QPointF(x, 58))
    curve = QPainterPath(QPointF(8, 58))
    curve.lineTo(16, 58)
    curve.quadTo(26, 18, 62, 12)
    curve.lineTo(89, 12)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(accent, 2.4))
    painter.drawPath(curve)


def header(painter: QPainter, colours: QPalette) -> None:
    """Draw cards with keywords and values, one of them found."""
    _sheet(painter, colours, QRectF(1, 1, 94, 62))
    highlight = QColor(_accent(colours))
    highlight.setAlphaF(0.25)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(highlight)
    painter.drawRect(QRectF(5, 21, 86, 11))
    for number, (key, value) in enumerate(((20, 34), (16, 44), (22, 22), (13, 38), (18, 30))):
        y = 15.5 + 11 * number
        if y > 58:
            break
        painter.setPen(_pen(_faint(colours), 3.2))
        painter.drawLine(QPointF(10, y), QPointF(10 + key, y))
        painter.setPen(_pen(colours.color(QPalette.ColorRole.Text), 3.2))
        painter.drawLine(QPointF(40, y), QPointF(40 + value, y))
