"""Parameter: what an operation can be told, read from its signature and docstring."""

import inspect
import math
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame

Matrix = tuple[tuple[float, ...], ...]
"""Rows of numbers, all of the same length."""

CardValue = bool | int | float | str
"""What a header card can hold."""

Images = tuple[Frame, ...]
"""Several other images: of each the operation uses `name`, `header` and (rows of) `data`."""

Kind = Literal["bool", "int", "float", "text", "choice", "matrix", "value", "list", "image", "images"]

_KINDS: dict[Any, Kind] = {
    bool: "bool",
    int: "int",
    float: "float",
    str: "text",
    Matrix: "matrix",
    CardValue: "value",
    Frame: "image",
    Images: "images",
}
_ACRONYMS = ("fwhm", "psf")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Within:
    """The range and the unit of a number, as an annotation.

    Attributes
    ----------
    low, high : float or None
        Smallest and largest value that is allowed; None if there is no such border.
    unit : str
        ``px`` for lengths in pixels, ``deg``, ``%`` …
    """

    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Parameter:
    """One keyword argument of an operation.

    Attributes
    ----------
    name : str
        As the function has it.
    kind : str
        ``bool``, ``int``, ``float``, ``text``, ``choice`` (one of `choices`), ``matrix`` (rows of numbers),
        ``value`` (of a header card), ``list`` (of texts), ``image`` (another image) or ``images`` (a list
        of them).
    default : object
        None for images.
    low, high : float or None
        Borders of a number.
    unit : str
        Of a number.
    choices : tuple of str
        Of a choice; of a text, what it often is.
    help : str
        From the docstring.
    optional : bool
        It is an image that need not be given.
    title : str
        What it is called in a form, if not by its name.
    words : tuple of str
        What the choices are called in a form, if not by themselves.
    rule : callable, optional
        Raises `ViewerError` if a text is not right.
    """

    name: str
    kind: Kind
    default: Any = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""
    optional: bool = False
    title: str = ""
    words: tuple[str, ...] = ()
    rule: Callable[[str], object] | None = None

    @property
    def label(self) -> str:
        """The name as a form shows it: ``Keep size``."""
        if self.title:
            return self.title
        words = [word.upper() if word in _ACRONYMS else word for word in self.name.split("_")]
        label = " ".join(words)
        return label[0].upper() + label[1:]

    @property
    def option(self) -> str:
        """The name as the command line has it: ``--keep-size``."""
        return "--" + self.name.replace("_", "-")

    @property
    def range_text(self) -> str:
        """The range in words, or the choices."""
        unit = f" {self.unit}" if self.unit else ""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}{unit}"
        if self.low is not None:
            return f"{self.low:g}{unit} or more"
        if self.high is not None:
            return f"{self.high:g}{unit} or less"
        return self.unit

    def check(self, value: Any) -> Any:
        """Return a value as the operation wants it.

        Parameters
        ----------
        value : object
            From a form, a recipe, HISTORY or a program. An image is not looked at here.

        Raises
        ------
        ViewerError
            If it is of the wrong kind or out of range; the message names parameter, value and range.
        """
        if self.kind == "bool" and isinstance(value, bool):
            return value
        if self.kind == "text" and isinstance(value, str):
            if self.rule is not None:
                self.rule(value)
            return _ascii(self, value)
        if self.kind == "list" and isinstance(value, tuple | list):
            if not all(isinstance(each, str) and each.strip() for each in value):
                raise self._wrong("with an empty line" if "" in value else value)
            return tuple(_ascii(self, each.strip()) for each in value)
        if self.kind == "choice" and value in self.choices:
            return str(value)
        if self.kind == "value" and isinstance(value, bool | int | float | str):
            return _ascii(self, value) if isinstance(value, str) else value
        if self.kind == "matrix":
            return self._matrix(value)
        if self.kind == "image":
            return value
        if self.kind == "images" and isinstance(value, tuple | list) and value:
            return tuple(value)
        if self.kind in ("int", "float"):
            return self._number(value)
        raise self._wrong(value)

    def read(self, text: str) -> Any:
        """Return the value that a user typed, as on the command line or in a field for rows of numbers.

        Raises
        ------
        ViewerError
            As `check` does.
        """
        stripped = text.strip()
        if self.kind == "bool":
            if stripped.casefold() in _TRUE + _FALSE:
                return stripped.casefold() in _TRUE
            raise self._wrong(text)
        if self.kind in ("int", "float"):
            return self.check(_numeral(stripped))
        if self.kind == "matrix":
            rows = [row for row in re.split(r"[;\n]", stripped) if row.strip()]
            return self.check([[_numeral(word) for word in re.split(r"[\s,]+", row.strip())] for row in rows])
        if self.kind == "value":
            return self.check(_card_value(stripped))
        if self.kind == "list":
            return self.check(stripped.splitlines())
        return self.check(text)

    def write(self, value: Any) -> str:
        """Return a value as `read` takes it."""
        if self.kind == "bool":
            return "true" if value else "false"
        if self.kind == "matrix":
            return "; ".join(" ".join(f"{number:.17g}" for number in row) for row in value)
        if self.kind == "list":
            return "\n".join(value)
        if self.kind == "value" and isinstance(value, bool):
            return "T" if value else "F"
        return repr(value) if isinstance(value, float) else str(value)

    def _number(self, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(value)
        if self.kind == "int":
            if value != value or math.isinf(value) or value != int(value):
                raise self._wrong(value)
            number: int | float = int(value)
        else:
            try:
                number = float(value)
            except OverflowError:
                raise self._wrong(value) from None
        bounded = self.low is not None or self.high is not None
        if bounded and math.isnan(number):
            raise self._wrong(value)
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise self._wrong(value)
        return number

    def _matrix(self, value: Any) -> Matrix:
        try:
            rows = tuple(tuple(float(number) for number in row) for row in value)
        except (TypeError, ValueError, OverflowError):
            raise self._wrong(value) from None
        if not rows or not rows[0] or len({len(row) for row in rows}) != 1:
            raise self._wrong(value)
        if not all(math.isfinite(number) for row in rows for number in row):
            raise self._wrong(value)
        return rows

    def _wrong(self, value: Any) -> ViewerError:
        wanted = {
            "bool": "true or false",
            "int": "a whole number",
            "float": "a number",
            "text": "text",
            "choice": "one of",
            "matrix": "rows of numbers of the same length, such as '0 1 0; 1 4 1; 0 1 0'",
            "value": "a number, true or false, or text",
            "list": "a list of words",
            "image": "an image",
            "images": "a list of images",
        }[self.kind]
        ranged = f" {self.range_text}" if self.range_text else ""
        joint = ":" if self.kind == "choice" else (" from" if " to " in ranged else "")
        shown, name = value if isinstance(value, str) else repr(value), self.title or self.name
        if not shown.strip():
            return ViewerError(f"{name} is missing: it has to be {wanted}{joint}{ranged}.")
        return ViewerError(f"{name} cannot be {shown[:60]!s}: it has to be {wanted}{joint}{ranged}.")


def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Read the parameters of an operation from its signature and its docstring.

    Raises
    ------
    TypeError
        If the declaration is wrong: a parameter without annotation, default or description.
    """
    hints = typing.get_type_hints(function, include_extras=True)
    described = descriptions(inspect.getdoc(function) or "", "Parameters")
    found = []
    for name, given in inspect.signature(function).parameters.items():
        if given.kind is not inspect.Parameter.KEYWORD_ONLY or name == "progress":
            continue
        if not described.get(name):
            raise TypeError(f"{function.__name__}: parameter {name} is not described in the docstring")
        parameter = _parameter(name, hints[name], given.default, described[name])
        if given.default is inspect.Parameter.empty and parameter.kind not in ("image", "images"):
            raise TypeError(f"{function.__name__}: parameter {name} has no default")
        found.append(parameter)
    return tuple(found)


def _parameter(name: str, hint: Any, default: Any, text: str) -> Parameter:
    within = Within()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *notes = typing.get_args(hint)
        within = next((note for note in notes if isinstance(note, Within)), within)
    if typing.get_origin(hint) is Literal:
        return Parameter(name, "choice", default, choices=typing.get_args(hint), help=text)
    if isinstance(hint, types.UnionType) and set(typing.get_args(hint)) == {Frame, types.NoneType}:
        return Parameter(name, "image", help=text, optional=True)
    kind = _KINDS.get(hint)
    if kind is None:
        raise TypeError(f"parameter {name}: {hint} is not a type that a form can ask for")
    given = None if default is inspect.Parameter.empty else default
    if kind == "float" and given is not None:
        given = float(given)
    parameter = Parameter(name, kind, given, within.low, within.high, within.unit, help=text)
    if given is not None:
        parameter.check(given)
    return parameter


def descriptions(docstring: str, section: str) -> dict[str, str]:
    """Return what a section of a numpydoc docstring, such as Parameters, says of each name."""
    match = re.search(rf"^{section}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", docstring, re.M | re.S)
    if match is None:
        return {}
    found: dict[str, str] = {}
    for names, text in re.findall(
        r"^(\w[\w, ]*?)(?: *:[^\n]*)?\n((?:[ \t]+[^\n]*\n?|\n)+)", match[1] + "\n", re.M
    ):
        for name in names.split(","):
            found[name.strip()] = " ".join(text.split())
    return found


def _numeral(word: str) -> Any:
    try:
        return int(word)
    except ValueError:
        pass
    try:
        return float(word)
    except ValueError:
        return word


def _card_value(text: str) -> CardValue:
    if text in ("T", "F"):
        return text == "T"
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    number: CardValue = _numeral(text) if text else ""
    return number


def _ascii(parameter: Parameter, text: str) -> str:
    if not text.isascii() or not all(character.isprintable() for character in text):
        name = parameter.title or parameter.name
        raise ViewerError(f"{name} cannot be {ascii(text)[:60]}: FITS knows ASCII letters only.")
    return text
