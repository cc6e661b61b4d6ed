"""Masters: many biases, darks or flats to one that is less noisy, for correcting other images."""

from functools import partial
from typing import Annotated, Any, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.agreement import alike, alike_in_level, of_kind
from viewer.core.operations.combination import repeated
from viewer.core.operations.common import floating
from viewer.core.operations.correcting import record, says_without_bias
from viewer.core.operations.flatfield import (
    bias_left,
    dark_factors,
    faults_of,
    level_of,
    pixels_of,
    refuse_faults,
    without_bias_before,
)
from viewer.core.operations.rejection import clipped
from viewer.core.operations.skylevel import rows_of, sample_rows, sky_of
from viewer.core.operations.stackcards import add_counts, stack_header
from viewer.core.operations.stacking import (
    common_type,
    gaps_in,
    in_blocks,
    means,
    medians,
    same_sizes,
    stack_of,
    strips,
)
from viewer.core.parameter import Images, Within
from viewer.core.progress import Progress

Method = Literal["median", "mean", "sigma-clip"]
Sigma = Annotated[float, Within(1, 100)]
Memory = Annotated[float, Within(0.01, 4096, "GiB")]
Coefficient = Annotated[float, Within(-1e6, 1e6)]


def _problem(images: Any, **_: object) -> str:
    return repeated(images)


@operation("Process/Calibration", "Master bias…", refuse=_problem)
def master_bias(
    *,
    images: Images,
    method: Method = "median",
    sigma: Sigma = 3.0,
    memory: Memory = 2.0,
    override: bool = False,
    progress: Progress,
) -> Frame:
    """Make one bias of many: the level of the camera without any light or time.

    Three or more are recommended; the more there are, the less noise they add to what they are subtracted
    from. Refused are images whose headers call them something else, that differ in gain or binning, or whose
    level is far from that of the others.

    Parameters
    ----------
    images
        The biases, of the same size.
    method
        Pixel by pixel: their median, their mean, or their mean without what is far from the median.
    sigma
        For sigma-clip: how far, in units of 1.4826 times the median deviation.
    memory
        How much may be used for the values of the images.
    override
        Go on although an image does not fit the others.
    """
    same_sizes(images)
    if not override:
        of_kind(images, "bias")
        alike(images, ("gain", "binning"))
        alike_in_level(images, [sky_of(image) for image in progress.each(images)])
    left_out, estimate = gaps_in, medians
    if method != "median":
        estimate = means
    if method == "sigma-clip":
        left_out = partial(clipped, low=sigma, high=sigma)
    shape = images[0].data.shape
    data = np.empty(shape, common_type(images, exact=False))
    counts = np.zeros((2, len(images)), int)
    for rows in progress.each(strips(images, shape, memory)):
        data[rows], found = in_blocks(stack_of(images, rows), left_out, estimate)
        counts += found
    header = stack_header(images)
    add_counts(header, counts, data.size)
    header["IMAGETYP"] = ("Master Bias", "type of image")
    return Frame.of(data=data, header=header)


@operation("Process/Calibration", "Master dark…", refuse=_problem)
def master_dark(
    *,
    images: Images,
    bias: Frame | None = None,
    method: Method = "median",
    sigma: Sigma = 3.0,
    memory: Memory = 2.0,
    override: bool = False,
    progress: Progress,
) -> Frame:
    """Make one dark of many: what gathers in the camera in the dark, during one exposure.

    With a bias, that is subtracted, and CALSTAT in the header says so with a B: such a dark grows with time,
    and can be scaled to other exposures. Without, it can only be used for the same exposure. Refused are
    images whose headers call them something else, that differ in exposure, temperature (by more than 2
    degrees), gain or binning, or whose level is far from that of the others.

    Parameters
    ----------
    images
        The darks, of the same size and exposure.
    bias
        The bias that is to be subtracted, if any.
    method
        Pixel by pixel: their median, their mean, or their mean without what is far from the median.
    sigma
        For sigma-clip: how far, in units of 1.4826 times the median deviation.
    memory
        How much may be used for the values of the images.
    override
        Go on although an image does not fit the others.
    """
    same_sizes(images)
    if not override:
        of_kind(images, "dark")
        alike(images, ("exposure", "temperature", "gain", "binning"))
        alike_in_level(images, [sky_of(image) for image in progress.each(images)])
    left_out, estimate = gaps_in, medians
    if method != "median":
        estimate = means
    if method == "sigma-clip":
        left_out = partial(clipped, low=sigma, high=sigma)
    shape = images[0].data.shape
    data = np.empty(shape, common_type(images, exact=False))
    counts = np.zeros((2, len(images)), int)
    for rows in progress.each(strips(images, shape, memory)):
        data[rows], found = in_blocks(stack_of(images, rows), left_out, estimate)
        counts += found
    header = stack_header(images)
    add_counts(header, counts, data.size)
    header["IMAGETYP"] = ("Master Dark", "type of image")
    if bias is not None:
        without_bias_before(images, override)
        data = data - pixels_of(bias.data, images, "bias")
        record(header, "bias", bias.name)
    return Frame.of(data=data, header=header)


