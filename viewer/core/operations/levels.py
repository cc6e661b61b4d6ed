"""Take out what differs from row to row, from column to column, or slowly along them."""

import warnings
from typing import Annotated, Any, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, kernel_fits
from viewer.core.operations.missing import median_around
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]


@operation("Process/Background", "Level rows…")
def level_rows(frame: Frame, *, keep_level: bool = False) -> Frame:
    """Subtract from every row its median: stripes along x vanish.

    Missing pixels do not count. Objects that fill half of a row count as its level.

    Parameters
    ----------
    keep_level
        Add the median of all medians again, so that the image keeps its level.
    """
    data = floating(frame.data)
    level = medians_along(data, -1)
    if keep_level:
        level = level - medians_along(level, -2)
    data = data - level
    return frame.derive(data=data)


@operation("Process/Background", "Level columns…")
def level_columns(frame: Frame, *, keep_level: bool = False) -> Frame:
    """Subtract from every column its median: stripes along y vanish.

    Missing pixels do not count. Objects that fill half of a column count as its level.

    Parameters
    ----------
    keep_level
        Add the median of all medians again, so that the image keeps its level.
    """
    data = floating(frame.data)
    level = medians_along(data, -2)
    if keep_level:
        level = level - medians_along(level, -1)
    data = data - level
    return frame.derive(data=data)


@operation("Process/Background", "Detrend…", reach=lambda radius, **_: radius)
def detrend(
    frame: Frame,
    *,
    along: Literal["rows", "columns"] = "rows",
    radius: Annotated[int, Within(1, 1000, "px")] = 20,
) -> Frame:
    """Subtract a sliding median along rows or columns: slow changes vanish.

    It is the median of the pixels before and after. At the ends of a row the outermost pixel is repeated.
    Missing pixels do not count and stay missing.

    Parameters
    ----------
    along
        Look along rows or along columns.
    radius
        How many pixels before and after; more than an object has, or it vanishes too.
    """
    data = floating(frame.data)
    if along == "rows":
        kernel_fits(data, 1, 2 * radius + 1)
        data = data - median_around(data, 1, 2 * radius + 1)
    else:
        kernel_fits(data, 2 * radius + 1, 1)
        data = data - median_around(data, 2 * radius + 1, 1)
    return frame.derive(data=data)


def medians_along(data: Array, axis: int) -> Array:
    """Return the medians along an axis, which is kept; missing pixels do not count."""
    there = np.isfinite(data)
    if there.all():
        return np.median(data, axis=axis, keepdims=True)
    with warnings.catch_warnings():
        # where all are missing, so is the median
        warnings.filterwarnings("ignore", "All-NaN slice encountered")
        return np.nanmedian(np.where(there, data, np.nan), axis=axis, keepdims=True)
