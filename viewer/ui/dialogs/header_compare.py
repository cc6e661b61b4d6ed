"""HeaderCompare: the headers of two or more files side by side, with what differs marked."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from viewer.core.night.compare import Comparison, Row, compare_files
from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui.fitting import fit, scaled
from viewer.ui.grid import Grid
from viewer.ui.texts import sentence
from viewer.ui.tint import tinted

KEYWORD_CHARACTERS = (8, 24)
VALUE_CHARACTERS = (10, 34)
# of the colour that marks a difference, over the colour of the table
SHARE = 0.22
MISSING = "–"
Role = Qt.ItemDataRole


class HeaderCompare(QDialog):
    """A row for each keyword, a column for each file.

    Parameters
    ----------
    session : Session
        Whose jobs read the headers.
    paths : sequence of pathlib.Path
        Two or more files.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Headers of {len(paths)} files")
        fit(self, scaled(min(1100, 260 + 260 * len(paths))), scaled(640))
        self.model = _Rows(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search keyword or value")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.only = QCheckBox("Only differences")
        self.only.setChecked(True)
        self.only.toggled.connect(lambda _on: self._filter())
        self.table = Grid()
        self.table.setAccessibleName("Headers side by side")
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.copy_wanted.connect(self.copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.summary = QLabel("Reading the headers…")
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        above = QHBoxLayout()
        above.addWidget(self.search, 1)
        above.addWidget(self.only)
        column = QVBoxLayout(self)
        column.addLayout(above)
        column.addWidget(self.table, 1)
        column.addWidget(self.summary)
        column.addWidget(buttons)
        files = tuple(paths)
        self._job = session.jobs.start(
            f"Comparing {len(files)} headers",
            lambda progress: compare_files(files, progress),
            self._show,
            lambda problem: self.summary.setText(sentence(problem)),
            priority=Priority.DETAILS,
        )

    def done(self, result: int) -> None:
        """Wait no longer for what nobody will see."""
        self._job.cancel()
        super().done(result)

    def copy(self) -> None:
        """Copy the selected rows, separated by tabs and lines."""
        lines = ["\t".join(self.model.texts(row)) for row in self.table.selected_rows()]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _show(self, found: Comparison) -> None:
        self.model.show(found)
        self._filter()
        keywords = max((len(row.keyword) for row in found.rows), default=0)
        self.table.setColumnWidth(0, self.table.character_width(_between(keywords, KEYWORD_CHARACTERS)))
        for place, name in enumerate(found.names):
            widest = max((len(self.model.value(row, place)) for row in found.rows), default=0)
            characters = _between(max(widest, len(name)), VALUE_CHARACTERS)
            self.table.setColumnWidth(place + 1, self.table.character_width(characters))
        self.table.setFocus()

    def _filter(self) -> None:
        self.model.look_for(self.search.text(), self.only.isChecked())
        self.summary.setText(self.model.summary)


class _Rows(QAbstractTableModel):
    """Keywords and their values in each file; those that differ have another background."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self._shown: list[Row] = []

    @property
    def summary(self) -> str:
        """How many keywords differ, and what could not be read."""
        if self._found is None:
            return "Reading the headers…"
        count, differ, shown = len(self._found.rows), len(self._found.differences), len(self._shown)
        same = "The headers say the same" if not differ else f"{differ} of {count} keywords differ"
        hidden = "" if shown in (differ, count) else f", {shown} have what is searched"
        return " ".join((f"{same}{hidden}.", *self._found.problems))

    def show(self, found: Comparison) -> None:
        """Show what was found."""
        self.beginResetModel()
        self._found, self._shown = found, list(found.rows)
        self.endResetModel()

    def look_for(self, text: str, only: bool) -> None:
        """Show rows with every word of `text`, and `only` those that differ."""
        if self._found is None:
            return
        words = text.casefold().split()
        self.beginResetModel()
        self._shown = [
            row
            for row in self._found.rows
            if (row.differs or not only)
            and all(word in " ".join(self._texts(row)).casefold() for word in words)
        ]
        self.endResetModel()

    def texts(self, row: int) -> list[str]:
        """Return keyword and values of a row as they are shown."""
        return self._texts(self._shown[row])

    def value(self, row: Row, place: int) -> str:
        """Return what a file says."""
        value = row.values[place]
        return MISSING if value is None else value

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of keywords shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """One more than files."""
        if self._found is None or (parent is not None and parent.isValid()):
            return 0
        return 1 + len(self._found.names)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        """Return text, whole text as a tooltip, and the colours of a difference."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row, place = self._shown[index.row()], index.column() - 1
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return row.keyword if place < 0 else self.value(row, place)
        if role == Role.BackgroundRole and row.differs and (place < 0 or place in _other(row)):
            return _marked()
        if role == Role.ForegroundRole and place >= 0 and row.values[place] is None:
            return QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Name the files."""
        if orientation != Qt.Orientation.Horizontal or self._found is None:
            return None
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return "Keyword" if section == 0 else self._found.names[section - 1]
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _texts(self, row: Row) -> list[str]:
        return [row.keyword, *(self.value(row, place) for place in range(len(row.values)))]


def _other(row: Row) -> list[int]:
    """Return the files that do not say what most of them say, or else the first."""
    meant = [None if value is None else _number(value) for value in row.values]
    usual = Counter(meant).most_common(1)[0][0]
    return [place for place, value in enumerate(meant) if value != usual]


def _number(value: str) -> float | str:
    # 60.0 and 6E1 are one value
    try:
        return float(value)
    except ValueError:
        return value.strip()


def _marked() -> QColor:
    """Return the background of what differs: the colour of marks, thin over that of the table."""
    colours = QGuiApplication.palette()
    base, mark = colours.color(QPalette.ColorRole.Base), tinted(QColor("#e0a020"))
    parts = (
        round((1 - SHARE) * one + SHARE * other)
        for one, other in zip(base.getRgb()[:3], mark.getRgb()[:3], strict=True)
    )
    return QColor(*parts)


def _between(number: int, limits: tuple[int, int]) -> int:
    return min(max(number, limits[0]), limits[1])
