"""The numbers of an answer as a table that can be read: names, values with errors, units."""

import math
from dataclasses import dataclass

from viewer.core.session.answer import Answer
from viewer.core.skyframes import SkyStyle


@dataclass(frozen=True)
class Row:
    """One number.

    Attributes
    ----------
    label : str
        What it is.
    value : str
        With its error.
    unit : str
        Its unit.
    tip : str
        What it means.
    """

    label: str
    value: str
    unit: str = ""
    tip: str = ""


def rows_of(answer: Answer, style: SkyStyle) -> list[Row]:
    """Return what is shown of an answer, the most important first."""
    if answer.kind in ("photometry", "radial"):
        return [*_fwhm(answer), *_place(answer, style), *_shape(answer), *_light(answer)]
    if answer.kind == "growth":
        return [*_growth(answer), *_place(answer, style)]
    if answer.kind == "photometer":
        return [*_fwhm(answer), *_light(answer), *_place(answer, style)]
    if answer.kind == "position":
        return _position(answer, style)
    names = {
        "statistics": _STATISTICS,
        "fit row": _FIT,
        "fit column": _FIT,
        "cut": _CUT,
        "histogram": _HISTOGRAM,
        "histogram of all": _HISTOGRAM,
        "contours": _CONTOURS,
    }
    rows = [_row(answer, name, label, unit) for name, label, unit in names.get(answer.kind, ())]
    return rows + _values(answer) if answer.kind == "cut" or not rows else rows


_STATISTICS = (
    ("mean", "mean", "*"),
    ("median", "median", "*"),
    ("std", "standard deviation", "*"),
    ("min", "minimum", "*"),
    ("max", "maximum", "*"),
    ("sum", "sum", "*"),
    ("count", "pixels", ""),
    ("missing", "missing", ""),
    ("x1", "first column", "px"),
    ("x2", "last column", "px"),
    ("y1", "first row", "px"),
    ("y2", "last row", "px"),
)
_FIT = (
    ("center", "centre", "px"),
    ("fwhm", "FWHM", "px"),
    ("peak", "peak above background", "*"),
    ("background", "background", "*"),
    ("flux", "area below the curve", "*"),
)
_CUT = (("length", "length", "px"), ("angle", "angle", "°"))
_HISTOGRAM = (
    ("total", "pixels", ""),
    ("missing", "missing", ""),
    ("bin_width", "width of a bin", "*"),
    ("below", "below the first bin", ""),
    ("above", "above the last bin", ""),
)
_CONTOURS = (("background", "background", "*"), ("noise", "noise", "*"))


def _row(answer: Answer, name: str, label: str, unit: str, tip: str = "") -> Row:
    """Return a row for one of the answer's numbers; the unit * is that of the image."""
    value, error = answer.number_of(name), answer.number_of(f"{name}_err")
    unit = answer.unit if unit == "*" else unit
    whole = isinstance(answer.result.get(name), int) and not isinstance(answer.result.get(name), bool)
    return Row(label, f"{int(value):d}" if whole else with_error(value, error), unit, tip)


def _fwhm(answer: Answer) -> list[Row]:
    rows = [_row(answer, "fwhm", "FWHM", "px", "Full width at half maximum of the profile that fits better")]
    if math.isfinite(answer.scale):
        value, error = (answer.number_of(name) * answer.scale for name in ("fwhm", "fwhm_err"))
        rows.append(Row("", with_error(value, error), "″", "The same on the sky"))
    if answer.kind != "photometer":
        rows += [
            _row(answer, "fwhm_gaussian", "  Gaussian fit", "px"),
            _row(answer, "fwhm_moffat", "  Moffat fit", "px"),
            _row(answer, "fwhm_halflight", "  from half the light", "px", "Without a fit"),
        ]
    return rows


def _place(answer: Answer, style: SkyStyle) -> list[Row]:
    rows = [
        _row(answer, "x", "x (FITS)", "px", "Column of the centre; the first pixel's centre is 1"),
        _row(answer, "y", "y (FITS)", "px", "Row of the centre; the first pixel's centre is 1"),
    ]
    return [*rows, *_sky(answer, style)]


