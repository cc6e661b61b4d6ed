"""Stacking: rows of many images at a time, and what becomes of the values that a pixel has in them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array

# Bytes of one image that are worked on at a time: with those of all images they stay near the processor.
BLOCK = 1 << 16
# Bytes of all images that are read at a time. More would not be faster.
STRIP = 1 << 27


def same_sizes(images: Sequence[Any]) -> None:
    """Refuse images that differ in the number of axes or of pixels."""
    first, wanted = images[0], " x ".join(str(n) for n in images[0].data.shape[::-1])
    for image in images:
        have = " x ".join(str(n) for n in image.data.shape[::-1])
        if have != wanted:
            raise ViewerError(
                f"{image.name} has {have} pixels, {first.name} {wanted}: they have to be the same. "
                "Leave one out."
            )


def common_type(images: Sequence[Any], exact: bool) -> Any:
    """Return the type that holds the values of all images: theirs if it is the same, else floating point."""
    types = {np.dtype(image.data.dtype) for image in images}
    if exact and len(types) == 1:
        return types.pop()
    small = all(each.itemsize <= 2 or each == np.float32 for each in types)
    return np.dtype(np.float32 if small else np.float64)


def strips(images: Sequence[Any], shape: tuple[int, ...], memory: float) -> list[slice]:
    """Return slices of rows, so many that the rows of all images at a time take part of the memory (GiB)."""
    row = int(np.prod(shape[1:])) * max(common_type(images, True).itemsize, 4)
    # the result is there all the time; and what is made of a strip takes as much as the strip at most
    left = (memory * 2**30 - 2 * row * shape[0]) / 2
    rows = max(1, int(min(left, STRIP) / (row * len(images))))
    rows -= rows % 128 if rows > 128 else 0
    return [slice(start, min(start + rows, shape[0])) for start in range(0, shape[0], rows)]


def stack_of(images: Sequence[Any], rows: slice, exact: bool = True) -> Array:
    """Return some rows of all images in one array; unless exact, as floating point."""
    shape = (len(images), rows.stop - rows.start, *images[0].data.shape[1:])
    stack = np.empty(shape, common_type(images, exact))

    def fill(number: int) -> None:
        stack[number] = images[number].data[rows]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, range(len(images))))
    return stack


def in_blocks(
    stack: Array, left_out: Callable[[Array], Array | None], estimate: Callable[[Array, Array | None], Array]
) -> tuple[Array, Array]:
    """Return what becomes of a stack; and how many values of each image were left out, and were missing.

    Done on a few thousand pixels at a time, by two threads; the stack is used up.

    Parameters
    ----------
    stack
        The images along the first axis.
    left_out
        Says which values of a block (images, pixels) are left out; None if none is.
    estimate
        Makes one value for each pixel of a block from those that are not.
    """
    flat = stack.reshape(len(stack), -1)
    size = BLOCK // stack.dtype.itemsize
    small = stack.dtype.itemsize <= 2 or stack.dtype == np.float32
    values = np.empty(flat.shape[1], np.float32 if small else np.float64)

    def block(start: int) -> Array:
        part = flat[:, start : start + size]
        with np.errstate(all="ignore"):
            bad, lost = left_out(part), gaps_in(part)
            counts = [0 if each is None else np.count_nonzero(each, axis=1) for each in (bad, lost)]
            values[start : start + size] = estimate(part, bad)
        return np.stack(np.broadcast_arrays(*counts, np.zeros(len(part), int))[:2])

    with ThreadPoolExecutor(2) as pool:
        counts = np.sum(list(pool.map(block, range(0, flat.shape[1], size))), axis=0)
    return values.reshape(stack.shape[1:]), counts


def gaps_in(block: Array) -> Array | None:
    """Return True for values that are missing; None if none is."""
    if block.dtype.kind != "f":
        return None
    lost = ~np.isfinite(block)
    return lost if lost.any() else None


def medians(block: Array, left_out: Array | None) -> Array:
    """Return the median of each pixel; of an even number of values the mean of the two in the middle.

    The block is used up.
    """
    count = len(block)
    holes = None if left_out is None else np.flatnonzero(left_out.any(axis=0))
    few: Array | None = None
    if left_out is not None and holes is not None:
        few = medians_of_some(block[:, holes], left_out[:, holes])
    if few is not None and len(few) == block.shape[1]:
        return few
    rows = partly_sorted(block, ((count - 1) // 2, count // 2))
    middle: Array = rows[count // 2].astype(np.float32 if block.dtype.itemsize <= 2 else np.float64)
    if count % 2 == 0:
        middle += rows[count // 2 - 1]
        middle /= 2
    if few is not None:
        middle[holes] = few
    return middle


def medians_of_some(block: Array, left_out: Array) -> Array:
    """Return the median of those values that are not left out; NaN where there is none."""
    lines = np.where(left_out, np.nan, block).T.copy()
    lines.sort(axis=1)  # NaN comes last
    count = np.count_nonzero(~left_out, axis=0)[:, np.newaxis]
    lower = np.take_along_axis(lines, np.maximum(count - 1, 0) // 2, axis=1)
    upper = np.take_along_axis(lines, np.minimum(count // 2, len(block) - 1), axis=1)
    middle: Array = ((lower.astype(float) + upper) / 2)[:, 0]
    return middle


def means(block: Array, left_out: Array | None, weights: Array | None = None) -> Array:
    """Return the mean of those values of each pixel that are not left out, with weights if there are any."""
    if weights is None:
        weights = np.ones(len(block))
        if left_out is None:
            return np.asarray(block.sum(axis=0, dtype=np.float64) / len(block))
    total, weight = np.zeros(block.shape[1]), np.zeros(block.shape[1])
    for number, values in enumerate(block):
        if left_out is None:
            total += weights[number] * values
            weight += weights[number]
        else:
            np.add(total, weights[number] * values, out=total, where=~left_out[number])
            np.add(weight, weights[number], out=weight, where=~left_out[number])
    return total / weight


def sums(block: Array, left_out: Array | None) -> Array:
    """Return the sum of each pixel's values; for each one left out, the mean of the others is added."""
    return len(block) * means(block, left_out)


