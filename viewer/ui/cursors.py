"""Cursors: the signs of the mouse in red, as the desktop's have white edges."""

from functools import cache

from PyQt6.QtCore import QLineF, QPointF, Qt
from PyQt6.QtGui import QColor, QCursor, QGuiApplication, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

Shape = Qt.CursorShape
SIDE, MIDDLE = 24, 12.0
RED, CASING = QColor(255, 0, 0), QColor(0, 0, 0)
ARROW = ((2, 2), (2, 17), (6, 13.5), (8.5, 19.5), (11, 18.5), (8.5, 12.5), (13.5, 12.5))
# unit directions of the arms, each with a head
ARMS: dict[Shape, tuple[tuple[float, float], ...]] = {
    Shape.SizeAllCursor: ((1, 0), (-1, 0), (0, 1), (0, -1)),
    Shape.OpenHandCursor: ((1, 0), (-1, 0), (0, 1), (0, -1)),
    Shape.ClosedHandCursor: ((1, 0), (-1, 0), (0, 1), (0, -1)),
    Shape.SizeHorCursor: ((1, 0), (-1, 0)),
    Shape.SplitHCursor: ((1, 0), (-1, 0)),
    Shape.SizeVerCursor: ((0, 1), (0, -1)),
    Shape.SplitVCursor: ((0, 1), (0, -1)),
    Shape.SizeFDiagCursor: ((0.7, 0.7), (-0.7, -0.7)),
    Shape.SizeBDiagCursor: ((0.7, -0.7), (-0.7, 0.7)),
}
REACH, HEAD, SERIF = 9.0, 3.5, 3.0


@cache
def red_cursor(shape: Shape) -> QCursor:
    """Return a cursor in red; one that has no sign here is the desktop's."""
    path, spot = QPainterPath(), QPointF(MIDDLE, MIDDLE)
    if shape in (Shape.ArrowCursor, Shape.PointingHandCursor):
        path.addPolygon(QPolygonF([QPointF(*point) for point in ARROW]))
        path.closeSubpath()
        spot = QPointF(*ARROW[0])
    elif shape == Shape.CrossCursor:
        _add(path, QLineF(MIDDLE - REACH, MIDDLE, MIDDLE + REACH, MIDDLE))
        _add(path, QLineF(MIDDLE, MIDDLE - REACH, MIDDLE, MIDDLE + REACH))
    elif shape == Shape.IBeamCursor:
        _add(path, QLineF(MIDDLE, MIDDLE - REACH, MIDDLE, MIDDLE + REACH))
        for y in (MIDDLE - REACH, MIDDLE + REACH):
            _add(path, QLineF(MIDDLE - SERIF, y, MIDDLE + SERIF, y))
    elif shape in ARMS:
        for arm in ARMS[shape]:
            tip = spot + QPointF(*arm) * REACH
            _add(path, QLineF(spot, tip))
            for side in (-1, 1):
                back = QPointF(-arm[0] - side * arm[1], -arm[1] + side * arm[0]) * HEAD
                _add(path, QLineF(tip, tip + back))
    else:
        return QCursor(shape)
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(path, QPen(CASING, 3.4))
        painter.strokePath(path, QPen(RED, 1.4))
    return QCursor(picture, round(spot.x()), round(spot.y()))


def _add(path: QPainterPath, line: QLineF) -> None:
    path.moveTo(line.p1())
    path.lineTo(line.p2())
