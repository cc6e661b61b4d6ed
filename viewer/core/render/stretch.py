"""Stretch: the curve between the limits, equal to the classes of astropy.visualization."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from viewer.core.errors import ViewerError

if TYPE_CHECKING:
    from viewer.core.render.sample import Sample

Array = np.ndarray[Any, np.dtype[Any]]
Name = Literal["linear", "log", "sqrt", "squared", "power", "asinh", "sinh", "histequal"]
Curve = Callable[[Any], Array]

# histogram equalisation keeps this many points of the cumulative histogram
_QUANTILES = 1 << 14


class _Kind(NamedTuple):
    formula: str
    function: Callable[[Array, float], Array]
    default: float | None = None
    range: tuple[float, float, bool] | None = None


def _log(x: Array, a: float) -> Array:
    # not log1p: the last digit is astropy's
    return np.asarray(np.log(a * x + 1.0) / math.log(a + 1.0))


_KINDS: dict[str, _Kind] = {
    "linear": _Kind("y = x", lambda x, _: x),
    "log": _Kind("y = log10(1 + a·x) / log10(1 + a),  a = {a}", _log, 1000.0, (1.0, 1e5, True)),
    "sqrt": _Kind("y = √x", lambda x, _: np.sqrt(x)),
    "squared": _Kind("y = x²", lambda x, _: x * x),
    "power": _Kind(
        "y = (aˣ − 1) / (a − 1),  a = {a}",
        lambda x, a: (np.power(a, x) - 1) / (a - 1),
        1000.0,
        (2.0, 1e5, True),
    ),
    "asinh": _Kind(
        "y = asinh(x / a) / asinh(1 / a),  a = {a}",
        lambda x, a: np.arcsinh(x / a) / np.arcsinh(1 / a),
        0.1,
        (0.001, 1.0, True),
    ),
    "sinh": _Kind(
        "y = sinh(x / a) / sinh(1 / a),  a = {a}",
        lambda x, a: np.sinh(x / a) / np.sinh(1 / a),
        1 / 3,
        (0.05, 1.0, True),
    ),
    "histequal": _Kind("y = fraction of the pixels between the limits that are fainter", lambda x, _: x),
}
NAMES: tuple[Name, ...] = tuple(_KINDS)  # type: ignore[arg-type]  # the keys are the names


@dataclass(frozen=True)
class Stretch:
    """A curve from 0..1 to 0..1.

    The formulas are those of astropy.visualization's LogStretch, SqrtStretch, SquaredStretch,
    PowerDistStretch ("power"), AsinhStretch, SinhStretch and HistEqStretch; with the default
    parameters they equal DS9's on a screen.

    Attributes
    ----------
    name : str
        One of `NAMES`.
    parameter : float or None
        The a of the formula; None becomes its default. Always None for formulas without one.
    """

    name: Name = "linear"
    parameter: float | None = None

    def __post_init__(self) -> None:
        kind = _KINDS.get(self.name)
        if kind is None:
            raise ViewerError(f"There is no stretch called {self.name!r}; use one of {', '.join(NAMES)}.")
        if kind.range is None:
            object.__setattr__(self, "parameter", None)
        elif self.parameter is None:
            object.__setattr__(self, "parameter", kind.default)
        elif not _allowed(self.name, self.parameter):
            low, high, _ = kind.range
            raise ViewerError(
                f"The {self.name} stretch does not work with a = {self.parameter}; use {low:g} to {high:g}."
            )

    def __call__(self, x: Any) -> Array:
        """Apply the curve.

        Parameters
        ----------
        x : array_like
            Values after the limits; those outside 0..1 are clipped, NaN stays.

        Returns
        -------
        numpy.ndarray
            float64, of the same shape.

        Raises
        ------
        ValueError
            For "histequal", which is no curve before it has seen an image: see `curve`.
        """
        if self.name == "histequal":
            raise ValueError("histogram equalisation needs a sample: use Stretch.curve")
        x = np.clip(np.asarray(x, dtype=np.float64), 0, 1)
        return _KINDS[self.name].function(x, self.parameter or 1.0)

    def curve(self, sample: "Sample | None", cuts: tuple[float, float]) -> Curve:
        """Return the curve for an image: itself, except for histogram equalisation.

        Parameters
        ----------
        sample : Sample or None
            The values of the image; without them histogram equalisation is linear.
        cuts : tuple of float
            The limits, which become x = 0 and x = 1.
        """
        if self.name != "histequal":
            return self
        low, high = cuts
        values = np.empty(0) if sample is None else sample.values
        inside = values[np.searchsorted(values, low, "left") : np.searchsorted(values, high, "right")]
        if inside.size > _QUANTILES:
            inside = inside[np.linspace(0, inside.size - 1, _QUANTILES).astype(np.intp)]
        if inside.size < 2 or inside[0] == inside[-1]:
            return Stretch("linear")
        places = (inside - low) / (high - low)
        fractions = np.linspace(0, 1, inside.size)
        return lambda x: np.interp(np.clip(np.asarray(x, dtype=np.float64), 0, 1), places, fractions)

    @property
    def formula(self) -> str:
        """The curve as a line of text, with the value of its parameter."""
        return _KINDS[self.name].formula.format(a="" if self.parameter is None else f"{self.parameter:.4g}")

    @property
    def parameter_range(self) -> tuple[float, float, bool] | None:
        """Useful range of the parameter and whether a slider should be logarithmic; None without one."""
        return _KINDS[self.name].range

    def with_parameter(self, parameter: float) -> "Stretch":
        """Return the same curve with another parameter."""
        return replace(self, parameter=parameter)


def _allowed(name: str, a: float) -> bool:
    if not math.isfinite(a) or a <= 0:
        return False
    if name in ("asinh", "sinh"):
        return 0.002 <= a <= 1 if name == "sinh" else a <= 1  # sinh(500) is the end of float64
    return a <= 1e12 and (name == "log" or a != 1)
