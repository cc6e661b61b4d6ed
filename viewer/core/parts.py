"""Parts: an operation on parts of a large image, by several threads, which can be cancelled in between."""

import threading
import time
from typing import Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import Operation
from viewer.core.pixels import MaskedPixels, Pixels, SectionPixels
from viewer.core.progress import Progress
from viewer.core.render.strips import THREADS, for_each

# Of rows that nothing else is needed for.
_STRIP_PIXELS = 1 << 20
# Lower strips for what looks at neighbours, which may take a second for every ten thousand pixels: between
# two strips it can be cancelled. Rows that are computed twice stay a quarter. Where a strip takes longer than
# this, it is cut into parts; it costs an eighth more.
_STRIP_ROWS = 64
_STRIP_SECONDS = 1.0


def in_parts(
    operation: Operation, frame: Frame, arguments: dict[str, Any], reach: int, progress: Progress
) -> Frame:
    """Do the work on bands of rows, or on parts of them if it is slow.

    Parameters
    ----------
    operation : Operation
        One that declares how far it looks.
    frame : Frame
        An image of two axes.
    arguments : dict
        Of the operation; other images are frames of the same shape.
    reach : int
        How many pixels away a pixel of the result looks.
    progress : Progress
        Told after each part.

    Raises
    ------
    Cancelled
        If it is no longer wanted.
    ViewerError
        If the operation refuses a part.
    """
    height, width = frame.image_shape
    whole = frame.derive(data=frame.data)

    def work(y: slice, x: slice) -> tuple[Frame, tuple[slice, slice]]:
        """Return what is made of a part with its surroundings, and where the part is in that."""
        wide = _with_surroundings(y, reach, height), _with_surroundings(x, reach, width)
        # what numpy is told about overflows holds for one thread only
        with np.errstate(all="ignore"):
            done = operation.function(_band(whole, *wide), **_banded(arguments, *wide))
        return done, (_within(y, wide[0]), _within(x, wide[1]))

    rows = max(8 * reach, _STRIP_ROWS) if reach else max(_STRIP_ROWS, -(-_STRIP_PIXELS // width))
    columns = min(16 * reach, width) or width
    if columns < width:
        began = time.perf_counter()
        work(slice(0, min(rows, height)), slice(0, columns))
        if (time.perf_counter() - began) * width / columns < _STRIP_SECONDS:
            columns = width
    parts = [
        (slice(top, min(top + rows, height)), slice(left, min(left + columns, width)))
        for top in range(0, height, rows)
        for left in range(0, width, columns)
    ]
    lock = threading.Lock()
    results: dict[str, Any] = {}

    def part(number: int) -> None:
        done, inner = work(*parts[number])
        data, mask = done.data, done.mask
        with lock:
            if not results:
                results["frame"], results["data"] = done, np.empty((height, width), data.dtype)
            if mask is not None and "mask" not in results:
                results["mask"] = np.zeros((height, width), bool)
        results["data"][parts[number]] = data[inner]
        if mask is not None:
            results["mask"][parts[number]] = mask[inner]

    for_each(len(parts), part, progress, THREADS)
    first: Frame = results["frame"]
    return frame.derive(data=results["data"], mask=results.get("mask"), unit=first.unit, header=first.header)


def _with_surroundings(part: slice, reach: int, length: int) -> slice:
    # the last part, too, is longer than what an operation looks at
    return slice(max(0, min(part.start - reach, length - 2 * reach - 1)), min(length, part.stop + reach))


def _within(part: slice, wide: slice) -> slice:
    return slice(part.start - wide.start, part.stop - wide.start)


def _band(frame: Frame, rows: slice, columns: slice) -> Frame:
    """Return a rectangle of a frame with the header of the whole."""
    masked = frame.pixels if isinstance(frame.pixels, MaskedPixels) else None
    values: Pixels = frame.pixels if masked is None else masked.unmasked
    part = SectionPixels(values, rows, columns)
    data = part.read() if frame.ndim == 2 else np.asarray(part)
    mask = None if masked is None else masked.mask[..., rows, columns]
    return frame.derive(data=data, mask=mask)


def _banded(arguments: dict[str, Any], rows: slice, columns: slice) -> dict[str, Any]:
    """Cut the other images of an operation to the same rectangle."""
    return {
        name: _band(value, rows, columns) if isinstance(value, Frame) else value
        for name, value in arguments.items()
    }
