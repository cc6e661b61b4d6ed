"""RegionsItem: the regions of the image that is shown, drawn over it."""

from dataclasses import replace

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter, QTransform
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.image.overlay_items import Overlay, Painting
from viewer.ui.marks import on_device
from viewer.ui.regions.drawing import RegionDrawing
from viewer.ui.regions.flat import FlatShapes
from viewer.ui.regions.lengths import Lengths


class RegionsItem(Overlay):
    """All regions with their names, the selected ones with handles.

    Parameters
    ----------
    session : Session
        Whose regions are drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._drawing = RegionDrawing()
        self._lengths = Lengths()
        session.overlays.changed.connect(self._layer_changed)
        self.refresh()

    @property
    def shapes(self) -> FlatShapes:
        """The regions as arrays."""
        return self._drawing.shapes

    def _layer_changed(self, part: str) -> None:
        if part in ("regions", "selection", "layer"):
            self.refresh()

    def bounds(self) -> QRectF:
        """Return everything that the view shows: a region may lie outside of the image."""
        viewport = self.session.viewport()
        if viewport is None or not self.session.overlays.layer.regions:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw what is in sight."""
        layer = self.session.overlays.layer
        if not layer.regions:
            return
        with on_device(painter) as (to_device, ratio):
            area = to_device.mapRect(self.boundingRect())
            self._drawing.draw(painter, to_device, area, ratio, layer, self._length)

    def on_paper(self) -> Painting | None:
        """See `Overlay.on_paper`: without handles."""
        layer, picture = replace(self.session.overlays.layer, selected=frozenset()), self.session.picture
        if not layer.regions or picture is None:
            return None
        picture, lengths = replace(picture), Lengths()

        def paint(painter: QPainter, to_paper: QTransform, area: QRectF, ratio: float) -> None:
            RegionDrawing().draw(
                painter, to_paper, area, ratio, layer, lambda region: lengths.text(region, picture)
            )

        return paint

    def _length(self, region: Region) -> str:
        return self._lengths.text(region, self.session.picture)
