"""Choosers of the scale panel: the rule of the limits, the stretch, the colour map."""

import numpy as np
from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon, QImage, QPixmap
from PyQt6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QSizePolicy, QToolButton, QWidget

from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.stretch import Stretch
from viewer.ui.theme import mark
from viewer.ui.tint import tinted_image

# SAOImage DS9's menu, with its percentages
RULES: tuple[tuple[str, Limits], ...] = (
    ("zscale", Limits("zscale")),
    ("minimum – maximum", Limits("minmax")),
    *((f"{percent:g} %", Limits("percent", percent)) for percent in (99.5, 99, 98, 97, 96, 95, 92.5, 90)),
)
BY_HAND = "by hand"
# name, text on the button, what it is for
STRETCHES = (
    ("linear", "linear", "Linear: brightness follows the values"),
    ("log", "log", "Logarithm: lifts the faint, for a large range of values"),
    ("sqrt", "√", "Square root: lifts the faint gently"),
    ("squared", "x²", "Square: stresses the bright"),
    ("power", "power", "Power (exponential): stresses the very bright"),
    ("asinh", "asinh", "Inverse hyperbolic sine: linear for the faint, logarithmic for the bright"),
    ("sinh", "sinh", "Hyperbolic sine: stresses the bright gently"),
    ("histequal", "equalise", "Histogram equalisation: every brightness equally often"),
)
STRETCH_COLUMNS = 4
ICON = QSize(64, 12)


class LimitsChooser(QComboBox):
    """The rule by which the limits are found.

    Attributes
    ----------
    chosen : pyqtSignal of object
        The user picked a rule: `Limits`, or None for limits by hand.
    """

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for text, limits in RULES:
            self.addItem(text, limits)
        self.addItem(BY_HAND, None)
        self.setMaxVisibleItems(self.count() + 1)
        self.setToolTip("How the limits are found; percentages are central, as in SAOImage DS9")
        self.setAccessibleName("Limits")
        self.activated.connect(lambda row: self.chosen.emit(self.itemData(row)))

    def show_limits(self, limits: Limits) -> None:
        """Show the rule in force; one that is not in the list is added to it."""
        rules = [self.itemData(row) for row in range(self.count())]
        rule = None if limits.mode == "manual" else limits
        if rule not in rules:
            rules.append(limits)
            self.addItem(_rule_text(limits), limits)
        self.setCurrentIndex(rules.index(rule))


def _rule_text(limits: Limits) -> str:
    if limits.mode == "percent":
        return f"{limits.percent:g} %"
    return f"{limits.mode}, {limits.reach:g} times as far"


class StretchChooser(QWidget):
    """One button for each stretch.

    Attributes
    ----------
    chosen : pyqtSignal of str
        The name of the stretch that the user picked.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self._group = QButtonGroup(self)
        for number, (name, text, hint) in enumerate(STRETCHES):
            button = QToolButton(self)
            button.setText(text)
            button.setToolTip(hint)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.toggled.connect(self._mark)
            button.clicked.connect(lambda _checked, name=name: self.chosen.emit(name))
            self._group.addButton(button)
            self.buttons[name] = button
            grid.addWidget(button, *divmod(number, STRETCH_COLUMNS))

    def show_stretch(self, stretch: Stretch) -> None:
        """Mark the stretch in force."""
        self.buttons[stretch.name].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        """Mark no stretch where there is none to choose."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._mark()

    def _mark(self, *_checked: bool) -> None:
        """Colour the button in force."""
        for button in self.buttons.values():
            mark(button, button.isChecked() and self.isEnabled())


class ColorMapChooser(QComboBox):
    """Colour maps by name, each with its colours; these are drawn when the list is first opened.

    Attributes
    ----------
    chosen : pyqtSignal of str
        The name of the map that the user picked.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(ColorMap.names())
        self.setIconSize(ICON)
        self.setMaxVisibleItems(24)
        self.setAccessibleName("Colour map")
        self._drawn = False
        self.activated.connect(lambda row: self.chosen.emit(self.itemText(row)))

    def show_colormap(self, colormap: ColorMap) -> None:
        """Show the map in force."""
        row = self.findText(colormap.name)
        if row != self.currentIndex():
            self.setCurrentIndex(row)
        if row >= 0 and self.itemIcon(row).isNull():
            self.setItemIcon(row, gradient(ColorMap(colormap.name)))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the colours again for another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row in range(self.count()):
                if not self.itemIcon(row).isNull():
                    self.setItemIcon(row, gradient(ColorMap(self.itemText(row))))

    def showPopup(self) -> None:
        """Draw the colours that have not been seen yet, and open the list."""
        if not self._drawn:
            self._drawn = True
            for row in range(self.count()):
                if self.itemIcon(row).isNull():
                    self.setItemIcon(row, gradient(ColorMap(self.itemText(row))))
        super().showPopup()


def gradient(colormap: ColorMap) -> QIcon:
    """Return a strip of a colour map's colours."""
    colours = np.asarray(colormap.rgb(), float)
    picks = np.linspace(0, len(colours) - 1, ICON.width()).round().astype(int)
    row = np.zeros((ICON.width(), 4), np.uint8)
    row[:, :3] = np.round(np.clip(colours[picks, :3], 0, 1) * 255)[:, ::-1]
    image = QImage(row.tobytes(), ICON.width(), 1, 4 * ICON.width(), QImage.Format.Format_RGB32)
    return QIcon(QPixmap.fromImage(tinted_image(image.scaled(ICON, Qt.AspectRatioMode.IgnoreAspectRatio))))
