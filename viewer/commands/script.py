"""Script: what was done to a file, or what a recipe does, as plain Python."""

import argparse
from pathlib import Path

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.commands.common import add_hdu, complain, read_frame, write
from viewer.core.call import Call, read_history, read_origin
from viewer.core.errors import ViewerError
from viewer.core.io import FileName
from viewer.core.io.safe import written
from viewer.core.recipe import read_recipe
from viewer.core.script.script import Origin, script

HELP = "write what was done to a file, or a recipe, as a Python script"
EXAMPLES = (
    "skyloupe script m13_flip_gaussian.fits\n"
    "skyloupe script flatten.recipe.json --input night/m13.fits -o flatten.py"
)

# What a script reads that is told of no file.
_SOME_FILE = "image.fits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE_OR_RECIPE", help="a file that Skyloupe saved, or a recipe")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="the script (standard output)")
    parser.add_argument(
        "--input", metavar="FILE", help="what the script reads unless told otherwise (the original file)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an older script")
    add_hdu(parser)


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it."""
    try:
        calls, origin = steps(arguments.file, arguments.hdu)
        origin = origin if arguments.input is None else arguments.input
        creates = bool(calls) and calls[0].operation.creates
        text = script(calls, Origin.named("" if creates else origin or _SOME_FILE))
        if arguments.output is None:
            write(text)
        else:
            with written(arguments.output, overwrite=arguments.overwrite) as file:
                file.write(text.encode())
    except ViewerError as error:
        complain(error)
        return 1
    if not creates and not origin:
        complain(f"the script reads {_SOME_FILE} unless it is told a name: --input FILE writes another in")
    return 0


def steps(name: str, hdu: int | None = None) -> tuple[tuple[Call, ...], str]:
    """Return the calls of a file's HISTORY or of a recipe, and the file that they began with, if known.

    Raises
    ------
    ViewerError
        If it cannot be read, or no step is told in it.
    """
    if is_recipe(FileName.parse(name).path):
        return read_recipe(Path(name)), ""
    frame = read_frame(name, hdu)
    calls = read_history(frame.header)
    if not calls:
        raise ViewerError(f"{frame.name} has no step of Skyloupe in its HISTORY: there is no script to write")
    return calls, read_origin(frame.header)


def is_recipe(path: Path) -> bool:
    """Whether a file begins as JSON does; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(256).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    except OSError:
        return False
