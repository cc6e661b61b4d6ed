"""Zero point: the magnitude of one count a second, from stars whose magnitudes are known."""

import math
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.measure.lightcurve import POGSON, star_fluxes

Array = np.ndarray[Any, np.dtype[Any]]

# stars that are off by more than this many times the scatter are left out; and by less than this never
ZERO_POINT_CLIP = 3.0
ZERO_POINT_LEAST = 0.01


def zero_point(
    data: Array,
    *,
    xs: tuple[float, ...],
    ys: tuple[float, ...],
    magnitudes: tuple[float, ...],
    exposure: float = 1.0,
    radius: float = 5.0,
    inner: float = 10.0,
    outer: float = 15.0,
    gain: float | None = None,
    saturation: float | None = None,
    search: float = 5.0,
) -> dict[str, Any]:
    """Find the zero point of an image from stars whose magnitudes are known.

    The zero point is the magnitude of a star that gives one count a second in this aperture. Saturated stars
    do not count, and neither do those that are off by more than three times the scatter of the others: a
    wrong star, a variable one, or one of an extreme colour.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    xs, ys
        Positions, as FITS counts: the first pixel is 1, 1.
    magnitudes
        Of these stars, as a catalogue gives them.
    exposure
        In seconds; 1 gives the zero point of the whole exposure.
    radius, inner, outer
        Of the aperture and of the sky's annulus, in pixels.
    gain
        Electrons for each count; None if it is not known.
    saturation
        Pixels from this value on are full.
    search
        How far a star may be from its position, in pixels.

    Returns
    -------
    dict
        zero_point with zero_point_err; scatter: of single stars about it; stars: how many count; and arrays
        with a number for each star: instrumental: its magnitude with a zero point of 0, instrumental_err,
        residual: its zero point less that of all, used, flags; notes: what to know about the result.
    """
    light = star_fluxes(
        data,
        xs=xs,
        ys=ys,
        radius=radius,
        inner=inner,
        outer=outer,
        gain=gain,
        saturation=saturation,
        search=search,
    )
    return combined_zero_point(light["flux"], light["flux_err"], light["flags"], magnitudes, exposure)


def combined_zero_point(
    flux: Array, flux_err: Array, flags: Array, magnitudes: tuple[float, ...], exposure: float
) -> dict[str, Any]:
    """Return the zero point that stars agree about: see `zero_point`."""
    if not 0 < exposure < math.inf:
        raise ViewerError(f"the exposure is {exposure:g} s: a zero point needs one that is more than 0.")
    known = np.asarray(magnitudes, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        instrumental = np.where(flux > 0, -2.5 * np.log10(flux / exposure), np.nan)
        instrumental_err = np.where(flux > 0, POGSON * flux_err / flux, np.nan)
    each = known - instrumental
    saturated = np.array(["saturated" in flag for flag in flags], bool)
    used = np.isfinite(each) & ~saturated
    said = [str(flag) for flag in flags]
    notes = []
    for _ in range(20):
        if used.sum() < 3:
            break
        middle = np.median(each[used])
        spread = 1.4826 * np.median(np.abs(each[used] - middle))
        off = ZERO_POINT_CLIP * np.maximum(np.hypot(spread, instrumental_err), ZERO_POINT_LEAST)
        kept = np.isfinite(each) & ~saturated & (np.abs(each - middle) <= off)
        if np.array_equal(kept, used) or kept.sum() < 2:
            break
        used = kept
    count = int(used.sum())
    value, error, scatter = math.nan, math.nan, math.nan
    if count:
        # stars differ by their noise, and by what has nothing to do with it, such as their colours
        errors = instrumental_err[used]
        extra = max(float(np.var(each[used], ddof=1)) - float(np.mean(errors**2)), 0.0) if count > 1 else 0.0
        weights = 1 / (np.nan_to_num(errors) ** 2 + extra + 1e-8)
        value = float(np.average(each[used], weights=weights))
        error = float(1 / math.sqrt(weights.sum()))
        scatter = float(np.std(each[used], ddof=1)) if count > 1 else math.nan
    for number in range(len(each)):
        if used[number]:
            continue
        star = f"star {number + 1}"
        if not math.isfinite(known[number]):
            notes.append(f"{star} has no known magnitude")
        elif not math.isfinite(each[number]):
            notes.append(f"{star} has no flux ({said[number] or 'no light above the sky'})")
        elif saturated[number]:
            notes.append(f"{star} is saturated")
        else:
            said[number] = ", ".join(filter(None, [said[number], "outlier"]))
            notes.append(f"{star} is off by {each[number] - value:+.2f} mag and left out")
    if count == 0:
        notes.append("no star is left that could tell the zero point")
    elif count < 3:
        notes.append("with fewer than three stars, nothing tells whether one of them is wrong")
    return {
        "zero_point": value,
        "zero_point_err": error,
        "scatter": scatter,
        "stars": count,
        "exposure": exposure,
        "instrumental": instrumental,
        "instrumental_err": instrumental_err,
        "residual": each - value,
        "used": used,
        "flags": np.array(said, dtype=str),
        "notes": "; ".join(notes),
    }
