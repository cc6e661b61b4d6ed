"""Paint an export: the picture, what lies over it, and what stands beside it."""

from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform

from viewer.core.render.viewport import Viewport
from viewer.ui.export.angles import round_angle
from viewer.ui.export.choices import Choices
from viewer.ui.export.layout import MARGIN, Layout, text_font
from viewer.ui.export.scene import Scene
from viewer.ui.marks import CASING, SKY_COLOUR, compass_extent, draw_compass, draw_lines
from viewer.ui.panels.ramp import MARGIN as BAR_MARGIN
from viewer.ui.panels.ramp import Ramp
from viewer.ui.pixel_marks import (
    GRID_FROM,
    PixelValues,
    draw_crosshair,
    draw_grid,
    pixels_within,
    shows_values,
)
from viewer.ui.tint import on_paper

# logical pixels
INSET = 14.0
ARM = 34.0
SERIF = 4.0
LABEL_GAP = 6.0
# of the picture's width
LONGEST_BAR = 0.3
# a picture smaller than this has no room for compass and scale bar
LEAST_FOR_MARKS = 90.0


@dataclass(frozen=True)
class Surround:
    """Colours of what stands beside the picture.

    Attributes
    ----------
    paper, ink, edge : int
        Background, texts and the line around the colour bar, 0xffRRGGBB.
    """

    paper: int
    ink: int
    edge: int


WHITE = Surround(0xFFFFFFFF, 0xFF1B1C1E, 0xFF8E9096)
DARK = Surround(0xFF191919, 0xFFE6E7E9, 0xFF8E9096)


def surround(choices: Choices) -> Surround:
    """Return the colours that were chosen."""
    return DARK if choices.dark else WHITE


def paint(painter: QPainter, scene: Scene, choices: Choices, layout: Layout, picture: QImage) -> None:
    """Paint everything.

    Parameters
    ----------
    painter : QPainter
        In pixels of the layout.
    scene : Scene
        What is exported.
    choices : Choices
        What of it.
    layout : Layout
        Where.
    picture : QImage
        The picture at any resolution; it fills its place.

    Raises
    ------
    ViewerError
        If the pixels' values are to be seen and the file can no longer be read.
    """
    with on_paper():
        _paint(painter, scene, choices, layout, picture)


def _paint(painter: QPainter, scene: Scene, choices: Choices, layout: Layout, picture: QImage) -> None:
    colours = surround(choices)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, *layout.size), QColor(colours.paper))
    place = QRectF(layout.left, layout.top, *layout.view.size)
    painter.drawImage(place, picture)
    painter.save()
    painter.translate(place.topLeft())
    _paint_pixel_marks(painter, scene, layout, choices.overlays)
    painter.restore()
    # what sticks out of the picture is covered, not clipped: many readers of SVG know no clipping
    _cover_around(painter, place, layout, QColor(colours.paper))
    painter.save()
    painter.translate(place.topLeft())
    painter.scale(layout.unit, layout.unit)
    painter.setFont(text_font(scene))
    size = place.size() / layout.unit
    roomy = min(size.width(), size.height()) >= LEAST_FOR_MARKS
    if choices.compass and scene.arms is not None and roomy:
        _paint_compass(painter, scene, size.height())
    if choices.scale_bar and scene.arcsec is not None and roomy:
        # arcseconds for a logical pixel of the export
        arcsec = scene.arcsec * scene.viewport.zoom / layout.view.zoom * layout.unit
        _paint_scale_bar(painter, QPointF(size.width(), size.height()), arcsec)
    painter.restore()
    _paint_beside(painter, scene, layout, colours)


