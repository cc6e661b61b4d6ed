"""Reading: the headers of a folder's files, read by a job and handed over in small batches."""

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from viewer.core.night.entry import Entry
from viewer.core.night.table import scan
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session

POLL_MS = 40
# taken into the table between two events of the window
BATCH = 200
STOPPED = "Stopped: files that were not read are missing here."


class Reading(QObject):
    """Reads one folder at a time.

    Signals
    -------
    found : list of Entry
        Some more files.
    ended : str
        All files are there, or the reading was stopped, or failed: then a sentence says so.

    Parameters
    ----------
    session : Session
        Whose jobs do the work.
    parent : QObject, optional
        As in Qt.
    """

    found = pyqtSignal(list)
    ended = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._waiting: deque[Entry] = deque()
        self._sentence: str | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether files are still read or handed over."""
        return self._timer.isActive()

    @property
    def fraction(self) -> float:
        """How much is read, 0 to 1."""
        return 1.0 if self._job is None else self._job.progress.fraction

    def start(self, folder: Path, known: Mapping[Path, Entry], only: Sequence[Path] = ()) -> None:
        """Read a folder; what was read of another one is not wanted any more.

        Parameters
        ----------
        folder : pathlib.Path
            With all folders in it.
        known : mapping of pathlib.Path to Entry
            Files that have not changed since are not read again.
        only : sequence of pathlib.Path
            Files and folders that are meant, if it is not all of the folder.
        """
        self.stop()
        waiting = self._waiting = deque()
        self._sentence = None

        def finished(_entries: object) -> None:
            if waiting is self._waiting:
                self._sentence = ""

        def failed(sentence: str) -> None:
            if waiting is self._waiting:
                self._sentence = sentence

        self._job = self._session.jobs.start(
            f"Reading the headers in {folder.name or folder}",
            lambda progress: scan(folder, progress=progress, found=waiting.extend, known=known, only=only),
            finished,
            failed,
            priority=Priority.BACKGROUND,
        )
        self._timer.start()

    def stop(self) -> None:
        """Stop reading; what came so far stays."""
        if self._job is not None:
            self._job.cancel()
        self._job = None
        self._timer.stop()

    def cancel(self) -> None:
        """Stop reading because the user wants it."""
        if self.busy:
            self.stop()
            self.ended.emit(STOPPED)

    def _look(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        if batch:
            self.found.emit(batch)
        elif self._sentence is not None:
            self._end(self._sentence)
        elif self._job is not None and self._job not in self._session.jobs.running:
            # by the status line's Cancel
            self._end(STOPPED)

    def _end(self, sentence: str) -> None:
        self._timer.stop()
        self._job = None
        self.ended.emit(sentence)
