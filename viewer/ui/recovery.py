"""Recovery: writes down unsaved work while it is done, and offers what a killed Skyloupe left behind."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QBoxLayout

from viewer.core.errors import ViewerError
from viewer.core.session.document import Document
from viewer.core.session.history import History
from viewer.core.session.jobs import Job
from viewer.core.session.recovery import Found, Journal, Unsaved, left_behind
from viewer.core.session.session import Session
from viewer.ui.recovery_bar import RecoveryBar
from viewer.ui.restoring import Restoring

if TYPE_CHECKING:
    from viewer.core.call import Call

log = logging.getLogger(__name__)
# soon enough to be there when the program ends, not so soon that every step of many is written by itself
WRITE_MS = 200
Work = tuple[str, Path | None, float | None, "tuple[Call, ...]", str, int]


class Recovery(QObject):
    """Keeps the journal of this process, and takes over those of processes that are no more.

    Parameters
    ----------
    session : Session
        The state.
    column : QBoxLayout
        Where an offer appears, on top of what is there.
    parent : QObject, optional
        As in Qt.
    """

    def __init__(self, session: Session, column: QBoxLayout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._column = column
        self._journal = Journal()
        self._found: tuple[Found, ...] = ()
        self._pending: list[Unsaved] = []
        self._restoring: list[tuple[Unsaved, History]] = []
        self._writing: Job | None = None
        self._written = self._claimed = self._complained = False
        self._restorer = Restoring(session, self._begun, self)
        self.bar: RecoveryBar | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_MS)
        self._timer.timeout.connect(self._write)
        session.history_changed.connect(self._changed)
        session.documents_changed.connect(self._timer.start)

    def start(self) -> None:
        """Look for unsaved work of an earlier Skyloupe."""
        folder = self._journal.folder
        self._session.jobs.start(
            "Looking for unsaved work", lambda _progress: left_behind(folder), self._offer
        )

    def close(self) -> None:
        """The program ends as it should: what is not saved is not wanted, but what waits is kept."""
        self._timer.stop()
        self._session.history_changed.disconnect(self._changed)
        self._session.documents_changed.disconnect(self._timer.start)
        try:
            self._journal.end(self._pending)
        except OSError as error:
            log.info("the journal in %s was not written: %s", self._journal.folder, error)

    # ------------------------------------------------------------------ writing

    def _changed(self, _document: Document) -> None:
        for image, history in tuple(self._restoring):
            if len(history.calls) >= image.steps:
                self._restoring.remove((image, history))
                self._pending.remove(image)
        self._timer.start()

    def _write(self) -> None:
        if self._writing is not None:
            # two at once might end in the wrong order
            self._timer.start()
            return
        works = [work for document in self._session.documents for work in unsaved_work(document)]
        pending, journal, claimed = tuple(self._pending), self._journal, self._claimed
        if not works and not pending and not self._written:
            return
        self._written = True

        def work(_progress: object) -> None:
            try:
                journal.write((*(Unsaved.of(*each) for each in works), *pending))
            except OSError as error:
                raise ViewerError(
                    f"Unsaved work cannot be kept for the case of a crash ({error.strerror or error}): "
                    f"make room in {journal.folder}, or save often."
                ) from error

        def finished(_none: object) -> None:
            self._writing = None
            if claimed:
                self._forget_found()

        def failed(sentence: str) -> None:
            self._writing = None
            if not self._complained:
                self._complained = True
                self._session.tell("warning", sentence)

        job = self._session.jobs.start("Keeping unsaved work", work, finished, failed)
        if job in self._session.jobs.running:
            self._writing = job

    # ------------------------------------------------------------------ restoring

    def _offer(self, found: tuple[Found, ...]) -> None:
        if not found or self.bar is not None:
            return
        self._found = found
        self.bar = RecoveryBar([image for each in found for image in each.images])
        self.bar.restore.clicked.connect(self._restore)
        self.bar.discard.clicked.connect(self._discard)
        self.bar.later.clicked.connect(self._put_off)
        self._column.insertWidget(0, self.bar)

    def _close_bar(self) -> None:
        if self.bar is not None:
            self._column.removeWidget(self.bar)
            self.bar.deleteLater()
            self.bar = None

    def _put_off(self) -> None:
        self._close_bar()
        self._found = ()

    def _discard(self) -> None:
        self._close_bar()
        self._forget_found()

    def _forget_found(self) -> None:
        for each in self._found:
            each.path.unlink(missing_ok=True)
        self._found = ()

    def _restore(self) -> None:
        self._close_bar()
        images = [image for each in self._found for image in each.images]
        self._pending += images
        # the others' journals are removed when this process's has what they hold
        self._claimed = True
        self._write()
        self._restorer.restore(images)

    def _begun(self, image: Unsaved, document: Document) -> None:
        if document.history is not None:
            self._restoring.append((image, document.history))
            # a new image may have had no other steps
            self._changed(document)


def unsaved_work(document: Document) -> list[Work]:
    """Return the unsaved work on each image of a document: what to open, and what to do to it."""
    return [
        work
        for history in document.histories.values()
        if history.modified
        for work in [_work(document, history)]
        if work[3]
    ]


def _work(document: Document, history: History) -> Work:
    """Return what `Unsaved.of` needs."""
    origin, calls, saved = history.origin_frame, history.calls, history.saved
    before = len(history.calls_to(0))
    if origin is None:
        return "", None, None, calls, document.name, before
    if saved and saved <= history.position and document.file == origin.path:
        # the file that everything began with holds some of the steps by now
        return origin.full_name, origin.path, None, calls[len(history.calls_to(saved)) :], "", 0
    modified = document.source.modified if document.source.path == origin.path else None
    called = "" if document.file == origin.path else document.name
    return origin.full_name, origin.path, modified, calls, called, before
