"""What is done to each value by itself: limits, logarithms, missing pixels, the type of the pixels."""

from typing import Annotated, Any, Literal

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, values_of, without_unit
from viewer.core.operations.missing import filled_by_median, triangulated
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]
Number = Annotated[float, Within(-1e30, 1e30)]


@operation(
    "Process/Arithmetic",
    "Clip…",
    reach=lambda **_: 0,
    refuse=lambda low, high, **_: f"low ({low:g}) is above high ({high:g})." if low > high else "",
)
def clip(
    frame: Frame,
    *,
    low: Number = 0.0,
    high: Number = 65535.0,
    replace: Literal["border", "missing"] = "border",
) -> Frame:
    """Limit the values to a range.

    Missing pixels stay missing.

    Parameters
    ----------
    low
        Smallest value that is kept.
    high
        Largest value that is kept.
    replace
        What pixels outside become: the nearest border, or missing.
    """
    data = floating(frame.data)
    data = (
        np.clip(data, low, high)
        if replace == "border"
        else np.where((data < low) | (data > high), np.nan, data)
    )
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Replace missing pixels…")
def replace_missing(
    frame: Frame,
    *,
    method: Literal["value", "median", "mean", "neighbours", "interpolation"] = "median",
    value: Number = 0.0,
) -> Frame:
    """Give missing pixels a value: NaN, infinite ones and masked ones.

    Of a cube, the median and the mean are those of all planes.

    Parameters
    ----------
    method
        A value, the median or the mean of the image, the median of the neighbours (5 x 5 pixels), or linear
        interpolation between the pixels around the gap.
    value
        For the method 'value'.
    """
    data = floating(frame.data)
    missing = ~np.isfinite(data)
    if method == "value":
        data = np.where(missing, value, data)
    elif method == "median":
        data = np.where(missing, float(np.median(values_of(data))), data)
    elif method == "mean":
        data = np.where(missing, float(np.mean(values_of(data), dtype=float)), data)
    elif method == "neighbours":
        data = filled_by_median(data, missing)
    else:
        data = triangulated(data, missing)
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Absolute value", reach=lambda **_: 0)
def absolute(frame: Frame) -> Frame:
    """Make every value positive.

    Integers become floating point first: the lowest integer has no positive partner.
    """
    data = np.abs(floating(frame.data))
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Logarithm…", reach=lambda **_: 0)
def logarithm(frame: Frame, *, base: Literal["e", "10", "2"] = "10") -> Frame:
    """Take the logarithm of every value.

    Pixels that are not above zero have none: they are missing in the result.

    Parameters
    ----------
    base
        Of the logarithm; e gives the natural one.
    """
    data = floating(frame.data)
    data = np.where(data > 0, data, np.nan)
    data = np.log10(data) if base == "10" else np.log2(data) if base == "2" else np.log(data)
    return frame.derive(data=data, header=without_unit(frame.header))


@operation("Process/Arithmetic", "Square root", reach=lambda **_: 0)
def square_root(frame: Frame) -> Frame:
    """Take the square root of every value.

    Pixels below zero have none: they are missing in the result. Of counts, it is the noise of the photons.
    """
    with np.errstate(invalid="ignore"):
        data = np.sqrt(floating(frame.data))
    return frame.derive(data=data, header=without_unit(frame.header))


@operation("Process/Arithmetic", "Power…", reach=lambda **_: 0)
def power(frame: Frame, *, exponent: Annotated[float, Within(-100, 100)] = 2.0) -> Frame:
    """Raise every value to a power.

    Pixels that have no such power, as a negative one has no square root, are missing in the result.

    Parameters
    ----------
    exponent
        Of the power: 2 gives the square, 0.5 the square root, -1 the reciprocal.
    """
    with np.errstate(all="ignore"):
        data = np.power(floating(frame.data), exponent)
    data = np.where(np.isfinite(data), data, np.nan)
    return frame.derive(data=data, header=without_unit(frame.header))


@operation("Process/Arithmetic", "Correct nonlinearity…", reach=lambda **_: 0)
def nonlinearity(frame: Frame, *, a: Number = 1.0, b: Number = 0.0, c: Number = 0.0) -> Frame:
    """Correct a detector's nonlinear response: v becomes a v + b v^2 + c v^3.

    To be done after bias and dark are subtracted, to flat fields as well as to images.

    Parameters
    ----------
    a
        Factor of the value.
    b
        Factor of its square.
    c
        Factor of its cube.
    """
    data = floating(frame.data)
    data = data * (a + data * (b + data * c))
    return frame.derive(data=data)


@operation("Process/Arithmetic", "Convert type…", reach=lambda **_: 0)
def convert(
    frame: Frame,
    *,
    type: Literal["uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "float64"] = "float32",
    overflow: Literal["refuse", "clip"] = "refuse",
) -> Frame:
    """Store the values as another type.

    Integers are rounded to the nearest, halves to the even one. They cannot be missing: images with missing
    pixels are refused until these are replaced.

    Parameters
    ----------
    type
        Integers of 8, 16, 32 or 64 bits (with u: without sign), or floating point of 32 or 64 bits.
    overflow
        What is done with values that the type cannot hold: refuse to convert, or take the nearest that it
        can.
    """
    data = converted(frame.data, type, overflow)
    return frame.derive(data=data)


def converted(data: Array, type_: str, overflow: str) -> Array:
    """Return values as another type, rounded; what does not fit is refused or clipped."""
    wanted = np.dtype(type_)
    if wanted.kind == "f":
        if np.can_cast(data.dtype, wanted):
            return data.astype(wanted)
        largest = float(np.finfo(wanted).max)
        smallest = -largest
        above, below = (data > largest) & np.isfinite(data), (data < smallest) & np.isfinite(data)
    else:
        lowest, highest = (data.min(), data.max()) if data.size else (0, 0)
        if not (np.isfinite(lowest) and np.isfinite(highest)):
            lost = data.size - np.count_nonzero(np.isfinite(data))
            raise ViewerError(f"{type_} has no missing pixels, and the image has {lost}: replace them first.")
        largest, smallest = np.iinfo(wanted).max, np.iinfo(wanted).min
        if data.dtype.kind == "f":
            data = np.rint(data)
            # halfway values may be rounded up into the range
            lowest, highest = np.rint(lowest), np.rint(highest)
        # as floating point the largest integer of 64 bits is one too large
        if lowest >= smallest and (
            highest < float(largest) + 1 if data.dtype.kind == "f" else highest <= largest
        ):
            return data.astype(wanted)
        above = data >= float(largest) + 1 if data.dtype.kind == "f" else data > largest
        below = data < smallest
    count = np.count_nonzero(above | below)
    if not count:
        return data.astype(wanted)
    if overflow == "refuse":
        values = "1 value is" if count == 1 else f"{count} values are"
        raise ViewerError(
            f"{values} outside of what {type_} can hold: choose overflow 'clip' or another type."
        )
    result = np.where(above | below, 0, data).astype(wanted)
    result[above] = largest
    result[below] = smallest
    return result
