"""Travel: how the way of a slider is spread over data values, so that most of it covers what matters."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from viewer.ui.panels.numbers import rounded

# Positions of a QSlider: more than a screen has pixels.
STEPS = 10_000
# The range of the limits' sliders: nearly all values ...
INNER = (0.0005, 0.9995)
# ... and so much of the travel more at either end where there are values at all ...
OUTER = 0.35
# ... and a little room beyond.
MARGIN = 0.04
# The middle part of the values, about which travel is finest (one sigma of a normal distribution).
MIDDLE = (0.1587, 0.8413)


@dataclass(frozen=True)
class Travel:
    """A monotone map between positions 0..1 of a slider and values.

    Attributes
    ----------
    low, high : float
        The values at its ends.
    warp, unwarp : callable
        An increasing function of a value, and its inverse; the travel is linear in it.
    """

    low: float
    high: float
    warp: Callable[[float], float] = float
    unwarp: Callable[[float], float] = float

    def value(self, position: float) -> float:
        """Return the value at a position 0..1."""
        if position <= 0:
            return self.low
        if position >= 1:
            return self.high
        first, last = self.warp(self.low), self.warp(self.high)
        return min(max(self.unwarp(first + (last - first) * position), self.low), self.high)

    def position(self, value: float) -> float:
        """Return where a value is, 0..1; beyond the ends it is the end."""
        if not self.low < value < self.high:
            return 0.0 if value <= self.low else 1.0
        first, last = self.warp(self.low), self.warp(self.high)
        return min(max((self.warp(value) - first) / (last - first), 0.0), 1.0)

    def at_step(self, step: int) -> float:
        """Return the value of a slider's step, with no more digits than its neighbours ask for."""
        value = self.value(step / STEPS)
        if step in (0, STEPS):
            return value
        return rounded(value, self.value((step + 1) / STEPS) - value)

    def step(self, value: float) -> int:
        """Return the slider's step next to a value."""
        return round(self.position(value) * STEPS)


def linear(low: float, high: float) -> Travel:
    """Return equal travel for equal differences."""
    return Travel(low, high)


def logarithmic(low: float, high: float) -> Travel:
    """Return equal travel for equal ratios; both ends positive."""
    return Travel(low, high, math.log, math.exp)


def with_middle(high: float, middle: float) -> Travel:
    """Return travel from 0 to `high` that is half done at `middle`."""
    exponent = math.log(high / middle) / math.log(2)
    return Travel(0.0, high, lambda value: value ** (1 / exponent), lambda way: way**exponent)


def over_values(values: np.ndarray) -> Travel:
    """Return travel over data values: fine about their bulk, coarser and coarser in the tails.

    It is asinh((v - median) / width), the width being that of the middle two thirds of the values: on a
    CCD frame the sky has a third of the travel and every decade of the stars an equal part of the rest,
    whether values are counts or 1e-20.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        Values of an image, ascending; if there is none, or only one, the range about it is small.
    """
    if not values.size:
        return linear(0.0, 1.0)
    low, high = float(values[0]), float(values[-1])
    if not low < high:
        room = abs(low) or 1.0
        return linear(low - room, high + room)
    inner_low, center, inner_high = _quantiles(values, INNER[0], 0.5, INNER[1])
    left, right = _quantiles(values, *MIDDLE)
    width = max(right / 2 - left / 2, high / 2000 - low / 2000)
    if _few_values(values):
        center, width = low / 2 + high / 2, high - low

    def warp(value: float) -> float:
        return math.asinh(value / width - center / width)

    def unwarp(way: float) -> float:
        return center + width * math.sinh(way)

    first, last = warp(inner_low), warp(inner_high)
    reach = OUTER * max(last - first, 1.0)
    first, last = max(warp(low), first - reach), min(warp(high), last + reach)
    room = MARGIN * (last - first)
    return Travel(unwarp(first - room), unwarp(last + room), warp, unwarp)


def _quantiles(values: np.ndarray, *fractions: float) -> list[float]:
    return [float(values[round(fraction * (values.size - 1))]) for fraction in fractions]


def _few_values(values: np.ndarray) -> bool:
    """Whether there are no more than three different ones: a mask."""
    found = 0
    start = 0
    while start < values.size and found <= 3:
        start = int(np.searchsorted(values, values[start], side="right"))
        found += 1
    return found <= 3
