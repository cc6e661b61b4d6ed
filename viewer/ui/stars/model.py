"""The table of stars as Qt wants it: sorted and filtered as arrays, so that thousands take no time."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QGuiApplication, QPalette

from viewer.core.skyframes import SkyStyle
from viewer.ui.stars.columns import COLUMNS, StarColumn, cell_text
from viewer.ui.stars.filtering import find
from viewer.ui.stars.rows import rows_of

if TYPE_CHECKING:
    from viewer.core.measure.starlist import StarList

Array = np.ndarray[Any, np.dtype[Any]]
Role = Qt.ItemDataRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
# what of a saturated star is wrong
DOUBTFUL = ("saturated", "flux", "mag", "peak", "snr", "flux_err")
INSTRUMENTAL = "Instrumental magnitude, −2.5 log10(flux): the header has no zero point"
CALIBRATED = "Magnitude by the zero point in the header"


class StarsModel(QAbstractTableModel):
    """Stars in rows, in the order chosen; those that the filter leaves.

    Attributes
    ----------
    table : numpy.ndarray or None
        All stars.
    shown : numpy.ndarray
        Rows of `table` in the order in which they stand here.
    columns : tuple of StarColumn
        From left to right.
    sorted_by : tuple of str and bool
        Key of a column, and whether it begins with the greatest.
    problem : str
        What of the filter was not understood.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Array | None = None
        self.shown: Array = np.zeros(0, int)
        self.columns: tuple[StarColumn, ...] = COLUMNS
        self.sorted_by = ("number", False)
        self.problem = ""
        self._style = SkyStyle()
        self._instrumental = True
        self._text = ""
        self._order: Array = np.zeros(0, int)
        self._places: Array | None = None

    # ------------------------------------------------------------------ what is shown

    def show_stars(self, stars: "StarList | None", text: str, style: SkyStyle) -> None:
        """Show stars.

        Parameters
        ----------
        stars : StarList or None
            All of them.
        text : str
            The filter.
        style : SkyStyle
            How positions on the sky are written.
        """
        table = None if stars is None else rows_of(stars)
        if style != self._style:
            self._style = style
            if len(self.shown):
                last = self.index(len(self.shown) - 1, len(self.columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
        if table is self.table and text == self._text:
            return
        self.beginResetModel()
        if table is not self.table:
            self.table = table
            self._instrumental = stars is None or stars.zero_point is None
            self._sort()
        self._text = text
        self._choose()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what has no value comes last."""
        if not 0 <= column < len(self.columns):
            return
        wanted = (self.columns[column].key, order == Qt.SortOrder.DescendingOrder)
        if wanted != self.sorted_by:
            self.beginResetModel()
            self.sorted_by = wanted
            self._sort()
            self._choose()
            self.endResetModel()

    def place_of(self, star: int) -> int | None:
        """Return where a star stands in the table; None if it is not shown."""
        if self._places is None:
            self._places = np.full(0 if self.table is None else len(self.table), -1)
            self._places[self.shown] = np.arange(len(self.shown))
        place = int(self._places[star]) if 0 <= star < len(self._places) else -1
        return None if place < 0 else place

    def text(self, place: int, column: StarColumn) -> str:
        """Return one cell as it is shown."""
        return (
            "" if self.table is None else cell_text(column, self.table, int(self.shown[place]), self._style)
        )

    def _sort(self) -> None:
        if self.table is None:
            self._order = np.zeros(0, int)
            return
        key, descending = self.sorted_by
        if key == "flags" and "flags" in self.table.dtype.names:
            _, values = np.unique(self.table["flags"], return_inverse=True)
            values = values.astype(float)
        else:
            column = next(column for column in self.columns if column.key == key)
            values = column.values(self.table)
        known = np.flatnonzero(np.isfinite(values))
        signed = -values[known] if descending else values[known]
        self._order = np.concatenate(
            [known[np.argsort(signed, kind="stable")], np.flatnonzero(~np.isfinite(values))]
        )

    def _choose(self) -> None:
        self._places, self.problem = None, ""
        if self.table is None:
            self.shown = np.zeros(0, int)
            return
        found = find(self._text, self.table)
        self.problem = found.problem
        self.shown = self._order[found.rows[self._order]]

    # ------------------------------------------------------------------ as Qt asks for it

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of stars shown."""
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        """Return text, alignment or colour of a cell."""
        if not index.isValid() or index.row() >= len(self.shown) or self.table is None:
            return None
        column = self.columns[index.column()]
        if role == Role.DisplayRole:
            # keeps numbers apart from the text in the next column
            return self.text(index.row(), column) + ("" if column.key == "flags" else "\u00a0")
        if role == Role.ToolTipRole:
            return self.text(index.row(), column) if column.key == "flags" else None
        if role == Role.TextAlignmentRole:
            return LEFT if column.key == "flags" else CENTRE if column.key == "saturated" else RIGHT
        if role == Role.ForegroundRole:
            return self._brush(index.row(), column.key)
        return None

    def _brush(self, place: int, key: str) -> object:
        colours = QGuiApplication.palette()
        if key in DOUBTFUL and self.table is not None and self.table["saturated"][self.shown[place]]:
            return colours.brush(QPalette.ColorRole.BrightText)
        return colours.brush(QPalette.ColorRole.PlaceholderText) if key in ("number", "flags") else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Name and explain the columns."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return f"{column.title} ({column.unit})" if column.unit else column.title
        if role == Role.ToolTipRole:
            tip = column.tip
            if column.key == "mag":
                tip = INSTRUMENTAL if self._instrumental else CALIBRATED
            return f"{tip}\nA click sorts by this column"
        if role == Role.TextAlignmentRole:
            return LEFT if column.key == "flags" else RIGHT
        return None