def _sky(answer: Answer, style: SkyStyle) -> list[Row]:
    if not (math.isfinite(answer.ra) and math.isfinite(answer.dec)):
        return []
    texts = style.texts_of_icrs(answer.ra, answer.dec)
    return [Row(*each) for each in zip(style.labels, texts, style.units, strict=True)]


def _shape(answer: Answer) -> list[Row]:
    return [
        _row(answer, "ellipticity", "ellipticity", "", "1 − b/a: 0 is round"),
        _row(answer, "theta", "direction", "°", "Of the longer axis, counter-clockwise from x"),
        _row(answer, "beta", "Moffat β", "", "How steep the wings are: large for a Gaussian"),
    ]


def _light(answer: Answer) -> list[Row]:
    rows = [
        _row(answer, "flux", "flux", "*", f"In the aperture, above the sky. Errors: {_errors(answer)}"),
        _row(answer, "snr", "S/N", "", "Flux over its error"),
        _row(answer, "magnitude", "magnitude", "mag", "Zero point − 2.5 log flux"),
        _row(answer, "peak", "peak above sky", "*", "The brightest pixel"),
        _row(answer, "background", "sky", "*", "Of each pixel, in the annulus"),
        _row(answer, "noise", "noise of a pixel", "*", "Standard deviation in the annulus"),
        _row(answer, "radius", "aperture radius", "px"),
        Row(
            "annulus",
            f"{answer.number_of('inner'):.4g} – {answer.number_of('outer'):.4g}",
            "px",
            "Where the sky is measured",
        ),
    ]
    if answer.result.get("saturated") or answer.star.get("saturated"):
        rows.append(Row("saturated", "yes", "", "Flux and peak are too low"))
    return rows


def _errors(answer: Answer) -> str:
    said = answer.result.get("errors") or answer.star.get("errors") or ""
    return str(said)


def _growth(answer: Answer) -> list[Row]:
    return [
        _row(answer, "radius_50", "half of the light within", "px"),
        _row(answer, "radius_80", "80 % within", "px"),
        _row(answer, "radius_90", "90 % within", "px"),
        _row(answer, "radius_best", "best S/N with radius", "px", "The aperture with the smallest error"),
        _row(answer, "fwhm", "FWHM", "px"),
        _row(answer, "background", "sky", "*"),
    ]


def _position(answer: Answer, style: SkyStyle) -> list[Row]:
    return [
        Row("x (FITS)", f"{answer.x + 1:.2f}", "px"),
        Row("y (FITS)", f"{answer.y + 1:.2f}", "px"),
        *_sky(answer, style),
        _row(answer, "value", "value", "*"),
    ]


def _values(answer: Answer) -> list[Row]:
    """Return the range of the values of a curve or a cut-out."""
    found = next(
        (values for name in ("value", "z", "values") if (values := answer.values(name)) is not None), None
    )
    if found is None or not found.size:
        return []
    known = found[found == found]
    if not known.size:
        return [Row("values", "all missing")]
    unit = answer.unit
    return [
        Row("smallest", f"{float(known.min()):.6g}", unit),
        Row("largest", f"{float(known.max()):.6g}", unit),
        Row("mean", f"{float(known.mean()):.6g}", unit),
        Row("values", f"{known.size}"),
    ]


def with_error(value: float, error: float) -> str:
    """Return a number with its error: as many decimals as two digits of the error need.

    Parameters
    ----------
    value, error : float
        NaN is what cannot be told.
    """
    if not math.isfinite(value):
        return "—"
    if not (math.isfinite(error) and error > 0):
        return f"{value:.5g}" if abs(value) < 1e4 else f"{value:.7g}"
    decimals = 1 - math.floor(math.log10(error))
    if decimals > 8 or abs(value) >= 1e10:
        return f"{value:.8g} ± {error:.2g}"
    if decimals <= 0:
        step = 10**-decimals
        return f"{round(value / step) * step:.0f} ± {round(error / step) * step:.0f}"
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"
