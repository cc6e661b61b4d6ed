"""Batch: do the same to many files - here, in several processes, or on a cluster."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

from viewer.core.batch.plan import Task, plan
from viewer.core.batch.task import Outcome, do_task
from viewer.core.batch.workers import Watched, Workers
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io.write import SaveOptions
from viewer.core.progress import Cancelled, Progress

__all__ = ["Outcome", "Results", "run_batch", "run_tasks"]

_log = logging.getLogger(__name__)

# Seconds between two looks at whether the work is still wanted.
_LOOK = 0.1


@dataclass(frozen=True)
class Results:
    """What became of all files.

    Attributes
    ----------
    outcomes : tuple of Outcome
        In the order of the files, without those that were not reached.
    left : tuple of str
        Files that were not reached because the work was cancelled.
    """

    outcomes: tuple[Outcome, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def done(self) -> tuple[Outcome, ...]:
        """Those that have a result."""
        return tuple(outcome for outcome in self.outcomes if not outcome.problem)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those that have none."""
        return tuple(outcome for outcome in self.outcomes if outcome.problem)

    @property
    def summary(self) -> str:
        """All in one sentence."""
        count = len(self.done)
        parts = [f"{count} {'image' if count == 1 else 'images'} saved"]
        if self.failed:
            parts.append(f"{len(self.failed)} failed")
        if self.left:
            parts.append(f"{len(self.left)} not done, for the work was stopped")
        return ", ".join(parts)


def run_batch(
    calls: tuple[Call, ...],
    files: Sequence[str],
    folder: Path,
    executor: Executor | None = None,
    progress: Progress | None = None,
    *,
    at_once: int = 1,
    suffix: str = "",
    hdu: int | None = None,
    options: SaveOptions = SaveOptions(),  # noqa: B008 - a frozen value
    overwrite: bool = False,
    told: Callable[[Outcome], None] | None = None,
) -> Results:
    """Do the same to many files and save each result in a folder, under its file's name.

    A file that fails does not stop the others. Cancelling does not raise: it gives what was done until then.

    Parameters
    ----------
    calls : tuple of Call
        What to do, as of a recipe.
    files : sequence of str
        Names with brackets perhaps.
    folder : pathlib.Path
        For the results; it is made if need be.
    executor : concurrent.futures.Executor, optional
        Who does it: `Workers`, a cluster's; without one it is done here, one file after the other.
    progress : Progress, optional
        Told how many files are done, as a fraction; cancelling it stops the work.
    at_once : int
        How many files an executor is given at once, so as to bound the memory.
    suffix, hdu, options, overwrite
        See `viewer.core.batch.plan.plan`.
    told : callable, optional
        Called with each outcome, as they come.

    Raises
    ------
    ViewerError
        If the calls cannot work, or the folder cannot be made; nothing is written then.
    """
    tasks = plan(calls, files, folder, suffix, hdu, options, overwrite)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ViewerError(f"the folder {folder} cannot be made: {error.strerror or error}") from None
    return run_tasks(tasks, executor, progress or Progress(), at_once, told)


def run_tasks(
    tasks: tuple[Task, ...],
    executor: Executor | None,
    progress: Progress,
    at_once: int = 1,
    told: Callable[[Outcome], None] | None = None,
) -> Results:
    """Do all tasks; see `run_batch`."""
    found: dict[Task, Outcome] = {}

    def take(task: Task, outcome: Outcome) -> None:
        if task.note and not outcome.problem:
            outcome = replace(outcome, remarks=(task.note, *outcome.remarks))
        found[task] = outcome
        if told is not None:
            told(outcome)
        progress.report(len(found) / len(tasks))

    try:
        progress.report(0.0)
        if executor is None:
            for task in tasks:
                take(task, do_task(task, Watched(lambda: progress.cancelled)))
        else:
            _Dispatch(executor, at_once, progress, take).run(tasks)
    except Cancelled:
        pass
    return Results(
        tuple(found[task] for task in tasks if task in found),
        tuple(task.name for task in tasks if task not in found),
    )


class _Dispatch:
    """Gives tasks to an executor, a few at once, and takes their outcomes.

    When a worker is killed, nobody knows which of the files at work was to blame: each of them gets a second
    try, alone.
    """

    def __init__(
        self, executor: Executor, at_once: int, progress: Progress, take: Callable[[Task, Outcome], None]
    ) -> None:
        self._executor = executor
        self._at_once = max(1, at_once)
        self._progress = progress
        self._take = take
        self._running: dict[Future[Outcome], Task] = {}
        self._suspects: set[Task] = set()

    def run(self, tasks: Sequence[Task]) -> None:
        waiting = deque(tasks)
        try:
            while waiting or self._running:
                while waiting and self._room(waiting[0]):
                    self._submit(waiting.popleft())
                finished, _ = wait(self._running, _LOOK, FIRST_COMPLETED)
                self._progress.report(self._progress.fraction)
                waiting.extendleft(self._broken(finished))
                for future in finished & self._running.keys():
                    task = self._running.pop(future)
                    self._take(task, outcome_of(task, future))
                if any(future.cancelled() for future in finished):
                    # not by us: a cluster that is gone takes new work and never answers
                    while waiting:
                        task = waiting.popleft()
                        self._take(task, _not_begun(task, "the workers are gone"))
        except Cancelled:
            self._stop()
            raise

    def _room(self, task: Task) -> bool:
        alone = task in self._suspects or any(each in self._suspects for each in self._running.values())
        return len(self._running) < (1 if alone else self._at_once)

    def _submit(self, task: Task) -> None:
        try:
            self._running[self._executor.submit(do_task, task)] = task
        except RuntimeError as error:
            # shut down or broken: no executor comes back from that but `Workers`
            self._take(task, _not_begun(task, str(error)))

    def _broken(self, finished: set[Future[Outcome]]) -> list[Task]:
        """Take those out that a killed worker has left, and return those that are worth a second try."""
        again = []
        for future in finished:
            if future.cancelled() or not isinstance(future.exception(), BrokenExecutor):
                continue
            task = self._running[future]
            if isinstance(self._executor, Workers) and task not in self._suspects:
                self._suspects.add(task)
                again.append(task)
                del self._running[future]
        return again

    def _stop(self) -> None:
        if isinstance(self._executor, Workers):
            self._executor.stop()
        for future in self._running:
            future.cancel()
        # results that were nearly there are not lost
        left = [future for future in self._running if not future.cancelled()]
        for future in wait(left).done:
            if not isinstance(future.exception(), Cancelled):
                task = self._running[future]
                try:
                    self._take(task, outcome_of(task, future))
                except Cancelled:
                    continue


def _not_begun(task: Task, reason: str) -> Outcome:
    return Outcome(task.source, task.target, f"{task.name} was not begun: {reason}")


def outcome_of(task: Task, future: "Future[Outcome]") -> Outcome:
    """Return what became of a task whose future is over, in whatever way."""
    if future.cancelled():
        return Outcome(
            task.source, task.target, f"{task.name} was not done: the workers are gone, so try it again"
        )
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Cancelled):
        raise error
    if isinstance(error, BrokenExecutor):
        problem = (
            f"{task.name} was not done: its worker was killed, perhaps for lack of memory, so try it with "
            "fewer jobs, or crop or bin the image first"
        )
    else:
        problem = (
            f"{task.name} was not done because of a fault in the program: {type(error).__name__}, {error}"
        )
        _log.error("%s", problem, exc_info=error)
    return Outcome(task.source, task.target, problem)
