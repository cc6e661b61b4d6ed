"""Aperture: the light within a circle, less the sky that an annulus around it tells, with its error."""

import math
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.window import is_inside, joined_notes, pixels_around

Array = np.ndarray[Any, np.dtype[Any]]

# with fewer pixels an annulus says nothing about the sky
FEWEST_SKY_PIXELS = 8


def aperture_photometry(
    data: Array,
    *,
    x: float,
    y: float,
    radius: float = 5.0,
    inner: float = 10.0,
    outer: float = 15.0,
    gain: float | None = None,
    saturation: float | None = None,
    zero_point: float = 25.0,
    sky: str = "mean",
) -> dict[str, Any]:
    """Measure the light in a circle, exactly where it is asked for.

    A pixel that the circle cuts counts with the area that is inside. The sky is that of the pixels whose
    centres lie in the annulus, after those that are off by more than three standard deviations are left out,
    so that stars in it do not count, and a slope is taken account of. Missing pixels are left out everywhere.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Centre, as FITS counts: the first pixel's is 1, 1.
    radius
        Of the circle, in pixels.
    inner, outer
        Radii of the annulus, in pixels.
    gain
        Electrons for each count, for the noise of the star's own light; None if it is not known.
    saturation
        Pixels from this value on are full.
    zero_point
        Magnitude of one count.
    sky
        ``mean``, ``median`` or ``mode`` of the sky's pixels. The mode is 2.5 times the median less 1.5 times
        the mean, as in SExtractor, if those two are near each other.

    Returns
    -------
    dict
        x, y, radius, inner, outer as given; sum: of all counts in the circle; area: of the pixels that were
        summed; background: of the sky, for each pixel, with background_err; noise: standard deviation of the
        sky's pixels; sky_pixels: how many there are; flux: of the star alone, with flux_err; errors: what
        these take account of; snr: flux over its error; magnitude with magnitude_err; peak: the brightest
        pixel above the background; saturated: whether a pixel is full; missing: pixels in the circle without
        a value, and those beyond the image; notes: what to know about these numbers. A number that cannot be
        had is NaN.
    """
    check_radii(radius, inner, outer)
    column, row = x - 1, y - 1
    values, left, low = pixels_around(data, column, row, max(radius, outer) + 1)
    notes = []
    if not is_inside(data, column, row):
        notes.append(
            f"position {x:.6g}, {y:.6g} is outside the image of {data.shape[1]} x {data.shape[0]} pixels"
        )
        values = values[:0, :0]
    columns, rows = left + np.arange(values.shape[1]), low + np.arange(values.shape[0])
    weights = circle_overlap(columns, rows, column, row, radius)
    good = np.isfinite(values)
    weights[~good] = 0
    area = float(weights.sum())
    # how much of the circle is not covered by pixels with a value
    missing = math.pi * radius**2 - area
    missing = missing if missing > 1e-6 * radius**2 else 0.0

    dx, dy = np.broadcast_arrays(columns - column, (rows - row)[:, np.newaxis])
    distance = np.hypot(dx, dy)
    ring = (distance >= inner) & (distance < outer) & good
    level, level_err, noise, used, crowded, slope = sky_around(dx[ring], dy[ring], values[ring], sky)
    total = float((weights * np.nan_to_num(values)).sum()) if area > 0 else math.nan
    # what the sky alone would give, also where its slope does not cancel out
    flux = total - float((weights * (level + slope[0] * dx + slope[1] * dy)).sum()) if area > 0 else math.nan
    variance = noise**2 * float((weights**2).sum()) + (area * level_err) ** 2
    if gain is not None:
        variance += max(flux, 0.0) / gain
    flux_err = math.sqrt(variance) if variance >= 0 else math.nan
    snr = flux / flux_err if flux_err > 1e-9 * abs(total) else math.nan
    # more than what rounding leaves
    shines = flux > 1e-9 * abs(total)
    magnitude = zero_point - 2.5 * math.log10(flux) if shines else math.nan
    magnitude_err = 2.5 / math.log(10) * flux_err / flux if shines else math.nan
    brightest = float(values[weights > 0].max()) if area > 0 else math.nan
    full = saturation is not None and brightest >= saturation

    if values.size:
        edge = min(column, row, data.shape[1] - 1 - column, data.shape[0] - 1 - row) + 0.5
        if edge < radius:
            notes.append("the aperture reaches beyond the image: the flux is that of the part inside")
        lost = int((~good & (distance < radius)).sum())
        if lost:
            pixels = "1 missing pixel" if lost == 1 else f"{lost} missing pixels"
            notes.append(f"{pixels} in the aperture: the flux is that of the others")
        if math.isnan(level):
            notes.append("there are too few pixels in the annulus to tell the sky")
        elif edge < outer:
            notes.append("the sky's annulus reaches beyond the image")
        if crowded:
            notes.append("much of the sky's annulus is no empty sky")
        if full:
            notes.append("saturated: flux and peak are lower limits")
        if not shines and math.isfinite(flux):
            notes.append("there is no light above the sky, and so no magnitude")
    return {
        "x": x,
        "y": y,
        "radius": radius,
        "inner": inner,
        "outer": outer,
        "sum": total,
        "area": area,
        "background": level,
        "background_err": level_err,
        "noise": noise,
        "sky_pixels": used,
        "flux": flux,
        "flux_err": flux_err,
        "errors": "sky only, as the gain is not known" if gain is None else "sky and the star's own light",
        "snr": snr,
        "magnitude": magnitude,
        "magnitude_err": magnitude_err,
        "peak": brightest - level,
        "saturated": full,
        "missing": missing,
        "notes": joined_notes(notes),
    }


