"""Curve of growth: how much of a star's light is within which radius."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import circle_overlap
from viewer.core.measure.starmeasure import measure_star
from viewer.core.measure.window import joined_notes, pixels_around

Array = np.ndarray[Any, np.dtype[Any]]


def curve_of_growth(
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
    step: float = 0.5,
) -> dict[str, Any]:
    """Return the light within circles of growing radius around the star at a position.

    If the curve is level in the end, the sky is right and all of the light is in. If it falls or goes on
    rising, the sky is too high or too low, or there is another star.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Where to look, as FITS counts: the centre of the first pixel is 1, 1.
    radius
        Of the largest circle, in pixels; None: up to the sky's annulus.
    inner, outer, gain, saturation, recentre
        As for `measure_star`, which finds the centre and the sky.
    star
        What `measure_star` says of it, if that is known; then none of the arguments before counts, except for
        radius and gain.
    step
        Between two circles, in pixels.

    Returns
    -------
    dict
        | x, y, fwhm, background, noise, inner, outer, saturated: as `measure_star` has them.
        | radius, flux, flux_err, snr: for each circle, less the sky; fraction: of the light in the largest
        | one. radius_50, radius_80, radius_90: which hold so many per cent of that.
        | radius_best: where flux is highest over its error.
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
    largest = star["radius"] if radius is not None else max(star["radius"], star["inner"])
    column, row = star["x"] - 1, star["y"] - 1
    values, left, low = pixels_around(data, column, row, largest + 1)
    columns, rows = left + np.arange(values.shape[1]), low + np.arange(values.shape[0])
    good = np.isfinite(values)
    light = np.where(good, values - star["background"], 0.0)
    radii = step * np.arange(1, math.floor(largest / step + 1e-9) + 1)
    flux, flux_err = np.full(len(radii), np.nan), np.full(len(radii), np.nan)
    for number, each in enumerate(radii.tolist() if good.any() else []):
        weights = circle_overlap(columns, rows, column, row, each) * good
        flux[number] = (weights * light).sum()
        variance = star["noise"] ** 2 * (weights**2).sum() + (weights.sum() * star["background_err"]) ** 2
        if gain is not None:
            variance += max(flux[number], 0.0) / gain
        flux_err[number] = math.sqrt(variance)
    whole = flux[-1] if len(flux) and flux[-1] > 0 else math.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        snr = np.where(flux_err > 0, flux / flux_err, np.nan)
    best = float(radii[np.nanargmax(snr)]) if np.isfinite(snr).any() else math.nan
    kept = ("x", "y", "fwhm", "background", "noise", "inner", "outer", "saturated")
    return {
        **{key: star[key] for key in kept},
        "radius": radii,
        "flux": flux,
        "flux_err": flux_err,
        "snr": snr,
        "fraction": flux / whole,
        "radius_50": radius_with(radii, flux / whole, 0.5),
        "radius_80": radius_with(radii, flux / whole, 0.8),
        "radius_90": radius_with(radii, flux / whole, 0.9),
        "radius_best": best,
        "notes": joined_notes([star["notes"]]),
    }


def radius_with(radius: Array, fraction: Array, wanted: float) -> float:
    """Return the radius at which a curve of growth first reaches a fraction; NaN if it does not."""
    reached = np.flatnonzero(fraction >= wanted)
    if not len(reached):
        return math.nan
    last = int(reached[0])
    before, low = (radius[last - 1], fraction[last - 1]) if last else (0.0, 0.0)
    # near the centre the light grows with the area, so that this is nearly a straight line
    part = (wanted - low) / (fraction[last] - low)
    return float(math.sqrt(before**2 + part * (radius[last] ** 2 - before**2)))
