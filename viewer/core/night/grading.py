"""Grading: the ranking of lights before they are combined."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.measure.stars import Stars, find_stars
from viewer.core.night.quality import Quality, quality_of, ranked, scored, worst
from viewer.core.night.steps import Step, StepResult
from viewer.core.progress import Cancelled, Progress

# Seconds between two looks at whether the work is still wanted.
_LOOK = 0.1


def graded(step: Step, share: float, progress: Progress, executor: Executor | None = None) -> StepResult:
    """Return the frames of a step in the order of their quality.

    Parameters
    ----------
    step : Step
        A ranking.
    share : float
        How many of the worst are left out, 0 to 0.9; one frame remains.
    progress : Progress
        Told how many have been measured.
    executor : concurrent.futures.Executor, optional
        Who measures them.

    Raises
    ------
    Cancelled
        If `progress` was cancelled.
    """
    reference = _reference(step.inputs)
    if executor is None:
        measures = [measured(path, reference) for path in progress.each(step.inputs)]
    else:
        measures = _by(executor, step.inputs, reference, progress)
    pairs = list(zip(step.inputs, measures, strict=True))
    left = [(path, f"it could not be measured: {found}") for path, found in pairs if isinstance(found, str)]
    paths = [path for path, found in pairs if not isinstance(found, str)]
    qualities = scored([found for found in measures if not isinstance(found, str)])
    order = ranked(qualities)
    unwanted = worst(qualities, share) if share > 0 else set()
    left += [
        (paths[place], f"it is among the worst {share:.0%}: {_told(qualities[place])}.")
        for place in order
        if place in unwanted
    ]
    best = paths[order[0]].name if order else "none"
    return StepResult(
        step,
        None,
        f"{step.title}: {best} is the best of {len(paths)}",
        problem="" if order else "none of the frames could be measured.",
        left_out=tuple(left),
        qualities=tuple((paths[place], qualities[place]) for place in order),
    )


def measured(path: Path, reference: Stars | None) -> Quality | str:
    """Return the quality of a file's image, or why it has none; also in another process."""
    try:
        return quality_of(read(FileName(path)), reference)
    except ViewerError as error:
        return str(error)


def _reference(paths: Sequence[Path]) -> Stars | None:
    """Return the stars of the first image that has any: drift and transparency are relative to it."""
    for path in paths:
        try:
            stars = find_stars(read(FileName(path)).data)
        except ViewerError:
            continue
        if len(stars.clean):
            return stars
    return None


def _by(
    executor: Executor, paths: Sequence[Path], reference: Stars | None, progress: Progress
) -> list[Quality | str]:
    futures = [executor.submit(measured, path, reference) for path in paths]
    try:
        waiting = set(futures)
        while waiting:
            _, waiting = wait(waiting, _LOOK, FIRST_COMPLETED)
            progress.report(1 - len(waiting) / len(futures))
    except Cancelled:
        for future in futures:
            future.cancel()
        raise
    return [
        measured(path, reference) if future.cancelled() or future.exception() is not None else future.result()
        for path, future in zip(paths, futures, strict=True)
    ]


def _told(quality: Quality) -> str:
    return f"{quality.stars} stars, FWHM {quality.fwhm:.2f} px, background {quality.background:.4g}"
