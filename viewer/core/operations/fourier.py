"""The frequencies of an image: its power spectrum, and filters that let some of them pass."""

from typing import Annotated, Any, Literal

import numpy as np
from scipy import fft

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.geometry.otheraxes import other_axes
from viewer.core.operation import operation
from viewer.core.operations.common import floating
from viewer.core.parameter import Within

Array = np.ndarray[Any, np.dtype[Any]]
# along the diagonal of the pixels, waves can be as short as 1.41 pixels
Cutoff = Annotated[float, Within(1e-5, 0.75, "cycles/px")]
Edge = Literal["gaussian", "sharp"]


@operation("Process/Frequency", "Power spectrum")
def power_spectrum(frame: Frame) -> Frame:
    """Show how strong each wave is that the image consists of.

    The logarithm (base 10) of the squared absolute value of the Fourier transform. Frequency 0, which is the
    sum of the image, lies on the pixel right of and above the exact middle; from there the frequency grows in
    steps of 1/width and 1/height cycles per pixel, up to half a cycle at the edges: the new coordinates of
    the header say so. Missing pixels count as the median of their plane. Frequencies without any power are
    missing. The sky coordinates are removed. Bright lines along the axes come from opposite edges that do not
    fit.
    """
    height, width = frame.image_shape
    strength = np.abs(fft.fft2(without_gaps(floating(frame.data)), workers=2))
    strength[strength == 0] = np.nan
    data = fft.fftshift(2 * np.log10(strength), axes=(-2, -1))
    header = other_axes(
        frame.header, ("XFREQ", "YFREQ"), (width // 2, height // 2), (1 / width, 1 / height), "pixel-1"
    )
    return frame.derive(data=data, header=header)


@operation("Process/Frequency", "Low pass…")
def low_pass(frame: Frame, *, cutoff: Cutoff = 0.1, edge: Edge = "gaussian") -> Frame:
    """Keep slow changes and the level: what is finer than a limit vanishes.

    For a Fourier transform the image repeats itself without end, so opposite edges see each other. Missing
    pixels count as the median of their plane, and stay missing.

    Parameters
    ----------
    cutoff
        In cycles for each pixel: 0.1 means waves of 10 pixels. No wave is shorter than 2 pixels along x or y.
    edge
        Gaussian: frequencies fade, at the cutoff to one half. Sharp: all or nothing, which leaves rings.
    """
    values = floating(frame.data)
    data = filtered(values, passing(values, cutoff, edge == "sharp"))
    return frame.derive(data=data)


@operation("Process/Frequency", "High pass…")
def high_pass(frame: Frame, *, cutoff: Cutoff = 0.05, edge: Edge = "gaussian") -> Frame:
    """Keep fine structures: the level and what is coarser than a limit vanish.

    For a Fourier transform the image repeats itself without end, so opposite edges see each other. Missing
    pixels count as the median of their plane, and stay missing. The mean of the result is 0.

    Parameters
    ----------
    cutoff
        In cycles for each pixel: 0.05 means waves of 20 pixels.
    edge
        Gaussian: frequencies fade, at the cutoff to one half. Sharp: all or nothing, which leaves rings.
    """
    values = floating(frame.data)
    data = filtered(values, 1.0 - passing(values, cutoff, edge == "sharp"))
    return frame.derive(data=data)


@operation(
    "Process/Frequency",
    "Band pass…",
    refuse=lambda low, high, **_: f"low ({low:g}) is not below high ({high:g})." if low >= high else "",
)
def band_pass(frame: Frame, *, low: Cutoff = 0.02, high: Cutoff = 0.2, edge: Edge = "gaussian") -> Frame:
    """Keep structures of some sizes: what is coarser or finer vanishes.

    For a Fourier transform the image repeats itself without end, so opposite edges see each other. Missing
    pixels count as the median of their plane, and stay missing. The mean of the result is 0.

    Parameters
    ----------
    low
        Lowest frequency that is kept, in cycles for each pixel: 0.02 means waves of 50 pixels.
    high
        Highest frequency that is kept: 0.2 means waves of 5 pixels.
    edge
        Gaussian: frequencies fade, at each cutoff to about one half. Sharp: all or nothing, which leaves
        rings.
    """
    values = floating(frame.data)
    kept = passing(values, high, edge == "sharp") * (1.0 - passing(values, low, edge == "sharp"))
    data = filtered(values, kept)
    return frame.derive(data=data)


def without_gaps(data: Array) -> Array:
    """Return an image with the median of each plane for its missing pixels; where all are, 0."""
    missing = ~np.isfinite(data)
    if missing.all():
        raise ViewerError("every pixel of the image is missing: there is nothing to calculate with.")
    if missing.any():
        data = np.where(missing, 0, data)
        for plane in np.ndindex(data.shape[:-2]):
            there = ~missing[plane]
            data[plane][missing[plane]] = np.median(data[plane][there]) if there.any() else 0
    return data


def passing(data: Array, cutoff: float, sharp: bool) -> Array:
    """Return how much of each frequency passes a low pass, in the order that rfft2 has them."""
    y, x = fft.fftfreq(data.shape[-2])[:, np.newaxis], fft.rfftfreq(data.shape[-1])
    kept: Array = (x**2 + y**2 <= cutoff**2).astype(data.dtype)
    if not sharp:
        y, x = y.astype(data.dtype), x.astype(data.dtype)
        # one half where the length of (x, y) is the cutoff
        kept = np.exp2(-((x / cutoff) ** 2)) * np.exp2(-((y / cutoff) ** 2))
    return kept


def filtered(data: Array, kept: Array) -> Array:
    """Multiply the frequencies of an image; missing pixels stay missing."""
    waves = fft.rfft2(without_gaps(data), workers=2)
    waves *= kept
    result: Array = fft.irfft2(waves, s=data.shape[-2:], workers=2, overwrite_x=True)
    missing = ~np.isfinite(data)
    if missing.any():
        result[missing] = np.nan
    return result
