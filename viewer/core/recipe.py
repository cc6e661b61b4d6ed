"""Recipe: calls in a small text file, to be repeated on other images."""

import json
import math
from pathlib import Path
from typing import Any

from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.operation import find

VERSION = 1
SUFFIX = ".recipe.json"
_KEY = "skyloupe recipe"
# More is no recipe but somebody's data.
_LARGEST = 4 << 20


def recipe_text(calls: tuple[Call, ...], note: str = "") -> str:
    """Return calls as the text of a recipe file.

    Parameters
    ----------
    calls : tuple of Call
        What is to be done, in order.
    note : str
        For the reader.
    """
    content: dict[str, Any] = {_KEY: VERSION}
    if note:
        content["note"] = note
    content["steps"] = [_step(call) for call in calls]
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def parse_recipe(text: str, name: str = "the recipe") -> tuple[Call, ...]:
    """Read a recipe; nothing is done unless all of it is right.

    Parameters
    ----------
    text : str
        Of a recipe file.
    name : str
        For the message.

    Raises
    ------
    ViewerError
        If it is none, was written by a newer version, or has an unknown operation or a wrong value.
    """
    try:
        content = json.loads(text, parse_constant=float, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise ViewerError(f"{name} is not a recipe: {error}.") from None
    except RecursionError:
        raise ViewerError(f"{name} is not a recipe: it is nested too deeply.") from None
    except ValueError:
        raise ViewerError(f"{name} is not a recipe: a number in it has thousands of digits.") from None
    version = content.get(_KEY) if isinstance(content, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ViewerError(f'{name} is not a recipe: it does not begin with "{_KEY}": {VERSION}.')
    if version > VERSION:
        raise ViewerError(
            f"{name} was written by a newer Skyloupe (version {str(version)[:20]} of recipes, this one knows "
            f"{VERSION}): get the newer program."
        )
    steps = content.get("steps")
    if not isinstance(steps, list) or not steps:
        raise ViewerError(f"{name} has no steps: there is nothing to do.")
    try:
        return tuple(_call(step, f"{name}, step {number}") for number, step in enumerate(steps, 1))
    except RecursionError:
        raise ViewerError(f"{name} is not a recipe: its images are nested too deeply.") from None


def read_recipe(path: Path) -> tuple[Call, ...]:
    """Read a recipe file.

    Raises
    ------
    ViewerError
        If it cannot be read, or as `parse_recipe` does.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ViewerError(f"{path.name} is not a recipe: it is too large.")
        text = path.read_text(encoding="utf-8-sig")  # as some editors write it
    except FileNotFoundError:
        raise ViewerError(f"there is no recipe {path}.") from None
    except UnicodeDecodeError:
        raise ViewerError(f"{path.name} is not a recipe: it is not text.") from None
    except OSError as error:
        raise ViewerError(f"{path} cannot be read: {error.strerror or error}.") from None
    return parse_recipe(text, path.name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what is said twice: nobody knows which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ViewerError(f"{ascii(twice)[:60]} is said twice in one place of the recipe.")
    return found


def _step(call: Call) -> dict[str, Any]:
    return {"operation": call.name, **{name: _plain(value) for name, value in call.items}}


def _plain(value: Any) -> Any:
    if isinstance(value, Operand):
        if not value.calls:
            return value.name
        return {"image": value.name, "steps": [_step(call) for call in value.calls]}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _call(step: Any, where: str) -> Call:
    if not isinstance(step, dict) or not isinstance(step.get("operation"), str):
        raise ViewerError(f"{where}: it names no operation.")
    arguments = {name: _value(value, where) for name, value in step.items() if name != "operation"}
    try:
        kinds = {parameter.name: parameter.kind for parameter in find(step["operation"]).parameters}
        for name, value in arguments.items():
            if kinds.get(name) == "float" and value in ("nan", "inf", "-inf"):
                arguments[name] = float(value)
        return Call.of(step["operation"], **arguments)
    except ViewerError as error:
        raise ViewerError(f"{where}: {error}") from None


def _value(value: Any, where: str) -> Any:
    if isinstance(value, list):
        return [_value(each, where) for each in value]
    if not isinstance(value, dict):
        return value
    steps = value.get("steps", [])
    if (
        set(value) - {"image", "steps"}
        or not isinstance(value.get("image"), str)
        or not isinstance(steps, list)
    ):
        raise ViewerError(f"{where}: an image is a file name, or {{'image': name, 'steps': […]}}.")
    return Operand(value["image"], tuple(_call(step, where) for step in steps))
