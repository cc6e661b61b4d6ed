"""Star fluxes: sums in circles that fit the field's stars, their errors, and words about what is wrong."""

import math
from typing import Any

import numpy as np
from scipy.spatial import KDTree

from viewer.core.arrays import Array

# Radius of the aperture, in the field's full widths at half maximum: a Gaussian has 99.8 % in it.
APERTURE_WIDTHS = 1.5


def measured_stars(
    field: dict[str, Any], stars: Array, aperture: float, separation: float, gain: float | None, limit: int
) -> dict[str, Any]:
    """Return the columns of stars and what is true of all of them."""
    import sep  # it is compiled, and not everyone has it

    # before there are fluxes in apertures, the peak tells which stars are faint
    usual = typical_width(stars, stars["peak"] / (field["noise"] or 1))
    radius = aperture or (APERTURE_WIDTHS * usual if usual > 0 else 5.0)
    apart = separation or (0.5 * usual if usual > 0 else 1.0)
    inside = (stars["x"] > -0.5) & (stars["x"] < field["shape"][1] - 0.5)
    inside &= (stars["y"] > -0.5) & (stars["y"] < field["shape"][0] - 0.5)
    stars = separated(stars[inside], apart)
    x, y = stars["x"], stars["y"]
    none = field["light"] is None or not len(stars)
    flux = err = np.zeros(0)
    if not none:
        flux, err, _ = sep.sum_circle(field["light"], x, y, radius, err=field["rms"], gain=gain, subpix=0)
    # what has neither light nor a shape is the rim of something: of a dead column, say
    some = np.flatnonzero((flux > 0) | np.isfinite(stars["fwhm"][: len(flux)]))
    order = some[np.argsort(-flux[some], kind="stable")][:limit]
    stars, flux, err, x, y = stars[order], flux[order], err[order], x[order], y[order]
    row, column = np.rint(y).astype(int), np.rint(x).astype(int)
    background = np.zeros(0)
    if not none:
        background = (field["values"][row, column] - field["light"][row, column]).astype(float)
    flags = star_flags(field, stars, flux, radius)
    return {
        "x": x + 1,
        "y": y + 1,
        "flux": flux,
        "flux_err": err,
        "peak": stars["peak"],
        "fwhm": stars["fwhm"],
        "ellipticity": 1 - stars["b"] / stars["a"],
        "theta": stars["theta"],
        "snr": flux / np.maximum(err, 1e-300),
        "saturated": stars["saturated"],
        "background": background,
        "flags": flags,
        "count": len(stars),
        "median_fwhm": typical_width(stars, flux / np.maximum(err, 1e-300)),
        "sky": field["sky"],
        "noise": field["noise"],
        "aperture": radius,
        "separation": apart,
        "saturation": field.get("saturation"),
        "notes": tuple(field["notes"]),
    }


def typical_width(stars: Array, snr: Array) -> float:
    """Return the median width of stars that are neither saturated nor faint; NaN without any."""
    good = np.isfinite(stars["fwhm"]) & ~stars["saturated"]
    bright = good & (snr > 10)
    good = bright if bright.sum() >= 5 else good
    return float(np.median(stars["fwhm"][good])) if good.any() else math.nan


def separated(stars: Array, apart: float) -> Array:
    """Return stars without those that are closer than this to a brighter one."""
    order = np.argsort(-stars["flux"], kind="stable")
    stars = stars[order[np.isfinite(stars["flux"][order])]]
    if len(stars) < 2:
        return stars
    keep = np.ones(len(stars), bool)
    pairs = KDTree(np.column_stack([stars["x"], stars["y"]])).query_pairs(apart, output_type="ndarray")
    for first, second in pairs[np.lexsort(pairs.T[::-1])]:
        if keep[first]:
            keep[second] = False
    return np.asarray(stars[keep])


def star_flags(field: dict[str, Any], stars: Array, flux: Array, radius: float) -> Array:
    """Return words on what the numbers of each star suffer from."""
    words: list[list[str]] = [[] for _ in stars]

    def say(which: Array, text: str) -> None:
        for number in np.flatnonzero(which):
            words[number].append(text)

    if len(stars):
        x, y = stars["x"], stars["y"]
        rows, columns = field["shape"]
        say(stars["saturated"], "saturated")
        edge = (x < radius - 0.5) | (y < radius - 0.5)
        say(edge | (x > columns - 0.5 - radius) | (y > rows - 0.5 - radius), "at the edge")
        if field["missing"] is not None:
            say(missing_inside(field["missing"], x, y, radius), "missing pixels")
        places = np.column_stack([x, y])
        for first, second in KDTree(places).query_pairs(2 * radius, output_type="ndarray"):
            # who is much fainter does not matter
            for one, other in ((first, second), (second, first)):
                if flux[other] > 0.02 * flux[one] and "neighbour" not in words[one]:
                    words[one].append("neighbour")
        say(np.isnan(stars["fwhm"]), "no shape")
    return np.array([", ".join(each) for each in words], dtype="U64")


def missing_inside(missing: Array, x: Array, y: Array, radius: float) -> Array:
    """Return which circles have a missing pixel in them."""
    import sep  # it is compiled, and not everyone has it

    return np.asarray(sep.sum_circle(missing.astype(np.float32), x, y, radius, subpix=0)[0] > 0)
