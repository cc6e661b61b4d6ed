"""FileList: files that something is done to, with what became of each."""

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.core.batch.run import Outcome
from viewer.core.session.folder import FITS_SUFFIXES, RASTER_SUFFIXES, unfolded
from viewer.core.session.session import Session
from viewer.ui.fitting import scaled
from viewer.ui.folders import file_dialog

WAITING = "waiting"


class FileList(QWidget):
    """A table of files, and buttons to add some.

    Signals
    -------
    changed
        Files were added or removed.
    said : str
        Why something could not be added.

    Parameters
    ----------
    session : Session
        Whose open images can be added.
    parent : QWidget, optional
        As in Qt.
    result : str
        Title of the second column.
    """

    changed = pyqtSignal()
    said = pyqtSignal(str)

    def __init__(self, session: Session, parent: QWidget | None = None, result: str = "Result") -> None:
        super().__init__(parent)
        self._session = session
        self._names: list[str] = []
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels(["File", result])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table.setColumnWidth(0, scaled(260))
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        adding = QHBoxLayout()
        self.buttons = []
        for text, clicked in (
            ("Add files…", self._ask_for_files),
            ("Add folder…", self._ask_for_folder),
            ("Add the open images", self.add_open),
            ("Remove", self.remove_selected),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked, clicked=clicked: clicked())
            if text == "Remove":
                adding.addStretch(1)
            adding.addWidget(button)
            self.buttons.append(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addLayout(adding)

    @property
    def names(self) -> tuple[str, ...]:
        """The files, with whole paths."""
        return tuple(self._names)

    def add(self, names: Iterable[str | Path]) -> None:
        """Add files; a folder stands for the images directly in it."""
        found, sentences = unfolded(names)
        for name in found:
            name = str(Path(name).absolute())
            if name not in self._names:
                self._names.append(name)
                row = self.table.rowCount()
                self.table.insertRow(row)
                for column, text in enumerate((Path(name).name, "")):
                    self.table.setItem(row, column, QTableWidgetItem(text))
                self.table.item(row, 0).setToolTip(name)
        self.said.emit(" ".join(sentences))
        self.changed.emit()

    def add_open(self) -> None:
        """Add the files of the open images, as they are on the disk."""
        frames = [document.picture.frame for document in self._session.documents if document.picture]
        self.add(frame.full_name for frame in frames if frame.path is not None and frame.path.exists())

    def remove_selected(self) -> None:
        """Take the selected files out."""
        rows = {index.row() for index in self.table.selectedIndexes()}
        for row in sorted(rows, reverse=True):
            self.table.removeRow(row)
            del self._names[row]
        self.changed.emit()

    def set_busy(self, busy: bool) -> None:
        """Let files be added and removed, or not while they are worked on."""
        for button in self.buttons:
            button.setEnabled(not busy)

    def begin(self) -> None:
        """All files wait."""
        for row in range(self.table.rowCount()):
            self._show(row, WAITING)

    def end(self) -> None:
        """No file waits any more."""
        for row in range(self.table.rowCount()):
            if self.table.item(row, 1).text() == WAITING:
                self._show(row, "")

    def note(self, name: str, text: str, wrong: bool = False) -> None:
        """Show something about a file."""
        if name in self._names:
            self._show(self._names.index(name), text, wrong)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what became of a file."""
        if outcome.source not in self._names:
            return
        row = self._names.index(outcome.source)
        if outcome.problem:
            self._show(row, outcome.problem, wrong=True)
        else:
            note = f" ({'; '.join(outcome.remarks)})" if outcome.remarks else ""
            self._show(row, f"saved as {outcome.target.name}{note}")
        self.table.scrollToItem(self.table.item(row, 0))

    def _show(self, row: int, text: str, wrong: bool = False) -> None:
        item = self.table.item(row, 1)
        item.setText(text)
        item.setToolTip(text)
        role = QPalette.ColorRole.BrightText if wrong else QPalette.ColorRole.Text
        item.setForeground(self.palette().brush(role))

    def _ask_for_files(self) -> None:
        dialog = folder_dialog(self, self._session, "Add files", QFileDialog.FileMode.ExistingFiles)
        images = " ".join(f"*.{suffix}" for suffix in (*FITS_SUFFIXES, *RASTER_SUFFIXES))
        # the whole list of suffixes is wider than the dialog
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.setNameFilters([f"Images ({images})", "All files (*)"])
        dialog.filesSelected.connect(self.add)

    def _ask_for_folder(self) -> None:
        dialog = folder_dialog(self, self._session, "Add the images in a folder")
        dialog.filesSelected.connect(self.add)


def folder_dialog(
    parent: QWidget,
    session: Session,
    title: str,
    mode: QFileDialog.FileMode = QFileDialog.FileMode.Directory,
) -> QFileDialog:
    """Return a dialog that asks for a folder or files and begins where the last one ended; it is open."""
    dialog = file_dialog(parent, session, title)
    dialog.setFileMode(mode)
    if mode == QFileDialog.FileMode.Directory:
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.open()
    return dialog
