"""Arguments: the parameters of an operation as options of a command."""

import argparse
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from viewer.commands.describing import help_text, option_text
from viewer.commands.saving import VALUED
from viewer.commands.words import joined
from viewer.core.batch.plan import located
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.operation import Operation
from viewer.core.parameter import Parameter

_OWN = "parameter "


def add_parameters(group: Any, operation: Operation, without: Collection[str] = ()) -> None:
    """Add an option for each parameter of an operation, but for those that are given in another way."""
    for parameter in operation.parameters:
        if parameter.name not in without:
            _add_parameter(group, parameter)


def operation_words(operation: Operation, words: list[str]) -> list[str]:
    """Return words in which each value that begins with a minus is joined to its option."""
    several = ("bool", "images")
    options = [parameter.option for parameter in operation.parameters if parameter.kind not in several]
    return joined(words, {*options, *VALUED})


def call_of(operation: Operation, given: argparse.Namespace, **more: Any) -> Call:
    """Return the call that was typed.

    Parameters
    ----------
    operation : Operation
        What `add_parameters` was given.
    given : argparse.Namespace
        What was typed.
    **more
        Arguments that have no option.

    Raises
    ------
    ViewerError
        If an argument is wrong.
    """
    typed = {key.removeprefix(_OWN): value for key, value in vars(given).items() if key.startswith(_OWN)}
    (call,) = located((Call.of(operation.name, **typed, **more),), Path())
    return call


def _add_parameter(group: Any, parameter: Parameter) -> None:
    told: dict[str, Any] = {
        "dest": _OWN + parameter.name,
        "default": argparse.SUPPRESS,
        "help": clean(help_text(parameter)).replace("%", "%%"),
    }
    if parameter.kind == "bool":
        group.add_argument(parameter.option, action=argparse.BooleanOptionalAction, **told)
        return
    if parameter.kind in ("image", "images"):
        told["required"] = parameter.kind == "image" and not parameter.optional
    place = option_text(parameter).partition(" ")[2]
    if parameter.kind == "images":
        group.add_argument(parameter.option, metavar="IMAGE", nargs="+", **told)
        return
    group.add_argument(parameter.option, metavar=place, type=_reader(parameter), **told)


def _reader(parameter: Parameter) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return parameter.read(text)
        except ViewerError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def clean(text: str) -> str:
    """Return a docstring's text for a terminal."""
    return text.replace("``", "")


def number_options(operation: Operation) -> tuple[str, ...]:
    """Return the options whose values may begin with a minus."""
    return tuple(each.option for each in operation.parameters if each.kind in ("int", "float"))