def _paint_pixel_marks(painter: QPainter, scene: Scene, layout: Layout, overlays: bool) -> None:
    """Paint grid, values, overlays and crosshair as large as on the screen beside the image's pixels."""
    enlarged = layout.view.zoom / scene.cell
    painter.scale(enlarged, enlarged)
    to_logical = _transform(layout.view, enlarged)
    width, height = layout.view.size
    region = to_logical.inverted()[0].mapRect(QRectF(0, 0, width / enlarged, height / enlarged))
    window = pixels_within(region, scene.picture.frame.image_shape)
    if scene.cell >= GRID_FROM and window is not None:
        draw_grid(painter, to_logical, window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shows_values(scene.picture, scene.cell):
            PixelValues(scene.digits).draw(painter, to_logical, window, scene.picture, scene.cell)
    if overlays:
        for painting in scene.paintings:
            painter.save()
            painting(painter, to_logical, QRectF(0, 0, width / enlarged, height / enlarged), enlarged)
            painter.restore()
    if scene.marked is not None:
        draw_crosshair(painter, to_logical, scene.marked, scene.cell)


def _cover_around(painter: QPainter, place: QRectF, layout: Layout, paper: QColor) -> None:
    width, height = layout.size
    for strip in (
        QRectF(0, 0, width, place.top()),
        QRectF(0, place.bottom(), width, height - place.bottom()),
        QRectF(0, place.top(), place.left(), place.height()),
        QRectF(place.right(), place.top(), width - place.right(), place.height()),
    ):
        if not strip.isEmpty():
            painter.fillRect(strip, paper)


def _paint_compass(painter: QPainter, scene: Scene, height: float) -> None:
    extent = compass_extent(scene.arms, ARM)
    origin = QPointF(INSET - extent.left(), height - INSET - extent.bottom())
    draw_compass(painter, origin, scene.arms, "NE", ARM, SKY_COLOUR)


def _paint_scale_bar(painter: QPainter, corner: QPointF, arcsec: float) -> None:
    """Paint a line of a round length in the lower right corner, and say the length above it."""
    found = round_angle(corner.x() * LONGEST_BAR * arcsec)
    if found is None:
        return
    angle, text = found
    length = angle / arcsec
    font = QFont(painter.font())
    font.setBold(True)
    metrics = QFontMetricsF(font)
    label = QPainterPath()
    label.addText(0, 0, font, text)
    # a label that is wider than its line would leave the picture
    middle = corner.x() - INSET - max(length, metrics.horizontalAdvance(text)) / 2
    right, y = middle + length / 2, corner.y() - INSET - SERIF
    left = right - length
    serifs = [QLineF(x, y - SERIF, x, y + SERIF) for x in (left, right)]
    draw_lines(painter, [QLineF(left, y, right, y), *serifs], SKY_COLOUR)
    label.translate(middle - label.boundingRect().center().x(), y - SERIF - LABEL_GAP)
    painter.strokePath(label, QPen(CASING, 3, join=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(label, SKY_COLOUR)


def _paint_beside(painter: QPainter, scene: Scene, layout: Layout, colours: Surround) -> None:
    ink, edge = QColor(colours.ink), QColor(colours.edge)
    unit, (width, _) = layout.unit, layout.size
    if layout.name_top is not None:
        painter.save()
        painter.translate(MARGIN * unit, layout.name_top)
        painter.scale(unit, unit)
        painter.setFont(text_font(scene))
        painter.setPen(ink)
        metrics = QFontMetricsF(painter.font())
        room = width / unit - 2 * MARGIN
        text = metrics.elidedText(scene.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QPointF(0, metrics.ascent()), text)
        painter.restore()
    if layout.bar_top is not None:
        painter.save()
        ramp = Ramp.of(scene.picture)
        painter.translate(0, layout.bar_top)
        painter.scale(unit, unit)
        # so that the bar begins and ends where the picture does
        outside = MARGIN - BAR_MARGIN + 0.5
        painter.translate(outside, 0)
        painter.setFont(text_font(scene))
        metrics = QFontMetricsF(painter.font())
        room = width / unit - 2 * outside
        ticks = ramp.ticks(ramp.bar(room, metrics).width(), metrics.horizontalAdvance)
        ramp.paint(painter, room, unit, edge, ink, ticks)
        painter.restore()


def _transform(view: Viewport, shrunk: float) -> QTransform:
    """Return the way from image coordinates to the pixels of a viewport, divided by `shrunk`."""
    (x0, y0), (x1, y1), (x2, y2) = (view.to_screen(*point) for point in ((0, 0), (1, 0), (0, 1)))
    steps = (x1 - x0, y1 - y0, x2 - x0, y2 - y0, x0, y0)
    return QTransform(*(value / shrunk for value in steps))
