"""Labels in sizes that follow the desktop's font."""

from PyQt6.QtGui import QFont, QPalette
from PyQt6.QtWidgets import QLabel


def label(
    words: str, size: float = 1.0, bold: bool = False, faint: bool = False, wrapped: bool = False
) -> QLabel:
    """Return a label.

    Parameters
    ----------
    words : str
        What it says.
    size : float
        Of its letters, where 1 is the desktop's.
    bold, faint, wrapped : bool
        Whether it is heavy, less important, broken into lines.
    """
    made = QLabel(words)
    font = QFont(made.font())
    if size != 1.0:
        font.setPointSizeF(font.pointSizeF() * size)
    font.setBold(bold)
    made.setFont(font)
    made.setWordWrap(wrapped)
    if faint:
        made.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return made
