"""Lines, arrows and letters that can be seen on any picture, and the compass made of them."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QTransform

from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Picture
from viewer.ui.fitting import scaled
from viewer.ui.tint import tinted

# Chosen for the picture, which is neither light nor dark: they do not follow the desktop's theme.
SKY_COLOUR = QColor("#ffd24d")
AXIS_COLOUR = QColor("#6fd6ff")
POINTER_COLOUR = QColor("#5dfc8a")
CASING = QColor(0, 0, 0, 170)
HEAD = 5.0
LETTER_GAP = 8.0

Direction = tuple[float, float]


@contextmanager
def on_device(painter: QPainter) -> Iterator[tuple[QTransform, float]]:
    """Draw upright and in logical pixels of the screen, whatever the item's transform is.

    Parameters
    ----------
    painter : QPainter
        With the item's transform; it is restored at the end.

    Yields
    ------
    tuple of QTransform and float
        From item coordinates to those now in force, and the device pixels for one of them.
    """
    whole = painter.deviceTransform()
    painter.save()
    painter.resetTransform()
    device = painter.deviceTransform()
    try:
        yield whole * device.inverted()[0], scale_of(device)
    finally:
        painter.restore()


def scale_of(transform: QTransform) -> float:
    """Return how much a transform without shear enlarges."""
    return math.hypot(transform.m11(), transform.m12())


def as_image(pixels: np.ndarray, ratio: float) -> QImage:
    """Return a Qt image of 0xffRRGGBB pixels; it shares the buffer, which has to outlive it.

    Parameters
    ----------
    pixels : numpy.ndarray
        uint32, shape (height, width), contiguous.
    ratio : float
        Device pixels for a logical one.
    """
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    return image


def draw_lines(painter: QPainter, lines: Sequence[QLineF], colour: QColor, width: float = 1.4) -> None:
    """Draw lines in a dark casing."""
    for pen in (QPen(CASING, width + 2), QPen(tinted(colour), width)):
        painter.setPen(pen)
        painter.drawLines(lines)


def draw_box(painter: QPainter, box: QRectF, colour: QColor, width: float = 1.4) -> None:
    """Draw a rectangle in a dark casing."""
    corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
    lines = [QLineF(start, end) for start, end in zip(corners, (*corners[1:], corners[0]), strict=True)]
    draw_lines(painter, lines, colour, width)


def on_screen(viewport: Viewport, vector: Direction) -> Direction:
    """Return the unit direction on the screen (y down) of an image vector."""
    start = viewport.to_screen(*viewport.center)
    end = viewport.to_screen(viewport.center[0] + vector[0], viewport.center[1] + vector[1])
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    return dx / length, dy / length


def sky_directions(picture: Picture, viewport: Viewport) -> tuple[Direction, Direction] | None:
    """Return where north and east are on the screen at the view's middle; None without a sky.

    Parameters
    ----------
    picture : Picture
        Its WCS is not touched before its details are ready.
    viewport : Viewport
        What the view shows.
    """
    if not picture.detailed or not picture.frame.world.celestial:
        return None
    vectors = picture.frame.world.north_east(*viewport.center)
    if vectors is None:
        return None
    north, east = vectors
    return on_screen(viewport, north), on_screen(viewport, east)


def compass_extent(arms: Sequence[Direction], length: float) -> QRectF:
    """Return the room that a compass takes around its origin, letters included."""
    reach = length + LETTER_GAP + 6
    half = 6.0
    box = QRectF(-half, -half, 2 * half, 2 * half)
    for dx, dy in arms:
        box |= QRectF(dx * reach - half, dy * reach - half, 2 * half, 2 * half)
    return box


def draw_compass(
    painter: QPainter, origin: QPointF, arms: Sequence[Direction], letters: str, length: float, colour: QColor
) -> None:
    """Draw arrows from one point, each with its letter at the tip.

    Parameters
    ----------
    painter : QPainter
        In screen coordinates, y down.
    origin : QPointF
        Where the arrows begin.
    arms : sequence of (float, float)
        Unit directions.
    letters : str
        One for each arm.
    length : float
        Of an arrow.
    colour : QColor
        Of arrows and letters.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines: list[QLineF] = []
    for dx, dy in arms:
        tip = origin + QPointF(dx, dy) * length
        lines.append(QLineF(origin, tip))
        for side in (-0.5, 0.5):
            back = QPointF(-dx - dy * side, -dy + dx * side) * HEAD
            lines.append(QLineF(tip, tip + back))
    draw_lines(painter, lines, colour)
    for (dx, dy), letter in zip(arms, letters, strict=True):
        draw_letter(painter, origin + QPointF(dx, dy) * (length + LETTER_GAP), letter, colour)


def draw_letter(painter: QPainter, middle: QPointF, letter: str, colour: QColor) -> None:
    """Draw a few letters in a dark casing, centred on a point."""
    font = QFont(painter.font())
    font.setPixelSize(scaled(12))
    font.setBold(True)
    path = QPainterPath()
    path.addText(0, 0, font, letter)
    path.translate(middle - path.boundingRect().center())
    painter.strokePath(path, QPen(CASING, 3, join=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, tinted(colour))
