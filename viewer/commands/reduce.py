"""Reduce: a whole night - masters, calibrated frames, co-added images and a report."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from viewer.commands.common import add_json, complain, write, write_json
from viewer.commands.working import Bar, add_workers, stopping, workers
from viewer.core.errors import ViewerError
from viewer.core.night.plan import plan
from viewer.core.night.reduce import reduce
from viewer.core.night.report import write as write_report
from viewer.core.night.steps import Options, Outcome, Plan, StepResult
from viewer.core.night.table import scan
from viewer.core.operation import find
from viewer.core.parameter import Parameter
from viewer.core.progress import Progress

HELP = "reduce a whole night by its headers: masters, calibrated frames, co-added images, and a report"
EXAMPLES = (
    "skyloupe reduce night -o reduced --dry-run      (only says what it would do, and why)\n"
    "skyloupe reduce night -o reduced\n"
    "skyloupe reduce night -o reduced --method sigma-clip --align wcs --worst 0.2 --jobs 4\n"
    "skyloupe reduce night -o reduced --flat lastweek/flat_z.fits --override"
)

_WORTH_PROCESSES = 1 << 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="raw files of a night; they are never changed"
    )
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="OUT", help="folder for the results"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and why; write nothing"
    )
    parser.add_argument("--no-subfolders", action="store_true", help="leave the folders in DIR alone")
    parser.add_argument("--overwrite", action="store_true", help="replace results of an earlier reduction")
    add_json(parser)
    add_workers(parser)
    group = parser.add_argument_group("masters")
    for kind in ("bias", "dark", "flat"):
        group.add_argument(f"--{kind}", type=Path, metavar="FILE", help=f"use this {kind} for all frames")
    group.add_argument("--override", action="store_true", help="use these even where they do not fit")
    group.add_argument(
        "--master-method",
        choices=_parameter("master_dark", "method").choices,
        default=Options.master_method,
        help=f"how calibration frames are combined ({Options.master_method})",
    )
    group.add_argument(
        "--tolerance",
        type=_number("calibrate", "tolerance"),
        default=Options.tolerance,
        metavar="°C",
        help=f"how much warmer or colder the detector may have been for a dark ({Options.tolerance:g})",
    )
    group = parser.add_argument_group("co-added images")
    for name in ("method", "align", "level"):
        default = getattr(Options, name)
        group.add_argument(
            f"--{name}",
            choices=_parameter("combine", name).choices,
            default=default,
            help=f"{_parameter('combine', name).help.split('.')[0].replace('%', '%%')} ({default})",
        )
    group.add_argument(
        "--sigma",
        type=_number("combine", "sigma"),
        default=Options.sigma,
        metavar="NUMBER",
        help=f"for sigma-clip: how many times the scatter a value may be off ({Options.sigma:g})",
    )
    group.add_argument(
        "--worst",
        type=_share,
        default=Options.worst,
        metavar="SHARE",
        help="leave out this share, as 0.2 (0)",
    )
    group.add_argument(
        "--without",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="leave this file out; again for more",
    )
    group.add_argument("--exposure-map", action="store_true", help="write one for each co-added image")
    group.add_argument(
        "--memory",
        type=_number("combine", "memory"),
        default=Options.memory,
        metavar="GIB",
        help=f"for combining ({Options.memory:g})",
    )


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it; 130 if it was stopped by Ctrl-C."""
    progress = Progress()
    options = Options(
        without=frozenset(path.absolute() for path in arguments.without),
        **{name: getattr(arguments, name) for name in Options.__dataclass_fields__ if name != "without"},
    )
    try:
        entries = scan(arguments.folder, subfolders=not arguments.no_subfolders)
        if not entries:
            raise ViewerError(f"there are no images in {arguments.folder}")
        todo = plan(entries, arguments.output, options)
        if arguments.dry_run:
            write_json(_as_json(todo)) if arguments.json else write(plan_text(todo))
            return 0
        with workers(arguments, _worth(todo, arguments.jobs)) as (executor, at_once), stopping(progress):
            bar = Bar(len(todo.steps))
            for each in [f"{entry.name} is left out: {why}" for entry, why in todo.left_out]:
                complain(each)
            for note in todo.notes:
                complain(note)
            bar.draw()
            outcome = reduce(
                todo,
                executor=executor,
                at_once=at_once,
                progress=progress,
                told=lambda each: _tell(bar, each),
            )
            bar.clear()
        page, _ = write_report(outcome, todo.out)
    except ViewerError as error:
        complain(error)
        return 1
    if arguments.json:
        write_json(_outcome_json(outcome, page))
    else:
        write(f"{outcome.summary} in {arguments.output}; see {page}")
    return exit_code(outcome)


