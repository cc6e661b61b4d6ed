"""Star search: find the stars of an image with sep, and measure each in an aperture that fits the field."""

from typing import Any

import numpy as np

from viewer.core.arrays import floating
from viewer.core.measure.starcandidates import star_candidates
from viewer.core.measure.starfield import star_field
from viewer.core.measure.starfluxes import measured_stars


def list_stars(
    data: Any,
    *,
    threshold: float = 5.0,
    separation: float = 0.0,
    aperture: float = 0.0,
    contrast: float = 0.001,
    mesh: int = 64,
    gain: float | None = None,
    saturation: float | None = None,
    limit: int = 50_000,
) -> dict[str, Any]:
    """Find the stars of an image and measure them, the brightest first.

    The background is the mesh of SExtractor, and so are the search with a matched filter and the separation
    of stars that touch (Bertin & Arnouts 1996, A&AS 117, 393; the library sep). Hot pixels, cosmic rays,
    bleeding columns and trails are told by their shape and left out. Fluxes are sums in circles, with the
    exact overlap of circle and pixels.

    Parameters
    ----------
    data
        Two axes, (rows, columns); missing pixels are NaN.
    threshold
        How many times the noise a star stands out after the matched filter; where neighbouring pixels share
        their noise (resampled images, photographic plates), that is measured and allowed for.
    separation
        Two stars are never closer, in pixels; 0: half the field's full width at half maximum.
    aperture
        Radius in pixels; 0: 1.5 times the field's full width at half maximum.
    contrast
        What share of the light of stars that touch the faintest has at least; 1 separates none.
    mesh
        Width of a cell of the background in pixels.
    gain
        Electrons for each unit of the image, for the errors; None: only the background's noise counts.
    saturation
        Pixels from this value on are full; None: flat tops tell.
    limit
        How many stars are listed, the brightest.

    Returns
    -------
    dict
        Of equal length: x, y (of FITS: the first pixel's centre is 1), flux, flux_err, peak and background
        (peak is that of the brightest pixel above the background), fwhm (pixels), ellipticity (1 - b/a),
        theta (degrees, counter-clockwise from x), snr, saturated, flags (words). And count, median_fwhm,
        sky, noise (of a pixel), aperture (radius), separation, threshold, saturation, notes (sentences).
    """
    rows, columns = data.shape
    field = star_field(floating(np.asarray(data[0:rows, 0:columns])), mesh)
    found = star_candidates(field, threshold, contrast, saturation)
    return measured_stars(field, found, aperture, separation, gain, limit) | {"threshold": threshold}
