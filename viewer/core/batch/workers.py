"""Workers: processes of their own that do the files of a batch, and can be told to stop."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, TypeVar

from viewer.core.progress import Progress

Result = TypeVar("Result")

# In a worker: whether it was told to stop (`bool()` is no). A process has one boss, so one place is enough.
_stopped: Callable[[], bool] = bool


class Watched(Progress):
    """Progress that is cancelled when a question is answered by yes.

    Parameters
    ----------
    stopped : callable
        Asked at every report.
    """

    def __init__(self, stopped: Callable[[], bool]) -> None:
        super().__init__()
        self._stopped = stopped

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._stopped() or super().cancelled

    def report(self, fraction: float) -> None:
        """Say how much is done; see `Progress.report`."""
        if self._stopped():
            self.cancel()
        super().report(fraction)


def watched() -> Progress:
    """Return a progress that is cancelled when this process is told to stop."""
    return Watched(lambda: _stopped())


class Workers(Executor):
    """Processes, begun afresh without Qt or threads; when one is killed, new ones take over.

    Parameters
    ----------
    jobs : int
        How many, and so how many files are in memory at once.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        # a fork would copy a program in the middle of what its threads do
        self._context = multiprocessing.get_context("spawn")
        self._stopping = self._context.Event()
        self._pool = self._new()

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have a function called in one of the processes."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=True)
            self._pool = self._new()
            return self._pool.submit(fn, *args, **kwargs)

    def stop(self) -> None:
        """Tell all processes to stop: what they are doing raises `Cancelled` at its next report."""
        self._stopping.set()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; see `concurrent.futures.Executor.shutdown`."""
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.jobs, self._context, _begin, (self._stopping,))


def _begin(stopping: Any) -> None:
    """Prepare a worker: Ctrl-C, which a terminal sends to it too, is its boss's business."""
    global _stopped
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _stopped = stopping.is_set
    threading.Thread(target=_end_with_boss, daemon=True).start()


def _end_with_boss() -> None:
    """End this process when the one that began it is gone: it would wait for work for ever."""
    boss = multiprocessing.parent_process()
    if boss is not None:
        boss.join()
        os._exit(1)
