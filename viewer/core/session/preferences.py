"""Preferences: those of the settings that a form asks for, as parameters under headings."""

import inspect
from dataclasses import Field, fields
from functools import cache
from typing import Any

from viewer.core.parameter import Kind, Parameter, descriptions
from viewer.core.render.stretch import Stretch
from viewer.core.session.settings import Settings

KINDS: dict[type, Kind] = {bool: "bool", int: "int", float: "float", str: "text", tuple: "list"}


@cache
def preferences() -> dict[str, tuple[Parameter, ...]]:
    """Return the parameters by the headings that they stand under, in the order of their declaration."""
    described = descriptions(inspect.getdoc(Settings) or "", "Attributes")
    found: dict[str, tuple[Parameter, ...]] = {}
    for each in fields(Settings):
        if each.metadata:
            heading = each.metadata["heading"]
            found[heading] = (*found.get(heading, ()), _parameter(each, described[each.name]))
    return found


def preferred(settings: Settings) -> dict[str, Any]:
    """Return the values of all preferences by their names."""
    return {each.name: getattr(settings, each.name) for group in preferences().values() for each in group}


def check_stretch(stretch: str, parameter: float) -> None:
    """See that a curve can have this parameter.

    Raises
    ------
    ViewerError
        If not.
    """
    Stretch(stretch, parameter)  # type: ignore[arg-type]


def usual_parameter(stretch: str) -> float | None:
    """Return what the parameter of a curve is as long as nobody has chosen one; None without one."""
    if stretch == Settings.stretch:
        return Settings.stretch_parameter
    return Stretch(stretch).parameter  # type: ignore[arg-type]


def _parameter(declared: "Field[Any]", text: str) -> Parameter:
    said = declared.metadata
    choices = said["choices"]
    low, high = said["within"] or (None, None)
    return Parameter(
        declared.name,
        "choice" if choices and not said["check"] else KINDS[type(declared.default)],
        declared.default,
        low,
        high,
        unit=said["unit"],
        choices=tuple(choices),
        help=text,
        title=said["label"],
        words=tuple(choices.values()) if isinstance(choices, dict) else (),
        rule=said["check"],
    )
