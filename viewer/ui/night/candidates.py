"""Candidates: the frames that may be combined, as Qt's table wants them."""

from collections.abc import Iterable, Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QPalette
from PyQt6.QtWidgets import QApplication

from viewer.core.call import Operand
from viewer.core.night.quality import scored
from viewer.ui.night.candidate import COLUMNS, NUMBERS, Candidate, note_of

SORT = Qt.ItemDataRole.UserRole
NOTHING = QModelIndex()


class Candidates(QAbstractTableModel):
    """The table of frames; the first is the reference.

    Attributes
    ----------
    used_changed : pyqtSignal
        Other frames are to be combined, or there is another reference.
    """

    used_changed = pyqtSignal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: list[Candidate] = []

    @property
    def used(self) -> list[Candidate]:
        """Those that are ticked and can be used, the reference first."""
        return [each for each in self.rows if each.used and not each.problem]

    @property
    def reference(self) -> Candidate | None:
        """The frame that the others are aligned with: the first that is ticked."""
        return next((each for each in self.rows if each.used and not each.unreadable), None)

    # ------------------------------------------------------------------ what is in it

    def add(self, operands: Iterable[Operand]) -> int:
        """Add frames that are not there yet; return how many were there already."""
        known = {each.operand for each in self.rows}
        asked = list(operands)
        new = [operand for operand in dict.fromkeys(asked) if operand not in known]
        if new:
            first = len(self.rows)
            self.beginInsertRows(NOTHING, first, first + len(new) - 1)
            self.rows += [Candidate(operand) for operand in new]
            self.endInsertRows()
            self.used_changed.emit()
        return len(asked) - len(new)

    def remove(self, rows: Iterable[int]) -> None:
        """Take frames out."""
        gone = set(rows)
        if gone:
            self.beginResetModel()
            self.rows = [each for number, each in enumerate(self.rows) if number not in gone]
            self.endResetModel()
            self.used_changed.emit()

    def make_reference(self, row: int) -> None:
        """Put a frame first: the others are aligned with it."""
        if row:
            self.beginResetModel()
            self.rows.insert(0, self.rows.pop(row))
            self.rows[0].used = True
            self.endResetModel()
            self.used_changed.emit()

    def set_used(self, rows: Iterable[int], used: bool) -> None:
        """Tick frames, or not."""
        for row in rows:
            self.rows[row].used = used
        self._all_changed()
        self.used_changed.emit()

    def toggle(self, rows: Sequence[int]) -> None:
        """Tick frames if none of them is; otherwise take the ticks away."""
        self.set_used(rows, not any(self.rows[row].used for row in rows))

    def took(self, operand: Operand, **found: Any) -> None:
        """Show what was found out about a frame."""
        for each in self.rows:
            if each.operand == operand:
                for name, value in found.items():
                    setattr(each, name, value)
        self._all_changed()

    def forget(self, quality: bool) -> None:
        """Forget how the frames lie on each other, and perhaps how good they are."""
        for each in self.rows:
            each.alignment, each.residuals, each.unaligned = None, None, ""
            if quality:
                each.quality, each.score = None, None
        self._all_changed()

    def _all_changed(self) -> None:
        known = [each for each in self.rows if each.quality is not None]
        for each, quality in zip(known, scored([each.quality for each in known]), strict=True):
            each.score = quality.score
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(COLUMNS) - 1))

    # ------------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: QModelIndex = NOTHING) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = NOTHING) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """See Qt."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """See Qt."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(section))
        return COLUMNS[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        candidate, column = self.rows[index.row()], COLUMNS[index.column()]
        value = column.value(candidate)
        if role == Qt.ItemDataRole.DisplayRole:
            text = "" if value is None else column.text(value)
            reference = index.column() == 0 and candidate is self.reference
            return f"{text} (ref.)" if reference else text
        if role == SORT:
            return _sortable(value)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if candidate.used else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return candidate.operand.text if index.column() == 0 else note_of(candidate) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(index.column()) | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(candidate, index.column())
        if role == Qt.ItemDataRole.FontRole and index.column() == 0 and candidate is self.reference:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def _ink(self, candidate: Candidate, column: int) -> Any:
        colours = QApplication.palette()
        if candidate.problem and column in (0, len(COLUMNS) - 1):
            return colours.brush(QPalette.ColorRole.BrightText)
        return None if candidate.used else colours.brush(QPalette.ColorRole.PlaceholderText)

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """See Qt."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.set_used([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft


def _sortable(value: Any) -> Any:
    if isinstance(value, tuple):
        return float(value[0] ** 2 + value[1] ** 2)
    if isinstance(value, str):
        return value.casefold()
    # what is not known comes last, or first
    return float("inf") if value is None or value != value else float(value)
