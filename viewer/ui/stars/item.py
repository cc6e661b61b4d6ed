"""StarsItem: the stars that were found, circled over the picture."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QTimer
from PyQt6.QtGui import QPainter, QTransform
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.session import Session
from viewer.ui.image.overlay_items import Overlay, Painting
from viewer.ui.marks import on_device, scale_of
from viewer.ui.pixel_marks import VALUES_FROM
from viewer.ui.stars.appearance import Appearance
from viewer.ui.stars.letters import draw_labels, draw_legend
from viewer.ui.stars.looks import Looks
from viewer.ui.stars.paint import StarPainter, draw_each, draw_ground, in_sight
from viewer.ui.stars.rows import rows_of

REST_MS = 120
# of more, a picture of the circles takes less room in a file than their lines
MOST_LINES = 5000


class StarsItem(Overlay):
    """Circles around the stars of the session's current layer.

    Parameters
    ----------
    session : Session
        Whose stars are drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._looks = Looks(session)
        self._painter = StarPainter()
        self._moving = False
        self._rest = QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._draw_in_full)
        session.overlays.changed.connect(self._changed)
        session.place_changed.connect(self._hurry)
        self.refresh()

    @property
    def appearance(self) -> Appearance | None:
        """What is drawn now; None if nothing is."""
        return self._looks.appearance

    def refresh(self, *_values: object) -> None:
        """Follow the session; where there are no stars, nothing is asked for."""
        there = self._looks.appearance is not None
        if there:
            super().refresh()
        else:
            self._painter.forget()
        if there != self.isVisible():
            self.setVisible(there)

    def bounds(self) -> QRectF:
        """Return everything that the view shows: circles stand out over the image's edges."""
        viewport = self.session.viewport()
        if viewport is None:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw circles, labels, and what the colours mean."""
        appearance, layer, viewport = (
            self._looks.appearance,
            self.session.overlays.layer,
            self.session.viewport(),
        )
        if appearance is None or layer.stars is None or viewport is None:
            return
        style, table = layer.star_style, rows_of(layer.stars)
        with on_device(painter) as (to_screen, ratio):
            size = (viewport.size[0] / ratio, viewport.size[1] / ratio)
            if style.chart:
                draw_ground(painter, size, style.chart, to_screen.mapRect(self._image()))
            marked = (
                np.isin(appearance.rows, list(layer.marked))
                if layer.marked
                else np.zeros(len(appearance.rows), bool)
            )
            self._painter.draw(painter, to_screen, ratio, size, appearance, marked, self._moving)
            # values in the pixels need the room
            if style.label and scale_of(to_screen) < VALUES_FROM:
                draw_labels(painter, to_screen, size, appearance, table, style)
            if style.colour_by:
                draw_legend(painter, QPointF(size[0], 0), style, appearance)

    def on_paper(self) -> Painting | None:
        """See `Overlay.on_paper`: without marks of what is selected, and up to thousands as lines."""
        appearance, layer = self._looks.appearance, self.session.overlays.layer
        if appearance is None or layer.stars is None:
            return None
        style, table, image = layer.star_style, rows_of(layer.stars), self._image()

        def paint(painter: QPainter, to_paper: QTransform, area: QRectF, ratio: float) -> None:
            size = (area.width(), area.height())
            if style.chart:
                draw_ground(painter, size, style.chart, to_paper.mapRect(image))
            x, y, radius, seen = in_sight(to_paper, size, appearance)
            if seen.sum() <= MOST_LINES:
                draw_each(painter, x, y, radius, seen, appearance)
            else:
                StarPainter().draw(painter, to_paper, ratio, size, appearance, np.zeros(len(x), bool))
            if style.label and scale_of(to_paper) < VALUES_FROM:
                draw_labels(painter, to_paper, size, appearance, table, style, paper=True)
            if style.colour_by:
                draw_legend(painter, QPointF(size[0], 0), style, appearance)

        return paint

    def _image(self) -> QRectF:
        return super().bounds()

    def _changed(self, part: str) -> None:
        if part in ("stars", "marked", "layer"):
            self.refresh()

    def _hurry(self, _document: object) -> None:
        if self._looks.appearance is not None:
            self._moving = True
            self._rest.start()

    def _draw_in_full(self) -> None:
        self._moving = False
        if self._painter.hurried:
            self.update()
