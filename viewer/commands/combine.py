"""Combine: many images aligned and made one."""

import argparse
from pathlib import Path

from viewer.commands.arguments import add_parameters, call_of, number_options
from viewer.commands.common import complain, write
from viewer.commands.many import make, usable
from viewer.commands.saving import VALUED as _SAVING
from viewer.commands.saving import add_saving
from viewer.commands.working import stopping
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.operation import find
from viewer.core.progress import Cancelled, Progress

HELP = "align many images and make one of them"
EXAMPLES = (
    "skyloupe combine calibrated/*.fits --method median --align stars -o m13.fits\n"
    "skyloupe combine calibrated/*.fits --method sigma-clip --level offset --align wcs -o m13.fits\n"
    "skyloupe combine calibrated/*.fits --align stars --exposure-map -o m13.fits"
)
VALUED = (*_SAVING, *number_options(find("combine")))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="images; the others are aligned with the first"
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT", help="the result's file")
    parser.add_argument(
        "--exposure-map", action="store_true", help="write the exposure of each pixel to OUT_exposure as well"
    )
    operation = find("combine")
    add_parameters(parser.add_argument_group("parameters"), operation, without=("images",))
    add_saving(parser, {parameter.name for parameter in operation.parameters})


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it."""
    operation = find("combine")
    files, damaged = usable(arguments.files)
    if not files:
        complain("none of the files can be used")
        return 1
    try:
        call = call_of(operation, arguments, images=files)
        calls = [(call, arguments.output)]
        if arguments.exposure_map:
            other = Call.of(call.name, **{**call.arguments, "result": "exposure map"})
            calls.append((other, _beside(arguments.output)))
        progress = Progress()
        code = 0
        with stopping(progress):
            for each, output in calls:
                if make(each, output, arguments, parser, progress):
                    code = 1
                else:
                    write(f"{len(files)} image{'s' * (len(files) > 1)} combined in {output}")
    except ViewerError as error:
        complain(error)
        return 1
    except Cancelled:
        return 130
    return 1 if damaged else code


def _beside(output: Path) -> Path:
    """Return the name of the exposure map: ``m13_exposure.fits.gz``."""
    stem, dot, suffixes = output.name.partition(".")
    return output.with_name(f"{stem}_exposure{dot}{suffixes}")
