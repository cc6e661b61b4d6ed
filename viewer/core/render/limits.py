"""Limits: which values become the first and the last colour."""

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.render.sample import Sample

__all__ = ["Limits", "Mode", "Sample"]

Mode = Literal["zscale", "minmax", "percent", "manual"]

_LARGEST = float(np.finfo(np.float64).max)
_FALLBACK_PERCENT = 99.5


@dataclass(frozen=True)
class Limits:
    """A rule that finds the limits of an image, or two numbers.

    Attributes
    ----------
    mode : str
        "zscale", "minmax", "percent" or "manual".
    percent : float
        For "percent": how much of the values lies between, the rest in equal parts outside.
    low, high : float or None
        For "manual"; one that is None is the image's own minimum or maximum.
    reach : float
        For "zscale": the distance between the limits is multiplied by this at the upper end, though not
        beyond the maximum, so that a curved stretch leaves something to see in the cores of stars.
    """

    mode: Mode = "zscale"
    percent: float = _FALLBACK_PERCENT
    low: float | None = None
    high: float | None = None
    reach: float = 1.0

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise ViewerError(
                f"There are no limits called {self.mode!r}; use zscale, minmax, a percentage or LOW,HIGH."
            )
        if not 0 < self.percent <= 100:
            raise ViewerError(
                f"{self.percent:g} % of the values cannot be kept; give more than 0, up to 100."
            )
        if not 1 <= self.reach <= 1e6:
            raise ViewerError(f"Zscale limits reach 1 to 1e6 times as far, not {self.reach:g} times.")
        for value in (self.low, self.high):
            if value is not None and not math.isfinite(value):
                raise ViewerError(f"A limit must be a finite number, not {value}.")

    @classmethod
    def parse(cls, text: str) -> "Limits":
        """Read limits as they are typed.

        ``zscale`` (``zscale*10`` for a reach of 10), ``minmax``, ``99.5`` (with or without %) or
        ``LOW,HIGH``.

        Raises
        ------
        ViewerError
            If the text is none of these.
        """
        word = text.strip().lower()
        if word == "zscale":
            return cls("zscale")
        if word.startswith("zscale*"):
            with suppress(ValueError):
                return cls("zscale", reach=float(word.removeprefix("zscale*")))
        if word in ("minmax", "min-max"):
            return cls("minmax")
        try:
            numbers = [float(part) for part in word.removesuffix("%").split(",")]
        except ValueError:
            numbers = []
        if len(numbers) == 1 and 0 < numbers[0] <= 100:
            return cls("minmax") if numbers[0] == 100 else cls("percent", percent=numbers[0])
        if len(numbers) == 2 and "%" not in word and all(map(math.isfinite, numbers)):
            if numbers[0] >= numbers[1]:
                raise ViewerError(f"The low limit must be less than the high one: {text!r}.")
            return cls("manual", low=numbers[0], high=numbers[1])
        raise ViewerError(
            f"Limits {text!r} are not understood; use zscale, minmax, a percentage such as 99.5, or LOW,HIGH."
        )

    def __str__(self) -> str:
        """Return what `parse` reads."""
        if self.mode == "percent":
            return repr(self.percent)
        if self.mode == "zscale" and self.reach != 1:
            return f"zscale*{self.reach!r}"
        if self.mode == "manual" and self.low is not None and self.high is not None:
            return f"{self.low!r},{self.high!r}"
        return self.mode

    def resolve(self, sample: Sample) -> tuple[float, float]:
        """Return the limits for an image.

        Rules that find a single value are helped: zscale falls back to 99.5 %, percentages to minimum
        and maximum (a mask that is nearly all 0 is shown from 0 to 1), and a constant image gets
        limits that put it in the middle.

        Parameters
        ----------
        sample : Sample
            The values of the image.

        Returns
        -------
        tuple of float
            Low and high, both finite, ``low < high``.
        """
        if self.mode == "manual":
            return self._manual(sample)
        if sample.all_missing:
            return 0.0, 1.0
        low, high = math.nan, math.nan
        if self.mode == "zscale":
            low, high = self._zscale(sample)
            # the slope of a histogram with one tall bin says nothing: between two counts there is no value
            if sample.dtype.kind in "iu" and high - low < 1:
                low = high
        if self.mode == "percent" or (self.mode == "zscale" and not low < high):
            low, high = sample.percent(self.percent if self.mode == "percent" else _FALLBACK_PERCENT)
        if not low < high:
            low, high = sample.minimum, sample.maximum
        return _apart(low, high)

    def _zscale(self, sample: Sample) -> tuple[float, float]:
        low, high = sample.zscale()
        if self.reach == 1 or not low < high:
            return low, high
        return low, max(high, min(low + self.reach * (high - low), sample.maximum))

    def _manual(self, sample: Sample) -> tuple[float, float]:
        missing = (0.0, 1.0) if sample.all_missing else (sample.minimum, sample.maximum)
        low = missing[0] if self.low is None else self.low
        high = missing[1] if self.high is None else self.high
        return _apart(min(low, high), max(low, high))


def _apart(low: float, high: float) -> tuple[float, float]:
    """Keep limits apart by more than the precision of the numbers around them."""
    # a table of 65,535 steps between them needs room for its reciprocal, too
    tiny = max(abs(low), abs(high)) * 1e-14 + 1e-300
    if high - low > tiny:
        return low, high
    middle = low / 2 + high / 2
    half = abs(middle) / 2 if abs(middle) > 1e-300 else 0.5
    return max(-_LARGEST, middle - half), min(_LARGEST, middle + half)
