"""Paths: what single regions look like on the screen - outlines, symbols, arrow heads, handles, words."""

from collections.abc import Sequence

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from viewer.core.shapes.region import Region
from viewer.ui.fitting import scaled
from viewer.ui.regions.colours import casing_of
from viewer.ui.regions.flat import Pieces, Point
from viewer.ui.tint import tinted

# logical pixels of the screen
SYMBOL = 5.5
TICK = 5.0
HEAD = 11.0
HANDLE = 3.5
SMALL = 2.0
KNOB = 4.5
TEXT_SIZE = 12
TEXT_GAP = 5.0
WHITE, BLACK = QColor("#ffffff"), QColor("#000000")


def outline(pieces: Pieces, to_device: QTransform) -> QPainterPath:
    """Return the outline of a region on the device."""
    path = QPainterPath()
    for x, y, a, b, angle in pieces.ellipses:
        own = QTransform.fromTranslate(x, y)
        own.rotate(angle)
        round_ = QPainterPath()
        round_.addEllipse(QPointF(0, 0), a, b)
        path.addPath(own.map(round_))
    place: tuple[float, float] | None = None
    for x0, y0, x1, y1 in pieces.segments:
        if (x0, y0) != place:
            path.moveTo(x0, y0)
        path.lineTo(x1, y1)
        place = (x1, y1)
    return to_device.map(path)


def ornaments(region: Region, to_device: QTransform) -> QPainterPath:
    """Return what is drawn at one size on any zoom: symbols of points, ends of rulers, heads of vectors."""
    path = QPainterPath()
    places = [to_device.map(QPointF(*point)) for point in region.points]
    if region.kind == "point":
        _add_symbol(path, places[0], region.symbol or "boxcircle")
    elif region.kind in ("ruler", "vector") and QLineF(*places).length() > 1:
        line = QLineF(*places)
        along = QPointF(line.dx(), line.dy()) / line.length()
        across = QPointF(-along.y(), along.x())
        if region.kind == "ruler":
            for place in places:
                path.moveTo(place - across * TICK)
                path.lineTo(place + across * TICK)
        else:
            for side in (-0.4, 0.4):
                path.moveTo(places[1])
                path.lineTo(places[1] - (along + across * side) * HEAD)
    return path


def _add_symbol(path: QPainterPath, at: QPointF, symbol: str) -> None:
    r, x, y = SYMBOL, at.x(), at.y()
    if symbol == "circle":
        path.addEllipse(at, r, r)
    if symbol == "boxcircle":
        # a little smaller than DS9's, which on a screen becomes one with the box
        path.addEllipse(at, 0.55 * r, 0.55 * r)
    if symbol in ("box", "boxcircle"):
        path.addRect(QRectF(x - r, y - r, 2 * r, 2 * r))
    if symbol == "diamond":
        path.addPolygon(QPolygonF([QPointF(x + u * r, y + v * r) for u, v in _DIAMOND]))
    lines = {
        "cross": ((-1, 0, 1, 0), (0, -1, 0, 1)),
        "x": ((-1, -1, 1, 1), (-1, 1, 1, -1)),
        "arrow": ((0, 0, 1.6, -1.6), (0, 0, 0.9, 0), (0, 0, 0, -0.9)),
    }.get(symbol, ())
    for u0, v0, u1, v1 in lines:
        path.moveTo(x + u0 * r, y + v0 * r)
        path.lineTo(x + u1 * r, y + v1 * r)


_DIAMOND = ((0, -1), (1, 0), (0, 1), (-1, 0), (0, -1))


def stroke(
    painter: QPainter, path: QPainterPath, colour: QColor, width: float = 1.4, dashed: bool = False
) -> None:
    """Draw a line in a dark casing; one that is dark itself in a light casing."""
    for pen in (QPen(tinted(casing_of(colour)), width + 1.6), QPen(tinted(colour), width)):
        if dashed:
            # in units of the width: the casing's dashes are to lie under the others
            pen.setDashPattern([6 / pen.widthF(), 4 / pen.widthF()])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.strokePath(path, pen)


def strike(box: QRectF) -> QPainterPath:
    """Return the line through a region that is to be left out."""
    path = QPainterPath(box.bottomLeft())
    path.lineTo(box.topRight())
    return path


def name_place(region: Region, box: QRectF, to_device: QTransform, area: QRectF) -> QPointF:
    """Return where the middle of a region's name is: above it, as DS9 puts it, but not out of sight.

    Parameters
    ----------
    region : Region
        What is named.
    box : QRectF
        The region on the device.
    to_device : QTransform
        From the image.
    area : QRectF
        What is seen.
    """
    if region.kind == "text":
        return to_device.map(QPointF(*region.points[0]))
    above = box.top() - TEXT_GAP - scaled(TEXT_SIZE) / 2
    return QPointF(box.center().x(), max(above, area.top() + scaled(TEXT_SIZE) / 2 + 3))


def length_place(region: Region, to_device: QTransform, size: tuple[float, float]) -> QPointF:
    """Return where the middle of a ruler's length is: beside its middle, clear of the line."""
    start, end = (to_device.map(QPointF(*point)) for point in region.points)
    line = QLineF(start, end)
    middle = line.center()
    if line.length() < 1:
        return middle + QPointF(0, size[1])
    across = QPointF(-line.dy(), line.dx()) / line.length()
    # to the right of a steep line, below a level one
    if across.x() < 0 or (abs(across.x()) < 0.05 and across.y() < 0):
        across = -across
    clear = abs(across.x()) * size[0] / 2 + abs(across.y()) * size[1] / 2 + TEXT_GAP + 3
    return middle + across * clear


def draw_handles(
    painter: QPainter, handles: Sequence[QPointF], knob: tuple[Point, Point] | None, half: float = HANDLE
) -> None:
    """Draw what a hand takes hold of: squares of twice `half` logical pixels, and the knob that turns."""
    painter.setPen(QPen(BLACK, 1))
    painter.setBrush(tinted(WHITE))
    if knob is not None:
        stem = QPainterPath(QPointF(*knob[0]))
        stem.lineTo(*knob[1])
        stroke(painter, stem, WHITE, 1)
        painter.drawEllipse(QPointF(*knob[1]), KNOB, KNOB)
    for place in handles:
        painter.drawRect(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half))
    painter.setBrush(Qt.BrushStyle.NoBrush)
