"""Flat fields: whether an image is fit to be one, and what has to be subtracted from it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array
from viewer.core.operations.correcting import corrections, says_without_bias
from viewer.core.operations.matching import EXPOSURES, equal_exposures, number_in
from viewer.core.operations.skylevel import without_outliers

SATURATIONS = ("SATURATE", "SATLEVEL", "SATURATI", "DATAMAX")
# the largest values of converters with 8, 12, 14 and 16 bits
FULL = (255, 4095, 16383, 65535)
# so many pixels of a flat may be at fault: hot, dead, or in the shadow of something
FAULTS = 0.01


def dark_factors(images: Sequence[Any], dark: Header, scales: bool, override: bool) -> Array:
    """Return by what a dark has to be multiplied for each flat: the ratio of exposures if it may be scaled.

    Parameters
    ----------
    images
        The flats.
    dark
        Header of the dark.
    scales
        The dark is without bias: it grows with time.
    override
        Take the dark as it is where it does not fit.
    """
    taken, factors = number_in(dark, EXPOSURES), np.ones(len(images))
    for number, image in enumerate(images):
        wanted = number_in(image.header, EXPOSURES)
        if taken is not None and wanted is not None:
            if scales and taken > 0:
                factors[number] = wanted / taken
            elif not override and not equal_exposures(wanted, taken):
                raise ViewerError(
                    f"{image.name} was exposed for {wanted:g} s, the dark for {taken:g} s: only without its "
                    "bias can a dark be scaled. Give a bias too, or a dark of the same exposure."
                )
        elif scales and not override:
            who = image.name if wanted is None else "the dark"
            raise ViewerError(f"the header of {who} has no exposure (EXPTIME), by which the dark is scaled.")
    return factors


def without_bias_before(images: Sequence[Any], override: bool) -> None:
    """Refuse to subtract a bias from images that are without it."""
    for image in images:
        if not override and says_without_bias(image.header):
            raise ViewerError(
                f"the bias was subtracted from {image.name} before: leave the bias away, or choose override."
            )


def bias_left(images: Sequence[Any], dark: Header) -> None:
    """Refuse flats that still have their bias when a dark without bias is all there is to subtract."""
    for image in images:
        if not says_without_bias(dark) or says_without_bias(image.header) or "O" in corrections(image.header):
            continue
        raise ViewerError(
            f"the dark is without its bias, and {image.name} is not: give the bias too, or choose override."
        )


def pixels_of(data: Array, images: Sequence[Any], what: str) -> Array:
    """Return the pixels of a bias or dark; refuse one that has not as many as the images."""
    wanted, have = (" x ".join(str(n) for n in shape[::-1]) for shape in (images[0].data.shape, data.shape))
    if wanted != have:
        raise ViewerError(f"the {what} has {have} pixels, the images {wanted}: take one of the same size.")
    return data.astype(np.float32 if data.dtype.itemsize <= 2 else data.dtype)


def saturation_of(image: Any, values: Array) -> float:
    """Return the value at which an image is saturated, by its header or because it goes up to full scale."""
    told = number_in(image.header, SATURATIONS)
    top = float(np.max(values, where=np.isfinite(values), initial=0))
    if told is not None and told > 0:
        return told
    return top if top in FULL else np.inf


def faults_of(image: Any, raw: Array, values: Array) -> list[str]:
    """Return what is wrong with a flat, raw and without bias and dark: saturated, or not above zero."""
    found, full = [], saturation_of(image, raw)
    saturated = np.count_nonzero(raw >= full) / raw.size
    if saturated > FAULTS:
        found.append(
            f"{image.name} is saturated in {100 * saturated:.3g} % of its pixels, at {full:g} or more"
        )
    dark = np.count_nonzero(values <= 0) / values.size
    if dark > FAULTS:
        found.append(f"{image.name} is zero or negative in {100 * dark:.3g} % of its pixels")
    return found


def refuse_faults(faults: list[str]) -> None:
    """Stop if flats have faults."""
    if faults:
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise ViewerError(f"{'; '.join(faults[:3])}{more}: leave such flats out, or choose override.")


def level_of(name: str, values: Array) -> float:
    """Return the mean of a flat without its faults; refuse one that cannot be divided by it."""
    kept = without_outliers(values)
    level = float(kept.mean()) if kept.size else 0.0
    if not level > 0:
        raise ViewerError(f"the mean of {name} is {level:.6g}: it has no light, or too much was subtracted.")
    return level
