"""Correct a frame for bias, dark current, nonlinearity, flat field and bad pixels; calculate its noise."""

from typing import Annotated, Literal

import numpy as np

from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import floating, same_shape
from viewer.core.operations.correcting import (
    bias_remains,
    bright_dark,
    cut,
    dark_scale,
    done_already,
    marked_bad,
    misfits,
    normalised,
    of_same_size,
    overruled,
    plain_text,
    record,
    refuse,
    remark,
    said_of_exposures,
    said_of_flat,
    saturated_flat,
    says_without_bias,
    scatter,
    trimmed,
    useful_part,
    without_bias,
    without_overscan,
)
from viewer.core.operations.electrons import electrons_per_count, in_electrons, readout_noise
from viewer.core.operations.missing import filled_by_median
from viewer.core.parameter import Within

Coefficient = Annotated[float, Within(-1e6, 1e6)]


@operation("Process/Calibration", "Calibrate…", memory=6)
def calibrate(
    frame: Frame,
    *,
    bias: Frame | None = None,
    dark: Frame | None = None,
    flat: Frame | None = None,
    bad: Frame | None = None,
    overscan: bool = False,
    trim: bool = False,
    scale_dark: Literal["auto", "always", "never"] = "auto",
    a: Coefficient = 1.0,
    b: Coefficient = 0.0,
    c: Coefficient = 0.0,
    fill: bool = False,
    electrons: bool = False,
    gain: Annotated[float, Within(0, 1e4, "e-/ADU")] = 0.0,
    tolerance: Annotated[float, Within(0, 1000, "°C")] = 2.0,
    override: bool = False,
) -> Frame:
    """Remove from a raw frame what the camera and the telescope put there: bias, dark, flat.

    In this order: the overscan is subtracted, the frame trimmed, the bias and then the dark subtracted, the
    answer of the detector made linear, the result divided by the flat, bad pixels left out, and counts turned
    into electrons. What is not given is left out. Missing pixels stay missing.

    The bias is what is read out without any light or time. The dark is what gathers in the dark, on top of
    the bias, unless that was subtracted from it: if its header says so (CALSTAT with a B), or if a bias is
    given and the dark lies far below it. Only without bias does a dark grow with time: then, or if a bias is
    given, it is scaled to the exposure of the frame. Otherwise its exposure has to be the frame's. The flat
    is divided by the mean of its pixels. Where it is not above 0, the result is missing.

    A master that does not fit is refused: other exposure, temperature, filter, binning, gain or camera, a
    flat in place of a dark, a saturated flat, a dark without bias and no bias. This can be overruled, but not
    a different size. Remarks, and what was overruled, are on cards CALNOTE1 … of the header, what was done on
    CALSTAT (B bias, D dark, F flat, O overscan), the masters on BIASFILE, DARKFILE, FLATFILE and BADFILE.

    Parameters
    ----------
    bias
        The bias, best the median of many.
    dark
        The dark, best the median of many.
    flat
        The flat field through the same filter, from which bias and dark were subtracted.
    bad
        An image that is not 0 where a pixel is bad.
    overscan
        Subtract the median of each row (or column) of the overscan, BIASSEC in the header, along its short
        side. It is subtracted from masters of the raw size too.
    trim
        Cut out TRIMSEC (or DATASEC) of the header. Masters of the raw size are cut too.
    scale_dark
        Whether the dark is scaled to the exposure of the frame; auto scales what is without bias.
    a
        Nonlinearity: a value v becomes a v + b v^2 + c v^3. The flat has to be made with the same numbers.
    b
        Of the square.
    c
        Of the cube.
    fill
        Replace bad pixels by the median of their neighbours; otherwise they are missing.
    electrons
        Turn counts into electrons with the gain of the header, EGAIN or GAIN.
    gain
        Turn counts into electrons with this gain; 0 leaves counts, or takes the gain of the header.
    tolerance
        How much warmer or colder the detector may have been for the dark.
    override
        Go on although a master does not fit.
    """
    header = frame.header.copy()
    data = floating(frame.data)
    wrong = done_already(header, "overscan") if overscan else []
    if overscan or trim:
        raw_shape = data.shape[-2:]
        part = useful_part(header, raw_shape) if trim else (slice(None), slice(None))
    if overscan:
        data = without_overscan(data, header)
        record(header, "overscan")
    if trim:
        data = data[(..., *part)]
        header = trimmed(header, part)
    if bias is not None:
        # what is read out without light and without time
        level = cut(bias.data, bias.header, raw_shape, part, overscan) if overscan or trim else bias.data
        level = of_same_size("bias", level, data)
        wrong += misfits("bias", bias.name, header, bias.header)
        data = data - level
        record(header, "bias", bias.name)
    if dark is not None:
        # what gathers in the dark grows with time, the bias in it does not
        current = cut(dark.data, dark.header, raw_shape, part, overscan) if overscan or trim else dark.data
        current = of_same_size("dark", current, data)
        if bias is not None:
            current = without_bias(current, dark.header, level)
        else:
            wrong += bias_remains(header, dark.header, dark.name)
        if scale_dark == "auto":
            scales = True if bias is not None else says_without_bias(dark.header)
        elif scale_dark == "always":
            scales = True
        else:
            scales = False
        wrong += misfits("dark", dark.name, header, dark.header, scales, tolerance)
        scale = dark_scale(header, dark.header, scales)
        current = current * scale
        wrong += bright_dark(current, data, scatter(floating(dark.data)) + scatter(data))
        remark(header, said_of_exposures(header, dark.header))
        data = data - current
        record(header, "dark", dark.name)
        header["DARKSCAL"] = (scale, "factor of the dark")
    if (a, b, c) != (1.0, 0.0, 0.0):
        # the detector's answer to light is not quite linear
        data = ((c * data + b) * data + a) * data
        header["NONLIN"] = (f"{a} v + {b} v^2 + {c} v^3", "what became of values v")
    if flat is not None:
        # how telescope and camera weaken the light in each pixel
        field = cut(flat.data, flat.header, raw_shape, part, overscan) if overscan or trim else flat.data
        field = of_same_size("flat", field, data)
        wrong += misfits("flat", flat.name, header, flat.header) + saturated_flat(field, flat.header)
        remark(header, said_of_flat(field, flat.header))
        data = data / normalised(field)
        record(header, "flat", flat.name)
    if override:
        remark(header, overruled(wrong))
    else:
        refuse(wrong)
    if bad is not None:
        marks = cut(bad.data, bad.header, raw_shape, part, False) if overscan or trim else bad.data
        marks = marked_bad(of_same_size("image of bad pixels", marks, data), data.shape)
        data = filled_by_median(data, marks, 1) if fill else np.where(marks, np.nan, data)
        header["BADFILE"] = plain_text(bad.name)
    if electrons or gain > 0:
        per_count = gain if gain > 0 else electrons_per_count(header)
        data = data * per_count
        header = in_electrons(header, per_count)
    return frame.derive(data=data, header=header)


