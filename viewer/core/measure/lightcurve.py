"""Light curve: the light of a star in many frames, compared with stars beside it that do not vary."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import aperture_photometry, check_radii
from viewer.core.measure.following import followed_places, followed_star
from viewer.core.operations.aiming import aim_of, mapping_to

Array = np.ndarray[Any, np.dtype[Any]]

# what is told of each star in each frame
STAR_FLUX_KEYS = ("x", "y", "fwhm", "flux", "flux_err", "background", "peak")
# magnitudes for each natural logarithm of a flux
POGSON = 2.5 / math.log(10)
# a comparison star that is off by this many of its errors varies, or its errors are too small
UNSTEADY = 3.0


def star_fluxes(
    data: Array,
    *,
    xs: tuple[float, ...] | Array,
    ys: tuple[float, ...] | Array,
    radius: float = 5.0,
    inner: float = 10.0,
    outer: float = 15.0,
    gain: float | None = None,
    saturation: float | None = None,
    recentre: bool = True,
    search: float = 8.0,
) -> dict[str, Any]:
    """Measure the light of stars at positions that are known roughly.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    xs, ys
        Positions, as FITS counts: the first pixel is 1, 1.
    radius, inner, outer
        Of the aperture and of the sky's annulus, in pixels.
    gain
        Electrons for each count; None if it is not known.
    saturation
        Pixels from this value on are full.
    recentre
        Whether to look for each star's centre; otherwise the circle stands exactly where it is asked for.
    search
        How far a star may be from its position, in pixels.

    Returns
    -------
    dict
        Arrays with a number for each star: x, y, fwhm, flux, flux_err, background, peak; and flags: texts,
        empty for a star that is as it should be. The flux of an aperture that is not whole is NaN.
    """
    check_radii(radius, inner, outer)
    result: dict[str, Any] = {key: np.full(len(xs), np.nan) for key in STAR_FLUX_KEYS}
    flags = []
    for number, (x, y) in enumerate(zip(xs, ys, strict=True)):
        star = followed_star(data, x=x, y=y, search=search)
        said = []
        if recentre and star["lost"]:
            flags.append(f"lost: {star['lost']}")
            continue
        x, y = (star["x"], star["y"]) if recentre else (x, y)
        light = aperture_photometry(
            data, x=x, y=y, radius=radius, inner=inner, outer=outer, gain=gain, saturation=saturation
        )
        result["fwhm"][number] = star["fwhm"]
        for key in ("x", "y", "flux", "flux_err", "background", "peak"):
            result[key][number] = light[key]
        if light["missing"] > 0:
            height, width = data.shape
            near = min(x - 0.5, y - 0.5, width + 0.5 - x, height + 0.5 - y)
            said.append("edge" if near < radius else "missing pixels")
            result["flux"][number] = result["flux_err"][number] = math.nan
        elif not math.isfinite(light["flux"]):
            said.append("no sky")
        if light["saturated"]:
            said.append("saturated")
        flags.append(", ".join(said))
    result["flags"] = np.array(flags, dtype=str)
    return result


def compared_fluxes(fluxes: Array, errors: Array) -> dict[str, Any]:
    """Compare the first star with the sum of the others in each frame, and each of these with the rest.

    Parameters
    ----------
    fluxes, errors
        Frames by stars, the target first. NaN for what is not known: a frame that lacks one of the comparison
        stars has no value, for their sum would be another one.

    Returns
    -------
    dict
        relative, relative_err: the target over the sum of the comparison stars, divided by its median;
        magnitude, magnitude_err: the same as a difference of magnitudes, not divided; comparison,
        comparison_err: the sum; check, check_err (frames by comparison stars): each of them over the sum of
        the others, divided by its median; NaN if there is only one.
    """
    total, total_err = fluxes[:, 1:].sum(axis=1), np.sqrt((errors[:, 1:] ** 2).sum(axis=1))
    ratio, ratio_err = flux_ratio(fluxes[:, 0], errors[:, 0], total, total_err)
    scale = middle_of(ratio)
    check, check_err = np.full(fluxes[:, 1:].shape, np.nan), np.full(fluxes[:, 1:].shape, np.nan)
    for star in range(fluxes.shape[1] - 1 if fluxes.shape[1] > 2 else 0):
        others = [each for each in range(1, fluxes.shape[1]) if each != star + 1]
        rest, rest_err = fluxes[:, others].sum(axis=1), np.sqrt((errors[:, others] ** 2).sum(axis=1))
        share, share_err = flux_ratio(fluxes[:, star + 1], errors[:, star + 1], rest, rest_err)
        check[:, star], check_err[:, star] = share / middle_of(share), share_err / middle_of(share)
    with np.errstate(invalid="ignore", divide="ignore"):
        magnitude = np.where(ratio > 0, -2.5 * np.log10(ratio), np.nan)
        magnitude_err = np.where(ratio > 0, POGSON * ratio_err / ratio, np.nan)
    return {
        "relative": ratio / scale,
        "relative_err": ratio_err / scale,
        "magnitude": magnitude,
        "magnitude_err": magnitude_err,
        "comparison": total,
        "comparison_err": total_err,
        "check": check,
        "check_err": check_err,
    }


def flux_ratio(flux: Array, error: Array, other: Array, other_error: Array) -> tuple[Array, Array]:
    """Return the ratio of two fluxes with its error; NaN where the second one is not positive."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(other > 0, flux / other, np.nan)
        return ratio, np.sqrt(error**2 + (ratio * other_error) ** 2) / np.where(other > 0, other, np.nan)


