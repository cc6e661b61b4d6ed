"""Filters that take differences: they show edges and fine structures."""

from typing import Annotated, Any, Literal

import numpy as np
from scipy import ndimage

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, kernel_fits
from viewer.core.operations.missing import ignoring_missing, over_missing
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]


def unsharp_reach(radius: float, **_: Any) -> int:
    """Return where scipy ends a Gaussian."""
    return int(4 * radius + 0.5)


@operation("Process/Filters", "Unsharp mask…", reach=unsharp_reach)
def unsharp_mask(
    frame: Frame,
    *,
    radius: Annotated[float, Within(0.1, 200, "px")] = 2.0,
    amount: Annotated[float, Within(0, 100)] = 1.0,
) -> Frame:
    """Sharpen: add the difference between the image and a blurred copy.

    Bright things get dark rims: this is for looking, not for measuring. Missing pixels stay missing.

    Parameters
    ----------
    radius
        Standard deviation of the Gaussian that blurs the copy.
    amount
        Factor of the difference.
    """
    kernel_fits(frame.data, 2 * round(4 * radius) + 1, 2 * round(4 * radius) + 1)
    data = floating(frame.data)
    blurred = ignoring_missing(
        data, lambda values: ndimage.gaussian_filter(values, radius, mode="nearest", axes=(-2, -1))
    )
    data = data + amount * (data - blurred)
    return frame.derive(data=data)


@operation("Process/Filters", "Laplace filter", reach=lambda **_: 2)
def laplace(frame: Frame) -> Frame:
    """Take the second derivative along both axes: edges and points stand out, slopes vanish.

    The sum of the four neighbours minus four times the pixel. At the edges of the image the outermost pixels
    are repeated. Missing pixels stay missing; for their neighbours they count with the mean around them.
    """
    kernel_fits(frame.data, 3, 3)
    data = over_missing(floating(frame.data), second_derivatives)
    return frame.derive(data=data)


@operation("Process/Filters", "Sobel filter…", reach=lambda **_: 2)
def sobel(frame: Frame, *, axis: Literal["both", "x", "y"] = "both") -> Frame:
    """Show edges: a derivative along one axis, smoothed along the other.

    As usual it is not divided by the sum of the weights: the result is 8 times the slope for each pixel. At
    the edges of the image the outermost pixels are repeated. Missing pixels stay missing; for their
    neighbours they count with the mean around them.

    Parameters
    ----------
    axis
        Along which axis; with 'both' the result is the length of the gradient.
    """
    kernel_fits(frame.data, 3, 3)
    data = floating(frame.data)
    if axis == "both":
        data = over_missing(data, lambda values: np.hypot(edges(values, -1), edges(values, -2)))
    elif axis == "x":
        data = over_missing(data, lambda values: edges(values, -1))
    else:
        data = over_missing(data, lambda values: edges(values, -2))
    return frame.derive(data=data)


@operation("Process/Filters", "Derivative…", reach=lambda **_: 2)
def derivative(frame: Frame, *, axis: Literal["x", "y", "gradient"] = "x") -> Frame:
    """Take the slope of the image, in values for each pixel.

    Half the difference of the two neighbours; at the edges of the image, the difference to the only one.
    Missing pixels stay missing; for their neighbours they count with the mean around them.

    Parameters
    ----------
    axis
        Along x, along y, or the length of the gradient, which has no direction.
    """
    kernel_fits(frame.data, 3, 3)
    data = floating(frame.data)
    if axis == "gradient":
        data = over_missing(data, lambda values: np.hypot(*np.gradient(values, axis=(-2, -1))))
    elif axis == "x":
        data = over_missing(data, lambda values: np.gradient(values, axis=-1))
    else:
        data = over_missing(data, lambda values: np.gradient(values, axis=-2))
    return frame.derive(data=data)


def edges(values: Array, axis: int) -> Array:
    """Return Sobel's difference along one of the last two axes, with weights 1, 2, 1 along the other."""
    result: Array = ndimage.correlate1d(values, [-1, 0, 1], axis, mode="nearest")
    ndimage.correlate1d(result, [1, 2, 1], -3 - axis, output=result, mode="nearest")
    return result


def second_derivatives(values: Array) -> Array:
    """Return the sum of the second derivatives along both axes of an image."""
    result: Array = ndimage.correlate1d(values, [1, -2, 1], -2, mode="nearest")
    result += ndimage.correlate1d(values, [1, -2, 1], -1, mode="nearest")
    return result
