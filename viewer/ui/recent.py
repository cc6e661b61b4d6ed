"""Recent files: the submenu that opens one of them again; files that are gone are greyed."""

from collections import defaultdict
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu

from viewer.core.errors import ViewerError
from viewer.core.io.name import FileName, exists
from viewer.core.names import shown
from viewer.ui.arriving import arrive

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

KEYS = "1234567890"
# of the folder's name, in average letters
FOLDER_LETTERS = 48


class RecentMenu(QMenu):
    """Open recent: up to fifteen files, the newest first, the first ten by a number key.

    Parameters
    ----------
    window : MainWindow
        Opens them.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__("Open recent", window)
        self._window = window
        self._entries: dict[str, QAction] = {}
        # folders that have not answered yet: a disk in the network may never do so
        self._asked: set[str] = set()
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files, and find out which of them are gone."""
        self.clear()
        self._entries.clear()
        for number, name in enumerate(self._window.session.settings.recent):
            entry = self.addAction(self._text(number, name), lambda name=name: arrive(self._window, [name]))
            _tell(entry, shown(name))
            self._entries[name] = entry
        self.addSeparator()
        self.addAction("Clear the list", self._forget).setStatusTip("Forget which files were opened.")
        self._look()

    def _text(self, number: int, name: str) -> str:
        key = f"&{KEYS[number]}  " if number < len(KEYS) else "    "
        path = Path(name)
        room = FOLDER_LETTERS * self.fontMetrics().averageCharWidth()
        folder = self.fontMetrics().elidedText(
            shown(path.parent).replace("&", "&&"), Qt.TextElideMode.ElideMiddle, room
        )
        return f"{key}{shown(path.name).replace('&', '&&')}\t{folder}"

    def _look(self) -> None:
        """Ask for each folder by itself: one that does not answer keeps nobody waiting, least the window."""
        folders = defaultdict(list)
        for name in self._entries:
            folders[str(Path(name).parent)].append(name)
        for folder, names in folders.items():
            if folder in self._asked:
                continue
            self._asked.add(folder)
            self._window.session.jobs.start(
                "",
                lambda _progress, names=names: [name for name in names if not _is_there(name)],
                lambda gone, folder=folder: self._mark(folder, gone),
                lambda _sentence, folder=folder: self._mark(folder, []),
                waits=True,
            )

    def _mark(self, folder: str, gone: list[str]) -> None:
        self._asked.discard(folder)
        for name in gone:
            entry = self._entries.get(name)
            if entry is not None:
                entry.setEnabled(False)
                _tell(entry, f"{shown(name)} is not there")

    def _forget(self) -> None:
        session = self._window.session
        session.set_settings(replace(session.settings, recent=()))


def _tell(entry: QAction, sentence: str) -> None:
    # a name may look like HTML
    entry.setToolTip(f"<qt>{escape(sentence)}</qt>")
    entry.setStatusTip(sentence)


def _is_there(name: str) -> bool:
    try:
        return exists(FileName.parse(name).path)
    except ViewerError:
        return False
