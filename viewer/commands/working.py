"""Working: what commands share that do many files - on several cores or a cluster, with a bar, and Ctrl-C."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from types import FrameType

from viewer.commands.common import complain
from viewer.core.batch.run import Outcome
from viewer.core.batch.workers import Workers
from viewer.core.progress import Progress

_BAR = 30


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add the options for who does the work."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=_jobs, metavar="N", help="processes, and so files at once (all cores)")
    where.add_argument("--dask", metavar="ADDRESS", help="use this Dask scheduler: tcp://host:8786")


@contextlib.contextmanager
def workers(arguments: argparse.Namespace, count: int) -> Iterator[tuple[Executor | None, int]]:
    """Yield who does the work, and how many files at once; nobody else for a single file."""
    if arguments.dask:
        # needs an optional library
        from viewer.core.batch.cluster import cluster

        with cluster(arguments.dask) as found:
            yield found
        return
    jobs = min(arguments.jobs or os.cpu_count() or 1, count)
    if jobs < 2:
        yield None, 1
        return
    with Workers(jobs) as processes:
        yield processes, jobs


@contextlib.contextmanager
def stopping(progress: Progress) -> Iterator[None]:
    """Let the first Ctrl-C stop the work between two steps, and the second at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        if progress.cancelled:
            # workers end with their boss
            os._exit(128 + number)
        sys.stderr.write("\nskyloupe: stopping; once more to stop at once\n")
        progress.cancel()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Bar:
    """How far the work is, as a bar below the lines of a terminal; nothing elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = max(1, total)
        self.count = 0
        self.shown = sys.stderr.isatty()

    def draw(self) -> None:
        """Show how far it is."""
        if self.shown:
            full = _BAR * self.count // self._total
            bar = "█" * full + "░" * (_BAR - full)
            sys.stderr.write(f"\r{bar} {self.count} of {self._total}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")

    def step(self, problems: Iterable[str], line: str = "") -> None:
        """Tell of one piece of work that is over: what went wrong is a line in any case.

        Parameters
        ----------
        problems : iterable of str
            Complaints.
        line : str
            What is told where there is no bar.
        """
        self.count += 1
        self.clear()
        for problem in problems:
            complain(problem)
        if line and not self.shown:
            sys.stderr.write(f"{self.count} of {self._total}: {line}\n")
        self.draw()


class Teller:
    """Tells of each file: a bar on a terminal, else a line; what went wrong is a line in any case."""

    def __init__(self, total: int) -> None:
        self._bar = Bar(total)
        self.draw, self.clear = self._bar.draw, self._bar.clear

    def tell(self, outcome: Outcome) -> None:
        """Tell of one file that is over."""
        name = Path(outcome.source or outcome.target).name
        problems = [f"{name}: {remark}" for remark in outcome.remarks]
        problems += [outcome.problem] * bool(outcome.problem)
        self._bar.step(problems, "" if outcome.problem else f"{name} -> {outcome.target}")


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"not a number of processes: {text!r}")
    return int(text)
