"""Star files: a list of stars as an astropy table, and as CSV, ECSV, FITS, VOTable or DS9 regions."""

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy import units
from astropy.table import Table

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.names import shown

if TYPE_CHECKING:
    from viewer.core.measure.starlist import StarList

SUFFIXES = (".csv", ".ecsv", ".fits", ".vot", ".reg")
# unit (image: that of the pixels), digits in a text, what it is
DESCRIBED = {
    "x": ("pix", ".4f", "column as FITS counts: the first pixel's centre is 1"),
    "y": ("pix", ".4f", "row as FITS counts: the first pixel's centre is 1"),
    "ra": ("deg", ".8f", "right ascension, ICRS"),
    "dec": ("deg", ".8f", "declination, ICRS"),
    "flux": ("image", ".7g", "sum in the aperture, above the background"),
    "flux_err": ("image", ".5g", "standard error of flux"),
    "peak": ("image", ".7g", "brightest pixel, above the background"),
    "fwhm": ("pix", ".4f", "full width at half maximum, geometric mean of both axes"),
    "ellipticity": ("", ".4f", "1 - b/a"),
    "theta": ("deg", ".3f", "direction of the longer axis, counter-clockwise from x"),
    "snr": ("", ".5g", "flux / flux_err"),
    "saturated": ("", "", "pixels are full, so flux and peak are too low"),
    "background": ("image", ".7g", "level of the sky at the star"),
    "flags": ("", "", "what the numbers suffer from"),
    "mag": ("mag", ".4f", "magnitude by the zero point"),
    "mag_err": ("mag", ".4f", "standard error of mag"),
}


def star_table_of(stars: "StarList") -> Table:
    """Return an astropy table with units and descriptions; with magnitudes if there is a zero point."""
    table = Table({name: stars.table[name].copy() for name in stars.table.dtype.names or ()})
    table["x"] += 1
    table["y"] += 1
    if stars.zero_point is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            table["mag"] = stars.zero_point - 2.5 * np.log10(stars["flux"])
            table["mag_err"] = 2.5 / math.log(10) / np.where(stars["flux"] > 0, stars["snr"], np.nan)
        table["mag"][~np.isfinite(table["mag"])] = np.nan
    for name, (unit, digits, text) in DESCRIBED.items():
        if name in table.colnames:
            table[name].info.description = text
            if digits:
                table[name].info.format = digits
            table[name].unit = _image_unit(stars.unit) if unit == "image" else unit or None
    table.meta = {key: value for key, value in _facts(stars).items() if value is not None and value == value}
    return table


def write_stars(stars: "StarList", path: Path, overwrite: bool = False) -> None:
    """Write a list of stars; the suffix says as what.

    Raises
    ------
    ViewerError
        If the suffix is unknown or the file cannot be written.
    """
    suffix = check_suffix(path)
    content = as_regions(stars).encode() if suffix == ".reg" else table_bytes(star_table_of(stars), suffix)
    with written(path, overwrite=overwrite) as file:
        file.write(content)


def check_suffix(path: Path) -> str:
    """Return the suffix of a file for stars.

    Raises
    ------
    ViewerError
        If it is of no kind that can be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ViewerError(f"{path.name} cannot be written: a list of stars is {', '.join(SUFFIXES)}")
    return suffix


def table_bytes(table: Table, suffix: str) -> bytes:
    """Return a table as the content of a file with this suffix."""
    if suffix == ".csv":
        # 0 and 1 are numbers everywhere
        table["saturated"] = table["saturated"].astype(np.uint8)
        text = io.StringIO()
        table.write(text, format="ascii.csv")
        return text.getvalue().encode()
    if suffix == ".ecsv":
        text = io.StringIO()
        table.write(text, format="ascii.ecsv")
        return text.getvalue().encode()
    content = io.BytesIO()
    if suffix == ".fits":
        table.write(content, format="fits")
    else:
        table.write(content, format="votable")
    return content.getvalue()


def as_regions(stars: "StarList") -> str:
    """Return DS9 regions: the aperture of each star as a circle, red if it is saturated."""
    lines = [
        "# Region file format: DS9 version 4.1",
        'global color=green dashlist=8 3 width=1 font="helvetica 10 normal roman" select=1 highlite=1 dash=0 '
        "fixed=0 edit=1 move=1 delete=1 include=1 source=1",
        "image",
    ]
    radius = stars.aperture if stars.aperture > 0 else 5.0
    for number, star in enumerate(stars.table, 1):
        colour = "color=red " if star["saturated"] else ""
        lines.append(
            f"circle({star['x'] + 1:.4f},{star['y'] + 1:.4f},{radius:.3f}) # {colour}text={{{number}}}"
        )
    return "\n".join([*lines, ""])


def _facts(stars: "StarList") -> dict[str, Any]:
    """Return what a table says of all of its rows; keywords fit into a FITS header."""
    return {
        # FITS knows ASCII only
        "IMAGE": shown(stars.name).encode("ascii", "backslashreplace").decode() or None,
        "METHOD": stars.method,
        "THRESH": float(stars.threshold),
        "APERTURE": float(stars.aperture),
        "FWHM": float(stars.median_fwhm),
        "SKY": float(stars.background),
        "NOISE": float(stars.noise),
        "GAIN": stars.gain,
        "SATURATE": stars.saturation,
        "MAGZERO": stars.zero_point,
    }


def _image_unit(text: str) -> units.UnitBase | None:
    if not text:
        return None
    try:
        return units.Unit(text)
    except (ValueError, TypeError):
        return units.Unit(text, parse_strict="silent")
