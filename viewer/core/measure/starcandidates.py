"""Star candidates: what stands out of the background, with its size and shape, and what of it are stars."""

import math
from typing import Any

import numpy as np
from scipy import ndimage

from viewer.core.arrays import Array
from viewer.core.measure.starcrowd import WIDE, crowd_members
from viewer.core.measure.starfull import with_full_stars
from viewer.core.measure.starscale import coarse_field, coarseness
from viewer.core.measure.starshapes import (
    HOT_SHARE,
    LEAST_SHARE,
    away_from,
    core_widths,
    lopsided,
    peak_share,
    star_share,
    steady_shapes,
    usual_width,
    wide_rows,
)
from viewer.core.operations.starfinding import SHARPEST, STAR_COLUMNS, shapes_of, stamps

# A star's image as the matched filter expects it: a Gaussian of so many pixels' standard deviation.
SEARCHED_SIGMA = 1.2
SEARCHED_STAR = np.exp(
    -0.5 * (np.arange(-2, 3)[:, np.newaxis] ** 2 + np.arange(-2, 3) ** 2) / SEARCHED_SIGMA**2
)
# A star has at least so many pixels above the threshold.
LEAST_AREA = 3
# How much noise that neighbouring pixels share is allowed for at most.
MOST_SHARED = 2.0
# Where most stars are narrower than this, in pixels, they are hardly wider than a pixel.
SHARP_FIELD = 1.8
# What covers more pixels than so many squares of a star's width may be several stars.
CROWD_AREA = 12


def detected(light: Array, rms: Array, missing: Array | None, threshold: float, contrast: float) -> Array:
    """Return what stands out of the noise after the matched filter, the brightest first, as sep does."""
    import sep  # it is compiled, and not everyone has it

    # what sep looks for is kept in a space that has to be set up before
    sep.set_extract_pixstack(max(300_000, light.size // 8))
    sep.set_sub_object_limit(4096)
    # the mean under the kernel has less noise than a pixel
    gain = np.sqrt((SEARCHED_STAR**2).sum()) / SEARCHED_STAR.sum()
    found = sep.extract(
        light,
        threshold * gain,
        err=rms,
        mask=missing,
        filter_kernel=SEARCHED_STAR,
        filter_type="conv",
        minarea=LEAST_AREA,
        deblend_cont=contrast,
    )
    return np.asarray(found[np.argsort(-found["flux"], kind="stable")])


def shared_noise(light: Array, rms: Array, missing: Array | None) -> float:
    """Return how many times noisier the filtered image is than if each pixel had noise of its own."""
    rows, columns = (np.linspace(0, n - 48, min(8, n // 48)).astype(int) for n in light.shape)
    ratios = []
    for row in rows:
        for column in columns:
            part = np.s_[row : row + 48, column : column + 48]
            if missing is None or not missing[part].any():
                plain = light[part] / rms[part]
                smooth = ndimage.convolve(plain, SEARCHED_STAR / np.sqrt((SEARCHED_STAR**2).sum()))
                # what is below the median is noise, what is above may be stars
                scatter = [np.subtract(*np.percentile(each, (50, 16))) for each in (smooth, plain)]
                if scatter[1] > 0:
                    ratios.append(scatter[0] / scatter[1])
    # faint stars do the same where they are dense: the emptiest parts tell, and not without bounds
    return float(np.clip(np.percentile(ratios, 20), 1, MOST_SHARED)) if ratios else 1.0


def star_candidates(
    field: dict[str, Any], threshold: float, contrast: float, saturation: float | None
) -> Array:
    """Find what has the size and shape of stars, the brightest first.

    Returns
    -------
    array
        Rows of `STAR_COLUMNS`; fwhm, a, b and theta are NaN where a star is too faint, too crowded or too
        bright to tell.
    """
    if field["light"] is None:
        return np.zeros(0, STAR_COLUMNS)
    light, rms, missing = field["light"], field["rms"], field["missing"]
    threshold *= shared_noise(light, rms, missing)
    found = detected(light, rms, missing, threshold, contrast)
    factor = coarseness(light, rms, missing, threshold, found)
    if factor > 1:
        binned = coarse_field(field, factor)
        found = detected(binned["light"], binned["rms"], binned["missing"], threshold, contrast)
        stars = star_shapes(
            binned["light"], binned["rms"], field["noise"] / factor, found, threshold, contrast
        )
        for name in ("x", "y"):
            stars[name] = (stars[name] + 0.5) * factor - 0.5
        for name in ("fwhm", "a", "b"):
            stars[name] *= factor
        # the brightest pixel is one of the image itself
        row, column = (np.rint(stars[name]).astype(int) for name in ("y", "x"))
        stars["peak"] = stamps(light, row, column, 2 * factor).max(axis=(1, 2))
        field["notes"].append(
            "the stars are wide or out of focus: they were looked for in an image of "
            f"{factor} x {factor} pixels brought together."
        )
    else:
        stars = star_shapes(light, rms, field["noise"], found, threshold, contrast)
    return with_full_stars(field, stars, saturation)


def star_shapes(
    light: Array, rms: Array, noise: float, found: Array, threshold: float, contrast: float
) -> Array:
    """Measure what was found, and return that of it which has the shape of a star.

    What is no single star by its shape is looked at in detail, unless nothing is to be separated.
    """
    stars = shapes_of(light, found)
    hot = peak_share(light, found) > HOT_SHARE
    usual = usual_width(stars, hot)
    if math.isnan(usual):
        few = stars[~hot & (stars["b"] > SHARPEST)]
        return core_widths(light, few, float(np.median(few["fwhm"]))) if len(few) else few
    broad = ~hot & (stars["b"] > SHARPEST)
    # with pixels as wide as stars not all is hot that is sharp; but a few among many hot ones are no stars
    warm = usual < SHARP_FIELD and broad.sum() < 0.25 * len(found)
    sharpest = max(0.6 * SHARPEST if usual < SHARP_FIELD and not warm else SHARPEST, 0.45 * usual)
    astray = ~hot & ~(stars["fwhm"] < 1.5 * usual)
    merged = (found["flag"] & 1 > 0) | (stars["b"] < 0.6 * stars["a"]) | lopsided(found)
    crowds = astray | (~hot & merged & (found["npix"] > CROWD_AREA * usual**2))
    # in noise or beside a neighbour the size of a single star may not be told
    single = ~hot & ~(stars["b"] < sharpest) & ~(stars["fwhm"] > 4 * usual)
    kept = stars[single & ~crowds]
    if contrast == 1 or warm:
        kept = np.concatenate([kept, stars[single & crowds & np.isfinite(stars["fwhm"])]])
        return core_widths(light, kept, usual)
    members, number = crowd_members(light, rms, noise, found[crowds], usual, threshold)
    wide = members[members["flag"] == WIDE]
    members = members[members["flag"] != WIDE]
    members = members[star_share(light, members, usual) > LEAST_SHARE]
    whole = np.isfinite(stars["fwhm"]) & (found["flag"] & 1 == 0)
    alone = (single & whole)[crowds] & ((number <= 1) | (stars["b"] > 0.8 * stars["a"])[crowds])
    kept = np.concatenate([kept, stars[crowds][alone]])
    added = steady_shapes(light, members, usual)
    # what has not even the size of a star has to stand out by itself
    added = added[~(added["b"] < sharpest) & ((added["b"] > 0) | (members["cflux"] > 0.4))]
    added = away_from(np.concatenate([wide_rows(wide), added]), kept, 0.75 * usual)
    return core_widths(light, np.concatenate([kept, added]), usual)
