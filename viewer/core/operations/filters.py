"""Filters that look at a pixel's neighbours."""

from typing import Annotated

from scipy import ndimage

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating
from viewer.core.parameter import Within


@operation("Process/Filters", "Gaussian blur…", reach=lambda sigma, **_: int(4 * sigma + 0.5))
def gaussian(frame: Frame, *, sigma: Annotated[float, Within(0.1, 200, "px")] = 1.5) -> Frame:
    """Blur the image with a Gaussian.

    Parameters
    ----------
    sigma
        Standard deviation; the full width at half maximum is 2.355 times as large.
    """
    data = floating(frame.data)
    data = ndimage.gaussian_filter(data, sigma, mode="nearest", axes=(-2, -1))
    return frame.derive(data=data)
