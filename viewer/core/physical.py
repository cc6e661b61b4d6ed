"""Physical and detector coordinates: the linear systems of LTM/LTV and DTM/DTV cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.header import CardRow


@dataclass(frozen=True)
class Affine:
    """``p' = matrix p + offset`` of FITS positions (1-based, x first).

    Attributes
    ----------
    name : str
        ``physical`` or ``detector``.
    matrix : numpy.ndarray
        Two by two.
    offset : numpy.ndarray
        Two numbers.
    """

    name: str
    matrix: np.ndarray[Any, Any]
    offset: np.ndarray[Any, Any]

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """Return the coordinates of a 0-based image position."""
        with np.errstate(all="ignore"):
            found = self.matrix @ (x + 1.0, y + 1.0) + self.offset
        return float(found[0]), float(found[1])


def linear_systems(rows: Sequence[CardRow]) -> list[Affine]:
    """Return the physical and the detector coordinates that a header describes.

    IRAF's definitions: image = LTM physical + LTV, and detector = DTM physical + DTV.
    """
    values = {row.keyword: row.typed for row in reversed(rows) if row.keyword[1:3] in ("TM", "TV")}
    image = _affine(values, "L")
    detector = _affine(values, "D")
    found = []
    inverse = np.eye(2)
    start = np.zeros(2)
    if image is not None:
        matrix, offset = image
        if abs(np.linalg.det(matrix)) < 1e-12:
            return []
        inverse = np.linalg.inv(matrix)
        start = -inverse @ offset
        found.append(Affine("physical", inverse, start))
    if detector is not None:
        matrix, offset = detector
        found.append(Affine("detector", matrix @ inverse, matrix @ start + offset))
    return found


def _affine(values: dict[str, Any], letter: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    numbers = {
        keyword: float(value)
        for keyword, value in values.items()
        if keyword.startswith((f"{letter}TM", f"{letter}TV"))
        and isinstance(value, int | float)
        # beyond this there is no detector, only a broken card
        and abs(value) < 1e15
    }
    given = [f"{letter}TM{i}_{j}" for i in (1, 2) for j in (1, 2)] + [f"{letter}TV1", f"{letter}TV2"]
    if not any(keyword in numbers for keyword in given):
        return None
    matrix = np.array(
        [[numbers.get(f"{letter}TM{i}_{j}", float(i == j)) for j in (1, 2)] for i in (1, 2)], float
    )
    return matrix, np.array([numbers.get(f"{letter}TV{i}", 0.0) for i in (1, 2)])
