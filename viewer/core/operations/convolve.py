"""Convolution with any kernel: numbers given by hand, or an image of its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import fft, ndimage

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, kernel_fits
from viewer.core.operations.missing import ignoring_missing, over_missing
from viewer.core.parameter import Matrix
from viewer.core.progress import Progress

Array = np.ndarray[Any, np.dtype[Any]]

# pixels of a kernel: with more of them, Fourier transforms are faster
LARGE_KERNEL = 200
ROWS_AT_ONCE = 512


def kernel_reach(kernel: Matrix, **_: Any) -> int:
    """Return how far the kernel, and what it sees in place of missing pixels, extends."""
    return max(len(kernel), len(kernel[0]))


def wrong_kernel(kernel: Matrix, normalise: bool) -> str:
    """Say what is wrong with a kernel given by hand."""
    numbers = [number for row in kernel for number in row]
    if not any(numbers):
        return "the kernel is 0 everywhere: give it other numbers."
    if normalise and abs(sum(numbers)) < 1e-9 * max(map(abs, numbers)):
        return "the kernel adds up to 0 and cannot be normalised: switch normalise off."
    return ""


@operation("Process/Filters", "Convolve…", reach=kernel_reach, refuse=wrong_kernel)
def convolve(
    frame: Frame,
    *,
    kernel: Matrix = ((1.0, 2.0, 1.0), (2.0, 4.0, 2.0), (1.0, 2.0, 1.0)),
    normalise: bool = True,
) -> Frame:
    """Convolve the image with a kernel of numbers given by hand.

    At the edges of the image the outermost pixels are repeated. Missing pixels stay missing and do not
    spread: their weights go to the others or, if the kernel has negative numbers, they count with the mean
    around them.

    Parameters
    ----------
    kernel
        Rows of numbers, the lowest row of the image first. As a convolution has it, the kernel is what a
        single bright pixel becomes.
    normalise
        Divide the kernel by its sum, so that the level of the image stays. Not for kernels that add up to 0.
    """
    weights = np.array(kernel)
    if normalise:
        weights = weights / weights.sum()
    kernel_fits(frame.data, *weights.shape)
    data = without_spreading(floating(frame.data), weights, convolved_directly)
    return frame.derive(data=data)


@operation("Process/Filters", "Convolve with an image…")
def convolve_image(frame: Frame, *, kernel: Frame, normalise: bool = True, progress: Progress) -> Frame:
    """Convolve the image with a kernel from a file: a point spread function, for instance.

    At the edges of the image the outermost pixels are repeated. Missing pixels stay missing and do not
    spread: their weights go to the others or, if the kernel has negative numbers, they count with the mean
    around them. Large kernels are multiplied in Fourier space.

    Parameters
    ----------
    kernel
        An image that is smaller than this one, its middle in the middle.
    normalise
        Divide the kernel by its sum, so that the level of the image stays. Not for kernels that add up to 0.
    """
    weights = kernel_of(kernel.data)
    if normalise:
        weights = weights / sum_of(weights)
    kernel_fits(frame.data, *weights.shape)
    values = floating(frame.data)
    data = np.empty_like(values)
    margin = max(weights.shape)
    # in bands of rows: that takes less memory
    for row in progress.each(range(0, values.shape[-2], ROWS_AT_ONCE)):
        low = max(0, row - margin)
        band = values[..., low : row + ROWS_AT_ONCE + margin, :]
        band = without_spreading(
            band, weights, convolved_by_fourier if weights.size > LARGE_KERNEL else convolved_directly
        )
        data[..., row : row + ROWS_AT_ONCE, :] = band[..., row - low : row - low + ROWS_AT_ONCE, :]
    return frame.derive(data=data)


def kernel_of(image: Array) -> Array:
    """Return the kernel that an image holds; refuse one that cannot be used."""
    if image.ndim != 2:
        raise ViewerError(f"the kernel has {image.ndim} axes: it has to be an image of two.")
    if not np.isfinite(image).all():
        raise ViewerError("the kernel has missing pixels: replace them first.")
    if not image.any():
        raise ViewerError("the kernel is 0 everywhere: choose another image.")
    return image.astype(float)


def sum_of(kernel: Array) -> float:
    """Return the sum of a kernel; refuse to normalise one that adds up to 0."""
    if abs(kernel.sum()) < 1e-9 * np.max(abs(kernel)):
        raise ViewerError("the kernel adds up to 0 and cannot be normalised: switch normalise off.")
    return float(kernel.sum())


def without_spreading(data: Array, kernel: Array, convolution: Callable[[Array, Array], Array]) -> Array:
    """Convolve an image; missing pixels get no weight or, with negative weights, the mean around them."""
    if kernel.min() < 0:
        return over_missing(data, lambda values: convolution(values, kernel), *kernel.shape)
    return ignoring_missing(data, lambda values: convolution(values, kernel), total=float(kernel.sum()))


def convolved_directly(data: Array, kernel: Array) -> Array:
    """Convolve every plane pixel by pixel; at the edges of the image values are repeated."""
    kernel = kernel.reshape((1,) * (data.ndim - 2) + kernel.shape)
    result: Array = ndimage.convolve(data, kernel, mode="nearest")
    return result


def convolved_by_fourier(data: Array, kernel: Array) -> Array:
    """Convolve every plane through Fourier transforms; at the edges of the image values are repeated."""
    # takes longer to load than all else that operations need
    from scipy.signal import fftconvolve

    height, width = kernel.shape
    border = ((height - 1 - height // 2, height // 2), (width - 1 - width // 2, width // 2))
    result = np.empty_like(data)
    for plane in np.ndindex(data.shape[:-2]):
        padded = np.pad(data[plane].astype(float), border, mode="edge")
        with fft.set_workers(2):
            result[plane] = fftconvolve(padded, kernel, mode="valid")
    return result
