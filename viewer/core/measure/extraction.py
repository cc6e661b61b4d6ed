"""Extraction: how a spectrum is taken from a frame or a cube, as a value, and taking it."""

import math
import shlex
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.cards import gain_of, read_noise_of
from viewer.core.measure.contours import clipped_level
from viewer.core.measure.cubespectrum import Planes, cube_spectrum
from viewer.core.measure.cuts import Array
from viewer.core.measure.plane import Plane
from viewer.core.measure.spectralaxis import (
    SpectralAxis,
    calibrated_axis,
    header_axis,
    pixels_axis,
    planes_axis,
)
from viewer.core.measure.spectrum import long_slit_spectrum, slit_positions
from viewer.core.measure.spectrumfile import Spectrum
from viewer.core.measure.trace import slit_profiles, trace_spectrum
from viewer.core.measure.wavelength import fit_wavelengths, polynomial_of
from viewer.core.shapes.region import Region

Along = Literal["rows", "columns"]
Combine = Literal["sum", "mean", "median"]
SkyFit = Literal["median", "constant", "linear"]

# How far from the band, along the slit, a trace is looked for at least.
_NEAR = 60
# A band that is proposed holds the light down to this part of the peak; the sky has so many pixels at least.
_WINGS, _LEAST_SKY = 0.01, 20


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


def with_gain(frame: Frame, how: Extraction) -> Extraction:
    """Return an extraction with the gain and the readout noise of the header where it has none."""
    gain = gain_of(frame.header) if how.gain is None else how.gain
    noise = read_noise_of(frame.header) if how.read_noise is None else how.read_noise
    return replace(how, gain=gain, read_noise=noise)


def traced(frame: Frame, how: Extraction, order: int, plane: tuple[int, ...] = ()) -> dict[str, Any]:
    """Find the trace of the object in the band (see `trace_spectrum`)."""
    low, high = min(how.band), max(how.band)
    reach = max(_NEAR, 3 * (high - low + 1))
    return trace_spectrum(
        Plane(frame, plane), along=how.along, first=low - reach, last=high + reach, order=order
    )


def slit_place(shape: tuple[int, int], how: Extraction, x: float, y: float) -> float:
    """Return where on the slit a pixel (from 0) of the frame is, in FITS pixels as bands are given."""
    slit, length = shape if how.along == "rows" else shape[::-1]
    pixel, place = (x, y) if how.along == "rows" else (y, x)
    turn = math.radians(how.angle)
    far, up = pixel - (length - 1) / 2, place - (slit - 1) / 2
    place = (slit - 1) / 2 - far * math.sin(turn) + up * math.cos(turn)
    if how.trace is not None:
        polynomial = np.polynomial.Polynomial(how.trace)
        place -= float(polynomial(pixel + 1) - polynomial((length + 1) / 2))
    return place + 1


def band_edges(shape: tuple[int, int], how: Extraction, places: Array, points: int) -> tuple[Array, Array]:
    """Return x and y (from 0) of places on the slit (rows) at some pixels along the dispersion (columns)."""
    x, y = slit_positions(shape, how.along, places, how.angle, how.trace)
    which = np.linspace(0, x.shape[1] - 1, min(points, x.shape[1])).round().astype(int)
    return x[:, which], y[:, which]


