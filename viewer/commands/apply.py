"""Apply: one operation done to files, with its parameters as options."""

import argparse
import textwrap
from pathlib import Path

from viewer.commands.arguments import add_parameters, call_of, clean, operation_words
from viewer.commands.common import add_hdu, complain, write
from viewer.commands.describing import (
    command_line,
    example_call,
    filled,
    needs,
    option_text,
    plain_title,
)
from viewer.commands.saving import add_saving, save_options
from viewer.core.batch.plan import Task, check_calls
from viewer.core.batch.run import Outcome, run_batch
from viewer.core.batch.task import do_task
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.io.write import SUFFIXES, SaveOptions
from viewer.core.operation import Operation, find

HELP = "do one operation to files and save the results"
EXAMPLES = (
    "skyloupe operations                  (lists all)\n"
    "skyloupe apply gaussian --help       (shows the options of one)\n"
    "skyloupe apply gaussian --sigma 2 m13.fits -o smooth.fits\n"
    "skyloupe apply subtract_image --other dark.fits 'night.fits[SCI,2]' -o clean.fits.gz\n"
    "skyloupe apply gaussian night/*.fits -o smooth/"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes; what comes behind the name depends on the operation."""
    parser.usage = "skyloupe apply NAME [--PARAMETER VALUE ...] FILE ... -o OUT [options]"
    parser.add_argument("name", metavar="NAME", help="of an operation: see skyloupe operations")
    parser.add_argument("rest", metavar="FILE", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it."""
    try:
        operation = find(arguments.name)
    except ViewerError as error:
        parser.error(str(error))
    inner = operation_parser(operation)
    given = inner.parse_intermixed_args(operation_words(operation, arguments.rest))
    lists = [parameter for parameter in operation.parameters if parameter.kind == "images"]
    # one image of many: they may stand where files usually stand
    images = {lists[0].name: given.files} if len(lists) == 1 and given.files else {}
    given.files = [] if images else given.files
    try:
        call = call_of(operation, given, **images)
    except ViewerError as error:
        inner.error(str(error))
    if operation.creates and given.files:
        inner.error(f"{operation.name} creates an image and takes no FILE of its own")
    if not operation.creates and not given.files:
        inner.error("the following arguments are required: FILE")
    options = save_options(given, inner)
    try:
        return _into_folder(call, given, options, inner) if _several(given) else _one(call, given, options)
    except ViewerError as error:
        complain(error)
        return 1


def operation_parser(operation: Operation) -> argparse.ArgumentParser:
    """Return the parser for what stands behind an operation's name."""
    described = [operation.summary, *map(filled, operation.description.split("\n\n")), needs(operation)]
    parser = argparse.ArgumentParser(
        prog=f"skyloupe apply {operation.name}",
        usage=_usage(operation),
        description=clean(f"{plain_title(operation)}: " + "\n\n".join(filter(None, described))),
        epilog=f"with all defaults:\n  {command_line(example_call(operation))}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if not operation.creates:
        parser.add_argument(
            "files",
            nargs="*",
            metavar="FILE",
            help="an image, perhaps with brackets; several for a folder OUT",
        )
        add_hdu(parser)
    else:
        parser.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help=f"the result; a folder, or ends in {_endings()}"
    )
    group = parser.add_argument_group("parameters") if operation.parameters else parser
    add_parameters(group, operation)
    add_saving(parser, {parameter.name for parameter in operation.parameters})
    return parser


def _several(given: argparse.Namespace) -> bool:
    return len(given.files) > 1 or Path(given.output).is_dir() or given.output.endswith("/")


def _one(call: Call, given: argparse.Namespace, options: SaveOptions) -> int:
    check_calls((call,), creating=not given.files)
    source = str(Path(given.files[0]).absolute()) if given.files else ""
    target = Path(given.output).absolute()
    hdu = getattr(given, "hdu", None)
    outcome = do_task(Task(source, target, (call,), options, given.overwrite, hdu))
    for each in (*outcome.remarks, *filter(None, [outcome.problem])):
        complain(each)
    return 1 if outcome.problem else 0


def _into_folder(
    call: Call, given: argparse.Namespace, options: SaveOptions, parser: argparse.ArgumentParser
) -> int:
    folder = Path(given.output)
    if folder.name.casefold().endswith(SUFFIXES) and not folder.is_dir():
        parser.error(f"{len(given.files)} files cannot become one {folder.name}: name a folder")

    def told(outcome: Outcome) -> None:
        name = Path(outcome.source).name
        for each in outcome.remarks:
            complain(f"{name}: {each}")
        if outcome.problem:
            complain(outcome.problem)

    results = run_batch(
        (call,),
        given.files,
        folder,
        hdu=getattr(given, "hdu", None),
        options=options,
        overwrite=given.overwrite,
        told=told,
    )
    write(f"{results.summary} in {folder}")
    return 1 if results.failed else 0


def _usage(operation: Operation) -> str:
    words = [
        f"{option_text(each)}"
        if each.kind in ("image", "images") and not each.optional
        else f"[{option_text(each).replace(', ', ' | ')}]"
        for each in operation.parameters
    ]
    file = [] if operation.creates else ["FILE ..."]
    text = " ".join([f"skyloupe apply {operation.name}", *words, *file, "-o OUT [options]"])
    # the first line stands behind "usage: "
    return textwrap.fill(text, 92, subsequent_indent=" " * 9, break_on_hyphens=False)


def _endings() -> str:
    return ", ".join(SUFFIXES)
