"""Common: what the commands share - files, view options, JSON, complaints."""

import argparse
import contextlib
import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from viewer.commands.view import hdu_number
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import open_source
from viewer.core.io.damage import is_damage
from viewer.core.io.name import FileName
from viewer.core.io.source import Source

_MANY = 1000
"""Things that are written one in a line."""


def complain(problem: object) -> None:
    """Write one sentence to standard error."""
    sys.stderr.write(f"skyloupe: {problem}\n")


def for_each_file(files: Iterable[str], work: Callable[[str], None]) -> int:
    """Do something with each file; one that cannot be read does not stop the others.

    Returns
    -------
    int
        The exit code: 1 if there was a file that could not be read.
    """
    code = 0
    for file in files:
        try:
            work(file)
        except ViewerError as error:
            complain(error)
            code = 1
    return code


def locate(text: str, hdu: int | None = None) -> tuple[Source, int | None, FileName]:
    """Open a file and find the HDU that its name, else `hdu`, asks for.

    Returns
    -------
    tuple
        The source, the index of the HDU (None if nothing in the file can be shown and nothing was
        asked for) and the parsed name.

    Raises
    ------
    ViewerError
        If there is no such file or HDU.
    """
    name = FileName.parse(text)
    source = open_source(name)
    if name.hdu is not None:
        return source, source.find(name.hdu, name.ver), name
    return source, source.default if hdu is None else source.find(hdu), name


def read_frame(text: str, hdu: int | None = None) -> Frame:
    """Read the image that a file name asks for.

    Raises
    ------
    ViewerError
        If there is no such file, HDU or section, or it is not an image.
    """
    source, index, name = locate(text, hdu)
    if index is None:
        raise ViewerError(f"{source.path.name} has no image, only headers")
    return source.frame(index, name.section)


def read_to_measure(text: str, hdu: int | None = None) -> Frame:
    """Read an image as `read_frame` does, and say which of its pixels are lost."""
    frame = read_frame(text, hdu)
    for problem in filter(is_damage, frame.problems):
        complain(f"{frame.name}: {problem}")
    return frame


def add_hdu(parser: argparse.ArgumentParser) -> None:
    """Add the option for the HDU of files that do not name one themselves."""
    parser.add_argument(
        "--hdu", type=hdu_number, metavar="N", help="HDU of files without brackets (0 is the first)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option for output that programs read."""
    parser.add_argument("--json", action="store_true", help="write JSON")


def write(text: str) -> None:
    """Write a line or several to standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def keep_images(output: str | Path | None, files: Iterable[str]) -> None:
    """Refuse to replace an image by what was measured in it.

    Raises
    ------
    ViewerError
        If the result would have the place of one of the files.
    """
    for file in () if output is None else files:
        with contextlib.suppress(OSError):
            if Path(output).samefile(FileName.parse(file).path):
                raise ViewerError(f"{output} is the image itself: choose another name for the result")


def write_json(thing: object) -> None:
    """Write JSON that every reader takes: NaN and infinity become null."""
    things = plain(thing)
    if isinstance(things, list) and len(things) > _MANY:
        # one in a line: json's fast encoder knows no indentation
        write("[\n" + ",\n".join(json.dumps(each, allow_nan=False) for each in things) + "\n]")
    else:
        write(json.dumps(things, indent=2, allow_nan=False))


def plain(thing: Any) -> Any:
    """Return a thing made of what JSON knows; numpy's numbers with all their digits."""
    if isinstance(thing, dict):
        return {str(key): plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [plain(value) for value in thing]
    if hasattr(thing, "item"):
        thing = thing.item()
    if isinstance(thing, float) and not math.isfinite(thing):
        return None
    return thing


def table(head: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """Return rows with their columns aligned; a column without any entry is left out."""
    used = [i for i in range(len(head)) if any(row[i] for row in rows)]
    widths = {i: max(len(head[i]), *(len(row[i]) for row in rows)) for i in used}
    lines = (
        indent + "  ".join(f"{row[i]:<{widths[i]}}" for i in used).rstrip() for row in (head, *rows) if used
    )
    return "\n".join(lines)
