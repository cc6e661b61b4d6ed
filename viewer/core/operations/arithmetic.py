"""Arithmetic with a number or with another image."""

from typing import Annotated

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, same_shape
from viewer.core.parameter import Within


@operation("Process/Arithmetic", "Subtract an image…")
def subtract_image(frame: Frame, *, other: Frame) -> Frame:
    """Subtract another image from this one, pixel by pixel.

    Parameters
    ----------
    other
        The image to subtract: a dark or a background, for instance.
    """
    same_shape(frame.data, other.data)
    data = floating(frame.data) - floating(other.data)
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Divide by a number…", reach=lambda **_: 0)
def divide(frame: Frame, *, value: Annotated[float, Within(unit="ADU")] = 1.0) -> Frame:
    """Divide every pixel by a number.

    Parameters
    ----------
    value
        The divisor; not 0.
    """
    if value == 0:
        raise ViewerError("an image cannot be divided by 0: choose another value.")
    data = floating(frame.data) / value
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Normalise")
def normalize(frame: Frame) -> Frame:
    """Divide the image by its mean.

    Missing pixels are left out of the mean.
    """
    data = floating(frame.data)
    data = data / np.nanmean(data)
    return frame.derive(data=data)
