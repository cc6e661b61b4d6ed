"""Tint: colours as the theme shows them - in the red one, reds that are told apart by how bright they are.

What is drawn over pictures, and icons, have colours of their own, which do not come from the palette. Whoever
paints with them asks here, and on paper gets them as they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QCursor, QImage

from viewer.core.render.red import reddened
from viewer.ui import theme
from viewer.ui.reddening import red_image

Array = np.ndarray[Any, np.dtype[Any]]

# Pure blue is nearly black to the eye: of what has a colour, also the strongest part counts. A grey stays.
STRONGEST = 0.6

_paper: ContextVar[bool] = ContextVar("paper", default=False)


@contextmanager
def on_paper() -> Iterator[None]:
    """Paint in true colours: for files and the clipboard, whatever the screen is like."""
    before = _paper.set(True)
    try:
        yield
    finally:
        _paper.reset(before)


def reddens() -> bool:
    """Whether what is painted now has to be red."""
    return theme.is_red() and not _paper.get()


def tinted(colour: QColor) -> QColor:
    """Return a colour as it is to be painted."""
    if not reddens():
        return colour
    return QColor(int(tinted_rgb(np.array(colour.rgb() & 0xFFFFFF))) >> 16, 0, 0, colour.alpha())


def tinted_rgb(colours: Array) -> Array:
    """Return colours, 0xRRGGBB or 0xAARRGGBB, as they are to be painted."""
    if not reddens():
        return colours
    packed = np.asarray(colours, np.uint32)
    strongest = np.maximum(np.maximum(packed >> 16 & 0xFF, packed >> 8 & 0xFF), packed & 0xFF)
    mixed = STRONGEST * strongest + (1 - STRONGEST) * (reddened(packed) >> 16 & 0xFF)
    return np.asarray(packed & 0xFF000000 | np.rint(mixed).astype(np.uint32) << 16).astype(colours.dtype)


def tinted_image(image: QImage) -> QImage:
    """Return an image as it is to be painted."""
    if not reddens() or image.isNull():
        return image
    return red_image(image)


def cursor_of(shape: Qt.CursorShape) -> QCursor:
    """Return a cursor as the theme shows it."""
    if not theme.is_red():
        return QCursor(shape)
    # only who sits in a dome needs it
    from viewer.ui.cursors import red_cursor

    return red_cursor(shape)
