"""One file of a batch: read it, do to it what is to be done, save it - also in another process."""

from dataclasses import dataclass, replace
from pathlib import Path

# fills the registry, in a worker too
import viewer.core.operations  # noqa: F401
from viewer.core.apply import apply_all
from viewer.core.batch.plan import Task
from viewer.core.batch.workers import watched
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import FileName, read
from viewer.core.io.damage import is_damage
from viewer.core.io.name import exists
from viewer.core.io.write import write
from viewer.core.progress import Progress

__all__ = ["Outcome", "do_task"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes
    ----------
    source : str
        The file; empty if the image was created.
    target : pathlib.Path
        The result.
    problem : str
        Why there is none, in a sentence; empty if there is one.
    remarks : tuple of str
        What is worth telling of the result.
    """

    source: str
    target: Path
    problem: str = ""
    remarks: tuple[str, ...] = ()


def do_task(task: Task, progress: Progress | None = None) -> Outcome:
    """Read a file, do to it what is to be done, and save the result.

    Raises
    ------
    Cancelled
        If `progress` is cancelled, or the worker that this runs in is told to stop.
    """
    progress = progress or watched()
    try:
        _check_target(task)
        progress.report(0.0)
        frame = _opened(task) if task.source else None
        _check_sound(task, frame)
        result = apply_all(task.calls, frame, progress)
        _check_sound(task, frame)
        remarks = write(result, task.target, task.options, overwrite=task.overwrite, progress=progress)
    except ViewerError as error:
        problem = str(error)
        name = FileName.parse(task.source).path.name if task.source else task.target.name
        return Outcome(task.source, task.target, problem if name in problem else f"{name}: {problem}")
    except MemoryError:
        return Outcome(
            task.source,
            task.target,
            f"{task.name} needs more memory than there is: try it with fewer jobs, or crop or bin it first",
        )
    return Outcome(task.source, task.target, remarks=tuple(dict.fromkeys((*result.problems, *remarks))))


def _opened(task: Task) -> Frame:
    name = FileName.parse(task.source)
    return read(name if name.hdu is not None or task.hdu is None else replace(name, hdu=task.hdu))


def _check_sound(task: Task, frame: Frame | None) -> None:
    """Refuse a damaged file where that is asked for; of compressed ones it is known when they have been read.

    Raises
    ------
    ViewerError
        With what is damaged.
    """
    if frame is not None and task.sound:
        problems = [each for each in (*frame.problems, *frame.pixels.problems) if is_damage(each)]
        if problems:
            raise ViewerError(f"it is damaged: {problems[0]}")


def _check_target(task: Task) -> None:
    """Refuse before the work what would be refused after it.

    Raises
    ------
    ViewerError
        If there is such a file already.
    """
    if not task.overwrite and exists(task.target):
        raise ViewerError(
            f"{task.target} exists already: choose another place, or say that it is to be overwritten "
            "(--overwrite)"
        )
