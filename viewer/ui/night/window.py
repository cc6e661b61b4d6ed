"""The folder's files in a table beside the picture: found, grouped, opened, and handed to the tools."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QMenu, QWidget

from viewer.core.night.entry import Entry
from viewer.core.session.session import Session
from viewer.ui.copying import copy_paths
from viewer.ui.dialogs.header_compare import HeaderCompare
from viewer.ui.night.by_hand import ByHand
from viewer.ui.night.choosing_columns import ask_for_keywords, fill_menu
from viewer.ui.night.columns import DEFAULT
from viewer.ui.night.export import ask_for_csv
from viewer.ui.night.grouping import Grouping
from viewer.ui.night.model import NightModel
from viewer.ui.night.parts import Parts
from viewer.ui.night.reading import Reading
from viewer.ui.night.thumbs import Thumbs
from viewer.ui.night.tools import TOOLS, Tool
from viewer.ui.panels.panel import Panel

FILTER_MS = 60
MOST_OPENED = 30


class NightPanel(Panel):
    """All frames of a folder and of the folders in it.

    Parameters
    ----------
    session : Session
        Opens files and runs jobs.
    parent : QWidget, optional
        As in Qt.
    tools : sequence of Tool
        What can be done with the files selected.
    """

    title = "Folder"

    def __init__(
        self, session: Session, parent: QWidget | None = None, tools: Sequence[Tool] = TOOLS
    ) -> None:
        super().__init__(session, parent)
        self.folder: Path | None = None
        self._only: tuple[Path, ...] = ()
        self._nothing_seen = self._show_anyway = False
        self.ask_for_folder: Callable[[], object] = lambda: None
        self.tools = tuple(tools)
        self.model = NightModel(self)
        self.model.set_columns(session.settings.night_columns or DEFAULT)
        self.thumbs = Thumbs(session, self)
        self.reading = Reading(session, self)
        self.by_hand = ByHand(self._changed_by_hand, self)
        self.parts = Parts(self, self.model)
        self.grouping = Grouping(session, self.model, lambda: self.parts.groups, self)
        self._filter_later = _timer(self, FILTER_MS, self._filter)
        self._wire()
        session.current_changed.connect(self.refresh_soon)
        session.settings_changed.connect(self.refresh_soon)
        self.refresh()
        self._refresh_state()

    def sizeHint(self) -> QSize:
        """Room for a dozen files below the picture."""
        return QSize(900, 300)

    def open_folder(self, folder: Path, only: Sequence[Path] = (), show_first: bool = False) -> None:
        """Read the headers of all files in a folder, and show them as they come.

        Parameters
        ----------
        folder : pathlib.Path
            With all folders in it.
        only : sequence of pathlib.Path
            Files and folders in it that are meant, if it is not all of it.
        show_first : bool
            Open the first image also if another one is on display.
        """
        self.reading.stop()
        self.thumbs.stop()
        self.folder = folder.absolute()
        self._only = tuple(path.absolute() for path in only)
        self.model.clear()
        self.grouping.clear()
        self._nothing_seen, self._show_anyway = True, show_first
        self.reading.start(self.folder, {}, self._only)
        self._refresh_state()

    def read_again(self) -> None:
        """Look for files that are new, changed or gone."""
        if self.folder is not None:
            known = {entry.path: self.by_hand.as_read(entry) for entry in self.model.entries}
            self.model.clear()
            self.reading.start(self.folder, known, self._only)
            self._refresh_state()

    def selected_entries(self) -> tuple[Entry, ...]:
        """Return the files selected, in the table's order."""
        return self.parts.table.selected()

    def refresh(self) -> None:
        """Mark the file on display, and show the columns of the settings."""
        current = self.session.current
        self.model.set_opened(None if current is None else current.source.path.absolute())
        keys = self.session.settings.night_columns or DEFAULT
        before = self.model.columns
        self.model.set_columns(keys)
        if self.model.columns != before:
            self.parts.table.set_widths()
            self.parts.table.show_order()

    # ------------------------------------------------------------------ what is done with files

    def open_selected(self) -> None:
        """Open the selected files; one that is open already comes to the front."""
        entries = [entry for entry in self.selected_entries() if not entry.problem]
        wrong = [entry for entry in self.selected_entries() if entry.problem]
        if wrong:
            self.session.tell("error", wrong[0].problem)
        if len(entries) > MOST_OPENED:
            self.session.tell(
                "warning", f"{len(entries)} files are selected: select up to {MOST_OPENED} to open them."
            )
            return
        documents = {each.source.path.absolute(): each for each in self.session.documents}
        new = [entry.path for entry in entries if entry.path not in documents]
        if new:
            self.session.open(new)
        elif entries:
            self.session.select(documents[entries[0].path])

    def compare_selected(self) -> None:
        """Show the headers of the selected files side by side."""
        entries = [entry for entry in self.selected_entries() if not entry.problem]
        if len(entries) < 2:
            self.session.tell("warning", "Select two or more files to compare their headers.")
            return
        HeaderCompare(self.session, [entry.path for entry in entries], self._host()).show()

    def run_tool(self, tool: Tool) -> None:
        """Hand the selected files, or all of the folder, to a tool."""
        if self.folder is not None:
            entries = tuple(self.model.entries) if tool.whole else self.selected_entries()
            tool.run(self.session, self.folder, entries, self._host())

    def copy(self) -> None:
        """Copy the selected rows as they are shown, separated by tabs and lines."""
        columns = self.model.columns
        lines = ["\t".join(each.text(entry) for each in columns) for entry in self.selected_entries()]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def export(self) -> None:
        """Ask where to write the table, as it is shown, as CSV."""
        if self.folder is not None:
            ask_for_csv(self.session, self.folder, self.model.shown, self.model.columns, self)

    def menu(self) -> QMenu:
        """Return what can be done with the selected files."""
        entries = self.selected_entries()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addAction("Open\tEnter", self.open_selected).setEnabled(bool(entries))
        menu.addAction("Compare headers…", self.compare_selected).setEnabled(len(entries) > 1)
        menu.addSeparator()
        self.by_hand.add_to(menu, entries, self)
        menu.addSeparator()
        self.add_tools(menu)
        menu.addSeparator()
        menu.addAction("Copy rows\tCtrl+C", self.copy).setEnabled(bool(entries))
        copy = menu.addAction("Copy paths", lambda: copy_paths([entry.path for entry in entries]))
        copy.setEnabled(bool(entries))
        return menu

    def add_tools(self, menu: QMenu) -> None:
        """Add the tools to a menu; one for which too few files are selected says so."""
        count = len(self.selected_entries())
        for tool in self.tools:
            action = menu.addAction(tool.text, lambda tool=tool: self.run_tool(tool))
            possible = bool(self.model.entries) if tool.whole else count >= tool.least
            action.setEnabled(possible)
            missing = f"{tool.least} files" if tool.least > 1 else "a file"
            action.setToolTip(tool.tip if possible else f"{tool.tip}\nSelect {missing} first.")

    # ------------------------------------------------------------------ columns

    def choose_columns(self, keys: tuple[str, ...]) -> None:
        """Show other columns from now on."""
        self.session.set_settings(replace(self.session.settings, night_columns=tuple(keys)))
        self.refresh()

    def fill_columns_menu(self, menu: QMenu) -> None:
        """Offer the columns that there are."""
        keys = tuple(column.key for column in self.model.columns)
        fill_menu(menu, keys, self.choose_columns, self.ask_for_keywords)

    def ask_for_keywords(self) -> None:
        """Show every keyword of the folder's headers, to be chosen as columns."""
        keys = tuple(column.key for column in self.model.columns)
        ask_for_keywords(self.session, self.model.entries, keys, self.choose_columns, self)

    # ------------------------------------------------------------------ how it follows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the search field by the keys that search elsewhere."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.parts.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.parts.search.selectAll()
        elif event.matches(QKeySequence.StandardKey.Refresh):
            self.read_again()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that search, which elsewhere go to the header."""
        if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Find):
            event.accept()
            return True
        return super().event(event)

    def _wire(self) -> None:
        parts = self.parts
        self.reading.found.connect(self._found)
        self.reading.ended.connect(self._ended)
        self.thumbs.ready.connect(self.model.thumbnail_ready)
        parts.search.textChanged.connect(lambda _text: self._filter_later.start())
        parts.search.returnPressed.connect(parts.table.setFocus)
        parts.groups.chosen.connect(self._filter)
        parts.table.activated.connect(lambda _index: self.open_selected())
        parts.table.copy_wanted.connect(self.copy)
        parts.table.columns_moved.connect(self.choose_columns)
        parts.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh_state())
        parts.table.customContextMenuRequested.connect(self._show_menu)
        parts.table.horizontalHeader().customContextMenuRequested.connect(self._show_columns)
        parts.thumbnails.toggled.connect(self._show_thumbnails)
        parts.wire(self)
        self._show_thumbnails(parts.thumbnails.isChecked())

    def _found(self, entries: list[Entry]) -> None:
        self.model.add([self.by_hand.known(entry) for entry in entries])
        self.parts.table.measure()
        self._show_first(entries)
        self.grouping.soon()
        self._refresh_state()

    def _show_first(self, entries: Sequence[Entry]) -> None:
        """Open the first file that can be read, if it is wanted or there is no picture to look at yet."""
        readable = [entry.path for entry in entries if not entry.problem and entry.shape]
        if self._nothing_seen and readable and not self.session.opening:
            self._nothing_seen = False
            is_open = any(each.source.path.absolute() == readable[0] for each in self.session.documents)
            if not is_open and (self._show_anyway or not self.session.documents):
                self.session.open(readable[:1])

    def _ended(self, sentence: str) -> None:
        self.grouping.soon()
        self.model.arrange()
        self.parts.table.set_widths()
        self._refresh_state(sentence)

    def _filter(self) -> None:
        self._filter_later.stop()
        self.model.look_for(self.parts.search.text(), self.parts.groups.paths)
        self.parts.table.measure()
        self._refresh_state()

    def _changed_by_hand(self, entries: list[Entry]) -> None:
        self.model.replace(entries)
        self.grouping.soon()
        self._refresh_state()

    def _show_thumbnails(self, on: bool) -> None:
        self.model.thumbnail = self.thumbs.of if on else None
        if not on:
            self.thumbs.stop()
        self.parts.table.show_thumbnails(on)

    def _refresh_state(self, sentence: str = "") -> None:
        self.parts.show_state(self, sentence)

    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(self.parts.table.viewport().mapToGlobal(where))

    def _show_columns(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_columns_menu(menu)
        menu.popup(self.parts.table.horizontalHeader().mapToGlobal(where))

    def _host(self) -> QWidget:
        """Return the program's window, also while the table is in one of its own."""
        widget: QWidget | None = self
        while widget is not None and not isinstance(widget, QMainWindow):
            widget = widget.parentWidget()
        return self if widget is None else widget


def _timer(parent: QWidget, delay: int, run: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(delay)
    timer.timeout.connect(run)
    return timer
