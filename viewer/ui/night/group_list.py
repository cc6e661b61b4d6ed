"""The groups of a folder's files beside their table: darks of one exposure, flats of one filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from viewer.core.night.entry import Entry
from viewer.core.night.groups import grouped
from viewer.ui.panels.panel import quietly

ALL = "All files"
PATHS = Qt.ItemDataRole.UserRole
NAME = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Listed:
    """A group as the list has it.

    Attributes
    ----------
    title : str
        What its files have in common.
    paths : frozenset of pathlib.Path
        Its files.
    unreadable : bool
        None of them can be read.
    """

    title: str
    paths: frozenset[Path]
    unreadable: bool


def listed(entries: Sequence[Entry]) -> list[Listed]:
    """Return the groups of files."""
    return [
        Listed(
            group.title,
            frozenset(entry.path for entry in group.entries),
            all(entry.problem for entry in group.entries),
        )
        for group in grouped(entries)
    ]


class GroupList(QListWidget):
    """All files, and under that the groups they are in; the one chosen is what the table shows.

    Signals
    -------
    chosen
        Another group was chosen, or the files of the chosen one are others now.
    """

    chosen = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Groups of files")
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(lambda _row: self.chosen.emit())

    @property
    def paths(self) -> frozenset[Path] | None:
        """The files of the group that is chosen; None for all."""
        item = self.currentItem()
        return None if item is None else item.data(PATHS)

    @property
    def name(self) -> str:
        """The title of the group that is chosen."""
        item = self.currentItem()
        return ALL if item is None else item.data(NAME)

    def show_groups(self, groups: Sequence[Listed], count: int) -> None:
        """Show other groups; the same one stays chosen, as long as there is one of that title.

        Parameters
        ----------
        groups : sequence of Listed
            In their order.
        count : int
            Of all files.
        """
        name, paths = self.name, self.paths
        with quietly(self):
            self.clear()
            self._add(ALL, None, count)
            for group in groups:
                item = self._add(group.title, group.paths, len(group.paths))
                if group.unreadable:
                    item.setForeground(self.palette().brush(QPalette.ColorRole.BrightText))
            found = [row for row in range(self.count()) if self.item(row).data(NAME) == name]
            self.setCurrentRow(found[0] if found else 0)
        if self.paths != paths:
            self.chosen.emit()

    def _add(self, title: str, paths: frozenset[Path] | None, count: int) -> QListWidgetItem:
        item = QListWidgetItem(f"{title} ({count:,})")
        item.setData(NAME, title)
        item.setData(PATHS, paths)
        item.setToolTip(item.text())
        self.addItem(item)
        return item
