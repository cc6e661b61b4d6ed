"""The widgets of the folder's table: search and buttons above, groups and files, and what is under way."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.fitting import scaled
from viewer.ui.night.group_list import GroupList
from viewer.ui.night.model import NightModel
from viewer.ui.night.table import NightTable

if TYPE_CHECKING:
    from viewer.ui.night.window import NightPanel

GROUPS_WIDTH = 200
NO_FOLDER = "The frames of a night are listed here, with what their headers say."


class Parts:
    """The widgets, laid out; what they do is the panel's.

    Parameters
    ----------
    panel : QWidget
        Gets them.
    model : NightModel
        For the table.
    """

    def __init__(self, panel: QWidget, model: NightModel) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Filter: words that the row has")
        self.search.setToolTip("Files that have all these words in their row (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(scaled(90))
        self.thumbnails = QCheckBox("Thumbnails")
        self.thumbnails.setChecked(True)
        self.columns = _button("Columns", "Which values of the headers are shown")
        self.columns_menu = _menu(self.columns)
        self.compare = _button("Compare…", "The headers of two or more selected files side by side")
        self.export = _button("CSV…", "Write the table as it is shown to a file")
        self.again = _button("Read again", "Look for files that are new, changed or gone (F5)")
        self.tools = _button("Calibrate and combine", "What can be done with the selected files")
        self.tools_menu = _menu(self.tools)
        self.tools_menu.setToolTipsVisible(True)
        self.groups = GroupList()
        self.table = NightTable(model)
        self.empty = QLabel(NO_FOLDER, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.choose = QPushButton("Open folder…")
        self.state = QLabel()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(scaled(180))
        self.cancel = QToolButton(text="Cancel")
        self.cancel.setToolTip("Stop reading; files that are listed already stay")
        self._arrange(panel)

    def wire(self, panel: "NightPanel") -> None:
        """Connect the buttons with what they do."""
        self.columns_menu.aboutToShow.connect(lambda: panel.fill_columns_menu(self.columns_menu))
        self.tools_menu.aboutToShow.connect(lambda: _filled(self.tools_menu, panel))
        self.compare.clicked.connect(panel.compare_selected)
        self.export.clicked.connect(panel.export)
        self.again.clicked.connect(panel.read_again)
        self.cancel.clicked.connect(panel.reading.cancel)
        self.choose.clicked.connect(lambda: panel.ask_for_folder())

    def show_state(self, panel: "NightPanel", sentence: str) -> None:
        """Show how many files there are and what is under way, and let be done what can be."""
        model, busy = panel.model, panel.reading.busy
        count, selected = len(model.entries), len(panel.selected_entries())
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        if busy:
            percent = round(100 * panel.reading.fraction)
            # how many there are is not known at first
            self.bar.setRange(0, 100 if percent else 0)
            self.bar.setValue(percent)
        self.state.setText(_state(model, selected, sentence))
        self.state.setToolTip(self.state.text())
        self.compare.setEnabled(selected > 1)
        self.export.setEnabled(bool(model.shown))
        self.again.setEnabled(panel.folder is not None and not busy)
        self.tools.setVisible(bool(panel.tools))
        self.pages.setCurrentWidget(self.table if model.shown else self._nothing)
        self.groups.setVisible(bool(count))
        self.choose.setVisible(not count and not busy)
        self.empty.setText(_why_empty(panel))

    def _arrange(self, panel: QWidget) -> None:
        above = QHBoxLayout()
        above.addWidget(self.search, 1)
        for widget in (self.thumbnails, self.columns, self.compare, self.export, self.again, self.tools):
            above.addWidget(widget)
        self._nothing = QWidget()
        middle = QVBoxLayout(self._nothing)
        middle.addStretch(1)
        middle.addWidget(self.empty)
        middle.addWidget(self.choose, alignment=Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self._nothing)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.groups)
        both.addWidget(self.pages)
        both.setStretchFactor(1, 1)
        both.setCollapsible(1, False)
        both.setSizes([scaled(GROUPS_WIDTH), 1000])
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.bar)
        below.addWidget(self.cancel)
        column = QVBoxLayout(panel)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        column.addLayout(above)
        column.addWidget(both, 1)
        column.addLayout(below)
        panel.setFocusProxy(self.table)


def _state(model: NightModel, selected: int, sentence: str) -> str:
    count, shown = len(model.entries), len(model.shown)
    if not count:
        return sentence
    files = f"{count:,} file{'' if count == 1 else 's'}"
    parts = [files if shown == count else f"{shown:,} of {files}"]
    if selected:
        parts.append(f"{selected:,} selected")
    if model.unreadable:
        parts.append(f"{model.unreadable:,} cannot be read")
    if model.noted:
        parts.append(f"{model.noted:,} with notes")
    return f"{', '.join(parts)}.  {sentence}".strip()


def _why_empty(panel: "NightPanel") -> str:
    if panel.folder is None:
        return NO_FOLDER
    if panel.model.entries:
        return "No file has all of these words in its row."
    return f"Reading {panel.folder}…" if panel.reading.busy else f"There are no images in {panel.folder}."


def _filled(menu: QMenu, panel: "NightPanel") -> None:
    menu.clear()
    panel.add_tools(menu)


def _menu(button: QToolButton) -> QMenu:
    menu = QMenu(button)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return menu


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton(text=text, toolTip=tip)
    # keys reach it too
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