@operation("Process/Calibration", "Master flat…", refuse=_problem)
def master_flat(
    *,
    images: Images,
    bias: Frame | None = None,
    dark: Frame | None = None,
    a: Coefficient = 1.0,
    b: Coefficient = 0.0,
    c: Coefficient = 0.0,
    method: Method = "median",
    sigma: Sigma = 3.0,
    memory: Memory = 2.0,
    override: bool = False,
    progress: Progress,
) -> Frame:
    """Make one flat field of many: the share of the light that each pixel gets, 1 on average.

    From each flat, bias and dark are subtracted, the answer of the detector is made linear, and it is divided
    by its mean (without pixels that are more than 3 sigma from the median). So flats of different brightness
    count the same, and stars in flats of the twilight sky are gone in the median, if the telescope was moved
    in between. Pixels that are zero or negative are left out; they are missing in the result if they are so
    in all flats.

    Without its bias, a dark is scaled to the exposure of each flat: if CALSTAT in its header has a B, or a
    bias is given. Otherwise it has to be of the same exposure. Refused are flats of different filter, gain or
    binning, and those of which more than 1 % of the pixels are saturated (at the value of SATURATE in the
    header, or at full scale), zero or negative.

    Parameters
    ----------
    images
        The flats, of the same size and filter.
    bias
        The bias that is to be subtracted, if any.
    dark
        The dark that is to be subtracted, if any.
    a
        Nonlinearity: a value v becomes a v + b v^2 + c v^3.
    b
        Of the square.
    c
        Of the cube.
    method
        Pixel by pixel: their median, their mean, or their mean without what is far from the median.
    sigma
        For sigma-clip: how far, in units of 1.4826 times the median deviation.
    memory
        How much may be used for the values of the images.
    override
        Go on although an image, bias or dark does not fit.
    """
    same_sizes(images)
    if not override:
        of_kind(images, "flat")
        alike(images, ("filter", "gain", "binning"))
    shape = images[0].data.shape
    header = stack_header(images)
    level, current, factors = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.ones(len(images))
    if bias is not None:
        without_bias_before(images, override)
        level = pixels_of(bias.data, images, "bias")
        record(header, "bias", bias.name)
    if dark is not None:
        current = pixels_of(dark.data, images, "dark")
        scales = True
        if bias is None:
            scales = says_without_bias(dark.header)
            if not override:
                bias_left(images, dark.header)
        elif not says_without_bias(dark.header):
            current = current - level
        factors = dark_factors(images, dark.header, scales, override)
        record(header, "dark", dark.name)

    means_of, faults, some = [], [], sample_rows(shape)
    for image, factor in progress.each(list(zip(images, factors, strict=True))):
        raw = rows_of(image.data, some)
        values = floating(raw) - level[some] - factor * current[some]
        if (a, b, c) != (1.0, 0.0, 0.0):
            values *= (c * values + b) * values + a
        faults += faults_of(image, raw, values)
        means_of.append(level_of(image.name, values))
    if not override:
        refuse_faults(faults)

    left_out, estimate = gaps_in, medians
    if method != "median":
        estimate = means
    if method == "sigma-clip":
        left_out = partial(clipped, low=sigma, high=sigma)
    data = np.empty(shape, common_type(images, exact=False))
    counts = np.zeros((2, len(images)), int)
    for rows in progress.each(strips(images, shape, memory)):
        stack = stack_of(images, rows, exact=False)
        for values, factor, mean in zip(stack, factors, means_of, strict=True):
            values -= level[rows] + factor * current[rows]
            if (a, b, c) != (1.0, 0.0, 0.0):
                values *= (c * values + b) * values + a
            values /= mean
            values[values <= 0] = np.nan
        data[rows], found = in_blocks(stack, left_out, estimate)
        counts += found
    data /= np.nanmean(data, dtype=float)

    add_counts(header, counts, data.size)
    header["IMAGETYP"] = ("Master Flat", "type of image")
    header["FLATLVL"] = (float(np.mean(means_of)), "mean level of the flats before division")
    header.remove("BUNIT", ignore_missing=True)
    return Frame.of(data=data, header=header)
