"""Jobs: work that runs in a few threads and hands its result back to the thread that asked."""

import itertools
import logging
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

from viewer.core.errors import ViewerError
from viewer.core.names import shown
from viewer.core.progress import Cancelled, Progress
from viewer.core.session.signal import Signal

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Priority(IntEnum):
    """Which waiting job is taken first."""

    PICTURE = 0
    REFINE = 1
    DETAILS = 2
    BACKGROUND = 3


class Job:
    """One piece of work under way.

    Attributes
    ----------
    title : str
        What the status line says while it runs.
    progress : Progress
        How far it is; its `cancel` stops the work at the next report.
    started : float
        `time.monotonic` of the request, in seconds.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.progress = Progress()
        self.started = time.monotonic()

    def cancel(self) -> None:
        """Stop the work; neither of its callbacks is called any more."""
        self.progress.cancel()


class Jobs:
    """A few worker threads, and a queue of results for the main thread.

    Workers get frozen values and return one; callbacks run where `deliver` is called. Until the
    window's event loop exists, results wait: opening the first file overlaps with the start of Qt.

    Parameters
    ----------
    threads : int
        Number of workers; 0 runs every job at once in the caller (tests, command line).
    """

    def __init__(self, threads: int = 2) -> None:
        self.changed: Signal[()] = Signal()
        self.wake: Callable[[], None] = _nothing
        self._inline = threads == 0
        self._serial = itertools.count()
        self._todo: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._results: deque[Callable[[], None]] = deque()
        self._running: list[Job] = []
        self._waiting: list[threading.Thread] = []
        self._threads = [
            threading.Thread(target=self._work, name=f"skyloupe-worker-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def running(self) -> tuple[Job, ...]:
        """Jobs that have been asked for and not ended, oldest first."""
        return tuple(self._running)

    def start(
        self,
        title: str,
        work: Callable[[Progress], Result],
        finished: Callable[[Result], object],
        failed: Callable[[str], object] | None = None,
        priority: Priority = Priority.PICTURE,
        waits: bool = False,
    ) -> Job:
        """Run `work` in a thread and one of the callbacks in the main thread.

        Parameters
        ----------
        title : str
            For the status line, which offers to cancel it; empty for what is not to be seen there.
        work : callable
            Takes a `Progress`; gets frozen values only, touches no session and no widget.
        finished : callable
            Gets the result.
        failed : callable, optional
            Gets one sentence: of a `ViewerError`, or for a bug that it was logged.
        priority : Priority
            Which of the waiting jobs is taken first.
        waits : bool
            For a network or a far disk: the work gets a thread of its own, so that nothing waits for it.
        """
        job = Job(shown(title))
        self._running.append(job)
        self.changed.emit()

        def run() -> None:
            try:
                job.progress.report(0.0)
                result = work(job.progress)
            except Cancelled:
                self._hand_over(job, _nothing)
            except ViewerError as error:
                self._hand_over(job, _call(failed, str(error)))
            # the one place beside the exception hook where a bug may not end the program
            except Exception as error:
                name = title or "Something"
                log.exception("%s failed", name)
                sentence = f"{name} failed because of an error in Skyloupe ({type(error).__name__}: {error})."
                self._hand_over(job, _call(failed, sentence))
            else:
                self._hand_over(job, lambda: finished(result))

        if self._inline:
            run()
            self.deliver()
        elif waits:
            self._waiting = [thread for thread in self._waiting if thread.is_alive()]
            self._waiting.append(threading.Thread(target=run, name="skyloupe-waiting", daemon=True))
            self._waiting[-1].start()
        else:
            self._todo.put((priority, next(self._serial), run))
        return job

    def deliver(self, within: float = math.inf) -> bool:
        """Run the callbacks of the jobs that have ended; main thread only.

        Parameters
        ----------
        within : float
            Seconds after which no further callback is begun.

        Returns
        -------
        bool
            Whether some are left.
        """
        end = time.monotonic() + within
        while self._results:
            self._results.popleft()()
            if time.monotonic() >= end:
                break
        return bool(self._results)

    def close(self) -> None:
        """Cancel everything and end the threads."""
        for job in self.running:
            job.cancel()
        for _ in self._threads:
            self._todo.put((-1, next(self._serial), None))
        for thread in self._threads:
            thread.join(timeout=5)
        deadline = time.monotonic() + 0.5
        for thread in self._waiting:
            # not long: what does not answer now may do so never
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        self._results.clear()
        self._running.clear()

    def _hand_over(self, job: Job, callback: Callable[[], object]) -> None:
        def ended() -> None:
            if job in self._running:
                self._running.remove(job)
            if not job.progress.cancelled:
                callback()
            self.changed.emit()

        self._results.append(ended)
        self.wake()

    def _work(self) -> None:
        while True:
            _, _, run = self._todo.get()
            if run is None:
                return
            run()


def _nothing() -> None:
    pass


def _call(callback: Callable[[str], Any] | None, text: str) -> Callable[[], object]:
    return _nothing if callback is None else lambda: callback(text)
