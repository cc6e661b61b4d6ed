"""Write docs/operations.md, the reference of all operations, from their declarations: ``make reference``."""

import sys
import textwrap
from pathlib import Path

from viewer.commands.describing import (
    by_menu,
    command_line,
    default_text,
    example_call,
    needs,
    option_text,
    plain_title,
    range_text,
)
from viewer.core.call import Call
from viewer.core.operation import Operation
from viewer.core.script.expressions import Facts
from viewer.core.script.origin import Origin
from viewer.core.script.script import script

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "operations.md"

HEAD = """\
# Operations

What can be done to an image: each by its menu entry, on the command line, as a step of a recipe, or as plain
Python. This page is written by `make reference` from the same declarations that make the menus and dialogs.

For each operation there is a command line with all defaults, the line that it leaves in the HISTORY of the
file (recipes have the same arguments), and the statements that stand for it in a script. There, `data` is the
image as a numpy array and `header` its FITS header; helper functions such as `floating` are written into the
script with their source.

"""


def reference() -> str:
    """Return the whole page."""
    menus = by_menu()
    parts = [HEAD]
    for menu, listed in menus.items():
        parts.append(f"**{menu.replace('/', ' › ')}**: ")
        parts.append(", ".join(f"[{each.name}](#{each.name})" for each in listed) + "\n\n")
    for menu, listed in menus.items():
        parts.append(f"## {menu.replace('/', ' › ')}\n\n")
        parts += [entry(each) for each in listed]
    return "".join(parts).rstrip("\n") + "\n"


def entry(operation: Operation) -> str:
    """Return what the page says of one operation."""
    key = f", {operation.shortcut}" if operation.shortcut else ""
    call = example_call(operation)
    paragraphs = [
        f"### {operation.name}",
        f"*{plain_title(operation)}{key}.* {marked(operation.summary)}",
        marked(operation.description),
        needs(operation),
        table(operation),
        f"```sh\n{command_line(call)}\n```",
        f"```\nHISTORY {call.text}\n```",
        f"```python\n{statements(call)}\n```",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n\n"


def marked(text: str) -> str:
    """Return the text of a docstring as Markdown."""
    return text.replace("``", "`")


def table(operation: Operation) -> str:
    """Return the parameters as a table; empty if there is none."""
    if not operation.parameters:
        return ""
    rows = [
        (
            "<br>".join(f"`{option}`" for option in option_text(each).split(", ")),
            marked(each.help),
            range_text(each),
            f"`{default_text(each)}`" if default_text(each) else "",
        )
        for each in operation.parameters
    ]
    lines = [("Parameter", "", "Range", "Default"), ("---",) * 4, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def statements(call: Call) -> str:
    """Return the step of a script that does a call."""
    needed = call.operation.requires
    facts = Facts(
        ndim=3 if needed in ("colour", "cube") else 2, colour=needed == "colour", masked=needed == "mask"
    )
    text = script((call,), Origin("" if call.operation.creates else "in.fits", facts=facts))
    # the steps of a long script are the body of a function
    before, _, step = text.partition("# 1. ")
    indent = before.rpartition("\n")[2]
    step = step.partition("\n")[2].partition('header.add_history("skyloupe: ')[0]
    return textwrap.dedent(step.removesuffix(indent)).strip("\n")


def main() -> int:
    """Write the page."""
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference(), encoding="utf-8")
    print(REFERENCE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
