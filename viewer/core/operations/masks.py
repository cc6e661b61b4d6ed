"""Mask pixels by their value, unmask them, fill what is masked."""

from typing import Annotated, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating
from viewer.core.operations.missing import filled_by_median, triangulated
from viewer.core.parameter import Within

Number = Annotated[float, Within(-1e30, 1e30)]


@operation("Process/Mask", "Mask above…", reach=lambda **_: 0)
def mask_above(frame: Frame, *, threshold: Number = 60000.0) -> Frame:
    """Mask the pixels whose value is above a threshold: saturated ones, for instance.

    Masked pixels are shown, calculated with and saved as missing, but keep their values until then. Pixels
    that are masked already stay so.

    Parameters
    ----------
    threshold
        Pixels with larger values are masked.
    """
    found = frame.data > threshold
    mask = found if frame.mask is None else frame.mask | found
    return frame.derive(mask=mask)


@operation("Process/Mask", "Mask below…", reach=lambda **_: 0)
def mask_below(frame: Frame, *, threshold: Number = 0.0) -> Frame:
    """Mask the pixels whose value is below a threshold.

    Masked pixels are shown, calculated with and saved as missing, but keep their values until then. Pixels
    that are masked already stay so.

    Parameters
    ----------
    threshold
        Pixels with smaller values are masked.
    """
    found = frame.data < threshold
    mask = found if frame.mask is None else frame.mask | found
    return frame.derive(mask=mask)


@operation(
    "Process/Mask",
    "Mask a range…",
    reach=lambda **_: 0,
    refuse=lambda low, high, **_: f"low ({low:g}) is above high ({high:g})." if low > high else "",
)
def mask_range(
    frame: Frame,
    *,
    low: Number = 0.0,
    high: Number = 60000.0,
    side: Literal["outside", "inside"] = "outside",
) -> Frame:
    """Mask the pixels whose value is outside of a range, or inside.

    Masked pixels are shown, calculated with and saved as missing, but keep their values until then. Pixels
    that are masked already stay so.

    Parameters
    ----------
    low
        Lower border of the range, which belongs to it.
    high
        Upper border of the range, which belongs to it.
    side
        Which pixels are masked.
    """
    if side == "outside":
        found = (frame.data < low) | (frame.data > high)
    else:
        found = (frame.data >= low) & (frame.data <= high)
    mask = found if frame.mask is None else frame.mask | found
    return frame.derive(mask=mask)


@operation("Process/Mask", "Unmask", requires="mask")
def unmask(frame: Frame) -> Frame:
    """Give all masked pixels their values back.

    Pixels that were missing before any were masked stay missing.
    """
    return frame.derive(mask=None)


@operation("Process/Mask", "Fill masked pixels…", requires="mask")
def fill_masked(
    frame: Frame,
    *,
    method: Literal["median", "interpolation", "value"] = "median",
    value: Number = 0.0,
) -> Frame:
    """Give masked pixels other values, from their neighbours or a fixed one, and unmask them.

    Missing pixels that are not masked stay missing.

    Parameters
    ----------
    method
        The median of the neighbours (5 x 5 pixels), linear interpolation between the pixels around the gap,
        or a value. Inside of large gaps the median has no neighbours: there it interpolates.
    value
        For the method 'value'.
    """
    data = floating(frame.data)
    masked = np.asarray(frame.mask)
    if method == "value":
        data = np.where(masked, value, data)
    elif method == "median":
        data = np.where(masked, filled_by_median(data, masked | ~np.isfinite(data)), data)
    else:
        data = np.where(masked, triangulated(data, masked | ~np.isfinite(data)), data)
    return frame.derive(data=data, mask=None)
