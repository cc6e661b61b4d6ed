"""Plan: what is to be done with the files of a night, and why - before anything is written."""

from collections.abc import Sequence
from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.night.drafts import Drafts
from viewer.core.night.entry import Entry
from viewer.core.night.looks import doubtful, looked_at
from viewer.core.night.sorting import check_out, check_results, check_room, night_folder, sort_out
from viewer.core.night.steps import Options, Plan, Step
from viewer.core.progress import Progress

__all__ = ["Options", "Plan", "Step", "plan"]


def plan(
    entries: Sequence[Entry],
    out: Path,
    options: Options = Options(),  # noqa: B008 - a frozen value
    progress: Progress | None = None,
) -> Plan:
    """Return all that is to be done to reduce a night; nothing is written.

    Parameters
    ----------
    entries : sequence of Entry
        The files of its folder, as `viewer.core.night.table.scan` finds them, or as the user has set them.
    out : pathlib.Path
        Folder for the results; it need not exist.
    options : Options
        How.
    progress : Progress, optional
        Told how many of the files have been looked at.

    Raises
    ------
    ViewerError
        If there is nothing to do, the output folder holds raw files, is not writable or has no room, or a
        master that was chosen by hand does not fit.
    """
    if not entries:
        raise ViewerError("there are no images in that folder: nothing can be reduced.")
    out = out.absolute()
    folder = night_folder(entries)
    check_out(folder, entries, out)
    used, left = sort_out(entries, out, options)
    doubts = doubtful(used, looked_at(used, progress or Progress()), options.tolerance)
    doubted = {entry.path for entry, _ in doubts}
    drafts = Drafts(folder, out, [entry for entry in used if entry.path not in doubted], options)
    steps = drafts.steps()
    left += [*doubts, *drafts.unused]
    if not steps:
        why = f": {left[0][0].name} is left out, for {left[0][1]}" if left else "."
        raise ViewerError(f"there is nothing to reduce in {folder}{why}")
    targets = [step.output for step in steps if step.output is not None]
    check_results(targets, entries, options)
    check_room(len(targets), used, out)
    inputs = {path for step in steps for path in (*step.inputs, *step.masters)}
    kept = tuple(entry for entry in used if entry.path in inputs)
    return Plan(folder, out, steps, tuple(left), drafts.notes, kept, options)
