"""Examine: imexamine's short answers about a place - a box, the pixels, a fit along a line."""

import math
from typing import Any

import numpy as np

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


def top_and_its_stretch(position: Array, value: Array, place: float, near: float) -> tuple[int, Array]:
    """Return the index of the local maximum at a place, and which pixels are its own, not a neighbour's.

    It is the nearest one that stands out of the noise. Where none does, higher ones count more and farther
    ones less, as a Gaussian of the distance with the standard deviation `near` says. A neighbour stands at
    least half as high above the valley between the two; its pixels begin at the lowest one of the valley.
    """
    from scipy import signal

    # a star at the edge of the image is a maximum too
    beside = np.pad(value, 1, constant_values=value.min() - 1)
    # third differences away from the stars are noise: a quarter is below 0.319 of their deviation
    noise = float(np.quantile(np.abs(np.diff(value, 3)), 0.25)) / 0.319 / math.sqrt(20)
    tops, shape = signal.find_peaks(beside, prominence=0)
    tops, clear = tops - 1, shape["prominences"] > 5 * noise
    distance = np.abs(position[tops] - place)
    if clear.any():
        top = int(tops[clear][np.argmin(distance[clear])])
    else:
        nearness = np.exp(-0.5 * (distance / near) ** 2)
        top = int(tops[np.argmax((value[tops] - value.min()) * nearness)])
    first, last = -1, len(value)
    for other in tops.tolist():
        low, high = min(other, top), max(other, top)
        valley = low + int(np.argmin(value[low : high + 1]))
        if other != top and value[other] - value[valley] > 0.5 * (value[top] - value[valley]):
            first, last = (max(first, valley), last) if other < top else (first, min(last, valley))
    number = np.arange(len(value))
    own = (number > first) & (number < last)
    # five numbers are fitted: they need a few pixels more, if need be those at the bottom of the valleys
    if own.sum() < 9:
        own = (number >= first) & (number <= last)
    return top, own if own.sum() >= 7 else np.ones(len(value), bool)


def gaussian_along(
    data: Array, *, x: float, y: float, axis: str = "x", reach: float = 10.0, width: int = 5
) -> dict[str, Any]:
    """Fit a Gaussian on a sloping background to the pixels along a row or a column.

    The maximum nearest to the position is fitted, without the pixels of neighbours that stand out beside it.

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
        places, NaN beside the pixels that were fitted; fine_position, fine_fit: the same curve, finer;
        notes: what to know about these numbers, as text. What cannot be had is NaN.
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
        top, own = top_and_its_stretch(position, value, along, 0.3 * reach)
        if not own.all():
            notes.append("the pixels of a neighbour are left out of the fit")
        place, seen = position[own], value[own]
        level = float(seen.min())
        start = (float(position[top]), 0.3 * reach, float(value[top]) - level, level, 0.0)
        fit = optimize.least_squares(
            lambda parameters: model(place, *parameters) - seen, start, x_scale="jac", max_nfev=200
        )
        best = fit.x
        best[1] = abs(best[1])
        # the scatter of the pixels about the curve is the measure of the errors
        scatter = 2 * fit.cost / max(1, len(place) - len(start))
        covariance = scatter * np.linalg.pinv(fit.jac.T @ fit.jac, hermitian=True)
        errors = np.sqrt(np.diag(covariance))
        center, fwhm, peak = best[:3].tolist()
        inside = place[0] - 1 <= center <= place[-1] + 1
        # of a Gaussian narrower than that, the pixels beside the top one get no hundredth
        shaped = 0.8 < fwhm < 2 * reach and peak > 0
        # errors as large as what was looked at: the pixels do not say where, or how wide
        sure = np.isfinite(errors).all() and errors[0] < reach and errors[1] < fwhm
        if not (fit.success and inside and shaped and sure):
            notes = ["the fit of the Gaussian does not converge"]
        else:
            area = math.sqrt(math.pi / math.log(2)) / 2
            found["center"], found["fwhm"], found["peak"] = center, fwhm, peak
            found["center_err"], found["fwhm_err"], found["peak_err"] = errors[:3].tolist()
            found["background"] = float(best[3] + best[4] * (center - along))
            found["background_err"] = float(errors[3])
            found["flux"] = area * peak * fwhm
            turn = covariance[1, 2] * fwhm * peak
            square = (errors[1] * peak) ** 2 + (errors[2] * fwhm) ** 2 + 2 * turn
            found["flux_err"] = float(area * math.sqrt(max(square, 0.0)))
            # drawn where it was fitted: its slope says nothing about the pixels of a neighbour
            fine = np.linspace(place[0], place[-1], 201)
            curve[own], fine_curve = model(place, *best), model(fine, *best)
            if peak < 5 * errors[2]:
                notes.append("faint: its height is less than five times the error")
            if abs(center - along) > 5:
                notes.append(f"the fitted star is {abs(center - along):.1f} px from the given place")
            if min(center - position[0], position[-1] - center) < fwhm:
                notes.append("it stands at the end of the fitted pixels: only a part of it is seen")
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
