"""The colours of curves: told apart on light and on dark ground, also by most of the colour-blind."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPalette

from viewer.ui.theme import kind_of

LIGHT = ("#1a5cb8", "#c2410c", "#15803d", "#8b2fc9", "#a16207", "#0e7490")
DARK = ("#7db5ff", "#ff9d5c", "#6ee7a0", "#d3a6ff", "#f0d060", "#67e0f0")
# reds differ by how bright they are, and their lines by what they are made of
RED = ("#ff0000", "#b00000", "#d80000", "#8c0000", "#ec0000", "#a00000")
COLOURS = {"light": LIGHT, "dark": DARK, "red": RED}
PATTERNS = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


def curve_colour(number: int, palette: QPalette) -> QColor:
    """Return a colour by its number, to be seen on the palette's ground; after the last comes the first."""
    colours = COLOURS[kind_of(palette)]
    return QColor(colours[number % len(colours)])


def curve_pattern(number: int, palette: QPalette) -> Qt.PenStyle:
    """Return how a curve's line is made, where colours do not tell them apart."""
    return PATTERNS[number % len(PATTERNS)] if kind_of(palette) == "red" else Qt.PenStyle.SolidLine


def axis_colour(palette: QPalette) -> QColor:
    """Return the colour of axes and of lines without one of their own."""
    return palette.color(QPalette.ColorRole.Text)


def faint(colour: QColor, alpha: int) -> QColor:
    """Return a colour that lets through what lies behind."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
