"""NamesRow: the columns of positions, named by the user where the program does not know them."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

if TYPE_CHECKING:
    from viewer.core.catalogue.recognise import Named


class NamesRow(QWidget):
    """Asks for two columns; hidden until it is needed.

    Signals
    -------
    wanted
        The file is to be read again with them.

    Parameters
    ----------
    parent : QWidget
        As in Qt.
    """

    wanted = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        self.kind.addItems(["RA, Dec", "x, y from 1", "x, y from 0"])
        self.kind.setAccessibleName("Kind of positions")
        self.first, self.second = QLineEdit(placeholderText="column"), QLineEdit(placeholderText="column")
        self.again = QPushButton("Read again", autoDefault=False)
        self.again.clicked.connect(lambda: self.wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (QLabel("Positions:"), self.kind, self.first, self.second, self.again):
            row.addWidget(widget)
        self.hide()

    def named(self) -> "Named":
        """Return what the user says."""
        # tables of all kinds, which the start does without
        from viewer.core.catalogue.recognise import Named

        one, other = self.first.text().strip(), self.second.text().strip()
        kind = self.kind.currentIndex()
        return Named(ra=one, dec=other) if kind == 0 else Named(x=one, y=other, base=2 - kind)
