"""Columns of the table of stars: what each is called, how it is written, and by what it is found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from viewer.core.skyframes import SkyStyle

Array = np.ndarray[Any, np.dtype[Any]]
NOTHING = "–"


@dataclass(frozen=True)
class StarColumn:
    """One column.

    Attributes
    ----------
    key : str
        Its name in the table of stars, in files and in conditions; ``number`` counts the rows from 1.
    title, unit : str
        For the head of the column.
    tip : str
        What it means.
    text : callable
        Writes a number.
    first : float
        Added to the values of the table: positions are counted from 1 where they are read.
    logarithmic : bool
        Its values spread over powers of ten.
    """

    key: str
    title: str
    unit: str
    tip: str
    text: Callable[[float], str]
    first: float = 0.0
    logarithmic: bool = False

    def values(self, table: Array) -> Array:
        """Return the values of all rows as they are read; NaN where there are none."""
        if self.key == "number":
            return np.arange(1.0, len(table) + 1)
        if self.key not in (table.dtype.names or ()):
            return np.full(len(table), np.nan)
        return np.asarray(table[self.key], float) + self.first


def _fixed(digits: int) -> Callable[[float], str]:
    return lambda value: f"{value:.{digits}f}"


def _counts(value: float) -> str:
    """Write a flux: decimals only where they can matter."""
    size = abs(value)
    if size >= 1e9 or 0 < size < 1e-3:
        return f"{value:.4e}"
    return f"{value:.{1 if size >= 100 else 2 if size >= 1 else 5}f}"


def _degrees(value: float) -> str:
    return f"{value:.7f}"


COLUMNS = (
    StarColumn("number", "#", "", "Number of the star: the brightest is 1", _fixed(0)),
    StarColumn("x", "x", "px", "Column of the centroid; the first pixel is 1 (FITS)", _fixed(2), 1.0),
    StarColumn("y", "y", "px", "Row of the centroid; the first pixel is 1 (FITS)", _fixed(2), 1.0),
    StarColumn("ra", "RA", "", "Right ascension, ICRS (J2000)", _degrees),
    StarColumn("dec", "Dec", "", "Declination, ICRS (J2000)", _degrees),
    StarColumn("flux", "Flux", "", "Light above the background", _counts, logarithmic=True),
    StarColumn("flux_err", "± error", "", "Error of the flux (one sigma)", _counts, logarithmic=True),
    StarColumn("mag", "Mag.", "", "Magnitude", _fixed(3)),
    StarColumn("peak", "Peak", "", "Brightest pixel above the background", _counts, logarithmic=True),
    StarColumn("fwhm", "FWHM", "px", "Full width at half maximum", _fixed(2)),
    StarColumn(
        "ellipticity", "Ellipt.", "", "1 − b/a of the axes: 0 is round, towards 1 long and narrow", _fixed(3)
    ),
    StarColumn(
        "theta", "Angle", "°", "Direction of the longer axis, counter-clockwise from the x axis", _fixed(1)
    ),
    StarColumn("snr", "S/N", "", "Flux over its error", _fixed(1), logarithmic=True),
    StarColumn("saturated", "Sat.", "", "Saturated: its pixels are full, its flux is too low", _fixed(0)),
    StarColumn("background", "Sky", "", "Background at the star, of one pixel", _counts),
    StarColumn("flags", "Notes", "", "What was wrong or unusual with the measurement", _fixed(0)),
)
# by which stars can be coloured, and with which they can be labelled
COLOURED = ("flux", "mag", "peak", "fwhm", "ellipticity", "theta", "snr", "background")
LABELLED = ("number", "mag", "flux", "peak", "fwhm", "ellipticity", "snr")
_BY_KEY = {column.key: column for column in COLUMNS}


def column_of(key: str) -> StarColumn:
    """Return a column by its key."""
    return _BY_KEY[key]


def cell_text(column: StarColumn, table: Array, row: int, style: SkyStyle) -> str:
    """Write one cell.

    Parameters
    ----------
    column : StarColumn
        Which column.
    table : numpy.ndarray
        The stars.
    row : int
        Of the table of stars.
    style : SkyStyle
        How positions on the sky are written; in ICRS, as the column says.
    """
    if column.key == "number":
        return str(row + 1)
    if column.key not in (table.dtype.names or ()):
        return NOTHING
    value = table[column.key][row]
    if column.key == "saturated":
        return "yes" if value else ""
    if column.key == "flags":
        return flags_text(value)
    if column.key in ("ra", "dec"):
        texts = replace(style, frame="icrs").texts(float(table["ra"][row]), float(table["dec"][row]))
        return texts[column.key == "dec"] or NOTHING
    value = float(value) + column.first
    return column.text(value) if np.isfinite(value) else NOTHING


def flags_text(value: object) -> str:
    """Write what is to be said of a measurement; nothing if nothing is."""
    text = str(value)
    return "" if text == "0" else text
