"""Words: names and lengths beside regions, kept as small pictures from one repaint to the next."""

import math

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen

from viewer.ui.fitting import scaled
from viewer.ui.regions.colours import casing_of
from viewer.ui.tint import reddens, tinted

SIZE = 12
MOST_KEPT = 2000
EDGE = 3


class Words:
    """Writes texts in a casing that makes them readable on any picture."""

    def __init__(self) -> None:
        self._font = QFont()
        self._font.setPixelSize(scaled(SIZE))
        self._font.setBold(True)
        self._pictures: dict[tuple[str, int, float, bool], QImage] = {}

    def draw(self, painter: QPainter, middle: QPointF, text: str, colour: QColor, ratio: float) -> None:
        """Write a text.

        Parameters
        ----------
        painter : QPainter
            In logical pixels.
        middle : QPointF
            The middle of the text.
        text : str
            One line.
        colour : QColor
            Of the letters.
        ratio : float
            Device pixels for a logical one.
        """
        key = (text, colour.rgb(), ratio, reddens())
        if key not in self._pictures:
            if len(self._pictures) >= MOST_KEPT:
                self._pictures.clear()
            self._pictures[key] = self._picture(*key[:3])
        picture = self._pictures[key]
        size = picture.deviceIndependentSize()
        left, top = middle.x() - size.width() / 2, middle.y() - size.height() / 2
        # on whole pixels, or the letters are blurred
        painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), picture)

    def size(self, text: str) -> tuple[float, float]:
        """Return width and height of a text in logical pixels."""
        box = self._path(text).boundingRect()
        return box.width(), float(scaled(SIZE))

    def _picture(self, text: str, rgb: int, ratio: float) -> QImage:
        colour, path = QColor(rgb), self._path(text)
        box = path.boundingRect()
        width, height = box.width() + 2 * EDGE, 2 * scaled(SIZE)
        # no pixmap: a worker writes these too, on paper
        size = (math.ceil(width * ratio), math.ceil(height * ratio))
        picture = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        path.translate(width / 2 - box.center().x(), height / 2 + 0.35 * scaled(SIZE))
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.strokePath(path, QPen(tinted(casing_of(colour)), EDGE, join=Qt.PenJoinStyle.RoundJoin))
            painter.fillPath(path, tinted(colour))
        return picture

    def _path(self, text: str) -> QPainterPath:
        path = QPainterPath()
        path.addText(0, 0, self._font, text)
        return path
