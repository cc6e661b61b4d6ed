"""Measured: the statistics of regions as the panel shows and copies them."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.histogram import values_histogram
from viewer.core.measure.plane import Plane
from viewer.core.measure.regionstats import line_length, region_pixels, region_statistics
from viewer.core.script.question import Question
from viewer.core.session.document import Picture
from viewer.core.shapes.region import Region
from viewer.ui.panels.numbers import without_zeros
from viewer.ui.regions.describing import Sky, sky_of, title_of
from viewer.ui.regions.lengths import separation

LINES = ("line", "ruler", "vector")
# of a shape with an inside, in the order in which files have them
NUMBERS = (
    "area",
    "area_arcsec2",
    "pixels",
    "missing",
    "sum",
    "mean",
    "median",
    "std",
    "min",
    "max",
    "clipped_mean",
    "clipped_median",
    "clipped_std",
    "centroid_x",
    "centroid_y",
)
LENGTHS = ("length", "length_arcsec", "angle", "position_angle")
DIGITS = 7


@dataclass(frozen=True, eq=False)
class Measured:
    """What was found of one region.

    Attributes
    ----------
    region : Region
        As it was measured.
    numbers : mapping of str to object
        What `region_statistics` or `line_length` returned.
    histogram : mapping or None
        What `values_histogram` returned.
    sentence : str
        Why there are no numbers.
    """

    region: Region
    numbers: Mapping[str, Any]
    histogram: Mapping[str, Any] | None = None
    sentence: str = ""

    @property
    def notes(self) -> str:
        """What has to be known about the numbers."""
        return "; ".join((*self.numbers.get("notes", ()), *((self.sentence,) if self.sentence else ())))


def measure(region: Region, picture: Picture, with_histogram: bool = True) -> Measured:
    """Measure a region of the plane that is shown.

    Parameters
    ----------
    region : Region
        Any.
    picture : Picture
        Its image; on the sky only if the WCS is ready.
    with_histogram : bool
        Count the values too.
    """
    frame, plane = picture.frame, picture.plane
    try:
        # a WCS that does not work leaves the sky out
        sky = sky_of(region, picture) if picture.detailed and frame.world.celestial_wcs is not None else None
        data = Plane(frame, plane)
        if region.kind in LINES:
            return Measured(region, _line(region, data, frame, plane, picture.detailed, sky))
        if region.kind == "text":
            return Measured(region, {}, sentence="A text has no inside to measure.")
        arguments = arguments_of(region)
        numbers = region_statistics(data, **arguments, scale=0.0 if sky is None else sky.scale)
        histogram = None
        if with_histogram and numbers["pixels"]:
            histogram = values_histogram(region_pixels(data, **arguments)[0])
    except ViewerError as error:
        return Measured(region, {}, sentence=str(error))
    return Measured(region, numbers, histogram)


def arguments_of(region: Region) -> dict[str, Any]:
    """Return a region as the functions that measure want it: positions counted from 1."""
    return {
        "kind": region.kind,
        "points": tuple((x + 1, y + 1) for x, y in region.points),
        "size": region.size,
        "angle": region.angle,
    }


def question_of(region: Region, picture: Picture) -> Question:
    """Return the measurement of a region as a function with its arguments, to be shown as Python."""
    title = f"{title_of(region)} {region.name}".strip()
    if region.kind in LINES:
        (x1, y1), (x2, y2) = ((x + 1, y + 1) for x, y in region.points)
        return Question(line_length, {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, title)
    arguments = {name: value for name, value in arguments_of(region).items() if value or name == "kind"}
    return Question(region_statistics, arguments, title)


def _line(
    region: Region, data: Plane, frame: Frame, plane: tuple[int, ...], detailed: bool, sky: Sky | None
) -> dict[str, Any]:
    (x1, y1), (x2, y2) = region.points
    found = line_length(data, x1=x1 + 1, y1=y1 + 1, x2=x2 + 1, y2=y2 + 1)
    found["position_angle"] = math.nan
    if detailed and sky is not None:
        # along the great circle: the scale may change on the way
        lon, lat = frame.world.skies((x1, x2), (y1, y2), "icrs", plane)
        distance, angle = separation((lon[0], lat[0]), (lon[1], lat[1]))
        found["length_arcsec"], found["position_angle"] = distance, angle
    return found


def number_text(value: Any) -> str:
    """Return a number with as many digits as mean something; a dash for what is not known."""
    if isinstance(value, int):
        return f"{value:,}"
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    if abs(value) < 1e9 and float(value).is_integer():
        return f"{value:,.0f}"
    power = math.floor(math.log10(abs(value)))
    if not -3 <= power < 9:
        mantissa, _, exponent = f"{value:.{DIGITS - 1}e}".partition("e")
        return f"{without_zeros(mantissa)}e{int(exponent)}"
    return f"{value:,.{max(0, DIGITS - 1 - max(0, power))}f}"


def as_text(found: Sequence[Measured], image: str, unit: str) -> str:
    """Return the numbers for people: a line for each."""
    blocks = []
    for each in found:
        lines = [f"{title_of(each.region)} {each.region.name}".strip() + f" in {image}"]
        lines += [
            f"{name}\t{number_text(each.numbers[name])}"
            for name in (*NUMBERS, *LENGTHS)
            if name in each.numbers
        ]
        if unit:
            lines.append(f"unit\t{unit}")
        if each.notes:
            lines.append(f"notes\t{each.notes}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_csv(found: Sequence[Measured]) -> str:
    """Return the numbers for programs: a row for each region, positions counted from 1."""
    columns = [name for name in (*NUMBERS, *LENGTHS) if any(name in each.numbers for each in found)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "name", "x_centre", "y_centre", *columns, "notes"])
    for each in found:
        x, y = each.region.centre
        values = [each.numbers.get(name, "") for name in columns]
        writer.writerow([each.region.kind, each.region.name, x + 1, y + 1, *values, each.notes])
    return out.getvalue()
