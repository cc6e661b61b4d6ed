"""Spectrum file: a spectrum as a value, written as FITS or as comma-separated values."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.geometry.movewcs import PLATE, remove
from viewer.core.geometry.otheraxes import OF_PLACES
from viewer.core.io.safe import written
from viewer.core.measure.cuts import Array
from viewer.core.measure.spectralaxis import SpectralAxis

if TYPE_CHECKING:
    from astropy.io import fits

LINEAR = 0.01
"""Wavelengths that a straight line gives to this part of a pixel are written as a linear WCS."""

COLUMNS = ("pixel", "wavelength", "flux", "error", "sky", "count")
# cards of the frame that would be wrong in a spectrum of it
_STRUCTURE = (
    r"SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|BSCALE|BZERO|BLANK|CHECKSUM|DATASUM|INHERIT"
    r"|EXTNAME|EXTVER|DATAM(?:IN|AX)|Z(?:IMAGE|BITPIX|NAXIS\d*|TILE\d+|CMPTYPE|TENSION|SIMPLE)|ROWORDER"
    r"|DC-FLAG|WAT\d_\d+|WCSDIM|DC1-FLAG|BANDID\d+|APNUM\d+|WAXMAP\d+|CDELTM?\d|NAXIS"
)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A spectrum with all that belongs to it.

    Attributes
    ----------
    pixel : numpy.ndarray
        FITS pixels along the dispersion; of a cube its channels.
    axis : SpectralAxis
        What they stand for.
    flux, error, sky : numpy.ndarray
        The light, its error (one sigma), and the sky that was subtracted; NaN where they are not known.
    count : numpy.ndarray
        How many pixels it is made of.
    unit : str
        Of the flux; may be empty.
    notes : tuple of str
        What has to be said about it.
    history : tuple of str
        How it was made.
    name : str
        The image it comes from.
    """

    pixel: Array
    axis: SpectralAxis
    flux: Array
    error: Array
    sky: Array
    count: Array
    unit: str = ""
    notes: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    name: str = ""

    def columns(self) -> dict[str, Array]:
        """Return its columns by name; the wavelength is NaN if it is not known.

        Where the axis is something else, such as a velocity, the second column is called after that.
        """
        known = self.axis.values if self.axis.known else np.full(len(self.flux), np.nan)
        other = self.axis.known and not self.axis.label.startswith("wavelength")
        name = self.axis.label.replace(" ", "_") if other else "wavelength"
        names = (COLUMNS[0], name, *COLUMNS[2:])
        return dict(zip(names, (self.pixel, known, self.flux, self.error, self.sky, self.count), strict=True))


def linear_step(axis: SpectralAxis) -> tuple[float, float] | None:
    """Return the first value and the step of an axis that is linear, else None."""
    values = axis.values
    if len(values) < 2 or not np.isfinite(values).all():
        return None
    places = np.arange(len(values))
    step, start = np.polynomial.Polynomial.fit(places, values, 1).convert().coef[::-1].tolist()
    if step == 0 or abs(start + step * places - values).max() > LINEAR * abs(step):
        return None
    return start, step


