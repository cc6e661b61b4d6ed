"""Missing pixels: leave them out of filters, bridge or fill them; copied into scripts with its source."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

Array = np.ndarray[Any, np.dtype[Any]]

# so many numbers are sorted at a time
SORTED_AT_ONCE = 1 << 22


def ignoring_missing(
    data: Array, blur: Callable[[Array], Array], fill: bool = False, total: float = 1.0
) -> Array:
    """Blur an image by those pixels that are there: the weights of missing ones go to the others.

    Where no pixel is missing, nothing is different. Missing pixels stay missing, unless they are to be filled
    with the mean of their neighbours. `total` is the sum of all weights.
    """
    missing = ~np.isfinite(data)
    if not missing.any():
        return blur(data)
    result = blur(np.where(missing, 0, data))
    # exactly 1 where no pixel is missing nearby
    weights = blur(missing.astype(float))
    weights /= -total
    weights += 1
    if fill:
        missing = weights < 1e-12
    weights[missing] = 1
    result /= weights
    result[missing] = np.nan
    return result


def over_missing(data: Array, filter_: Callable[[Array], Array], height: int = 3, width: int = 3) -> Array:
    """Filter an image with missing pixels replaced by the mean around them; they are missing in the result.

    `height` and `width` are the kernel's: so far each missing pixel would spread.
    """
    missing = ~np.isfinite(data)
    if not missing.any():
        return filter_(data)
    mean = np.where(missing, 0, data)
    count = (~missing).astype(float)
    for length, axis in ((height, -2), (width, -1)):
        mean = ndimage.correlate1d(mean, np.ones(length), axis, mode="nearest")
        count = ndimage.correlate1d(count, np.ones(length), axis, mode="nearest")
    mean /= np.maximum(count, 1)
    result = filter_(np.where(missing, mean, data))
    result[missing] = np.nan
    return result


def median_around(data: Array, height: int, width: int, fill: bool = False) -> Array:
    """Return the median of the pixels around each pixel; missing ones do not count and stay missing."""
    missing = ~np.isfinite(data)
    if not missing.any():
        return moving_median(data, height, width)
    result = moving_median(np.where(missing, 0, data), height, width)
    result[missing] = np.nan
    near = ndimage.maximum_filter(missing, (height, width), mode="nearest", axes=(-2, -1))
    pixels = np.nonzero(near if fill else near & ~missing)
    result[pixels] = medians_at(data, pixels, height, width)
    return result


def moving_median(data: Array, height: int, width: int) -> Array:
    """Return the median of the pixels around each pixel of an image that has none missing."""
    if height > 1 and width > 1:
        medians: Array = ndimage.median_filter(data, (height, width), mode="nearest", axes=(-2, -1))
        return medians
    # scipy is many times faster with single rows
    result = np.empty_like(data)
    lines, out = (data, result) if height == 1 else (data.swapaxes(-1, -2), result.swapaxes(-1, -2))
    for place in np.ndindex(lines.shape[:-1]):
        out[place] = ndimage.median_filter(np.ascontiguousarray(lines[place]), height * width, mode="nearest")
    return result


def medians_at(data: Array, pixels: tuple[Array, ...], height: int, width: int) -> Array:
    """Return the medians around some pixels (indices as `nonzero` has them) of those that are not missing."""
    border = [(0, 0)] * (data.ndim - 2) + [(height // 2, height // 2), (width // 2, width // 2)]
    padded = np.pad(np.where(np.isfinite(data), data, np.nan), border, mode="edge")
    windows = sliding_window_view(padded, (height, width), axis=(-2, -1))
    medians = np.empty(pixels[0].size, data.dtype)
    step = max(1, SORTED_AT_ONCE // (height * width))
    for start in range(0, medians.size, step):
        some = windows[tuple(index[start : start + step] for index in pixels)]
        # NaN comes last
        some = np.sort(some.reshape(len(some), -1), axis=1)
        count = np.isfinite(some).sum(axis=1, keepdims=True)
        lower = np.take_along_axis(some, (count - 1) // 2, axis=1)
        upper = np.take_along_axis(some, count // 2, axis=1)
        medians[start : start + step] = ((lower + upper) / 2)[:, 0]
    return medians


def triangulated(data: Array, missing: Array) -> Array:
    """Fill missing pixels linearly from triangles of pixels around them; at the edges with the nearest."""
    # only gaps need it, and it takes its time to load
    from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

    result = data.copy()
    for plane in np.ndindex(data.shape[:-2]):
        gaps = missing[plane]
        if not gaps.any() or gaps.all():
            continue
        rim = ndimage.binary_dilation(gaps, np.ones((3, 3))) & ~gaps
        points, values = np.argwhere(rim), data[plane][rim].astype(float)
        wanted = np.argwhere(gaps)
        # neighbours after each other are found many times faster
        wanted = wanted[np.lexsort((wanted[:, 1], wanted[:, 0] // 32))]
        found = NearestNDInterpolator(points, values)(wanted)
        # triangles need points that are not all in one row or column
        if np.min(np.ptp(points, axis=0)) > 0:
            linear = LinearNDInterpolator(points, values)(wanted)
            found = np.where(np.isnan(linear), found, linear)
        result[plane][wanted[:, 0], wanted[:, 1]] = found
    return result


def filled_by_median(data: Array, missing: Array, radius: int = 2) -> Array:
    """Fill missing pixels with the median of those around them; farther inside of large gaps, interpolate."""
    result = np.where(missing, np.nan, data)
    pixels = np.nonzero(missing)
    result[pixels] = medians_at(result, pixels, 2 * radius + 1, 2 * radius + 1)
    return triangulated(result, missing & np.isnan(result))
