"""Summary: what all stars of an image say together, in a line."""

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from viewer.core.measure.starlist import StarList


def summary_text(stars: "StarList", shown: np.ndarray, marked: int) -> str:
    """Write how many stars there are, how wide the shown ones are, the background and the limit of the image.

    Parameters
    ----------
    stars : StarList
        All of them.
    shown : numpy.ndarray
        Numbers of the rows that the filter leaves.
    marked : int
        How many are selected.
    """
    count = len(stars)
    facts = (stars if len(shown) == count else stars.chosen(shown)).summary()
    number = f"{count:,} star{'' if count == 1 else 's'}"
    parts = [number if len(shown) == count else f"{len(shown):,} of {number}"]
    if marked:
        parts.append(f"{marked:,} selected")
    if facts["saturated"]:
        parts.append(f"{facts['saturated']:,} saturated")
    if _known(facts["fwhm"]):
        sky = f" = {facts['fwhm_arcsec']:.2f}″" if _known(facts["fwhm_arcsec"]) else ""
        parts.append(f"median FWHM {facts['fwhm']:.2f} px{sky}")
    if _known(facts["background"]):
        noise = f" ± {_value(facts['noise'])}" if _known(facts["noise"]) else ""
        parts.append(f"background {_value(facts['background'])}{noise} {facts['unit']}".rstrip())
    if _known(facts["limiting_magnitude"]):
        parts.append(f"limiting magnitude {facts['limiting_magnitude']:.2f} (5 σ)")
    if _known(facts["aperture"]):
        parts.append(f"aperture {facts['aperture']:.1f} px")
    return " · ".join(parts)


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _value(value: float) -> str:
    return f"{value:.1f}" if 10 <= abs(value) < 1e6 or value == 0 else f"{value:.3g}"
