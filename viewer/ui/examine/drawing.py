"""What an answer looks like as a plot: axes with units, curves, lines and bands."""

import math
from dataclasses import dataclass

import numpy as np

from viewer.core.session.answer import Answer
from viewer.ui.plots.curves import Axes, Band, Curve, Line

# colours by number, the same thing always in the same one
PIXELS, GAUSSIAN, MOFFAT, MEANS, SKY = 0, 1, 2, 3, 2
MOST_NAMED = 4


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a plot is to show.

    Attributes
    ----------
    axes : Axes
        Titles and units.
    curves, lines, bands : tuple
        As `Plot.set_curves` takes them.
    square : bool
        Both axes are pixels of the image: a circle has to be one.
    """

    axes: Axes
    curves: tuple[Curve, ...]
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    square: bool = False


def drawing_of(answer: Answer) -> Drawing | None:
    """Return the plot of an answer; None if it is no curve."""
    makers = {
        "photometry": _radial,
        "radial": _radial,
        "photometer": _radial,
        "growth": _growth,
        "row": lambda answer: _along(answer, "x"),
        "column": lambda answer: _along(answer, "y"),
        "fit row": lambda answer: _fit(answer, "x"),
        "fit column": lambda answer: _fit(answer, "y"),
        "cut": _cut,
        "histogram": _histogram,
        "histogram of all": _histogram,
        "contours": _contours,
    }
    maker = makers.get(answer.kind)
    return None if maker is None else maker(answer)


def _value_axes(answer: Answer, x: str, x_unit: str = "px", y: str = "value") -> Axes:
    return Axes(x, y, x_unit, answer.unit)


def _radial(answer: Answer) -> Drawing | None:
    radius, value = answer.values("pixel_radius"), answer.values("pixel_value")
    if radius is None or value is None:
        return None
    curves = [Curve(radius, value, "pixels", "points", colour=PIXELS)]
    for name, title, colour in (("gaussian", "Gaussian", GAUSSIAN), ("moffat", "Moffat", MOFFAT)):
        curve = answer.values(f"curve_{name}")
        if curve is not None and np.isfinite(curve).any():
            fwhm = answer.number_of(f"fwhm_{name}")
            label = f"{title}, FWHM {fwhm:.2f} px" if math.isfinite(fwhm) else title
            curves.append(
                Curve(answer.values("curve_radius"), curve, label, colour=colour, dashed=name == "moffat")
            )
    lines = [Line(0.0, vertical=False)]
    fwhm = answer.number_of("fwhm")
    if math.isfinite(fwhm):
        lines.append(Line(fwhm / 2, "FWHM / 2", colour=GAUSSIAN))
    lines.append(Line(answer.number_of("radius"), "aperture"))
    bands = [Band(answer.star.get("inner", math.nan), answer.star.get("outer", math.nan), "sky", colour=SKY)]
    if answer.kind in ("photometry", "photometer"):
        bands = [Band(answer.number_of("inner"), answer.number_of("outer"), "sky", colour=SKY)]
    return Drawing(
        Axes("distance from the centre", "above the sky", "px", answer.unit),
        tuple(curves),
        tuple(lines),
        tuple(bands),
    )


def _growth(answer: Answer) -> Drawing | None:
    radius, flux, error = (answer.values(name) for name in ("radius", "flux", "flux_err"))
    if radius is None or flux is None:
        return None
    lines = [Line(answer.number_of(f"radius_{part}"), f"{part} %", colour=2) for part in (50, 90)]
    lines.append(Line(answer.number_of("radius_best"), "best S/N"))
    return Drawing(
        Axes("radius of the aperture", "flux inside", "px", answer.unit),
        (Curve(radius, flux, "flux", "points", error=error),),
        tuple(line for line in lines if math.isfinite(line.position)),
    )


def _along(answer: Answer, axis: str) -> Drawing | None:
    place, value = answer.values(axis), answer.values("value")
    if place is None or value is None:
        return None
    across = "row" if axis == "x" else "column"
    first, last = answer.result.get("first", 0), answer.result.get("last", 0)
    name = f"{across} {first}" if first == last else f"mean of {across}s {first} to {last}"
    # steps as wide as the pixels; of long rows the line through them
    style = "steps" if len(value) <= 3000 else "line"
    position = answer.x if axis == "x" else answer.y
    return Drawing(
        _value_axes(answer, axis), (Curve(place, value, name, style),), (Line(position + 1, "pointer"),)
    )


def _fit(answer: Answer, axis: str) -> Drawing | None:
    position, value = answer.values("position"), answer.values("value")
    if position is None or value is None:
        return None
    curves = [Curve(position, value, "pixels", "steps", colour=PIXELS)]
    fine = answer.values("fine_fit")
    lines = []
    if fine is not None and np.isfinite(fine).any():
        label = f"Gaussian, FWHM {answer.number_of('fwhm'):.2f} px"
        curves.append(Curve(answer.values("fine_position"), fine, label, colour=GAUSSIAN))
        lines.append(Line(answer.number_of("center"), "centre", colour=GAUSSIAN))
    return Drawing(_value_axes(answer, axis), tuple(curves), tuple(lines))


def _cut(answer: Answer) -> Drawing | None:
    distance, value = answer.values("distance"), answer.values("value")
    if distance is None or value is None:
        return None
    return Drawing(_value_axes(answer, "distance along the cut"), (Curve(distance, value, "cut", "line"),))


def _histogram(answer: Answer) -> Drawing | None:
    edges, count = answer.values("edges"), answer.values("count")
    if edges is None or count is None:
        return None
    return Drawing(Axes("value", "pixels", answer.unit, ""), (Curve(edges, count, "pixels", "bars"),))


def _contours(answer: Answer) -> Drawing | None:
    x, y, level, line = (answer.values(name) for name in ("x", "y", "level", "line"))
    if x is None or y is None or level is None or line is None:
        return None
    curves, levels = [], np.unique(level)
    # a legend of all would hide the lines
    named = set(levels[:: max(1, -(-len(levels) // MOST_NAMED))].tolist())
    for number, value in enumerate(levels):
        chosen = level == value
        ends = np.flatnonzero(np.diff(line[chosen])) + 1
        # a gap between one line and the next
        curves.append(
            Curve(
                np.insert(x[chosen], ends, np.nan),
                np.insert(y[chosen], ends, np.nan),
                f"{value:.5g} {answer.unit}".strip() if float(value) in named else "",
                colour=number,
            )
        )
    pointer = (Line(answer.x + 1), Line(answer.y + 1, vertical=False))
    return Drawing(Axes("x", "y", "px", "px"), tuple(curves), pointer, square=True)
