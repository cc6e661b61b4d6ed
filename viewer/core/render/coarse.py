"""Coarse: a small copy of a plane however large it is, from a bounded part of it."""

from typing import Any

import numpy as np

from viewer.core.pixels import Pixels
from viewer.core.render.strips import THREADS, for_each

Array = np.ndarray[Any, np.dtype[Any]]

MOST_BYTES = 64 << 20
"""So much is read of a plane at most: what a slow disk gives in half a second."""

_PIECE = 1 << 21


def coarse(
    pixels: Pixels,
    plane: tuple[int, ...],
    side: int,
    most: int = MOST_BYTES,
    threads: int = THREADS,
) -> Array:
    """Return the means of the square blocks of a plane, of a large one from some of its rows.

    Whole rows are read, evenly spaced and the same number in every block, because they lie together in the
    file; their spacing is odd, or of a colour filter array one colour only would be seen.

    Parameters
    ----------
    pixels : Pixels
        The image; not empty.
    plane : tuple of int
        Indices of the leading axes; empty for the first plane.
    side : int
        The longer side of the copy has at least so many blocks, and fewer than twice as many, unless the
        plane itself has less.
    most : int
        Bytes that are read of the plane, about; one row for each row of blocks at least.
    threads : int
        How many may read.

    Returns
    -------
    numpy.ndarray
        Two-dimensional, float64; NaN where all pixels that were looked at are missing.
    """
    rows, columns = pixels.image_shape
    factor = max(1, max(rows, columns) // side)
    down, across = -(-rows // factor), -(-columns // factor)
    wanted = max(1, min(factor, most // (max(1, columns * pixels.dtype.itemsize) * down)))
    step = factor // wanted
    step -= step > 1 and step % 2 == 0
    starts = np.arange(0, columns, factor)
    means = np.empty((down, across))
    height = max(1, _PIECE // (columns * 8 * -(-factor // step)))

    def reduce(n: int) -> None:
        for line in range(n * height, min(down, (n + 1) * height)):
            last = min(rows, (line + 1) * factor)
            first = min(line * factor + step // 2, last - 1)
            block = pixels.read(slice(first, last, step), plane=plane)
            means[line] = _means(block, starts)

    for_each(-(-down // height), reduce, threads=threads)
    return means


def _means(block: Array, starts: Array) -> Array:
    """Return the means of the finite values of a few rows between the columns `starts`."""
    values = block.astype(np.float64)
    finite = np.isfinite(values)
    counts: Any = np.diff(starts, append=values.shape[1]) * float(values.shape[0])
    if not finite.all():
        counts = np.add.reduceat(finite.sum(axis=0), starts)
        values[~finite] = 0
    # nothing by nothing is what "missing" is written as; sums beyond float64 are missing, too
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.add.reduceat(values.sum(axis=0), starts) / counts)
