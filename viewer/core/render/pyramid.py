"""Pyramid: smaller copies of one plane, so that drawing costs what the screen costs, not the file."""

import itertools
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.pixels import Pixels
from viewer.core.progress import Progress
from viewer.core.render.blocks import correct_edges, divide, huge, levels_of, reduce_blocks, scale_edges
from viewer.core.render.strips import THREADS, for_each, strips

Array = np.ndarray[Any, np.dtype[Any]]

# up to this size the first copy halves the image; of a larger one it keeps a sixteenth of the pixels,
# so that a pyramid never takes more than 85 MiB (float32) for any image up to 16384 x 16384
HALVED_UP_TO = 1 << 26

_serials = itertools.count()


def working_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return float32 where it holds every value of `dtype`, float64 otherwise."""
    exact = dtype.itemsize <= 2 or dtype == np.float32
    return np.dtype(np.float32 if exact else np.float64)


@dataclass(frozen=True, eq=False)
class Window:
    """A rectangle of an image at some resolution.

    Attributes
    ----------
    values : numpy.ndarray
        Two-dimensional; row and column order of the image.
    x, y : numpy.ndarray
        Image coordinates of the centres of its columns and rows, ascending.
    factor : int
        Image pixels for each of its pixels, along either axis.
    averaged : bool
        Whether the values are means; otherwise they are single pixels of the file.
    complete : bool
        True if it is known that no value is missing or too large to be added to another.
    """

    values: Array
    x: Array
    y: Array
    factor: int
    averaged: bool
    complete: bool


@dataclass(frozen=True, eq=False)
class _Built:
    levels: dict[int, Array]
    minimum: float | int | None
    maximum: float | int | None
    missing: int


class Pyramid:
    """One plane of an image at every resolution.

    Before `build` it serves every n-th pixel of the file, so that there is something to show;
    afterwards means of blocks, from which no faint star is missing. The attributes may be read by
    one thread while another builds.

    Parameters
    ----------
    pixels : Pixels
        The image; not empty.
    plane : tuple of int
        Indices of the leading axes in numpy order; empty for the first plane.
    """

    def __init__(self, pixels: Pixels, plane: tuple[int, ...] = ()) -> None:
        self.pixels = pixels
        self.plane = plane
        self.shape = pixels.image_shape
        self.dtype = working_type(pixels.dtype)
        self.first_level = 2 if self.shape[0] * self.shape[1] <= HALVED_UP_TO else 4
        self._serial = next(_serials)
        self._built: _Built | None = None
        self._recent: tuple[int, int, int, Array] | None = None

    @property
    def ready(self) -> bool:
        """Whether `build` has finished."""
        return self._built is not None

    @property
    def revision(self) -> int:
        """Changes when the same window would be answered with other values."""
        return int(self.ready)

    @property
    def key(self) -> tuple[int, int]:
        """Identifies this pyramid and its revision among all of this process."""
        return self._serial, self.revision

    @property
    def minimum(self) -> float | int | None:
        """The smallest finite value of the plane; None before `build`, or without any."""
        return self._built.minimum if self._built else None

    @property
    def maximum(self) -> float | int | None:
        """The largest finite value of the plane; None before `build`, or without any."""
        return self._built.maximum if self._built else None

    @property
    def missing(self) -> int | None:
        """How many pixels are NaN or infinite; None before `build`."""
        return self._built.missing if self._built else None

    @property
    def nbytes(self) -> int:
        """Bytes that the levels take."""
        return sum(level.nbytes for level in self._built.levels.values()) if self._built else 0

    def build(self, progress: Progress | None = None, threads: int = THREADS) -> None:
        """Read the plane once, strip by strip, and keep the means of its blocks.

        Parameters
        ----------
        progress : Progress, optional
            Told after each strip.
        threads : int
            How many may work on it.

        Raises
        ------
        Cancelled
            If `progress` was cancelled; the pyramid stays as it was.
        """
        self._built = _build(self, progress, threads)

    def forget(self) -> None:
        """Give the memory back; until it is built again, the file serves."""
        self._built = None
        self._recent = None

    def factor(self, step: float) -> int:
        """Return the coarsest resolution on offer that is not coarser than `step` image pixels."""
        return _factor(step, self._built)

    def window(self, step: float, x0: int, x1: int, y0: int, y1: int) -> Window:
        """Return part of the plane at the resolution that suits a screen.

        Parameters
        ----------
        step : float
            Image pixels for each pixel of the screen, at most.
        x0, x1, y0, y1 : int
            Half-open range of image pixels, inside the image and not empty. What is returned covers
            it, with a neighbour on either side where there is one.

        Returns
        -------
        Window
            Its values may be a view of the pyramid's own memory.
        """
        built = self._built
        factor = _factor(step, built)
        rows, columns = self.shape
        last_row, last_column = -(-rows // factor), -(-columns // factor)
        j0, j1 = max(0, y0 // factor - 1), min(last_row, (y1 - 1) // factor + 2)
        i0, i1 = max(0, x0 // factor - 1), min(last_column, (x1 - 1) // factor + 2)
        averaged = factor > 1 and built is not None
        if built is not None and factor in built.levels:
            values = built.levels[factor][j0:j1, i0:i1]
        elif averaged:
            values = self._means(factor, i0, i1, j0, j1)
        else:
            values = self.pixels.read(
                slice(j0 * factor, min(rows, j1 * factor), factor),
                slice(i0 * factor, min(columns, i1 * factor), factor),
                self.plane,
            )
        return Window(
            values,
            _centres(i0, i1, factor, columns, averaged),
            _centres(j0, j1, factor, rows, averaged),
            factor,
            averaged,
            built is not None and not built.missing and not huge(built.minimum, built.maximum, self.dtype),
        )

    def _means(self, factor: int, i0: int, i1: int, j0: int, j1: int) -> Array:
        # Resolutions between the file and the first level: computed for what is on the screen. What was
        # on it before is kept, so that a picture that is dragged costs its new edges only.
        result = np.empty((j1 - j0, i1 - i0), self.dtype)
        recent = self._recent
        left, right, bottom, top = i0, i0, j0, j0
        if recent is not None and recent[0] == factor:
            _, left, bottom, kept = recent
            right, top = left + kept.shape[1], bottom + kept.shape[0]
            shared = max(i0, left), min(i1, right), max(j0, bottom), min(j1, top)
            if shared[0] < shared[1] and shared[2] < shared[3]:
                part = kept[shared[2] - bottom : shared[3] - bottom, shared[0] - left : shared[1] - left]
                left, right, bottom, top = shared
                result[bottom - j0 : top - j0, left - i0 : right - i0] = part
            else:
                left, right, bottom, top = i0, i0, j0, j0
        for a, b, c, d in (
            (i0, i1, j0, bottom),
            (i0, i1, top, j1),
            (i0, left, bottom, top),
            (right, i1, bottom, top),
        ):
            if a < b and c < d:
                self._fill(result[c - j0 : d - j0, a - i0 : b - i0], factor, a, b, c, d)
        self._recent = (factor, i0, j0, result)
        return result

    def _fill(self, result: Array, factor: int, i0: int, i1: int, j0: int, j1: int) -> None:
        rows, columns = self.shape
        across = slice(i0 * factor, min(columns, i1 * factor))
        pieces = strips((j1 - j0, (i1 - i0) * factor * factor), self.pixels.dtype.itemsize)

        def average(n: int) -> None:
            piece = pieces[n]
            down = slice((j0 + piece.start) * factor, min(rows, (j0 + piece.stop) * factor))
            block = self.pixels.read(down, across, self.plane)
            sums, coverage, *_ = reduce_blocks(block, factor, self.dtype)
            if coverage is None:
                correct_edges(sums, factor, block.shape)
            else:
                sums = divide(sums, coverage)
            result[piece] = sums

        for_each(len(pieces), average)


def _factor(step: float, built: _Built | None) -> int:
    # the largest power of two up to `step`; a step of 3.9999999999 was meant to be 4
    _, exponent = np.frexp(step * (1 + 1e-9))
    factor = 1 << max(0, int(exponent) - 1)
    return min(factor, max(built.levels)) if built else factor


def _centres(start: int, stop: int, factor: int, length: int, averaged: bool) -> Array:
    centres = np.arange(start, stop, dtype=np.float64) * factor
    if averaged:
        centres += (factor - 1) / 2
        if stop * factor > length:  # the last block is cut by the edge of the image
            centres[-1] = ((stop - 1) * factor + length - 1) / 2
    return centres


def _build(pyramid: Pyramid, progress: Progress | None, threads: int) -> _Built:
    rows, columns = pyramid.shape
    factor, dtype = pyramid.first_level, pyramid.dtype
    shape = (-(-rows // factor), -(-columns // factor))
    sums = np.empty(shape, dtype)
    coverage: Array | None = None
    extremes: list[tuple[Any, Any]] = []
    missing = 0
    lock = threading.Lock()
    pieces = strips(pyramid.shape, max(dtype.itemsize, pyramid.pixels.dtype.itemsize), factor)

    def reduce(n: int) -> None:
        nonlocal coverage, missing
        block = pyramid.pixels.read(pieces[n], plane=pyramid.plane)
        part, covered, low, high, absent = reduce_blocks(block, factor, dtype)
        place = slice(pieces[n].start // factor, -(-pieces[n].stop // factor))
        sums[place] = part
        with lock:
            if low is not None:
                extremes.append((low, high))
            if covered is not None:
                if coverage is None:
                    coverage = np.ones(shape, dtype)
                    scale_edges(coverage, factor, pyramid.shape)
                coverage[place] = covered
                missing += absent

    for_each(len(pieces), reduce, progress, threads)
    return _Built(
        levels_of(sums, coverage, factor, pyramid.shape),
        min(low for low, _ in extremes).item() if extremes else None,
        max(high for _, high in extremes).item() if extremes else None,
        missing,
    )
