"""Extraction: how a spectrum is taken from a frame or a cube, as a value, and taking it."""

import shlex
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.measure.cards import gain_of, read_noise_of
from viewer.core.measure.plane import Plane
from viewer.core.measure.spectralaxis import (
    SpectralAxis,
    calibrated_axis,
    header_axis,
    pixels_axis,
)
from viewer.core.measure.spectrum import long_slit_spectrum
from viewer.core.measure.spectrumfile import Spectrum
from viewer.core.measure.wavelength import fit_wavelengths, polynomial_of

Along = Literal["rows", "columns"]
Combine = Literal["sum", "mean", "median"]
SkyFit = Literal["median", "constant", "linear"]


_LEFT_OF_A_LAMP = 0.15
"""Above this share of the scatter along the wavelengths, the object is more than what a lamp leaves."""


@dataclass(frozen=True)
class Calibration:
    """Lines whose wavelengths are known.

    Attributes
    ----------
    lines : tuple of (float, float)
        FITS pixel along the dispersion, and wavelength.
    order : int
        Of the polynomial: 1 is linear.
    unit : str
        Of the wavelengths.
    medium : str
        ``air`` or ``vacuum``; empty if it is not known.
    """

    lines: tuple[tuple[float, float], ...] = ()
    order: int = 1
    unit: str = "Angstrom"
    medium: str = ""

    def fit(self, length: int | None = None) -> dict[str, Any]:
        """Fit the polynomial (see `fit_wavelengths`)."""
        pixels, wavelengths = ([line[i] for line in self.lines] for i in (0, 1))
        return fit_wavelengths(pixels, wavelengths, order=self.order, length=length)


@dataclass(frozen=True)
class Extraction:
    """How a spectrum is taken from a long-slit frame; see `long_slit_spectrum`.

    Attributes
    ----------
    along : str
        rows or columns: which way the dispersion runs.
    band : (int, int)
        First and last row (or column) of the object, in FITS pixels.
    sky : tuple of (int, int)
        The same of the sky.
    sky_fit, combine, angle, trace, gain, read_noise
        As `long_slit_spectrum` takes them.
    calibration : Calibration or None
        Wavelengths; otherwise those of the header.
    """

    along: Along
    band: tuple[int, int]
    sky: tuple[tuple[int, int], ...] = ()
    sky_fit: SkyFit = "median"
    combine: Combine = "sum"
    angle: float = 0.0
    trace: tuple[float, ...] | None = None
    gain: float | None = None
    read_noise: float | None = None
    calibration: Calibration | None = None

    def arguments(self, axis: SpectralAxis | None = None) -> dict[str, Any]:
        """Return the arguments of `long_slit_spectrum`; with the wavelengths, if a polynomial gives them."""
        given: dict[str, Any] = {"along": self.along, "band": self.band}
        if self.sky:
            given |= {"sky": self.sky, "sky_fit": self.sky_fit}
        given["combine"] = self.combine
        if self.angle:
            given["angle"] = self.angle
        if self.trace is not None:
            given["trace"] = self.trace
        if self.gain is not None:
            given["gain"] = self.gain
        if self.read_noise is not None:
            given["read_noise"] = self.read_noise
        polynomial = polynomial_of(axis.values) if axis is not None and axis.known else None
        if polynomial is not None:
            given["wavelength"] = polynomial
        return given

    def command(self, name: str) -> str:
        """Return the command line that does the same."""
        words = ["skyloupe", "spectrum", name, "--along", self.along, "--band", _range(self.band)]
        if self.sky:
            words += ["--sky", *map(_range, self.sky), "--sky-fit", self.sky_fit]
        words += ["--combine", self.combine]
        if self.angle:
            words += ["--rotate", f"{self.angle:.6g}"]
        if self.trace is not None:
            words += ["--trace", "--trace-order", str(len(self.trace) - 1)]
        if self.calibration is not None:
            lines = [f"{pixel:.10g}={wavelength:.10g}" for pixel, wavelength in self.calibration.lines]
            words += ["--calibrate", *lines, "--order", str(self.calibration.order)]
            words += ["--unit", self.calibration.unit]
            words += ["--medium", self.calibration.medium] if self.calibration.medium else []
        return shlex.join(words)


def extracted(frame: Frame, how: Extraction, plane: tuple[int, ...] = ()) -> Spectrum:
    """Extract a spectrum from a long-slit frame.

    Parameters
    ----------
    frame : Frame
        Of two axes, or the plane of a cube.
    how : Extraction
        Gain and readout noise that it does not give are taken from the header.
    plane : tuple of int
        Indices of the leading axes in numpy order.

    Raises
    ------
    ViewerError
        If it cannot be done so.
    """
    how = with_gain(frame, how)
    found = long_slit_spectrum(Plane(frame, plane), **how.arguments())
    notes = list(found["notes"])
    if how.sky and _fills_the_slit(found["flux"], found["sky"]):
        notes.insert(
            0,
            "the light fills the slit and the sky bands take nearly all of it: for an arc lamp, empty Sky "
            "before lines are marked",
        )
    length = len(found["pixel"])
    if how.calibration is not None:
        fit = how.calibration.fit(length)
        axis = calibrated_axis(fit, length, how.calibration.unit, how.calibration.medium)
        notes += fit["notes"]
    else:
        described = header_axis(frame, how.along, found["x"], found["y"])
        axis = described or pixels_axis(length)
        if described is None:
            notes.append("no wavelengths: the header has none along the dispersion; calibrate by lines")
    return Spectrum(
        found["pixel"],
        axis,
        found["flux"],
        found["error"],
        found["sky"] if how.sky else np.full(length, np.nan),
        found["count"],
        frame.unit,
        tuple(notes),
        (how.command(frame.name),),
        frame.name,
    )


def _fills_the_slit(flux: np.ndarray, sky: np.ndarray) -> bool:
    """Return whether what varies with wavelength is subtracted as sky, whatever the bias is."""
    known = np.isfinite(flux) & np.isfinite(sky)
    return bool(known.sum() > 1 and np.std(flux[known]) < _LEFT_OF_A_LAMP * np.std(sky[known]))


def with_gain(frame: Frame, how: Extraction) -> Extraction:
    """Return an extraction with the gain and the readout noise of the header where it has none."""
    gain = gain_of(frame.header) if how.gain is None else how.gain
    noise = read_noise_of(frame.header) if how.read_noise is None else how.read_noise
    return replace(how, gain=gain, read_noise=noise)


def _range(band: tuple[int, int]) -> str:
    return f"{band[0]}:{band[1]}"