def exit_code(outcome: Outcome) -> int:
    """Return 130 if steps are left because of Ctrl-C, 1 if something failed or is damaged, else 0."""
    if outcome.undone:
        return 130
    return 1 if outcome.failed or outcome.damaged else 0


def plan_text(todo: Plan) -> str:
    """Return a plan with its reasons, to be read."""
    lines = [f"{todo.folder} -> {todo.out}", ""]
    for step in todo.steps:
        output = f" -> {step.output.relative_to(todo.out)}" if step.output is not None else ""
        lines.append(f"{step.number}. {step.title}{output}")
        lines += [f"     {why}" for why in step.why]
    if todo.notes:
        lines += ["", *todo.notes]
    if todo.left_out:
        lines += ["", "Left out:", *(f"  {entry.name}: {why}" for entry, why in todo.left_out)]
    return "\n".join(lines)


def _worth(todo: Plan, jobs: int | None) -> int:
    """Return how many lights there are for processes; for small ones it takes longer to begin these."""
    lights = [entry for entry in todo.entries if entry.kind == "light"]
    pixels = sum(entry.shape[-1] * entry.shape[-2] for entry in lights)
    return len(lights) if jobs or pixels > _WORTH_PROCESSES else 1


def _tell(bar: Bar, result: StepResult) -> None:
    problems = [f"{path.name} is left out: {why}" for path, why in result.left_out if not result.problem]
    problems += [f"{result.step.title}: {remark}" for remark in result.remarks]
    problems += [result.sentence] * bool(result.problem)
    bar.step(problems, "" if result.problem else result.sentence)


def _as_json(todo: Plan) -> dict[str, Any]:
    return {
        "folder": str(todo.folder),
        "output": str(todo.out),
        "steps": [
            {
                "number": step.number,
                "kind": step.kind,
                "title": step.title,
                "inputs": [str(path) for path in step.inputs],
                "output": None if step.output is None else str(step.output),
                "calls": [call.text for call in step.calls],
                "why": list(step.why),
            }
            for step in todo.steps
        ],
        "left_out": {entry.name: why for entry, why in todo.left_out},
        "notes": list(todo.notes),
    }


def _outcome_json(outcome: Outcome, page: Path) -> dict[str, Any]:
    return {
        "report": str(page),
        "seconds": outcome.seconds,
        "results": [
            {
                "number": result.step.number,
                "kind": result.step.kind,
                "output": None if result.output is None else str(result.output),
                "problem": result.problem,
                "remarks": list(result.remarks),
                "figures": dict(result.figures),
                "seconds": result.seconds,
            }
            for result in outcome.results
        ],
        "left_out": [list(each) for each in outcome.left_out],
    }


def _parameter(operation: str, name: str) -> Parameter:
    return next(each for each in find(operation).parameters if each.name == name)


def _number(operation: str, name: str) -> Callable[[str], float]:
    """Return a reader of numbers with the borders of an operation's parameter."""
    parameter = _parameter(operation, name)

    def read(text: str) -> float:
        try:
            return float(parameter.read(text))
        except ViewerError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _share(text: str) -> float:
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 0.9:
        raise argparse.ArgumentTypeError(f"not a share from 0 to 0.9: {text!r}")
    return share
