"""Header: the cards of an HDU, all or some."""

import argparse
import fnmatch

from viewer.commands.common import (
    add_hdu,
    add_json,
    complain,
    for_each_file,
    locate,
    table,
    write,
    write_json,
)
from viewer.core.header import CardRow, as_text, rows

HELP = "show a header, or some cards of it"
EXAMPLES = "skyloupe header m13.fits\nskyloupe header 'mef.fits[SCI,2]' EXPTIME 'CRVAL*' --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("keywords", nargs="*", metavar="KEYWORD", help="in any case; * stands for anything")
    add_hdu(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it; a keyword that the header lacks is a failure."""
    missing: list[str] = []

    def show(file: str) -> None:
        source, index, _ = locate(file, arguments.hdu)
        cards = source.image_cards(0 if index is None else index)
        if not arguments.keywords and not arguments.json:
            write(as_text(cards))
            return
        found = rows(cards)
        if arguments.keywords:
            found, lacking = choose(found, arguments.keywords)
            missing.extend(f"{file} has no card {keyword}" for keyword in lacking)
        if arguments.json:
            write_json(
                [{"keyword": row.keyword, "value": row.typed, "comment": row.comment} for row in found]
            )
        elif found:
            # without a head: it is for people and for grep alike
            lines = table(("", "", ""), [(row.keyword, row.value, row.comment) for row in found])
            write(lines.split("\n", 1)[1])

    code = for_each_file([arguments.file], show)
    for each in missing:
        complain(each)
    return 1 if missing else code


def choose(found: list[CardRow], keywords: list[str]) -> tuple[list[CardRow], list[str]]:
    """Return the rows of the keywords, in their order, and the keywords that have none."""
    chosen: list[CardRow] = []
    lacking = []
    for keyword in keywords:
        pattern = keyword.upper().removeprefix("HIERARCH ")
        matching = [row for row in found if fnmatch.fnmatchcase(row.keyword.upper(), pattern)]
        chosen.extend(row for row in matching if row not in chosen)
        if not matching:
            lacking.append(keyword)
    return chosen, lacking
