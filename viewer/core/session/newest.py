"""Newest: work that is asked for faster than it is done, of which only the last counts."""

from collections.abc import Callable
from typing import Any

from viewer.core.progress import Progress
from viewer.core.session.jobs import Job, Jobs, Priority


class Newest:
    """One job at a time, and of the requests that come meanwhile only the last.

    Parameters
    ----------
    jobs : Jobs
        Where the work runs.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._running: Job | None = None
        self._next: Callable[[], None] | None = None

    def ask(
        self,
        title: str,
        work: Callable[[Progress], Any],
        finished: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        """Do work as soon as the work before it has ended."""

        def start() -> None:
            self._running = self._jobs.start(title, work, ended(finished), ended(failed), Priority.REFINE)

        def ended(callback: Callable[[Any], object]) -> Callable[[Any], None]:
            def call(value: Any) -> None:
                self._running, following = None, self._next
                self._next = None
                callback(value)
                if following is not None:
                    following()

            return call

        if self._running is not None and self._running in self._jobs.running:
            self._next = start
        else:
            start()

    def drop(self) -> None:
        """Forget what waits, and what runs."""
        self._next = None
        if self._running is not None:
            self._running.cancel()
            self._running = None
