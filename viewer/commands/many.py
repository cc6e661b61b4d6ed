"""Many: what the commands share that make one image of many files."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from viewer.commands.common import complain
from viewer.commands.saving import save_options
from viewer.core.batch.plan import Task, located
from viewer.core.batch.task import do_task
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.io.damage import is_damage
from viewer.core.progress import Progress


def usable(files: Sequence[str]) -> tuple[list[str], bool]:
    """Return the absolute names of files that can be read whole, each once, and tell of the others.

    Returns
    -------
    files : list of str
        In the order given.
    damaged : bool
        Whether there are any that cannot be used.
    """
    found: dict[Path, str] = {}
    damaged = False
    for file in files:
        name = str(Path(file).absolute())
        try:
            problems = [problem for problem in read(name).problems if is_damage(problem)]
        except ViewerError as error:
            problems = [str(error)]
        if problems:
            complain(f"{file} is left out: {problems[0]}")
            damaged = True
            continue
        # brackets may name different images of one file
        key = FileName.parse(name).path.resolve() / name[len(str(FileName.parse(name).path)) :]
        if key in found:
            complain(f"{file} is left out: it is the same file as {found[key]}")
        else:
            found[key] = name
    return list(found.values()), damaged


def make(
    call: Call,
    output: Path,
    arguments: argparse.Namespace,
    parser: argparse.ArgumentParser,
    progress: Progress,
) -> int:
    """Make an image and save it; the files that it is made of are never overwritten.

    Returns
    -------
    int
        The exit code.
    """
    options = save_options(arguments, parser)
    target = output.absolute()
    (call,) = located((call,), Path())
    inputs = {FileName.parse(operand.name).path.resolve() for operand in call.operands}
    if target.resolve() in inputs:
        complain(f"{output} is itself a file to be worked with: choose another name")
        return 1
    outcome = do_task(Task("", target, (call,), options, arguments.overwrite), progress)
    for each in (*outcome.remarks, *filter(None, [outcome.problem])):
        complain(each)
    return 1 if outcome.problem else 0
