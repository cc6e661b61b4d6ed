"""Filters that smooth: from a pixel and its neighbours, a mean, a median or an extreme."""

from typing import Annotated, Any

import numpy as np
from scipy import ndimage

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, kernel_fits
from viewer.core.operations.missing import ignoring_missing, median_around
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]
Radius = Annotated[int, Within(1, 100, "px")]


def radius_reach(radius: int, **_: Any) -> int:
    """Return how far a filter with a radius looks."""
    return radius


def gaussian_reach(sigma: float, **_: Any) -> int:
    """Return where scipy ends a Gaussian."""
    return int(4 * sigma + 0.5)


@operation("Process/Filters", "Gaussian blur…", reach=gaussian_reach)
def gaussian(
    frame: Frame, *, sigma: Annotated[float, Within(0.1, 200, "px")] = 1.5, fill: bool = False
) -> Frame:
    """Blur the image with a Gaussian.

    The kernel ends at four standard deviations; at the edges of the image the outermost pixels are repeated.
    Missing pixels get no weight and stay missing.

    Parameters
    ----------
    sigma
        Standard deviation; the full width at half maximum is 2.355 times as large.
    fill
        Give missing pixels the mean of their neighbours, weighted by the Gaussian.
    """
    kernel_fits(frame.data, 2 * round(4 * sigma) + 1, 2 * round(4 * sigma) + 1)
    data = ignoring_missing(
        floating(frame.data),
        lambda values: ndimage.gaussian_filter(values, sigma, mode="nearest", axes=(-2, -1)),
        fill=fill,
    )
    return frame.derive(data=data)


@operation("Process/Filters", "Boxcar mean…", reach=radius_reach)
def boxcar(frame: Frame, *, radius: Radius = 3, fill: bool = False) -> Frame:
    """Blur the image with the mean over a square.

    At the edges of the image the outermost pixels are repeated. Missing pixels do not count and stay missing.

    Parameters
    ----------
    radius
        From the middle pixel to the border of the square: 3 gives 7 x 7 pixels.
    fill
        Give missing pixels the mean of their neighbours.
    """
    kernel_fits(frame.data, 2 * radius + 1, 2 * radius + 1)
    data = ignoring_missing(floating(frame.data), lambda values: box_mean(values, 2 * radius + 1), fill=fill)
    return frame.derive(data=data)


@operation("Process/Filters", "Tophat mean…", reach=radius_reach)
def tophat(frame: Frame, *, radius: Annotated[int, Within(1, 50, "px")] = 3, fill: bool = False) -> Frame:
    """Blur the image with the mean over a disc.

    At the edges of the image the outermost pixels are repeated. Missing pixels do not count and stay missing.

    Parameters
    ----------
    radius
        Of the disc: pixels whose centres are not farther away count.
    fill
        Give missing pixels the mean of their neighbours.
    """
    kernel_fits(frame.data, 2 * radius + 1, 2 * radius + 1)
    y, x = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disc = (x**2 + y**2 <= radius**2) / np.count_nonzero(x**2 + y**2 <= radius**2)
    disc = disc.reshape((1,) * (frame.ndim - 2) + disc.shape)
    data = ignoring_missing(
        floating(frame.data), lambda values: ndimage.convolve(values, disc, mode="nearest"), fill=fill
    )
    return frame.derive(data=data)


@operation("Process/Filters", "Median filter…", reach=radius_reach)
def median_filter(frame: Frame, *, radius: Radius = 1, fill: bool = False) -> Frame:
    """Replace each pixel by the median of the square around it.

    Hot pixels and cosmic rays vanish, and edges stay sharp. At the edges of the image the outermost pixels
    are repeated. Missing pixels do not count and stay missing. The type of the values is kept.

    Parameters
    ----------
    radius
        From the middle pixel to the border of the square: 1 gives 3 x 3 pixels.
    fill
        Give missing pixels the median of their neighbours.
    """
    kernel_fits(frame.data, 2 * radius + 1, 2 * radius + 1)
    data = median_around(frame.data, 2 * radius + 1, 2 * radius + 1, fill=fill)
    return frame.derive(data=data)


@operation("Process/Filters", "Maximum filter…", reach=radius_reach)
def maximum_filter(frame: Frame, *, radius: Radius = 1, fill: bool = False) -> Frame:
    """Replace each pixel by the largest value in the square around it.

    Missing pixels do not count and stay missing. The type of the values is kept.

    Parameters
    ----------
    radius
        From the middle pixel to the border of the square: 1 gives 3 x 3 pixels.
    fill
        Give missing pixels the largest value of their neighbours.
    """
    kernel_fits(frame.data, 2 * radius + 1, 2 * radius + 1)
    data = largest_around(frame.data, 2 * radius + 1, fill=fill)
    return frame.derive(data=data)


@operation("Process/Filters", "Minimum filter…", reach=radius_reach)
def minimum_filter(frame: Frame, *, radius: Radius = 1, fill: bool = False) -> Frame:
    """Replace each pixel by the smallest value in the square around it.

    Missing pixels do not count and stay missing. The type of the values is kept.

    Parameters
    ----------
    radius
        From the middle pixel to the border of the square: 1 gives 3 x 3 pixels.
    fill
        Give missing pixels the smallest value of their neighbours.
    """
    kernel_fits(frame.data, 2 * radius + 1, 2 * radius + 1)
    data = smallest_around(frame.data, 2 * radius + 1, fill=fill)
    return frame.derive(data=data)


def box_mean(values: Array, width: int) -> Array:
    """Return the mean over a square, along one axis after the other; at the edges values are repeated."""
    weights = np.full(width, 1 / width)
    for axis in (-2, -1):
        values = ndimage.correlate1d(values, weights, axis, mode="nearest")
    return values


def largest_around(data: Array, width: int, fill: bool) -> Array:
    """Return the largest value in a square; missing pixels do not count and stay missing unless filled."""
    missing = ~np.isfinite(data)
    if missing.any():
        data = np.where(missing, -np.inf, data)
    result: Array = ndimage.maximum_filter(data, width, mode="nearest", axes=(-2, -1))
    if missing.any():
        result[np.isinf(result) if fill else missing] = np.nan
    return result


def smallest_around(data: Array, width: int, fill: bool) -> Array:
    """Return the smallest value in a square; missing pixels do not count and stay missing unless filled."""
    missing = ~np.isfinite(data)
    if missing.any():
        data = np.where(missing, np.inf, data)
    result: Array = ndimage.minimum_filter(data, width, mode="nearest", axes=(-2, -1))
    if missing.any():
        result[np.isinf(result) if fill else missing] = np.nan
    return result