def check_radii(radius: float, inner: float, outer: float) -> None:
    """Refuse circles that are none."""
    if not 0 < radius < math.inf:
        raise ViewerError(f"the aperture's radius is {radius:g}: it has to be more than 0 pixels.")
    if not 0 <= inner < outer < math.inf:
        raise ViewerError(
            f"the sky's annulus is from {inner:g} to {outer:g}: the outer radius has to be the larger one."
        )


def circle_overlap(columns: Array, rows: Array, x: float, y: float, radius: float) -> Array:
    """Return which part of each pixel is inside a circle, exactly.

    The part of the circle to the left of and below a corner has a closed form; the pixel is the difference
    between its four corners.
    """
    if not len(columns) or not len(rows):
        return np.zeros((len(rows), len(columns)))
    right = np.clip(np.append(columns - 0.5, columns[-1] + 0.5) - x, -radius, radius)
    top = np.clip(np.append(rows - 0.5, rows[-1] + 0.5) - y, -radius, radius)[:, np.newaxis]
    # where the line through the corner meets the circle
    chord = np.sqrt(np.maximum(radius**2 - top**2, 0))
    end = np.clip(right, -chord, chord)
    cap = half_disc(end, radius) - half_disc(-chord, radius) - np.abs(top) * (end + chord)
    area = np.where(top < 0, cap, 2 * half_disc(right, radius) - cap)
    return np.asarray(np.clip(np.diff(np.diff(area, axis=0), axis=1), 0, 1))


def half_disc(right: Array, radius: float) -> Array:
    """Return the area of the upper half of a disc from its left end to a vertical line."""
    chord = np.sqrt(np.maximum(radius**2 - right**2, 0))
    return np.asarray(
        0.5 * (right * chord + radius**2 * np.arcsin(np.clip(right / radius, -1, 1)))
        + math.pi * radius**2 / 4
    )


def sky_around(
    dx: Array, dy: Array, values: Array, kind: str = "mean"
) -> tuple[float, float, float, int, bool, Array]:
    """Return what `sky_level` does for the middle of a ring of pixels, and the slope of the sky in x and y.

    A slope makes the pixels differ, which is no noise; and if the ring is not whole, their mean is not the
    level in the middle. It is 0 unless it explains a tenth of the differences.

    Parameters
    ----------
    dx, dy, values
        How far each pixel is from the middle, and its value.
    kind
        As in `sky_level`.
    """
    level, error, noise, used, crowded = sky_level(values, kind)
    flat = np.zeros(2)
    if not (used >= 30 and noise > 0):
        return level, error, noise, used, crowded, flat
    places = np.stack([dx, dy])
    slope, spread, left = flat, noise, values - level
    for _ in range(3):
        kept = np.abs(left) <= 3 * spread
        # least squares of a plane
        near = places[:, kept]
        middle = near.mean(axis=1)
        moments = np.cov(near)
        change = np.linalg.pinv(moments) @ (near - middle[:, np.newaxis]) @ left[kept] / (kept.sum() - 1)
        slope = slope + change
        if slope @ moments @ slope < 0.1 * noise**2:
            return level, error, noise, used, crowded, flat
        left = left - change @ places
        left = left - left[kept].mean()
        spread = float(left[kept].std())
    level, error, noise, used, crowded = sky_level(values - slope @ places, kind)
    # how well the slope is known matters if the pixels are on one side
    lever = float(middle @ np.linalg.pinv(moments) @ middle) / max(1, used)
    return level, math.hypot(error, noise * math.sqrt(lever)), noise, used, crowded, slope


def sky_level(values: Array, kind: str = "mean") -> tuple[float, float, float, int, bool]:
    """Return the level of the sky, its error, the noise, how many pixels count, and if it is crowded.

    Parameters
    ----------
    values
        Pixels of the sky, none of them missing.
    kind
        ``mean``, ``median`` or ``mode`` of those that are left after clipping.
    """
    if kind not in ("mean", "median", "mode"):
        raise ViewerError(f"the sky is its mean, median or mode, not {kind!r}.")
    if values.size < FEWEST_SKY_PIXELS:
        return math.nan, math.nan, math.nan, int(values.size), False
    kept = np.sort(values)
    for _ in range(20):
        middle, spread = kept[len(kept) // 2], 3 * kept.std()
        # sorted, those that are near the median are neighbours
        first = np.searchsorted(kept, middle - spread, side="left")
        last = np.searchsorted(kept, middle + spread, side="right")
        if last - first == len(kept) or last - first < FEWEST_SKY_PIXELS:
            break
        kept = kept[first:last]
    mean, median, noise = float(kept.mean()), float(np.median(kept)), float(kept.std(ddof=1))
    level, factor = mean, 1.0
    if kind == "median" or (kind == "mode" and abs(mean - median) >= 0.3 * noise):
        level, factor = median, math.sqrt(math.pi / 2)
    elif kind == "mode":
        # the errors of mean and median go together: for a Gaussian this is what is left
        level, factor = 2.5 * median - 1.5 * mean, 2.14
    crowded = len(kept) < 0.75 * len(values)
    return level, factor * noise / math.sqrt(len(kept)), noise, len(kept), crowded
