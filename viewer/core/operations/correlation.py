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
    waves = fft.rfft2(deviations(floating(frame.data)), workers=2)
    waves = np.abs(waves) ** 2
    data = fft.irfft2(waves, s=frame.image_shape, workers=2)
    data = fft.fftshift(data, axes=(-2, -1))
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
    waves = fft.rfft2(deviations(floating(frame.data)), workers=2)
    waves *= np.conj(fft.rfft2(deviations(floating(other.data)), workers=2))
    data = fft.irfft2(waves, s=frame.image_shape, workers=2)
    data = fft.fftshift(data, axes=(-2, -1))
    header = other_axes(frame.header, ("XLAG", "YLAG"), (width // 2, height // 2), (1.0, 1.0), "pixel")
    return frame.derive(data=data, header=header)


@operation("Process/Profile", "Radial average…", makes=1)
def radial_average(
    frame: Frame,
    *,
    x: Annotated[float, Within(0, 1_000_000)] = 0.0,
    y: Annotated[float, Within(0, 1_000_000)] = 0.0,
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
    """Return how much pixels differ from the mean of their plane, scaled so that the squares add up to 1."""
    data = without_gaps(data)
    data = data - data.mean(axis=(-2, -1), keepdims=True, dtype=float).astype(data.dtype)
    if not data.any():
        raise ViewerError("an image of equal pixels has nothing to compare: choose another one.")
    for plane in np.ndindex(data.shape[:-2]):
        # a plane of equal pixels has nothing in common with anything
        data[plane] /= float(np.linalg.norm(data[plane])) or np.nan
    return data


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
