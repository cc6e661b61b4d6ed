"""Sky mapping: where the pixels of one image lie in another by their positions on the sky."""

import warnings

import numpy as np
from astropy.io.fits import Header
from astropy.wcs import WCS, FITSFixedWarning, NoConvergence
from astropy.wcs.utils import pixel_to_pixel
from numpy.polynomial import polynomial

from viewer.core.operations.common import Array
from viewer.core.operations.mapping import place, unit_range

# A mapping that is simplified may be off by so much, in pixels.
SKY_LINEAR = 0.02
SKY_CURVED = 0.005


def sky_system(header: Header) -> WCS | None:
    """Return the coordinates on the sky that a header gives, with distortions; None if it gives none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FITSFixedWarning)
        try:
            found = WCS(header)
        except (ValueError, KeyError, TypeError, MemoryError):
            return None
        return found.celestial if found.has_celestial else None


def sky_mapping(reference: WCS, sky: WCS, shape: tuple[int, int], size: tuple[int, int]) -> Array | str:
    """Return the mapping from pixels of a reference to those of an image; a sentence if there is none.

    It is a matrix if that is right to 0.02 pixels, as between most images of one camera. Otherwise it is
    polynomials that agree with both coordinate systems to 0.005 pixels.

    Parameters
    ----------
    reference, sky
        Of the reference and of the image.
    shape, size
        Rows and columns of the reference and of the image.
    """
    rows, columns = (np.linspace(0, n - 1, 25) for n in shape)
    x, y = (each.ravel() for each in np.meshgrid(columns, rows))
    try:
        there = np.stack(pixel_to_pixel(reference, sky, x, y), axis=1)
    except (NoConvergence, ValueError) as problem:
        return f"its coordinates on the sky cannot be calculated ({type(problem).__name__})"
    good = np.isfinite(there).all(axis=1)
    overlap = good & (there > -1).all(axis=1) & (there < np.array(size[::-1])).all(axis=1)
    if not overlap.any():
        return "it shows another part of the sky"
    if not good.all():
        return "the projection of its coordinates does not reach all pixels of the first image"
    here = np.stack([x, y], axis=1)
    terms = np.column_stack([here, np.ones(len(here))])
    mapping = np.linalg.lstsq(terms, there)[0].T
    if np.abs(place(mapping, here, shape) - there).max() <= SKY_LINEAR:
        return np.asarray(mapping)
    v, u = unit_range(y, shape[0]), unit_range(x, shape[1])
    for order in range(2, 10):
        terms = polynomial.polyvander2d(v, u, (order, order))
        curved = np.linalg.lstsq(terms, there)[0].T.reshape(2, order + 1, order + 1)
        if np.abs(place(curved, here, shape) - there).max() <= SKY_CURVED:
            return np.asarray(curved)
    return "its coordinates are bent too much to follow them"
