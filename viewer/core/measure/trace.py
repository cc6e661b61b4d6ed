"""Trace: where the light of an object lies along the dispersion of a long-slit frame."""

import math
from itertools import pairwise
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import Array

# The dispersion axis is cut into so many pieces, each of which gives one position.
TRACE_PIECES = 64
# An object has to stand out of the noise of a piece by so many times.
TRACE_SIGNAL = 6.0
TRACE_CLIP = 3.0


def trace_spectrum(
    data: Any, *, along: str = "rows", first: int | None = None, last: int | None = None, order: int = 1
) -> dict[str, Any]:
    """Follow the brightest object of a long-slit frame along the dispersion.

    The frame is cut into pieces along the dispersion. The median of each piece is a profile of the slit, in
    which the object's centroid is found with a Gaussian window. A polynomial is fitted to the centroids,
    without those that lie off by more than three sigma.

    Parameters
    ----------
    data : numpy.ndarray
        Rows and columns; missing pixels are NaN.
    along : str
        rows, if the dispersion runs along the rows (wavelength changes with x); otherwise columns.
    first, last : int, optional
        Where along the slit to look, in FITS pixels; None is the whole slit.
    order : int
        Of the polynomial: 1 is a straight line.

    Returns
    -------
    dict
        Arrays: pixel (along the dispersion) and centre (along the slit), both FITS, used (in the fit).
        coefficients of the polynomial, centre = c0 + c1 pixel + …; angle by which a straight trace rises, in
        degrees; fwhm of the object along the slit; rms of the fit in pixels; notes.

    Raises
    ------
    ViewerError
        If there is no object that can be followed.
    """
    slit, length = data.shape if across_rows(along) else data.shape[::-1]
    start, end = (1 if first is None else max(1, first)), (slit if last is None else min(slit, last))
    if end - start < 4:
        raise ViewerError(f"there are not enough {along} from {start} to {end} to look for a trace.")
    if not 0 <= order <= 9:
        raise ViewerError(f"the order of the trace cannot be {order}: choose 0 to 9.")
    frame = data[start - 1 : end, 0:length] if across_rows(along) else data[0:length, start - 1 : end].T
    pixel, profiles = slit_profiles(frame)
    centre, width = followed_trace(profiles)
    found = np.isfinite(centre)
    if found.sum() < max(order + 2, 5):
        raise ViewerError(
            "no trace was found: no object stands out along the whole dispersion. Choose a frame of a star, "
            "say where along the slit it is, or give the angle by hand."
        )
    centre = centre + start
    pixel, centre, width = pixel[found] + 1, centre[found], width[found]
    coefficients, used = clipped_polynomial(pixel, centre, order)
    line, _ = clipped_polynomial(pixel, centre, 1)
    residuals = centre - np.polynomial.polynomial.polyval(pixel, coefficients)
    notes = []
    if pixel[-1] - pixel[0] < 0.5 * length:
        notes.append(
            f"the trace was found from {pixel[0]:.0f} to {pixel[-1]:.0f} only, less than half the dispersion"
        )
    return {
        "pixel": pixel,
        "centre": centre,
        "used": used,
        "coefficients": coefficients,
        "angle": math.degrees(math.atan(line[1])),
        "fwhm": float(np.median(width)),
        "rms": float(np.sqrt(np.mean(residuals[used] ** 2))),
        "notes": notes,
    }


def across_rows(along: str) -> bool:
    """Whether the dispersion runs along the rows, so that the slit is a range of rows; else of columns."""
    if along not in ("rows", "columns"):
        raise ViewerError(f"the dispersion cannot run along {along}: say rows or columns.")
    return along == "rows"