def write_spectrum(
    spectrum: Spectrum, path: Path, header: "fits.Header | None" = None, *, overwrite: bool = False
) -> str:
    """Write a spectrum to a file whose suffix chooses the kind.

    CSV has the columns pixel, wavelength, flux, error, sky and count; what is not known is empty. FITS is an
    image of one axis with a linear WCS, and the error, sky and count as extensions like it; if the
    wavelengths are not linear to a hundredth of a pixel, a table of these columns.

    Parameters
    ----------
    spectrum : Spectrum
        What is written.
    path : pathlib.Path
        ``.csv``, ``.fits``, ``.fit`` or ``.fts``.
    header : astropy.io.fits.Header, optional
        Of the image it comes from: what it says of object, telescope and exposure is kept.
    overwrite : bool
        Whether the file may exist already.

    Returns
    -------
    str
        What was written: ``CSV``, ``FITS image`` or ``FITS table``.

    Raises
    ------
    ViewerError
        If the suffix is another one, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        content, kind = as_csv(spectrum).encode("utf-8"), "CSV"
    elif suffix in (".fits", ".fit", ".fts"):
        hdus, kind = _hdus(spectrum, header)
        buffer = io.BytesIO()
        hdus.writeto(buffer, output_verify="silentfix+ignore")
        content = buffer.getvalue()
    else:
        raise ViewerError(f"a spectrum cannot be written as {path.name}: choose .csv or .fits.")
    with written(path, overwrite=overwrite) as file:
        file.write(content)
    return kind


def as_csv(spectrum: Spectrum) -> str:
    """Return the columns as comma-separated values, all digits of them."""
    columns = spectrum.columns()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*(column.tolist() for column in columns.values()), strict=True):
        writer.writerow(["" if value != value else value for value in row])
    return text.getvalue()


def _hdus(spectrum: Spectrum, header: "fits.Header | None") -> tuple[Any, str]:
    from astropy.io import fits

    cards = _origin(spectrum, header)
    linear = linear_step(spectrum.axis)
    if linear is None:
        hdus = [fits.PrimaryHDU(header=cards), _table(spectrum)]
        return fits.HDUList(hdus), "FITS table"
    hdus = [fits.PrimaryHDU(spectrum.flux.astype(np.float64), _with_axis(cards, spectrum.axis, linear))]
    for name in ("error", "sky", "count"):
        values = spectrum.columns()[name]
        if values.dtype.kind == "f" and not np.isfinite(values).any():
            continue
        kept = values.astype(np.int32) if name == "count" else values.astype(np.float64)
        own = _with_axis(fits.Header(), spectrum.axis, linear)
        if name != "count" and spectrum.unit:
            own["BUNIT"] = _ascii(spectrum.unit)
        hdus.append(fits.ImageHDU(kept, own, name=name.upper()))
    return fits.HDUList(hdus), "FITS image"


def _origin(spectrum: Spectrum, header: "fits.Header | None") -> "fits.Header":
    """Return the cards of the image that still hold, with how the spectrum was made."""
    from astropy.io import fits

    cards = fits.Header() if header is None else header.copy()
    remove(cards, f"{OF_PLACES}|{PLATE}|{_STRUCTURE}")
    if "RADECSYS" in cards and "RADESYS" not in cards:
        # an old name, which readers of a WCS complain of
        cards.rename_keyword("RADECSYS", "RADESYS")
    if spectrum.unit:
        cards["BUNIT"] = _ascii(spectrum.unit)
    for line in (*spectrum.history, *spectrum.notes, spectrum.axis.source):
        if line:
            cards.add_history(_ascii(line))
    return cards


def _with_axis(cards: "fits.Header", axis: SpectralAxis, linear: tuple[float, float]) -> "fits.Header":
    cards["CTYPE1"] = axis.ctype or "LINEAR"
    cards["CNAME1"] = _ascii(axis.label)
    if axis.unit:
        cards["CUNIT1"] = _ascii(axis.unit)
    cards["CRPIX1"] = 1.0
    cards["CRVAL1"], cards["CDELT1"] = linear
    return cards


def _table(spectrum: Spectrum) -> Any:
    from astropy.io import fits

    quantity = list(spectrum.columns())[1]
    units = {"pixel": "pixel", quantity: spectrum.axis.unit, "count": ""}
    columns = [
        fits.Column(
            name=name,
            format="J" if values.dtype.kind in "iu" else "D",
            unit=_ascii(units.get(name, spectrum.unit)) or None,
            array=values,
        )
        for name, values in spectrum.columns().items()
    ]
    table = fits.BinTableHDU.from_columns(columns, name="SPECTRUM")
    table.header.comments["TTYPE2"] = _ascii(spectrum.axis.title)
    return table


def _ascii(text: str) -> str:
    """Return text as a card can hold it, units in the spelling of FITS."""
    for letter, plain in (("Å", "Angstrom"), ("µ", "u"), ("μ", "u"), ("·", " ")):
        text = text.replace(letter, plain)
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in text)
