"""Examine: imexamine's short answers about a place - a box, the pixels, a fit along a line."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import sky_level
from viewer.core.measure.window import is_inside, joined_notes, pixels_around

Array = np.ndarray[Any, np.dtype[Any]]


def box_statistics(data: Array, *, x: float, y: float, size: int = 5) -> dict[str, Any]:
    """Return the statistics of the pixels in a box around a position.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        The middle, as FITS counts: the centre of the first pixel is 1, 1.
    size
        Rows and columns of the box; of an even number, one more lies before than behind the middle.

    Returns
    -------
    dict
        x1, x2, y1, y2: first and last column and row; count: pixels with a value; missing: those without;
        sum, mean, median, std (of the sample), min, max; notes: what to know about these numbers, as text.
    """
    column, row = math.floor(x - 0.5), math.floor(y - 0.5)
    first_x, first_y = column - size // 2, row - size // 2
    left, low = max(0, first_x), max(0, first_y)
    right, high = min(data.shape[1], first_x + size), min(data.shape[0], first_y + size)
    values = np.zeros((0, 0))
    if left < right and low < high:
        values = np.array(data[low:high, left:right], dtype=float)
    known = values[np.isfinite(values)]
    notes = []
    if not values.size:
        notes.append("the box is outside the image")
    elif values.size < size * size:
        notes.append("the box reaches beyond the image: only the part inside counts")
    if known.size < values.size:
        notes.append(f"{values.size - known.size} pixels are missing and left out")
    some = known if known.size else np.array([np.nan])
    return {
        "x1": left + 1,
        "x2": right,
        "y1": low + 1,
        "y2": high,
        "count": int(known.size),
        "missing": int(values.size - known.size),
        "sum": float(some.sum()),
        "mean": float(some.mean()),
        "median": float(np.median(some)),
        "std": float(known.std(ddof=1)) if known.size > 1 else math.nan,
        "min": float(some.min()),
        "max": float(some.max()),
        "notes": joined_notes(notes),
    }


def pixel_values(data: Array, *, x: float, y: float, columns: int = 9, rows: int = 9) -> dict[str, Any]:
    """Return the values of the pixels around a position.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        The middle, as FITS counts: the centre of the first pixel is 1, 1.
    columns, rows
        How many pixels in each direction.

    Returns
    -------
    dict
        x: the columns; y: the rows, as FITS counts, the lowest first; values: (rows, columns), NaN beyond the
        image; notes: what to know about them, as text.
    """
    left, low = math.floor(x - 0.5) - columns // 2, math.floor(y - 0.5) - rows // 2
    values = np.full((rows, columns), np.nan)
    top, end = min(data.shape[0], low + rows), min(data.shape[1], left + columns)
    first, begin = max(0, low), max(0, left)
    if first < top and begin < end:
        values[first - low : top - low, begin - left : end - left] = data[first:top, begin:end]
    outside = "" if is_inside(data, x - 1, y - 1) else "the position is outside the image"
    return {
        "x": left + 1 + np.arange(columns),
        "y": low + 1 + np.arange(rows),
        "values": values,
        "notes": outside,
    }


def pixel_at(data: Array, *, x: float, y: float) -> dict[str, Any]:
    """Return the value of the pixel in which a position lies.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        The position, as FITS counts: the centre of the first pixel is 1, 1.

    Returns
    -------
    dict
        x, y as given; column, row: the pixel's, as FITS counts; value; notes.
    """
    column, row = math.floor(x - 0.5), math.floor(y - 0.5)
    value, notes = math.nan, "the position is outside the image"
    if is_inside(data, x - 1, y - 1):
        value = float(data[row : row + 1, column : column + 1][0, 0])
        notes = "the pixel is missing" if math.isnan(value) else ""
    return {"x": x, "y": y, "column": column + 1, "row": row + 1, "value": value, "notes": notes}


def gaussian_along(
    data: Array, *, x: float, y: float, axis: str = "x", reach: float = 10.0, width: int = 5
) -> dict[str, Any]:
    """Fit a Gaussian on a sloping background to the pixels along a row or a column.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Where to begin, as FITS counts: the centre of the first pixel is 1, 1.
    axis
        ``x``: along the row; ``y``: along the column.
    reach
        How far to look in both directions, in pixels.
    width
        Rows (or columns) around the position that are averaged.

    Returns
    -------
    dict
        center (as FITS counts), fwhm in pixels, peak above the background, background at the centre, flux
        (the area of the Gaussian), each with _err; position, value, fit: the pixels and the curve at their
        places; fine_position, fine_fit: the same curve, finer; notes: what to know about these numbers, as
        text. What cannot be had is NaN.
    """
    from scipy import optimize

    along, across = (x, y) if axis == "x" else (y, x)
    values, left, low = pixels_around(data, x - 1, y - 1, math.ceil(reach) + width)
    begin, side = (left, low) if axis == "x" else (low, left)
    if axis != "x":
        values = values.T
    first = math.floor(across - 0.5) - (width - 1) // 2 - side
    band = values[max(0, first) : max(0, first + width)]
    places = begin + 1.0 + np.arange(band.shape[1])
    near = np.abs(places - along) <= reach
    known = np.isfinite(band)
    count = known.sum(axis=0)
    near &= count > 0
    position = places[near]
    value = np.where(known, band, 0).sum(axis=0)[near] / count[near]
    names = ("center", "fwhm", "peak", "background", "flux")
    found = dict.fromkeys([*names, *(f"{name}_err" for name in names)], math.nan)
    fine = np.linspace(along - reach, along + reach, 201)
    curve, fine_curve = np.full(len(position), np.nan), np.full(len(fine), np.nan)
    notes = []

    def model(place: Array, center: float, fwhm: float, peak: float, level: float, slope: float) -> Array:
        exponent = -4 * math.log(2) * ((place - center) / fwhm) ** 2
        return np.asarray(peak * np.exp(exponent) + level + slope * (place - along))

    if len(position) < 8:
        notes.append("there are too few pixels for a fit")
    else:
        level = sky_level(value, "median")[0]
        # the top that is nearest, not the highest one far away
        top = position[np.argmax((value - level) * np.exp(-0.5 * ((position - along) / (0.4 * reach)) ** 2))]
        start = (float(top), 0.3 * reach, float(np.nanmax(value) - level), level, 0.0)
        fit = optimize.least_squares(
            lambda parameters: model(position, *parameters) - value, start, x_scale="jac", max_nfev=200
        )
        best = fit.x
        # the scatter of the pixels about the curve is the measure of the errors
        scatter = 2 * fit.cost / max(1, len(position) - len(start))
        covariance = scatter * np.linalg.pinv(fit.jac.T @ fit.jac, hermitian=True)
        center, fwhm, peak = best[:3]
        if not (fit.success and abs(center - along) <= reach and 0.3 < abs(fwhm) < 2 * reach and peak > 0):
            notes.append("the fit of the Gaussian does not converge")
        else:
            best[1] = abs(fwhm)
            errors = np.sqrt(np.diag(covariance))
            area = math.sqrt(math.pi / math.log(2)) / 2
            found["center"], found["fwhm"], found["peak"] = best[:3].tolist()
            found["center_err"], found["fwhm_err"], found["peak_err"] = errors[:3].tolist()
            found["background"] = float(best[3] + best[4] * (best[0] - along))
            found["background_err"] = float(errors[3])
            found["flux"] = float(area * best[2] * best[1])
            turn = covariance[1, 2] * best[1] * best[2]
            square = (errors[1] * best[2]) ** 2 + (errors[2] * best[1]) ** 2 + 2 * turn
            found["flux_err"] = float(area * math.sqrt(max(square, 0.0)))
            curve, fine_curve = model(position, *best), model(fine, *best)
            if best[2] < 5 * errors[2]:
                notes.append("faint: its height is less than five times the error")
    if not is_inside(data, x - 1, y - 1):
        notes = ["the position is outside the image"]
    return {
        **found,
        "position": position,
        "value": value,
        "fit": curve,
        "fine_position": fine,
        "fine_fit": fine_curve,
        "notes": joined_notes(notes),
    }
