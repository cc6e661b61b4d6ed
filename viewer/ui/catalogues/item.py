"""CataloguesItem: symbols over the picture for the objects of catalogues."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QTransform
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.core.session.layer import Shown
from viewer.core.session.session import Session
from viewer.ui.catalogues.places import Places, radii_of
from viewer.ui.catalogues.symbols import stamped
from viewer.ui.fitting import scaled
from viewer.ui.image.overlay_items import Overlay, Painting
from viewer.ui.marks import on_device
from viewer.ui.regions.colours import colour_of
from viewer.ui.tint import reddens, tinted

if TYPE_CHECKING:
    from viewer.core.catalogue.catalogue import Placed

Array = np.ndarray[Any, np.dtype[Any]]
# device pixels around the view that are drawn too, so that panning need not draw anew
AHEAD = 160
# of more in sight, the brightest are drawn; nobody could tell them apart
MOST = 30_000
MOST_LABELS = 200
LABEL_PIXELS = 12
BEHIND = QColor(0, 0, 0, 150)


@dataclass
class _Drawn:
    """Symbols drawn before, and for what."""

    key: tuple[object, ...]
    shift: tuple[float, float]
    shown: Shown
    pixels: Array
    image: QImage


class CataloguesItem(Overlay):
    """The catalogues of the session's current layer.

    Parameters
    ----------
    session : Session
        Whose catalogues are drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.places = Places(session)
        self.places.changed.connect(self.refresh)
        self._drawn: dict[int, _Drawn] = {}
        session.overlays.changed.connect(self._changed)
        self.refresh()

    def visible_ones(self) -> tuple[Shown, ...]:
        """Return the catalogues that are drawn."""
        return tuple(shown for shown in self.session.overlays.layer.catalogues if shown.visible)

    def refresh(self, *_values: object) -> None:
        """Follow the session; where there are no catalogues, nothing is asked for."""
        there = bool(self.visible_ones())
        if there:
            super().refresh()
        else:
            self._drawn.clear()
        if there != self.isVisible():
            self.setVisible(there)

    def bounds(self) -> QRectF:
        """Return everything that the view shows: symbols stand out over the image's edges."""
        viewport = self.session.viewport()
        if viewport is None:
            return QRectF()
        (x0, y0), (x1, y1) = viewport.to_image(0, 0), viewport.to_image(*viewport.size)
        return QRectF(QPointF(x0, y0), QPointF(x1, y1)).normalized()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw all symbols in sight, and labels."""
        viewport = self.session.viewport()
        if viewport is None:
            return
        with on_device(painter) as (to_screen, ratio):
            size = (viewport.size[0] / ratio, viewport.size[1] / ratio)
            for number, shown in enumerate(self.visible_ones()):
                placed = self.places.of(shown.catalogue)
                if placed is None:
                    continue
                self._draw(painter, to_screen, ratio, size, number, shown)
                if shown.label:
                    x, y = mapped(to_screen, placed.x, placed.y)
                    draw_labels(painter, x, y, size, shown)

    def on_paper(self) -> Painting | None:
        """See `Overlay.on_paper`."""
        ready = [(shown, self.places.of(shown.catalogue)) for shown in self.visible_ones()]
        drawn = [(shown, placed) for shown, placed in ready if placed is not None]
        if not drawn:
            return None

        def paint(painter: QPainter, to_paper: QTransform, area: QRectF, ratio: float) -> None:
            size = (area.width(), area.height())
            for shown, placed in drawn:
                _pixels, image = _sheet(to_paper, ratio, size, placed, shown)
                painter.drawImage(QPointF(-AHEAD, -AHEAD) / ratio, image)
                if shown.label:
                    draw_labels(painter, *mapped(to_paper, placed.x, placed.y), size, shown)

        return paint

    def _draw(
        self,
        painter: QPainter,
        to_screen: QTransform,
        ratio: float,
        size: tuple[float, float],
        number: int,
        shown: Shown,
    ) -> None:
        placed = self.places.of(shown.catalogue)
        if placed is None:
            return
        linear = (to_screen.m11(), to_screen.m12(), to_screen.m21(), to_screen.m22())
        key = (id(placed), linear, ratio, size, reddens())
        now = (to_screen.dx() * ratio, to_screen.dy() * ratio)
        drawn = self._drawn.get(number)
        if drawn is not None and (drawn.key != key or drawn.shown is not shown):
            drawn = None
        moved = (0, 0)
        if drawn is not None:
            moved = tuple(round(a - b) for a, b in zip(now, drawn.shift, strict=True))
        if drawn is None or max(map(abs, moved)) > AHEAD:
            pixels, image = _sheet(to_screen, ratio, size, placed, shown)
            self._drawn[number] = drawn = _Drawn(key, now, shown, pixels, image)
            moved = (0, 0)
        painter.drawImage(QPointF((moved[0] - AHEAD) / ratio, (moved[1] - AHEAD) / ratio), drawn.image)

    def _changed(self, part: str) -> None:
        if part in ("catalogues", "layer"):
            self.refresh()


def _sheet(
    to_screen: QTransform, ratio: float, size: tuple[float, float], placed: "Placed", shown: Shown
) -> tuple[Array, QImage]:
    """Return the symbols in a view and around it; the image shows the array, which has to outlive it."""
    whole = (round(size[0] * ratio) + 2 * AHEAD, round(size[1] * ratio) + 2 * AHEAD)
    x, y = (axis * ratio + AHEAD for axis in mapped(to_screen, placed.x, placed.y))
    with np.errstate(invalid="ignore"):
        seen = np.flatnonzero((x >= 0) & (x < whole[0]) & (y >= 0) & (y < whole[1]))
    if len(seen) > MOST:
        brightness = shown.catalogue.brightness()
        order = seen if brightness is None else seen[np.argsort(brightness[seen], kind="stable")]
        seen = order[:MOST]
    radius = radii_of(shown)[seen] * ratio
    colour = tinted(colour_of(shown.colour)).rgb() & 0xFFFFFF
    pixels = stamped(whole, x[seen], y[seen], radius, shown.symbol, colour, ratio)
    image = QImage(pixels.data, *whole, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    return pixels, image


def mapped(transform: QTransform, x: Array, y: Array) -> tuple[Array, Array]:
    """Return positions after an affine transform."""
    return (
        transform.m11() * x + transform.m21() * y + transform.dx(),
        transform.m12() * x + transform.m22() * y + transform.dy(),
    )


def draw_labels(painter: QPainter, x: Array, y: Array, size: tuple[float, float], shown: Shown) -> None:
    """Write a column beside the objects in sight, the brightest first, as long as there is room.

    Parameters
    ----------
    painter : QPainter
        In logical pixels.
    x, y : numpy.ndarray
        Where they are, logical pixels.
    size : tuple of float
        Width and height of the view, logical pixels.
    shown : Shown
        Says which column.
    """
    catalogue = shown.catalogue
    if shown.label not in catalogue.columns:
        return
    with np.errstate(invalid="ignore"):
        seen = np.flatnonzero((x > 0) & (x < size[0]) & (y > 0) & (y < size[1]))
    brightness = catalogue.brightness()
    if brightness is not None:
        seen = seen[np.argsort(brightness[seen], kind="stable")]
    font = painter.font()
    font.setPixelSize(scaled(LABEL_PIXELS))
    painter.setFont(font)
    painter.setPen(tinted(colour_of(shown.colour)))
    metrics = painter.fontMetrics()
    radius = radii_of(shown)
    taken: set[tuple[int, int]] = set()
    written = 0
    for row in seen[: 4 * MOST_LABELS].tolist():
        text = catalogue.cell(shown.label, row)
        width, height = metrics.horizontalAdvance(text) + 6, metrics.height()
        left, top = x[row] + 0.71 * radius[row] + 3, y[row] - 0.71 * radius[row] - 3 - height
        cells = {
            (column, line)
            for column in range(int(left // 24), int((left + width) // 24) + 1)
            for line in range(int(top // 12), int((top + height) // 12) + 1)
        }
        if not text or not taken.isdisjoint(cells):
            continue
        taken |= cells
        box = QRectF(left, top, width, height)
        painter.fillRect(box, BEHIND)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        written += 1
        if written >= MOST_LABELS:
            break