def median_of_known(values: Array) -> Array:
    """Return the median along the first axis of what is finite, NaN where nothing is."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.inf), axis=0)
    count = np.isfinite(values).sum(0)
    middle = [
        np.take_along_axis(ordered, np.clip(place, 0, len(values) - 1)[np.newaxis], 0)[0]
        for place in ((count - 1) // 2, count // 2)
    ]
    return np.where(count > 0, (middle[0] + middle[1]) / 2, np.nan)


def slit_profiles(frame: Array) -> tuple[Array, Array]:
    """Return the middles of the pieces (from 0), and the profile of the slit, above its median, in each."""
    length = frame.shape[1]
    edges = np.linspace(0, length, min(TRACE_PIECES, length) + 1).round().astype(int)
    profiles = np.stack(
        [
            median_of_known(frame[:, begin:stop].T.astype(np.float64))
            for begin, stop in pairwise(edges.tolist())
        ]
    )
    profiles -= median_of_known(profiles.T)[:, np.newaxis]
    return (edges[:-1] + edges[1:] - 1) / 2, profiles


def followed_trace(profiles: Array) -> tuple[Array, Array]:
    """Return the centroid and the width of the object in each profile, NaN where it is not seen.

    The profile in which it stands out most is the first; from there it is followed to both sides.
    """
    number, slit = profiles.shape
    known = np.isfinite(profiles)
    filled = np.where(known, profiles, 0)
    # a hot row is narrower than an object
    smooth = median_of_known(np.stack([filled, np.roll(filled, 1, 1), np.roll(filled, -1, 1)]))
    noise = 1.4826 * median_of_known(abs(profiles.T))
    noise = np.where(noise > 0, noise, np.nan)
    peak = smooth.max(1)
    signal = np.nan_to_num(peak / noise, nan=0.0)
    signal[(peak > 0) & np.isnan(noise)] = np.inf
    centre, width = np.full(number, np.nan), np.full(number, np.nan)
    best = int(np.argmax(np.where(np.isinf(signal), 1e30, signal) * (peak > 0)))
    if signal[best] < TRACE_SIGNAL:
        return centre, width
    middle = int(np.argmax(smooth[best]))
    fwhm = width_at_half(filled[best], middle)
    if fwhm > slit / 2:
        raise ViewerError(
            "no trace was found: the light fills the whole slit, as that of a lamp or of the sky does. "
            "Choose a frame of a star, or give the angle by hand."
        )
    reach = math.ceil(max(3.0, 1.5 * fwhm))
    for steps in (range(best, number), range(best - 1, -1, -1)):
        expected = float(middle) if steps.step > 0 or np.isnan(centre[best]) else float(centre[best])
        for piece in steps:
            low, high = max(0, round(expected) - reach), min(slit, round(expected) + reach + 1)
            if high - low < 3:
                break
            top = low + int(np.argmax(smooth[piece, low:high]))
            clear = np.isnan(noise[piece]) or smooth[piece, top] > TRACE_SIGNAL / 2 * noise[piece]
            if not clear or smooth[piece, top] <= 0:
                continue
            place = windowed_centroid(filled[piece], known[piece], top, fwhm / 2.3548)
            if np.isfinite(place):
                centre[piece], expected = place, place
                width[piece] = width_at_half(filled[piece], round(place))
    return centre, width


def windowed_centroid(profile: Array, known: Array, start: float, sigma: float) -> float:
    """Return the centroid of a profile with a Gaussian window that moves along until it is at rest.

    As SExtractor's XWIN_IMAGE: for an object as wide as the window the step is half of what is missing, so it
    is doubled.
    """
    sigma, place = max(sigma, 0.8), float(start)
    positions = np.arange(len(profile))
    for _ in range(30):
        weight = np.exp(-0.5 * ((positions - place) / sigma) ** 2) * known
        total = float((weight * profile).sum())
        if total <= 0:
            return math.nan
        step = 2 * float((weight * profile * (positions - place)).sum()) / total
        place += step
        if not abs(place - start) < 3 * sigma + 2:
            return math.nan
        if abs(step) < 1e-4:
            break
    return place


def width_at_half(profile: Array, peak: int) -> float:
    """Return the full width of a profile at half of its maximum, in pixels."""
    peak = min(max(peak, 0), len(profile) - 1)
    half = profile[peak] / 2
    if not half > 0:
        return 1.0
    sides = []
    for step in (-1, 1):
        place = peak
        while 0 <= place + step < len(profile) and profile[place + step] > half:
            place += step
        if not 0 <= place + step < len(profile):
            sides.append(abs(place - peak) + 0.5)
            continue
        inner, outer = profile[place], profile[place + step]
        sides.append(abs(place - peak) + float((inner - half) / (inner - outer)))
    return sum(sides)


def clipped_polynomial(x: Array, y: Array, order: int) -> tuple[Array, Array]:
    """Fit a polynomial without the points that lie off: its coefficients, lowest first, and who stayed."""
    used = np.ones(len(x), bool)
    for _ in range(10):
        fit = np.polynomial.Polynomial.fit(x[used], y[used], order)
        off = abs(y - fit(x))
        # a thousandth of a pixel is exact
        limit = max(1e-3, TRACE_CLIP * 1.4826 * float(np.median(off[used])))
        now = off <= limit
        if now.sum() < order + 2 or (now == used).all():
            break
        used = now
    return np.pad(fit.convert().coef, (0, order + 1))[: order + 1], used
