"""@operation: one declaration of a plain function, and the registry of all of them."""

import difflib
import inspect
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.parameter import Parameter, parameters_of

Reach = Callable[..., int]
Refuse = Callable[..., str]
Requires = Literal["", "wcs", "colour", "mask", "cube"]

_registry: dict[str, "Operation"] = {}


@dataclass(frozen=True)
class Operation:
    """Everything that is known about an operation; nothing of it is written twice.

    Attributes
    ----------
    name : str
        Of the function: in HISTORY, recipes and on the command line.
    title : str
        In the menu; ends in … if there is something to ask.
    menu : str
        Path of the menu, parts separated by a slash.
    function : callable
        Frame in, Frame out.
    parameters : tuple of Parameter
        The keyword arguments.
    shortcut : str
        In Qt's spelling, or empty.
    reach : callable or None
        From the arguments to the distance in pixels from which a result pixel is made; None if it
        takes the whole image.
    view : bool
        The result is a view of the input's memory.
    requires : str
        What the image must have: ``wcs``, ``colour``, ``mask``, ``cube``, or nothing.
    makes : int or None
        Number of axes of the result, if that is not the input's.
    flat : bool
        One-dimensional images are welcome too.
    refuse : callable or None
        From the arguments to what is wrong with them together, in a sentence; empty if nothing is. The script
        that comes from a call has no need to ask again.
    creates : bool
        It takes no image and makes one.
    memory : int
        How many times the image, as floating point, it needs: with less it is not begun.
    """

    name: str
    title: str
    menu: str
    function: Callable[..., Frame]
    parameters: tuple[Parameter, ...]
    shortcut: str = ""
    reach: Reach | None = None
    view: bool = False
    requires: Requires = ""
    makes: int | None = None
    flat: bool = False
    refuse: Refuse | None = None
    creates: bool = False
    memory: int = 4

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        """The docstring's text between its first line and its first section."""
        text = (inspect.getdoc(self.function) or "").partition("\n")[2]
        return re.split(r"^\w[\w ]*\n-+\n", text, maxsplit=1, flags=re.M)[0].strip()

    @property
    def reports(self) -> bool:
        """Whether the function says itself how far it is."""
        return "progress" in inspect.signature(self.function).parameters

    @cached_property
    def masks(self) -> bool:
        """Whether the function takes care of masked pixels itself; others get NaN in their place."""
        return self.requires == "mask" or "frame.mask" in inspect.getsource(self.function)

    @cached_property
    def pixels(self) -> bool:
        """Whether the function looks at pixels; others change the header alone, and no pixel is read."""
        return self.masks or self.creates or "frame.data" in inspect.getsource(self.function)

    @property
    def images(self) -> tuple[Parameter, ...]:
        """Those parameters that are other images, or lists of them."""
        return tuple(each for each in self.parameters if each.kind in ("image", "images"))

    def check(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return all arguments, checked and completed, in the order of the signature.

        Raises
        ------
        ViewerError
            If one is unknown, missing or wrong.
        """
        known = {parameter.name for parameter in self.parameters}
        for name in arguments:
            if name not in known:
                listed = ", ".join(parameter.name for parameter in self.parameters)
                takes = f"it takes {listed}" if listed else "it takes none"
                raise ViewerError(f"{self.name} has no parameter {name}: {takes}.")
        checked = {}
        for parameter in self.parameters:
            value = arguments.get(parameter.name, parameter.default)
            if value is None and parameter.kind == "image" and not parameter.optional:
                raise ViewerError(f"{self.name} needs another image: say which with {parameter.name}.")
            if not value and parameter.kind == "images":
                raise ViewerError(f"{self.name} needs images to work with: say which with {parameter.name}.")
            checked[parameter.name] = parameter.check(value)
        problem = self.refuse(**checked) if self.refuse else ""
        if problem:
            raise ViewerError(problem)
        return checked


def operation(
    menu: str,
    title: str,
    *,
    shortcut: str = "",
    reach: Reach | None = None,
    view: bool = False,
    requires: Requires = "",
    makes: int | None = None,
    flat: bool = False,
    refuse: Refuse | None = None,
    memory: int = 4,
) -> Callable[[Callable[..., Frame]], Callable[..., Frame]]:
    """Declare a function to be an operation.

    The function takes a frame (or nothing, if it creates one) and keyword arguments with defaults, and
    returns ``frame.derive(...)``. From its signature, docstring and source come the menu entry, the dialog,
    the checks, HISTORY, recipe, script, command line and reference.

    Parameters
    ----------
    menu, title, shortcut, reach, view, requires, makes, flat, refuse, memory
        See `Operation`.

    Raises
    ------
    TypeError
        If the declaration is wrong.
    """

    def declare(function: Callable[..., Frame]) -> Callable[..., Frame]:
        name = function.__name__
        if name in _registry and _registry[name].function.__module__ != function.__module__:
            raise TypeError(f"there are two operations {name}")
        hints = typing.get_type_hints(function)
        first = next(iter(inspect.signature(function).parameters.values()), None)
        takes_frame = first is not None and first.kind is not inspect.Parameter.KEYWORD_ONLY
        if first is not None and takes_frame and (first.name != "frame" or hints[first.name] is not Frame):
            raise TypeError(f"{name}: the first parameter has to be 'frame: Frame'")
        _registry[name] = Operation(
            name,
            title,
            menu,
            function,
            parameters_of(function),
            shortcut,
            reach,
            view,
            requires,
            makes,
            flat,
            refuse,
            not takes_frame,
            memory,
        )
        return function

    return declare


def operations() -> dict[str, Operation]:
    """Return all operations by name, in the order of their declarations.

    The package `viewer.core.operations` has to be imported first: that fills the registry.
    """
    return dict(_registry)


def find(name: str) -> Operation:
    """Return an operation by its name.

    Raises
    ------
    ViewerError
        If there is none; the message names similar ones.
    """
    if name not in _registry:
        close = difflib.get_close_matches(name, _registry, 3, 0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else "skyloupe operations lists them all."
        shown = "".join(letter if letter.isprintable() else "?" for letter in name[:60])
        raise ViewerError(f"there is no operation '{shown}': {hint}")
    return _registry[name]
