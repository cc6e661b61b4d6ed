"""Quality: how good a frame is - stars, their width and shape, sky, drift - and which frames are the best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from viewer.core.frame import Frame
from viewer.core.measure.stars import Stars, find_stars
from viewer.core.night.alignment import same_stars


@dataclass(frozen=True)
class Quality:
    """What tells whether a frame is worth combining.

    Attributes
    ----------
    stars : int
        How many were found.
    fwhm : float
        Median full width at half maximum of those that are not saturated, in pixels; NaN without stars.
    ellipticity : float
        Median of 1 - b/a: 0 is round.
    background, noise : float
        Level of the sky and scatter of one pixel, in the image's unit.
    drift : (float, float) or None
        Where the centre of the reference lies in this frame, minus that centre: x and y in pixels. None if
        there is no reference or its stars are not found again.
    transparency : float
        Median of the fluxes of stars divided by those of the same stars in the reference; 1 if unknown.
    score : float
        How good it is: ``transparency (1 - ellipticity) / (noise fwhm²)``, which goes as the height of a
        faint star above the noise of the sky; divided by the reference's own, if there is one. 0 without
        stars, or with others than the reference's. `scored` gives it for a group of frames: the best has 1.
    note : str
        What is conspicuous, in a sentence, or empty.
    """

    stars: int
    fwhm: float
    ellipticity: float
    background: float
    noise: float
    drift: tuple[float, float] | None = None
    transparency: float = 1.0
    score: float = 0.0
    note: str = ""


def quality_of(frame: Frame, reference: Stars | None = None) -> Quality:
    """Measure how good a frame is.

    Parameters
    ----------
    frame : Frame
        Best calibrated: a raw frame's background is not the sky's alone.
    reference : Stars, optional
        Of the frame that the others are to be aligned with.
    """
    stars = find_stars(frame.data)
    clean = stars.clean
    if not len(clean):
        noted = "no stars were found: is it a light frame, and was the shutter open?"
        level, noise = _sky(frame)
        return Quality(len(stars), math.nan, math.nan, level, noise, note=noted)
    plain = _plain(stars)
    if reference is None or not len(reference.clean):
        return plain
    found = same_stars(stars, reference)
    if found is None:
        note = f"its {len(stars)} stars are not those of the reference."
        # hot pixels of a dark are sharper than any star: what is no image of this field has no score
        return replace(plain, note=note, score=0.0)
    drift, pairs = found
    ours, theirs = stars.table[pairs[:, 1]], reference.table[pairs[:, 0]]
    good = ~(ours["saturated"] | theirs["saturated"])
    ratios = (ours["flux"] / theirs["flux"])[good if good.any() else slice(None)]
    # the brighter half is less noisy
    transparency = float(np.median(ratios[: max(5, len(ratios) // 2)]))
    score = plain.score * transparency / _plain(reference).score
    return replace(plain, drift=drift, transparency=transparency, score=score)


def _plain(stars: Stars) -> Quality:
    """Return what the stars of a frame tell without a reference."""
    clean = stars.clean
    fwhm = float(np.median(clean["fwhm"]))
    ellipticity = float(np.median(1 - clean["b"] / clean["a"]))
    background = float(np.median(stars.table["background"]))
    noise = float(np.median(stars.table["noise"]))
    score = (1 - ellipticity) / (max(noise, 1e-9) * fwhm**2)
    few = f"only {len(stars)} stars were found." if len(stars) < 5 else ""
    return Quality(len(stars), fwhm, ellipticity, background, noise, score=score, note=few)


def _sky(frame: Frame) -> tuple[float, float]:
    """Return level and scatter of an image without stars."""
    values = frame.data[np.isfinite(frame.data)].astype(float)
    if not values.size:
        return math.nan, math.nan
    level = float(np.median(values))
    # 1.4826 times the median deviation is the standard deviation, for Gaussian noise
    return level, 1.4826 * float(np.median(np.abs(values - level)))


def scored(qualities: Sequence[Quality]) -> list[Quality]:
    """Return qualities whose scores are compared with the best of them, which has 1."""
    best = max((each.score for each in qualities), default=0.0)
    return [replace(each, score=each.score / best if best > 0 else 0.0) for each in qualities]


def ranked(qualities: Sequence[Quality]) -> list[int]:
    """Return the numbers of frames, counted from 0, the best first; equal ones in their order."""
    return sorted(range(len(qualities)), key=lambda number: -qualities[number].score)


def worst(qualities: Sequence[Quality], share: float) -> set[int]:
    """Return the numbers of the worst frames.

    Parameters
    ----------
    qualities : sequence of Quality
        Measured with the same reference, or all without.
    share : float
        0 to 1: of 12 frames 0.2 are the worst two. One frame always remains.
    """
    count = min(int(len(qualities) * share + 1e-9), len(qualities) - 1)
    return set(ranked(qualities)[len(qualities) - count :]) if count > 0 else set()
