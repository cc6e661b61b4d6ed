"""Keeping: older versions of images stay in memory within bounds, the others wait on the disk."""

from typing import TYPE_CHECKING

from viewer.core.frame import Frame
from viewer.core.progress import Progress
from viewer.core.session.history import Version
from viewer.core.session.jobs import Job, Jobs, Priority
from viewer.core.session.spill import Spill

if TYPE_CHECKING:
    from viewer.core.session.session import Session


class Keeping:
    """Writes versions to the disk when there are too many of them in memory.

    Parameters
    ----------
    jobs : Jobs
        Where it is done.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._spill = Spill()
        self._job: Job | None = None

    def tidy(self, session: "Session") -> None:
        """Write versions to the disk until what the others take is bounded."""
        # the image that is worked on comes first
        documents = sorted(session.documents, key=lambda document: document is not session.current)
        histories = [history for document in documents for history in document.histories.values()]
        left, leaving = session.settings.undo_megabytes << 20, list[Version]()
        for history in histories:
            versions, kept = history.too_much(left)
            leaving += versions
            left -= kept
        if not leaving or (self._job is not None and not self._job.progress.cancelled):
            return
        frames = [version.frame for version in leaving]

        def work(progress: Progress) -> list[Frame]:
            written = []
            for frame in frames:
                try:
                    written.append(self._spill.frame(frame, progress))
                except OSError:
                    # a full disk: they stay in memory, and what comes will be refused there
                    break
            return written

        def finished(written: list[Frame]) -> None:
            self._job = None
            for version, old, new in zip(leaving, frames, written, strict=False):
                # it may be shown again by now
                if version.frame is old and not any(history.shown is version for history in histories):
                    version.frame, version.picture = new, None

        title = "Keeping older steps on the disk"
        job = self._jobs.start(title, work, finished, self._failed, priority=Priority.BACKGROUND)
        if job in self._jobs.running:
            self._job = job

    def close(self) -> None:
        """Remove what was kept on the disk."""
        self._spill.close()

    def _failed(self, _sentence: str) -> None:
        self._job = None
