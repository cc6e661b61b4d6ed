"""Icons: the shapes as small signs, drawn in the palette's colours."""

import math

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from viewer.ui.fitting import growth
from viewer.ui.tint import tinted

SIDE = 18
RATIO = 3.0


def shape_icon(kind: str, colour: QColor, swatch: QColor | None = None) -> QIcon:
    """Return the sign of a kind of region, of the usual mouse (``pan``) or of selecting (``select``).

    Parameters
    ----------
    kind : str
        As of a region.
    colour : QColor
        Of the lines.
    swatch : QColor, optional
        Colour of a square beside it.
    """
    icon = QIcon()
    # as many pixels as the screen shows now, and more for another screen
    for ratio in {growth() * QGuiApplication.primaryScreen().devicePixelRatio(), RATIO}:
        icon.addPixmap(_drawn(kind, colour, swatch, ratio))
    return icon


def _drawn(kind: str, colour: QColor, swatch: QColor | None, ratio: float) -> QPixmap:
    width = SIDE if swatch is None else SIDE + 14
    picture = QPixmap(round(width * ratio), round(SIDE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if swatch is not None:
            painter.setPen(QPen(colour, 0.8))
            painter.setBrush(tinted(swatch))
            painter.drawRect(QRectF(1.5, 4.5, 9, 9))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.translate(14, 0)
        painter.setPen(QPen(colour, 1.4, cap=Qt.PenCapStyle.RoundCap, join=Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(shape_path(kind))
        if kind == "point":
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(9, 9), 1.2, 1.2)
    return picture


def shape_path(kind: str) -> QPainterPath:
    """Return the lines of a sign in a square of `SIDE`."""
    path = QPainterPath()
    middle = QPointF(9, 9)
    if kind == "circle":
        path.addEllipse(middle, 6.5, 6.5)
    elif kind == "annulus":
        path.addEllipse(middle, 7, 7)
        path.addEllipse(middle, 3.2, 3.2)
    elif kind == "ellipse":
        path.addEllipse(middle, 7.5, 4.2)
    elif kind == "ellipse annulus":
        path.addEllipse(middle, 8, 5.2)
        path.addEllipse(middle, 4, 2.4)
    elif kind == "box":
        path.addRect(QRectF(2.5, 4.5, 13, 9))
    elif kind == "box annulus":
        path.addRect(QRectF(2, 3.5, 14, 11))
        path.addRect(QRectF(6, 7, 6, 4))
    elif kind == "polygon":
        points = [QPointF(3, 8), QPointF(9, 2.5), QPointF(15.5, 6), QPointF(13, 15), QPointF(5, 14)]
        path.addPolygon(QPolygonF([*points, points[0]]))
    elif kind == "point":
        path.addEllipse(middle, 5, 5)
    elif kind == "pan":
        # an arrow, as the mouse's own
        points = [QPointF(5, 2.5), QPointF(5, 14), QPointF(8, 11.5), QPointF(10, 15.5)]
        path.addPolygon(QPolygonF([*points, QPointF(11.8, 14.6), QPointF(10, 10.8), QPointF(13.6, 10.8)]))
        path.closeSubpath()
    elif kind == "select":
        for x in (2.5, 8, 13.5):
            for y in (3.5, 14.5):
                path.moveTo(x, y)
                path.lineTo(x + 2.5, y)
        for y in (3.5, 8, 12.5):
            for x in (2.5, 16):
                path.moveTo(x, y)
                path.lineTo(x, y + 2)
    elif kind == "text":
        path.moveTo(4, 4.5)
        path.lineTo(14, 4.5)
        path.moveTo(9, 4.5)
        path.lineTo(9, 14.5)
    else:
        _add_line(path, kind)
    return path


def _add_line(path: QPainterPath, kind: str) -> None:
    line = QLineF(3, 14.5, 15, 4.5)
    path.moveTo(line.p1())
    path.lineTo(line.p2())
    along = QPointF(line.dx(), line.dy()) / line.length()
    across = QPointF(-along.y(), along.x())
    if kind == "ruler":
        for end in (line.p1(), line.p2()):
            path.moveTo(end - across * 2.5)
            path.lineTo(end + across * 2.5)
        for part in (0.25, 0.5, 0.75):
            path.moveTo(line.pointAt(part))
            path.lineTo(line.pointAt(part) + across * 2)
    elif kind == "vector":
        for turn in (math.radians(150), math.radians(-150)):
            side = QPointF(
                along.x() * math.cos(turn) - along.y() * math.sin(turn),
                along.x() * math.sin(turn) + along.y() * math.cos(turn),
            )
            path.moveTo(line.p2())
            path.lineTo(line.p2() + side * 5.5)
