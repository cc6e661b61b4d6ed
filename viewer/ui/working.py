"""Work of a window: one job at a time, whose pieces are taken as they come, and which can be stopped."""

from collections import deque
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from viewer.core.progress import Progress
from viewer.core.session.jobs import Job, Jobs, Priority

POLL_MS = 100


class Both(Progress):
    """Progress that is told on, and cancelled by either of two.

    Parameters
    ----------
    inner : Progress
        Of the window.
    outer : Progress
        Of the job, for the status line.
    """

    def __init__(self, inner: Progress, outer: Progress) -> None:
        super().__init__()
        self._inner = inner
        self._outer = outer

    @property
    def cancelled(self) -> bool:
        """Whether one of them was cancelled."""
        return self._inner.cancelled or self._outer.cancelled

    def report(self, fraction: float) -> None:
        """See `Progress.report`."""
        self._outer.report(fraction)
        self._inner.report(fraction)


class Work(QObject):
    """Runs a job for a window; whoever asks for another one ends the first.

    Parameters
    ----------
    jobs : Jobs
        Where it runs.
    parent : QObject
        The window.

    Attributes
    ----------
    changed : pyqtSignal
        It began, got further, or ended.
    stopped : pyqtSignal
        It was cancelled, here or in the status line.
    """

    changed = pyqtSignal()
    stopped = pyqtSignal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._progress = Progress()
        self._pieces: deque[Any] = deque()
        self._take: Callable[[Any], object] = _nothing
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job is not None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop and has not yet."""
        return self.busy and self._progress.cancelled

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return self._progress.fraction

    def start(
        self,
        title: str,
        work: Callable[[Progress, Callable[[Any], object]], Any],
        finished: Callable[[Any], object],
        failed: Callable[[str], object],
        take: Callable[[Any], object] | None = None,
    ) -> None:
        """Run a function in a worker.

        Parameters
        ----------
        title : str
            For the status line.
        work : callable
            Gets a `Progress` and a function that hands over a piece of the result; touches no widget.
        finished, failed : callable
            Get the result, or why there is none.
        take : callable, optional
            Gets each piece, before the end of the work.
        """
        self.abandon()
        self._progress = inner = Progress()
        self._pieces = pieces = deque()
        self._take = take or _nothing

        def ended(call: Callable[[Any], object]) -> Callable[[Any], None]:
            def end(value: Any) -> None:
                # work that was abandoned may still have ended well
                if inner is self._progress:
                    self._end()
                    call(value)
                    self.changed.emit()

            return end

        job = self._jobs.start(
            title,
            lambda outer: work(Both(inner, outer), pieces.append),
            ended(finished),
            ended(failed),
            Priority.BACKGROUND,
        )
        # a job that is run at once has ended by now
        if job in self._jobs.running:
            self._job = job
            self._poll.start()
        self.changed.emit()

    def stop(self) -> None:
        """Ask it to stop; pieces that are done are still taken."""
        self._progress.cancel()
        self.changed.emit()

    def abandon(self) -> None:
        """Stop, and take nothing more of it."""
        self._progress.cancel()
        self._progress = Progress()
        self._pieces = deque()
        self._poll.stop()
        self._job = None

    def _look(self) -> None:
        self._take_pieces()
        if self._job is not None and self._job not in self._jobs.running:
            self._end()
            self.stopped.emit()
        self.changed.emit()

    def _take_pieces(self) -> None:
        pieces = self._pieces
        while pieces:
            self._take(pieces.popleft())

    def _end(self) -> None:
        self._poll.stop()
        self._job = None
        self._take_pieces()


def _nothing(_value: Any) -> None:
    pass
