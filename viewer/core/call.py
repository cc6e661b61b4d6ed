"""Call: an operation's name with all its arguments - the unit of undo, HISTORY, recipe and script."""

import ast
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.errors import ViewerError
from viewer.core.operation import Operation, find

if TYPE_CHECKING:
    from astropy.io.fits import Header

__all__ = ["Call", "Operand", "history_lines", "origin_lines", "read_history", "read_origin"]

ORIGIN = "skyloupe< "
MARK = "skyloupe: "
MORE = "skyloupe+ "
_DEEPEST = 32
# A HISTORY card holds 72 characters; one is kept for the backslash that says that more follows.
_ROOM = 72 - len(MARK) - 1


class _ByText:
    """Equal if written the same: NaN, which is not equal to itself, is a usual value for missing pixels."""

    @property
    def text(self) -> str:
        """What it is written as."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, _ByText) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True, eq=False)
class Operand(_ByText):
    """Another image that an operation takes: where it is, and what was done to it first.

    Attributes
    ----------
    name : str
        A file name, with brackets if an HDU is meant; empty if the first of `calls` creates the image.
    calls : tuple of Call
        In order; mostly empty.
    """

    name: str
    calls: "tuple[Call, ...]" = ()

    def __post_init__(self) -> None:
        if self.depth > _DEEPEST:
            raise ViewerError(
                f"images are nested too deeply: no more than {_DEEPEST} may be made of each other."
            )

    @property
    def depth(self) -> int:
        """How many images are made of each other here."""
        others = (other for call in self.calls for other in call.operands)
        return 1 + max((other.depth for other in others), default=0)

    @property
    def text(self) -> str:
        """As in a call: the name, or ``image('flat.fits', normalize())``."""
        if not self.calls:
            return _literal(self.name)
        return f"image({', '.join([_literal(self.name), *(call.text for call in self.calls)])})"


@dataclass(frozen=True, eq=False)
class Call(_ByText):
    """One step of what was done to an image.

    Attributes
    ----------
    name : str
        Of the operation.
    items : tuple of (str, object)
        All its arguments, defaults too, in the order of its signature: should a default change one day, what
        was done with the old one is still known. Images are `Operand`, or None where one need not be given;
        lists of images are tuples of them.
    """

    name: str
    items: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, name: str, /, **arguments: Any) -> "Call":
        """Check and complete a call.

        Parameters
        ----------
        name : str
            Of the operation.
        **arguments
            Those that differ from the defaults; an image as an `Operand` or a file name, and a list of these
            for an operation that takes several.

        Raises
        ------
        ViewerError
            If there is no such operation, or an argument is unknown, missing or wrong.
        """
        operation = find(name)
        given = {key: _operand(operation, key, value) for key, value in arguments.items()}
        return cls(name, tuple(operation.check(given).items()))

    @classmethod
    def parse(cls, text: str) -> "Call":
        """Read a call as `text` gives it.

        Raises
        ------
        ViewerError
            If it is not a call, or not of an operation that there is.
        """
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ViewerError(f"'{text[:60]}' is not a call of an operation.") from None
        return _from_tree(tree, text)

    @property
    def operation(self) -> Operation:
        """The operation."""
        return find(self.name)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments by name."""
        return dict(self.items)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The other images that it needs."""
        found: list[Operand] = []
        for _, value in self.items:
            found += [each for each in (value if isinstance(value, tuple) else (value,)) if _is_operand(each)]
        return tuple(found)

    def with_operands(self, change: Callable[[Operand], Operand]) -> "Call":
        """Return the same call with other images in place of its own."""

        def changed(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(changed(each) for each in value)
            return change(value) if isinstance(value, Operand) else value

        return Call(self.name, tuple((key, changed(value)) for key, value in self.items))

    @property
    def text(self) -> str:
        """As in HISTORY: ``gaussian(sigma=1.5)``; ASCII only."""
        return f"{self.name}({', '.join(f'{key}={_literal(value)}' for key, value in self.items)})"

    @property
    def sentence(self) -> str:
        """As in the list of what was done: ``Gaussian blur, sigma 1.5 px``."""
        parts = [self.operation.title.rstrip("…")]
        for parameter in self.operation.parameters:
            value = self.arguments[parameter.name]
            unit = f" {parameter.unit}" if parameter.unit else ""
            if isinstance(value, Operand):
                named = f"{parameter.name.replace('_', ' ')} " if parameter.optional else ""
                parts.append(named + (re.split(r"[/\\]", value.name)[-1] or "a created image"))
            elif parameter.kind in ("image", "images"):
                parts += [f"{len(value)} image{'s' * (len(value) > 1)}"] if value else []
            elif parameter.kind == "bool":
                parts += [parameter.name.replace("_", " ")] if value else []
            else:
                shown = f"{value:g}" if isinstance(value, float) else str(value)
                shown = "missing" if shown == "nan" else shown
                parts.append(f"{parameter.name.replace('_', ' ')} {shown}{unit}")
        return ", ".join(parts)


def history_lines(call: Call) -> list[str]:
    """Return a call as the texts of HISTORY cards, at most 72 characters each."""
    return _lines(MARK, call.text)


def origin_lines(name: str) -> list[str]:
    """Return the name of the file that the first call was applied to as the texts of HISTORY cards."""
    return _lines(ORIGIN, ascii(name))


def read_history(header: "Header") -> tuple[Call, ...]:
    """Return what Skyloupe did to the image by its header.

    Raises
    ------
    ViewerError
        If a call cannot be read, or names an operation that this version does not know.
    """
    if _lost(header):
        raise ViewerError("a card of HISTORY that tells a step is lost: what was done is not known any more.")
    return tuple(Call.parse(text) for text in _texts(header, MARK))


def read_origin(header: "Header") -> str:
    """Return the name of the file that Skyloupe's work began with; empty if the header does not say."""
    for text in _texts(header, ORIGIN):
        try:
            name = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            continue
        if isinstance(name, str):
            return name
    return ""


