"""Scale: limits, stretch and colour map, compiled to one table of colours."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.red import reddened
from viewer.core.render.sample import Sample
from viewer.core.render.stretch import Stretch

Array = np.ndarray[Any, np.dtype[Any]]

# a 256-entry table jumps by 59 grey levels for log (a = 1000), one of 65,536 by less than one
TABLE_SIZE = 1 << 16
# a dark slate blue: neither a grey nor near the ends of any colour map
MISSING = 0xFF2F4A6B

_STEPS = np.arange(TABLE_SIZE - 1) / (TABLE_SIZE - 2)


@dataclass(frozen=True)
class Scale:
    """How values become colours.

    Attributes
    ----------
    limits : Limits
        Which values are the first and the last colour.
    stretch : Stretch
        The curve in between.
    colormap : ColorMap
        The colours.
    contrast, bias : float
        Applied after the stretch, as DS9 and astropy's ContrastBiasStretch do:
        ``(y - bias) * contrast + 0.5``; 0 to 10 and 0 to 1.
    """

    limits: Limits = Limits()
    stretch: Stretch = Stretch()
    colormap: ColorMap = ColorMap()
    contrast: float = 1.0
    bias: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.contrast <= 10:
            raise ViewerError(f"Contrast is a number from 0 to 10, not {self.contrast}.")
        if not 0 <= self.bias <= 1:
            raise ViewerError(f"Bias is a number from 0 to 1, not {self.bias}.")

    @classmethod
    def first(cls, sample: Sample, usual: "Scale | None" = None) -> "Scale":
        """Return the scale for an image that nobody has touched yet.

        Pictures (colour, or 8 bits that use most of their range) are shown as they are.

        Parameters
        ----------
        sample : Sample
            The values of the image.
        usual : Scale, optional
            What everything else gets; default: `DEFAULT_SCALE`.
        """
        usual = DEFAULT_SCALE if usual is None else usual
        if sample.dtype.kind != "u" or not (sample.colour or sample.dtype.itemsize == 1):
            return usual
        full = float(np.iinfo(sample.dtype).max)
        # colour of 12 bits in a 16-bit file would be nearly black, and so would a mask of 0 and 1
        if sample.all_missing or sample.maximum < full / 2:
            return cls(Limits("percent", percent=99.5), Stretch()) if sample.colour else usual
        return cls(Limits("manual", low=0.0, high=full), Stretch())

    def curve(self, x: Any, sample: Sample | None, cuts: tuple[float, float]) -> Array:
        """Return where in the colour map values lie.

        Parameters
        ----------
        x : array_like
            Values after the limits, 0 to 1.
        sample : Sample or None
            The values of the image; only histogram equalisation looks at them.
        cuts : tuple of float
            The limits.

        Returns
        -------
        numpy.ndarray
            float64, 0 to 1.
        """
        return self._adjusted(self.stretch.curve(sample, cuts)(x))

    def table(
        self, sample: Sample | None, cuts: tuple[float, float], missing: int = MISSING, red: bool = False
    ) -> Array:
        """Compile the scale.

        Parameters
        ----------
        sample : Sample or None
            The values of the image; only histogram equalisation looks at them.
        cuts : tuple of float
            The limits.
        missing : int
            Colour of missing pixels, 0xffRRGGBB.
        red : bool
            Only in red, as bright as the colours are.

        Returns
        -------
        numpy.ndarray
            uint32 of shape (65536,): entry 0 for missing pixels, entries 1 to 65535 for the values from
            the low to the high limit, as 0xffRRGGBB.
        """
        levels = self.levels(sample, cuts)
        colours = np.append(self.colormap.packed(), np.uint32(missing))
        if red:
            colours = reddened(colours)
        table = np.empty(TABLE_SIZE, np.uint32)
        table[0] = colours[-1]
        np.take(colours, levels, out=table[1:], mode="clip")
        return table

    def levels(self, sample: Sample | None, cuts: tuple[float, float]) -> Array:
        """Return the row of the colour map, 0 to 255, for entries 1 to 65535 of the table."""
        histogram = self.stretch.name == "histequal"
        stretched = self.stretch.curve(sample, cuts)(_STEPS) if histogram else _stretched(self.stretch)
        levels: Array = np.minimum(self._adjusted(stretched) * 256, 255).astype(np.uint8)
        return levels

    def with_contrast(self, contrast: float, bias: float) -> "Scale":
        """Return the same scale with another contrast and bias, clipped to their ranges."""
        return replace(self, contrast=min(10.0, max(0.0, contrast)), bias=min(1.0, max(0.0, bias)))

    def _adjusted(self, y: Array) -> Array:
        if self.contrast == 1 and self.bias == 0.5:
            return y
        return np.asarray(np.clip((y - self.bias) * self.contrast + 0.5, 0, 1))


@lru_cache(maxsize=4)
def _stretched(stretch: Stretch) -> Array:
    # while contrast and bias are dragged the curve stays
    return stretch(_STEPS)


# zscale's upper limit is near the sky: a stronger curve would leave it no darker than light grey
DEFAULT_SCALE = Scale(Limits("zscale"), Stretch("asinh", 0.3))

PRESETS: dict[str, Scale] = {
    "First view: zscale, gentle asinh": DEFAULT_SCALE,
    # the sky where zscale has it, and four times as far for the cores of stars and galaxies
    "Faint and bright: beyond zscale, asinh": Scale(Limits("zscale", reach=4.0), Stretch("asinh", 0.05)),
    "DS9: zscale, linear": Scale(Limits("zscale"), Stretch("linear")),
    "DS9: min–max, linear": Scale(Limits("minmax"), Stretch("linear")),
    "DS9: 99.5 %, log": Scale(Limits("percent", percent=99.5), Stretch("log", 1000.0)),
    "DS9: 99.5 %, square root": Scale(Limits("percent", percent=99.5), Stretch("sqrt")),
    "DS9: min–max, histogram equalisation": Scale(Limits("minmax"), Stretch("histequal")),
    # the stretch and the limits with which the course begins
    "Course: log (a = 99)": Scale(Limits("minmax"), Stretch("log", 99.0)),
    "Course: linear min–max": Scale(Limits("minmax"), Stretch("linear")),
}
