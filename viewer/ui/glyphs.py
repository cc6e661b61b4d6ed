"""Glyphs: small signs on buttons, drawn in the palette's colours: Qt's own icons are black on dark."""

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PyQt6.QtWidgets import QToolButton, QWidget

from viewer.ui.fitting import scaled

Points = Sequence[tuple[float, float]]
SIDE = 14


def _triangle(left: float, right: float) -> Points:
    return ((left, 0.1), (right, 0.5), (left, 0.9))


def _bar(left: float, right: float) -> Points:
    return ((left, 0.1), (right, 0.1), (right, 0.9), (left, 0.9))


# polygons in a square from (0, 0), top left, to (1, 1)
SHAPES: dict[str, Sequence[Points]] = {
    "first": (_bar(0.05, 0.19), _triangle(0.95, 0.25)),
    "before": (_triangle(0.5, 0.02), _triangle(0.98, 0.5)),
    "play": (_triangle(0.2, 0.95),),
    "pause": (_bar(0.18, 0.42), _bar(0.58, 0.82)),
    "after": (_triangle(0.02, 0.5), _triangle(0.5, 0.98)),
    "last": (_triangle(0.05, 0.75), _bar(0.81, 0.95)),
}
CROSS = (((0.2, 0.2), (0.8, 0.8)), ((0.2, 0.8), (0.8, 0.2)))


def draw_glyph(painter: QPainter, name: str, where: QRectF, colour: QColor) -> None:
    """Draw a sign.

    Parameters
    ----------
    painter : QPainter
        Its state is kept.
    name : str
        ``cross`` or one of `SHAPES`.
    where : QRectF
        A square.
    colour : QColor
        Of all of it.
    """

    def at(point: tuple[float, float]) -> QPointF:
        return QPointF(where.x() + point[0] * where.width(), where.y() + point[1] * where.height())

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if name == "cross":
        painter.setPen(QPen(colour, 1.6))
        for start, end in CROSS:
            painter.drawLine(at(start), at(end))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for points in SHAPES[name]:
            painter.drawPolygon(QPolygonF([at(point) for point in points]))
    painter.restore()


class GlyphButton(QToolButton):
    """A flat button with a sign on it.

    Parameters
    ----------
    name : str
        As in `draw_glyph`.
    tooltip : str
        What the button does; also its name for screen readers.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setAutoRaise(True)
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)

    def set_glyph(self, name: str) -> None:
        """Change the sign."""
        if name != self._name:
            self._name = name
            self.update()

    def sizeHint(self) -> QSize:
        """Room around the sign."""
        return QSize(scaled(SIDE) + 10, scaled(SIDE) + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the style's button and the sign on it."""
        super().paintEvent(event)
        square = QRectF(0, 0, scaled(SIDE), scaled(SIDE))
        square.moveCenter(QRectF(self.rect()).center())
        with QPainter(self) as painter:
            draw_glyph(painter, self._name, square, self.palette().color(QPalette.ColorRole.ButtonText))
