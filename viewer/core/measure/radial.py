"""Radial profile: the pixels of a star by their distance from its centre, with the fitted profiles."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.starmeasure import measure_star
from viewer.core.measure.window import joined_notes, pixels_around

Array = np.ndarray[Any, np.dtype[Any]]

# points of the curves that are drawn
CURVE_POINTS = 200
# what a profile tells of the star
PROFILE_KEYS = [
    *("x", "y", "fwhm", "fwhm_err", "profile", "fwhm_gaussian", "fwhm_moffat", "beta", "fwhm_halflight"),
    *("ellipticity", "theta", "height", "radius", "background", "noise", "flux", "snr", "saturated"),
]


def radial_profile(
    data: Array,
    *,
    x: float,
    y: float,
    radius: float | None = None,
    inner: float | None = None,
    outer: float | None = None,
    gain: float | None = None,
    saturation: float | None = None,
    recentre: bool = True,
    star: dict[str, Any] | None = None,
    reach: float | None = None,
    width: float = 1.0,
) -> dict[str, Any]:
    """Return the profile of the star at a position: pixels, means in rings, and the fitted curves.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Where to look, as FITS counts: the centre of the first pixel is 1, 1.
    radius, inner, outer, gain, saturation, recentre
        As for `measure_star`, which finds the centre, the sky and the fits.
    star
        What `measure_star` says of it, if that is known; then none of the arguments before counts.
    reach
        The largest distance, in pixels; None: the radius of the aperture.
    width
        Of a ring, in pixels.

    Returns
    -------
    dict
        | x, y, fwhm, fwhm_err, profile, fwhm_gaussian, fwhm_moffat, beta, fwhm_halflight, ellipticity, theta,
          height, radius, background, noise, flux, snr, saturated: as `measure_star` has them.
        | pixel_radius, pixel_value: of each pixel, the nearest first; values are above the sky.
        | ring_radius, ring_mean, ring_err, ring_count: of each ring, the mean distance of its pixels, their
          mean value with its error, and how many they are.
        | curve_radius, curve_gaussian, curve_moffat: the fits, as a round star of the same width has them;
        | NaN
          where a fit failed.
        | notes: what to know about these numbers, as text.
    """
    if star is None:
        star = measure_star(
            data,
            x=x,
            y=y,
            radius=radius,
            inner=inner,
            outer=outer,
            gain=gain,
            saturation=saturation,
            recentre=recentre,
        )
    reach = star["radius"] if reach is None else reach
    column, row = star["x"] - 1, star["y"] - 1
    values, left, low = pixels_around(data, column, row, reach + 1)
    rows, columns = np.indices(values.shape).astype(float)
    distance = np.hypot(columns + left - column, rows + low - row)
    level = star["background"] if math.isfinite(star["background"]) else 0.0
    counted = (distance <= reach) & np.isfinite(values)
    nearest = np.argsort(distance[counted], kind="stable")
    pixel_radius = distance[counted][nearest]
    pixel_value = values[counted][nearest] - level
    ring = np.floor(pixel_radius / width).astype(int)
    count = np.bincount(ring)
    filled = count > 0
    count = count[filled]
    mean_radius = np.bincount(ring, pixel_radius)[filled] / count
    mean = np.bincount(ring, pixel_value)[filled] / count
    square = np.bincount(ring, (pixel_value - mean[np.cumsum(filled)[ring] - 1]) ** 2)[filled]
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(count > 1, np.sqrt(square / (count - 1) / count), np.nan)
    curve = np.linspace(0, reach, CURVE_POINTS)
    unknown = "" if math.isfinite(star["background"]) else "the sky is not known and not subtracted"
    return {
        **{key: star[key] for key in PROFILE_KEYS},
        "pixel_radius": pixel_radius,
        "pixel_value": pixel_value,
        "ring_radius": mean_radius,
        "ring_mean": mean,
        "ring_err": error,
        "ring_count": count,
        "curve_radius": curve,
        "curve_gaussian": star["height_gaussian"] * gaussian_curve(curve, star["fwhm_gaussian"]),
        "curve_moffat": star["height_moffat"] * moffat_curve(curve, star["fwhm_moffat"], star["beta"]),
        "notes": joined_notes([star["notes"], unknown]),
    }


def gaussian_curve(radius: Array, fwhm: float) -> Array:
    """Return a Gaussian of height 1."""
    return np.asarray(np.exp(-4 * math.log(2) * (radius / fwhm) ** 2))


def moffat_curve(radius: Array, fwhm: float, beta: float) -> Array:
    """Return a Moffat profile of height 1 (Moffat 1969, A&A 3, 455)."""
    return np.asarray((1 + 4 * (2 ** (1 / beta) - 1) * (radius / fwhm) ** 2) ** -beta)
