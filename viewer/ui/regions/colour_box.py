"""ColourBox: the colours of regions to choose from, with a small square of each."""

from PyQt6.QtCore import QEvent, QSize, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QColorDialog, QComboBox, QWidget

from viewer.ui.fitting import scaled
from viewer.ui.panels.panel import quietly
from viewer.ui.regions.colours import NAMES, colour_of
from viewer.ui.regions.model import swatch

OTHER = "other…"


class ColourBox(QComboBox):
    """DS9's colours by name, and any other.

    Signals
    -------
    chosen : str
        The user chose another colour: a name, or #rrggbb.

    Parameters
    ----------
    tooltip : str
        What the colour is of.
    parent : QWidget, optional
        As in Qt.
    """

    chosen = pyqtSignal(str)

    def __init__(self, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = NAMES[0]
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.setIconSize(QSize(scaled(12), scaled(12)))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        for name in NAMES:
            self.addItem(swatch(colour_of(name)), name)
        self.addItem(OTHER)
        self.activated.connect(self._activated)

    def show_colour(self, colour: str) -> None:
        """Show a colour; one that is not in the list is added."""
        self.colour = colour
        with quietly(self):
            if self.findText(colour) < 0:
                self.insertItem(self.count() - 1, swatch(colour_of(colour)), colour)
            self.setCurrentText(colour)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the squares again for another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row in range(self.count()):
                if not self.itemIcon(row).isNull():
                    self.setItemIcon(row, swatch(colour_of(self.itemText(row))))

    def _activated(self, index: int) -> None:
        text = self.itemText(index)
        if text == OTHER:
            before = self.colour
            self.show_colour(before)
            dialog = QColorDialog(colour_of(before), self.window())
            dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
            dialog.setWindowTitle("Colour of regions")
            dialog.colorSelected.connect(self._other_chosen)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
        elif text != self.colour:
            self.colour = text
            self.chosen.emit(text)

    def _other_chosen(self, colour: QColor) -> None:
        self.show_colour(colour.name())
        self.chosen.emit(colour.name())
