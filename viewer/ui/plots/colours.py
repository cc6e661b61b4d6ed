"""The colours of curves: told apart on light and on dark ground, also by most of the colour-blind."""

from PyQt6.QtGui import QColor, QPalette

LIGHT = ("#1a5cb8", "#c2410c", "#15803d", "#8b2fc9", "#a16207", "#0e7490")
DARK = ("#7db5ff", "#ff9d5c", "#6ee7a0", "#d3a6ff", "#f0d060", "#67e0f0")


def curve_colour(number: int, palette: QPalette) -> QColor:
    """Return a colour by its number, to be seen on the palette's ground; after the last comes the first."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    colours = DARK if dark else LIGHT
    return QColor(colours[number % len(colours)])


def axis_colour(palette: QPalette) -> QColor:
    """Return the colour of axes and of lines without one of their own."""
    return palette.color(QPalette.ColorRole.Text)


def faint(colour: QColor, alpha: int) -> QColor:
    """Return a colour that lets through what lies behind."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
