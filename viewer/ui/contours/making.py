"""Making contours: from what the user chose to lines in the pixels of the image that is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.contours import contour_lines
from viewer.core.measure.plane import Plane
from viewer.core.progress import Progress
from viewer.core.script.question import Question
from viewer.core.session.layer import Contours

BY_HAND = "by hand"
SPACINGS = {"linear": "evenly spaced", "log": "logarithmic", "sigma": "3, 6, 12 … × noise", BY_HAND: BY_HAND}


@dataclass(frozen=True)
class Wanted:
    """What contours are to be drawn.

    Attributes
    ----------
    spacing : str
        One of `SPACINGS`.
    count : int
        How many levels.
    levels : tuple of float
        The levels that are given by hand.
    smooth : float
        Sigma of a Gaussian, in pixels of the image that they are made of.
    colour : str
        Of the lines.
    """

    spacing: str = "log"
    count: int = 8
    levels: tuple[float, ...] = ()
    smooth: float = 1.0
    colour: str = "#40c4ff"

    def question(self, name: str) -> Question:
        """Return what is calculated."""
        arguments: dict[str, Any] = {"smooth": self.smooth}
        if self.spacing == BY_HAND:
            arguments["levels"] = self.levels
        else:
            arguments |= {"spacing": self.spacing, "count": self.count}
        return Question(contour_lines, arguments, f"Contours of {name}")


@dataclass(frozen=True, eq=False)
class Made:
    """Contours, and what is to be said of them."""

    contours: Contours
    notes: tuple[str, ...]


def levels_of(text: str) -> tuple[float, ...]:
    """Return the levels that somebody typed, separated by commas or spaces.

    Raises
    ------
    ViewerError
        If a word is no number.
    """
    levels = []
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            levels.append(float(word))
        except ValueError:
            raise ViewerError(f"“{word}” is no number: type levels such as 100 200 400") from None
    if not levels or not np.isfinite(levels).all():
        raise ViewerError("type at least one level, such as 100 200 400")
    return tuple(levels)


def contours_work(
    wanted: Wanted, shown: Frame, source: Frame, plane: tuple[int, ...]
) -> Callable[[Progress], Made]:
    """Return what a worker does to make contours.

    Parameters
    ----------
    wanted : Wanted
        What to draw.
    shown : Frame
        Over which image.
    source : Frame
        Of which image; another one is brought over by the sky.
    plane : tuple of int
        Of the source, if it is a cube.
    """

    def work(_progress: Progress) -> Made:
        question = wanted.question(source.name)
        found = question.function(Plane(source, plane), **question.arguments)
        x, y = found["x"] - 1, found["y"] - 1
        if source is not shown:
            x, y = _over(shown, source, x, y, plane)
        lines = _lines(x, y, found)
        name = "" if source is shown else source.name
        contours = Contours(tuple(found["levels"].tolist()), lines, wanted.colour, name)
        return Made(contours, tuple(found["notes"]))

    return work


def _over(
    shown: Frame, source: Frame, x: np.ndarray, y: np.ndarray, plane: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of one image in the pixels of another one that shows the same sky."""
    for frame in (shown, source):
        if not frame.world.celestial:
            raise ViewerError(f"{frame.name} has no WCS, so nobody knows where the other image lies on it")
    lon, lat = source.world.skies(x, y, plane=plane)
    return shown.world.places(lon, lat)


def _lines(x: np.ndarray, y: np.ndarray, found: Mapping[str, Any]) -> tuple[tuple[np.ndarray, ...], ...]:
    """Return the lines of each level, cut where they have no position."""
    points = np.stack([x, y], axis=1)
    level, line = found["level"], found["line"]
    lines: list[tuple[np.ndarray, ...]] = []
    for value in found["levels"].tolist():
        chosen = level == value
        pieces = np.split(points[chosen], np.flatnonzero(np.diff(line[chosen])) + 1)
        lines.append(tuple(piece for whole in pieces for piece in _known(whole)))
    return tuple(lines)


def _known(line: np.ndarray) -> list[np.ndarray]:
    good = np.isfinite(line).all(axis=1)
    if good.all():
        return [line] if len(line) > 1 else []
    parts = np.split(line, np.flatnonzero(np.diff(good)) + 1)
    return [part for part in parts if len(part) > 1 and np.isfinite(part).all()]
