"""Series table: a light curve as a frozen value, and as a file."""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.measure.lightcurve import steadiness
from viewer.core.names import shown

Array = np.ndarray[Any, np.dtype[Any]]

SUFFIXES = (".csv", ".ecsv", ".fits")
_UNITS = {
    "jd": "d",
    "mjd": "d",
    "exposure": "s",
    "magnitude": "mag",
    "magnitude_err": "mag",
    "x": "pixel",
    "y": "pixel",
    "fwhm": "pixel",
    "flux": "adu",
    "flux_err": "adu",
    "comparison": "adu",
    "comparison_err": "adu",
}


@dataclass(frozen=True, eq=False)
class Series:
    """A light curve.

    Attributes
    ----------
    columns : mapping of str to numpy.ndarray
        A row for each frame, in the order of time: file, jd, mjd, airmass, exposure, relative … flags of the
        target; x_1, flux_1, check_1 … of the first comparison star and so on. Positions are counted from 1.
    stars : tuple of (float, float)
        Where they were marked, counted from 1, the target first.
    notes : tuple of str
        What to know about the numbers, a sentence each.
    problems : tuple of str
        Files that could not be measured, and why, a sentence each.
    frames : tuple of str
        The files with their folders, in the order of the rows.
    gains, full : tuple of float or None
        Electrons for each count, and the value of a full pixel, that each frame was measured with.
    """

    columns: Mapping[str, Array]
    stars: tuple[tuple[float, float], ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    frames: tuple[str, ...] = ()
    gains: tuple[float | None, ...] = ()
    full: tuple[float | None, ...] = ()

    def __len__(self) -> int:
        return len(self.columns["jd"])

    @property
    def good(self) -> Array:
        """Which frames have a value."""
        return np.isfinite(self.columns["relative"])

    @property
    def summary(self) -> str:
        """How many frames have a value, and how much the target and its errors scatter; a sentence."""
        scatter, expected, _ = steadiness(self.columns["relative"], self.columns["relative_err"])
        told = f"{int(self.good.sum())} of {len(self)} frames have a value"
        if math.isfinite(scatter):
            told += f"; they scatter by {100 * scatter:.2g} %, their errors are {100 * expected:.2g} %"
        return told + "."


def write_series(series: Series, path: Path, *, overwrite: bool = False) -> None:
    """Write a light curve as a table: CSV, ECSV or FITS, by the suffix.

    Parameters
    ----------
    series : Series
        The light curve.
    path : pathlib.Path
        The file.
    overwrite : bool
        Whether it may exist.

    Raises
    ------
    ViewerError
        If the suffix is another one, or the file cannot be written.
    """
    # a third of a second, and only who writes a table needs it
    from astropy.table import Table

    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ViewerError(f"{path.name}: a light curve is written as {', '.join(SUFFIXES)}, by the suffix")
    table = Table({name: _written(column, suffix) for name, column in series.columns.items()})
    for name in table.colnames:
        unit = _UNITS.get(name.rstrip("0123456789").rstrip("_"))
        if unit:
            table[name].unit = unit
    if suffix == ".csv":
        stream = io.StringIO()
        table.write(stream, format="ascii.csv")
        content = stream.getvalue().encode("utf-8")
    elif suffix == ".ecsv":
        stream = io.StringIO()
        table.meta["comments"] = list(series.notes)
        table.write(stream, format="ascii.ecsv")
        content = stream.getvalue().encode("utf-8")
    else:
        buffer = io.BytesIO()
        table.write(buffer, format="fits")
        content = buffer.getvalue()
    with written(path, overwrite=overwrite) as file:
        file.write(content)


def _written(column: Array, suffix: str) -> Array:
    """Return a column as a file can hold it: FITS knows ASCII only, and text no stray bytes."""
    if column.dtype.kind != "U":
        return column
    encoding = "ascii" if suffix == ".fits" else "utf-8"
    texts = [shown(text).encode(encoding, "backslashreplace").decode(encoding) for text in column.tolist()]
    return np.array(texts, dtype=np.str_)
