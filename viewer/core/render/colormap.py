"""ColorMap: colours by name, from the tables that ship with the program."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.resources import resource

Array = np.ndarray[Any, np.dtype[Any]]

# grey first, then matplotlib's, then DS9's in the order of its menu
_GREY = ("grey",)
_MATPLOTLIB = ("viridis", "plasma", "inferno", "magma", "cividis", "twilight", "turbo")
_DS9 = (
    *("red", "green", "blue", "a", "b", "bb", "he", "i8", "aips0", "sls", "hsv"),
    *("heat", "cool", "rainbow", "standard", "staircase", "color"),
)
_NAMES = (*_GREY, *_MATPLOTLIB, *_DS9)
_ALIASES = {"gray": "grey"}


@dataclass(frozen=True)
class ColorMap:
    """A sequence of colours.

    Attributes
    ----------
    name : str
        One of `ColorMap.names`; upper case and "gray" are understood.
    inverted : bool
        Whether the last colour comes first.
    """

    name: str = "grey"
    inverted: bool = False

    def __post_init__(self) -> None:
        name = _ALIASES.get(self.name.lower(), self.name.lower())
        if name not in _NAMES:
            raise ViewerError(f"There is no colour map called {self.name!r}; use one of {', '.join(_NAMES)}.")
        object.__setattr__(self, "name", name)

    @staticmethod
    def names() -> tuple[str, ...]:
        """Names of all colour maps, in the order of a menu."""
        return _NAMES

    def rgb(self) -> Array:
        """Return the colours from the lowest value to the highest.

        Returns
        -------
        numpy.ndarray
            float64 of shape (256, 3), 0 to 1.
        """
        table = _table(self.name)
        return table[::-1] if self.inverted else table

    def packed(self) -> Array:
        """Return the colours as numbers 0xffRRGGBB.

        Returns
        -------
        numpy.ndarray
            uint32 of shape (256,).
        """
        red, green, blue = np.rint(self.rgb() * 255).astype(np.uint32).T
        return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


@cache
def _table(name: str) -> Array:
    if name == "grey":
        table = np.repeat(np.linspace(0, 1, 256)[:, np.newaxis], 3, axis=1)
    else:
        lines = resource(f"colormaps/{name}.csv").read_text(encoding="ascii").splitlines()[1:]
        table = np.array([line.split(",") for line in lines], dtype=np.float64) / 255
    table.flags.writeable = False
    return table
