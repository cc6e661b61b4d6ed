"""Operations: what can be done to an image, as a list or one in full."""

import argparse

from viewer.commands.common import add_json, complain, write, write_json
from viewer.commands.describing import as_text, by_menu, described
from viewer.core.errors import ViewerError
from viewer.core.operation import find

HELP = "list what can be done to an image, or describe one operation"
EXAMPLES = "skyloupe operations\nskyloupe operations --menu filters --json\nskyloupe operations gaussian"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="operations to describe in full")
    parser.add_argument("--menu", default="", metavar="PART", help="only menus with this in their names")
    add_json(parser)


def run(arguments: argparse.Namespace, _parser: argparse.ArgumentParser) -> int:
    """Do it."""
    if arguments.names:
        return _describe(arguments.names, arguments.json)
    menus = by_menu(arguments.menu)
    if not menus:
        complain(f"there is no menu with '{arguments.menu}' in its name: skyloupe operations lists them all")
        return 1
    if arguments.json:
        write_json([described(each) for listed in menus.values() for each in listed])
        return 0
    width = max(len(each.name) for listed in menus.values() for each in listed)
    for menu, listed in menus.items():
        write(menu)
        for each in listed:
            write(f"  {each.name:<{width}}  {each.summary}")
        write("")
    write("skyloupe operations NAME describes one, skyloupe apply NAME --help shows its options.")
    return 0


def _describe(names: list[str], as_json: bool) -> int:
    found, code = [], 0
    for name in names:
        try:
            found.append(find(name))
        except ViewerError as error:
            complain(error)
            code = 1
    if as_json:
        write_json([described(each) for each in found])
    else:
        write("\n\n".join(as_text(each) for each in found) if found else "")
    return code
