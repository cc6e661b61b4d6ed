"""Reduce: carry out a plan, step by step or as a whole, here or on any executor."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from viewer.core.batch.plan import Task
from viewer.core.batch.run import run_tasks
from viewer.core.batch.task import Outcome as TaskOutcome
from viewer.core.batch.task import do_task
from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.io.damage import is_damage
from viewer.core.io.write import SaveOptions
from viewer.core.night.following import followed
from viewer.core.night.grading import graded
from viewer.core.night.plan import plan
from viewer.core.night.steps import CALIBRATED, MASTERS, STACKS, Options, Outcome, Plan, Step, StepResult
from viewer.core.progress import Cancelled, Progress

__all__ = ["Options", "Outcome", "Plan", "Step", "StepResult", "plan", "prepare", "reduce", "run_step"]

_SINGLE = SaveOptions(whole_file=False)


class _Part(Progress):
    """The progress of a part of some work, told as such to that of the whole."""

    def __init__(self, whole: Progress, start: float, share: float) -> None:
        super().__init__()
        self._whole, self._start, self._share = whole, start, share

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._whole.cancelled or super().cancelled

    def report(self, fraction: float) -> None:
        """Say how much of the part is done; see `Progress.report`."""
        super().report(fraction)
        self._whole.report(self._start + self._share * self.fraction)


def prepare(plan: Plan) -> None:
    """Make the folders for the results of a plan.

    Raises
    ------
    ViewerError
        If that is not possible.
    """
    for folder in (plan.out / part for part in (MASTERS, CALIBRATED, STACKS)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ViewerError(f"the folder {folder} cannot be made: {error.strerror or error}") from None


def run_step(
    step: Step,
    options: Options = Options(),  # noqa: B008 - a frozen value
    earlier: Sequence[StepResult] = (),
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> StepResult:
    """Do one step and save its result; the folders have to be there (`prepare`).

    Parameters
    ----------
    step : Step
        Of a plan.
    options : Options
        Of the plan.
    earlier : sequence of StepResult
        What became of the steps before: frames that they have left out are not used here.
    progress : Progress, optional
        Told how far it is.
    executor : concurrent.futures.Executor, optional
        Who measures frames for a ranking.

    Returns
    -------
    StepResult
        With a problem, not an exception, if the step failed.

    Raises
    ------
    Cancelled
        If `progress` was cancelled; what was not whole is not written.
    """
    started = time.monotonic()
    progress = progress or Progress()
    progress.report(0.0)
    step, left, problem = followed(step, earlier)
    damaged = False
    if not problem and step.kind in ("master", "rank"):
        sound, bad = _sound(step.inputs)
        left, damaged = (*left, *bad), bool(bad)
        if bad:
            step, problem = (step.with_inputs(sound), "") if sound else (step, "all its frames are damaged.")
    if problem:
        done = StepResult(step, None, f"{step.title} was not done: {problem}", problem=problem)
    elif step.kind == "rank":
        done = graded(step, options.worst, progress, executor)
    else:
        done = _told(step, do_task(_task(step, options), progress))
    progress.report(1.0)
    return replace(
        done,
        left_out=(*left, *done.left_out),
        damaged=damaged or done.damaged,
        seconds=time.monotonic() - started,
    )


def reduce(
    plan: Plan,
    *,
    executor: Executor | None = None,
    at_once: int = 1,
    progress: Progress | None = None,
    told: Callable[[StepResult], None] | None = None,
) -> Outcome:
    """Do all steps of a plan; one that fails does not stop the others that do not need it.

    Parameters
    ----------
    plan : Plan
        What to do.
    executor : concurrent.futures.Executor, optional
        Who calibrates and measures the lights: `viewer.core.batch.workers.Workers`, a cluster's; without
        one it is done here, one after the other. Masters and co-added images are made here, on all cores.
    at_once : int
        How many lights the executor is given at once.
    progress : Progress, optional
        Told how far it is; cancelling it stops the work and gives what was done until then.
    told : callable, optional
        Called with each result, as they come.

    Raises
    ------
    ViewerError
        If the output folder cannot be made.
    """
    started = time.monotonic()
    progress = progress or Progress()
    prepare(plan)
    results: list[StepResult] = []

    def take(result: StepResult) -> None:
        results.append(result)
        if told is not None:
            told(result)

    try:
        place = 0
        while place < len(plan.steps):
            stage = _stage(plan.steps, place)
            part = _Part(progress, place / len(plan.steps), len(stage) / len(plan.steps))
            if executor is None or len(stage) < 2:
                for number, step in enumerate(stage):
                    share = 1 / len(stage)
                    take(run_step(step, plan.options, results, _Part(part, number * share, share), executor))
            else:
                _calibrate(stage, plan.options, tuple(results), executor, at_once, part, take)
            place += len(stage)
    except Cancelled:
        pass
    results.sort(key=lambda result: result.step.number)
    return Outcome(plan, tuple(results), time.monotonic() - started)


def _stage(steps: Sequence[Step], place: int) -> Sequence[Step]:
    """Return the steps from one on that do not need each other: lights to be calibrated, else one step."""
    end = place + 1
    while steps[place].kind == "calibrate" and end < len(steps) and steps[end].kind == "calibrate":
        end += 1
    return steps[place:end]


def _calibrate(
    steps: Sequence[Step],
    options: Options,
    earlier: Sequence[StepResult],
    executor: Executor,
    at_once: int,
    progress: Progress,
    take: Callable[[StepResult], None],
) -> None:
    tasks: dict[Path, Step] = {}
    todo = []
    for step in steps:
        changed, left, problem = followed(step, earlier)
        if problem:
            sentence = f"{step.title} was not done: {problem}"
            take(StepResult(changed, None, sentence, problem=problem, left_out=left))
            continue
        task = _task(changed, options)
        tasks[task.target] = changed
        todo.append(task)
    if not todo:
        return
    found = run_tasks(
        tuple(todo), executor, progress, at_once, lambda each: take(_told(tasks[each.target], each))
    )
    if found.left:
        raise Cancelled


def _task(step: Step, options: Options) -> Task:
    assert step.output is not None
    creates = step.calls[0].operation.creates
    return Task(
        "" if creates else str(step.inputs[0]),
        step.output,
        step.calls,
        _SINGLE,
        options.overwrite,
        sound=True,
    )


def _told(step: Step, outcome: TaskOutcome) -> StepResult:
    output = step.output
    if outcome.problem or output is None:
        left = tuple((path, outcome.problem) for path in step.inputs) if step.kind == "calibrate" else ()
        sentence = f"{step.title} failed: {outcome.problem}"
        damaged = is_damage(outcome.problem)
        return StepResult(step, None, sentence, outcome.problem, left_out=left, damaged=damaged)
    sentence = f"{step.title} -> {output.name}"
    return StepResult(step, output, sentence, remarks=outcome.remarks, figures=_figures(output))


def _figures(path: Path) -> dict[str, object]:
    """Return what the header of a result says about how it was made."""
    header = read(FileName(path)).header
    wanted = ("NCOMBINE", "EXPTIME", "EXPTOT", "NREJ", "REJECTED", "CALSTAT")
    return {key: header[key] for key in wanted if key in header}


def _sound(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[tuple[Path, str], ...]]:
    """Return the files that are whole, and those that are not with what is wrong."""
    good, bad = [], []
    for path in paths:
        try:
            problems = [problem for problem in read(FileName(path)).problems if is_damage(problem)]
        except ViewerError as error:
            problems = [str(error)]
        if problems:
            bad.append((path, f"it is damaged: {problems[0]}"))
        else:
            good.append(path)
    return tuple(good), tuple(bad)