@operation("Process/Calibration", "Uncertainty…")
def uncertainty(
    frame: Frame,
    *,
    gain: Annotated[float, Within(0, 1e4, "e-/ADU")] = 1.0,
    readnoise: Annotated[float, Within(0, 1e4, "e-")] = 5.0,
    from_header: bool = False,
    bias: Frame | None = None,
    flat: Frame | None = None,
) -> Frame:
    """Calculate the standard deviation of every pixel from photon and readout noise.

    The noise is sqrt(n + r^2) electrons for n electrons and the readout noise r (Poisson's and Gauss's laws),
    divided by the gain: so it is in the unit of the image. The bias carries no photons: take a frame
    without it, or give it here. Where there are fewer than 0 electrons, the noise of the readout remains.
    Missing pixels stay missing.

    Take the raw frame, with the bias and the flat with which it is calibrated, and this is the noise of the
    calibrated frame in counts, as far as the masters have none of their own. The dark need not be given: the
    noise of its electrons is in the raw frame, and stays when their mean is subtracted.

    Parameters
    ----------
    gain
        Electrons for each count.
    readnoise
        Noise of the readout.
    from_header
        Take gain (EGAIN or GAIN) and readout noise (RDNOISE) of the header instead.
    bias
        What to subtract first, for a frame with its bias.
    flat
        What the frame will be divided by; divided by its mean, as in calibration.
    """
    data = floating(frame.data)
    if bias is not None:
        same_shape(data, bias.data)
        data = data - floating(bias.data)
    per_count = electrons_per_count(frame.header) if from_header else gain
    noise = readout_noise(frame.header) if from_header else readnoise
    counted = np.maximum(data * per_count, 0)
    data = np.sqrt(counted + noise**2) / per_count
    if flat is not None:
        same_shape(data, flat.data)
        data = data / normalised(floating(flat.data))
    return frame.derive(data=data)
