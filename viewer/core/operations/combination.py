"""Combine: many images to one, pixel by pixel - median, mean, sum, without what does not belong there."""

import os
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.agreement import alike
from viewer.core.operations.coaligned import aligned, warped_stack
from viewer.core.operations.rejection import clipped, enough, extremes
from viewer.core.operations.skycards import borrow_coordinates
from viewer.core.operations.skylevel import changes, levelled, noise_weights, sky_of
from viewer.core.operations.stackcards import add_counts, known_exposures, stack_header
from viewer.core.operations.stacking import (
    common_type,
    exposures_used,
    gaps_in,
    in_blocks,
    means,
    medians,
    same_sizes,
    stack_of,
    strips,
    sums,
    values_rejected,
)
from viewer.core.parameter import Images, Within
from viewer.core.progress import Progress

Sigma = Annotated[float, Within(1, 100)]
Method = Literal["median", "mean", "sum", "sigma-clip", "min-max"]
_WEIGHTED = ("mean", "sigma-clip", "min-max")


def repeated(images: Any) -> str:
    """Return what is wrong with a list of images in which one occurs twice; empty if none does."""
    counts = Counter((os.path.realpath(each.name), each.calls) if each.name else each for each in images)
    twice = [each for each in counts if counts[each] > 1]
    if not twice:
        return ""
    name = Path(twice[0][0]).name if isinstance(twice[0], tuple) else "an image"
    return f"{name} is there twice: an image can only be counted once. Leave one out."


def _problem(images: Any, method: str, weight: str, **_: object) -> str:
    if weight != "none" and method not in _WEIGHTED:
        return f"weight {weight} is for a mean: with method {method}, all images count the same. Use none."
    return repeated(images)


@operation("Process/Align and combine", "Combine images…", refuse=_problem)
def combine(
    *,
    images: Images,
    method: Method = "median",
    sigma: Sigma = 3.0,
    sigma_low: Annotated[float, Within(0, 100)] = 0.0,
    centre: Literal["median", "mean"] = "median",
    deviation: Literal["mad", "std"] = "mad",
    iterations: Annotated[int, Within(1, 100)] = 5,
    lowest: Annotated[int, Within(0, 1000)] = 1,
    highest: Annotated[int, Within(0, 1000)] = 1,
    weight: Literal["none", "exposure", "noise"] = "none",
    level: Literal["none", "offset", "scale"] = "none",
    align: Literal["none", "pixels", "stars", "wcs"] = "none",
    interpolation: Literal["nearest", "bilinear", "cubic", "bicubic"] = "cubic",
    result: Literal["image", "exposure map", "rejected"] = "image",
    memory: Annotated[float, Within(0.01, 4096, "GiB")] = 2.0,
    override: bool = False,
    progress: Progress,
) -> Frame:
    """Make one image of many: their median, mean or sum, pixel by pixel.

    Missing pixels are left out: the others decide. The median is hardly changed by what is in one image
    only, such as cosmic rays and the trails of satellites, but is up to a quarter noisier than the mean. The
    sigma-clipped mean rejects values that are farther from the centre than so many times their scatter, and
    averages the others. Two images are too few to tell which of them is wrong: nothing is rejected then. With
    std instead of mad, the scatter contains the outlier itself, and 3 sigma reject nothing of ten images or
    fewer. Min-max rejects so many of the lowest and highest values. The sum is the mean of what is there
    times the number of images, so that what was missing or rejected leaves no holes.

    The header is the first image's. EXPTIME goes with the pixels: for the sum it is the total exposure, else
    the mean. EXPTOT is the total, DATE-AVG the mean time, NCOMBINE and IMCMB001 ... say how many and which
    images, NUSED, NREJ and NREJ001 ... how many values were used and rejected. If the first image has no
    coordinates on the sky, those of the first aligned one that has some are taken, moved with its pixels.

    Parameters
    ----------
    images
        Two or more, of the same size.
    method
        The median, mean, sum, sigma-clipped mean, or mean without the lowest and highest values.
    sigma
        For sigma-clip: how many times the scatter a value may be above the centre, and below.
    sigma_low
        How many times it may be below, if that is to differ; 0: as above.
    centre
        What the distance is measured from.
    deviation
        The scatter: mad, 1.4826 times the median deviation from the median, or std, the standard deviation.
    iterations
        How often rejection is repeated with what is left, at most.
    lowest
        For min-max: how many of the lowest values are rejected.
    highest
        How many of the highest.
    weight
        For means: images count by their exposure, or by 1/noise^2 of their sky.
    level
        Give all images the sky level of the first, adding a constant or multiplying by a factor.
    align
        Move the images onto the first: by whole pixels, by their stars, or by their WCS. An image that cannot
        be aligned is left out, and the header's HISTORY says so.
    interpolation
        Between pixels, for images that are aligned.
    result
        The combined image; or the exposure of what was used in each pixel, in seconds; or how many values
        were rejected in each.
    memory
        How much may be used for the values of the images.
    override
        Go on although kind, filter, gain or binning differ.
    """
    if align == "none":
        same_sizes(images)
        used = list(images)
    else:
        used, mappings, notes = aligned(images, align)
    if not override:
        alike(used, ("kind", "filter", "gain", "binning"))
    left_out = gaps_in
    if method == "sigma-clip":
        left_out = partial(
            clipped,
            low=sigma if sigma_low == 0 else sigma_low,
            high=sigma,
            centre=centre,
            deviation=deviation,
            iterations=iterations,
        )
    elif method == "min-max":
        enough(used, lowest, highest)
        left_out = partial(extremes, lowest=lowest, highest=highest)

    if level != "none" or weight == "noise":
        skies = [sky_of(image) for image in progress.each(used)]
    if level != "none":
        factors, offsets = changes(used, skies, level)
    if weight == "noise":
        weights = noise_weights(used, skies, factors if level != "none" else np.ones(len(used)))
    elif weight == "exposure":
        weights = known_exposures(used)
    else:
        weights = None

    if result == "image" and method == "median":
        estimate = medians
    elif result == "image" and method == "sum":
        estimate = sums
    elif result == "image":
        estimate = partial(means, weights=weights)
    elif result == "exposure map":
        estimate = partial(exposures_used, exposures=known_exposures(used))
    else:
        estimate = values_rejected

    shape = images[0].data.shape
    data = np.empty(shape, common_type(used, exact=False))
    counts = np.zeros((2, len(used)), int)
    for rows in progress.each(strips(used, shape, memory)):
        if align != "none":
            stack = warped_stack(used, mappings, rows, shape, interpolation)
        elif level != "none":
            stack = stack_of(used, rows, exact=False)
        else:
            stack = stack_of(used, rows)
        if level != "none":
            stack = levelled(stack, factors, offsets)
        data[rows], found = in_blocks(stack, left_out, estimate)
        counts += found

    header = stack_header(used, summed=True) if method == "sum" else stack_header(used, weights)
    add_counts(header, counts, data.size)
    if result != "image":
        header["BUNIT"] = "s" if result == "exposure map" else "count"
    if align != "none":
        for note in notes + borrow_coordinates(header, used, mappings, shape):
            header.add_history(note)
    return Frame.of(data=data, header=header)
