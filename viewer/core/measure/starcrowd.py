"""Star crowds: stars so close to each other that a search by thresholds sees one of them."""

import math

import numpy as np
from scipy import ndimage

from viewer.core.arrays import Array

# A star in a crowd stands out of the light around it by at least this share of it.
LEAST_CONTRAST = 0.2
# Of a ridge or an edge, one direction falls off less than this share of another.
LEAST_ROUND = 0.4
LEAST_ROUND_TOP = 0.15
# Marks what has one middle, but a wider one than a star.
WIDE = 1 << 14
# No more groups of stars than this are looked at in detail, the brightest; and no larger ones, in pixels.
MOST_CROWDS = 400
LARGEST_CROWD = 1500


def crowd_members(
    light: Array, rms: Array, noise: float, crowds: Array, usual: float, threshold: float
) -> tuple[Array, Array]:
    """Return the stars in groups that were found as one: peaks of the light without the smooth part of it.

    Parameters
    ----------
    light
        The image without its background.
    rms
        Noise of each pixel; where stars are dense they are part of it.
    noise
        Of a pixel in most of the image.
    crowds
        Of sep: the groups.
    usual
        Full width at half maximum of stars, in pixels.
    threshold
        How many times the noise a star stands out.

    Returns
    -------
    array
        A row of sep's for each star, with its place, brightest pixel and flux only.
    array of int
        How many there are in each group.
    """
    rows = [crowds[:0]]
    number = np.zeros(len(crowds), int)
    margin = int(2 * usual) + 1
    reach = max(1, round(0.35 * usual))
    for index, one in enumerate(crowds[:MOST_CROWDS]):
        top, left = max(0, one["ymin"] - margin), max(0, one["xmin"] - margin)
        window = np.s_[top : one["ymax"] + margin + 1, left : one["xmax"] + margin + 1]
        part = light[window]
        if max(part.shape) > LARGEST_CROWD:
            continue
        sigma = max(0.5, 0.3 * usual)
        fine = ndimage.gaussian_filter(part, sigma)
        smooth = ndimage.gaussian_filter(part, usual)
        sharp = fine - smooth
        # what is left of independent noise after the filter
        least = threshold * np.clip(rms[window], noise, 2 * noise) / (2 * np.sqrt(np.pi) * sigma)
        high = (sharp > least) & (sharp > LEAST_CONTRAST * smooth)
        peaks = high & (sharp == ndimage.maximum_filter(sharp, 2 * reach + 1))
        y, x = np.nonzero(peaks)
        shape = roundness(sharp, x, y, max(1, round(0.6 * usual)))
        # the brightest is there for sure, if it is no edge of something larger
        height = np.where((shape > LEAST_ROUND_TOP) & inside_of(one, x + left, y + top), sharp[y, x], 0)
        first = (height == height.max(initial=0)) & (height > 0)
        good = (shape > LEAST_ROUND) | first
        y, x, first = y[good], x[good], first[good]
        inside = inside_of(one, x + left, y + top)
        members = np.zeros(int(inside.sum()), crowds.dtype)
        members["xcpeak"] = members["xpeak"] = x[inside] + left
        members["ycpeak"] = members["ypeak"] = y[inside] + top
        members["x"] = members["xpeak"] + peak_offset(sharp, x[inside], y[inside])
        members["y"] = members["ypeak"] + peak_offset(sharp.T, y[inside], x[inside])
        members["peak"] = part[y[inside], x[inside]]
        members["flux"] = sharp[y[inside], x[inside]] * usual**2
        members["a"] = members["b"] = usual / 2.355
        members["cflux"] = (sharp / np.maximum(smooth, 1e-30))[y[inside], x[inside]]
        members["cflux"][first[inside]] = np.inf
        core = wide_core(part, one["ypeak"] - top, one["xpeak"] - left, usual)
        if core is not None:
            row, column, a, b, theta, blob = core
            near = ndimage.binary_dilation(blob, iterations=math.ceil(usual))
            members = members[~near[members["ypeak"] - top, members["xpeak"] - left]]
            wide = np.zeros(1, crowds.dtype)
            wide["x"], wide["y"], wide["a"], wide["b"], wide["theta"] = column + left, row + top, a, b, theta
            for name in ("peak", "xpeak", "ypeak", "xcpeak", "ycpeak", "flux"):
                wide[name] = one[name]
            wide["flag"] = WIDE
            members = np.concatenate([members, wide])
        rows.append(members)
        number[index] = len(members)
    return np.concatenate(rows), number


def inside_of(one: Array, x: Array, y: Array) -> Array:
    """Return which places are in the box around what sep found."""
    return np.asarray((y >= one["ymin"]) & (y <= one["ymax"]) & (x >= one["xmin"]) & (x <= one["xmax"]))


def peak_offset(sharp: Array, x: Array, y: Array) -> Array:
    """Return how far from its pixel the top of each peak is along x, by a parabola through three pixels."""
    padded = np.pad(sharp, 1, "edge")
    left, top, right = (padded[y + 1, x + 1 + step] for step in (-1, 0, 1))
    return np.asarray(np.clip(0.5 * (left - right) / np.minimum(left - 2 * top + right, -1e-30), -0.5, 0.5))


def wide_core(
    part: Array, row: int, column: int, usual: float
) -> tuple[float, float, float, float, float, Array] | None:
    """Return the middle, the widths along both axes, their direction and the pixels of a core.

    The core is what is brighter than half of the top. None if it is not wider than a star, or not one piece
    that is nearly round.
    """
    pieces = ndimage.label(part > 0.5 * part[row, column])[0]
    blob = ndimage.binary_fill_holes(pieces == pieces[row, column])
    area = float(blob.sum())
    if area < 2 * math.pi / 4 * usual**2:
        return None
    y, x = (each.astype(float) for each in np.nonzero(blob))
    square = np.cov(x, y)
    middle, distance = 0.5 * np.trace(square), math.hypot(0.5 * (square[0, 0] - square[1, 1]), square[0, 1])
    a, b = 4 * math.sqrt(middle + distance), 4 * math.sqrt(max(middle - distance, 0))
    if b < 0.7 * a or area < 0.9 * math.pi / 4 * a * b:
        return None
    return y.mean(), x.mean(), a, b, 0.5 * math.atan2(2 * square[0, 1], square[0, 0] - square[1, 1]), blob


def roundness(sharp: Array, x: Array, y: Array, reach: int) -> Array:
    """Return the least by which peaks fall off in a direction, divided by the most: 1 is round, 0 an edge."""
    padded = np.pad(sharp, reach, "edge")
    row, column = y + reach, x + reach
    top = padded[row, column]
    slant = max(1, round(reach / math.sqrt(2)))
    falls = [
        top - 0.5 * (padded[row + i, column + j] + padded[row - i, column - j])
        for i, j in ((0, reach), (slant, slant), (reach, 0), (slant, -slant))
    ]
    most = np.maximum(np.max(falls, axis=0), 1e-30) if len(x) else np.ones(0)
    return np.asarray(np.min(falls, axis=0) / most) if len(x) else most
