"""Calibrate: bias, dark and flat of many frames, with masters that are named or chosen."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from viewer.commands.arguments import add_parameters, call_of, number_options
from viewer.commands.common import add_hdu, complain, write
from viewer.commands.run import exit_code
from viewer.commands.saving import VALUED as _SAVING
from viewer.commands.saving import add_saving, save_options
from viewer.commands.working import Teller, add_workers, stopping, workers
from viewer.core.batch.plan import Task, plan
from viewer.core.batch.run import run_tasks
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io import FileName
from viewer.core.night.picking import KINDS, Picker
from viewer.core.night.steps import Options
from viewer.core.night.table import entry_of, scan
from viewer.core.operation import find
from viewer.core.progress import Progress

HELP = "correct frames for bias, dark and flat"
EXAMPLES = (
    "skyloupe calibrate night/*.fits --dark dark.fits --flat flat_z.fits -o calibrated\n"
    "skyloupe calibrate night/*.fits --masters masters -o calibrated      (chooses, and says why)\n"
    "skyloupe calibrate night/*.fits --masters masters --flat my_flat.fits --override -o calibrated"
)
VALUED = (*_SAVING, *number_options(find("calibrate")))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="raw frames; they are never changed")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="DIR", help="folder for the results"
    )
    parser.add_argument(
        "--masters", type=Path, metavar="DIR", help="choose masters of this folder by their headers"
    )
    add_workers(parser)
    add_hdu(parser)
    operation = find("calibrate")
    add_parameters(parser.add_argument_group("parameters"), operation)
    add_saving(parser, {parameter.name for parameter in operation.parameters})


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; 130 if it was stopped by Ctrl-C."""
    options = save_options(arguments, parser)
    progress = Progress()
    unfit = False
    try:
        call = call_of(find("calibrate"), arguments)
        tasks = plan(
            (call,),
            arguments.files,
            arguments.output,
            hdu=arguments.hdu,
            options=options,
            overwrite=arguments.overwrite,
        )
        tasks = tuple(replace(task, sound=True) for task in tasks)
        if arguments.masters is not None:
            wanted = len(tasks)
            tasks = _with_masters(tasks, arguments.masters, call)
            if not tasks:
                return 1
            unfit = len(tasks) < wanted
        elif _idle(call):
            raise ViewerError("say what to correct with: --bias, --dark, --flat, or a folder of --masters")
        try:
            arguments.output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ViewerError(
                f"the folder {arguments.output} cannot be made: {error.strerror or error}"
            ) from None
        with workers(arguments, len(tasks)) as (executor, at_once), stopping(progress):
            teller = Teller(len(tasks))
            teller.draw()
            results = run_tasks(tasks, executor, progress, at_once, teller.tell)
            teller.clear()
    except ViewerError as error:
        complain(error)
        return 1
    write(f"{results.summary} in {arguments.output}")
    return exit_code(results) or int(unfit)


def _idle(call: Call) -> bool:
    """Whether a call changes nothing: nothing is given, and how much a master may differ is no change."""
    how = ("tolerance", "override", "scale_dark", "fill")
    return call == Call.of(call.name, **{key: call.arguments[key] for key in how})


def _with_masters(tasks: Sequence[Task], folder: Path, call: Call) -> tuple[Task, ...]:
    """Return the tasks with the masters of a folder that fit each frame, and tell why.

    Frames that none fits are told of and left out.

    Raises
    ------
    ViewerError
        If there are none in the folder.
    """
    masters = [entry for entry in scan(folder) if entry.kind in KINDS and not entry.problem]
    if not masters:
        raise ViewerError(f"there is no bias, dark or flat in {folder}: make some with skyloupe master")
    picker = Picker(Options(tolerance=call.arguments["tolerance"]), folder.absolute())
    told: dict[tuple[str, ...], list[str]] = {}
    changed = []
    unfit = []
    for task in tasks:
        path = FileName.parse(task.source).path
        entry = entry_of(path, path.parent)
        wanted = [kind for kind in KINDS if call.arguments[kind] is None]
        picked = picker.picked(entry, masters, wanted)
        given = {kind: str(master.path) for kind, master in picked.masters.items()}
        told.setdefault(picked.why, []).append(path.name)
        if given:
            task = replace(task, calls=(Call.of(call.name, **{**call.arguments, **given}),))
        if given or not _idle(call):
            changed.append(task)
        else:
            unfit.append(path.name)
    for why, names in told.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        write("\n  ".join((f"{names[0]}{more}:", *why)))
    for name in unfit:
        complain(f"{name} is left out: none of the masters in {folder} fits it")
    return tuple(changed)
