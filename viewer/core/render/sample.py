"""Sample: the values of an image that its limits, percentages and histogram are taken from."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from viewer.core.pixels import Pixels
from viewer.core.render.blocks import finite_extremes
from viewer.core.render.strips import for_each, strips
from viewer.core.render.zscale import SAMPLES, zscale

Array = np.ndarray[Any, np.dtype[Any]]
Planes = tuple[tuple[int, ...], ...]

MOST_VALUES = 1 << 20
# up to this size every value of a floating-point image is looked at, to know which ones are missing
SCANNED_UP_TO = 1 << 25


@dataclass(frozen=True, eq=False)
class Sample:
    """Finite values of one plane, or of the three planes of a colour image together.

    Made by `Sample.of`. The values themselves are read when they are first asked for (some 20 ms:
    ask in a worker); zscale does without them.

    Attributes
    ----------
    pixels : Pixels
        The image.
    planes : tuple of tuple of int
        The planes that are sampled, as indices of the leading axes.
    picks : numpy.ndarray
        The finite values that zscale looks at, in the order of the file and in the type of the image.
    extremes : tuple of float or None
        Smallest and largest value of the whole plane, if somebody has looked at all of it.
    colour : bool
        Whether the planes are red, green and blue.
    """

    pixels: Pixels
    planes: Planes
    picks: Array
    extremes: tuple[float, float] | None = None
    colour: bool = False

    @classmethod
    def of(cls, pixels: Pixels, plane: tuple[int, ...] = (), colour: bool = False) -> "Sample":
        """Sample an image.

        Parameters
        ----------
        pixels : Pixels
            The image; not empty.
        plane : tuple of int
            Indices of the leading axes; empty for the first plane.
        colour : bool
            Sample the three planes of a colour image together and leave `plane` alone.
        """
        planes: Planes = ((0,), (1,), (2,)) if colour else (pixels.index(plane),)
        return cls.over(pixels, planes, colour)

    @classmethod
    def over(cls, pixels: Pixels, planes: Planes, colour: bool = False) -> "Sample":
        """Sample several planes of an image together.

        Parameters
        ----------
        pixels : Pixels
            The image; not empty.
        planes : tuple of tuple of int
            Indices of the leading axes, complete, one tuple for each plane.
        colour : bool
            Whether the planes are red, green and blue.
        """
        rows, columns = pixels.image_shape
        size = len(planes) * rows * columns
        if pixels.dtype.kind != "f":
            return cls(pixels, planes, _at(pixels, planes, _strided(size)), colour=colour)
        if size > SCANNED_UP_TO:
            picks = _at(pixels, planes, _strided(size))
            sample = cls(pixels, planes, picks, colour=colour)
            if np.isfinite(picks).all():
                return sample
            finite = sample._unsorted
            return replace(sample, picks=finite[_strided(finite.size)])
        counts, extremes = _scan(pixels, planes)
        return cls(pixels, planes, _finite_at(pixels, planes, counts), extremes, colour)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the image's values."""
        return self.pixels.dtype

    @cached_property
    def values(self) -> Array:
        """At most 2**20 finite values, ascending, as float64; all of them if the image is small."""
        values = self._unsorted
        # float32 holds small integers exactly and sorts seven times as fast
        exact = values.dtype.itemsize <= 2 or values.dtype == np.float32
        values = np.sort(values.astype(np.float32 if exact else np.float64, copy=False)).astype(np.float64)
        values.flags.writeable = False
        return values

    @property
    def all_missing(self) -> bool:
        """Whether there is no finite value at all."""
        return self.picks.size == 0 and self.values.size == 0

    @property
    def minimum(self) -> float:
        """Smallest value: of the plane where it is known, otherwise of the sample; NaN if all missing."""
        if self.extremes:
            return self.extremes[0]
        return math.nan if self.all_missing else float(self.values[0])

    @property
    def maximum(self) -> float:
        """Largest value: of the plane where it is known, otherwise of the sample; NaN if all missing."""
        if self.extremes:
            return self.extremes[1]
        return math.nan if self.all_missing else float(self.values[-1])

    @property
    def constant(self) -> bool:
        """Whether all values are the same; not so if there are none."""
        return not self.all_missing and self.minimum == self.maximum

    def with_extremes(self, minimum: float | None, maximum: float | None) -> "Sample":
        """Return this sample with the exact smallest and largest value, such as a `Pyramid` finds."""
        if minimum is None or maximum is None:
            return self
        changed = replace(self, extremes=(float(minimum), float(maximum)))
        if "values" in self.__dict__:
            changed.__dict__["values"] = self.values
        return changed

    def zscale(self) -> tuple[float, float]:
        """Return IRAF's zscale limits, equal to ``astropy.visualization.ZScaleInterval``'s.

        Returns
        -------
        tuple of float
            Low and high, which may be equal; NaN if all values are missing.
        """
        return zscale(self.picks)

    def percent(self, percent: float) -> tuple[float, float]:
        """Return the limits that keep the central part of the values, as DS9 counts.

        Parameters
        ----------
        percent : float
            0 to 100; 99.5 cuts 0.25 % off either end.
        """
        if self.all_missing:
            return math.nan, math.nan
        tail = (100 - percent) / 200
        return self._quantile(tail), self._quantile(1 - tail)

    def histogram(self, bins: int, low: float, high: float) -> Array:
        """Count the values in bins of equal width, both ends included.

        Parameters
        ----------
        bins : int
            How many.
        low, high : float
            The range; ``low < high``.

        Returns
        -------
        numpy.ndarray
            `bins` integers.
        """
        edges = np.linspace(low, high, bins + 1)
        below = np.searchsorted(self.values, edges, "left")
        below[-1] = np.searchsorted(self.values, high, "right")
        return np.diff(below)

    def _quantile(self, fraction: float) -> float:
        place = fraction * (self.values.size - 1)
        index = min(max(0, math.floor(place)), self.values.size - 1)
        following = min(index + 1, self.values.size - 1)
        share = place - index
        return float(self.values[index] * (1 - share) + self.values[following] * share)

    @cached_property
    def _unsorted(self) -> Array:
        rows, columns = self.pixels.image_shape
        lines = len(self.planes) * rows
        down = min(rows, _odd(math.sqrt(lines * columns / MOST_VALUES)))
        across = _odd(math.ceil(lines / down) * columns / MOST_VALUES)
        if across >= columns:
            down, across = _odd(lines / MOST_VALUES), columns
        parts = [
            self.pixels.read(slice(None, None, down), slice(None, None, across), plane).ravel()
            for plane in self.planes
        ]
        values = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def _odd(step: float) -> int:
    # an even step would show one colour only of a colour filter array
    return math.ceil(step) | 1


