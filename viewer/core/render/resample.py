"""Resample: the values of an image at the centres of the device pixels of a screen."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.render.pyramid import Pyramid, Window
from viewer.core.render.viewport import Viewport

Array = np.ndarray[Any, np.dtype[Any]]

# A position that falls exactly between two pixels, as happens at 1:1, must not choose by its last
# digit, or the picture would flicker while it is dragged.
_NUDGE = 1e-6
# values in one band: intermediate results stay in the processor's cache
_BAND = 1 << 17


@dataclass(frozen=True, eq=False)
class Screenful:
    """The values that a screen shows.

    Attributes
    ----------
    values : numpy.ndarray
        Two-dimensional, row 0 on top, a value for each device pixel that the image covers; NaN where
        the image has none.
    left, top : int
        The device pixel of ``values[0, 0]``.
    complete : bool
        True if it is known that no value is NaN.
    """

    values: Array
    left: int
    top: int
    complete: bool = False


def sample_screen(pyramid: Pyramid, viewport: Viewport) -> Screenful | None:
    """Take the values of an image at the centres of the device pixels.

    Zoomed in, a device pixel shows the image pixel under its centre. Zoomed out it shows a mean, linearly
    interpolated between the blocks of the coarsest level of the pyramid that is not coarser than the
    screen; next to a missing block, the nearest one. Where a value is taken depends on its place in the
    image alone, so that nothing flickers while the picture is dragged.

    Parameters
    ----------
    pyramid : Pyramid
        The image.
    viewport : Viewport
        The screen and what it shows.

    Returns
    -------
    Screenful or None
        None if no device pixel has its centre on the image.
    """
    (xx, xy), (yx, yy) = viewport.orientation.matrix
    width, height = viewport.size
    rows, columns = pyramid.shape
    center_x, center_y = viewport.center
    step = 1 / viewport.zoom
    swaps = viewport.orientation.swaps_axes
    # along the screen's width, then along its height
    if swaps:
        left, along = _positions(center_y, xy * step, width, rows)
        top, down = _positions(center_x, yx * step, height, columns)
    else:
        left, along = _positions(center_x, xx * step, width, columns)
        top, down = _positions(center_y, yy * step, height, rows)
    if not along.size or not down.size:
        return None
    x, y = (down, along) if swaps else (along, down)
    window = pyramid.window(step, *_pixel_range(x, columns), *_pixel_range(y, rows))
    dtype = pyramid.dtype
    if step > 1 + 1e-9 and (window.averaged or (window.factor == 1 and pyramid.ready)):
        values = _interpolate(window, x, y, dtype)
    else:
        values = _nearest(window, x, y)
    complete = window.complete or values.dtype.kind != "f"
    if swaps:
        values = values.T
    return Screenful(np.ascontiguousarray(values, dtype), left, top, complete)


def _positions(center: float, step: float, screen: int, length: int) -> tuple[int, Array]:
    """Return the first device pixel along one axis that lies on the image, and the image positions."""
    # the device pixels whose centres lie within -0.5 .. length - 0.5
    ends = [(edge - center) / step + screen / 2 - 0.5 for edge in (-0.5, length - 0.5)]
    first = max(0, math.ceil(min(ends) - _NUDGE))
    last = min(screen - 1, math.floor(max(ends) - _NUDGE))
    pixels = np.arange(first, last + 1, dtype=np.float64)
    return first, center + (pixels + 0.5 - screen / 2) * step


def _pixel_range(positions: Array, length: int) -> tuple[int, int]:
    low, high = sorted((float(positions[0]), float(positions[-1])))
    first = min(length - 1, max(0, math.floor(low + 0.5 + _NUDGE)))
    return first, min(length, max(first + 1, math.floor(high + 0.5 + _NUDGE) + 1))


def _nearest_index(positions: Array, window_positions: Array, factor: int) -> Array:
    # the block that a position lies in; `window_positions` are the centres of whole blocks or their corners
    start = window_positions[0] // factor * factor
    index = np.floor((positions + 0.5 + _NUDGE - start) / factor).astype(np.intp)
    inside: Array = np.clip(index, 0, window_positions.size - 1)
    return inside


def _nearest(window: Window, x: Array, y: Array) -> Array:
    across = _nearest_index(x, window.x, window.factor)
    down = _nearest_index(y, window.y, window.factor)
    # the axis along which the picture is smaller first
    if down.size <= window.values.shape[0]:
        return _take(_take(window.values, down, 0), across, 1)
    return _take(_take(window.values, across, 1), down, 0)


def _take(values: Array, index: Array, axis: int) -> Array:
    first, last = int(index[0]), int(index[-1])
    if abs(last - first) + 1 == index.size:  # 1:1 is a slice; an index grows or falls evenly, or repeats
        stop = last + 1 if last >= first else last - 1
        part = slice(first, None if stop < 0 else stop, 1 if last >= first else -1)
        return values[part] if axis == 0 else values[:, part]
    taken: Array = np.take(values, index, axis=axis, mode="clip")
    return taken


def _bracket(positions: Array, centres: Array, dtype: np.dtype[Any]) -> tuple[Array, Array, Array]:
    """Return the neighbours of each position and the share of the second; beyond the ends, the last one."""
    if centres.size == 1:
        zero = np.zeros(positions.size, np.intp)
        return zero, zero, zero.astype(dtype)
    before = np.clip(np.searchsorted(centres, positions, "right") - 1, 0, centres.size - 2)
    share = (positions - centres[before]) / (centres[before + 1] - centres[before])
    return before, before + 1, np.clip(share, 0, 1).astype(dtype)


def _interpolate(window: Window, x: Array, y: Array, dtype: np.dtype[Any]) -> Array:
    values = window.values
    row, next_row, row_share = _bracket(y, window.y, dtype)
    column, next_column, column_share = _bracket(x, window.x, dtype)
    result = np.empty((y.size, x.size), dtype)
    height = max(1, min(y.size, _BAND // values.shape[1]))
    lower_buffer = np.empty((height, values.shape[1]), dtype)
    upper_buffer = np.empty_like(lower_buffer)
    right_buffer = np.empty((height, x.size), dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, y.size, height):
            band = slice(start, min(y.size, start + height))
            count = band.stop - start
            first = min(row[start], row[band.stop - 1])
            last = max(next_row[start], next_row[band.stop - 1])
            # np.take copies whatever is not contiguous: these rows alone, not the window
            block = np.ascontiguousarray(values[first : last + 1], dtype)
            lower = np.take(block, row[band] - first, axis=0, out=lower_buffer[:count], mode="clip")
            upper = np.take(block, next_row[band] - first, axis=0, out=upper_buffer[:count], mode="clip")
            _blend(lower, upper, row_share[band, np.newaxis])
            left = np.take(lower, column, axis=1, out=result[band], mode="clip")
            right = np.take(lower, next_column, axis=1, out=right_buffer[:count], mode="clip")
            _blend(left, right, column_share)
            if not window.complete:
                _mend(result, band, window, x, y)
    return result


def _blend(first: Array, second: Array, share: Array) -> None:
    # first + share * (second - first), in place: a constant image stays constant to the last digit
    second -= first
    second *= share
    first += second


def _mend(result: Array, band: slice, window: Window, x: Array, y: Array) -> None:
    # a missing neighbour, or a sum beyond the range of the type, must not eat a valid value
    bad_row, bad_column = np.nonzero(~np.isfinite(result[band]))
    if not bad_row.size:
        return
    bad_row += band.start
    down = _nearest_index(y, window.y, window.factor)
    across = _nearest_index(x, window.x, window.factor)
    result[bad_row, bad_column] = window.values[down[bad_row], across[bad_column]]
