"""Star measuring: where a star is, how wide, how round and how bright, and what is not as it should be."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import aperture_photometry, sky_level
from viewer.core.measure.halflight import half_light_width
from viewer.core.measure.locate import star_near
from viewer.core.measure.starfit import profile_of
from viewer.core.measure.starprofile import better_profile, star_profile
from viewer.core.measure.starremarks import full_pixels, is_sharp, other_stars, remarks_on_fit
from viewer.core.measure.window import is_inside, joined_notes, pixels_around

Array = np.ndarray[Any, np.dtype[Any]]

# as imexamine does: the aperture, the gap around it, the annulus; the first in full widths at half maximum
RADIUS_FWHM = 3.0
RADIUS_UNKNOWN = 5.0
BUFFER = 5.0
ANNULUS = 5.0
# how far around a position an image is read at most, in pixels
LARGEST_REACH = 160.0
# what a fit tells, in the order of `shape_of`
SHAPE_KEYS = ("x", "y", "height", "fwhm", "fwhm_major", "fwhm_minor", "ellipticity", "theta", "beta")


def measure_star(
    data: Array,
    *,
    x: float,
    y: float,
    radius: float | None = None,
    inner: float | None = None,
    outer: float | None = None,
    gain: float | None = None,
    saturation: float | None = None,
    zero_point: float = 25.0,
    sky: str = "mean",
    recentre: bool = True,
    search: float = 5.0,
) -> dict[str, Any]:
    """Measure the star at a position.

    The star on whose light the position lies is taken, else the nearest one within ``search`` pixels. A
    Gaussian and a Moffat profile, elliptical and on a sloping sky, are fitted to its pixels; those of
    neighbours and cosmic rays are left out, and so are full ones. The widths are those of the image as it is,
    with the blur by its pixels. The light is summed in a circle around the fitted centre, less the sky of an
    annulus.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Where to look, as FITS counts: the centre of the first pixel is 1, 1.
    radius
        Of the aperture, in pixels; None: three times the full width at half maximum.
    inner, outer
        Radii of the sky's annulus; None: 5 pixels beyond the aperture, and 5 pixels wide.
    gain
        Electrons for each count, for the noise of the star's own light; None if it is not known.
    saturation
        Pixels from this value on are full; None: a flat top tells.
    zero_point
        Magnitude of one count.
    sky
        ``mean``, ``median`` or ``mode`` of the annulus.
    recentre
        False: the aperture stays where it is asked for, and x and y are returned as they were given.
    search
        How far away the star may be, in pixels.

    Returns
    -------
    dict
        | x, y: centre, as FITS counts, with x_err, y_err; shift: how far it is from the position asked for.
        | fwhm: full width at half maximum in pixels, the geometric mean of fwhm_major and fwhm_minor, of the
          better fit, which ``profile`` names (moffat only if it is clearly better); with fwhm_err.
        | ellipticity: 1 - minor/major, with ellipticity_err; theta: direction of the longer axis, degrees
          counter-clockwise from x, with theta_err.
        | fwhm_gaussian, fwhm_moffat, beta: of the two fits, each with _err (beta is large for a Gaussian).
        | fwhm_halflight: twice the radius of half of the light in the aperture, less the pixels' own width:
          the full width at half maximum of a Gaussian, without a fit.
        | height: of the better profile above the sky (height_gaussian, height_moffat: of each); misfit: root
          of the reduced chi-square.
        | radius, inner, outer, sum, area, background, background_err, noise, sky_pixels, flux, flux_err,
          errors, snr, magnitude, magnitude_err, peak, missing: as `aperture_photometry` has them.
        | saturated: whether the star is full; neighbours: how many other stars shine in the aperture.
        | notes: what to know about these numbers, as text; empty if all is well.

        What cannot be measured is NaN, and the notes say why.
    """
    column, row = x - 1, y - 1
    values, left, low, rough = window_of_star(data, column, row, search)
    fit = fit_star(values, rough, gain, saturation)
    fitted, seen = math.isfinite(fit["x"]), math.isfinite(rough[0])
    center_x, center_y = column, row
    if recentre and seen:
        center_x, center_y = (
            (fit["x"] + left, fit["y"] + low) if fitted else (rough[0] + left, rough[1] + low)
        )
    if radius is None:
        radius = RADIUS_FWHM * fit["fwhm"] if fitted else RADIUS_UNKNOWN
        if seen and not fitted:
            # enough for a star of any profile
            radius = max(RADIUS_UNKNOWN, 1.5 * rough[2])
        radius = min(max(radius, 2.0), LARGEST_REACH)
    inner = radius + BUFFER if inner is None else inner
    outer = inner + ANNULUS if outer is None else outer
    circle = aperture_photometry(
        data,
        x=center_x + 1,
        y=center_y + 1,
        radius=radius,
        inner=inner,
        outer=outer,
        gain=gain,
        saturation=saturation,
        zero_point=zero_point,
        sky=sky,
    )
    shift = math.hypot(center_x - column, center_y - row)
    notes, others = [], fit["others"] + np.array([left, low])
    others = others[np.hypot(others[:, 0] - center_x, others[:, 1] - center_y) < radius]
    if is_inside(data, column, row):
        if not seen:
            notes.append(f"no star within {search:g} pixels: measured where it was asked")
        elif not fitted:
            notes.append(
                "neither profile fits: the width is not known, and the centre is that of the brightest part"
            )
        elif not is_inside(data, center_x, center_y):
            notes.append("the centre of the star is beyond the edge of the image")
        if shift > max(3.0, 0.5 * fit["fwhm"]):
            notes.append(f"the star is {shift:.1f} pixels away from the position that was asked for")
        notes.extend(fit["remarks"])
        if len(others):
            places = ", ".join(f"({place[0] + 1:.1f}, {place[1] + 1:.1f})" for place in others[:3])
            notes.append(
                f"another star, or a cosmic ray, is in the aperture: {places}"
                if len(others) == 1
                else f"{len(others)} other stars are in the aperture: {places}"
            )
        if circle["snr"] < 5 and seen:
            notes.append("faint: its light is less than five times the error")
    width = math.nan
    if recentre and fitted and not circle["snr"] < 3:
        light = values - circle["background"]
        width = half_light_width(light, center_x - left, center_y - low, radius)
    if fit["saturated"] and fitted:
        # it is said already
        circle["notes"] = circle["notes"].replace("saturated: flux and peak are lower limits", "")
    measured = {key: value for key, value in fit.items() if key not in ("others", "remarks", "saturated")}
    return {
        **measured,
        **circle,
        "x": center_x + 1,
        "y": center_y + 1,
        "x_err": fit["x_err"] if recentre else 0.0,
        "y_err": fit["y_err"] if recentre else 0.0,
        "shift": shift,
        "fwhm_halflight": width,
        "saturated": bool(fit["saturated"] or circle["saturated"]),
        "neighbours": len(others),
        "notes": joined_notes([*notes, *circle["notes"].split("; ")]),
    }


def window_of_star(
    data: Array, x: float, y: float, search: float
) -> tuple[Array, int, int, tuple[float, float, float, float]]:
    """Return the pixels around a star, enough for its size; their first column and row; the rough star."""
    reach = 25.0
    if not is_inside(data, x, y):
        return np.zeros((0, 0)), 0, 0, (math.nan,) * 4
    while True:
        values, left, low = pixels_around(data, x, y, reach)
        rough = star_near(values, x - left, y - low, search)
        needed = 4 * rough[2] + 12
        if not needed > reach or reach >= LARGEST_REACH:
            return values, left, low, rough
        reach = min(max(needed, 2 * reach), LARGEST_REACH)


def fit_star(
    values: Array, rough: tuple[float, float, float, float], gain: float | None, saturation: float | None
) -> dict[str, Any]:
    """Fit both profiles to a star, and tell what its shape is and what else is there.

    Parameters
    ----------
    values
        The pixels around the star.
    rough
        x and y of the star in them, counted from 0, its width and its height; NaN if there is none.
    gain, saturation
        As `measure_star` has them.

    Returns
    -------
    dict
        x, y (in the window, counted from 0), height, fwhm, fwhm_major, fwhm_minor, ellipticity and theta of
        the better profile with _err; fwhm_gaussian, fwhm_moffat and beta with _err; profile, misfit,
        saturated; parameters: of the better profile; others: places (x, y) of other stars; remarks.
    """
    found: dict[str, Any] = dict.fromkeys([*SHAPE_KEYS, *(f"{key}_err" for key in SHAPE_KEYS)], math.nan)
    for name in ("gaussian", "moffat"):
        found[f"fwhm_{name}"] = found[f"fwhm_{name}_err"] = found[f"height_{name}"] = math.nan
    found |= {
        "profile": "",
        "misfit": math.nan,
        "saturated": False,
        "others": np.zeros((0, 2)),
        "remarks": [],
    }
    x, y, fwhm, _ = rough
    if math.isnan(x):
        return found
    rows, columns = np.indices(values.shape)
    distance = np.hypot(columns - x, rows - y)
    ring = (distance > RADIUS_FWHM * fwhm + BUFFER) & (distance < RADIUS_FWHM * fwhm + BUFFER + ANNULUS)
    level, _, noise, _, _ = sky_level(values[ring & np.isfinite(values)])
    if not math.isfinite(level):
        level, _, noise, _, _ = sky_level(values[np.isfinite(values)])
    light = values - level
    full = full_pixels(light, level, noise, rough, saturation)
    found["saturated"] = bool(full[distance < max(1.5 * fwhm, 2.5)].any())
    fits = star_profile(light, rough, noise, gain, full)
    kind = better_profile(fits)
    if not kind:
        sharp = "sharper than a star: a hot pixel or a cosmic ray?"
        found["remarks"] = [sharp] if is_sharp(light, rough) else []
        return found
    better = fits[kind]
    found["profile"], found["misfit"] = kind, better["misfit"]
    for key, number, error in zip(
        SHAPE_KEYS, better["shape"].tolist(), better["errors"].tolist(), strict=True
    ):
        found[key], found[f"{key}_err"] = number, error
    for name in ("gaussian", "moffat"):
        if fits[name]["ok"]:
            found[f"fwhm_{name}"] = float(fits[name]["shape"][3])
            found[f"fwhm_{name}_err"] = float(fits[name]["errors"][3])
            found[f"height_{name}"] = float(fits[name]["shape"][2])
    found["beta"], found["beta_err"] = math.nan, math.nan
    if fits["moffat"]["ok"]:
        found["beta"], found["beta_err"] = (
            float(fits["moffat"]["shape"][8]),
            float(fits["moffat"]["errors"][8]),
        )
    model, _ = profile_of(kind, better["parameters"], columns.ravel(), rows.ravel())
    core = np.isfinite(light) & ~full & (distance < 1.5 * fwhm)
    off = np.abs(light - model.reshape(light.shape))[core].sum() / max(light[core].sum(), 1e-300)
    found["others"] = other_stars(
        light, kind, better["parameters"], found["fwhm"], noise, gain, found["misfit"]
    )
    found["remarks"] = remarks_on_fit(found, float(off), found["saturated"])
    return found
