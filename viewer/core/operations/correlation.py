"""What an image has in common with itself or another one, shifted; and its mean around a point."""

from typing import Annotated, Any

import numpy as np
from scipy import fft

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.otheraxes import other_axes
from viewer.core.operation import operation
from viewer.core.operations.common import floating, same_shape
from viewer.core.operations.fourier import without_gaps
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]


@operation("Process/Frequency", "Autocorrelation")
def autocorrelation(frame: Frame) -> Frame:
    """Compare the image with itself, shifted by every possible distance.

    Each pixel is a shift: none on the pixel right of and above the exact middle, where the result is 1, and 0
    where nothing corresponds. The new coordinates of the header give the shift in pixels; those of the sky
    are removed. The mean of the image is subtracted before; what is shifted out on one side comes in on the
    other. Missing pixels count as the median of their plane.
    """
    height, width = frame.image_shape
    values = deviations(floating(frame.data))
    data = correlated(values, values)
    header = other_axes(frame.header, ("XLAG", "YLAG"), (width // 2, height // 2), (1.0, 1.0), "pixel")
    return frame.derive(data=data, header=header)


@operation("Process/Frequency", "Cross-correlation…")
def cross_correlation(frame: Frame, *, other: Frame) -> Frame:
    """Compare the image with another one, shifted by every possible distance.

    Each pixel is a shift: none on the pixel right of and above the exact middle. The brightest pixel tells
    how far, to the right and upwards, the other image has to be shifted to lie on this one; it is 1 if they
    are then equal. The new coordinates of the header give the shift in pixels; those of the sky are removed.
    The means of both images are subtracted before; what is shifted out on one side comes in on the other.
    Missing pixels count as the median of their plane.

    Parameters
    ----------
    other
        The image to compare with, of the same size; for a cube, one plane is enough.
    """
    same_shape(frame.data, other.data)
    height, width = frame.image_shape
    data = correlated(deviations(floating(frame.data)), deviations(floating(other.data)))
    header = other_axes(frame.header, ("XLAG", "YLAG"), (width // 2, height // 2), (1.0, 1.0), "pixel")
    return frame.derive(data=data, header=header)


@operation("Process/Profile", "Radial average…", makes=1)
def radial_average(
    frame: Frame, *, x: Annotated[float, Within(0, None)] = 0.0, y: Annotated[float, Within(0, None)] = 0.0
) -> Frame:
    """Average over rings of one pixel's width around a point: a profile of one axis.

    The first value is that of the pixel at the point, the next one the mean of those whose centres are
    between half a pixel and one and a half pixels away, and so on to the farthest corner. Missing pixels do
    not count.

    Parameters
    ----------
    x, y
        The point, the first pixel having its centre at 1; 0 takes the middle of the image.
    """
    if frame.ndim != 2:
        raise ViewerError("a radial average needs an image of one plane: take one of them first.")
    height, width = frame.image_shape
    data = ring_means(
        floating(frame.data), x - 1 if x > 0 else (width - 1) / 2, y - 1 if y > 0 else (height - 1) / 2
    )
    header = other_axes(frame.header, ("RADIUS",), (0,), (1.0,), "pixel")
    return frame.derive(data=data, header=header)


def deviations(data: Array) -> Array:
    """Return how much every pixel differs from the mean of its plane; refuse an image of equal pixels."""
    data = without_gaps(data)
    data = data - data.mean(axis=(-2, -1), keepdims=True, dtype=float).astype(data.dtype)
    if not data.any():
        raise ViewerError("an image of equal pixels has nothing to compare: choose another one.")
    return data


def correlated(data: Array, other: Array) -> Array:
    """Return the correlation of two images without a mean for every shift, 1 if they are then the same."""
    waves = fft.rfft2(data, workers=2)
    waves *= np.conj(waves if other is data else fft.rfft2(other, workers=2))
    result: Array = fft.irfft2(waves, s=data.shape[-2:], workers=2, overwrite_x=True)
    # as Cauchy and Schwarz have it, nothing is above this
    for plane in np.ndindex(data.shape[:-2]):
        product = np.linalg.norm(data[plane]) * np.linalg.norm(other[plane] if other.ndim > 2 else other)
        # a plane of equal pixels has nothing in common with anything
        result[plane] /= float(product) or np.nan
    shifted: Array = fft.fftshift(result, axes=(-2, -1))
    return shifted


def ring_means(data: Array, x: float, y: float) -> Array:
    """Return the mean of the pixels at each distance 0, 1, 2 … from a point (counted from 0)."""
    height, width = data.shape
    farthest = np.hypot(max(x, width - 1 - x), max(y, height - 1 - y))
    count, total = np.zeros((2, int(farthest + 0.5) + 1))
    for row in range(height):
        there = np.flatnonzero(np.isfinite(data[row]))
        ring = np.floor(np.hypot(there - x, row - y) + 0.5).astype(int)
        count += np.bincount(ring, minlength=count.size)
        total += np.bincount(ring, data[row, there], minlength=count.size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(data.dtype)
