"""RegionDrawing: all regions on a painter - few one by one, thousands as a crowd."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter, QTransform

from viewer.core.session.layer import Layer
from viewer.core.shapes.region import Region
from viewer.ui.regions.colours import STRIKE, colour_of
from viewer.ui.regions.crowd import Crowd, Matrix, too_long
from viewer.ui.regions.flat import FlatShapes
from viewer.ui.regions.knob import STEM, knob_of
from viewer.ui.regions.paths import (
    HANDLE,
    SMALL,
    SYMBOL,
    draw_handles,
    length_place,
    name_place,
    ornaments,
    outline,
    strike,
    stroke,
)
from viewer.ui.regions.words import Words
from viewer.ui.tint import reddens

# More in sight than this are drawn as a crowd.
FEW = 100
# Names of more would hide each other.
MOST_NAMES = 300
# Handles of more would hide what they belong to.
MOST_HANDLES = 40
# Of more selected regions they are small, or they would hide the regions.
FEW_HANDLES = 4
# Logical pixels around the view that are drawn with it, so that panning only moves the crowd.
MARGIN = 160
SELECTED_IN_CROWD = 0xFFFFFFFF
# A crowd of more is drawn with fine lines; no line of a crowd has more device pixels than the second.
MOST_WIDE = 5000
WIDEST = 6


class RegionDrawing:
    """Draws regions, and keeps what the next picture can use."""

    def __init__(self) -> None:
        self.shapes = FlatShapes()
        self._words = Words()
        self._key: object = None
        self._image = QImage()
        self._pixels: np.ndarray | None = None
        self._origin = (0.0, 0.0)
        self._long: list[int] = []

    def draw(
        self,
        painter: QPainter,
        to_device: QTransform,
        area: QRectF,
        ratio: float,
        layer: Layer,
        length_of: Callable[[Region], str],
    ) -> None:
        """Draw the regions of a layer.

        Parameters
        ----------
        painter : QPainter
            In logical pixels of the device.
        to_device : QTransform
            From image coordinates to those of the painter.
        area : QRectF
            What is seen, in coordinates of the painter.
        ratio : float
            Device pixels for a logical one.
        layer : Layer
            Regions, and which are selected.
        length_of : callable
            What is written beside a ruler.
        """
        shapes, regions = self.shapes, layer.regions
        shapes.update(regions)
        seen = self._within(to_device, area, 8.0)
        if not seen.size:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        in_sight = np.zeros(len(regions), bool)
        in_sight[seen] = True
        selected = shapes.places(layer.selected)
        chosen = [n for n in selected if in_sight[n]]
        alone = seen.tolist() if seen.size <= FEW else []
        if not alone:
            apart = shapes.loose.union(selected if len(selected) <= FEW else ())
            marked = layer.selected if len(selected) > FEW else frozenset[int]()
            self._draw_crowd(painter, to_device, area, ratio, frozenset(apart), marked)
            alone = sorted(n for n in apart.union(self._long) if in_sight[n])
        for n in alone:
            self._draw_one(painter, to_device, n)
        self._draw_words(painter, to_device, area, seen, ratio, length_of)
        for n in chosen[:MOST_HANDLES]:
            places = [to_device.map(QPointF(*place)) for place in regions[n].handles()]
            knob = knob_of(regions[n], lambda at: to_device.map(*at), STEM) if len(chosen) == 1 else None
            draw_handles(painter, places, knob, SMALL if len(chosen) > FEW_HANDLES else HANDLE)

    def _within(self, to_device: QTransform, area: QRectF, margin: float) -> np.ndarray:
        """Return the indices of the regions that reach into an area of the device."""
        box = to_device.inverted()[0].mapRect(area.adjusted(-margin, -margin, margin, margin))
        return self.shapes.within((box.left(), box.right(), box.top(), box.bottom()))

    # ------------------------------------------------------------------ one by one

    def _draw_one(self, painter: QPainter, to_device: QTransform, index: int) -> None:
        region = self.shapes.regions[index]
        path = outline(self.shapes.pieces(index), to_device)
        path.addPath(ornaments(region, to_device))
        stroke(painter, path, colour_of(region.colour), max(region.width, 1) + 0.6, not region.include)
        if not region.include:
            stroke(painter, strike(path.boundingRect()), STRIKE)

    def _draw_words(
        self,
        painter: QPainter,
        to_device: QTransform,
        area: QRectF,
        seen: np.ndarray,
        ratio: float,
        length_of: Callable[[Region], str],
    ) -> None:
        named = seen[self.shapes.named[seen]]
        if named.size > MOST_NAMES:
            return
        for n in named.tolist():
            region = self.shapes.regions[n]
            colour = colour_of(region.colour)
            if region.kind == "ruler":
                text = f"{region.name}  {length_of(region)}".strip()
                place = length_place(region, to_device, self._words.size(text))
                self._words.draw(painter, place, text, colour, ratio)
            elif region.name:
                x0, x1, y0, y1 = self.shapes.pieces(n).bounds
                box = to_device.mapRect(QRectF(QPointF(x0, y0), QPointF(x1, y1)))
                if region.kind == "point":
                    box.adjust(-SYMBOL, -SYMBOL, SYMBOL, SYMBOL)
                self._words.draw(
                    painter, name_place(region, box, to_device, area), region.name, colour, ratio
                )

    # ------------------------------------------------------------------ many at once

    def _draw_crowd(
        self,
        painter: QPainter,
        to_device: QTransform,
        area: QRectF,
        ratio: float,
        apart: frozenset[int],
        marked: frozenset[int],
    ) -> None:
        """Draw all regions but some; what was drawn last is used again while the picture is only moved."""
        # rounded: what is computed from other places differs in the last digits
        linear = [round(m, 6) for m in (to_device.m11(), to_device.m12(), to_device.m21(), to_device.m22())]
        size = (round(area.width()), round(area.height()))
        key = (self.shapes.version, apart, marked, linear, ratio, size, reddens())
        dx, dy = to_device.dx() - self._origin[0], to_device.dy() - self._origin[1]
        if key != self._key or max(abs(dx), abs(dy)) > MARGIN:
            self._key, self._origin, dx, dy = key, (to_device.dx(), to_device.dy()), 0.0, 0.0
            self._fill(to_device, area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN), ratio, apart, marked)
        corner = area.topLeft() + QPointF(
            round(dx * ratio) / ratio - MARGIN, round(dy * ratio) / ratio - MARGIN
        )
        painter.drawImage(corner, self._image)

    def _fill(
        self,
        to_device: QTransform,
        area: QRectF,
        ratio: float,
        apart: frozenset[int],
        marked: frozenset[int],
    ) -> None:
        shapes = self.shapes
        wanted = np.zeros(len(shapes.regions), bool)
        wanted[self._within(to_device, area, 0.0)] = True
        wanted[list(apart)] = False
        colours = shapes.colours
        if marked:
            colours = colours.copy()
            colours[[region.key in marked for region in shapes.regions]] = SELECTED_IN_CROWD
        to_pixels = to_device * QTransform.fromTranslate(-area.left(), -area.top())
        to_pixels *= QTransform.fromScale(ratio, ratio)
        crowd = Crowd(round(area.width() * ratio), round(area.height() * ratio))
        self._long = np.flatnonzero(wanted & self._too_long(to_pixels)).tolist()
        wanted[self._long] = False
        # where there are very many, lines as fine as the screen has them
        fine = 1 if wanted.sum() > MOST_WIDE else ratio
        for width in np.unique(shapes.widths[wanted]).tolist():
            thick = min(max(round(width * fine), 1), WIDEST)
            self._add(crowd, to_pixels, wanted & (shapes.widths == width), colours, thick)
        # Qt shows this buffer, so it has to live as long as the image
        self._pixels = crowd.finish()
        height, across = self._pixels.shape
        self._image = QImage(
            self._pixels.data, across, height, 4 * across, QImage.Format.Format_ARGB32_Premultiplied
        )
        self._image.setDevicePixelRatio(ratio)

    def _add(
        self, crowd: Crowd, to_pixels: QTransform, wanted: np.ndarray, colours: np.ndarray, thick: int
    ) -> None:
        shapes = self.shapes
        zoom = np.hypot(to_pixels.m11(), to_pixels.m12())
        arm = SYMBOL / zoom
        x, y = shapes.points.T
        still = np.zeros_like(x)
        crosses = (
            np.stack([x + dx * arm, y + dy * arm, x - dx * arm, y - dy * arm + still], axis=1)
            for dx, dy in ((1, 0), (0, 1))
        )
        lots: Sequence[tuple[Callable[..., Any], np.ndarray, np.ndarray]] = (
            (crowd.add_ellipses, shapes.ellipses, shapes.ellipse_owners),
            (crowd.add_segments, shapes.segments, shapes.segment_owners),
            *((crowd.add_segments, cross, shapes.point_owners) for cross in crosses),
        )
        for add, rows, owners in lots:
            chosen = wanted[owners]
            if chosen.any():
                owners = owners[chosen]
                # a wide line is several lines side by side
                for across in range(thick):
                    for down in range(thick):
                        matrix = _matrix(to_pixels, across, down)
                        add(rows[chosen], colours[owners], shapes.dashed[owners], matrix)

    def _too_long(self, to_pixels: QTransform) -> np.ndarray:
        zoom = np.hypot(to_pixels.m11(), to_pixels.m12())
        left, right, bottom, top = self.shapes.bounds.T
        # no outline is longer than that of the box around it; those of polygons may be, in zigzags
        return too_long(np.pi * zoom * np.maximum(right - left, top - bottom))


def _matrix(transform: QTransform, dx: float, dy: float) -> Matrix:
    return (
        transform.m11(),
        transform.m21(),
        transform.dx() + dx,
        transform.m12(),
        transform.m22(),
        transform.dy() + dy,
    )
