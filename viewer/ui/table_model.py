"""FITS tables as a table model: rows are read in pages, in workers, when they come into view."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal

from viewer.core.io.table import Table
from viewer.core.session.jobs import Job, Jobs

PAGE_CELLS = 8192
PAGE_ROWS = (8, 256)
PAGES_KEPT = 64
# when somebody scrolls fast, only the pages asked for last are still in sight
PAGES_WAITING = 3
MOST_CHARACTERS = 200
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
Role = Qt.ItemDataRole
Rows = list[list[object]]


def cell_text(value: object) -> str:
    """Return a cell as text: nothing for null, as few digits as tell a number from the next."""
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return "T" if value else "F"
    text = str(value)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


class TableModel(QAbstractTableModel):
    """The rows of a FITS table in the order chosen; a cell that is not read yet is empty.

    Signals
    -------
    page_read
        Another page of rows is there.
    failed : str
        A sentence: reading or sorting went wrong.

    Parameters
    ----------
    table : Table
        Where rows are read from.
    jobs : Jobs
        Where reading and sorting run.
    parent : QObject, optional
        As in Qt.
    """

    page_read = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, table: Table, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.sorted_by: tuple[int, bool] | None = None
        columns = max(1, len(table.names))
        self.page_rows = min(max(PAGE_CELLS // columns, PAGE_ROWS[0]), PAGE_ROWS[1])
        self._jobs = jobs
        self._order: np.ndarray | None = None
        self._pages: OrderedDict[int, Rows] = OrderedDict()
        self._waiting: list[int] = []
        self._reading: Job | None = None
        self._sorting: Job | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._read_next)

    def close(self) -> None:
        """Stop all work: nobody looks at this model any more."""
        self._waiting.clear()
        self._soon.stop()
        for job in (self._reading, self._sorting):
            if job is not None:
                job.cancel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of rows in the file."""
        return 0 if parent is not None and parent.isValid() else self.table.rows

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.table.names)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        """Return a cell as text, or how it is aligned."""
        if role not in (Role.DisplayRole, Role.TextAlignmentRole, Role.ToolTipRole) or not index.isValid():
            return None
        page, row = divmod(index.row(), self.page_rows)
        rows = self._pages.get(page)
        if rows is None:
            self._want(page)
            return None
        value = rows[row][index.column()] if row < len(rows) else None
        if role == Role.TextAlignmentRole:
            return LEFT if isinstance(value, str) else RIGHT
        return cell_text(value)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return name and unit of a column, or the number of a row as FITS counts."""
        table = self.table
        if orientation == Qt.Orientation.Vertical:
            if role != Role.DisplayRole:
                return RIGHT if role == Role.TextAlignmentRole else None
            return str(1 + (section if self._order is None else int(self._order[section])))
        name, unit = table.names[section], table.units[section]
        if role == Role.DisplayRole:
            return f"{name}\n{unit}" if unit else name
        if role == Role.ToolTipRole:
            lines = [name, f"unit: {unit}" if unit else "", f"format: {table.formats[section]}"]
            return "\n".join([*filter(None, lines), "A click sorts by this column"])
        return None

    def texts(self, column: int, most: int) -> list[str]:
        """Return some cells of a column that are there already, to see how wide they are."""
        rows = next(iter(self._pages.values()), [])
        return [cell_text(row[column]) for row in rows[:most]]

    def rows_reader(self, rows: range) -> Callable[[], Rows]:
        """Return a function for a worker that reads rows in the order shown."""
        table, order = self.table, None if self._order is None else self._order[rows.start : rows.stop]
        return lambda: table.read(rows.start, rows.stop) if order is None else _read_scattered(table, order)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column in a worker; -1 goes back to the order of the file."""
        descending = order == Qt.SortOrder.DescendingOrder
        wanted = (column, descending) if 0 <= column < len(self.table.names) else None
        if wanted == self.sorted_by:
            return
        if self._sorting is not None:
            self._sorting.cancel()
        self.sorted_by = wanted
        if wanted is None:
            self._reorder(None)
            return
        table = self.table

        def failed(sentence: str) -> None:
            self.sorted_by = None
            self.failed.emit(sentence)

        title = f"Sorting by {table.names[column]}"
        self._sorting = self._jobs.start(
            title, lambda _progress: table.order(column, descending), self._reorder, failed
        )

    def _reorder(self, order: np.ndarray | None) -> None:
        self._order = order
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._pages.clear()
        self._waiting.clear()
        if self.table.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)

    def _want(self, page: int) -> None:
        if page not in self._waiting:
            self._waiting.append(page)
            del self._waiting[:-PAGES_WAITING]
        # not at once: this is called while the view paints
        if self._reading is None and not self._soon.isActive():
            self._soon.start()

    def _read_next(self) -> None:
        waiting = [page for page in self._waiting if page not in self._pages]
        self._waiting.clear()
        if not waiting or self._reading is not None:
            return
        page = waiting.pop()
        self._waiting = waiting
        start = page * self.page_rows
        read = self.rows_reader(range(start, min(start + self.page_rows, self.table.rows)))

        def finished(rows: Rows) -> None:
            self._reading = None
            self._keep(page, rows)
            self._soon.start()

        def failed(sentence: str) -> None:
            finished([])
            self.failed.emit(sentence)

        job = self._jobs.start("Reading the table", lambda _progress: read(), finished, failed)
        # with inline jobs it has ended already
        self._reading = None if page in self._pages else job

    def _keep(self, page: int, rows: Rows) -> None:
        self._pages[page] = rows
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        first = page * self.page_rows
        last = min(first + self.page_rows, self.rowCount()) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
        self.page_read.emit()


def _read_scattered(table: Table, order: np.ndarray) -> Rows:
    """Read rows that lie anywhere; neighbours are read together."""
    breaks = np.flatnonzero(np.diff(order) != 1) + 1
    starts = [0, *breaks.tolist()]
    stops = [*breaks.tolist(), len(order)]
    rows: Rows = []
    for start, stop in zip(starts, stops, strict=True):
        if stop > start:
            rows += table.read(int(order[start]), int(order[stop - 1]) + 1)
    return rows
