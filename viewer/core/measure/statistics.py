"""Statistics: exact numbers of a whole image, read strip by strip, in little memory whatever its size."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.measure.order import Ranks
from viewer.core.pixels import Pixels
from viewer.core.progress import Progress
from viewer.core.render.limits import Sample

STRIP = 1 << 20
"""Pixels that are read at once."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Statistics:
    """Numbers of all pixels of an image, every plane included.

    Attributes
    ----------
    min, max : int, float or None
        Of the finite pixels, integers with all their digits; None if there is none.
    mean, median, std : float or None
        The median is exact (the mean of the two middle values of an even number of them), the
        standard deviation that of the population.
    nan_count : int
        Missing pixels: NaN and BLANK. Infinite ones are not among them, nor in any other number.
    inf_count : int
        Infinite pixels.
    count : int
        Finite pixels.
    zscale : (float, float) or None
        Limits of the first plane (of the three planes of a colour image) by the zscale algorithm.
    """

    min: int | float | None
    max: int | float | None
    mean: float | None
    median: float | None
    std: float | None
    nan_count: int
    inf_count: int
    count: int
    zscale: tuple[float, float] | None


def statistics(pixels: Pixels, progress: Progress | None = None, colour: bool = False) -> Statistics:
    """Measure a whole image.

    Parameters
    ----------
    pixels : Pixels
        Any number of axes.
    progress : Progress, optional
        Told while the file is read: once for most images, up to five times for large ones, whose
        median is found digit by digit.
    colour : bool
        The planes are red, green and blue: zscale looks at all three.

    Returns
    -------
    Statistics
        Each of its numbers is None where no finite pixel is there to say it.

    Raises
    ------
    Cancelled
        If the work is no longer wanted.
    """
    ranks = Ranks(pixels.dtype, pixels.size)
    moments = _Moments()
    passes = ranks.passes
    done = 0
    for values in blocks(pixels):
        finite = moments.add(values)
        ranks.first(finite)
        done += values.size
        if progress is not None:
            progress.report(done / pixels.size / passes)
    if not moments.count:
        return Statistics(None, None, None, None, None, moments.nans, moments.infs, 0, None)
    for turn in itertools.count(1):
        if ranks.known:
            break
        ranks.narrow()
        for done, values in enumerate(blocks(pixels)):
            ranks.again(values)
            if progress is not None:
                progress.report((turn + min(1.0, done * STRIP / pixels.size)) / passes)
    if progress is not None:
        progress.report(1.0)
    sample = Sample.of(pixels, (), colour)
    return Statistics(
        min=moments.low,
        max=moments.high,
        mean=moments.mean,
        median=ranks.median(),
        std=math.sqrt(max(0.0, moments.squares / moments.count)),
        nan_count=moments.nans,
        inf_count=moments.infs,
        count=moments.count,
        zscale=None if sample.all_missing else sample.zscale(),
    )


def blocks(pixels: Pixels) -> Iterator[Array]:
    """Read a whole image in blocks of about a million pixels.

    Yields
    ------
    numpy.ndarray
        Two-dimensional and native, plane by plane from the first row to the last.
    """
    height, width = pixels.image_shape
    if not pixels.size:
        return
    columns = min(width, STRIP)
    rows = max(1, STRIP // width)
    for plane in itertools.product(*(range(length) for length in pixels.shape[:-2])):
        for top in range(0, height, rows):
            for left in range(0, width, columns):
                yield pixels.read(slice(top, min(height, top + rows)), slice(left, left + columns), plane)


class _Moments:
    """Counts, extremes, mean and sum of squared deviations of all blocks so far."""

    def __init__(self) -> None:
        self.count = self.nans = self.infs = 0
        self.low: int | float | None = None
        self.high: int | float | None = None
        self.mean = 0.0
        self.squares = 0.0

    def add(self, values: Array) -> Array:
        """Take a block in and return its finite values."""
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            if finite.all():
                values = values.ravel()
            else:
                nans = int(np.isnan(values).sum())
                self.nans += nans
                values = values[finite]
                self.infs += finite.size - nans - values.size
        else:
            values = values.ravel()
        if not values.size:
            return values
        low, high = values.min().item(), values.max().item()
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        # around a value of the block: large numbers that differ little keep their digits
        shift = float(values[0])
        with np.errstate(over="ignore", invalid="ignore"):
            offsets = values.astype(np.float64)
            offsets -= shift
            inner = float(offsets.mean())
            offsets -= inner
            squares = float(offsets @ offsets)
        self._merge(values.size, shift + inner, squares)
        return values

    def _merge(self, count: int, mean: float, squares: float) -> None:
        # Chan, Golub & LeVeque (1983), equation 1.5: nothing cancels, however many blocks there are
        total = self.count + count
        apart = mean - self.mean
        self.mean += apart * (count / total)
        self.squares += squares + apart * apart * (self.count * (count / total))
        self.count = total
