"""SlitItem: the band of the object and those of the sky, drawn over the frame."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF, QTransform
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.measure.extraction import Extraction
from viewer.core.measure.slitbands import band_edges
from viewer.ui.image.overlay_items import Overlay, Painting
from viewer.ui.marks import CASING, on_device
from viewer.ui.spectrum.extracting import Extracting
from viewer.ui.tint import tinted

OBJECT_COLOUR = QColor("#5dfc8a")
SKY_BAND_COLOUR = QColor("#6fd6ff")
# so many points make the edge of a bent band
POINTS = 65


class SlitItem(Overlay):
    """Shows from where the spectrum is taken, along the trace.

    Parameters
    ----------
    extracting : Extracting
        Its bands are drawn while its window is open.
    """

    def __init__(self, extracting: Extracting) -> None:
        super().__init__(extracting.session)
        self._extracting = extracting
        extracting.changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_values: object) -> None:
        """Follow the bands; without any, nothing is painted."""
        wanted = self._extracting.on and self._extracting.how is not None
        if wanted:
            super().refresh()
        if wanted != self.isVisible():
            self.setVisible(wanted)

    def bounds(self) -> QRectF:
        """Return everything that the view shows: a tilted band may reach beyond the image."""
        viewport = self.session.viewport()
        if viewport is None:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw a band for the object and one for each stretch of the sky."""
        how, frame = self._extracting.how, self._extracting.frame
        if how is None or frame is None:
            return
        with on_device(painter) as (to_device, _ratio):
            _draw_bands(painter, to_device, how, frame.image_shape)

    def on_paper(self) -> Painting | None:
        """See `Overlay.on_paper`."""
        how, frame = self._extracting.how, self._extracting.frame
        if how is None or frame is None or not self.isVisible():
            return None
        shape = frame.image_shape
        return lambda painter, to_paper, _area, _ratio: _draw_bands(painter, to_paper, how, shape)


def _draw_bands(painter: QPainter, to_device: QTransform, how: Extraction, shape: tuple[int, int]) -> None:
    bands = [(how.band, OBJECT_COLOUR, "object"), *((band, SKY_BAND_COLOUR, "sky") for band in how.sky)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for band, colour, name in bands:
        # a band reaches from the lower edge of its first pixel to the upper edge of its last
        edges = np.array([min(band) - 0.5, max(band) + 0.5])
        x, y = band_edges(shape, how, edges, POINTS)
        _draw_band(painter, to_device, x, y, colour, name)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_band(
    painter: QPainter, to_device: QTransform, x: np.ndarray, y: np.ndarray, colour: QColor, name: str
) -> None:
    colour = tinted(colour)
    low, high = (
        to_device.map(QPolygonF([QPointF(*point) for point in zip(xs, ys, strict=True)]))
        for xs, ys in zip(x.tolist(), y.tolist(), strict=True)
    )
    inside = QColor(colour)
    inside.setAlpha(36)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(inside))
    painter.drawPolygon(QPolygonF([*low, *reversed(list(high))]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(CASING, 3), QPen(colour, 1.4)):
        painter.setPen(pen)
        painter.drawPolyline(low)
        painter.drawPolyline(high)
    place = min((low[0], high[0]), key=lambda point: point.y()) + QPointF(6, 14)
    painter.setPen(CASING)
    painter.drawText(place + QPointF(1, 1), name)
    painter.setPen(colour)
    painter.drawText(place, name)
