"""Create: images out of nothing - a constant, noise, a field of stars - and noise to add to others."""

import math
from typing import Annotated

import numpy as np
from astropy.io import fits
from scipy.special import erf

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating
from viewer.core.parameter import Within
from viewer.core.progress import Progress


@operation("File/New image", "Constant image…")
def create_constant(
    *,
    width: Annotated[int, Within(1, 16384, "px")] = 512,
    height: Annotated[int, Within(1, 16384, "px")] = 512,
    value: Annotated[float, Within(unit="ADU")] = 1000.0,
) -> Frame:
    """Make an image that has the same value everywhere.

    Parameters
    ----------
    width
        Number of columns.
    height
        Number of rows.
    value
        Of every pixel.
    """
    header = fits.Header()
    data = np.full((height, width), value, dtype=np.float32)
    return Frame.of(data=data, header=header)


@operation("File/New image", "Noise…")
def create_noise(
    *,
    width: Annotated[int, Within(1, 16384, "px")] = 512,
    height: Annotated[int, Within(1, 16384, "px")] = 512,
    mean: Annotated[float, Within(-1e9, 1e9, "ADU")] = 0.0,
    sigma: Annotated[float, Within(0, 1e9, "ADU")] = 1.0,
    seed: Annotated[int, Within(0, 2**31)] = 1,
) -> Frame:
    """Make an image of Gaussian noise.

    The same seed gives the same noise again, with the same version of numpy.

    Parameters
    ----------
    width
        Number of columns.
    height
        Number of rows.
    mean
        Value about which the pixels scatter.
    sigma
        Standard deviation.
    seed
        Any number; another one gives other noise of the same kind.
    """
    header = fits.Header()
    random = np.random.default_rng(seed)
    data = mean + sigma * random.standard_normal((height, width), dtype=np.float32)
    return Frame.of(data=data, header=header)


@operation("File/New image", "Star field…")
def create_frame(
    *,
    width: Annotated[int, Within(1, 16384, "px")] = 512,
    height: Annotated[int, Within(1, 16384, "px")] = 512,
    level: Annotated[float, Within(-1e6, 1e6, "ADU")] = 1000.0,
    noise: Annotated[float, Within(0, 1e6, "ADU")] = 10.0,
    photons: bool = False,
    stars: Annotated[int, Within(0, 100000)] = 100,
    brightest: Annotated[float, Within(0, 1e9, "ADU")] = 100000.0,
    fwhm: Annotated[float, Within(0.5, 100, "px")] = 3.0,
    gradient: Annotated[float, Within(-1e6, 1e6, "ADU")] = 0.0,
    seed: Annotated[int, Within(0, 2**31)] = 1,
    progress: Progress,
) -> Frame:
    """Make an image of the sky: a level, a gradient, stars and noise.

    The stars are Gaussians, integrated over each pixel, at random places. Their brightness spreads over five
    magnitudes, with twice as many stars in each fainter magnitude, as on the real sky. The same seed gives
    the same image again, with the same version of numpy.

    Parameters
    ----------
    width
        Number of columns.
    height
        Number of rows.
    level
        Of the sky, in the middle of the image.
    noise
        Standard deviation of Gaussian noise, as from the readout.
    photons
        Add the noise of the photons too (Poisson), as if one ADU were one of them.
    stars
        How many.
    brightest
        Flux that no star exceeds: the sum over its pixels.
    fwhm
        Full width at half maximum of the stars.
    gradient
        How much brighter the sky is on the right than on the left.
    seed
        Any number; another one gives another field of the same kind.
    """
    header = fits.Header()
    random = np.random.default_rng(seed)
    data = np.full((height, width), level, dtype=np.float32)
    data += (gradient * np.linspace(-0.5, 0.5, width)).astype(np.float32)
    positions = random.uniform(-0.5, [width - 0.5, height - 0.5], (stars, 2))
    # numbers of stars that double with each magnitude, over five magnitudes
    magnitudes = np.log2(1 + random.uniform(0, 1, stars) * (2**5 - 1))
    fluxes = brightest * 10 ** (-0.4 * magnitudes)
    for (x, y), flux in progress.each(list(zip(positions, fluxes, strict=True))):
        add_star(data, x, y, flux, fwhm)
    if photons:
        data = random.poisson(np.maximum(data, 0)).astype(np.float32)
    if noise > 0:
        data += noise * random.standard_normal((height, width), dtype=np.float32)
    return Frame.of(data=data, header=header)


def add_star(data: Array, x: float, y: float, flux: float, fwhm: float) -> None:
    """Add a Gaussian to an image, integrated over each pixel."""
    sigma = fwhm / math.sqrt(8 * math.log(2))
    reach = math.ceil(6 * sigma) + 1
    left, right = max(0, round(x) - reach), min(data.shape[1], round(x) + reach + 1)
    low, high = max(0, round(y) - reach), min(data.shape[0], round(y) + reach + 1)
    # the integral up to each border between pixels; its differences are the pixels
    across = erf((np.arange(left, right + 1) - 0.5 - x) / (math.sqrt(2) * sigma)) / 2
    along = erf((np.arange(low, high + 1) - 0.5 - y) / (math.sqrt(2) * sigma)) / 2
    data[low:high, left:right] += flux * np.outer(np.diff(along), np.diff(across))


@operation("Process/Arithmetic", "Add noise…")
def add_noise(
    frame: Frame,
    *,
    sigma: Annotated[float, Within(0, 1e9, "ADU")] = 10.0,
    seed: Annotated[int, Within(0, 2**31)] = 1,
) -> Frame:
    """Add Gaussian noise to the image.

    The same seed gives the same noise again, with the same version of numpy.

    Parameters
    ----------
    sigma
        Standard deviation.
    seed
        Any number; another one gives other noise of the same kind.
    """
    data = floating(frame.data)
    random = np.random.default_rng(seed)
    data = data + np.asarray(random.normal(0, sigma, data.shape), data.dtype)
    return frame.derive(data=data)
