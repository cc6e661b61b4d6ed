"""Star remarks: what is not as it should be with a star that is measured - full, blended, not like a star."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.locate import SEARCH_SIGMA, smoothed
from viewer.core.measure.starfit import profile_of

Array = np.ndarray[Any, np.dtype[Any]]

# what is sharper is no star, in pixels
SHARPEST_STAR = 1.1
# what is less round makes one ask whether it is one star
LONGEST_STAR = 0.25


def full_pixels(
    light: Array,
    level: float,
    noise: float,
    rough: tuple[float, float, float, float],
    saturation: float | None,
) -> Array:
    """Return which pixels of a star are saturated.

    Parameters
    ----------
    light
        The pixels around the star, above the sky.
    level, noise
        Of the sky.
    rough
        x, y, width and height of the star.
    saturation
        Pixels from this value on are full; None: a flat top tells.
    """
    if saturation is not None:
        return np.asarray(light + level >= saturation)
    x, y, fwhm, _ = rough
    rows, columns = np.indices(light.shape)
    core = (np.hypot(columns - x, rows - y) < max(1.5 * fwhm, 2.5)) & np.isfinite(light)
    if not core.any():
        return np.zeros(light.shape, bool)
    top = light[core].max()
    flat = core & (light >= 0.98 * top)
    # a Gaussian has so many pixels above 98 % of its height; and no more than four that are equal
    many = flat.sum() >= 4 + 3 * 0.0229 * fwhm**2 or (core & (light == top)).sum() > 4
    middle = light[min(max(round(y), 0), len(light) - 1), min(max(round(x), 0), light.shape[1] - 1)]
    # in a faint star, noise may look like a flat top; that of a defocused one lies around a dark middle
    if not many or top < 100 * noise or middle < 0.9 * top:
        return np.zeros(light.shape, bool)
    return np.asarray(flat)


def other_stars(
    light: Array,
    kind: str,
    parameters: Array,
    fwhm: float,
    noise: float,
    gain: float | None,
    misfit: float,
) -> Array:
    """Return the places (x, y) of stars beside the one that was fitted, the brightest first.

    Such a star is left when the fitted profile is subtracted, and has a peak of its own unless it is bright:
    a star's own halo has none.

    Parameters
    ----------
    light
        The pixels around the star, above the sky.
    kind, parameters
        The profile, as `profile_of` has it.
    fwhm
        Its full width at half maximum.
    noise, gain
        Of a pixel of the sky; electrons for each count, or None.
    misfit
        Root of the reduced chi-square: so much more than the noise a pixel of the star is off.
    """
    from scipy import ndimage

    rows, columns = np.indices(light.shape)
    model, _ = profile_of(kind, parameters, columns.ravel(), rows.ravel())
    model = model.reshape(light.shape)
    left = smoothed(light - model, SEARCH_SIGMA)
    whole = smoothed(light, SEARCH_SIGMA)
    spread = np.full(light.shape, noise if noise > 0 else 0.0)
    if gain is not None:
        spread = np.sqrt(spread**2 + np.maximum(model, 0) / gain)
    distance = np.hypot(columns - parameters[1], rows - parameters[2])
    spread = np.where(distance < 2.5 * fwhm, max(1.0, misfit), 1.0) * spread
    spread = spread / (2 * math.sqrt(math.pi) * SEARCH_SIGMA)
    height = float(parameters[0])
    peak = (whole == ndimage.maximum_filter(whole, 3)) & (left > np.maximum(5 * spread, 0.005 * height))
    bulge = (left == ndimage.maximum_filter(left, 3)) & (left > np.maximum(5 * spread, 0.15 * height))
    places = np.argwhere((peak | bulge) & (distance > max(0.7 * fwhm, 1.5)))
    places = places[np.argsort(-left[places[:, 0], places[:, 1]], kind="stable")]
    kept: list[Array] = []
    for place in places:
        if all(np.hypot(*(place - other)) > max(0.7 * fwhm, 2) for other in kept):
            kept.append(place)
    return np.array(kept, dtype=float).reshape(-1, 2)[:, ::-1]


def is_sharp(light: Array, rough: tuple[float, float, float, float]) -> bool:
    """Return whether most of the light at a place is in one or two pixels, as no star has it."""
    x, y = rough[:2]
    row, column = max(1, round(y)), max(1, round(x))
    near = light[row - 1 : row + 2, column - 1 : column + 2]
    total = np.nansum(near)
    return bool(total > 0 and np.nanmax(near) > 0.45 * total)


def remarks_on_fit(fit: dict[str, Any], misshapen: float, saturated: bool) -> list[str]:
    """Return what makes the fitted star doubtful, a sentence each.

    Parameters
    ----------
    fit
        What `fit_star` found.
    misshapen
        The part of the light that the profile does not explain.
    saturated
        Whether it is full.
    """
    notes = []
    if saturated:
        notes.append("saturated: flux and peak are too low, and width and position are those of its wings")
    if fit["fwhm"] < SHARPEST_STAR:
        notes.append("sharper than a star: a hot pixel or a cosmic ray?")
    elif fit["ellipticity"] > LONGEST_STAR and fit["ellipticity"] > 4 * fit["ellipticity_err"]:
        notes.append("not round: trailed, or two stars in one?")
    if misshapen > 0.15 and fit["misfit"] > 3 and not saturated:
        notes.append("neither a Gaussian nor a Moffat profile fits well: defocused, blended, or no star?")
    for kind in ("gaussian", "moffat"):
        if math.isnan(fit[f"fwhm_{kind}"]):
            notes.append(f"the fit of the {kind.capitalize()} profile does not converge")
    return notes
