"""Saving: to the file that an image comes from, after asking once, or to another."""

from collections.abc import Callable
from pathlib import Path
from weakref import WeakKeyDictionary

from PyQt6.QtWidgets import QMessageBox, QWidget

from viewer.core.io.name import FileName
from viewer.core.io.writing.options import SaveOptions
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.files import save_view
from viewer.ui.folders import folder_of

# what is read as it will be written: pictures and texts cannot hold all that an image has
_SAFE = (".fits", ".fit", ".fts", ".fz", ".fits.gz", ".fit.gz", ".fts.gz")
Done = Callable[[], object]


class Saving:
    """Saves documents, and knows which files the user has agreed to overwrite.

    Parameters
    ----------
    session : Session
        The state.
    window : QWidget
        Owns the dialogs.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        self._session = session
        self._window = window
        self._agreed: WeakKeyDictionary[Document, tuple[Path, SaveOptions]] = WeakKeyDictionary()

    def save(self, document: Document, done: Done | None = None) -> None:
        """Save a document where it is; ask before the first time, or for another name if need be.

        Parameters
        ----------
        document : Document
            Which.
        done : callable, optional
            Called when it is saved.
        """
        if not document.modified and not (document.fetched and document.file is None):
            self._session.tell("info", f"{document.name} has not been changed: there is nothing to save.")
            if done is not None:
                done()
            return
        known = self._agreed.get(document)
        if known is not None and known[0] == document.file:
            self._session.save(document, *known, overwrite=True, finished=done)
        elif self._may_replace(document):
            self._ask(document, done)
        else:
            self.save_as(document, done)

    def save_as(self, document: Document, done: Done | None = None) -> None:
        """Ask for a name and how to save."""
        # only who saves needs the dialog
        from viewer.ui.dialogs.save import SaveDialog

        if document.picture is None:
            self._session.tell("warning", f"{document.name} shows no image that could be saved.")
            return

        def chosen(path: Path, options: SaveOptions, as_shown: bool) -> None:
            if as_shown:
                save_view(self._session, path)
            else:
                # the file dialog has asked whether it may be overwritten
                self._write(document, path, options, done)

        # what was downloaded lies where nobody would look for it
        fetched = document.fetched and document.file is None
        SaveDialog(document, chosen, self._window, folder_of(self._session) if fetched else None).open()

    def _ask(self, document: Document, done: Done | None) -> None:
        path = document.file
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Save")
        box.setText(f"Overwrite {path.name}?")
        box.setInformativeText(
            f"The file in {path.absolute().parent} will hold the image as it is now; "
            "what it holds now will be lost. Later saves will not ask again."
        )
        overwrite = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
        other = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(other)

        def answered() -> None:
            if box.clickedButton() is overwrite:
                self._write(document, path, SaveOptions(), done)
            elif box.clickedButton() is other:
                self.save_as(document, done)

        box.finished.connect(lambda _result: answered())
        box.finished.connect(box.deleteLater)
        box.open()

    def _write(self, document: Document, path: Path, options: SaveOptions, done: Done | None) -> None:
        def saved() -> None:
            self._agreed[document] = (path, options)
            if done is not None:
                done()

        self._session.save(document, path, options, overwrite=True, finished=saved)

    def _may_replace(self, document: Document) -> bool:
        """Whether the document's file can hold what is shown: it is FITS, and was opened whole."""
        path = document.file
        if path is None or not path.name.lower().endswith(_SAFE) or not path.exists():
            return False
        return path != document.source.path or FileName.parse(document.name).section is None
