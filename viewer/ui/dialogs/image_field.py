"""ImageField: another image, one that is open or one in a file."""

from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QFileDialog, QSizePolicy, QWidget

from viewer.core.call import Operand
from viewer.core.errors import ViewerError
from viewer.core.parameter import Parameter
from viewer.core.session.document import Document
from viewer.core.session.folder import FITS_SUFFIXES, RASTER_SUFFIXES
from viewer.core.session.session import Session
from viewer.ui.dialogs.fields import Field
from viewer.ui.folders import file_dialog
from viewer.ui.panels.panel import quietly
from viewer.ui.texts import shape_text

NOTHING, NONE, FROM_FILE = "Choose an image", "None", "From a file…"


class ImageField(Field):
    """A list of the open images, those of the same size first, and a way to one in a file.

    Parameters
    ----------
    parameter : Parameter
        Of the kind image.
    session : Session
        Whose images are offered.
    document : Document or None
        The image to be worked on; it is not offered. None where an image is made.
    place : int
        Which of the open images it begins with: three fields for three bands show three images.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self,
        parameter: Parameter,
        session: Session,
        document: Document | None,
        place: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parameter, parent)
        self._place = place
        self._session = session
        self._document = document
        self._chosen: Operand | None = None
        self._files: list[Operand] = []
        self.list = QComboBox()
        self.list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.list.setMinimumContentsLength(24)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.refresh()
        # unlike a change of the index, a person only does this
        self.list.activated.connect(self._activated)

    @property
    def value(self) -> Operand | None:
        """The image; `ViewerError` if none is chosen yet, unless there need not be one."""
        if self._chosen is None and not self.parameter.optional:
            raise ViewerError("Choose the other image: one that is open, or from a file.")
        return self._chosen

    def show_value(self, value: Any) -> None:
        """Choose an image; None stands for the first open one of the same size, if there is any."""
        if isinstance(value, Operand) and value not in self._open() and value not in self._files:
            # steps of an image that is not open any more: they are done again if it is chosen
            self._files.append(value)
        if value is None and not self.parameter.optional:
            fitting = [operand for operand, each in self._open().items() if self._fits(each)]
            value = fitting[min(self._place, len(fitting) - 1)] if fitting else None
        changed = value != self._chosen
        self._chosen = value
        self.refresh()
        if changed:
            self.changed.emit()

    def refresh(self) -> None:
        """Offer what is open now."""
        found = self._open()
        fitting = [(operand, each) for operand, each in found.items() if self._fits(each)]
        others = [(operand, each) for operand, each in found.items() if not self._fits(each)]
        if self._chosen is not None and self._chosen not in found and self._chosen not in self._files:
            # it was closed, or something else was done to it
            self._chosen = None
        with quietly(self.list):
            self.list.clear()
            if self.parameter.optional:
                self.list.addItem(NONE)
            elif self._chosen is None:
                self.list.addItem(NOTHING)
            for part in (fitting, others):
                if part is others and others and fitting:
                    self.list.insertSeparator(self.list.count())
                for operand, document in part:
                    frame = document.picture.frame
                    size = "" if part is fitting else f"  ({shape_text(frame.shape)})"
                    self._add(operand, f"{document.name}{size}")
            for operand in self._files:
                if operand not in found:
                    self._add(operand, Path(operand.name).name or "a created image")
            self.list.insertSeparator(self.list.count())
            self.list.addItem(FROM_FILE)
            # findData compares objects of Python by what they are
            place = next((n for n in range(self.list.count()) if self.list.itemData(n) == self._chosen), 0)
            self.list.setCurrentIndex(0 if self._chosen is None else place)

    def ask_for_file(self) -> None:
        """Show the file dialog."""
        dialog = file_dialog(self, self._session, "Choose an image")
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        images = " ".join(f"*.{suffix}" for suffix in (*FITS_SUFFIXES, *RASTER_SUFFIXES))
        dialog.setNameFilters([f"Images ({images})", "All files (*)"])
        dialog.fileSelected.connect(self.choose_file)
        dialog.open()

    def choose_file(self, name: str) -> None:
        """Take an image from a file."""
        operand = Operand(str(Path(name).absolute()))
        if operand not in self._files:
            self._files.append(operand)
        self.show_value(operand)

    def _add(self, operand: Operand, text: str) -> None:
        self.list.addItem(text, operand)
        self.list.setItemData(self.list.count() - 1, operand.text, Qt.ItemDataRole.ToolTipRole)

    def _open(self) -> dict[Operand, Document]:
        return {
            self._session.operand_of(document): document
            for document in self._session.documents
            if document is not self._document and document.picture is not None
        }

    def _fits(self, document: Document) -> bool:
        if self._document is None:
            return True
        picture, own = document.picture, self._document.picture
        if picture is None or own is None:
            return False
        return picture.frame.shape in (own.frame.shape, own.frame.image_shape)

    def _activated(self, index: int) -> None:
        if self.list.itemText(index) == FROM_FILE:
            self.refresh()
            self.ask_for_file()
            return
        chosen = self.list.itemData(index)
        cleared = chosen is None and self.parameter.optional
        if (chosen is not None or cleared) and chosen != self._chosen:
            self._chosen = chosen
            self.refresh()
            self.changed.emit()
