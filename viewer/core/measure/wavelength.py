"""Wavelength: a calibration from lines whose wavelengths are known, and where such a line is."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import Array
from viewer.core.measure.trace import median_of_known, width_at_half, windowed_centroid


def fit_wavelengths(
    pixels: Sequence[float], wavelengths: Sequence[float], *, order: int = 1, length: int | None = None
) -> dict[str, Any]:
    """Fit a polynomial to lines whose wavelengths are known.

    Parameters
    ----------
    pixels : sequence of float
        Where the lines are, in FITS pixels along the dispersion.
    wavelengths : sequence of float
        Their wavelengths.
    order : int
        1 for a linear calibration, 2 and more for polynomials.
    length : int, optional
        How many pixels the spectrum has: wavelengths have to grow, or fall, all the way.

    Returns
    -------
    dict
        coefficients (wavelength = c0 + c1 pixel + c2 pixel² …), residuals (wavelength minus fit, for each
        line), rms of these, dispersion (wavelength for each pixel, in the middle of the lines), order, notes.

    Raises
    ------
    ViewerError
        If there are too few lines, two at one place, or the fit turns back.
    """
    x, y = np.asarray(pixels, float), np.asarray(wavelengths, float)
    if not 1 <= order <= 9:
        raise ViewerError(f"the order of the calibration cannot be {order}: choose 1 to 9.")
    if len(x) < order + 1:
        raise ViewerError(
            f"{len(x)} lines are too few for a calibration of order {order}: it needs {order + 1} at least."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ViewerError("a pixel or wavelength of the calibration is no number.")
    if len(set(x.tolist())) < len(x):
        raise ViewerError("two lines of the calibration are at the same pixel: remove one of them.")
    fit = np.polynomial.Polynomial.fit(x, y, order)
    residuals = y - fit(x)
    first, last = (x.min(), x.max()) if length is None else (min(1.0, x.min()), max(length, x.max()))
    steps = np.diff(fit(np.linspace(first, last, 1000)))
    if not ((steps > 0).all() or (steps < 0).all()):
        raise ViewerError(
            "the wavelengths of this calibration turn back along the spectrum: one line has a wrong one, or "
            " the order is too high for these lines."
        )
    coefficients = np.pad(fit.convert().coef, (0, order + 1))[: order + 1]
    notes = []
    if len(x) == order + 1:
        notes.append("there are as many lines as coefficients: that they fit says nothing")
    if length is not None and (x.min() - 1 > length / 4 or length - x.max() > length / 4):
        notes.append(f"beyond pixels {x.min():.0f} to {x.max():.0f} the calibration is extrapolated")
    return {
        "coefficients": coefficients,
        "residuals": residuals,
        "rms": float(np.sqrt(np.mean(residuals**2))),
        "dispersion": float(fit.deriv()((x.min() + x.max()) / 2)),
        "order": order,
        "notes": notes,
    }


def line_centre(flux: Sequence[float], near: float, *, reach: int = 8) -> float:
    """Return where the emission or absorption line next to a place is, in FITS pixels; NaN if there is none.

    Parameters
    ----------
    flux : sequence of float
        The spectrum, one value for each pixel.
    near : float
        A FITS pixel beside or in the line.
    reach : int
        How far from there to look, in pixels.
    """
    values = np.asarray(flux, float)
    middle = round(near) - 1
    first, last = max(0, middle - 4 * reach), min(len(values), middle + 4 * reach + 1)
    known = np.isfinite(values[first:last])
    if known.sum() < 5:
        return math.nan
    part = values[first:last]
    level = float(median_of_known(part[:, np.newaxis])[0])
    above = np.where(known, part - level, 0)
    begin, end = max(0, middle - reach - first), max(0, middle + reach + 1 - first)
    if not len(above[begin:end]):
        return math.nan
    peak = begin + int(np.argmax(abs(above[begin:end])))
    above = above * (1 if above[peak] > 0 else -1)
    if above[peak] <= 0:
        return math.nan
    place = windowed_centroid(above, known, peak, width_at_half(above, peak) / 2.3548)
    return first + place + 1 if abs(place - peak) <= reach else math.nan


def polynomial_of(wavelengths: Array, tolerance: float = 1e-3) -> tuple[float, ...] | None:
    """Return a polynomial that gives the wavelengths of pixels 1, 2, 3 … to a part of a pixel.

    It is the one of the lowest order that does; None if none up to the seventh does.
    """
    known = np.isfinite(wavelengths)
    if known.sum() < 2:
        return None
    pixel = np.arange(1.0, len(wavelengths) + 1)[known]
    values = wavelengths[known]
    step = abs(values[-1] - values[0]) / max(1, len(values) - 1)
    for order in range(1, min(8, len(values))):
        coefficients = np.polynomial.Polynomial.fit(pixel, values, order).convert().coef
        found = np.polynomial.polynomial.polyval(pixel, coefficients)
        if abs(found - values).max() <= tolerance * step:
            return tuple(coefficients.tolist())
    return None
