"""Spectrum: extracted from a band of a long-slit frame, the sky beside it subtracted."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import Array, interpolated_at
from viewer.core.measure.slitsky import fitted_sky, sky_scatter
from viewer.core.measure.trace import across_rows, median_of_known

# Where more than this share of the light falls on missing pixels there is no sum.
MOST_MISSING = 0.5


def long_slit_spectrum(
    data: Any,
    *,
    along: str = "rows",
    band: Sequence[int],
    sky: Sequence[Sequence[int]] | None = None,
    sky_fit: str = "median",
    combine: str = "sum",
    angle: float = 0.0,
    trace: Sequence[float] | None = None,
    interpolation: str = "bilinear",
    gain: float | None = None,
    read_noise: float | None = None,
    wavelength: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Extract the spectrum of a band of a long-slit frame.

    If the frame is turned or the band follows a trace, the pixels are interpolated along with it; band and
    sky mean the places in the middle of the dispersion then. From each pixel the sky at its wavelength is
    subtracted. Missing pixels are left out. A sum is made good for them by the share of the light that the
    object has there, from its mean profile along the slit. Where more than half of the light (of a mean or
    median: of the pixels) is missing, there is no value.

    Errors hold the noise of the background, from the scatter of the sky bands, the photon noise of the object
    if the gain is known, and how well the sky is known. Without sky bands they come from gain and readout
    noise. That of a median is right where the light fills the band evenly.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN.
    along : str
        rows, if the dispersion runs along the rows (wavelength changes with x, and bands are ranges of rows);
        otherwise columns.
    band : sequence of int
        First and last row (or column) of the object, in FITS pixels.
    sky : sequence of pairs of int, optional
        First and last row (or column) of each band of the sky.
    sky_fit : str
        Of the sky pixels of a wavelength: their median, their mean without outliers (constant), or a straight
        line along the slit (linear).
    combine : str
        sum, mean or median of the band.
    angle : float
        By how many degrees the trace rises: the position on the slit grows with the pixel along the
        dispersion. The frame is turned back about its centre.
    trace : sequence of float, optional
        Position on the slit = c0 + c1 pixel + c2 pixel² …: the bands follow it, wavelengths stay where they
        are.
    interpolation : str
        nearest, bilinear or cubic, if pixels have to be interpolated.
    gain : float, optional
        Electrons for each count.
    read_noise : float, optional
        In electrons.
    wavelength : sequence of float, optional
        Wavelength = w0 + w1 pixel + w2 pixel² …

    Returns
    -------
    dict
        Arrays: pixel (along the dispersion, FITS), wavelength (NaN if it is not known), flux, error, sky
        (what was subtracted), count (of the pixels of the band that have a value), x, y (of the middle of the
        band, FITS); notes.

    Raises
    ------
    ViewerError
        If a band is outside the image or overlaps another, or an argument makes no sense.
    """
    slit, length = data.shape if across_rows(along) else data.shape[::-1]
    if combine not in ("sum", "mean", "median"):
        raise ViewerError(f"a band cannot be combined by {combine}: choose sum, mean or median.")
    if (gain is not None and not gain > 0) or (read_noise is not None and not read_noise >= 0):
        raise ViewerError("the gain has to be above zero, and the readout noise not below.")
    band_places = slit_places([band], slit, along, "the band")
    sky_places = slit_places(sky or [], slit, along, "a sky band")
    if set(band_places.tolist()) & set(sky_places.tolist()):
        raise ViewerError(
            f"a sky band overlaps the band {min(band)}:{max(band)}: leave room for the light of the object."
        )
    aligned = angle != 0 or trace is not None
    light = slit_values(data, along, band_places, angle, trace, interpolation)
    notes: list[str] = []
    model, noise, doubt = np.zeros_like(light), np.full(length, np.nan), np.zeros(length)
    if len(sky_places):
        beside = slit_values(data, along, sky_places, angle, trace, interpolation)
        model, doubt = fitted_sky(sky_places, beside, band_places, sky_fit)
        # interpolation makes noise smoother than it is: the scatter is that of the pixels themselves
        rough = slit_values(data, along, sky_places, angle, trace, "nearest") if aligned else beside
        noise = sky_scatter(sky_places, rough)
        if sky_fit == "linear" and (sky_places.min() > max(band) or sky_places.max() < min(band)):
            notes.append("the sky bands lie on one side of the band: the slope of the sky is extrapolated")
    net = light - model
    known = np.isfinite(net)
    number, count = len(band_places), known.sum(0)
    variance, how = pixel_variance(net, light, noise, gain, read_noise)
    # of the sum of the pixels that have a value; the sky below all of them is off by the same
    error = np.sqrt(np.where(known, variance, 0).sum(0) + count**2 * doubt * noise_squared(noise))
    share = shares_of_light(net, known) if combine == "sum" else count / number
    gone = share < 1 - MOST_MISSING
    if combine == "sum":
        scale, subtracted = 1 / np.where(gone, 1, share), model.sum(0)
    else:
        scale, subtracted = 1 / np.maximum(count, 1), model.mean(0)
    flux = np.where(known, net, 0).sum(0) * scale
    if combine == "median":
        flux, subtracted = median_of_known(net), median_of_known(model)
        # the median of Gaussian noise scatters more than its mean
        spread = math.pi / 2 * np.where(known, variance, 0).sum(0)
        error = np.sqrt(spread + count**2 * doubt * noise_squared(noise))
    flux, error = np.where(gone, np.nan, flux), error * scale
    notes.append(how)
    lost = int((np.isfinite(flux) & (count < number)).sum())
    if lost:
        made = "made good for by the profile of the object" if combine == "sum" else "left out"
        notes.append(f"at {lost} of {length} wavelengths pixels are missing in the band: they are {made}")
    none = int((~np.isfinite(flux)).sum())
    if none:
        notes.append(f"at {none} of {length} wavelengths too many pixels are missing: there is no value")
    pixel = np.arange(1, length + 1)
    x, y = slit_positions(data.shape, along, np.array([band_places.mean()]), angle, trace)
    return {
        "pixel": pixel,
        "wavelength": np.full(length, np.nan)
        if wavelength is None
        else np.polynomial.polynomial.polyval(pixel.astype(float), wavelength),
        "flux": flux,
        "error": np.where(np.isfinite(flux), error, np.nan),
        "sky": subtracted,
        "count": count,
        "x": x[0] + 1,
        "y": y[0] + 1,
        "notes": notes,
    }


