"""Calibrating files: each with the masters that fit it, saved in another folder; for a worker."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from viewer.core.batch.plan import Task, plan
from viewer.core.batch.run import Outcome, Results, run_tasks
from viewer.core.batch.workers import Workers
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io import FileName
from viewer.core.night.entry import Entry
from viewer.core.night.table import entry_of
from viewer.core.progress import Progress
from viewer.ui.night.matching import Match, calibration, masters_in, match

Unfit = Literal["leave", "without", "nearest"]


@dataclass(frozen=True)
class Order:
    """What is to be done.

    Attributes
    ----------
    files : tuple of str
        The raw frames.
    masters : tuple of str
        Folders and files.
    folder : pathlib.Path
        For the results.
    values : dict
        Further arguments of the operation.
    unfit : str
        What becomes of a frame that some master does not fit: ``leave`` it out, calibrate it ``without`` that
        master, or with the ``nearest`` one all the same.
    overwrite : bool
        Whether older results may be lost.
    """

    files: tuple[str, ...]
    masters: tuple[str, ...]
    folder: Path
    values: dict[str, Any]
    unfit: Unfit = "leave"
    overwrite: bool = False


def calibrate_files(
    order: Order, jobs: int, progress: Progress, tell: Callable[[Outcome], object]
) -> Results:
    """Calibrate files; one that fails does not stop the others.

    Parameters
    ----------
    order : Order
        What is to be done.
    jobs : int
        How many processes do it.
    progress : Progress
        Told how many are done; cancelling it stops the work.
    tell : callable
        Gets each outcome.

    Raises
    ------
    ViewerError
        If there are no masters, or a result would take the place of a file that is needed.
    """
    masters = masters_in(order.masters, progress)
    call = Call.of("calibrate", **order.values)
    tasks = plan((call,), order.files, order.folder, overwrite=order.overwrite)
    _check(tasks, masters)
    refused, todo, reasons = [], [], {}
    for task in tasks:
        path = FileName.parse(task.source).path
        found = match(entry_of(path, path.parent), masters, order.values.get("tolerance", 2.0))
        try:
            todo.append(replace(task, calls=(_call(found, order),), sound=True))
            reasons[task.source] = found.why
        except ViewerError as error:
            refused.append(Outcome(task.source, task.target, str(error)))
            tell(refused[-1])
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ViewerError(f"the folder {order.folder} cannot be made: {error.strerror or error}") from None

    def told(outcome: Outcome) -> None:
        why = reasons[outcome.source]
        tell(outcome if outcome.problem else replace(outcome, remarks=(why, *outcome.remarks)))

    if not todo:
        return Results(tuple(refused))
    with Workers(jobs) if jobs > 1 else nullcontext() as workers:
        results = run_tasks(tuple(todo), workers, progress, jobs, told)
    return replace(results, outcomes=(*refused, *results.outcomes))


def _call(found: Match, order: Order) -> Call:
    """Return the step for one frame.

    Raises
    ------
    ViewerError
        If a master is missing, and frames are left out then.
    """
    if found.frame.problem:
        raise ViewerError(found.frame.problem)
    masters = dict(found.found)
    override = False
    for kind in found.missing:
        choice = found.choices[kind]
        if order.unfit == "leave":
            raise ViewerError(f"left out, for no {kind} fits: {choice.why}")
        if order.unfit == "nearest":
            masters[kind] = choice.verdicts[0].master
            override = True
    if not masters and order.values == _defaults(order.values):
        raise ViewerError("left out, for there is nothing to correct it with: no master fits.")
    return calibration(masters, override, order.values)


def _defaults(values: dict[str, Any]) -> dict[str, Any]:
    arguments = Call.of("calibrate").arguments
    return {name: arguments[name] for name in values}


def _check(tasks: Sequence[Task], masters: Sequence[Entry]) -> None:
    taken = {entry.path.resolve() for entry in masters}
    for task in tasks:
        if task.target.resolve() in taken:
            raise ViewerError(f"{task.target} is a master frame: choose another folder for the results.")