def exposures_used(block: Array, left_out: Array | None, exposures: Array) -> Array:
    """Return the exposure of those images of which a pixel's value was used."""
    if left_out is None:
        return np.full(block.shape[1], exposures.sum())
    return np.asarray(exposures @ ~left_out)


def values_rejected(block: Array, left_out: Array | None) -> Array:
    """Return how many of each pixel's values were left out although they were not missing."""
    lost = gaps_in(block)
    return np.asarray(
        (0 if left_out is None else left_out.sum(axis=0)) - (0 if lost is None else lost.sum(axis=0))
    )


def partly_sorted(block: Array, wanted: Sequence[int]) -> list[Array]:
    """Return the images of a block, of which the wanted ones have what they would have if pixels were sorted.

    Whole rows are compared, and the smaller values go one way, the larger the other: many times faster than
    to sort pixel by pixel. The block is used up.
    """
    rows, spare = list(block), np.empty_like(block[0])
    for i, j, small, large in sorting_network(len(block), wanted):
        if small and large:
            np.minimum(rows[i], rows[j], out=spare)
            np.maximum(rows[i], rows[j], out=rows[j])
            rows[i], spare = spare, rows[i]
        elif small:
            np.minimum(rows[i], rows[j], out=rows[i])
        else:
            np.maximum(rows[i], rows[j], out=rows[j])
    return rows


def sorting_network(count: int, wanted: Sequence[int]) -> list[tuple[int, int, bool, bool]]:
    """Return which pairs to put in order, one after the other, and which of the two is needed afterwards.

    Batcher's merge exchange (Knuth, The Art of Computer Programming 3, section 5.2.2, algorithm M), without
    those steps that have no influence on the places that are wanted.
    """
    pairs = []
    highest = 1 << max((count - 1).bit_length() - 1, 0)
    p = highest if count > 1 else 0
    while p > 0:
        q, r, d = highest, 0, p
        while True:
            pairs += [(i, i + d) for i in range(count - d) if i & p == r]
            if q == p:
                break
            d, q, r = q - p, q // 2, p
        p //= 2
    needed, steps = set(wanted), []
    for i, j in reversed(pairs):
        if i in needed or j in needed:
            steps.append((i, j, i in needed, j in needed))
            needed |= {i, j}
    return steps[::-1]
