"""Asking: from a key and a place in the picture to the function that answers, with all its arguments."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from astropy.io.fits import Header

    from viewer.core.script.question import Question

# what is asked, and how it is called
KINDS = {
    "photometry": "Aperture photometry",
    "radial": "Radial profile",
    "growth": "Curve of growth",
    "statistics": "Statistics of a box",
    "row": "Line plot",
    "column": "Column plot",
    "fit row": "Gaussian fit along the line",
    "fit column": "Gaussian fit along the column",
    "contours": "Contours",
    "histogram": "Histogram",
    "surface": "Surface plot",
    "position": "Position",
    "pixels": "Pixel values",
    "cut": "Line cut",
}
DEFAULT_ZERO_POINT = 25.0
# rows and columns of the table of pixels
GRID = 9


@dataclass(frozen=True)
class Choices:
    """How stars and places are measured; lengths in pixels.

    Attributes
    ----------
    radius : float or None
        Of the aperture; None is three times the star's full width at half maximum.
    inner, outer : float or None
        Of the annulus whose pixels tell the sky; None is 5 pixels beyond the aperture, and 5 pixels wide.
    zero_point : float or None
        Magnitude of one count; None takes the header's, or 25.
    width : int
        Rows, columns or samples across a cut that are averaged, and the side of the box for statistics.
    box : int
        Side of the cut-out for contours, histogram and surface.
    """

    radius: float | None = None
    inner: float | None = None
    outer: float | None = None
    zero_point: float | None = None
    width: int = 5
    box: int = 41


def question_of(
    kind: str,
    x: float,
    y: float,
    choices: Choices,
    header: "Header | bytes",
    shape: tuple[int, int],
    end: tuple[float, float] | None = None,
) -> "Question":
    """Return what is to be calculated to answer a question.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    x, y : float
        Where, 0-based.
    choices : Choices
        How.
    header : Header or bytes
        Of the image: gain, saturation and zero point.
    shape : tuple of int
        Rows and columns of the image.
    end : tuple of float, optional
        The other end of a cut, 0-based.
    """
    # scipy and more, which only who measures needs
    from viewer.core.measure import contours, cuts, histogram
    from viewer.core.script.question import Question

    at = {"x": round(x + 1, 3), "y": round(y + 1, 3)}
    width = choices.width
    if kind == "row":
        return Question(cuts.row_values, {"y": round(y + 1), "width": width}, KINDS[kind])
    if kind == "column":
        return Question(cuts.column_values, {"x": round(x + 1), "width": width}, KINDS[kind])
    if kind == "cut" and end is not None:
        ends = {"x1": at["x"], "y1": at["y"], "x2": round(end[0] + 1, 3), "y2": round(end[1] + 1, 3)}
        return Question(cuts.line_cut, {**ends, "width": width}, KINDS[kind])
    box = box_around(x, y, choices.box, shape)
    if kind == "histogram":
        return Question(histogram.image_histogram, box, KINDS[kind])
    if kind == "contours":
        return Question(contours.contour_lines, {"spacing": "log", "count": 8, **box}, KINDS[kind])
    if kind == "surface":
        return Question(contours.surface, box, KINDS[kind])
    return Question(*_of_star(kind, at, choices, header), KINDS[kind])


def box_around(x: float, y: float, side: int, shape: tuple[int, int]) -> dict[str, int]:
    """Return the first and last column and row (FITS) of a box around a place, inside the image."""
    half = side // 2
    column, row = round(x) + 1, round(y) + 1
    return {
        "x1": max(1, column - half),
        "x2": min(shape[1], column + half),
        "y1": max(1, row - half),
        "y2": min(shape[0], row + half),
    }


def _of_star(
    kind: str, at: dict[str, float], choices: Choices, header: "Header | bytes"
) -> tuple[Any, dict[str, Any]]:
    """Return the function that measures a star, and its arguments."""
    # as above
    from viewer.core.measure.cards import gain_of, saturation_of, zero_point_of
    from viewer.core.measure.starmeasure import measure_star

    zero_point = choices.zero_point
    if zero_point is None:
        zero_point = zero_point_of(header)
    arguments: dict[str, Any] = {
        **at,
        "radius": choices.radius,
        "inner": choices.inner,
        "outer": choices.outer,
        "gain": gain_of(header),
        "saturation": saturation_of(header),
        "zero_point": DEFAULT_ZERO_POINT if zero_point is None else zero_point,
    }
    return measure_star, {name: value for name, value in arguments.items() if value is not None}
