"""Asking: from a key and a place in the picture to the function that answers, with all its arguments."""

import math
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
    "histogram of all": "Histogram of the image",
    "photometer": "Under the pointer",
}
# those that look for the star at the place
OF_STARS = ("photometry", "radial", "growth")
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


def answer_of(
    kind: str,
    data: Any,
    x: float,
    y: float,
    choices: Choices,
    header: "Header | bytes",
    end: tuple[float, float] | None = None,
) -> tuple["Question", dict[str, Any], dict[str, Any]]:
    """Answer a question.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    data : Plane or numpy.ndarray
        The image.
    x, y : float
        Where, 0-based.
    choices : Choices
        How.
    header : Header or bytes
        Of the image: gain, saturation and zero point.
    end : tuple of float, optional
        The other end of a cut, 0-based.

    Returns
    -------
    tuple
        The question; what its function returned; and of a star, what else belongs to the answer.
    """
    # scipy and more, which only who measures needs
    from viewer.core.script.question import Question

    title = f"{KINDS[kind]} at {x + 1:.2f}, {y + 1:.2f}"
    if kind not in OF_STARS:
        function, arguments = _of_place(kind, data, x, y, choices, header, end)
        result = function(data, **arguments)
        around = _pixels_around(data, result) if kind == "photometer" else {}
        return Question(function, arguments, title), result, around
    from viewer.core.measure.growth import curve_of_growth
    from viewer.core.measure.radial import radial_profile
    from viewer.core.measure.starmeasure import measure_star

    arguments = star_arguments(x, y, choices, header)
    star = measure_star(data, **arguments)
    # neither of the others gives magnitudes
    plain = {name: value for name, value in arguments.items() if name != "zero_point"}
    # the profile is shown as far as the sky that it stands on
    profile = {**plain, "reach": round(star["outer"], 2)}
    if kind == "growth":
        return Question(curve_of_growth, plain, title), curve_of_growth(data, **plain, star=star), star
    if kind == "radial":
        return Question(radial_profile, profile, title), radial_profile(data, **profile, star=star), star
    return Question(measure_star, arguments, title), star, radial_profile(data, **profile, star=star)


def _of_place(
    kind: str,
    data: Any,
    x: float,
    y: float,
    choices: Choices,
    header: "Header | bytes",
    end: tuple[float, float] | None,
) -> tuple[Any, dict[str, Any]]:
    """Return the function that answers a question about a place, and its arguments."""
    # as above
    from viewer.core.measure import contours, cuts, examine, histogram, photometer

    at, width = {"x": round(x + 1, 3), "y": round(y + 1, 3)}, choices.width
    box = box_around(x, y, choices.box, data.shape)
    if kind == "cut" and end is not None:
        ends = {"x1": x + 1, "y1": y + 1, "x2": end[0] + 1, "y2": end[1] + 1}
        return cuts.line_cut, {**{name: round(place, 3) for name, place in ends.items()}, "width": width}
    simple: dict[str, tuple[Any, dict[str, Any]]] = {
        "row": (cuts.row_values, {"y": round(y) + 1, "width": width}),
        "column": (cuts.column_values, {"x": round(x) + 1, "width": width}),
        "fit row": (examine.gaussian_along, {**at, "axis": "x", "width": width}),
        "fit column": (examine.gaussian_along, {**at, "axis": "y", "width": width}),
        "statistics": (examine.box_statistics, {**at, "size": width}),
        "position": (examine.pixel_at, at),
        "pixels": (examine.pixel_values, {**at, "columns": GRID, "rows": GRID}),
        "contours": (contours.contour_lines, {"spacing": "log", "count": 8, **box}),
        "surface": (contours.surface_of, box),
        "histogram": (histogram.image_histogram, box),
        "histogram of all": (histogram.image_histogram, {}),
    }
    if kind == "photometer":
        return photometer.quick_photometry, _photometer_arguments(data, x, y, choices, header)
    return simple[kind]


def _photometer_arguments(
    data: Any, x: float, y: float, choices: Choices, header: "Header | bytes"
) -> dict[str, Any]:
    """Return what the light under the pointer is measured with: an aperture that suits the star there."""
    # as above
    from viewer.core.measure.photometer import quick_photometry

    arguments = star_arguments(x, y, choices, header)
    if choices.radius is None:
        fwhm = quick_photometry(data, x=x + 1, y=y + 1)["fwhm"]
        arguments["radius"] = round(min(max(3 * fwhm, 3.0), 40.0), 2) if math.isfinite(fwhm) else 5.0
    inner = arguments.get("inner", arguments["radius"] + 5)
    return {**arguments, "inner": inner, "outer": max(arguments.get("outer", inner + 5), inner + 1)}


def _pixels_around(data: Any, star: dict[str, Any]) -> dict[str, Any]:
    """Return the pixels around a star by their distance, to be drawn."""
    # as above
    import numpy as np

    from viewer.core.measure.window import pixels_around

    column, row, level = star["x"] - 1, star["y"] - 1, star["background"]
    values, left, low = pixels_around(data, column, row, star["outer"])
    if not values.size or math.isnan(level):
        return {}
    rows, columns = np.indices(values.shape)
    distance = np.hypot(columns + left - column, rows + low - row)
    near = (distance <= star["outer"]) & np.isfinite(values)
    return {"pixel_radius": distance[near], "pixel_value": values[near] - level}


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


def star_arguments(x: float, y: float, choices: Choices, header: "Header | bytes") -> dict[str, Any]:
    """Return what a star is measured with: where, how, and what the header knows of the detector."""
    # as above
    from viewer.core.measure.cards import gain_of, saturation_of, zero_point_of

    zero_point = zero_point_of(header) if choices.zero_point is None else choices.zero_point
    arguments = {
        "x": round(x + 1, 3),
        "y": round(y + 1, 3),
        "radius": choices.radius,
        "inner": choices.inner,
        "outer": choices.outer,
        "gain": gain_of(header),
        "saturation": saturation_of(header),
        "zero_point": DEFAULT_ZERO_POINT if zero_point is None else zero_point,
    }
    return {name: value for name, value in arguments.items() if value is not None}
