"""Shifting: how far an image without enough stars is shifted, by what it has in common with another."""

import numpy as np
from scipy import fft, ndimage

from viewer.core.operations.common import Array

# How many times the scatter of all shifts the right one has to stand out.
SHIFT_PEAK = 12.0


def correlated_shift(first: Array, second: Array) -> Array | None:
    """Return (x, y) by which an image is shifted against the first one; None if nothing tells.

    The images are correlated for every shift (Press et al., Numerical Recipes, 13.2), without what changes
    slowly and with what sticks out limited, so that one hot pixel does not decide.
    """
    shape = [
        fft.next_fast_len(sum(sizes), real=True) for sizes in zip(first.shape, second.shape, strict=True)
    ]
    waves = [fft.rfft2(structure(plane), s=shape, workers=2) for plane in (first, second)]
    common = fft.irfft2(waves[1] * np.conj(waves[0]), s=shape, workers=2)
    row, column = np.unravel_index(int(common.argmax()), common.shape)
    noise = 1.4826 * float(np.median(np.abs(common - np.median(common))))
    if not common[row, column] > SHIFT_PEAK * noise:
        return None
    around = common[np.ix_((np.arange(-1, 2) + row) % shape[0], (np.arange(-1, 2) + column) % shape[1])]
    y, x = row + vertex(around[:, 1]), column + vertex(around[1])
    # shifts to the left and downwards come in from the other side
    return np.array([x - shape[1] * (x > second.shape[1]), y - shape[0] * (y > second.shape[0])])


def structure(plane: Array) -> Array:
    """Return what varies within some pixels, in units of its scatter, limited."""
    known = np.isfinite(plane)
    values = np.where(known, plane, np.median(plane[known]) if known.any() else 0).astype(np.float32)
    values = ndimage.gaussian_filter(values, 1.5) - ndimage.gaussian_filter(values, 12)
    scatter = 1.4826 * float(np.median(np.abs(values))) or 1.0
    return np.asarray(np.clip(values / scatter, 0, 20) - np.float32(0.4))


def vertex(values: Array) -> float:
    """Return where a parabola through three values at -1, 0 and 1 is highest."""
    below, middle, above = values.tolist()
    bend = below - 2 * middle + above
    return float(0.5 * (below - above) / bend) if bend < 0 else 0.0
