"""Colours of regions: as DS9 names them."""

from functools import cache

from PyQt6.QtGui import QColor

# DS9's names are those of X11, where green is brighter than in CSS
DS9 = {
    "green": "#00ff00",
    "red": "#ff0000",
    "blue": "#0000ff",
    "cyan": "#00ffff",
    "magenta": "#ff00ff",
    "yellow": "#ffff00",
    "white": "#ffffff",
    "black": "#000000",
}
NAMES = (*DS9, "orange")
STRIKE = QColor("#ff3030")
# Of 0..255, as the eye weighs red, green and blue: what is darker needs a light casing.
DARK_BELOW = 60
LIGHT_CASING = QColor(230, 230, 230)
# Nothing shines through: Qt takes ten times as long for half-transparent lines.
CASING = QColor(0, 0, 0)


@cache
def colour_of(name: str) -> QColor:
    """Return the colour that a region file means; green, DS9's own, for a name that nobody knows."""
    colour = QColor.fromString(DS9.get(name.lower(), name))
    return colour if colour.isValid() else QColor(DS9["green"])


def casing_of(colour: QColor) -> QColor:
    """Return the colour around lines and letters of another colour, so that they are seen on any picture."""
    brightness = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return LIGHT_CASING if brightness < DARK_BELOW else CASING
