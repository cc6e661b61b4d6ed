"""Blocks: means of square blocks of pixels, without the missing ones and without overflow."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

COARSEST = 32


def huge(minimum: float | int | None, maximum: float | int | None, dtype: np.dtype[Any]) -> bool:
    """Whether the sum of sixteen such values may be too large for the type."""
    if minimum is None or maximum is None:
        return False
    return bool(max(abs(minimum), abs(maximum)) > float(np.finfo(dtype).max) / 64)


def levels_of(
    sums: Array, coverage: Array | None, factor: int, image_shape: tuple[int, int]
) -> dict[int, Array]:
    """Make the means of ever larger blocks.

    Each level is made from the sums of the one below before those become means, so that blocks with
    missing pixels, and the ones cut by the edge of the image, weigh what they hold.

    Parameters
    ----------
    sums, coverage : numpy.ndarray
        As `reduce_blocks` returns them, for the whole image.
    factor : int
        The side of these blocks in pixels.
    image_shape : tuple of int
        Rows and columns of the image.

    Returns
    -------
    dict
        The means of the blocks by their side in pixels.
    """
    levels = {}
    while True:
        finer_sums, finer_coverage, finer_factor = sums, coverage, factor
        go_on = max(sums.shape) > COARSEST
        if go_on:
            sums, factor = _add_blocks(sums * sums.dtype.type(0.25), 2), factor * 2
            coverage = None if coverage is None else _add_blocks(coverage * coverage.dtype.type(0.25), 2)
        if finer_coverage is None:
            correct_edges(finer_sums, finer_factor, image_shape)
        else:
            finer_sums = divide(finer_sums, finer_coverage)
        levels[finer_factor] = finer_sums
        if not go_on:
            return levels


def finite_extremes(block: Array) -> tuple[Any, Any, Array | None]:
    """Find the smallest and the largest finite value.

    Returns
    -------
    minimum, maximum : numpy scalar or None
        None if no value is finite.
    finite : numpy.ndarray or None
        Which values are finite; None if all are.
    """
    low, high = block.min(), block.max()
    if block.dtype.kind != "f" or (np.isfinite(low) and np.isfinite(high)):
        return low, high, None
    finite = np.isfinite(block)
    if not finite.any():
        return None, None, finite
    # numpy's releases do not agree on the types of these
    smallest, largest = cast(Any, np.fmin), cast(Any, np.fmax)
    low, high = smallest.reduce(block, axis=None), largest.reduce(block, axis=None)
    if not (np.isfinite(low) and np.isfinite(high)):  # ten times slower, and rarely needed: infinite values
        low, high = block.min(where=finite, initial=np.inf), block.max(where=finite, initial=-np.inf)
    return low, high, finite


def reduce_blocks(
    block: Array, factor: int, dtype: np.dtype[Any]
) -> tuple[Array, Array | None, Any, Any, int]:
    """Add up the blocks of a strip.

    Returns
    -------
    sums : numpy.ndarray
        Sum of the finite pixels of each block, divided by ``factor**2``.
    coverage : numpy.ndarray or None
        Finite pixels of each block, divided by ``factor**2``; None if all of them are finite.
    minimum, maximum : numpy scalar or None
        Of the finite pixels.
    missing : int
        Pixels that are not finite.
    """
    share = dtype.type(1 / factor**2)
    low, high, finite = finite_extremes(block)
    coverage = None
    missing = 0
    if finite is not None:
        present = int(np.count_nonzero(finite))
        missing = block.size - present
        coverage = _add_blocks(finite.astype(dtype), factor) * share
        if not present:
            return np.zeros_like(coverage), coverage, None, None, missing
        block = np.where(finite, block, block.dtype.type(0))
    if huge(low.item(), high.item(), dtype):
        return _add_blocks(block * share, factor), coverage, low, high, missing
    sums = _add_blocks(block.astype(dtype, copy=False), factor)
    sums *= share
    return sums, coverage, low, high, missing


def _add_blocks(values: Array, factor: int) -> Array:
    # rows first: they are contiguous, and leave little for the columns; blocks at the far edges may be cut
    return _add_every(_add_every(values, factor, 0), factor, 1)


def _add_every(values: Array, factor: int, axis: int) -> Array:
    parts: Sequence[Array] = [
        values[k::factor] if axis == 0 else values[:, k::factor]
        for k in range(min(factor, values.shape[axis]))
    ]
    if len(parts) > 1 and parts[0].shape == parts[1].shape:
        total = parts[0] + parts[1]
        parts = parts[2:]
    else:
        total = parts[0].copy()
        parts = parts[1:]
    for part in parts:
        if axis == 0:
            total[: part.shape[0]] += part
        else:
            total[:, : part.shape[1]] += part
    return total


def divide(sums: Array, coverage: Array) -> Array:
    """Turn the sums of blocks into means, in place; NaN where nothing was added."""
    with np.errstate(invalid="ignore"):  # nothing by nothing is what "missing" is written as: NaN
        return np.asarray(np.divide(sums, coverage, out=sums))


def _edge_shares(factor: int, image_shape: tuple[int, ...]) -> tuple[float, float]:
    # which part of the last row and of the last column of blocks lies inside the image
    rows, columns = image_shape[-2:]
    return ((rows - 1) % factor + 1) / factor, ((columns - 1) % factor + 1) / factor


def scale_edges(values: Array, factor: int, image_shape: tuple[int, ...]) -> None:
    """Multiply the blocks at the far edges by the part of them that lies inside the image."""
    top, right = _edge_shares(factor, image_shape)
    values[-1] *= values.dtype.type(top)
    values[:, -1] *= values.dtype.type(right)


def correct_edges(values: Array, factor: int, image_shape: tuple[int, ...]) -> None:
    """Divide the blocks at the far edges by the part of them that lies inside the image."""
    top, right = _edge_shares(factor, image_shape)
    if top < 1:
        values[-1] /= values.dtype.type(top)
    if right < 1:
        values[:, -1] /= values.dtype.type(right)
