"""The sky of a long-slit frame: its level beside an object at each wavelength, and its noise."""

import math

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import Array
from viewer.core.measure.trace import median_of_known

# How far a pixel of the sky may lie off, in sigma, before it is left out: a cosmic ray, or a star.
SKY_CLIP = 4.0
# The noise at one wavelength comes from so many pixels of the sky at least, of neighbours too if need be.
NOISE_PIXELS = 30


def fitted_sky(places: Array, values: Array, targets: Array, fit: str) -> tuple[Array, Array]:
    """Return the sky at the places of the band, and the variance of its mean in those of one pixel.

    Parameters
    ----------
    places
        Of the sky pixels along the slit.
    values
        A row for each of them, a column for each wavelength.
    targets
        Places of the band.
    fit
        median, constant or linear.
    """
    known = np.isfinite(values)
    if fit == "median":
        number = np.maximum(known.sum(0), 1)
        return np.tile(median_of_known(values), (len(targets), 1)), math.pi / 2 / number
    if fit not in ("constant", "linear"):
        raise ViewerError(f"the sky cannot be fitted by {fit}: choose median, constant or linear.")
    off = abs(values - median_of_known(values))
    known &= off <= SKY_CLIP * np.maximum(1.4826 * median_of_known(off), 1e-12)
    model, doubt = np.zeros((len(targets), values.shape[1])), np.zeros(values.shape[1])
    for _ in range(3):
        model, here, doubt = straight_sky(places, values, known, targets, fit == "linear")
        off = abs(values - here)
        scatter = np.sqrt(np.where(known, off**2, 0).sum(0) / np.maximum(known.sum(0) - 2, 1))
        known &= off <= SKY_CLIP * np.maximum(scatter, 1e-12)
    return model, doubt


def straight_sky(
    places: Array, values: Array, known: Array, targets: Array, sloped: bool
) -> tuple[Array, Array, Array]:
    """Fit a level, and a slope if wanted, at each wavelength by least squares.

    Return it at the targets and at the places, and the variance of its mean over the targets.
    """
    number = known.sum(0)
    some = np.maximum(number, 1)
    level = np.where(number > 0, np.where(known, values, 0).sum(0) / some, np.nan)
    if not sloped:
        return np.tile(level, (len(targets), 1)), np.tile(level, (len(places), 1)), 1 / some
    middle = (known * places[:, np.newaxis]).sum(0) / some
    far = (places[:, np.newaxis] - middle) * known
    square = (far**2).sum(0)
    slope = np.where(
        square > 0, (far * np.where(known, values, 0)).sum(0) / np.where(square > 0, square, 1), 0
    )
    doubt = 1 / some + (targets.mean() - middle) ** 2 / np.where(square > 0, square, np.inf)
    at_targets = level + slope * (targets[:, np.newaxis] - middle)
    return at_targets, level + slope * (places[:, np.newaxis] - middle), doubt


def sky_scatter(places: Array, values: Array) -> Array:
    """Return the noise of one pixel of the sky at each wavelength: the scatter about a straight line.

    Outliers are left out, and neighbouring wavelengths are taken together where the bands are narrow.
    """
    off = abs(values - median_of_known(values))
    known = off <= SKY_CLIP * np.maximum(1.4826 * median_of_known(off), 1e-12)
    _, here, _ = straight_sky(places, values, known, places, True)
    squares = np.where(known, (values - here) ** 2, 0).sum(0)
    free = np.maximum(known.sum(0) - 2.0, 0)
    pieces = 2 * math.ceil(NOISE_PIXELS / max(1, len(values)) / 2) - 1
    window = np.ones(min(pieces, len(squares) - 1 + len(squares) % 2))
    squares, free = np.convolve(squares, window, "same"), np.convolve(free, window, "same")
    return np.where(free > 0, np.sqrt(squares / np.maximum(free, 1)), np.nan)
