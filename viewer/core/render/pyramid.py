"""Pyramid: smaller copies of one plane, so that drawing costs what the screen costs, not the file."""

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.pixels import Pixels
from viewer.core.progress import Progress
from viewer.core.render.strips import for_each, strips

Array = np.ndarray[Any, np.dtype[Any]]

# up to this size the first copy halves the image; of a larger one it keeps a sixteenth of the pixels,
# so that a pyramid never takes more than 85 MiB (float32) for any image up to 16384 x 16384
HALVED_UP_TO = 1 << 26
COARSEST = 32

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

    def build(self, progress: Progress | None = None) -> None:
        """Read the plane once, strip by strip, and keep the means of its blocks.

        Parameters
        ----------
        progress : Progress, optional
            Told after each strip.

        Raises
        ------
        Cancelled
            If `progress` was cancelled; the pyramid stays as it was.
        """
        self._built = _build(self, progress)

    def forget(self) -> None:
        """Give the memory back; until it is built again, the file serves."""
        self._built = None

    def factor(self, step: float) -> int:
        """Return the coarsest resolution on offer that is not coarser than `step` image pixels."""
        _, exponent = np.frexp(step * (1 + 1e-9))
        factor = 1 << max(0, int(exponent) - 1)
        built = self._built
        return min(factor, max(built.levels)) if built and built.levels else factor

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
        built, factor = self._built, self.factor(step)
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
            built is not None and not built.missing and not _huge(built.minimum, built.maximum, self.dtype),
        )

    def _means(self, factor: int, i0: int, i1: int, j0: int, j1: int) -> Array:
        # resolutions between the file and the first level: computed for what is on the screen
        rows, columns = self.shape
        result = np.empty((j1 - j0, i1 - i0), self.dtype)
        across = slice(i0 * factor, min(columns, i1 * factor))
        pieces = strips((j1 - j0, (i1 - i0) * factor * factor), self.pixels.dtype.itemsize)

        def average(n: int) -> None:
            piece = pieces[n]
            down = slice((j0 + piece.start) * factor, min(rows, (j0 + piece.stop) * factor))
            block = self.pixels.read(down, across, self.plane)
            sums, coverage, *_ = _reduce(block, factor, self.dtype)
            if coverage is None:
                _correct_edges(sums, factor, block.shape)
            else:
                sums = _divide(sums, coverage)
            result[piece] = sums

        for_each(len(pieces), average)
        return result


def _centres(start: int, stop: int, factor: int, length: int, averaged: bool) -> Array:
    centres = np.arange(start, stop, dtype=np.float64) * factor
    if averaged:
        centres += (factor - 1) / 2
        if stop * factor > length:  # the last block is cut by the edge of the image
            centres[-1] = ((stop - 1) * factor + length - 1) / 2
    return centres


def _huge(minimum: float | int | None, maximum: float | int | None, dtype: np.dtype[Any]) -> bool:
    # sums of sixteen such values may be too large for the type
    if minimum is None or maximum is None:
        return False
    return bool(max(abs(minimum), abs(maximum)) > float(np.finfo(dtype).max) / 64)


def _build(pyramid: Pyramid, progress: Progress | None) -> _Built:
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
        part, covered, low, high, absent = _reduce(block, factor, dtype)
        place = slice(pieces[n].start // factor, -(-pieces[n].stop // factor))
        sums[place] = part
        with lock:
            if low is not None:
                extremes.append((low, high))
            if covered is not None:
                if coverage is None:
                    coverage = np.ones(shape, dtype)
                    _scale_edges(coverage, factor, pyramid.shape)
                coverage[place] = covered
                missing += absent

    for_each(len(pieces), reduce, progress)
    return _Built(
        _levels(sums, coverage, factor, pyramid.shape),
        min(low for low, _ in extremes).item() if extremes else None,
        max(high for _, high in extremes).item() if extremes else None,
        missing,
    )


def _levels(
    sums: Array, coverage: Array | None, factor: int, image_shape: tuple[int, int]
) -> dict[int, Array]:
    # Each level is made from the sums of the one below before those become means, so that blocks with
    # missing pixels, and the ones cut by the edge of the image, weigh what they hold.
    levels = {}
    while True:
        finer_sums, finer_coverage, finer_factor = sums, coverage, factor
        go_on = max(sums.shape) > COARSEST
        if go_on:
            sums, factor = _add_blocks(sums * sums.dtype.type(0.25), 2), factor * 2
            coverage = None if coverage is None else _add_blocks(coverage * coverage.dtype.type(0.25), 2)
        if finer_coverage is None:
            _correct_edges(finer_sums, finer_factor, image_shape)
        else:
            finer_sums = _divide(finer_sums, finer_coverage)
        levels[finer_factor] = finer_sums
        if not go_on:
            return levels


def _reduce(block: Array, factor: int, dtype: np.dtype[Any]) -> tuple[Array, Array | None, Any, Any, int]:
    """Average the blocks of a strip.

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
    low, high = block.min(), block.max()
    coverage = None
    missing = 0
    if block.dtype.kind == "f" and not (np.isfinite(low) and np.isfinite(high)):
        finite = np.isfinite(block)
        present = int(np.count_nonzero(finite))
        missing = block.size - present
        coverage = _add_blocks(finite.astype(dtype), factor) * share
        if not present:
            return np.zeros_like(coverage), coverage, None, None, missing
        low, high = block.min(where=finite, initial=np.inf), block.max(where=finite, initial=-np.inf)
        block = np.where(finite, block, block.dtype.type(0))
    if _huge(low.item(), high.item(), dtype):
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


def _divide(sums: Array, coverage: Array) -> Array:
    with np.errstate(invalid="ignore"):  # nothing by nothing is what "missing" is written as: NaN
        return np.asarray(np.divide(sums, coverage, out=sums))


def _edge_shares(factor: int, image_shape: tuple[int, ...]) -> tuple[float, float]:
    # which part of the last row and of the last column of blocks lies inside the image
    rows, columns = image_shape[-2:]
    return ((rows - 1) % factor + 1) / factor, ((columns - 1) % factor + 1) / factor


def _scale_edges(values: Array, factor: int, image_shape: tuple[int, ...]) -> None:
    top, right = _edge_shares(factor, image_shape)
    values[-1] *= values.dtype.type(top)
    values[:, -1] *= values.dtype.type(right)


def _correct_edges(values: Array, factor: int, image_shape: tuple[int, ...]) -> None:
    top, right = _edge_shares(factor, image_shape)
    if top < 1:
        values[-1] /= values.dtype.type(top)
    if right < 1:
        values[:, -1] /= values.dtype.type(right)
