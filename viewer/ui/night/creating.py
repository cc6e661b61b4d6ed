"""Creating images that are made of others, one after the other; whoever asked is told what came of each."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from viewer.core.call import Call
from viewer.core.session.document import Document
from viewer.core.session.jobs import Job
from viewer.core.session.session import Session

POLL_MS = 100


class Creating(QObject):
    """Has the session do calls that create images, each when the one before is there.

    Parameters
    ----------
    session : Session
        Does the work, and opens the images.
    parent : QObject
        The window that asks.

    Attributes
    ----------
    made : pyqtSignal of Document
        An image is there.
    failed : pyqtSignal of str
        Why there is none; what was to follow is not done.
    changed : pyqtSignal
        It began, got further or ended.
    """

    made = pyqtSignal(object)
    failed = pyqtSignal(str)
    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._todo: list[Call] = []
        self._doing: Call | None = None
        self._job: Job | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.changed)
        session.history_changed.connect(self._history_changed)
        session.told.connect(self._told)
        session.jobs.changed.connect(self._jobs_changed)

    @property
    def busy(self) -> bool:
        """Whether an image is being made."""
        return self._doing is not None

    @property
    def fraction(self) -> float:
        """How much of it is done, 0 to 1."""
        return 0.0 if self._job is None else self._job.progress.fraction

    def start(self, calls: Sequence[Call]) -> None:
        """Do calls, in order."""
        self._todo = list(calls)
        self._next()

    def stop(self) -> None:
        """Stop what is being done, and do nothing more."""
        self._todo = []
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Listen no more; what is being done goes on."""
        self._poll.stop()
        self._todo, self._doing, self._job = [], None, None
        self._session.history_changed.disconnect(self._history_changed)
        self._session.told.disconnect(self._told)
        self._session.jobs.changed.disconnect(self._jobs_changed)

    def _next(self) -> None:
        self._job = None
        self._doing = self._todo.pop(0) if self._todo else None
        if self._doing is None:
            self._poll.stop()
        else:
            before = self._session.jobs.running
            self._session.create(self._doing)
            # a job that is run at once has ended by now
            self._job = next((job for job in self._session.jobs.running if job not in before), None)
            if self._job is not None:
                self._poll.start()
        self.changed.emit()

    def _history_changed(self, document: Document) -> None:
        history = document.history
        if self._doing is not None and history is not None and history.all_calls[-1:] == (self._doing,):
            self._doing = None
            self.made.emit(document)
            self._next()

    def _told(self, level: str, text: str) -> None:
        if level == "error" and self._doing is not None:
            self._end(text)

    def _jobs_changed(self) -> None:
        # a job that ended well is not running any more before its image is there: other jobs begin with that
        job = self._job
        if job is None or self._doing is None or job in self._session.jobs.running:
            return
        if job.progress.cancelled:
            self._end("It was stopped: no image was made.")

    def _end(self, text: str) -> None:
        self._todo, self._doing, self._job = [], None, None
        self._poll.stop()
        self.failed.emit(text)
        self.changed.emit()
