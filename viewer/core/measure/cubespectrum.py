"""Cube spectrum: the mean, sum or median of a region in every plane of a cube."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.arrays import floating
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.cuts import Array
from viewer.core.shapes.inside import shape_mask


def cube_spectrum(
    data: Any,
    *,
    kind: str,
    points: Sequence[Sequence[float]],
    size: Sequence[float] = (),
    angle: float = 0.0,
    combine: str = "mean",
    axis: int = 0,
    others: Sequence[int] = (),
) -> dict[str, Any]:
    """Return the spectrum of a region along one axis of a cube.

    A pixel belongs to the region if its centre does. Missing pixels are left out of each plane.

    Parameters
    ----------
    data : numpy.ndarray
        Planes (of any number of axes), rows and columns; missing pixels are NaN.
    kind : str
        point, circle, ellipse, box, polygon, annulus, ellipse annulus or box annulus.
    points : sequence of (float, float)
        The centre, or the corners of a polygon, in FITS pixels.
    size : sequence of float
        Radius; or inner and outer radius; half axes of an ellipse; width and height of a box.
    angle : float
        Degrees counter-clockwise from the x axis.
    combine : str
        mean, sum or median.
    axis : int
        Which axis of the array the spectrum runs along.
    others : sequence of int
        Indices of all leading axes in a cube of more than three; that of `axis` does not matter.

    Returns
    -------
    dict
        Arrays: channel (from 1), flux, error (of a mean or sum, from the scatter in the region), count (of
        the pixels that have a value); area (pixels of the region), notes.

    Raises
    ------
    ViewerError
        If the region has no pixel in the image, or it is no cube.
    """
    if len(data.shape) < 3:
        raise ViewerError("the spectrum of a region needs a cube: this image has one plane.")
    if combine not in ("mean", "sum", "median"):
        raise ViewerError(f"a region cannot be combined by {combine}: choose mean, sum or median.")
    height, width = data.shape[-2:]
    corners = tuple((float(x) - 1, float(y) - 1) for x, y in points)
    reach = math.hypot(*(max(size), max(size))) if size else 1.0
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, right = max(0, math.floor(min(xs) - reach)), min(width, math.ceil(max(xs) + reach) + 1)
    top, bottom = max(0, math.floor(min(ys) - reach)), min(height, math.ceil(max(ys) + reach) + 1)
    if left >= right or top >= bottom:
        raise ViewerError("the region is outside the image: there is no spectrum.")
    rows, columns = np.arange(top, bottom, dtype=float), np.arange(left, right, dtype=float)
    inside = shape_mask(columns, rows, kind, corners, tuple(size), angle)
    if not inside.any():
        raise ViewerError("the region holds the centre of no pixel of the image: make it larger.")
    channels = data.shape[axis]
    flux, error = np.full(channels, np.nan), np.full(channels, np.nan)
    count = np.zeros(channels, int)
    for channel in range(channels):
        leading = [*others] or [0] * (len(data.shape) - 2)
        leading[axis] = channel
        window: Any = (*leading, slice(top, bottom), slice(left, right))
        values = np.asarray(data[window], np.float64)[inside]
        values = values[np.isfinite(values)]
        count[channel] = values.size
        if not values.size:
            continue
        flux[channel] = np.median(values) if combine == "median" else values.mean()
        if combine == "sum":
            flux[channel] *= values.size
        if values.size > 1 and combine != "median":
            spread = values.std(ddof=1) / math.sqrt(values.size)
            error[channel] = spread if combine == "mean" else spread * values.size
    area = int(inside.sum())
    notes = []
    if error[np.isfinite(error)].size:
        notes.append("errors: the scatter of the pixels in the region, as if each had its own noise only")
    if (count < area).any():
        lost = int((count < area).sum())
        notes.append(
            f"in {lost} of {channels} planes pixels of the region are missing: they are left out"
            + (", and the sum is that of the others" if combine == "sum" else "")
        )
    return {
        "channel": np.arange(1, channels + 1),
        "flux": flux,
        "error": error,
        "count": count,
        "area": area,
        "notes": notes,
    }


class Planes:
    """A cube of which only the windows are read that are asked for; in a script an array stands in its place.

    Parameters
    ----------
    frame : Frame
        The cube. Masked pixels read as NaN.

    Raises
    ------
    ViewerError
        If it is no cube.
    """

    def __init__(self, frame: Frame) -> None:
        if frame.ndim < 3 or frame.colour:
            raise ViewerError(f"{frame.name} is no cube: the spectrum of a region needs planes.")
        self._pixels = frame.pixels
        self.shape = frame.shape

    def __getitem__(self, key: tuple[Any, ...]) -> Array:
        """Read ``[plane, ..., r0:r1, c0:c1]``: floats with NaN where values are missing."""
        return floating(self._pixels.read(key[-2], key[-1], tuple(key[:-2])))
