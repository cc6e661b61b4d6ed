"""Curve: the values of a one-dimensional image and what its pixels mean, ready to be plotted."""

from dataclasses import dataclass

import numpy as np

from viewer.core.frame import Frame
from viewer.core.pixels import Pixels

# more than any screen shows, and still drawn in a few milliseconds
MOST_VALUES = 4_000_000
NODES = 129


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
        """Return the 0-based pixel of a coordinate; NaN outside the image."""
        ends = sorted((float(self.values[0]), float(self.values[-1])))
        if not ends[0] <= value <= ends[1]:
            return float("nan")
        rising = slice(None) if self.values[0] <= self.values[-1] else slice(None, None, -1)
        return float(np.interp(value, self.values[rising], self.pixels[rising]))


def read_values(pixels: Pixels) -> tuple[np.ndarray, np.ndarray]:
    """Read what is plotted.

    Parameters
    ----------
    pixels : Pixels
        One-dimensional.

    Returns
    -------
    tuple of numpy.ndarray
        0-based pixels and their values as float64, infinite ones as NaN; of more than
        `MOST_VALUES` pixels every second, third …
    """
    step = -(-pixels.size // MOST_VALUES)
    values = pixels.read(columns=slice(None, None, max(1, step)))[0].astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    return np.arange(values.size, dtype=np.float64) * max(1, step), values


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
