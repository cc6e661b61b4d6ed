"""Coarse: a small copy of a plane however large it is, from a bounded part of it."""

from typing import Any

import numpy as np

from viewer.core.pixels import Pixels
from viewer.core.render.strips import THREADS, for_each

Array = np.ndarray[Any, np.dtype[Any]]

MOST_BYTES = 32 << 20
"""So much is read of a plane at most: what a disk gives in a fraction of a second."""

# of one row of blocks
_MOST_PARTS = 32


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
    wanted = most // (columns * pixels.dtype.itemsize * down)
    parts = [
        _parts(line * factor, min(rows, (line + 1) * factor), wanted, pixels.together) for line in range(down)
    ]
    pixels.expect([part for each in parts for part in each], plane)
    starts = np.arange(0, columns, factor)
    means = np.empty((down, across))

    def reduce(line: int) -> None:
        block = [pixels.read(slice(part.start, part.stop, part.step), plane=plane) for part in parts[line]]
        means[line] = _means(block[0] if len(block) == 1 else np.concatenate(block), starts)

    for_each(down, reduce, threads=threads)
    return means


def _parts(first: int, last: int, wanted: int, together: int) -> list[range]:
    """Choose about so many of the rows from `first` to `last`, one at least, evenly spaced."""
    if wanted >= last - first:
        return [range(first, last)]
    if together == 1:
        step = (last - first) // max(1, wanted)
        step -= step > 1 and step % 2 == 0
        return [range(first + step // 2, last, step)]
    lowest, highest = first // together, (last - 1) // together
    count = min(max(1, wanted // together), _MOST_PARTS, highest - lowest + 1)
    groups = [lowest + (2 * n + 1) * (highest - lowest + 1) // (2 * count) for n in range(count)]
    return [range(max(first, group * together), min(last, (group + 1) * together)) for group in groups]


def _means(block: Array, starts: Array) -> Array:
    """Return the means of the finite values of a few rows between the columns `starts`."""
    counts: Any = np.diff(starts, append=block.shape[1]) * float(block.shape[0])
    with np.errstate(invalid="ignore", over="ignore"):
        lines = block.sum(axis=0, dtype=np.float64)
    if not np.isfinite(lines).all():
        finite = np.isfinite(block)
        counts = np.add.reduceat(finite.sum(axis=0, dtype=np.float64), starts)
        lines = block.sum(axis=0, dtype=np.float64, where=finite)
    # nothing by nothing is what "missing" is written as; sums beyond float64 are missing, too
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.add.reduceat(lines, starts) / counts)
