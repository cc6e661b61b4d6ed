"""Grading: the ranking of lights before they are combined."""

from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.measure.stars import find_stars
from viewer.core.night.quality import Quality, quality_of, ranked, scored, worst
from viewer.core.night.steps import Step, StepResult
from viewer.core.progress import Progress


def graded(step: Step, share: float, progress: Progress) -> StepResult:
    """Return the frames of a step in the order of their quality.

    Parameters
    ----------
    step : Step
        A ranking.
    share : float
        How many of the worst are left out, 0 to 0.9; one frame remains.
    progress : Progress
        Told how many have been measured.
    """
    qualities: list[tuple[Path, Quality]] = []
    left: list[tuple[Path, str]] = []
    reference = None
    for path in progress.each(step.inputs):
        try:
            frame = read(FileName(path))
            if reference is None:
                reference = find_stars(frame.data)
            qualities.append((path, quality_of(frame, reference)))
        except ViewerError as error:
            left.append((path, f"it could not be measured: {error}"))
    found = scored([quality for _, quality in qualities])
    unwanted = worst(found, share) if share > 0 and len(found) > 1 else set()
    order = ranked(found)
    left += [
        (qualities[place][0], f"it is among the worst {share:.0%}: {_told(found[place])}.")
        for place in order
        if place in unwanted
    ]
    best = qualities[order[0]][0].name if order else "none"
    return StepResult(
        step,
        None,
        f"{step.title}: {best} is the best of {len(found)}",
        left_out=tuple(left),
        qualities=tuple((qualities[place][0], found[place]) for place in order),
    )


def _told(quality: Quality) -> str:
    return f"{quality.stars} stars, FWHM {quality.fwhm:.2f} px, background {quality.background:.4g}"
