"""Restore: sharpen by deconvolution, and take the stars out of an image."""

import math
from typing import Annotated

import numpy as np
from scipy import fft, ndimage

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import Array, floating
from viewer.core.parameter import Within
from viewer.core.progress import Progress


@operation("Process/Restore", "Richardson–Lucy…", memory=9)
def richardson_lucy(
    frame: Frame,
    *,
    fwhm: Annotated[float, Within(0.5, 100, "px")] = 3.0,
    iterations: Annotated[int, Within(1, 1000)] = 20,
    progress: Progress,
) -> Frame:
    """Sharpen the image by Richardson-Lucy deconvolution with a Gaussian.

    Looks for the image that, blurred by the point spread function, makes the measured one the most likely if
    the noise is that of photons (Richardson 1972, JOSA 62, 55; Lucy 1974, AJ 79, 745). Each iteration
    sharpens more, and amplifies the noise: stop early. On a background, dark rings appear around bright
    stars: subtract it before. If there are negative values, the whole image is lifted to 0, and lowered again
    in the end. Missing pixels do not count and stay missing.

    Parameters
    ----------
    fwhm
        Full width at half maximum of the stars.
    iterations
        How often the image is improved.
    """
    data = floating(frame.data)
    kernel = gaussian_kernel(fwhm)
    sharp = np.empty_like(data)
    for plane in np.ndindex(data.shape[:-2]):
        lowest = min(0, np.nanmin(data[plane]))
        norm, transfer = enlarged(data[plane], kernel)
        image = np.full_like(norm, np.nanmean(data[plane]) - lowest)
        for _ in progress.each(range(iterations)):
            image = improved(image, data[plane], lowest, norm, transfer)
        sharp[plane] = image[: data.shape[-2], : data.shape[-1]] + lowest
    sharp[np.isnan(data)] = np.nan
    return frame.derive(data=sharp)


@operation("Process/Restore", "Richardson–Lucy with a PSF image…", memory=9)
def richardson_lucy_psf(
    frame: Frame,
    *,
    psf: Frame,
    iterations: Annotated[int, Within(1, 1000)] = 20,
    progress: Progress,
) -> Frame:
    """Sharpen the image by Richardson-Lucy deconvolution with an image of a star.

    As with a Gaussian (Richardson 1972, Lucy 1974), but the point spread function is measured: it may be
    trailed or lopsided.

    Parameters
    ----------
    psf
        Image of one bright star, cut out, without background: its brightest pixel is the centre, negative
        values count as 0, and the sum does not matter.
    iterations
        How often the image is improved.
    """
    data = floating(frame.data)
    kernel = measured_kernel(psf.data, data.shape)
    sharp = np.empty_like(data)
    for plane in np.ndindex(data.shape[:-2]):
        lowest = min(0, np.nanmin(data[plane]))
        norm, transfer = enlarged(data[plane], kernel)
        image = np.full_like(norm, np.nanmean(data[plane]) - lowest)
        for _ in progress.each(range(iterations)):
            image = improved(image, data[plane], lowest, norm, transfer)
        sharp[plane] = image[: data.shape[-2], : data.shape[-1]] + lowest
    sharp[np.isnan(data)] = np.nan
    return frame.derive(data=sharp)


def gaussian_kernel(fwhm: float) -> Array:
    """Return a Gaussian with its centre in the middle."""
    sigma = fwhm / math.sqrt(8 * math.log(2))
    distance = np.arange(-math.ceil(4 * sigma), math.ceil(4 * sigma) + 1)
    profile = np.exp(-(distance**2) / (2 * sigma**2))
    return np.outer(profile, profile)


def measured_kernel(star: Array, shape: tuple[int, ...]) -> Array:
    """Return the image of a star, moved so that its brightest pixel is in the middle."""
    if star.ndim != 2 or star.shape[0] > shape[-2] or star.shape[1] > shape[-1]:
        raise ViewerError("the image of the star has to be of two axes, and not larger than the other image.")
    star = np.maximum(np.nan_to_num(star.astype(float), posinf=0.0), 0)
    if star.sum() == 0:
        raise ViewerError("the image of the star is nowhere above 0: it shows no star.")
    y, x = np.unravel_index(np.argmax(star), star.shape)
    reach = max(y, x, star.shape[0] - 1 - y, star.shape[1] - 1 - x)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    kernel[reach - y : reach - y + star.shape[0], reach - x : reach - x + star.shape[1]] = star
    return kernel


