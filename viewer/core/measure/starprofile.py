"""Star profile: which pixels tell a star's shape, and the fits to them, from rough to exact."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.locate import SEARCH_SIGMA, foreign_light, significant, smoothed, uphill
from viewer.core.measure.starfit import fit_profile, profile_of, shape_errors, shape_of

Array = np.ndarray[Any, np.dtype[Any]]

# A pixel is left out of a fit if it is off by so many standard deviations, and not in the star's core.
OUTLIER = 5.0
# The pixels that are fitted are those within so many full widths at half maximum, and at least so many
# pixels.
FIT_FWHM = 2.5
FIT_LEAST = 4.0
# A Moffat profile has one number more: chi-square has to fall by so much to show that it is needed (Akaike
# 1974).
CLEARLY_BETTER = 2.0


def star_profile(
    light: Array, rough: tuple[float, float, float, float], noise: float, gain: float | None, full: Array
) -> dict[str, Any]:
    """Fit a Gaussian and a Moffat profile to a star.

    Parameters
    ----------
    light
        The pixels around the star, above the sky; missing ones are NaN.
    rough
        x and y of the star in them, its width and its height.
    noise
        Standard deviation of a pixel of the sky; 0 or NaN if that is not known.
    gain
        Electrons for each count; None if it is not known.
    full
        Which pixels are saturated: they are left out.

    Returns
    -------
    dict
        gaussian and moffat: fits as `fit_profile` gives them, with ``shape`` and ``errors`` as `shape_of`
        orders them; used: which pixels were fitted. A fit that failed has ``ok`` False.
    """
    rows, columns = np.indices(light.shape).astype(float)
    known = noise > 0
    x, y, fwhm, height = rough
    smooth = smoothed(light, SEARCH_SIGMA)
    foreign = foreign_light(smooth, *uphill(smooth, round(y), round(x)), significant(noise) if known else 0.0)
    good = np.isfinite(light) & ~full & ~foreign
    noise = noise if known else 1.0
    deviation = np.full(light.shape, noise)

    # the core alone first: a neighbour may be near
    near = good & (np.hypot(columns - x, rows - y) <= max(1.2 * fwhm, 2.5))
    if near.sum() < 12:
        near = good & (np.hypot(columns - x, rows - y) <= FIT_FWHM * fwhm + 2)
    start = np.array([height, x, y, 1 / fwhm, 0.0, 1 / fwhm])
    gaussian = fit_profile("gaussian", start, columns[near], rows[near], light[near], deviation[near], False)
    if not sound(gaussian, start, light.shape):
        return {"gaussian": gaussian | {"ok": False}, "moffat": gaussian | {"ok": False}, "used": near}

    best, kind = np.append(gaussian["parameters"], 0.25), "moffat"
    sky, misfit = np.zeros(3), gaussian["misfit"]
    moffat, used = gaussian, near
    for turn in range(4):
        x, y, fwhm = best[1], best[2], shape_of(best)[3]
        model, _ = profile_of(kind, best, columns.ravel(), rows.ravel())
        model = model.reshape(light.shape)
        if gain is not None:
            deviation = np.sqrt(noise**2 + np.maximum(model, 0) / gain)
        off = np.abs(light - model - sky[0] - sky[1] * (columns - x) - sky[2] * (rows - y))
        # generous at first, when the model is a rough one
        allowed = np.maximum(OUTLIER * max(1.0, misfit) * deviation, (0.1, 0.03, 0.02, 0.02)[turn] * best[0])
        distance = np.hypot(columns - x, rows - y)
        used = good & (distance <= max(FIT_FWHM * fwhm, FIT_LEAST)) & ((off <= allowed) | (distance < fwhm))
        moffat = fit_profile("moffat", best, columns[used], rows[used], light[used], deviation[used], True)
        if not sound(moffat, start, light.shape):
            moffat["ok"] = False
            break
        change = shape_of(moffat["parameters"]) - shape_of(best)
        best, sky, misfit = moffat["parameters"], moffat["sky"], moffat["misfit"]
        if turn > 1 and np.abs(change[:4]).max() < 1e-3 * fwhm:
            break
    gaussian = fit_profile(
        "gaussian", gaussian["parameters"], columns[used], rows[used], light[used], deviation[used], True
    )
    gaussian["ok"] &= sound(gaussian, start, light.shape)
    for fit in (gaussian, moffat):
        # without a gain, nobody knows the noise of the star's own light but the pixels themselves
        covariance = fit["covariance"] * max(1.0, fit["misfit"]) ** 2
        if gain is None or not known:
            covariance = fit["scatter"]
        fit["shape"] = shape_of(fit["parameters"])
        fit["errors"] = shape_errors(fit["parameters"], covariance)
    if gaussian["ok"] and moffat["ok"]:
        # as long as nobody can tell which of them it is, the truth may be between them
        gaussian["errors"][3] = math.hypot(gaussian["errors"][3], gaussian["shape"][3] - moffat["shape"][3])
    return {"gaussian": gaussian, "moffat": moffat, "used": used}


def sound(fit: dict[str, Any], start: Array, shape: tuple[int, ...]) -> bool:
    """Return whether a fit converged to something that may be the star it began with."""
    if not fit["ok"]:
        return False
    x, y, height, fwhm = shape_of(fit["parameters"])[:4]
    width = 1 / start[3]
    return bool(
        height > 0
        and 0.3 < fwhm < max(4 * width, 8)
        and fwhm < max(shape)
        and math.hypot(x - start[1], y - start[2]) < max(width, 2)
    )


def better_profile(fits: dict[str, Any]) -> str:
    """Return which fit tells the width: the simpler one unless the other is clearly better; or none."""
    gaussian, moffat = fits["gaussian"], fits["moffat"]
    if not moffat["ok"]:
        return "gaussian" if gaussian["ok"] else ""
    if not gaussian["ok"]:
        return "moffat"
    freedom = int(fits["used"].sum()) - 10
    least = max(moffat["misfit"], 1e-300) ** 2
    gained = freedom * (gaussian["misfit"] ** 2 - least) / least
    return "moffat" if gained > CLEARLY_BETTER else "gaussian"
