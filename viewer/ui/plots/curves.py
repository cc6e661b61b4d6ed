"""What a plot shows, as values: curves, single lines and shaded bands."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Style = Literal["line", "points", "steps", "bars"]


@dataclass(frozen=True, eq=False)
class Curve:
    """Values against something.

    Attributes
    ----------
    x : numpy.ndarray
        Shape (n,). For ``steps`` and ``bars``: the middles, or shape (n + 1,) the edges of the steps.
    y : numpy.ndarray
        Shape (n,); NaN is a gap.
    name : str
        For the legend and the heading of the column.
    style : str
        ``line``, ``points``, ``steps`` or ``bars`` (filled steps, for histograms).
    error : numpy.ndarray, optional
        Shape (n,): half the length of the error bars.
    colour : int
        Number of the colour; -1 takes the curve's place in the list.
    dashed : bool
        For a line.
    """

    x: np.ndarray
    y: np.ndarray
    name: str = ""
    style: Style = "line"
    error: np.ndarray | None = None
    colour: int = -1
    dashed: bool = False

    @property
    def has_edges(self) -> bool:
        """Whether `x` holds the edges of steps."""
        return len(self.x) == len(self.y) + 1

    def middles(self) -> np.ndarray:
        """Return where each value stands, shape (n,)."""
        x = np.asarray(self.x, float)
        return (x[1:] + x[:-1]) / 2 if self.has_edges else x

    def outline(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of the line that is drawn; for steps, two for each."""
        x, y = np.asarray(self.x, float), np.asarray(self.y, float)
        if self.style not in ("steps", "bars") or not len(y):
            return x, y
        if not self.has_edges:
            between = (x[1:] + x[:-1]) / 2
            half = (x[-1] - x[-2]) / 2 if len(x) > 1 else 0.5
            first = x[0] - (x[1] - x[0]) / 2 if len(x) > 1 else x[0] - 0.5
            x = np.concatenate([[first], between, [x[-1] + half]])
        return np.repeat(x, 2)[1:-1], np.repeat(y, 2)


@dataclass(frozen=True)
class Line:
    """A straight line across the plot, such as an aperture's radius or a level.

    Attributes
    ----------
    position : float
        On the axis that it crosses.
    name : str
        Written beside it.
    vertical : bool
        At one `x`; otherwise at one `y`.
    colour : int
        Number of the colour; -1 is the colour of the axes.
    movable : bool
        The mouse can drag it: `Plot.line_moved` tells.
    """

    position: float
    name: str = ""
    vertical: bool = True
    colour: int = -1
    movable: bool = False


@dataclass(frozen=True)
class Band:
    """A shaded region from one `x` (or `y`) to another.

    Attributes
    ----------
    low, high : float
        Its edges.
    name : str
        Written in it.
    vertical : bool
        Between two `x`; otherwise between two `y`.
    colour : int
        Number of the colour.
    movable : bool
        The mouse can drag it and its edges: `Plot.band_moved` tells.
    """

    low: float
    high: float
    name: str = ""
    vertical: bool = True
    colour: int = 0
    movable: bool = False


@dataclass(frozen=True)
class Axes:
    """What the axes say.

    Attributes
    ----------
    x, y : str
        Their titles.
    x_unit, y_unit : str
        Shown in brackets.
    """

    x: str = ""
    y: str = ""
    x_unit: str = ""
    y_unit: str = ""

    @property
    def x_title(self) -> str:
        """The horizontal axis' title with its unit."""
        return titled(self.x, self.x_unit)

    @property
    def y_title(self) -> str:
        """The vertical axis' title with its unit."""
        return titled(self.y, self.y_unit)


def titled(label: str, unit: str) -> str:
    """Return a title with its unit in brackets, if there is one."""
    return f"{label} [{unit}]" if unit else label
