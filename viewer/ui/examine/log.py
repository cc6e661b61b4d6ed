"""The log of measurements: a table that can be sorted, saved, copied and cleared."""

from pathlib import Path

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSortFilterProxyModel, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.session.answer import Answer
from viewer.core.session.session import Session
from viewer.ui.examine.log_columns import FILTERS, SHOWN, SUFFIXES, as_text, cell, write_log
from viewer.ui.folders import file_dialog

SORTED = Qt.ItemDataRole.UserRole
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class LogModel(QAbstractTableModel):
    """The answers of the session, oldest first.

    Parameters
    ----------
    session : Session
        Whose measurements they are.
    parent : QObject, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._examining = session.examining
        self._answers = list(self._examining.answers)
        self._examining.answered.connect(self._add)
        self._examining.cleared.connect(self._reset)

    def answer(self, row: int) -> Answer:
        """Return the answer in a row."""
        return self._answers[row]

    def row_of(self, answer: Answer) -> int:
        """Return where an answer is; -1 if it is not."""
        return next((row for row, each in enumerate(self._answers) if each is answer), -1)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """How many answers."""
        return 0 if parent is not None and parent.isValid() else len(self._answers)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """How many columns are shown."""
        return 0 if parent is not None and parent.isValid() else len(SHOWN)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what Qt asks about a cell."""
        column, answer = SHOWN[index.column()], self._answers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(column, answer)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell(column, answer) if column.key in ("notes", "image", "what") else None
        if role == Qt.ItemDataRole.TextAlignmentRole and column.text:
            return RIGHT
        if role == SORTED:
            value = column.value(answer)
            # a number that is missing comes first, not anywhere
            return value if isinstance(value, str) or value == value else float("-inf")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's heading."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return SHOWN[section].title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return SHOWN[section].tip or None
        return None

    def _add(self, _answer: Answer) -> None:
        answers = self._examining.answers
        if len(answers) != len(self._answers) + 1:
            self._reset()
            return
        self.beginInsertRows(QModelIndex(), len(self._answers), len(self._answers))
        self._answers.append(answers[-1])
        self.endInsertRows()

    def _reset(self) -> None:
        self.beginResetModel()
        self._answers = list(self._examining.answers)
        self.endResetModel()


class LogView(QWidget):
    """The log with its buttons; a row that is clicked is shown again.

    Parameters
    ----------
    session : Session
        Whose measurements they are.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.model = LogModel(session, self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SORTED)
        self.table = _Table()
        self.table.setModel(self.sorted)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.count = QLabel()
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.save = self._button("Save…", "Write the log as CSV, ECSV or text")
        self.copy = self._button("Copy", "Copy the selected rows, or all of them (Ctrl+C)")
        self.clear = self._button("Clear", "Take the selected rows out of the log, or all of them (Delete)")
        self.save.clicked.connect(self._ask)
        self.copy.clicked.connect(self.copy_rows)
        self.clear.clicked.connect(self.clear_rows)
        self.table.copy_wanted.connect(self.copy_rows)
        self.table.remove_wanted.connect(self.clear_rows)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        # the row that is current already, while the keys are shown
        self.table.clicked.connect(self._chosen)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.count, 1)
        for button in (self.save, self.copy, self.clear):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        session.examining.answered.connect(self._follow)
        session.examining.cleared.connect(self._count)
        self._count()

    def copy_rows(self) -> None:
        """Copy the selected rows, or all, as they are shown."""
        answers = self._selected() or self._all()
        clipboard = QGuiApplication.clipboard()
        if answers and clipboard is not None:
            clipboard.setText(as_text(answers))
            self.session.tell("info", f"{_counted(len(answers))} copied.")

    def clear_rows(self) -> None:
        """Remove the selected rows if there are several; else all, or the one that Delete means."""
        chosen = self._selected()
        if chosen and (len(chosen) > 1 or self.sender() is self.table):
            self.session.examining.remove({answer.number for answer in chosen})
        else:
            self.session.examining.clear()

    def write(self, path: Path) -> None:
        """Write the whole log, in the order in which it was measured, and tell the user."""
        answers = self.session.examining.answers
        try:
            write_log(answers, path, overwrite=True)
        except ViewerError as error:
            self.session.tell("error", str(error))
        else:
            self.session.tell("info", f"{_counted(len(answers))} saved as {path}.")

    def _ask(self) -> None:
        dialog = file_dialog(self, self.session, "Save the log", "measurements.csv")
        dialog.setNameFilters(FILTERS)
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(SUFFIXES[FILTERS.index(chosen)].lstrip("."))
        )
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()

    def _all(self) -> list[Answer]:
        return [self._at(row) for row in range(self.sorted.rowCount())]

    def _selected(self) -> list[Answer]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self._at(row) for row in rows]

    def _at(self, row: int) -> Answer:
        return self.model.answer(self.sorted.mapToSource(self.sorted.index(row, 0)).row())

    def _chosen(self, now: QModelIndex, _before: QModelIndex | None = None) -> None:
        if now.isValid():
            self.session.examining.show(self._at(now.row()))

    def _follow(self, answer: Answer) -> None:
        """Show the newest measurement, wherever the sorting has put it."""
        self._count()
        row = self.model.row_of(answer)
        index = self.sorted.mapFromSource(self.model.index(row, 0))
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)
        self.table.fit_columns()

    def _count(self) -> None:
        number = self.model.rowCount()
        self.count.setText(_counted(number) if number else "Log of measurements")
        for button in (self.save, self.copy, self.clear):
            button.setEnabled(number > 0)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        # the keys stay with the picture
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


class _Table(QTableView):
    """Rows to click; its own keys copy and remove."""

    copy_wanted = pyqtSignal()
    remove_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSortingEnabled(True)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 4)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setHighlightSections(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("Log of measurements")

    def fit_columns(self) -> None:
        """Give every column the room that it needs; long names are cut, and the tool tip has them."""
        self.resizeColumnsToContents()
        for at, column in enumerate(SHOWN):
            if column.key in ("image", "what"):
                self.setColumnWidth(at, min(self.columnWidth(at), self.fontMetrics().averageCharWidth() * 15))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Copy with Ctrl+C, remove with Delete."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)


def _counted(number: int) -> str:
    return f"{number} measurement{'' if number == 1 else 's'}"
