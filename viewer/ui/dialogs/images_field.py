"""ImagesField: several other images - those that are open, and others in files."""

from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from viewer.core.call import Operand
from viewer.core.errors import ViewerError
from viewer.core.parameter import Parameter
from viewer.core.session.folder import FITS_SUFFIXES, RASTER_SUFFIXES
from viewer.core.session.session import Session
from viewer.ui.dialogs.fields import Field
from viewer.ui.folders import file_dialog
from viewer.ui.panels.panel import quietly
from viewer.ui.texts import shape_text

LINES = 7


class ImagesField(Field):
    """A list in which images are ticked; files can be added to it.

    Parameters
    ----------
    parameter : Parameter
        Of the kind images.
    session : Session
        Whose images are offered.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, parameter: Parameter, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self._session = session
        self._files: list[Operand] = []
        self._chosen: set[Operand] = set()
        self.list = QListWidget()
        self.list.setFixedHeight(LINES * (self.fontMetrics().height() + 6))
        self.list.itemChanged.connect(self._ticked)
        self.add_button = QPushButton("Add files…")
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self.ask_for_files)
        column = QVBoxLayout()
        column.addWidget(self.list)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.addLayout(column)
        self.setFocusProxy(self.list)
        self.refresh()

    @property
    def value(self) -> tuple[Operand, ...]:
        """The ticked images, in the order of the list; `ViewerError` if there is none."""
        operands = [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]
        chosen = tuple(operand for operand in operands if operand in self._chosen)
        if not chosen:
            raise ViewerError("Tick the images to work with, or add files.")
        return chosen

    def show_value(self, value: Any) -> None:
        """Tick these images and no others; None stands for all open ones of the size of the current one."""
        if value is None:
            documents = [document for document in self._session.documents if document.picture is not None]
            current = self._session.picture
            value = [
                self._session.operand_of(document)
                for document in documents
                if current is not None and document.picture.frame.shape == current.frame.shape
            ]
        known = self._open()
        self._files += [operand for operand in value if operand not in known and operand not in self._files]
        self._chosen = set(value)
        self.refresh()
        self.changed.emit()

    def refresh(self) -> None:
        """Offer what is open now, and the files."""
        found = self._open()
        self._chosen &= {*found, *self._files}
        with quietly(self.list):
            self.list.clear()
            for operand in (*found, *(each for each in self._files if each not in found)):
                item = QListWidgetItem(found.get(operand) or Path(operand.name).name or "a created image")
                item.setData(Qt.ItemDataRole.UserRole, operand)
                item.setToolTip(operand.text)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                ticked = operand in self._chosen
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
                self.list.addItem(item)

    def ask_for_files(self) -> None:
        """Show the file dialog."""
        dialog = file_dialog(self, self._session, "Add images")
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        images = " ".join(f"*.{suffix}" for suffix in (*FITS_SUFFIXES, *RASTER_SUFFIXES))
        dialog.setNameFilters([f"Images ({images})", "All files (*)"])
        dialog.filesSelected.connect(self.add_files)
        dialog.open()

    def add_files(self, names: list[str]) -> None:
        """Add files to the list, ticked."""
        for name in names:
            operand = Operand(str(Path(name).absolute()))
            if operand not in self._files:
                self._files.append(operand)
            self._chosen.add(operand)
        self.refresh()
        self.changed.emit()

    def _open(self) -> dict[Operand, str]:
        return {
            self._session.operand_of(
                document
            ): f"{document.name}  ({shape_text(document.picture.frame.shape)})"
            for document in self._session.documents
            if document.picture is not None
        }

    def _ticked(self, item: QListWidgetItem) -> None:
        operand = item.data(Qt.ItemDataRole.UserRole)
        if item.checkState() == Qt.CheckState.Checked:
            self._chosen.add(operand)
        else:
            self._chosen.discard(operand)
        self.changed.emit()