def enlarged(data: Array, kernel: Array) -> tuple[Array, Array]:
    """Return, for an image with a border that was not measured, its norm and the transform of the kernel.

    The border holds the light from outside; the norm says how much of each pixel's light was measured.
    """
    shape = [fft.next_fast_len(n + m - 1, real=True) for n, m in zip(data.shape, kernel.shape, strict=True)]
    middle = np.zeros(shape, data.dtype)
    middle[: kernel.shape[0], : kernel.shape[1]] = kernel / kernel.sum()
    middle = np.roll(middle, [-(n // 2) for n in kernel.shape], axis=(0, 1))
    transfer = fft.rfft2(middle, workers=2)
    weight = np.zeros(shape, data.dtype)
    weight[: data.shape[0], : data.shape[1]] = np.isfinite(data)
    return correlated(weight, transfer), transfer


def correlated(image: Array, transfer: Array) -> Array:
    """Return the image blurred by the mirrored kernel whose transform is given."""
    waves = fft.rfft2(image, workers=2)
    # the conjugate of the product with the conjugate needs no copy of either
    np.conjugate(waves, out=waves)
    waves *= transfer
    np.conjugate(waves, out=waves)
    back: Array = fft.irfft2(waves, s=image.shape, workers=2)
    return back


def improved(image: Array, data: Array, lowest: float, norm: Array, transfer: Array) -> Array:
    """Return the next image: compare the blurred one with the measured one, and bring the ratio back."""
    waves = fft.rfft2(image, workers=2)
    waves *= transfer
    blurred = fft.irfft2(waves, s=image.shape, workers=2)
    del waves
    # a black image stays black
    np.maximum(blurred, np.finfo(image.dtype).eps * image.max() or 1, out=blurred)
    # in the border nothing was measured
    ratio = np.zeros_like(blurred)
    inside = slice(data.shape[0]), slice(data.shape[1])
    np.divide(data - lowest, blurred[inside], out=ratio[inside], where=np.isfinite(data))
    del blurred
    better = correlated(ratio, transfer)
    np.maximum(better, 0, out=better)
    # of light that falls almost wholly outside nothing can be said
    known = norm > 0.001
    np.divide(better, norm, out=better, where=known)
    np.copyto(better, 1, where=~known)
    better *= image
    return better


@operation("Process/Restore", "Remove stars…")
def remove_stars(
    frame: Frame,
    *,
    size: Annotated[int, Within(5, 500, "px")] = 25,
    sigma: Annotated[float, Within(1, 100)] = 5.0,
    grow: Annotated[int, Within(0, 100, "px")] = 2,
) -> Frame:
    """Take away whatever is small and bright, and fill the holes smoothly from around.

    The slightly smoothed image is compared with its median in a square window: what exceeds that by more than
    the noise is counted as star, and replaced by a weighted mean of the pixels around. This is a way to look
    at nebulae, not to measure them: what lies under the stars is not known, the filled spots have no noise,
    small knots of a nebula go as well, and the halos of bright stars and whatever covers half the window
    stay. Missing pixels stay missing.

    Parameters
    ----------
    size
        Side of the window, some eight times the FWHM of the stars.
    sigma
        How far above the noise a star begins.
    grow
        By how much the stars are widened, for their faint edges.
    """
    data = floating(frame.data)
    without = np.empty_like(data)
    for plane in np.ndindex(data.shape[:-2]):
        stars = star_mask(data[plane], size, sigma, grow)
        use = np.isfinite(data[plane]) & ~stars
        weight = ndimage.gaussian_filter(use.astype(data.dtype), size / 4)
        around = ndimage.gaussian_filter(np.where(use, data[plane], 0), size / 4)
        around /= np.maximum(weight, 1e-6)
        without[plane] = data[plane]
        np.copyto(without[plane], around, where=stars & (weight > 1e-6))
    return frame.derive(data=without)


def star_mask(data: Array, size: int, sigma: float, grow: int) -> Array:
    """Return True where there is something small and bright."""
    missing = np.isnan(data)
    if missing.all():
        return np.zeros(data.shape, bool)
    smooth = ndimage.gaussian_filter(np.where(missing, np.nanmedian(data), data), 1)
    # five by five pixels of the window are enough for its median
    step = size // 5
    median = ndimage.median_filter(smooth[::step, ::step], size=5, mode="nearest")
    median = ndimage.affine_transform(
        median, [1 / step, 1 / step], output_shape=data.shape, order=1, mode="nearest"
    )
    smooth -= median
    del median
    # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
    stars = smooth > sigma * 1.4826 * np.median(np.abs(smooth), overwrite_input=True)
    if grow > 0:
        stars = ndimage.binary_dilation(stars, iterations=grow)
    return np.asarray(stars & ~missing)
