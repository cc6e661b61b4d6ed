"""The columns of the log: what is shown of a measurement, and what is written to a file."""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.session.answer import Answer

if TYPE_CHECKING:
    from astropy.table import Table

FILTERS = ("CSV table (*.csv)", "ECSV table with units (*.ecsv)", "Text (*.txt)")
SUFFIXES = (".csv", ".ecsv", ".txt")


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    key : str
        Its name in files.
    title : str
        Its heading; empty for one that is only written.
    value : callable
        Gets an answer; returns a number (NaN if there is none) or a text.
    text : str
        How a number is written in the window, for `format`.
    unit : str
        In a file; ``image`` is that of the values.
    tip : str
        What it means.
    """

    key: str
    title: str
    value: Callable[[Answer], Any]
    text: str = ""
    unit: str = ""
    tip: str = ""


def _number(key: str, title: str, text: str, unit: str, tip: str = "", name: str = "") -> Column:
    return Column(key, title, lambda answer: answer.number_of(name or key), text, unit, tip)


def _x(answer: Answer) -> float:
    return answer.place[0] + 1


def _y(answer: Answer) -> float:
    return answer.place[1] + 1


def _fwhm_on_sky(answer: Answer) -> float:
    return answer.number_of("fwhm") * answer.scale


COLUMNS = (
    Column("number", "#", lambda answer: answer.number, "d"),
    Column("what", "what", lambda answer: answer.kind),
    Column("image", "image", lambda answer: answer.image),
    Column("x", "x", _x, ".2f", "pix", "Column as FITS counts"),
    Column("y", "y", _y, ".2f", "pix", "Row as FITS counts"),
    Column("ra", "RA", lambda answer: answer.ra, ".5f", "deg", "ICRS, degrees"),
    Column("dec", "Dec", lambda answer: answer.dec, "+.5f", "deg", "ICRS, degrees"),
    _number("fwhm", "FWHM", ".2f", "pix", "Full width at half maximum, pixels"),
    _number("fwhm_err", "", ".2f", "pix"),
    Column("fwhm_arcsec", "FWHM ″", _fwhm_on_sky, ".2f", "arcsec", "The same on the sky"),
    _number("ellipticity", "ellipt.", ".3f", "", "1 − b/a: 0 is round"),
    _number("theta", "", ".1f", "deg"),
    _number("peak", "peak", ".6g", "image", "Brightest pixel, above the sky"),
    _number("background", "sky", ".6g", "image", "Of each pixel"),
    _number("flux", "flux", ".7g", "image", "In the aperture, above the sky"),
    _number("flux_err", "± flux", ".4g", "image"),
    _number("snr", "S/N", ".4g", "", "Flux over its error"),
    _number("magnitude", "mag", ".3f", "mag"),
    _number("magnitude_err", "", ".3f", "mag"),
    _number("radius", "", ".2f", "pix"),
    _number("inner", "", ".2f", "pix"),
    _number("outer", "", ".2f", "pix"),
    Column("unit", "", lambda answer: answer.unit),
    Column("notes", "notes", lambda answer: answer.notes),
)
_ORDER = (
    "number what x y fwhm fwhm_arcsec image ellipticity flux flux_err magnitude snr peak background ra dec "
    "notes"
)
# what is asked for most comes first
SHOWN = tuple(next(column for column in COLUMNS if column.key == key) for key in _ORDER.split())


def cell(column: Column, answer: Answer) -> str:
    """Return what the window shows of an answer in a column."""
    value = column.value(answer)
    if isinstance(value, str):
        return value
    return format(value, column.text) if math.isfinite(value) else ""


def as_text(answers: Sequence[Answer], separator: str = "\t") -> str:
    """Return what the window shows as lines of text."""
    lines = [separator.join(column.title for column in SHOWN)]
    lines += [separator.join(cell(column, answer) for column in SHOWN) for answer in answers]
    return "\n".join(lines) + "\n"


def write_log(answers: Sequence[Answer], path: Path, overwrite: bool = False) -> None:
    """Write measurements to a file; its suffix says of which kind.

    Raises
    ------
    ViewerError
        If the suffix is none of those known, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ViewerError(
            f"{path.name} has no suffix that says how to save the log: use {', '.join(SUFFIXES)}"
        )
    text = io.StringIO()
    if suffix == ".txt":
        text.write(_aligned(answers))
    else:
        table_of(answers).write(text, format=f"ascii{suffix}")
    with written(path, overwrite=overwrite) as file:
        file.write(text.getvalue().encode("utf-8", "backslashreplace"))


def table_of(answers: Sequence[Answer]) -> "Table":
    """Return measurements as an astropy table; units that differ from row to row are in the column unit."""
    # only who saves the log needs it
    from astropy import units
    from astropy.table import Table

    said = {answer.unit for answer in answers}
    table = Table()
    for column in COLUMNS:
        table[column.key] = [column.value(answer) for answer in answers]
        unit = column.unit
        if unit == "image":
            unit = said.copy().pop() if len(said) == 1 else ""
        if unit:
            # an observatory's own spelling is no reason to fail
            table[column.key].unit = units.Unit(unit, parse_strict="silent")
        if column.tip:
            table[column.key].info.description = column.tip
    return table


def _aligned(answers: Sequence[Answer]) -> str:
    rows = [[column.title for column in SHOWN]]
    rows += [[cell(column, answer) or "-" for column in SHOWN] for answer in answers]
    widths = [max(len(row[at]) for row in rows) for at in range(len(SHOWN))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"
