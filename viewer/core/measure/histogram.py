"""Histogram: how many pixels have which value, of an image, a box of it, or any values."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import Array

# So many pixels are looked at at once; limits and widths of the bins come from no more than as many.
HISTOGRAM_PART = 1 << 22
MOST_BINS = 1000


def image_histogram(
    data: Any,
    *,
    x1: int | None = None,
    x2: int | None = None,
    y1: int | None = None,
    y2: int | None = None,
    bins: int = 0,
    low: float | None = None,
    high: float | None = None,
) -> dict[str, Any]:
    """Return how many pixels of an image, or of a box of it, have which value.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN and left out.
    x1, x2, y1, y2 : int, optional
        First and last column and row of the box, in FITS pixels; None is the image's own.
    bins : int
        How many bins; 0 chooses (see `bin_edges`).
    low, high : float, optional
        Where the histogram begins and ends; otherwise it holds 99.8 % of the pixels.

    Returns
    -------
    dict
        Arrays: value (the middle of each bin), count; edges (one more); and bin_width, below, above (pixels
        with values outside), missing, total, notes.

    Raises
    ------
    ViewerError
        If the box is outside the image, or no pixel in it has a value.
    """
    top, bottom, left, right = box_of(data.shape, x1, x2, y1, y2)
    parts = list(row_parts(top, bottom, right - left, HISTOGRAM_PART))
    step = math.ceil((bottom - top) * (right - left) / HISTOGRAM_PART)
    sample = np.concatenate(
        [known_values(data[first:last, left:right])[:: max(1, step)] for first, last in parts]
    )
    if not sample.size:
        raise ViewerError("no pixel in the box has a value: there is nothing to count.")
    edges = bin_edges(sample, bins, low, high)
    count, below, above, total = np.zeros(len(edges) - 1, np.int64), 0, 0, 0
    for first, last in parts:
        values = known_values(data[first:last, left:right])
        inside, under, over = counted_in(values, edges)
        count, below, above, total = count + inside, below + under, above + over, total + values.size
    return histogram_result(edges, count, below, above, (bottom - top) * (right - left) - total)


def values_histogram(
    values: Array, bins: int = 0, low: float | None = None, high: float | None = None
) -> dict[str, Any]:
    """Return the same as `image_histogram` for any values, those inside a region for instance."""
    known = known_values(values)
    if not known.size:
        raise ViewerError("no pixel has a value: there is nothing to count.")
    edges = bin_edges(known, bins, low, high)
    return histogram_result(edges, *counted_in(known, edges), values.size - known.size)


def histogram_result(edges: Array, count: Array, below: int, above: int, missing: int) -> dict[str, Any]:
    """Return a histogram as the functions of this module give it."""
    notes = []
    if below or above:
        notes.append(f"{below} pixels have smaller values and {above} larger ones than the histogram shows")
    return {
        "value": (edges[:-1] + edges[1:]) / 2,
        "count": count,
        "edges": edges,
        "bin_width": float(edges[1] - edges[0]),
        "below": below,
        "above": above,
        "missing": missing,
        "total": int(count.sum()) + below + above,
        "notes": notes,
    }


def bin_edges(values: Array, bins: int, low: float | None, high: float | None) -> Array:
    """Return the edges of the bins of a histogram.

    Unless they are given, it reaches from the 0.1 to the 99.9 percentile, and the bins are as wide as
    Freedman and Diaconis (1981) found best: twice the interquartile range, divided by the cube root of the
    number of values. Whole numbers get bins of a whole width, so that each holds equally many of them.
    """
    quartiles = np.percentile(values, (0.1, 25, 75, 99.9)).tolist()
    start = quartiles[0] if low is None else float(low)
    end = quartiles[3] if high is None else float(high)
    if not (math.isfinite(start) and math.isfinite(end)) or start > end:
        raise ViewerError(
            f"the histogram cannot reach from {start:g} to {end:g}: give the smaller one first."
        )
    whole = bool((values == np.floor(values)).all()) and low is None and high is None
    best = 2 * (quartiles[2] - quartiles[1]) / np.cbrt(values.size)
    if whole and end - start < 2**40:
        width = max(1, round((end - start + 1) / bins if bins else max(best, (end - start + 1) / MOST_BINS)))
        first = math.floor(start)
        return first - 0.5 + width * np.arange(math.ceil((end - first + 1) / width) + 1)
    if start == end:
        # all values are the same: one bin around them, as wide as numbers of this size can tell
        half = max(0.5, abs(start) * 1e-6)
        start, end = start - half, end + half
    number = bins or min(MOST_BINS, max(1, math.ceil((end - start) / best))) if best > 0 else bins or 100
    return np.linspace(start, end, number + 1)


def counted_in(values: Array, edges: Array) -> tuple[Array, int, int]:
    """Return how many values are in each bin, below the first and above the last one."""
    values = values.astype(np.float64)
    below, above = int((values < edges[0]).sum()), int((values > edges[-1]).sum())
    return np.histogram(values, edges)[0], below, above


def known_values(values: Array) -> Array:
    """Return the finite values as a list."""
    return values[np.isfinite(values)]


def box_of(
    shape: tuple[int, int], x1: int | None, x2: int | None, y1: int | None, y2: int | None
) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of a box (FITS pixels, inclusive) as slices want them, inside."""
    height, width = shape
    x1, x2 = sorted((1 if x1 is None else x1, width if x2 is None else x2))
    y1, y2 = sorted((1 if y1 is None else y1, height if y2 is None else y2))
    if x2 < 1 or y2 < 1 or x1 > width or y1 > height:
        raise ViewerError(
            f"the box [{x1}:{x2},{y1}:{y2}] is outside the image, which has {width} x {height} pixels."
        )
    return max(1, y1) - 1, min(height, y2), max(1, x1) - 1, min(width, x2)


def row_parts(top: int, bottom: int, width: int, most: int, multiple: int = 1) -> Iterator[tuple[int, int]]:
    """Yield the first row of each part of a box and the row behind it: ``multiple`` rows at a time."""
    rows = max(1, most // (max(1, width) * multiple)) * multiple
    for first in range(top, bottom, rows):
        yield first, min(bottom, first + rows)
