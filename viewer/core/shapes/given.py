"""Given: a region as its file gives it, before it is placed on an image, and what could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from viewer.core.shapes.region import Kind

SKY = ("icrs", "fk5", "fk4", "galactic", "ecliptic")
"""Frames on the sky that regions are read and written in."""

_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Given:
    """A region in the coordinates of its file.

    Attributes
    ----------
    line : int
        Of the file, from 1; of a table the row.
    kind : str
        As `Region.kind`.
    frame : str
        image, physical, detector, or one of the sky.
    positions : tuple of (float, float)
        Degrees, or 1-based pixels.
    size : tuple of float
        In `unit`; for a vector its length.
    unit : str
        ``arcsec``, ``image`` or ``physical``, which is that of all of its sizes.
    angle : float
        Degrees, from the frame's own x axis; on the sky from west through north.
    looks : dict
        Further fields of `Region`: name, colour, tags, include, width, symbol, style.
    """

    line: int
    kind: Kind
    frame: str
    positions: tuple[tuple[float, float], ...]
    size: tuple[float, ...] = ()
    unit: str = "image"
    angle: float = 0.0
    looks: dict[str, Any] = field(default_factory=dict)


class Unreadable(Exception):
    """Why one region cannot be read, as the end of a sentence."""


class Problems:
    """What could not be read: reasons with the lines that each is true of.

    Parameters
    ----------
    word : str
        What is counted: ``line`` of a text, ``row`` of a table.
    """

    def __init__(self, word: str = "line") -> None:
        self._word = word
        self._lines: dict[str, list[int]] = {}

    def add(self, line: int, reason: str) -> None:
        """Remember a reason, for a line; 0 is the whole file."""
        self._lines.setdefault(reason, []).append(line)

    def extend(self, lines: Iterable[int], reason: str) -> None:
        """Remember a reason, for many lines."""
        for line in lines:
            self.add(line, reason)

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each reason, in the order of the file."""
        found = sorted(self._lines.items(), key=lambda each: each[1][0])
        return tuple(f"{self._places(lines)}: {reason}" for reason, lines in found)

    def _places(self, lines: list[int]) -> str:
        many = len(lines)
        lines = list(dict.fromkeys(lines))
        if lines == [0]:
            return "the file"
        if len(lines) == 1:
            return f"{self._word} {lines[0]}" + (f" ({many} times)" if many > 1 else "")
        shown = ", ".join(map(str, lines[:_MOST_LINES]))
        more = len(lines) - _MOST_LINES
        return f"{self._word}s {shown}" + (f" and {more} more" if more > 0 else "")
