"""BandItem: the rectangle that selects regions while it is drawn."""

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.session import Session
from viewer.ui.image.overlay_items import Overlay
from viewer.ui.marks import draw_box, on_device
from viewer.ui.regions.tool import RegionTool

COLOUR = QColor("#ffffff")


class BandItem(Overlay):
    """Shows the rubber band of a `RegionTool`.

    Parameters
    ----------
    session : Session
        Whose picture it is drawn over.
    tool : RegionTool
        Has the band.
    """

    def __init__(self, session: Session, tool: RegionTool) -> None:
        self._tool = tool
        super().__init__(session)
        tool.band_changed.connect(self.refresh)

    def bounds(self) -> QRectF:
        """Return the band, with room for its line."""
        band = self._tool.band
        if band is None:
            return QRectF()
        _start, end = band
        room = 4 * end.ratio / end.zoom
        return self._rectangle().adjusted(-room, -room, room, room)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the rectangle."""
        if self._tool.band is not None:
            with on_device(painter) as (to_device, _ratio):
                draw_box(painter, to_device.mapRect(self._rectangle()), COLOUR, 1)

    def _rectangle(self) -> QRectF:
        start, end = self._tool.band
        return QRectF(QPointF(start.x, start.y), QPointF(end.x, end.y)).normalized()
