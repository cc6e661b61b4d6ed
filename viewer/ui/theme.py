"""The program's look: Fusion style with a light, dark or red palette, as the desktop or the user has it."""

import os
import sys
from typing import Literal

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication, QWidget

Kind = Literal["light", "dark", "red"]
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
# For eyes that are used to the dark: nothing but red. The letters are as bright as red can be, which is
# what it takes for a contrast of 4.5 to 1; everything that has an area is near black.
RED = {
    Role.Window: "#1a0000",
    Role.WindowText: "#ff0000",
    Role.Base: "#080000",
    Role.AlternateBase: "#100000",
    Role.Text: "#ff0000",
    Role.PlaceholderText: "#f00000",
    Role.Button: "#280000",
    Role.ButtonText: "#ff0000",
    Role.BrightText: "#ff0000",
    Role.Light: "#580000",
    Role.Midlight: "#400000",
    Role.Mid: "#580000",
    Role.Dark: "#900000",
    Role.Shadow: "#000000",
    Role.Highlight: "#360000",
    Role.HighlightedText: "#ff0000",
    Role.Accent: "#f00000",
    Role.Link: "#ff0000",
    Role.LinkVisited: "#ff0000",
    Role.ToolTipBase: "#200000",
    Role.ToolTipText: "#ff0000",
}
# In lists and menus a mark has an area, and is dark; what is small is marked by black on red, or nobody
# would see how far a slider is, or which field has the keys.
SMALL = ("QLineEdit", "QAbstractSpinBox", "QSlider", "QProgressBar", "QAbstractButton", "QComboBox")
SMALL_MARK = {Role.Highlight: "#f00000", Role.HighlightedText: "#000000"}
MARKED = "marked"
PALETTES: dict[Kind, dict[QPalette.ColorRole, str]] = {"light": LIGHT, "dark": DARK, "red": RED}
DISABLED = {"light": "#93969c", "dark": "#7b7f86", "red": "#b40000"}
# Behind and around the picture; neutral, so that it lends no colour to the sky.
IMAGE_BACKGROUND = {"light": 0xFF3A3A3A, "dark": 0xFF191919, "red": 0xFF100000}


def apply(app: QApplication, theme: str = "system") -> None:
    """Give the program its style and colours.

    Parameters
    ----------
    app : QApplication
        The program.
    theme : str
        ``system`` follows the desktop, also when it changes later, and so does a name that nobody knows; the
        environment variable SKYLOUPE_THEME (``light``, ``dark`` or ``red``) is stronger than this.
    """
    _follower(app).follow(os.environ.get("SKYLOUPE_THEME", theme))


def choose(theme: str) -> None:
    """Take another theme, of the user's choice, which is stronger than the environment."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        _follower(app).follow(theme)


def kind_of(colours: QPalette) -> Kind:
    """Return the theme that a palette belongs to."""
    if colours.color(Role.Window).lightness() >= 128:
        return "light"
    return "dark" if colours.color(Role.WindowText).green() else "red"


def is_dark() -> bool:
    """Whether the program's windows are dark now."""
    return kind_of(QGuiApplication.palette()) != "light"


def is_red() -> bool:
    """Whether nothing but red is to be seen now."""
    return _Follower.shown == "red"


def image_background() -> int:
    """Return the colour around the picture as 0xffRRGGBB."""
    return IMAGE_BACKGROUND[kind_of(QGuiApplication.palette())]


def paper_background() -> int:
    """Return the colour around a picture that is saved or copied: red is for the screen only."""
    kind = kind_of(QGuiApplication.palette())
    return IMAGE_BACKGROUND["dark" if kind == "red" else kind]


def mark(button: QWidget, on: bool) -> None:
    """Colour a button that is down, or no more: pressed alone is hard to tell on a dark ground."""
    button.setProperty(MARKED, on)
    colours = QPalette()
    if on:
        now = QGuiApplication.palette()
        colours.setColor(Role.Button, now.color(Role.Highlight))
        colours.setColor(Role.ButtonText, now.color(Role.HighlightedText))
    button.setPalette(colours)


def colour_plots() -> None:
    """Give pyqtgraph's plots the colours of the palette; called when it is loaded, which costs the start."""
    import pyqtgraph as pg

    colours = QApplication.palette()
    pg.setConfigOptions(
        background=colours.color(Role.Base).name(), foreground=colours.color(Role.Text).name()
    )


def palette(theme: Kind) -> QPalette:
    """Return the colours of a theme."""
    colours = QPalette()
    for role, name in PALETTES[theme].items():
        colours.setColor(role, QColor(name))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, role, QColor(DISABLED[theme]))
    dim = Role.Button if theme == "red" else Role.Mid
    colours.setColor(QPalette.ColorGroup.Disabled, Role.Highlight, colours.color(dim))
    return colours


def small_palette(theme: Kind) -> QPalette:
    """Return the colours of small controls: those of all others, but in the red theme."""
    marks = QPalette()
    if theme == "red":
        for role, name in SMALL_MARK.items():
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
                marks.setColor(group, role, QColor(name))
    return marks


def box_palette(colours: QPalette) -> QPalette:
    """Return colours for check boxes and radio buttons.

    Fusion frames them in a darker shade of the window's colour, which in the dark cannot be seen.
    """
    boxes = QPalette(colours)
    if colours.color(Role.Window).lightness() < 128:
        boxes.setColor(Role.Base, colours.color(Role.Mid))
    return boxes


def _follower(app: QApplication) -> "_Follower":
    return app.findChild(_Follower) or _Follower(app)


class _Follower(QObject):
    """Keeps the palette like the desktop's colour scheme, or as it was chosen; belongs to the application."""

    shown: Kind = "light"

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._theme: str = "system"
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: self.follow(self._theme))

    def follow(self, theme: str) -> None:
        """Set style and palette, and pyqtgraph's colours with them."""
        self._theme = theme
        kind: Kind = "dark" if theme == "dark" else "red" if theme == "red" else "light"
        if theme not in PALETTES and self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark:
            kind = "dark"
        was, _Follower.shown = _Follower.shown, kind
        self._set_style(kind)
        colours = palette(kind)
        QApplication.setPalette(colours)
        for name in ("QCheckBox", "QRadioButton"):
            QApplication.setPalette(box_palette(colours), name)
        if kind == "red" or was == "red":
            for name in SMALL:
                QApplication.setPalette(small_palette(kind), name)
        for widget in QApplication.allWidgets():
            if widget.property(MARKED):
                mark(widget, True)
        if "pyqtgraph" in sys.modules:
            colour_plots()

    def _set_style(self, kind: Kind) -> None:
        if kind == "red":
            # only who sits in a dome needs it
            from viewer.ui.dim import RedStyle

            self._app.setStyle(RedStyle())
        else:
            self._app.setStyle("Fusion")
