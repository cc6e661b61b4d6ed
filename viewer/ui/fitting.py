"""Fitting: sizes that suit the letters of the desktop, and leave all of a window on the screen."""

from functools import cache

from PyQt6.QtGui import QFont, QFontDatabase, QFontInfo
from PyQt6.QtWidgets import QApplication, QWidget

# For the title and the border, in pixels: their size is known only when the window is on the screen.
FRAME = 40

# Of the letters for which lengths in pixels were chosen: 9 pt at 96 dpi.
LETTERS = 12


def scaled(length: float) -> int:
    """Return a length in logical pixels, chosen for the usual letters, for larger ones of this desktop."""
    return round(length * growth())


@cache
def growth() -> float:
    """How many times larger the desktop's letters are than the usual ones; the main thread asks first."""
    return max(1.0, QFontInfo(QApplication.font()).pixelSize() / LETTERS)


def fixed_font() -> QFont:
    """Return the desktop's font of equally wide letters, at least about as large as its other one."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    other = QApplication.font()
    if QFontInfo(font).pixelSize() < QFontInfo(other).pixelSize() - 2:
        font.setPointSizeF(QFontInfo(other).pointSizeF())
    return font


def fit(window: QWidget, width: int, height: int) -> None:
    """Give a window a size, or less where the screen is smaller.

    Parameters
    ----------
    window : QWidget
        A window of the program; it will be on the screen of its parent.
    width, height : int
        What would be best, in pixels.
    """
    parent = window.parentWidget()
    screen = (window if parent is None else parent).screen()
    if screen is not None:
        room = screen.availableGeometry()
        width, height = min(width, room.width()), min(height, room.height() - FRAME)
    window.resize(width, height)