def _strided(size: int) -> Array:
    # the positions that astropy's ZScaleInterval looks at among `size` finite values
    stride = int(max(1.0, size / SAMPLES))
    return np.arange(0, size, stride)[:SAMPLES]


def _at(pixels: Pixels, planes: Planes, positions: Array) -> Array:
    """Read single pixels by their place in the flattened planes; ascending."""
    rows, columns = pixels.image_shape
    lines, places = positions // columns, positions % columns
    parts = []
    for number, plane in enumerate(planes):
        mine = slice(*np.searchsorted(lines, [number * rows, (number + 1) * rows]))
        parts.append(pixels.pick(lines[mine] - number * rows, places[mine], plane))
    return np.concatenate(parts)


def _scan(pixels: Pixels, planes: Planes) -> tuple[Array, tuple[float, float] | None]:
    """Count the finite values of each row, and find the smallest and largest one."""
    rows, columns = pixels.image_shape
    counts = np.full(len(planes) * rows, columns)
    pieces = strips(pixels.image_shape, pixels.dtype.itemsize)
    extremes: list[tuple[float, float]] = []

    def scan(n: int) -> None:
        plane, piece = divmod(n, len(pieces))
        block = pixels.read(pieces[piece], plane=planes[plane])
        low, high, finite = finite_extremes(block)
        if finite is not None:
            start = plane * rows + pieces[piece].start
            # a third faster than counting along the axis
            counts[start : start + block.shape[0]] = [np.count_nonzero(line) for line in finite]
        if low is not None:
            extremes.append((float(low), float(high)))

    for_each(len(planes) * len(pieces), scan)
    return counts, (min(low for low, _ in extremes), max(high for _, high in extremes)) if extremes else None


def _finite_at(pixels: Pixels, planes: Planes, counts: Array) -> Array:
    """Pick finite values by their place among all finite values of the flattened planes."""
    rows, columns = pixels.image_shape
    ends = np.cumsum(counts)
    size = int(ends[-1])
    places = _strided(size)
    if size == counts.size * columns:
        return _at(pixels, planes, places)
    lines = np.searchsorted(ends, places, "right")
    picked = np.empty(places.size, pixels.dtype)
    for line in np.unique(lines):
        plane, row = divmod(int(line), rows)
        values = pixels.read(slice(row, row + 1), plane=planes[plane])[0]
        values = values[np.isfinite(values)]
        mine = lines == line
        picked[mine] = values[places[mine] - (ends[line] - counts[line])]
    return picked
