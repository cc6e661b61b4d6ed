"""What long work reports to, and how it learns that nobody wants the result any more."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Cancelled(Exception):
    """Raised inside long work at its next report after a cancel.

    An exception, not a flag to be asked: a caller that forgets to ask would take a half-done
    result for a whole one.
    """


class Progress:
    """The fraction done of one piece of work; may be read and cancelled from another thread."""

    def __init__(self) -> None:
        self._fraction = 0.0
        self._cancelled = threading.Event()
        self._wake: Callable[[], object] | None = None

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return self._fraction

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` has been called."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to stop; it raises `Cancelled` at its next report."""
        self._cancelled.set()
        if self._wake is not None:
            self._wake()

    def when_cancelled(self, wake: Callable[[], object]) -> None:
        """Set what ends a wait of the work, so that it comes to its next report.

        Parameters
        ----------
        wake : callable
            Called by the thread that cancels; at once if it has been.
        """
        self._wake = wake
        if self.cancelled:
            wake()

    def report(self, fraction: float) -> None:
        """Say how much is done.

        Parameters
        ----------
        fraction : float
            0 to 1; values outside are clipped.

        Raises
        ------
        Cancelled
            If the work is no longer wanted.
        """
        if self._cancelled.is_set():
            raise Cancelled
        self._fraction = min(1.0, max(0.0, fraction))

    def each(self, items: Sequence[Item]) -> Iterator[Item]:
        """Yield items one by one, reporting how many are done.

        Parameters
        ----------
        items : sequence
            The rounds of the work.

        Raises
        ------
        Cancelled
            As `report` does.
        """
        for number, item in enumerate(items):
            self.report(number / len(items))
            yield item
