"""RankPage: the page of the assistant that ranks frames; the user may leave out some of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from viewer.core.night.quality import Quality
from viewer.core.night.reduce import Step, StepResult
from viewer.core.session.session import Session
from viewer.ui.fitting import fixed_font
from viewer.ui.night.candidate import COLUMNS as MEASURED
from viewer.ui.night.candidate import Candidate, Column
from viewer.ui.night.steps_page import StepsPage
from viewer.ui.night.ticks import TickDelegate
from viewer.ui.panels.panel import quietly

NAME = 30
BY_HAND = "it was deselected by hand."
SHOWN = ("Frame", "Score", "Stars", "FWHM", "Ellipt.", "Sky", "Drift", "Note")


class RankPage(StepsPage):
    """Shows the frames of a ranking, best first; those without a tick are not combined.

    Parameters
    ----------
    session, title, earlier, parent
        See `StepsPage`.
    """

    list_width = 200

    def __init__(
        self,
        session: Session,
        title: str,
        earlier: Callable[[], tuple[StepResult, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, "rank", title, earlier, parent)
        self.columns: tuple[Column, ...] = tuple(each for each in MEASURED if each.title in SHOWN)
        self.table = QTableWidget(0, len(self.columns))
        self.table.setHorizontalHeaderLabels([column.title for column in self.columns])
        for number, column in enumerate(self.columns):
            self.table.horizontalHeaderItem(number).setToolTip(column.tip)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setFont(fixed_font())
        self.table.setItemDelegateForColumn(0, TickDelegate(self))
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 6)
        digit = self.table.fontMetrics().horizontalAdvance("0")
        for number, column in enumerate(self.columns):
            self.table.setColumnWidth(number, digit * (column.width if number else NAME) + 12)
        self.table.horizontalHeader().setSectionResizeMode(
            len(self.columns) - 1, QHeaderView.ResizeMode.Stretch
        )
        self.table.itemChanged.connect(self._ticked)
        self.table.itemSelectionChanged.connect(self._frame_selected)
        self.table.installEventFilter(self)
        self.right.insertWidget(0, self.table, 1)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Tick the selected frames, or not, with the space bar."""
        if event is not None and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:
            self.toggle()
            return True
        return super().eventFilter(watched, event)

    def toggle(self) -> None:
        """Tick the selected frames if none of them is; otherwise take the ticks away."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        items = [self.table.item(row, 0) for row in rows]
        state = Qt.CheckState
        ticked = any(item.checkState() == state.Checked for item in items)
        for item in items:
            item.setCheckState(state.Unchecked if ticked else state.Checked)

    @property
    def result(self) -> StepResult | None:
        """Of the ranking that is selected."""
        row = self.list.currentRow()
        return self.results.get(self.steps[row].number) if 0 <= row < len(self.steps) else None

    def _show(self, result: StepResult | None, step: Step | None = None) -> None:
        super()._show(result, step)
        with quietly(self.table):
            self.table.setRowCount(0)
            if result is not None:
                left = dict(result.left_out)
                for path, quality in result.qualities:
                    self._add(path, quality, left.get(path, ""))
        if result is not None and result.qualities:
            self.table.selectRow(0)

    def _add(self, path: Path, quality: Quality, left_out: str) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        candidate = Candidate.of_file(path, quality, left_out)
        for number, column in enumerate(self.columns):
            value = column.value(candidate)
            item = QTableWidgetItem("" if value is None else column.text(value))
            item.setToolTip(item.text())
            if 0 < number < len(self.columns) - 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, number, item)
        first = self.table.item(row, 0)
        first.setFlags(first.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        first.setCheckState(Qt.CheckState.Unchecked if left_out else Qt.CheckState.Checked)

    def _ticked(self, item: QTableWidgetItem) -> None:
        """Leave a frame out, or take it again."""
        result = self.result
        if result is None or item.column() != 0:
            return
        path = result.qualities[item.row()][0]
        others = tuple(each for each in result.left_out if each[0] != path)
        used = item.checkState() == Qt.CheckState.Checked
        left = others if used else (*others, (path, dict(result.left_out).get(path, BY_HAND)))
        if left != result.left_out:
            self.results[result.step.number] = replace(result, left_out=left)
            with quietly(self.table):
                self.table.item(item.row(), len(self.columns) - 1).setText("" if used else dict(left)[path])
            self.changed.emit()

    @property
    def output(self) -> Path | None:
        """The frame that is selected."""
        result = self.result
        rows = {index.row() for index in self.table.selectedIndexes()}
        return result.qualities[rows.pop()][0] if result is not None and len(rows) == 1 else None

    def _frame_selected(self) -> None:
        if self.output is not None:
            self._show_file(self.output)
        self.open.setEnabled(self.output is not None)
