"""Packaged: CASA region files and FITS region tables, which the regions package reads, taken over from it."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.io.fits.verify import VerifyError
from astropy.table import QTable
from regions import Regions
from regions.io.fits.core import FITSParserError

from viewer.core.errors import ViewerError
from viewer.core.progress import Progress
from viewer.core.quiet import quiet
from viewer.core.shapes.given import SKY, Given, Problems, Unreadable
from viewer.core.shapes.region import Kind

_KINDS: dict[str, Kind] = {
    "Circle": "circle",
    "Ellipse": "ellipse",
    "Rectangle": "box",
    "Polygon": "polygon",
    "CircleAnnulus": "annulus",
    "EllipseAnnulus": "ellipse annulus",
    "RectangleAnnulus": "box annulus",
    "Point": "point",
    "Line": "line",
    "Text": "text",
}
_SIZES = ("radius", "inner_radius", "outer_radius", "width", "height")
_PAIRS = ("inner_width", "inner_height", "outer_width", "outer_height")
_SYMBOLS = {"o": "circle", "s": "box", "D": "diamond", "d": "diamond", "+": "cross", "x": "x", "X": "x"}
_BOX = re.compile(r"[-+]?\s*(?:ann\s+)?box\s*\[")
_HEXADECIMAL = re.compile(r"(?=.*\d)[0-9a-fA-F]{6}")
# what the readers of the package raise on a line that is none
_REFUSALS = (FITSParserError, ValueError, KeyError, IndexError, TypeError, AttributeError)


def from_crtf(text: str, problems: Problems, progress: Progress) -> list[Given]:
    """Read a CASA region text file, line by line.

    Parameters
    ----------
    text : str
        Its content.
    problems : Problems
        Where it says what could not be read.
    progress : Progress
        Told how much is done.

    Returns
    -------
    list of Given
        Pixels, which CASA counts from 0, are counted from 1.
    """
    shared: list[str] = []
    found: list[Given] = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        progress.report(number / len(lines))
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("global"):
            shared.append(line)
            continue
        # without a word about it, CASA means the frame of the image: J2000 for all that have degrees
        start = [] if "pix" in line else ["global coord=J2000"]
        lines_to_read = "\n".join([*start, *shared, line])
        try:
            region = _only(partial(Regions.parse, lines_to_read, format="crtf"))
            given = _given(region, number)
            if _BOX.match(line) and given.unit == "arcsec":
                # its corners differ in longitude by more than it is wide
                width, height = given.size
                narrow = float(np.cos(np.radians(given.positions[0][1])))
                given = replace(given, size=(width * narrow, height))
            given.looks.update(_crtf_looks(region))
        except Unreadable as reason:
            problems.add(number, str(reason))
            continue
        if "range" in region.meta:
            problems.add(number, "its range of frequencies or velocities is not kept")
        found.append(given)
    return found


def from_table(content: bytes, name: str, problems: Problems, progress: Progress) -> list[Given]:
    """Read the region table of a FITS file, row by row.

    X and Y of such tables are physical coordinates.

    Raises
    ------
    ViewerError
        If there is none in the file.
    """
    table = _table(content, name, problems)
    found = []
    for number in progress.each(range(len(table))):
        row = table[number : number + 1]
        try:
            region = _only(partial(Regions.parse, row, format="fits"))
            given = _given(region, number + 1, "physical", 0.0)
            if given.kind == "ellipse annulus":
                turns = np.atleast_1d(row["ROTANG"][0])
                if len(turns) > 1 and turns[0] != turns[1]:
                    raise Unreadable("its two ellipses are turned by different angles: left out")
                # R holds the semi-axes of the inner ellipse, then those of the outer one, as CFITSIO has it;
                # the package takes them for widths, then heights
                inner, second, outer, fourth = (2 * value for value in given.size)
                given = replace(given, size=(inner, outer, second, fourth))
        except Unreadable as reason:
            shape = str(row["SHAPE"][0]).strip() if "SHAPE" in table.colnames else "row"
            problems.add(number + 1, f"{shape}: {reason}")
            continue
        if "component" in region.meta:
            given.looks["tags"] = (f"component {region.meta['component']}",)
        given.looks["include"] = bool(region.meta.get("include", True))
        found.append(given)
    return found


def _table(content: bytes, name: str, problems: Problems) -> QTable:
    """Return the columns that say where the regions of a file are."""
    try:
        with quiet() as said, fits.open(io.BytesIO(content)) as hdus:
            index = next((i for i, hdu in enumerate(hdus) if hdu.name == "REGION"), None)
            if index is None:
                raise ViewerError(f"{name} has no table of regions, which would be called REGION")
            table = QTable.read(hdus, hdu=index)
            wanted = ("SHAPE", "X", "Y", "R", "ROTANG", "COMPONENT")
            table = table[[column for column in wanted if column in table.colnames]]
            if "ROTANG" in table.colnames and table["ROTANG"].unit is None:
                table["ROTANG"] = table["ROTANG"] * units.deg
    except (OSError, VerifyError, *_REFUSALS) as error:
        raise ViewerError(f"{name} cannot be read as a table of regions: {_sentence(error)}") from error
    for each in said:
        # what a unit is called does not matter here, that rows are missing does
        if "unit" not in each:
            problems.add(0, _sentence(each))
    return table


def _only(read: Callable[[], Any]) -> Any:
    """Return the one region that is read, else say why there is none."""
    try:
        with quiet() as said:
            regions = read()
    except _REFUSALS as error:
        raise Unreadable(f"{_sentence(error)}: left out") from error
    if len(regions) != 1:
        reason = _sentence(said[0]) if said else "no region"
        raise Unreadable(f"{reason}: left out")
    return regions[0]


def _sentence(error: object) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text if len(text) <= 120 else text[:119] + "…"


def _given(region: Any, line: int, frame: str = "image", first: float = 1.0) -> Given:
    """Return a region of the package in our own terms; `first` is added to its pixels."""
    name = type(region).__name__
    kind = _KINDS.get(name.removesuffix("PixelRegion").removesuffix("SkyRegion"))
    if kind is None:
        raise Unreadable(f"a {name} cannot be represented: left out")
    places = [
        getattr(region, each) for each in ("center", "vertices", "start", "end") if hasattr(region, each)
    ]
    names = _PAIRS if hasattr(region, "inner_width") else _SIZES
    sizes = [value for each in names if (value := getattr(region, each, None)) is not None]
    halves = 0.5 if kind.startswith("ellipse") else 1.0
    turn = float(region.angle.to_value(units.deg)) if hasattr(region, "angle") else 0.0
    unit = frame
    if name.endswith("SkyRegion"):
        frame, positions, turned = _sky(places)
        turn += turned
        unit = "arcsec"
        if sizes and all(units.Quantity(size).unit.is_equivalent(units.one) for size in sizes):
            unit = "image"
    else:
        xs = np.concatenate([np.atleast_1d(np.asarray(place.x, float)) for place in places]) + first
        ys = np.concatenate([np.atleast_1d(np.asarray(place.y, float)) for place in places]) + first
        positions = list(zip(xs.tolist(), ys.tolist(), strict=True))
        while kind == "polygon" and len(positions) > 3 and positions[-1] == (first, first):
            # tables fill the rows of smaller polygons up
            positions.pop()
    size = tuple(_number(value, unit) * halves for value in sizes)
    if not np.isfinite(positions).all() or not np.isfinite(size).all():
        raise Unreadable("a coordinate or size is not a number: left out")
    return Given(line, kind, frame, tuple(positions), size, unit, turn % 360.0)


def _number(value: Any, unit: str) -> float:
    quantity = units.Quantity(value)
    if unit == "arcsec":
        return float(quantity.to_value(units.arcsec))
    return float(quantity.value)


def _sky(places: list[Any]) -> tuple[str, list[tuple[float, float]], float]:
    """Return frame and positions in degrees, and how far angles turn where the frame becomes ICRS."""
    first = places[0]
    frame = {"barycentricmeanecliptic": "ecliptic"}.get(first.frame.name, first.frame.name)
    turned = 0.0
    equinox = getattr(first.frame, "equinox", None)
    usual = equinox is None or str(equinox.value) in ("J2000.000", "B1950.000")
    if frame not in SKY or not usual:
        frame = "icrs"
        centre = first if first.isscalar else first[0]
        north = centre.directional_offset_by(0 * units.deg, 1 * units.arcsec)
        turned = float(centre.icrs.position_angle(north.icrs).to_value(units.deg))
        places = [place.icrs for place in places]
    positions = []
    for place in places:
        sphere = SkyCoord(place).spherical
        lon, lat = np.atleast_1d(sphere.lon.deg), np.atleast_1d(sphere.lat.deg)
        positions += list(zip(lon.tolist(), lat.tolist(), strict=True))
    return frame, positions, turned


def _crtf_looks(region: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"include": bool(region.meta.get("include", True))}
    name = getattr(region, "text", "") or region.meta.get("label", "")
    if name:
        found["name"] = str(name)
    colour = str(region.visual.get("color", ""))
    if colour:
        found["colour"] = f"#{colour.lower()}" if _HEXADECIMAL.fullmatch(colour) else colour
    width = str(region.visual.get("linewidth", ""))
    if width.isdecimal():
        found["width"] = int(width)
    symbol = _SYMBOLS.get(str(region.visual.get("symbol", "")))
    if symbol:
        found["symbol"] = symbol
    return found
