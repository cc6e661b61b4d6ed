"""Describing: what is known of an operation as the command line, JSON and the reference show it."""

import shlex
import textwrap
from typing import Any

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.commands.common import plain
from viewer.core.call import Call, Operand
from viewer.core.operation import Operation, operations
from viewer.core.parameter import Parameter

_PLACES = {
    "int": "N",
    "float": "NUMBER",
    "text": "TEXT",
    "matrix": "ROWS",
    "value": "VALUE",
    "image": "IMAGE",
    "images": "IMAGE ...",
    "bool": "",
    "choice": "NAME",
}
_NEEDS = {"wcs": "a WCS", "colour": "a colour image", "mask": "masked pixels", "cube": "a cube"}
_WIDTH = 100


def menu_of(operation: Operation) -> str:
    """Return the menu; those without one are found in the header panel."""
    return operation.menu or "Header"


def by_menu(part: str = "") -> dict[str, list[Operation]]:
    """Return all operations under their menus, which are sorted; only menus that contain a part."""
    found: dict[str, list[Operation]] = {}
    for operation in operations().values():
        menu = menu_of(operation)
        if part.casefold() in menu.casefold():
            found.setdefault(menu, []).append(operation)
    return dict(sorted(found.items()))


def plain_title(operation: Operation) -> str:
    """Return the title without the dots that say that there is something to ask."""
    return operation.title.rstrip("…")


def needs(operation: Operation) -> str:
    """Return what the image must have, in a sentence; empty if any will do."""
    return f"It needs {_NEEDS[operation.requires]}." if operation.requires else ""


def option_text(parameter: Parameter) -> str:
    """Return an option with what follows it: ``--sigma NUMBER``, ``--keep-size, --no-keep-size``."""
    if parameter.kind == "bool":
        return f"{parameter.option}, --no-{parameter.option[2:]}"
    return f"{parameter.option} {_PLACES[parameter.kind]}"


def default_text(parameter: Parameter) -> str:
    """Return the default as it is typed; empty for an image, which has none."""
    if parameter.kind in ("image", "images"):
        return ""
    if parameter.kind == "bool":
        return "yes" if parameter.default else "no"
    if parameter.kind == "float":
        return f"{parameter.default:.15g}"
    return parameter.write(parameter.default)


def range_text(parameter: Parameter) -> str:
    """Return the range, the choices or the kind of value."""
    if parameter.kind in ("bool", "choice"):
        return parameter.range_text
    named = {"int": "whole number", "matrix": "rows such as '0 1 0; 1 4 1; 0 1 0'", "image": "file name"}
    named["images"] = "file names"
    return ", ".join(part for part in (named.get(parameter.kind, ""), parameter.range_text) if part)


def help_text(parameter: Parameter) -> str:
    """Return what a parameter is, with its range and its default."""
    facts = [range_text(parameter)]
    default = default_text(parameter)
    if default:
        facts.append(f"default {default}")
    elif parameter.kind == "text":
        facts.append("default empty")
    told = "; ".join(fact for fact in facts if fact)
    return f"{parameter.help} ({told})" if told else parameter.help


def example_call(operation: Operation) -> Call:
    """Return the call with all defaults; other images are files of the parameter's name."""
    given = {
        each.name: (
            Operand(f"{each.name}.fits")
            if each.kind == "image"
            else tuple(Operand(f"{letter}.fits") for letter in "abc")
        )
        for each in operation.images
    }
    return Call.of(operation.name, **given)


def command_words(call: Call, file: str = "in.fits", output: str = "out.fits") -> list[str]:
    """Return the words that do a call on the command line; an image is named by its file."""
    words = ["skyloupe", "apply", call.name]
    for parameter in call.operation.parameters:
        value = call.arguments[parameter.name]
        if parameter.kind == "bool":
            words.append(parameter.option if value else f"--no-{parameter.option[2:]}")
        elif parameter.kind == "image":
            words += [parameter.option, value.name] if value is not None else []
        elif parameter.kind == "images":
            words += [parameter.option, *(each.name for each in value)]
        else:
            words += [parameter.option, parameter.write(value)]
    return [*words, *([] if call.operation.creates else [file]), "-o", output]


def command_line(call: Call) -> str:
    """Return a call as it is typed."""
    return shlex.join(command_words(call))


def described(operation: Operation) -> dict[str, Any]:
    """Return everything about an operation as a JSON object."""
    return {
        "name": operation.name,
        "title": plain_title(operation),
        "menu": operation.menu,
        "shortcut": operation.shortcut,
        "summary": operation.summary,
        "description": operation.description,
        "requires": operation.requires,
        "creates": operation.creates,
        "parameters": [
            {
                "name": each.name,
                "option": each.option,
                "kind": each.kind,
                "optional": each.optional,
                "default": "nan" if each.default != each.default else plain(each.default),
                "low": each.low,
                "high": each.high,
                "unit": each.unit,
                "choices": list(each.choices),
                "help": each.help,
            }
            for each in operation.parameters
        ],
        "command": command_line(example_call(operation)),
        "history": example_call(operation).text,
    }


def as_text(operation: Operation) -> str:
    """Return everything about an operation for people."""
    keys = f", {operation.shortcut}" if operation.shortcut else ""
    parts = [f"{operation.name}: {plain_title(operation)} ({menu_of(operation)}{keys})", operation.summary]
    parts += [filled(paragraph) for paragraph in operation.description.split("\n\n") if paragraph]
    if operation.requires:
        parts.append(needs(operation))
    if operation.parameters:
        parts.append("\n".join(["parameters:", *(_parameter_lines(each) for each in operation.parameters)]))
    call = example_call(operation)
    parts.append(f"command line:\n  {command_line(call)}")
    parts.append(f"in HISTORY and recipes:\n  {call.text}")
    return "\n\n".join(parts).replace("``", "")


def filled(paragraph: str) -> str:
    """Return a paragraph with lines of a readable length; lists and formulae stay as they are."""
    if any(line.startswith((" ", "-", "*")) for line in paragraph.splitlines()):
        return paragraph
    return textwrap.fill(" ".join(paragraph.split()), _WIDTH, break_on_hyphens=False)


def _parameter_lines(parameter: Parameter) -> str:
    text = textwrap.fill(
        help_text(parameter),
        _WIDTH,
        initial_indent=" " * 6,
        subsequent_indent=" " * 6,
        break_on_hyphens=False,
    )
    return f"  {option_text(parameter)}\n{text}"
