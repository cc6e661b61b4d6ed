"""Master: a master bias, dark or flat of many frames."""

import argparse
from pathlib import Path

from viewer.commands.arguments import add_parameters, call_of, number_options
from viewer.commands.common import complain, write
from viewer.commands.many import make, usable
from viewer.commands.saving import VALUED as _SAVING
from viewer.commands.saving import add_saving
from viewer.commands.working import stopping
from viewer.core.errors import ViewerError
from viewer.core.operation import find
from viewer.core.progress import Cancelled, Progress

HELP = "make a master bias, dark or flat of many frames"
EXAMPLES = (
    "skyloupe master bias bias*.fits -o bias.fits\n"
    "skyloupe master dark dark60*.fits --bias bias.fits -o dark.fits\n"
    "skyloupe master flat flat_z*.fits --bias bias.fits --dark dark.fits --method sigma-clip -o flat_z.fits"
)
KINDS = ("bias", "dark", "flat")
VALUED = (*_SAVING, *dict.fromkeys(name for kind in KINDS for name in number_options(find(f"master_{kind}"))))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes: the options depend on the kind."""
    kinds = parser.add_subparsers(dest="kind", metavar="bias|dark|flat", required=True)
    for kind in KINDS:
        operation = find(f"master_{kind}")
        inner = kinds.add_parser(
            kind, help=operation.summary, description=operation.summary, allow_abbrev=False
        )
        inner.add_argument("files", nargs="+", metavar="FILE", help="raw frames, three or more")
        inner.add_argument(
            "-o", "--output", required=True, type=Path, metavar="OUT", help="the result's file"
        )
        add_parameters(inner.add_argument_group("parameters"), operation, without=("images",))
        add_saving(inner, {parameter.name for parameter in operation.parameters})


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it."""
    files, damaged = usable(arguments.files)
    if not files:
        complain("none of the files can be used")
        return 1
    progress = Progress()
    try:
        call = call_of(find(f"master_{arguments.kind}"), arguments, images=files)
        with stopping(progress):
            code = make(call, arguments.output, arguments, parser, progress)
    except ViewerError as error:
        complain(error)
        return 1
    except Cancelled:
        return 130
    if not code:
        count = f"{len(files)} frame{'' if len(files) == 1 else 's'}"
        write(f"master {arguments.kind} of {count} in {arguments.output}")
    return 1 if damaged else code
