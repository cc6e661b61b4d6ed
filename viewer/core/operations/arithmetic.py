"""Arithmetic with a number or with another image."""

from typing import Annotated, Any, Literal

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, same_shape, values_of, without_unit
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]
Number = Annotated[float, Within(-1e30, 1e30)]


@operation("Process/Arithmetic", "Add a number…", reach=lambda **_: 0)
def add(frame: Frame, *, value: Number = 0.0) -> Frame:
    """Add a number to every pixel.

    Integers become floating point first, so that no value wraps around.

    Parameters
    ----------
    value
        The number to add.
    """
    data = floating(frame.data) + value
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Subtract a number…", reach=lambda **_: 0)
def subtract(frame: Frame, *, value: Number = 0.0) -> Frame:
    """Subtract a number from every pixel.

    Integers become floating point first, so that values below zero are kept.

    Parameters
    ----------
    value
        The number to subtract: a bias level, for instance.
    """
    data = floating(frame.data) - value
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Multiply by a number…", reach=lambda **_: 0)
def multiply(frame: Frame, *, value: Number = 1.0) -> Frame:
    """Multiply every pixel by a number.

    Integers become floating point first, so that no value wraps around.

    Parameters
    ----------
    value
        The factor.
    """
    data = floating(frame.data) * value
    return frame.derive(data=data)


@operation(
    "Process/Arithmetic",
    "Divide by a number…",
    reach=lambda **_: 0,
    refuse=lambda value: (
        f"value cannot be {value:g}: an image cannot be divided by 0." if abs(value) < 1e-30 else ""
    ),
)
def divide(frame: Frame, *, value: Number = 1.0) -> Frame:
    """Divide every pixel by a number.

    Integers become floating point first.

    Parameters
    ----------
    value
        The divisor; not 0.
    """
    data = floating(frame.data) / value
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Add an image…", reach=lambda **_: 0)
def add_image(frame: Frame, *, other: Frame) -> Frame:
    """Add another image to this one, pixel by pixel.

    Where a pixel is missing in either, it is missing in the result.

    Parameters
    ----------
    other
        The image to add; of a cube, one plane is enough: it is added to each.
    """
    same_shape(frame.data, other.data)
    data = floating(frame.data) + floating(other.data)
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Subtract an image…", reach=lambda **_: 0)
def subtract_image(frame: Frame, *, other: Frame) -> Frame:
    """Subtract another image from this one, pixel by pixel.

    Where a pixel is missing in either, it is missing in the result. Values below zero are kept.

    Parameters
    ----------
    other
        The image to subtract: a dark or a background, for instance. From a cube, one plane is enough.
    """
    same_shape(frame.data, other.data)
    data = floating(frame.data) - floating(other.data)
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Multiply by an image…", reach=lambda **_: 0)
def multiply_image(frame: Frame, *, other: Frame) -> Frame:
    """Multiply this image by another one, pixel by pixel.

    Where a pixel is missing in either, it is missing in the result. Products of integers are exact.

    Parameters
    ----------
    other
        The image of factors; for a cube, one plane is enough.
    """
    same_shape(frame.data, other.data)
    data = as_factor(frame.data, other.data) * as_factor(other.data, frame.data)
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Divide by an image…", reach=lambda **_: 0)
def divide_image(
    frame: Frame, *, other: Frame, zeros: Literal["refuse", "missing", "keep"] = "refuse"
) -> Frame:
    """Divide this image by another one, pixel by pixel.

    Where a pixel is missing in either, it is missing in the result.

    Parameters
    ----------
    other
        The image to divide by: a flat field, for instance. For a cube, one plane is enough.
    zeros
        What becomes of pixels where the other image is 0: the division is refused, they are missing in the
        result, or they keep their value.
    """
    same_shape(frame.data, other.data)
    divisor = floating(other.data)
    if zeros == "refuse":
        refuse_zeros(divisor)
    elif zeros == "missing":
        divisor = np.where(divisor == 0, np.nan, divisor)
    else:
        divisor = np.where(divisor == 0, 1, divisor)
    data = floating(frame.data) / divisor
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Normalise…")
def normalize(frame: Frame, *, by: Literal["mean", "median"] = "mean") -> Frame:
    """Divide the image by its mean or median, as a flat field needs it.

    Missing pixels do not count. Afterwards the mean (or the median) is 1.

    Parameters
    ----------
    by
        What becomes 1. The median does not care about a few very bright pixels.
    """
    data = floating(frame.data)
    level = np.mean(values_of(data), dtype=float) if by == "mean" else np.median(values_of(data))
    if abs(level) < 1e-30:
        raise ViewerError("the image cannot be normalised: its typical value is 0.")
    data = data / float(level)
    return frame.derive(data=data, header=without_unit(frame.header))


def as_factor(data: Array, other: Array) -> Array:
    """Return an image as floating point in which its product with another is exact, if both are integers."""
    if data.dtype.kind != "f" and other.dtype.kind != "f" and data.dtype.itemsize + other.dtype.itemsize > 3:
        return data.astype(np.float64)
    return floating(data)


def refuse_zeros(divisor: Array) -> None:
    """Refuse to divide by an image that is 0 somewhere."""
    count = np.count_nonzero(divisor == 0)
    if count:
        pixels = "1 pixel that is 0" if count == 1 else f"{count} pixels that are 0"
        raise ViewerError(f"the other image has {pixels}: choose zeros 'missing' or 'keep'.")