def proposed(frame: Frame, along: Along, plane: tuple[int, ...] = ()) -> tuple[Extraction, str]:
    """Return bands around the brightest object of a frame, and a sentence about them.

    The band holds the object until its light falls to a hundredth of the peak, or into the noise; the sky
    begins beyond. Without an object, the band is the middle fifth of the slit, and there is no sky.
    """
    height, width = frame.image_shape
    slit, length = (height, width) if along == "rows" else (width, height)
    values = Plane(frame, plane)
    try:
        found = trace_spectrum(values, along=along)
    except ViewerError as error:
        low = max(1, round(0.4 * slit))
        return Extraction(along, (low, max(low, round(0.6 * slit)))), str(error)
    line = float(np.polynomial.polynomial.polyval((length + 1) / 2, found["coefficients"]))
    fwhm = found["fwhm"]
    whole = values[:]
    _, profiles = slit_profiles(whole if along == "rows" else whole.T)
    # the frame is not turned yet: the brightest place of all pieces holds the tilted trace, too
    profile = np.nan_to_num(np.max(np.where(np.isfinite(profiles), profiles, -np.inf), axis=0), neginf=0.0)
    level, noise = clipped_level(profile)
    limit = level + max(3 * noise, _WINGS * float(profile.max() - level))
    centre = min(max(round(line) - 1, 0), slit - 1)
    sides = []
    for step in (-1, 1):
        place = centre
        while 0 <= place + step < slit and profile[place + step] > limit and abs(place - centre) < slit / 4:
            place += step
        sides.append(max(abs(place - centre), math.ceil(1.5 * fwhm)))
    band = max(1, centre + 1 - sides[0]), min(slit, centre + 1 + sides[1])
    gap, wide = math.ceil(fwhm), max(_LEAST_SKY, math.ceil(6 * fwhm))
    beside = ((band[0] - gap - wide, band[0] - gap - 1), (band[1] + gap + 1, band[1] + gap + wide))
    sky = tuple((max(1, low), min(slit, high)) for low, high in beside if high >= 3 and low <= slit - 2)
    told = f"the trace rises by {found['angle']:.3f}°, the object is {fwhm:.1f} pixels wide"
    return Extraction(along, band, sky), told


def extracted_region(
    frame: Frame, region: Region, combine: str = "mean", plane: tuple[int, ...] = ()
) -> Spectrum:
    """Return the spectrum of a region of a cube along its spectral axis.

    Parameters
    ----------
    frame : Frame
        Of three axes or more.
    region : Region
        With an inside, or a point.
    combine : str
        mean, sum or median.
    plane : tuple of int
        The plane shown: it chooses among further axes, such as polarisations.

    Raises
    ------
    ViewerError
        If it is no cube, or the region has no pixel in it.
    """
    cube = Planes(frame)
    given = cube_arguments(frame, region, combine, plane)
    found = cube_spectrum(cube, **given)
    x, y = region.centre
    axis = planes_axis(frame, given["axis"], tuple(given["others"]), x + 1, y + 1)
    count = len(found["flux"])
    return Spectrum(
        found["channel"],
        axis or pixels_axis(count),
        found["flux"],
        found["error"],
        np.full(count, np.nan),
        found["count"],
        frame.unit,
        tuple(found["notes"]),
        (f"{combine} of {found['area']} pixels in the {region.kind} at {x + 1:.6g}, {y + 1:.6g}",),
        frame.name,
    )


def cube_arguments(
    frame: Frame, region: Region, combine: str = "mean", plane: tuple[int, ...] = ()
) -> dict[str, Any]:
    """Return the arguments of `cube_spectrum` for a region."""
    if region.kind not in ("point", "polygon") and not region.size:
        raise ViewerError(f"a {region.kind} has no inside: choose a circle, a box or another area.")
    leading = max(0, frame.ndim - 2)
    others = tuple(plane) if len(plane) == leading else (0,) * leading
    return {
        "kind": region.kind,
        "points": tuple((round(x + 1, 6), round(y + 1, 6)) for x, y in region.points),
        "size": region.size,
        "angle": region.angle,
        "combine": combine,
        "axis": spectral_axis_of(frame),
        "others": others,
    }


def spectral_axis_of(frame: Frame) -> int:
    """Return which leading axis of a cube, in numpy order, its spectra run along."""
    height, width = frame.image_shape
    leading = frame.shape[:-2]
    zero = (0,) * len(leading)
    for axis, count in enumerate(leading):
        if count > 1 and planes_axis(frame, axis, zero, width / 2, height / 2) is not None:
            return axis
    return max(range(len(leading)), key=lambda axis: leading[axis], default=0)


def _range(band: tuple[int, int]) -> str:
    return f"{band[0]}:{band[1]}"