def _lines(mark: str, text: str) -> list[str]:
    pieces = [text[start : start + _ROOM] for start in range(0, len(text), _ROOM)]
    marks = [mark] + [MORE] * (len(pieces) - 1)
    ends = ["\\"] * (len(pieces) - 1) + [""]
    return [mark + piece + end for mark, piece, end in zip(marks, pieces, ends, strict=True)]


def _texts(header: "Header", mark: str) -> list[str]:
    """Return the texts behind a mark, each joined from its cards."""
    texts: list[tuple[str, str]] = []
    for line in _history(header):
        if line.startswith((MARK, ORIGIN)):
            texts.append((line[: len(MARK)], line[len(MARK) :]))
        elif line.startswith(MORE) and texts and texts[-1][1].endswith("\\"):
            texts[-1] = (texts[-1][0], texts[-1][1][:-1] + line[len(MORE) :])
    return [text for found, text in texts if found == mark]


def _lost(header: "Header") -> bool:
    """Whether a card continues one that is not there."""
    before = ""
    for line in _history(header):
        if line.startswith(MORE) and not before.endswith("\\"):
            return True
        if line.startswith((MARK, ORIGIN, MORE)):
            before = line
    return False


def _history(header: "Header") -> Iterable[str]:
    return (str(line) for line in header["HISTORY"]) if "HISTORY" in header else ()


def _operand(operation: Operation, key: str, value: Any) -> Any:
    kind = next((parameter.kind for parameter in operation.parameters if parameter.name == key), "")
    if kind == "images" and isinstance(value, tuple | list):
        return tuple(_operand_of(key, each) for each in value)
    return _operand_of(key, value) if kind == "image" and value is not None else value


def _operand_of(key: str, value: Any) -> Operand:
    if not isinstance(value, Operand):
        if not isinstance(value, str) or not value.strip():
            raise ViewerError(f"{key} cannot be {ascii(value)[:60]}: it has to be the name of a file.")
        return Operand(value)
    if not value.name.strip() and not value.calls:
        raise ViewerError(f"{key} is no image: it has neither the name of a file nor a step.")
    return value


def _is_operand(value: Any) -> bool:
    return isinstance(value, Operand)


def _literal(value: Any) -> str:
    if isinstance(value, Operand):
        return value.text
    if isinstance(value, tuple) and any(isinstance(each, Operand) for each in value):
        return f"({', '.join(_literal(each) for each in value)}{',' * (len(value) == 1)})"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return ascii(value)


def _from_tree(tree: ast.expr, text: str) -> Call:
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.args:
        raise ViewerError(f"'{text[:60]}' is not a call of an operation.")
    arguments = {}
    for keyword in tree.keywords:
        if keyword.arg is None:
            raise ViewerError(f"'{text[:60]}' is not a call of an operation.")
        arguments[keyword.arg] = _value(keyword.value, text)
    return Call.of(tree.func.id, **arguments)


def _value(tree: ast.expr, text: str) -> Any:
    if (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Name)
        and tree.func.id == "image"
        and tree.args
    ):
        name = _value(tree.args[0], text)
        if not isinstance(name, str):
            raise ViewerError(f"'{text[:60]}' has an image whose file has no name.")
        return Operand(name, tuple(_from_tree(each, text) for each in tree.args[1:]))
    if isinstance(tree, ast.Tuple | ast.List):
        return tuple(_value(each, text) for each in tree.elts)
    if isinstance(tree, ast.Name) and tree.id in ("nan", "inf"):
        return float(tree.id)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.operand, ast.Name) and tree.operand.id == "inf":
        return -math.inf
    try:
        return ast.literal_eval(tree)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise ViewerError(f"'{text[:60]}' has an argument that is not a value.") from None
