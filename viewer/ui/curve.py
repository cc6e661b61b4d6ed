"""Curve: a one-dimensional image of any length, reduced to what a plot can show of it."""

from dataclasses import dataclass

import numpy as np

from viewer.core.frame import Frame
from viewer.core.pixels import Pixels

# images up to this long are kept in memory, of longer ones only the range of each block
KEPT = 1 << 20
BLOCK = 64
CHUNK = BLOCK << 16
# values for each column of the screen that are drawn as they are
PLAIN = 4
NODES = 129


class Curve:
    """The values of a one-dimensional image; building it reads all of them once, for a worker.

    Parameters
    ----------
    pixels : Pixels
        One-dimensional.

    Attributes
    ----------
    length : int
        Number of pixels.
    low, high : float
        The range of the finite values; NaN if there are none.
    """

    def __init__(self, pixels: Pixels) -> None:
        self.length = pixels.size
        self._pixels = pixels
        self._values: np.ndarray | None = None
        if self.length <= KEPT:
            self._values = self._read(0, self.length)
        lows, highs = [], []
        for start in range(0, self.length, CHUNK):
            chunk = self._read(start, min(start + CHUNK, self.length))
            blocks = np.arange(0, chunk.size, BLOCK)
            lows.append(np.fmin.reduceat(chunk, blocks))
            highs.append(np.fmax.reduceat(chunk, blocks))
        self._lows, self._highs = np.concatenate(lows), np.concatenate(highs)
        known = np.isfinite(self._lows)
        self.low = float(self._lows[known].min()) if known.any() else float("nan")
        self.high = float(self._highs[known].max()) if known.any() else float("nan")

    def drawn(self, first: float, last: float, columns: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of a line that looks like all values between two pixels.

        Parameters
        ----------
        first, last : float
            0-based pixels; what lies outside the image is left out.
        columns : int
            How many columns of the screen lie between them.

        Returns
        -------
        tuple of numpy.ndarray
            0-based pixels and values; where there are many for each column, the smallest and the
            largest of them. NaN where all are missing.
        """
        begin = max(0, int(np.floor(max(first, 0))) - 1)
        end = min(self.length, int(np.ceil(min(last, self.length))) + 2)
        if begin >= end:
            return np.empty(0), np.empty(0)
        size = -(-(end - begin) // max(1, columns))
        if size <= PLAIN:
            return np.arange(begin, end, dtype=float), self._read(begin, end)
        if size < BLOCK:
            # groups begin at multiples of their size, or the line would tremble while it moves
            begin -= begin % size
            values = self._read(begin, end)
            lows, highs = _ranges(values, values, size)
        else:
            size -= size % BLOCK
            begin -= begin % size
            blocks = slice(begin // BLOCK, -(-end // BLOCK))
            lows, highs = _ranges(self._lows[blocks], self._highs[blocks], size // BLOCK)
        middles = begin + size * np.arange(lows.size) + (size - 1) / 2
        return np.repeat(middles, 2), np.stack((lows, highs), axis=1).ravel()

    def _read(self, begin: int, end: int) -> np.ndarray:
        if self._values is not None:
            return self._values[begin:end]
        values = self._pixels.read(columns=slice(begin, end))[0]
        # missing and infinite values are gaps
        return np.where(np.isfinite(values), values, np.nan)


def _ranges(lows: np.ndarray, highs: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    groups = np.arange(0, lows.size, size)
    return np.fmin.reduceat(lows, groups), np.fmax.reduceat(highs, groups)


@dataclass(frozen=True, eq=False)
class WorldAxis:
    """The world coordinate along a one-dimensional image, known at some of its pixels.

    Attributes
    ----------
    label, unit : str
        What it is.
    pixels, values : numpy.ndarray
        0-based pixels, increasing, and the coordinate there, increasing or decreasing.
    """

    label: str
    unit: str
    pixels: np.ndarray
    values: np.ndarray

    def of(self, pixels: np.ndarray) -> np.ndarray:
        """Return the coordinate at 0-based pixels."""
        return np.interp(pixels, self.pixels, self.values)

    def pixel(self, value: float) -> float:
        """Return the 0-based pixel of a coordinate; beyond the image its first or last one."""
        rising = slice(None) if self.values[0] <= self.values[-1] else slice(None, None, -1)
        return float(np.interp(value, self.values[rising], self.pixels[rising]))


def world_axis(frame: Frame) -> WorldAxis | None:
    """Return the world coordinate along an image, None if its header tells none that is of use.

    Parameters
    ----------
    frame : Frame
        One-dimensional, with the header parsed.
    """
    last = frame.shape[-1] - 1
    nodes = np.unique(np.linspace(0, last, min(NODES, last + 1)))
    described = [frame.world.describe(float(node), 0.0) for node in nodes]
    for number, first in enumerate(described[0]):
        # physical and detector coordinates are other pixel numbers
        if first.system in ("physical", "detector"):
            continue
        values = np.array([_value(each[number].value) for each in described])
        steps = np.diff(values)
        if steps.size and (np.all(steps > 0) or np.all(steps < 0)):
            return WorldAxis(first.label, first.unit, nodes, values)
    return None


def _value(value: float | None) -> float:
    return float("nan") if value is None else value
