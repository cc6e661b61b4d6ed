"""Fitting: a window's size that leaves all of it on the screen, however small that is."""

from PyQt6.QtWidgets import QWidget

# For the title and the border, in pixels: their size is known only when the window is on the screen.
FRAME = 40


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
