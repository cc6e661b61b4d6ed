"""Slit bands: where on the slit a pixel is, the object's trace near a band, and bands that are proposed."""

import math
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.contours import clipped_level
from viewer.core.measure.cuts import Array
from viewer.core.measure.extraction import Along, Extraction
from viewer.core.measure.plane import Plane
from viewer.core.measure.spectrum import slit_positions, slit_values
from viewer.core.measure.trace import slit_profiles, trace_spectrum

# How far from the band, along the slit, a trace is looked for at least.
_NEAR = 60
# A band that is proposed holds the light down to this part of the peak; the sky has so many pixels at least.
_WINGS, _LEAST_SKY = 0.01, 20


def traced(frame: Frame, how: Extraction, order: int, plane: tuple[int, ...] = ()) -> dict[str, Any]:
    """Find the trace of the object in the band (see `trace_spectrum`)."""
    low, high = min(how.band), max(how.band)
    reach = max(_NEAR, 3 * (high - low + 1))
    return trace_spectrum(
        Plane(frame, plane), along=how.along, first=low - reach, last=high + reach, order=order
    )


def slit_place(shape: tuple[int, int], how: Extraction, x: float, y: float) -> float:
    """Return where on the slit a pixel (from 0) of the frame is, in FITS pixels as bands are given."""
    slit, length = shape if how.along == "rows" else shape[::-1]
    pixel, place = (x, y) if how.along == "rows" else (y, x)
    turn = math.radians(how.angle)
    far, up = pixel - (length - 1) / 2, place - (slit - 1) / 2
    place = (slit - 1) / 2 - far * math.sin(turn) + up * math.cos(turn)
    if how.trace is not None:
        polynomial = np.polynomial.Polynomial(how.trace)
        place -= float(polynomial(pixel + 1) - polynomial((length + 1) / 2))
    return place + 1


def band_edges(shape: tuple[int, int], how: Extraction, places: Array, points: int) -> tuple[Array, Array]:
    """Return x and y (from 0) of places on the slit (rows) at some pixels along the dispersion (columns)."""
    x, y = slit_positions(shape, how.along, places, how.angle, how.trace)
    which = np.linspace(0, x.shape[1] - 1, min(points, x.shape[1])).round().astype(int)
    return x[:, which], y[:, which]


def proposed(
    frame: Frame,
    along: Along,
    plane: tuple[int, ...] = (),
    angle: float = 0.0,
    trace: tuple[float, ...] | None = None,
) -> tuple[Extraction, str]:
    """Return bands around the brightest object of a frame, and a sentence about them.

    The band holds the object until its light falls to a hundredth of the peak, or into the noise; the sky
    begins beyond. Without an object, the band is the middle fifth of the slit, and there is no sky. A frame
    that is not straightened by an angle or a trace needs a band that holds the tilted object all along.
    """
    height, width = frame.image_shape
    slit, length = (height, width) if along == "rows" else (width, height)
    values = Plane(frame, plane)
    try:
        found = trace_spectrum(values, along=along, order=2)
    except ViewerError as error:
        low = max(1, round(0.4 * slit))
        middle = low, max(low, round(0.6 * slit))
        return Extraction(along, middle, angle=angle, trace=trace), str(error)
    followed = found["coefficients"] if trace is None else np.array(trace)
    line = float(np.polynomial.polynomial.polyval((length + 1) / 2, followed))
    fwhm = found["fwhm"]
    _, profiles = slit_profiles(slit_values(values, along, np.arange(1, slit + 1), angle, trace, "bilinear"))
    # at each place that of the brightest piece, which holds a tilted trace, too
    profile = np.nan_to_num(np.max(np.where(np.isfinite(profiles), profiles, -np.inf), axis=0), neginf=0.0)
    level, noise = clipped_level(profile)
    limit = level + max(3 * noise, _WINGS * float(profile.max() - level))
    centre = min(max(round(line) - 1, 0), slit - 1)
    sides = []
    for step in (-1, 1):
        place = centre
        while 0 <= place + step < slit and profile[place + step] > limit and abs(place - centre) < slit / 4:
            place += step
        sides.append(max(abs(place - centre), math.ceil(1.5 * fwhm)))
    band = max(1, centre + 1 - sides[0]), min(slit, centre + 1 + sides[1])
    gap, wide = math.ceil(fwhm), max(_LEAST_SKY, math.ceil(6 * fwhm))
    beside = ((band[0] - gap - wide, band[0] - gap - 1), (band[1] + gap + 1, band[1] + gap + wide))
    sky = tuple((max(1, low), min(slit, high)) for low, high in beside if high >= 3 and low <= slit - 2)
    told = f"the trace rises by {found['angle']:.3f}°, the object is {fwhm:.1f} pixels wide"
    return Extraction(along, band, sky, angle=angle, trace=trace), told
