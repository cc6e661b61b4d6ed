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
# along the diagonal, waves can be as short as 1.41 pixels
Wavelength = Annotated[float, Within(1.4, 1e5, "px")]
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
def low_pass(frame: Frame, *, cutoff: Wavelength = 10.0, edge: Edge = "gaussian") -> Frame:
    """Keep slow changes and the level: what is finer than a limit vanishes.

    For a Fourier transform the image repeats itself without end, so opposite edges see each other. Missing
    pixels count as the median of their plane, and stay missing.

    Parameters
    ----------
    cutoff
        Shortest wave that is kept, from crest to crest; 10 pixels are a frequency of 0.1 cycles per pixel.
    edge
        Gaussian: frequencies fade, to one half at the cutoff. Sharp: all or nothing, which leaves rings.
    """
    values = floating(frame.data)
    data = filtered(values, passing(values, cutoff, edge == "sharp"))
    return frame.derive(data=data)


@operation("Process/Frequency", "High pass…")
def high_pass(frame: Frame, *, cutoff: Wavelength = 20.0, edge: Edge = "gaussian") -> Frame:
    """Keep fine structures: the level and what is coarser than a limit vanish.

    For a Fourier transform the image repeats itself without end, so opposite edges see each other. Missing
    pixels count as the median of their plane, and stay missing. The mean of the result is 0.

    Parameters
    ----------
    cutoff
        Longest wave that is kept, from crest to crest; 20 pixels are a frequency of 0.05 cycles per pixel.
    edge
        Gaussian: frequencies fade, to one half at the cutoff. Sharp: all or nothing, which leaves rings.
    """
    values = floating(frame.data)
    data = filtered(values, 1.0 - passing(values, cutoff, edge == "sharp"))
    return frame.derive(data=data)


@operation(
    "Process/Frequency",
    "Band pass…",
    refuse=lambda shortest, longest, **_: (
        f"shortest ({shortest:g}) is not below longest ({longest:g})." if shortest >= longest else ""
    ),
)
def band_pass(
    frame: Frame, *, shortest: Wavelength = 5.0, longest: Wavelength = 50.0, edge: Edge = "gaussian"
) -> Frame:
    """Keep structures of some sizes: what is coarser or finer vanishes.

    For a Fourier transform the image repeats itself without end, so opposite edges see each other. Missing
    pixels count as the median of their plane, and stay missing. The mean of the result is 0.

    Parameters
    ----------
    shortest
        Shortest wave that is kept, from crest to crest; 5 pixels are a frequency of 0.2 cycles per pixel.
    longest
        Longest wave that is kept.
    edge
        Gaussian: frequencies fade, to about one half at each cutoff. Sharp: all or nothing, which leaves
        rings.
    """
    values = floating(frame.data)
    kept = passing(values, shortest, edge == "sharp") * (1.0 - passing(values, longest, edge == "sharp"))
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


def passing(data: Array, wavelength: float, sharp: bool) -> Array:
    """Return how much of each frequency passes if shorter waves do not, in the order that rfft2 has them."""
    y, x = fft.fftfreq(data.shape[-2])[:, np.newaxis], fft.rfftfreq(data.shape[-1])
    if sharp:
        kept: Array = np.hypot(x, y) * wavelength < 1 + 1e-9
        return kept.astype(data.dtype)
    y, x = y.astype(data.dtype), x.astype(data.dtype)
    # one half where the length of (x, y) is the frequency of this wavelength
    soft: Array = np.exp2(-((x * wavelength) ** 2)) * np.exp2(-((y * wavelength) ** 2))
    return soft


def filtered(data: Array, kept: Array) -> Array:
    """Multiply the frequencies of an image; missing pixels stay missing."""
    waves = fft.rfft2(without_gaps(data), workers=2)
    waves *= kept
    result: Array = fft.irfft2(waves, s=data.shape[-2:], workers=2, overwrite_x=True)
    missing = ~np.isfinite(data)
    if missing.any():
        result[missing] = np.nan
    return result
