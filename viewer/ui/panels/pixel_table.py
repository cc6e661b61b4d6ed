"""PixelTable: the values of the pixels around the pointer, as they are stored."""

import math

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QKeySequence, QPalette, QShortcut
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.document import Picture
from viewer.core.session.session import Session
from viewer.ui.fitting import fixed_font
from viewer.ui.numbers import short_number
from viewer.ui.panels.panel import Panel, quietly

SIZES = (5, 13)
# characters of a cell: of real numbers, and at least of any
DIGITS = 9
FEWEST_DIGITS = 4
PADDING = 6
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PixelTable(Panel):
    """A square of pixel values about the pointer: FITS x to the right, FITS y upwards.

    It shows the pixels as stored, however the view is mirrored or turned.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Pixels"
    delay = 30

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._built = False
        self.model = PixelModel()
        session.pointer_moved.connect(self.refresh_soon)
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        self._widths: tuple[int, ...] = ()
        self.refresh_soon()

    def sizeHint(self) -> QSize:
        """Room for the smallest table."""
        return QSize(330, 190)

    def refresh(self) -> None:
        """Read the pixels about the pointer."""
        self._build()
        picture, pointer = self.session.picture, self.session.pointer
        if picture is None or pointer is None:
            self.model.show_values(None)
            self._note.setText("")
            return
        self._set_widths(picture)
        height, width = picture.frame.image_shape
        half = self.model.size // 2
        column, row = math.floor(pointer[0] + 0.5), math.floor(pointer[1] + 0.5)
        x0, x1 = max(column - half, 0), min(column + half + 1, width)
        y0, y1 = max(row - half, 0), min(row + half + 1, height)
        inside = x0 < x1 and y0 < y1
        values = picture.frame.pixels.read(slice(y0, y1), slice(x0, x1), picture.plane) if inside else None
        self.model.show_values(values, (column - half, row - half), (x0, y0))
        planes = [f"plane {', '.join(str(n + 1) for n in reversed(picture.plane))}"] if picture.plane else []
        self._note.setText("   ".join([*planes, picture.frame.unit]).strip())

    def set_size(self, size: int) -> None:
        """Choose how many pixels the square has on a side; even numbers become the next odd one."""
        self._build()
        size = min(max(size | 1, SIZES[0]), SIZES[1])
        with quietly(self._size):
            self._size.setValue(size)
        if size != self.model.size:
            self.model.set_size(size)
            self.refresh()
            self._show_middle()

    def copy(self) -> None:
        """Copy the table, with its coordinates, to the clipboard as tab-separated text."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.model.as_text())

    def _build(self) -> None:
        """Make the widgets when the panel is first seen."""
        if self._built:
            return
        self._built = True
        self._size = QSpinBox()
        self._size.setRange(*SIZES)
        self._size.setSingleStep(2)
        self._size.setValue(self.model.size)
        self._size.setPrefix("n = ")
        self._size.setToolTip("Pixels on a side")
        self._size.valueChanged.connect(self.set_size)
        self._note = QLabel()
        top = QHBoxLayout()
        top.addWidget(self._size)
        top.addStretch()
        top.addWidget(self._note)
        self._view = QTableView()
        self._view.setModel(self.model)
        self._view.setFont(fixed_font())
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._view.setToolTip("Values as stored: x to the right, y upwards. Ctrl+C copies the table.")
        for header in (self._view.horizontalHeader(), self._view.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setSectionsClickable(False)
            header.setMinimumSectionSize(10)
            header.setFont(self._view.font())
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._view)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(top)
        layout.addWidget(self._view)

    def _set_widths(self, picture: Picture) -> None:
        """Give the columns the width of the image's numbers, so that none jumps from pixel to pixel."""
        height, width = picture.frame.image_shape
        self.model.digits = max(FEWEST_DIGITS, min(DIGITS, _digits(picture)), len(str(width)))
        widths = (self.model.digits, len(str(height)))
        if widths == self._widths:
            return
        self._widths = widths
        digit = self._view.fontMetrics().horizontalAdvance("0")
        self._view.horizontalHeader().setDefaultSectionSize(digit * widths[0] + PADDING)
        self._view.verticalHeader().setDefaultSectionSize(self._view.fontMetrics().height() + 6)
        self._view.verticalHeader().setFixedWidth(digit * widths[1] + 2 * PADDING)
        self._show_middle()

    def _show_middle(self) -> None:
        # once the table knows its room
        QTimer.singleShot(0, self._scroll_to_middle)

    def _scroll_to_middle(self) -> None:
        middle = self.model.index(self.model.size // 2, self.model.size // 2)
        self._view.scrollTo(middle, QAbstractItemView.ScrollHint.PositionAtCenter)


def _digits(picture: Picture) -> int:
    """Return how many characters the image's values need."""
    dtype = picture.frame.pixels.dtype
    if dtype.kind not in "iu":
        return DIGITS
    sampled = max(len(str(int(value))) for value in (picture.sample.minimum, picture.sample.maximum))
    # brighter pixels than those sampled need a digit more
    return min(len(str(np.iinfo(dtype).max)) + (dtype.kind == "i"), sampled + 1)


class PixelModel(QAbstractTableModel):
    """Values of a square, with the FITS coordinates in the headers and the top row on top."""

    def __init__(self) -> None:
        super().__init__()
        self.size = SIZES[0]
        self.digits = DIGITS
        self._values: np.ndarray | None = None
        self._corner = (0, 0)
        self._first = (0, 0)

    def set_size(self, size: int) -> None:
        """Change the number of rows and columns."""
        self.beginResetModel()
        self.size = size
        self._values = None
        self.endResetModel()

    def show_values(
        self, values: np.ndarray | None, corner: tuple[int, int] = (0, 0), first: tuple[int, int] = (0, 0)
    ) -> None:
        """Take over new values.

        Parameters
        ----------
        values : numpy.ndarray or None
            Those pixels of the square that lie in the image.
        corner : tuple of int
            The square's lower left pixel (x, y), 0-based; it may lie outside the image.
        first : tuple of int
            Pixel (x, y) of ``values[0, 0]``.
        """
        self._values, self._corner, self._first = values, corner, first
        last = self.size - 1
        self.dataChanged.emit(self.index(0, 0), self.index(last, last))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, last)

    def rowCount(self, _parent: QModelIndex | None = None) -> int:
        """Number of rows."""
        return self.size

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        """Number of columns."""
        return self.size

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell; rows count from the top."""
        x = self._corner[0] + column - self._first[0]
        y = self._corner[1] + self.size - 1 - row - self._first[1]
        if self._values is None or not (0 <= y < self._values.shape[0] and 0 <= x < self._values.shape[1]):
            return ""
        return short_number(self._values[y, x], self.digits)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if index.row() == index.column() == self.size // 2:
            palette = QGuiApplication.palette()
            if role == Qt.ItemDataRole.BackgroundRole:
                return palette.brush(QPalette.ColorRole.Highlight)
            if role == Qt.ItemDataRole.ForegroundRole:
                return palette.brush(QPalette.ColorRole.HighlightedText)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """FITS x on top, FITS y at the left."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole or self._values is None:
            return "" if role == Qt.ItemDataRole.DisplayRole else None
        if orientation == Qt.Orientation.Horizontal:
            return str(self._corner[0] + section + 1)
        return str(self._corner[1] + self.size - section)

    def as_text(self) -> str:
        """Return the table with its headers, tab-separated."""
        columns = range(self.size)
        lines = [["y\\x", *(str(self.headerData(n, Qt.Orientation.Horizontal)) for n in columns)]]
        lines += [
            [str(self.headerData(row, Qt.Orientation.Vertical)), *(self.text(row, n) for n in columns)]
            for row in columns
        ]
        return "\n".join("\t".join(line) for line in lines)