def middle_of(values: Array) -> float:
    """Return the median of the values that are known; NaN if there are none, or if it is not positive."""
    known = values[np.isfinite(values)]
    middle = float(np.median(known)) if len(known) else math.nan
    return middle if middle > 0 else math.nan


def steadiness(relative: Array, errors: Array) -> tuple[float, float, float]:
    """Return the scatter of a curve, the error that is expected of it, and how many times it is exceeded.

    Parameters
    ----------
    relative, errors
        Values about 1, and their errors; NaN is left out.
    """
    known = np.isfinite(relative) & np.isfinite(errors) & (errors > 0)
    if known.sum() < 3:
        return math.nan, math.nan, math.nan
    values, expected = relative[known], errors[known]
    mean = np.average(values, weights=expected**-2)
    chi = math.sqrt(float((((values - mean) / expected) ** 2).sum()) / (len(values) - 1))
    return float(values.std(ddof=1)), float(np.sqrt(np.mean(expected**2))), chi


def curve_remarks(curve: dict[str, Any], lost: Array) -> list[str]:
    """Return sentences about a light curve: comparison stars that vary, or that frames lack.

    Parameters
    ----------
    curve
        Of `compared_fluxes`.
    lost
        Frames by stars: whether a star has no flux.
    """
    remarks = []
    stars = curve["check"].shape[1]
    for star in range(stars):
        scatter, expected, chi = steadiness(curve["check"][:, star], curve["check_err"][:, star])
        if chi > UNSTEADY:
            remarks.append(
                f"Comparison star {star + 1} varies against the others by {100 * scatter:.2g} %, {chi:.1f} "
                f"times its error ({100 * expected:.2g} %): see whether it is better left out."
            )
        missing = int(lost[:, star + 1].sum())
        if missing:
            remarks.append(
                f"Comparison star {star + 1} is missing in {missing} of {len(lost)} frames, which so have no "
                "value: leave it out to have them."
            )
    if stars == 1:
        remarks.append("With one comparison star only, nothing tells whether it is constant itself.")
    return remarks


def light_curve(
    data: Array,
    *,
    files: tuple[str, ...],
    times: tuple[float, ...],
    gains: tuple[float | None, ...],
    saturations: tuple[float | None, ...],
    reference: str = "",
    xs: tuple[float, ...],
    ys: tuple[float, ...],
    align: str = "stars",
    radius: float = 5.0,
    inner: float = 10.0,
    outer: float = 15.0,
    recentre: bool = True,
    search: float = 8.0,
) -> dict[str, Any]:
    """Measure a star against others in many files.

    Parameters
    ----------
    data
        The image in which the stars were marked.
    files
        FITS files of the series.
    times
        Julian day of the middle of each exposure.
    gains, saturations
        Of each file, as for `star_fluxes`.
    reference
        File of the image in which the stars were marked; its header is needed to align by the WCS.
    xs, ys
        Positions as FITS counts, the target first.
    align
        stars, wcs or pixels: how the stars are found again.
    radius, inner, outer, recentre, search
        As for `star_fluxes`.

    Returns
    -------
    dict
        jd, relative, relative_err, magnitude, magnitude_err: the light curve; flux, flux_err: of the target;
        comparison: the sum of the others; lost: why a frame has no value.
    """
    way = "none" if align == "pixels" else align
    header = opened_image(reference)[1] if way == "wcs" else None
    aim = aim_of(data, header, way)
    shape = (len(files), len(xs))
    fluxes, errors, lost = np.full(shape, np.nan), np.full(shape, np.nan), []
    for number, file in enumerate(files):
        values, cards = opened_image(file)
        mapping, why, _ = mapping_to(aim, values, cards, way)
        lost.append("" if mapping is not None else why)
        if mapping is None:
            continue
        places = followed_places(mapping, xs, ys, data.shape)
        found = star_fluxes(
            values,
            xs=places[:, 0],
            ys=places[:, 1],
            radius=radius,
            inner=inner,
            outer=outer,
            gain=gains[number],
            saturation=saturations[number],
            recentre=recentre,
            search=search,
        )
        fluxes[number], errors[number] = found["flux"], found["flux_err"]
    curve = compared_fluxes(fluxes, errors)
    names = ("relative", "relative_err", "magnitude", "magnitude_err", "comparison")
    return {
        "jd": np.array(times),
        **{name: curve[name] for name in names},
        "flux": fluxes[:, 0],
        "flux_err": errors[:, 0],
        "lost": np.array(lost, dtype=str),
    }


def opened_image(file: str) -> tuple[Array, Any]:
    """Return the values and the header of the first image of two axes in a FITS file."""
    from astropy.io import fits

    with fits.open(file) as hdus:
        image = next(hdu for hdu in hdus if hdu.data is not None and hdu.data.ndim == 2)
        return image.data.astype(float), image.header
