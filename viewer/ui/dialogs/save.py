"""SaveDialog: asks for the name of a file, and how the image is to be saved in it."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from viewer.core.io.writing.names import proposed_name
from viewer.core.io.writing.options import SaveOptions
from viewer.core.session.document import Document
from viewer.ui.dialogs.save_form import FORMATS, Format, SaveForm, format_of, with_suffix
from viewer.ui.fitting import scaled

Chosen = Callable[[Path, SaveOptions, bool], object]


class SaveDialog(QFileDialog):
    """Qt's file dialog with the save form below it.

    Parameters
    ----------
    document : Document
        What is saved; it shows an image.
    chosen : callable
        Gets path, options, and whether the view is wanted instead of the numbers.
    parent : QWidget, optional
        As in Qt.
    folder : pathlib.Path, optional
        Where the dialog begins; default: where the document comes from.
    """

    def __init__(
        self, document: Document, chosen: Chosen, parent: QWidget | None = None, folder: Path | None = None
    ) -> None:
        super().__init__(parent, f"Save {document.name} as")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # the desktop's own dialog has no room for more questions
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters([each.filter for each in FORMATS])
        place = document.file or document.source.path
        self.setDirectory(str(folder or place.absolute().parent))
        name = _name_for(document)
        self.form = SaveForm(document)
        layout = self.layout()
        layout.addWidget(self.form, layout.rowCount(), 0, 1, layout.columnCount())
        self.filterSelected.connect(self._follow_filter)
        self.fileSelected.connect(lambda path: chosen(Path(path), self.form.options, self.form.as_shown))
        self._follow_name(name)
        self.selectFile(name)
        field = self.findChild(QLineEdit)
        if field is not None:
            field.textEdited.connect(self._follow_name)
        self.resize(max(self.width(), scaled(720)), max(self.height(), scaled(560)))

    def _follow_filter(self, text: str) -> None:
        """Give the proposed name the suffix of the kind that was chosen."""
        wanted = next(each for each in FORMATS if each.filter == text)
        names = self.selectedFiles()
        if names and not Path(names[0]).is_dir():
            self.selectFile(with_suffix(Path(names[0]).name, wanted))
        self._show_format(wanted)

    def _follow_name(self, name: str) -> None:
        """Ask what suits the suffix that was typed."""
        found = format_of(name)
        if found is not None:
            self._show_format(found)
            # not selectNameFilter: that puts a suffix into the name that is being typed
            combos = self.findChildren(QComboBox)
            kinds = next((each for each in combos if each.findText(found.filter) >= 0), None)
            if kinds is not None:
                kinds.setCurrentIndex(FORMATS.index(found))

    def _show_format(self, wanted: Format) -> None:
        self.setDefaultSuffix(wanted.suffixes[0][1:])
        if wanted is not self.form.format:
            self.form.set_format(wanted)


def _name_for(document: Document) -> str:
    """Return the name that is proposed; that of an image in no file says already what it was made by."""
    frame, history = document.picture.frame, document.history
    calls = history.calls if history else ()
    if document.file is None and history is not None:
        calls = calls[len(history.calls_to(0)) :]
        if not calls:
            return document.name
        frame = frame.derive(name=document.name, path=None)
    return proposed_name(frame, [call.name for call in calls])
