"""Closing: documents with work that no file holds are closed only after the user was asked, once for all."""

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QMessageBox, QWidget

from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.saving import Saving

MOST_NAMED = 12


class Closing:
    """Asks before unsaved work is lost.

    Parameters
    ----------
    session : Session
        The state.
    saving : Saving
        Saves what is to be saved.
    window : QWidget
        Owns the question.

    Attributes
    ----------
    box : QMessageBox or None
        The question while it is asked.
    """

    def __init__(self, session: Session, saving: Saving, window: QWidget) -> None:
        self._session = session
        self._saving = saving
        self._window = window
        self.box: QMessageBox | None = None

    def close(self, documents: Sequence[Document], then: Callable[[], object] | None = None) -> None:
        """Close documents, and go on if the user agrees.

        Parameters
        ----------
        documents : sequence of Document
            Which.
        then : callable, optional
            Called when they are closed; not if the user would rather keep them.
        """
        modified = [document for document in documents if document.modified]

        def close() -> None:
            # the one on display last: the others need not be shown in between
            for document in sorted(documents, key=lambda each: each is self._session.current):
                if document in self._session.documents:
                    self._session.close(document)
            if then is not None:
                then()

        self.ask(modified, close)

    def ask(self, modified: Sequence[Document], go_on: Callable[[], object]) -> None:
        """Ask what becomes of unsaved work; `go_on` is called when it is saved or not wanted."""
        if not modified:
            go_on()
            return
        if self.box is not None:
            self.box.raise_()
            self.box.activateWindow()
            return
        box = self.box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Unsaved work")
        box.setText(_question(modified))
        box.setInformativeText(_listed(modified))
        save = box.addButton("Save…", QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)

        def answered() -> None:
            self.box = None
            if box.clickedButton() is discard:
                go_on()
            elif box.clickedButton() is save:
                self._save(list(modified), go_on)

        box.finished.connect(lambda _result: answered())
        box.finished.connect(box.deleteLater)
        box.open()

    def _save(self, waiting: list[Document], go_on: Callable[[], object]) -> None:
        """Save one after the other; whoever cancels one keeps all."""
        waiting = [each for each in waiting if each in self._session.documents and each.modified]
        if not waiting:
            go_on()
            return
        # the user sees what is to be named
        document = waiting[0]
        self._session.select(document)
        if document.history is None or not document.history.modified:
            self._session.select_hdu(next(n for n, each in document.histories.items() if each.modified))
        self._saving.save(document, lambda: self._save(waiting[1:], go_on))


def _question(modified: Sequence[Document]) -> str:
    if len(modified) == 1:
        return f"{modified[0].name} has changes that are not saved."
    return f"{len(modified)} images have changes that are not saved."


def _listed(modified: Sequence[Document]) -> str:
    lines = []
    for document in modified[:MOST_NAMED]:
        steps = [
            call
            for history in document.histories.values()
            if history.modified
            for call in history.calls[len(history.calls_to(history.saved or 0)) :]
        ]
        what = ", ".join(call.operation.title.rstrip("…") for call in steps[:3])
        what += ", …" if len(steps) > 3 else ""
        lines.append(f"• {document.name}" + (f" ({what})" if what else ""))
    if len(modified) > MOST_NAMED:
        lines.append(f"and {len(modified) - MOST_NAMED} more")
    return "\n".join(lines)
