"""Thumbnails: a small picture of a document, made in a worker from frozen values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPixmap

from viewer.core.render.curve import curve
from viewer.core.render.draw import draw
from viewer.core.render.viewport import Orientation, Viewport
from viewer.core.session.document import Document, Picture


@dataclass(frozen=True, eq=False)
class Wanted:
    """How to make a thumbnail, and how it will look.

    Attributes
    ----------
    key : tuple
        Two of equal keys look the same, but for their quality.
    fine : bool
        From averages, not from single pixels of a large image.
    make : callable
        Returns uint32 0xffRRGGBB, shape (height, width); for a worker.
    """

    key: tuple[object, ...]
    fine: bool
    make: Callable[[], np.ndarray]

    def improves(self, other: "Wanted | None") -> bool:
        """Whether it is worth making when `other` is there already."""
        return other is None or self.key != other.key or (self.fine and not other.fine)


def wanted(
    picture: Picture, side: int, honour_row_order: bool, background: int, ink: int, red: bool = False
) -> Wanted:
    """Return how to make the thumbnail of a picture as it looks now.

    Parameters
    ----------
    picture : Picture
        What is on display.
    side : int
        Longest side in device pixels.
    honour_row_order : bool
        Turn top-down frames upright, as the view does.
    background, ink : int
        Colours of curves as 0xffRRGGBB; the background is also that of a picture.
    red : bool
        For the red theme.
    """
    pixels = picture.frame.pixels
    if pixels.ndim == 1:
        key = (pixels, side, background, ink)
        return Wanted(key, True, lambda: curve(pixels, (side, side // 2), background, ink))
    orientation = picture.orientation(honour_row_order)
    pyramids, scale, cuts, sample = picture.pyramids, picture.scale, picture.cuts, picture.sample
    image_shape = picture.frame.image_shape
    viewport = Viewport.fit(image_shape, _size(image_shape, side, orientation), orientation)

    def make() -> np.ndarray:
        return draw(pyramids, viewport, scale, [cuts] * len(pyramids), sample, background, red=red)

    fine = all(pyramid.ready for pyramid in pyramids)
    return Wanted((pyramids, viewport, scale, cuts, background, red), fine, make)


def symbol(document: Document, side: int, ratio: float, colour: QColor) -> QPixmap:
    """Draw what stands for a document without a picture: a small table, or lines of a header.

    Parameters
    ----------
    document : Document
        Without a picture.
    side : int
        Length of each side in logical pixels.
    ratio : float
        Device pixels for a logical one.
    colour : QColor
        Of the lines.
    """
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    sheet = QRect(side // 5, side // 5, side * 3 // 5, side * 3 // 5)
    with QPainter(pixmap) as painter:
        painter.setPen(QPen(colour, max(1, side // 48)))
        if document.table is not None:
            painter.drawRect(sheet)
        for part in range(1, 4):
            y = sheet.top() + sheet.height() * part // 4
            painter.drawLine(sheet.left(), y, sheet.right(), y)
            if document.table is not None and part < 3:
                x = sheet.left() + sheet.width() * part // 3
                painter.drawLine(x, sheet.top(), x, sheet.bottom())
    return pixmap


def _size(image_shape: tuple[int, int], side: int, orientation: Orientation) -> tuple[int, int]:
    """Return the size of the thumbnail, in the image's own proportions where that can be seen."""
    rows, columns = image_shape
    across, down = (rows, columns) if orientation.swaps_axes else (columns, rows)
    longest = max(across, down, 1)
    return max(8, round(side * across / longest)), max(8, round(side * down / longest))


def centred(pixmap: QPixmap, side: int, ratio: float) -> QPixmap:
    """Return a square with the pixmap in its middle, so that names begin at one place."""
    square = QPixmap(round(side * ratio), round(side * ratio))
    square.setDevicePixelRatio(ratio)
    square.fill(Qt.GlobalColor.transparent)
    size = pixmap.deviceIndependentSize()
    with QPainter(square) as painter:
        painter.drawPixmap(round((side - size.width()) / 2), round((side - size.height()) / 2), pixmap)
    return square
