"""Spectral axis: what the pixels of a spectrum stand for - wavelengths, frequencies or velocities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from viewer.core.axes import Axis
from viewer.core.measure.cuts import Array

if TYPE_CHECKING:
    from viewer.core.frame import Frame

MEDIA = {"AWAV": "air", "WAVE": "vacuum"}
"""What the FITS standard (Greisen et al. 2006) says that a type of axis means."""

# the last one is Hubble's own
_SPECTRAL = ("WAVE", "AWAV", "FREQ", "ENER", "WAVN", "VRAD", "VOPT", "VELO", "FELO", "ZOPT", "BETA", "LAMB")
_LENGTHS = ("Angstrom", "nm", "um", "µm", "micron", "mm", "cm", "m")
_OTHERS = ("Hz", "kHz", "MHz", "GHz", "eV", "keV", "MeV", "m/s", "km/s", "1/m", "1/cm")


@dataclass(frozen=True, eq=False)
class SpectralAxis:
    """What the pixels of a spectrum stand for.

    Attributes
    ----------
    label : str
        ``wavelength``, ``optical velocity``, ``pixel`` …
    unit : str
        Of the values, ``Angstrom`` for instance; may be empty.
    values : numpy.ndarray
        One for each pixel.
    ctype : str
        As FITS calls such an axis, without its algorithm: ``AWAV``; empty if it has no name there.
    source : str
        Where it comes from, a sentence without a full stop.
    """

    label: str
    unit: str
    values: Array
    ctype: str = ""
    source: str = ""

    @property
    def known(self) -> bool:
        """Whether it is more than the number of the pixel."""
        return self.label != "pixel"

    @property
    def medium(self) -> str:
        """``air`` or ``vacuum``, if it is known where the wavelengths hold; else empty."""
        return MEDIA.get(self.ctype, "")

    @property
    def title(self) -> str:
        """The label with what is known besides: ``wavelength in air (Angstrom)``."""
        where = f" in {self.medium}" if self.medium and " in " not in self.label else ""
        return f"{self.label}{where}" + (f" ({self.unit})" if self.unit and self.known else "")


def pixels_axis(count: int, source: str = "") -> SpectralAxis:
    """Return the axis of a spectrum of which no wavelengths are known."""
    return SpectralAxis("pixel", "pixel", np.arange(1.0, count + 1), "", source)


def calibrated_axis(fit: Mapping[str, Any], count: int, unit: str, medium: str = "") -> SpectralAxis:
    """Return the wavelengths that a calibration gives (see `fit_wavelengths`)."""
    pixel = np.arange(1.0, count + 1)
    values = np.polynomial.polynomial.polyval(pixel, fit["coefficients"])
    lines, order = len(fit["residuals"]), fit["order"]
    kind = "a line" if order == 1 else f"a polynomial of order {order}"
    fits = f"rms {fit['rms']:.3g} {unit}".rstrip() if lines > order + 1 else "through all of them"
    source = f"calibrated with {lines} lines: {kind}, {fits}"
    ctype = next((name for name, each in MEDIA.items() if each == medium), "")
    return SpectralAxis("wavelength", unit, values, ctype, source)


def header_axis(frame: "Frame", along: str, x: ArrayLike, y: ArrayLike) -> SpectralAxis | None:
    """Return the axis along the dispersion that a frame's header describes.

    Parameters
    ----------
    frame : Frame
        A long-slit frame.
    along : str
        rows or columns: which way the dispersion runs.
    x, y : array_like
        FITS pixels of the spectrum, in the frame.

    Returns
    -------
    SpectralAxis or None
        None if the header has no WCS along it, or one that is not spectral.
    """
    number = 0 if along == "rows" else 1
    places = np.stack([np.asarray(x, float), np.asarray(y, float)], axis=1) - 1
    return _described(frame, number, places)


def planes_axis(frame: "Frame", axis: int, plane: tuple[int, ...], x: float, y: float) -> SpectralAxis | None:
    """Return what the planes of a cube stand for along one of its leading axes.

    Parameters
    ----------
    frame : Frame
        A cube.
    axis : int
        Of the leading axes, in numpy order.
    plane : tuple of int
        Indices of all leading axes; that of `axis` does not matter.
    x, y : float
        FITS pixel at which it is wanted.
    """
    places = np.zeros((frame.shape[axis], frame.ndim))
    places[:, 0], places[:, 1] = x - 1, y - 1
    for number, index in enumerate(plane):
        places[:, frame.ndim - 1 - number] = index
    places[:, frame.ndim - 1 - axis] = np.arange(frame.shape[axis])
    return _described(frame, frame.ndim - 1 - axis, places)


def dispersion_of(frame: "Frame") -> tuple[str, str]:
    """Return which way the dispersion of a frame probably runs, rows or columns, and why."""
    height, width = frame.image_shape
    said = str(frame.header.get("DISPAXIS", "")).strip()
    if said in ("1", "2"):
        return ("rows", "columns")[int(said) - 1], f"DISPAXIS = {said}"
    for along, number in (("rows", 0), ("columns", 1)):
        if _described(frame, number, np.array([[0.0, 0.0], [1.0, 1.0]])) is not None:
            return along, f"the header's WCS (CTYPE{number + 1})"
    along = "rows" if width >= height else "columns"
    return along, "the longer side of the frame" if width != height else "a square frame: rows are assumed"


def _described(frame: "Frame", number: int, places: Array) -> SpectralAxis | None:
    found = frame.world.values_along(number, places)
    if found is None:
        return None
    axis, ctype, values = found
    code = ctype.strip().upper()[:4]
    if not _is_spectral(axis, code, str(frame.header.get("DISPAXIS", "")).strip() == str(number + 1)):
        return None
    if not np.isfinite(values).any() or np.array_equal(values, np.arange(1.0, len(values) + 1)):
        return None
    source = f"from the header's WCS, CTYPE{number + 1} = {ctype.strip() or 'blank'}"
    if axis.unit in _LENGTHS and code not in MEDIA:
        source += ", which does not say whether in air or in vacuum"
    label = "wavelength" if axis.label.startswith("axis ") and axis.unit in _LENGTHS else axis.label
    return SpectralAxis(label, axis.unit, values, code if code in _SPECTRAL[:-1] else "", source)


def _is_spectral(axis: Axis, code: str, dispersed: bool) -> bool:
    if axis.kind != "other":
        return False
    # an axis without a type may still say what it is by its unit, its name or IRAF's DISPAXIS
    plain = code in ("", "LINE", "PIXE", "MULT")
    return code in _SPECTRAL or (
        plain and (axis.unit in (*_LENGTHS, *_OTHERS) or axis.label.casefold() == "wavelength" or dispersed)
    )
