"""Table: the frames of a folder and what their headers say."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from viewer.commands.common import add_json, complain, write, write_json
from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.night.columns import DEFAULT, STANDARD, Column, as_csv, column_of, matching
from viewer.core.night.entry import Entry
from viewer.core.night.groups import counted, grouped
from viewer.core.night.table import scan

HELP = "list the frames of a folder with what their headers say"
EXAMPLES = """\
skyloupe table night
skyloupe table night --group
skyloupe table night --columns +AIRMASS,FWHM --filter 'light z'
skyloupe table night --csv night.csv"""

_OWN = ", ".join(column.key for column in STANDARD)
# more sentences about the same files than anyone reads
_MOST_NOTES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument(
        "--columns",
        metavar="KEY,KEY",
        help=f"what to show: {_OWN}, or any header keyword; with + before the first one: besides the usual",
    )
    parser.add_argument("--filter", metavar="TEXT", default="", help="only files with all these words")
    parser.add_argument(
        "--group", action="store_true", help="darks by exposure and temperature, flats by filter, …"
    )
    parser.add_argument("--no-subfolders", action="store_true", help="only what is directly in DIR")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--csv", metavar="OUT", help="write comma-separated values (- is standard output)")
    add_json(output)  # type: ignore[arg-type]
    parser.add_argument("--overwrite", action="store_true", help="replace OUT")


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it; a file that cannot be read is a failure, but has its row."""
    columns = columns_of(arguments.columns)
    try:
        entries = scan(Path(arguments.folder), subfolders=not arguments.no_subfolders)
        for column in columns:
            if entries and column not in STANDARD and not any(map(column.text, entries)):
                complain(f"no file has a card {column.key}")
        entries = matching(entries, arguments.filter, tuple(dict.fromkeys((*STANDARD, *columns))))
        _show(arguments, entries, columns)
    except ViewerError as error:
        complain(error)
        return 1
    for entry in entries:
        if entry.problem:
            complain(entry.problem)
    return 1 if any(entry.problem for entry in entries) else 0


def columns_of(text: str | None) -> tuple[Column, ...]:
    """Return the columns that a user asks for, each once."""
    names = [name for name in (text or "").split(",") if name.strip(" +")]
    usual = DEFAULT if text is None or text.startswith("+") else ()
    return tuple({column.key: column for column in map(_column, (*usual, *names))}.values())


def _column(name: str) -> Column:
    return column_of(name.lstrip(" +"))


def _show(arguments: argparse.Namespace, entries: list[Entry], columns: Sequence[Column]) -> None:
    if arguments.csv is not None:
        rows = (
            [entry for group in grouped(entries) for entry in group.entries] if arguments.group else entries
        )
        text = as_csv(rows, columns)
        if arguments.csv == "-":
            write(text)
            return
        with written(Path(arguments.csv), overwrite=arguments.overwrite) as file:
            file.write(text.encode("utf-8"))
    elif arguments.json:
        write_json(
            [
                {"title": group.title, "files": [_thing(entry, columns) for entry in group.entries]}
                for group in grouped(entries)
            ]
            if arguments.group
            else [_thing(entry, columns) for entry in entries]
        )
    else:
        if arguments.group:
            for group in grouped(entries):
                write(f"{group.title} ({len(group.entries)})\n{aligned(group.entries, columns, '  ')}")
        elif entries:
            write(aligned(entries, columns))
        # once below the table, unless they have a column of their own
        notes = [] if any(column.key == "notes" for column in columns) else _notes(entries)
        write("\n".join([*notes, counted(entries)]))


def _thing(entry: Entry, columns: Sequence[Column]) -> dict[str, Any]:
    """Return all that is known of a file, and what was asked for besides."""
    everything = {column.key: column.value(entry) for column in (*STANDARD, *columns)}
    return {**everything, "problem": entry.problem, "same_as": entry.same_as, "hdu": entry.hdu}


def aligned(entries: Sequence[Entry], columns: Sequence[Column], indent: str = "") -> str:
    """Return a table for the terminal, numbers to the right; a column without any entry is left out."""
    cells = [[printable(column.text(entry)) for entry in entries] for column in columns]
    used = [(column, texts) for column, texts in zip(columns, cells, strict=True) if any(texts)]
    lines = [indent] * (len(entries) + 1)
    for place, (column, texts) in enumerate(used):
        width = max(len(column.title), *map(len, texts))
        for row, text in enumerate((column.title, *texts)):
            cell = text.rjust(width) if column.right else text.ljust(width)
            lines[row] += ("  " if place else "") + cell
    return "\n".join(line.rstrip() for line in lines)


def printable(text: str) -> str:
    """Return text in which nothing steers the terminal: a header may hold any byte."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _notes(entries: Sequence[Entry]) -> list[str]:
    """Return each note once, with the file or the number of files that it is about."""
    files: dict[str, list[str]] = {}
    for entry in entries:
        for note in entry.notes:
            files.setdefault(note, []).append(entry.name)
    lines = [
        printable(f"{names[0] if len(names) == 1 else f'{len(names)} files'}: {note}")
        for note, names in files.items()
    ]
    more = len(lines) - _MOST_NOTES
    rest = [f"… and {more} more notes: see --columns name,notes"] if more > 0 else []
    return [*lines[:_MOST_NOTES], *rest]
