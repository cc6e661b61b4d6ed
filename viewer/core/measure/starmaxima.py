"""Star maxima: the method of a first course - stretch, cut, and take what is brighter than all around it."""

import math
from typing import Any

import numpy as np
from scipy import ndimage

from viewer.core.arrays import floating
from viewer.core.measure.starfield import star_field
from viewer.core.measure.starfluxes import measured_stars
from viewer.core.measure.starfull import full_level
from viewer.core.operations.starfinding import shapes_of


def list_maxima(
    data: Any,
    *,
    threshold: float = 0.7,
    low: float = 0.25,
    high: float = 99.5,
    separation: float = 5.0,
    aperture: float = 0.0,
    mesh: int = 64,
    gain: float | None = None,
    saturation: float | None = None,
    limit: int = 50_000,
) -> dict[str, Any]:
    """Find stars as local maxima of the stretched image, the way they are found in a first course.

    The inverse hyperbolic sine brings faint and bright together, and the values between two percentiles
    become 0 to 1. What is above the threshold and the brightest within the separation is taken for a star:
    also hot pixels and cosmic rays, and of the wings of bright stars some. How many there are depends on the
    percentiles more than on the sky. The apertures are those of the other method.

    Parameters
    ----------
    data
        Two axes, (rows, columns); missing pixels are NaN.
    threshold
        Between 0 and 1, of the stretched range.
    low, high
        Percentiles that become 0 and 1.
    separation
        Within so many pixels only the brightest maximum counts.
    aperture
        Radius in pixels; 0: 1.5 times the field's full width at half maximum.
    mesh
        Width of a cell of the background, in pixels.
    gain
        Electrons for each unit of the image, for the errors; None: only the background's noise counts.
    saturation
        Pixels from this value on are full.
    limit
        How many are listed, the brightest.

    Returns
    -------
    dict
        As `list_stars` gives it.
    """
    rows, columns = data.shape
    values = floating(np.asarray(data[0:rows, 0:columns]))
    field = star_field(values, mesh)
    found = np.zeros(0, [("x", float), ("y", float), ("a", float), ("b", float)])
    if field["light"] is not None:
        scaled = np.arcsinh(values)
        bottom, top = np.nanpercentile(np.where(np.isfinite(scaled), scaled, np.nan), [low, high])
        scaled = np.clip((scaled - bottom) / max(top - bottom, 1e-30), 0, 1)
        scaled[~np.isfinite(scaled)] = 0
        # what the cut made equal is one maximum: its middle counts
        reach = int(np.ceil(separation))
        peaks = (scaled == ndimage.maximum_filter(scaled, 2 * reach + 1)) & (scaled > threshold)
        labels, number = ndimage.label(peaks, np.ones((3, 3)))
        places = np.array(ndimage.center_of_mass(peaks, labels, range(1, number + 1))).reshape(-1, 2)
        found = np.zeros(number, found.dtype)
        found["y"], found["x"] = places.T
        found["a"] = found["b"] = 1.5
    stars = shapes_of(field["light"], found)
    usual = np.nanmedian(stars["fwhm"]) if np.isfinite(stars["fwhm"]).any() else 3.0
    away = ~(np.hypot(stars["x"] - found["x"], stars["y"] - found["y"]) < usual)
    for name in ("fwhm", "a", "b", "theta"):
        stars[name][away] = np.nan
    stars["x"], stars["y"] = found["x"], found["y"]
    row, column = np.rint(found["y"]).astype(int), np.rint(found["x"]).astype(int)
    if len(stars):
        stars["peak"] = field["light"][row, column]
        stars["flux"] = np.where(np.isfinite(stars["flux"]), stars["flux"], stars["peak"])
        field["saturation"] = full_level(field) if saturation is None else saturation
        full = math.inf if field["saturation"] is None else field["saturation"]
        stars["saturated"] = field["values"][row, column] >= full
    return measured_stars(field, stars, aperture, separation, gain, limit) | {"threshold": threshold}
