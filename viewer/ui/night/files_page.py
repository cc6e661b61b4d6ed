"""FilesPage: the first page of the assistant - the folder, what was found in it, and where results go."""

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.core.night.entry import KINDS, Entry
from viewer.core.night.groups import grouped
from viewer.core.night.table import scan
from viewer.core.progress import Progress
from viewer.core.session.session import Session
from viewer.ui.dialogs.file_list import folder_dialog
from viewer.ui.fitting import scaled
from viewer.ui.panels.panel import quietly
from viewer.ui.working import Work

COLUMNS = ("Frame", "Kind", "Exposure", "Filter", "°C", "What is worth knowing")
WIDTHS = (300, 70, 80, 70, 60)
PATH = Qt.ItemDataRole.UserRole
LEFT_OUT = "left out"
VALUES = ("target", "filter")


class FilesPage(QWidget):
    """The night's files in groups; what the headers do not tell can be set by hand.

    Parameters
    ----------
    session : Session
        Runs the jobs.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    changed : pyqtSignal
        Other files, kinds or folders.
    """

    title = "The night's files"
    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.entries: list[Entry] = []
        self.without: set[Path] = set()
        self.folder: Path | None = None
        self.scanning = Work(session.jobs, self)
        self.scanning.changed.connect(self._refresh)
        self.scanning.stopped.connect(lambda: self._say("Reading the headers was stopped."))
        self._build()
        self._refresh()

    # ------------------------------------------------------------------ the folder

    def set_folder(self, folder: Path, entries: Iterable[Entry] = ()) -> None:
        """Take a folder; its headers are read if the entries are not known yet."""
        self.folder = folder.absolute()
        self.folder_line.setText(str(self.folder))
        self.out.setText(str(self.folder.parent / f"{self.folder.name}_reduced"))
        self.without = set()
        self._set_entries(list(entries))
        if not self.entries:
            self.scan()

    def scan(self) -> None:
        """Read the headers of all files in the folder."""
        folder = self.folder
        if folder is None:
            return
        out = self.out_folder

        def work(progress: Progress, _tell: object) -> list[Entry]:
            return [each for each in scan(folder, progress=progress) if out not in each.path.parents]

        self.scanning.start(f"Reading the headers in {folder.name}", work, self._set_entries, self._say)

    @property
    def out_folder(self) -> Path:
        """Where the results go."""
        return Path(self.out.text()).expanduser().absolute()

    def _set_entries(self, entries: list[Entry]) -> None:
        self.entries = entries
        self._say("")
        self._fill()
        self.changed.emit()

    # ------------------------------------------------------------------ by hand

    def set_kind(self, kind: str) -> None:
        """Say what the selected frames are; ``left out``: they are not used."""
        chosen = set(self._selected())
        if kind == LEFT_OUT:
            self.without |= chosen
        else:
            self.without -= chosen
            self.entries = [each.with_kind(kind) if each.path in chosen else each for each in self.entries]
        self._fill(chosen)
        self.changed.emit()

    def set_value(self, name: str, value: str) -> None:
        """Say what target or filter the selected frames have."""
        chosen = set(self._selected())
        self.entries = [
            each.with_values(**{name: value}) if each.path in chosen else each for each in self.entries
        ]
        self._fill(chosen)
        self.changed.emit()

    def _selected(self) -> list[Path]:
        paths = []
        for item in self.tree.selectedItems():
            inside = [item.child(number) for number in range(item.childCount())] or [item]
            paths += [each.data(0, PATH) for each in inside]
        return list(dict.fromkeys(path for path in paths if path is not None))

    # ------------------------------------------------------------------ on the screen

    def _fill(self, selected: Iterable[Path] = ()) -> None:
        selected = set(selected)
        with quietly(self.tree):
            self.tree.clear()
            used = [each for each in self.entries if each.path not in self.without]
            for group in grouped(used):
                self._add_group(group.title, group.entries, selected)
            left = [each for each in self.entries if each.path in self.without]
            if left:
                self._add_group("Left out by hand", left, selected)
        self._refresh()

    def _add_group(self, title: str, entries: Iterable[Entry], selected: set[Path]) -> None:
        entries = list(entries)
        top = QTreeWidgetItem([f"{title} ({len(entries)})"])
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        self.tree.addTopLevelItem(top)
        top.setFirstColumnSpanned(True)
        for entry in entries:
            item = QTreeWidgetItem(_row(entry))
            item.setData(0, PATH, entry.path)
            item.setToolTip(0, str(entry.path))
            item.setToolTip(len(COLUMNS) - 1, item.text(len(COLUMNS) - 1))
            for column in (2, 4):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if entry.problem or not entry.kind:
                item.setForeground(len(COLUMNS) - 1, self.palette().brush(QPalette.ColorRole.BrightText))
            top.addChild(item)
            item.setSelected(entry.path in selected)
        # a long night shows its groups first; what needs a look is open
        top.setExpanded(len(self.entries) <= 40 or any(not each.kind for each in entries))

    def _refresh(self) -> None:
        busy = self.scanning.busy
        chosen = len(self._selected())
        self.by_hand.setEnabled(bool(chosen))
        if busy:
            self.count.setText(f"Reading headers… {100 * self.scanning.fraction:.0f} %")
        elif self.folder is None:
            self.count.setText("Choose the folder that holds the night's raw files.")
        else:
            unknown = sum(1 for each in self.entries if not each.kind and not each.problem)
            text = f"{len(self.entries)} files"
            text += f", {unknown} of unknown kind: select them and say what they are" if unknown else ""
            text += f"; {chosen} selected" if chosen else ""
            self.count.setText(text)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _build(self) -> None:
        self.folder_line = QLineEdit(readOnly=True)
        self.folder_line.setPlaceholderText("none yet")
        self.out = QLineEdit()
        self.out.setPlaceholderText("a folder; it is made if need be")
        self.out.textEdited.connect(lambda _text: self.changed.emit())
        self.overwrite = QCheckBox("Overwrite the results of an earlier reduction there")
        self.overwrite.toggled.connect(lambda _on: self.changed.emit())
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(COLUMNS)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.setAlternatingRowColors(True)
        for column, width in enumerate(WIDTHS):
            self.tree.setColumnWidth(column, scaled(width))
        self.tree.header().setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        self.tree.itemSelectionChanged.connect(self._refresh)
        self.count, self.note = QLabel(), QLabel(wordWrap=True)
        self.by_hand = QComboBox()
        self.by_hand.addItem("Set by hand…")
        for kind in (*KINDS, LEFT_OUT):
            self.by_hand.addItem(kind.capitalize(), kind)
        self.by_hand.insertSeparator(self.by_hand.count())
        for value in VALUES:
            self.by_hand.addItem(f"{value.capitalize()}…", value)
        self.by_hand.activated.connect(self._set_by_hand)
        form = QFormLayout()
        form.addRow("Raw files in:", self._with_button(self.folder_line, self._ask_for_folder))
        form.addRow("Results into:", self._with_button(self.out, self._ask_for_out))
        form.addRow("", self.overwrite)
        below = QHBoxLayout()
        below.addWidget(self.count, 1)
        below.addWidget(QLabel("Selected frames:"))
        below.addWidget(self.by_hand)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(self.tree, 1)
        column.addLayout(below)
        column.addWidget(self.note)
        self.note.hide()

    def _set_by_hand(self, index: int) -> None:
        what = self.by_hand.itemData(index)
        self.by_hand.setCurrentIndex(0)
        if what in VALUES:
            self._ask_for(what)
        elif what:
            self.set_kind(what)

    def _ask_for(self, name: str) -> None:
        chosen = self._selected()
        first = next(each for each in self.entries if each.path == chosen[0])
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Set by hand")
        dialog.setLabelText(f"{name.capitalize()} of {len(chosen)} frame{'' if len(chosen) == 1 else 's'}:")
        dialog.setTextValue(getattr(first, name))
        dialog.textValueSelected.connect(lambda text: self.set_value(name, text.strip()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _with_button(self, line: QLineEdit, clicked) -> QHBoxLayout:
        row = QHBoxLayout()
        button = QPushButton("Choose…")
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked: clicked())
        row.addWidget(line, 1)
        row.addWidget(button)
        return row

    def _ask_for_folder(self) -> None:
        dialog = folder_dialog(self, self._session, "Folder of the raw files")
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))

    def _ask_for_out(self) -> None:
        dialog = folder_dialog(self, self._session, "Folder for the results")
        dialog.fileSelected.connect(self._out_chosen)

    def _out_chosen(self, name: str) -> None:
        self.out.setText(name)
        self.changed.emit()


def _row(entry: Entry) -> list[str]:
    exposure = "" if entry.exposure is None else f"{entry.exposure:g} s"
    temperature = "" if entry.temperature is None else f"{entry.temperature:.1f}"
    kind = f"{'master ' if entry.master else ''}{entry.kind or '?'}"
    notes = entry.problem or " ".join(entry.notes)
    return [entry.name, kind, exposure, entry.filter, temperature, notes]
