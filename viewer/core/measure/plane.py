"""Plane: two axes of an image as measurements ask for them, window by window."""

from typing import Any

import numpy as np

from viewer.core.arrays import floating
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame

Array = np.ndarray[Any, np.dtype[Any]]


class Plane:
    """The values of one plane of an image, of which only the windows are read that are asked for.

    In a script, an array of numpy stands in its place.

    Parameters
    ----------
    frame : Frame
        The image. Masked pixels read as NaN.
    plane : tuple of int
        Indices of the leading axes in numpy order; empty for the first plane.

    Raises
    ------
    ViewerError
        If it is a colour picture, or has fewer than two axes.
    """

    ndim = 2

    def __init__(self, frame: Frame, plane: tuple[int, ...] = ()) -> None:
        if frame.colour:
            raise ViewerError(
                f"{frame.name} is a colour picture: split it into its colours (Image/Colour) to measure one."
            )
        if frame.ndim < 2:
            raise ViewerError(f"{frame.name} has one axis only: there are no stars or regions to measure.")
        self._pixels = frame.pixels
        self._plane = plane
        self.shape = frame.image_shape

    @property
    def size(self) -> int:
        """Number of pixels."""
        return self.shape[0] * self.shape[1]

    def __getitem__(self, key: Any) -> Array:
        """Read ``[r0:r1]`` or ``[r0:r1, c0:c1]``: floats with NaN where values are missing."""
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if not (isinstance(rows, slice) and isinstance(columns, slice)):
            return np.asarray(self)[key]  # type: ignore[no-any-return]
        return floating(self._pixels.read(_forward(rows), _forward(columns), self._plane))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Read everything."""
        whole = self[:]
        return whole if dtype is None else whole.astype(dtype)


def _forward(part: slice) -> slice:
    if part.step not in (None, 1):
        raise IndexError("windows of a plane are read without steps")
    return part
