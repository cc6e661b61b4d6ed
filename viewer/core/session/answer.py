"""Answer: what was measured at one place of an image, as a frozen value."""

import math
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.session.asking import KINDS
from viewer.core.session.document import Document, Picture

if TYPE_CHECKING:
    from viewer.core.script.question import Question

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Answer:
    """What was measured at one place.

    Attributes
    ----------
    number : int
        Counts the answers of a session from 1; 0 for one that follows the pointer.
    kind : str
        One of `KINDS`.
    image : str
        Name of the image.
    x, y : float
        The place that was asked about, 0-based; of a cut its first end.
    end : tuple of float or None
        The other end of a cut.
    question : Question
        The function and its arguments.
    result : mapping
        What it returned.
    star : mapping
        Of a star: what else was measured of it.
    unit : str
        Of the image's values; empty if nobody says.
    plane : tuple of int
        Of a cube.
    ra, dec : float
        ICRS degrees of the place that was found; NaN without a WCS.
    scale : float
        Arcseconds for a pixel; NaN without a WCS.
    """

    number: int
    kind: str
    image: str
    x: float
    y: float
    end: tuple[float, float] | None
    question: "Question"
    result: Mapping[str, Any]
    star: Mapping[str, Any]
    unit: str
    plane: tuple[int, ...]
    _document: "weakref.ref[Document]"
    _frame: "weakref.ref[Frame]"
    ra: float = math.nan
    dec: float = math.nan
    scale: float = math.nan

    @property
    def title(self) -> str:
        """What was asked."""
        return KINDS[self.kind]

    @property
    def document(self) -> Document | None:
        """The document that it was asked of, unless that is closed."""
        return self._document()

    def belongs_to(self, picture: Picture | None) -> bool:
        """Whether its positions are those of an image as it is shown."""
        return picture is not None and self._frame() is picture.frame and self.plane == picture.plane

    def number_of(self, name: str) -> float:
        """Return one of its numbers, NaN if it has none of that name."""
        for found in (self.result, self.star):
            if isinstance(found.get(name), int | float):
                return float(found[name])
        return math.nan

    def values(self, name: str) -> Array | None:
        """Return one of its arrays, None if it has none of that name."""
        for found in (self.result, self.star):
            if isinstance(found.get(name), np.ndarray):
                return np.asarray(found[name])
        return None

    @property
    def notes(self) -> str:
        """What there is to know about the numbers."""
        notes = self.result.get("notes", "")
        return notes if isinstance(notes, str) else "; ".join(notes)

    @property
    def place(self) -> tuple[float, float]:
        """Where the star was found, or else what was pointed at; 0-based."""
        x, y = self.number_of("x") - 1, self.number_of("y") - 1
        return (x, y) if math.isfinite(x) and math.isfinite(y) else (self.x, self.y)
