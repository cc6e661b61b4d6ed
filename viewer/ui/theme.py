"""The program's look: Fusion style with a light or a dark palette, as the desktop has it."""

import os
import sys
from typing import Literal

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication

Theme = Literal["system", "light", "dark"]
Role = QPalette.ColorRole

LIGHT = {
    Role.Window: "#f2f2f3",
    Role.WindowText: "#1b1c1e",
    Role.Base: "#ffffff",
    Role.AlternateBase: "#f5f6f8",
    Role.Text: "#1b1c1e",
    Role.PlaceholderText: "#5f646c",
    Role.Button: "#e9e9eb",
    Role.ButtonText: "#1b1c1e",
    Role.BrightText: "#b3261e",
    Role.Light: "#ffffff",
    Role.Midlight: "#e2e2e5",
    Role.Mid: "#b4b5ba",
    Role.Dark: "#8e9096",
    Role.Shadow: "#55575c",
    Role.Highlight: "#2468c8",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#1a5cb8",
    Role.LinkVisited: "#1a5cb8",
    Role.ToolTipBase: "#ffffff",
    Role.ToolTipText: "#1b1c1e",
}
DARK = {
    Role.Window: "#2b2c2f",
    Role.WindowText: "#e6e7e9",
    Role.Base: "#1e1f21",
    Role.AlternateBase: "#25262a",
    Role.Text: "#e6e7e9",
    Role.PlaceholderText: "#a0a4ab",
    Role.Button: "#3a3b3f",
    Role.ButtonText: "#e6e7e9",
    Role.BrightText: "#ff8a80",
    Role.Light: "#54565c",
    Role.Midlight: "#46484d",
    Role.Mid: "#54565c",
    Role.Dark: "#1a1b1d",
    Role.Shadow: "#0c0c0d",
    Role.Highlight: "#2f6fd0",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#7db5ff",
    Role.LinkVisited: "#7db5ff",
    Role.ToolTipBase: "#3a3b3f",
    Role.ToolTipText: "#e6e7e9",
}
DISABLED = {"light": "#93969c", "dark": "#7b7f86"}
# Behind and around the picture; neutral, so that it lends no colour to the sky.
IMAGE_BACKGROUND = {"light": 0xFF3A3A3A, "dark": 0xFF191919}


def apply(app: QApplication, theme: Theme = "system") -> None:
    """Give the program its style and colours.

    Parameters
    ----------
    app : QApplication
        The program.
    theme : str
        ``system`` follows the desktop, also when it changes later; the environment variable
        SKYLOUPE_THEME (``light`` or ``dark``) is stronger than this.
    """
    follower = app.findChild(_Follower) or _Follower(app)
    follower.theme = theme
    app.setStyle("Fusion")
    follower.follow()


def is_dark() -> bool:
    """Whether the program's windows are dark now."""
    return QGuiApplication.palette().color(Role.Window).lightness() < 128


def image_background() -> int:
    """Return the colour around the picture as 0xffRRGGBB."""
    return IMAGE_BACKGROUND["dark" if is_dark() else "light"]


def colour_plots() -> None:
    """Give pyqtgraph's plots the colours of the palette; called when it is loaded, which costs the start."""
    import pyqtgraph as pg

    colours = QApplication.palette()
    pg.setConfigOptions(
        background=colours.color(Role.Base).name(), foreground=colours.color(Role.Text).name()
    )


def palette(theme: Literal["light", "dark"]) -> QPalette:
    """Return the colours of a theme."""
    colours = QPalette()
    for role, name in (DARK if theme == "dark" else LIGHT).items():
        colours.setColor(role, QColor(name))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, role, QColor(DISABLED[theme]))
    colours.setColor(QPalette.ColorGroup.Disabled, Role.Highlight, colours.color(Role.Mid))
    return colours


def box_palette(colours: QPalette) -> QPalette:
    """Return colours for check boxes and radio buttons.

    Fusion frames them in a darker shade of the window's colour, which in the dark cannot be seen.
    """
    boxes = QPalette(colours)
    if colours.color(Role.Window).lightness() < 128:
        boxes.setColor(Role.Base, colours.color(Role.Mid))
    return boxes


class _Follower(QObject):
    """Keeps the palette like the desktop's colour scheme; belongs to the application."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.theme: Theme = "system"
        app.styleHints().colorSchemeChanged.connect(self.follow)

    def follow(self) -> None:
        """Set the palette that is wanted now, and pyqtgraph's colours with it."""
        wanted = os.environ.get("SKYLOUPE_THEME", self.theme)
        if wanted not in ("light", "dark"):
            scheme = QGuiApplication.styleHints().colorScheme()
            wanted = "dark" if scheme == Qt.ColorScheme.Dark else "light"
        colours = palette("dark" if wanted == "dark" else "light")
        QApplication.setPalette(colours)
        for kind in ("QCheckBox", "QRadioButton"):
            QApplication.setPalette(box_palette(colours), kind)
        if "pyqtgraph" in sys.modules:
            colour_plots()
