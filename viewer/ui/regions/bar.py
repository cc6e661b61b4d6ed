"""RegionBar: the shapes to draw, their colour, and what can be done with all regions."""

from PyQt6.QtCore import QEvent, QSize, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from viewer.ui.fitting import scaled
from viewer.ui.flow import Flow
from viewer.ui.panels.panel import quietly
from viewer.ui.regions.colour_box import ColourBox
from viewer.ui.regions.icons import SIDE, shape_icon

SHIFT = "Shift keeps both axes alike"
TOOLS: tuple[tuple[str, str], ...] = (
    (
        "pan",
        "The usual mouse: drag regions and their handles, else the picture. Shift-click adds to the "
        "selection, Shift-drag in the open selects all regions in a rectangle",
    ),
    ("select", "Select by drawing a rectangle around regions"),
    ("point", "Point: click"),
    ("line", "Line: drag; Shift for steps of 15°"),
    ("ruler", "Ruler: drag; it says how long it is and where it points. Shift for steps of 15°"),
    ("vector", "Vector: drag from its tail to its head"),
    ("circle", "Circle: drag from its centre (Ctrl: from edge to edge), or click"),
    ("ellipse", f"Ellipse: drag from its centre (Ctrl: from corner to corner). {SHIFT}"),
    ("box", f"Box: drag from corner to corner (Ctrl: from its centre). {SHIFT}"),
    (
        "polygon",
        "Polygon: click its corners; a double click, Enter or the first corner ends it, Backspace takes a "
        "corner back, Esc gives it up",
    ),
    ("annulus", "Annulus: drag from its centre, then pull its inner edge"),
    ("ellipse annulus", f"Elliptical annulus: drag from its centre. {SHIFT}"),
    ("box annulus", f"Box annulus: drag from corner to corner. {SHIFT}"),
    ("text", "Text: click where it is to stand"),
)
PIXELS, ICRS = "Pixels", "ICRS"


class RegionBar(QWidget):
    """Buttons above the list of regions.

    Signals
    -------
    tool_wanted : str
        The user chose what the mouse does.
    sky_wanted : bool
        Places are to be given on the sky, or in pixels.
    mask_wanted : bool
        The inside of the selected regions is to be masked, or the outside.

    Parameters
    ----------
    parent : QWidget, optional
        As in Qt.
    """

    tool_wanted = pyqtSignal(str)
    sky_wanted = pyqtSignal(bool)
    mask_wanted = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tools: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        signs = QWidget()
        row = QHBoxLayout(signs)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for name, tip in TOOLS:
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setIconSize(QSize(scaled(SIDE), scaled(SIDE)))
            button.setFixedWidth(scaled(SIDE) + 6)
            button.setToolTip(f"<qt>{tip}</qt>")
            button.setAccessibleName(tip.partition(":")[0] if name not in ("pan", "select") else name)
            button.clicked.connect(lambda _on, name=name: self.tool_wanted.emit(name))
            group.addButton(button)
            row.addWidget(button)
            self.tools[name] = button
        # none is checked while the mouse does something that is not of regions
        group.setExclusive(False)
        self.colour = ColourBox("Colour of new regions")
        self.coordinates = QComboBox()
        self.coordinates.addItems([PIXELS, ICRS])
        self.coordinates.setToolTip("Places and sizes in pixels (counted from 1), or on the sky")
        self.coordinates.activated.connect(lambda index: self.sky_wanted.emit(index == 1))
        self.load = _button(
            "Load…", "Read a region file: DS9 (.reg), CASA (.crtf) or a FITS table of regions"
        )
        self.save = _button("Save…", "Write the selected regions, or all, as a DS9 region file")
        self.mask = _button("Mask", "Mask the pixels inside of the selected regions, or outside: a step")
        self.mask.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.mask)
        menu.addAction("Mask the inside", lambda: self.mask_wanted.emit(True))
        menu.addAction("Mask the outside", lambda: self.mask_wanted.emit(False))
        self.mask.setMenu(menu)
        self.remove = _button("Remove", "Remove the selected regions (Delete)")
        flow = Flow(self)
        flow.setSpacing(3)
        flow.addWidget(signs)
        for widget in (self.colour, self.coordinates, self.load, self.save, self.mask, self.remove):
            flow.addWidget(widget)
        self._colour_signs()

    def show_tool(self, tool: str) -> None:
        """Show what the mouse does."""
        for name, button in self.tools.items():
            with quietly(button):
                button.setChecked(name == tool)

    def show_coordinates(self, sky: bool, possible: bool) -> None:
        """Show whether places are given on the sky, which not every image has."""
        with quietly(self.coordinates):
            self.coordinates.setCurrentIndex(int(sky))
        self.coordinates.setEnabled(possible)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the signs in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tools"):
            self._colour_signs()

    def _colour_signs(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        for name, button in self.tools.items():
            button.setIcon(shape_icon(name, colour))


def _button(text: str, tooltip: str) -> QToolButton:
    button = QToolButton(text=text)
    button.setToolTip(tooltip)
    return button
