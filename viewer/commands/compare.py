"""Compare: the headers of files side by side."""

import argparse
import os
import shutil
import sys

from viewer.commands.common import add_json, complain, write, write_json
from viewer.commands.table import printable
from viewer.core.errors import ViewerError
from viewer.core.io.name import FileName
from viewer.core.night.compare import Comparison, compare_files

HELP = "show in which cards the headers of files differ"
EXAMPLES = "skyloupe compare light.fits dark.fits\nskyloupe compare 'a.fits[SCI,1]' 'a.fits[SCI,2]' --all"

MISSING = "–"
_COLOUR, _PLAIN = "\x1b[33m", "\x1b[0m"
_LEAST_WIDTH = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--all", action="store_true", help="also what is the same")
    add_json(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it; as with `diff`, the exit code is 1 if there are differences."""
    if len(arguments.files) < 2:
        parser.error("two or more files are compared: name another one")
    try:
        found = compare_files([FileName.parse(file) for file in arguments.files])
    except ViewerError as error:
        complain(error)
        return 1
    for problem in found.problems:
        complain(problem)
    if arguments.json:
        write_json(
            {
                "files": found.names,
                "cards": [
                    {"keyword": row.keyword, "values": row.values, "differs": row.differs}
                    for row in (found.rows if arguments.all else found.differences)
                ],
                "problems": found.problems,
            }
        )
    elif len(found.names) > 1:
        write(as_text(found, everything=arguments.all, colour=_colours(), width=_width()))
    return 1 if found.differences or found.problems else 0


def as_text(found: Comparison, *, everything: bool = False, colour: bool = False, width: int = 0) -> str:
    """Return a comparison as a table, an asterisk before what differs.

    Parameters
    ----------
    found : Comparison
        Of two or more files.
    everything : bool
        Also what is the same.
    colour : bool
        Whether what differs is coloured too.
    width : int
        Characters of a line, values are cut to it; 0 is as many as it takes.
    """
    rows = found.rows if everything else found.differences
    table = [("", "", *found.names)] if rows else []
    table += [
        (
            "*" if row.differs else "",
            row.keyword,
            *(MISSING if value is None else value for value in row.values),
        )
        for row in rows
    ]
    cells = [[printable(cell) for cell in line] for line in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if width and len(widths) > 2:
        room = (width - sum(each + 2 for each in widths[:2])) // (len(widths) - 2) - 2
        widths[2:] = [min(each, max(_LEAST_WIDTH, room)) for each in widths[2:]]
    lines = []
    for line in cells:
        text = "  ".join(_cut(cell, each) for cell, each in zip(line, widths, strict=True)).rstrip()
        lines.append(f"{_COLOUR}{text}{_PLAIN}" if colour and line[0] else text)
    count = len(found.differences)
    lines.append(f"{count} of {len(found.rows)} cards differ." if count else "The headers say the same.")
    return "\n".join(lines)


def _cut(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else f"{text[: width - 1]}…"


def _colours() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