def slit_places(bands: Sequence[Sequence[int]], slit: int, along: str, what: str) -> Array:
    """Return the rows or columns of some bands (FITS pixels, inclusive), each once."""
    places: list[int] = []
    for first, last in bands:
        low, high = sorted((first, last))
        if low < 1 or high > slit:
            other = "columns" if along == "rows" else "rows"
            raise ViewerError(
                f"{what} {low}:{high} is outside the image: if the dispersion runs along {along}, a band is "
                f"a range of {along}, and there are {along} 1 to {slit}. If it runs along {other}, say so."
            )
        places.extend(range(low, high + 1))
    return np.array(sorted(set(places)), int)


def slit_positions(
    shape: tuple[int, int], along: str, places: Array, angle: float, trace: Sequence[float] | None
) -> tuple[Array, Array]:
    """Return x and y (from 0) of places on the slit (rows) for every pixel along the dispersion (columns)."""
    slit, length = shape if across_rows(along) else shape[::-1]
    pixel, place = np.meshgrid(np.arange(length, dtype=float), places - 1.0)
    if trace is not None:
        polynomial = np.polynomial.Polynomial(trace)
        place = place + polynomial(pixel + 1) - polynomial((length + 1) / 2)
    turn = math.radians(angle)
    far, up = pixel - (length - 1) / 2, place - (slit - 1) / 2
    pixel = (length - 1) / 2 + far * math.cos(turn) - up * math.sin(turn)
    place = (slit - 1) / 2 + far * math.sin(turn) + up * math.cos(turn)
    return (pixel, place) if across_rows(along) else (place, pixel)


def slit_values(
    data: Any, along: str, places: Array, angle: float, trace: Sequence[float] | None, interpolation: str
) -> Array:
    """Return the values at places on the slit (rows) for every pixel along the dispersion (columns)."""
    if angle != 0 or trace is not None:
        x, y = slit_positions(data.shape, along, places, angle, trace)
        return interpolated_at(data, x, y, interpolation)
    first, last = int(places.min()) - 1, int(places.max())
    part = (
        data[first:last, 0 : data.shape[1]] if across_rows(along) else data[0 : data.shape[0], first:last].T
    )
    values = np.asarray(part, np.float64)[places - 1 - first]
    return np.where(np.isfinite(values), values, np.nan)


def shares_of_light(net: Array, known: Array) -> Array:
    """Return which share of the object's light falls on the pixels that are known, at each wavelength."""
    if known.all():
        return np.ones(net.shape[1])
    whole = known.sum(1)
    profile = np.where(known, net, 0).sum(1) / np.maximum(whole, 1)
    places = np.arange(len(profile))
    if whole.any():
        # a row without any value has what lies between its neighbours
        profile = np.interp(places, places[whole > 0], profile[whole > 0])
    profile = np.maximum(profile, 0)
    if profile.sum() <= 0:
        profile = np.ones(len(profile))
    return np.asarray((known * (profile / profile.sum())[:, np.newaxis]).sum(0))


def noise_squared(noise: Array) -> Array:
    """Return the variance of a noise; nothing where it is not known."""
    return np.asarray(np.nan_to_num(noise**2, nan=0.0))


def pixel_variance(
    net: Array, light: Array, noise: Array, gain: float | None, read_noise: float | None
) -> tuple[Array, str]:
    """Return the variance of each pixel of the band, in counts squared, and how it was found."""
    if np.isfinite(noise).any():
        background = np.broadcast_to(noise**2, net.shape)
        if gain is None:
            return background, "errors: the scatter of the sky only, for the gain is not known"
        photons = np.maximum(np.nan_to_num(net), 0) / gain
        return (
            background + photons,
            f"errors: photon noise (gain {gain:g} e-/count) and the scatter of the sky",
        )
    if gain is None:
        return np.full(net.shape, np.nan), "errors: not known, without sky bands and without a gain"
    reading = (read_noise or 0.0) / gain
    without = "" if read_noise else ", without readout noise"
    return (
        np.maximum(np.nan_to_num(light), 0) / gain + reading**2,
        f"errors: photon noise (gain {gain:g} e-/count){without}; right if the bias was subtracted",
    )
