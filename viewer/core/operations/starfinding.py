"""Star finding: sep sees what stands out of the background; size and shape tell which of it are stars."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from viewer.core.operations.common import Array, floating

# Full width at half maximum of a Gaussian, in standard deviations.
FWHM_SIGMA = math.sqrt(8 * math.log(2))
# No optics and no air make a star sharper than this, in pixels: it is a hot pixel or a cosmic ray.
SHARPEST = 1.1
# What a star is described by. Positions are counted from 0; fwhm, a and b (of both axes) in pixels; theta is
# the angle of the longer axis in degrees, counter-clockwise from x; peak is the brightest pixel above the
# background.
STAR_COLUMNS = [
    (name, np.float64)
    for name in ("x", "y", "flux", "peak", "fwhm", "a", "b", "theta", "background", "noise")
] + [("saturated", np.bool_)]


def star_table(plane: Array, sigma: float = 5.0, limit: int = 5000, saturation: float | None = None) -> Array:
    """Find the stars of an image, the brightest first.

    The background is SExtractor's mesh, the search its matched filter (Bertin & Arnouts 1996, A&AS 117, 393;
    the library sep). Position, size and shape are moments under a Gaussian window that is adapted to each
    star (Bernstein & Jarvis 2002, AJ 123, 583): for a Gaussian they are exact, and distant wings and
    neighbours hardly count. What is much sharper than the stars, or is not round at all, is left out.

    Parameters
    ----------
    plane
        Two axes.
    sigma
        How many times the noise a star has to stand out of the background after the matched filter.
    limit
        How many stars to keep.
    saturation
        Pixels from this value on are full; if it is None, a flat top tells.
    """
    import sep  # it is compiled, and not everyone has it

    values = np.ascontiguousarray(floating(plane))
    missing = ~np.isfinite(values)
    if missing.all() or min(values.shape) < 16:
        return np.zeros(0, STAR_COLUMNS)
    values = np.where(missing, 0, values)
    mesh = sep.Background(values, mask=missing, bw=64, bh=64)
    level, noise = mesh.back(), np.maximum(mesh.rms(), 1e-30)
    values = values - level
    # what sep looks for is kept in a space that has to be set up before
    sep.set_extract_pixstack(max(300_000, values.size // 8))
    sep.set_sub_object_limit(4096)
    kernel = np.exp(-0.5 * (np.arange(-2, 3)[:, np.newaxis] ** 2 + np.arange(-2, 3) ** 2) / 1.2**2)
    # the mean under the kernel has less noise than a pixel
    threshold = sigma * np.sqrt((kernel**2).sum()) / kernel.sum()
    found = sep.extract(np.where(missing, 0, values / noise), threshold, mask=missing, filter_kernel=kernel)
    found = found[np.argsort(-found["flux"], kind="stable")][: 2 * limit + 100]
    values[missing] = np.nan
    stars = measured(values, found)
    row, column = (np.rint(stars[axis]).astype(int) for axis in ("y", "x"))
    stars["background"], stars["noise"] = level[row, column], noise[row, column]
    # in a faint star, noise may look like a flat top
    stars["saturated"] &= stars["peak"] > 100 * stars["noise"]
    if saturation is not None:
        stars["saturated"] = stars["peak"] + stars["background"] >= saturation
    return like_stars(stars)[:limit]


def measured(values: Array, found: Array) -> Array:
    """Measure what sep found, in an image without its background; what cannot be measured is left out."""
    stars = shapes_of(values, found)
    return np.asarray(stars[np.isfinite(stars["fwhm"])])


def shapes_of(values: Array, found: Array, typical: float = 0.0) -> Array:
    """Measure what sep found, all of it at once, in small windows; NaN where that does not succeed.

    Parameters
    ----------
    values
        An image without its background.
    found
        Of sep: rows of at least x, y, a and b, the brightest first.
    typical
        Standard deviation of a star in pixels, from which the search begins; 0: the brightest tell.
    """
    stars = np.zeros(len(found), STAR_COLUMNS)
    if not len(found):
        return stars
    if not typical:
        bright = found[: max(10, len(found) // 4)]
        typical = float(np.median(np.sqrt(bright["a"] * bright["b"])))
    half = int(min(max(math.ceil(5 * typical), 6), 30))
    side = np.arange(-half, half + 1, dtype=float)

    for first in range(0, len(found), 500):
        part = slice(first, first + 500)
        row, column = (np.rint(found[axis][part]).astype(int) for axis in ("y", "x"))
        light = stamps(values, row, column, half)
        light[np.isnan(light)] = 0
        stars[part] = moments(light, side, typical)
        stars["x"][part] += column
        stars["y"][part] += row
    return stars


def stamps(values: Array, row: Array, column: Array, half: int) -> Array:
    """Return squares of 2 half + 1 pixels around some pixels (n, rows, columns); 0 outside of the image."""
    side = 2 * half + 1
    if min(values.shape) < side:
        values = np.pad(values, half)
        return np.asarray(sliding_window_view(values, (side, side))[row, column])
    first, left = row - half, column - half
    inside = np.clip(first, 0, values.shape[0] - side), np.clip(left, 0, values.shape[1] - side)
    light = np.asarray(sliding_window_view(values, (side, side))[inside])
    for number in np.flatnonzero((first != inside[0]) | (left != inside[1])):
        # one that reaches over the edge moves back to where it belongs
        down, right = int(inside[0][number] - first[number]), int(inside[1][number] - left[number])
        there = np.pad(light[number], side)
        light[number] = there[side - down : 2 * side - down, side - right : 2 * side - right]
    return light


def moments(light: Array, side: Array, typical: float) -> Array:
    """Return position, size and shape of one star in each window, by moments under a Gaussian like it."""
    # x, y, and the mean squares xx, yy, xy
    shape = np.tile([0.0, 0.0, typical**2, typical**2, 0.0], (len(light), 1))
    flux = np.zeros(len(light))
    active = np.arange(len(light))
    for _ in range(40):
        found, flux[active] = recentred(light[active], side, shape[active])
        moved = np.abs(found - shape[active]).max(axis=1)
        shape[active] = found
        active = active[moved > 1e-4]  # not those that are lost, which are NaN
        if not len(active):
            break
    stars = star_rows(shape, flux)
    half = len(side) // 2
    stars["peak"] = light[:, half - 2 : half + 3, half - 2 : half + 3].max(axis=(1, 2))
    # a Gaussian has so many pixels above 98 % of its peak; a full well has a flat top
    flat = (light >= 0.98 * stars["peak"][:, np.newaxis, np.newaxis]).sum(axis=(1, 2))
    stars["saturated"] = flat >= 4 + 3 * 0.0229 * stars["fwhm"] ** 2
    return stars


def star_rows(shape: Array, flux: Array) -> Array:
    """Return rows of stars with the widths and directions that belong to x, y, xx, yy and xy."""
    x, y, xx, yy, xy = shape.T
    stars = np.zeros(len(shape), STAR_COLUMNS)
    middle, distance = 0.5 * (xx + yy), np.hypot(0.5 * (xx - yy), xy)
    stars["x"], stars["y"], stars["flux"] = x, y, flux
    stars["a"], stars["b"] = FWHM_SIGMA * np.sqrt([middle + distance, np.maximum(middle - distance, 0)])
    stars["fwhm"] = np.sqrt(stars["a"] * stars["b"])
    stars["theta"] = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy))
    return stars


def recentred(light: Array, side: Array, shape: Array) -> tuple[Array, Array]:
    """Return better shapes of stars from moments under a window a little larger than they seem; and fluxes.

    If star and window are Gaussians, their product is one, and the inverses of the squares add up: that tells
    the star's, whatever the window. A star that cannot be measured becomes NaN.
    """
    x, y, xx, yy, xy = shape.T[:, :, np.newaxis]
    # not much smaller than a pixel, or the sum over pixels would be no integral
    wide_x, wide_y = xx + 0.6, yy + 0.6
    area = wide_x * wide_y - xy * xy
    dx, dy = side - x, side - y
    # in the type of the image, which is much faster if that is single precision
    kind = light.dtype
    weight = np.einsum("ni,nj->nij", dy.astype(kind), (dx * xy / area).astype(kind))
    weight -= (0.5 * dy * dy * wide_x / area).astype(kind)[:, :, np.newaxis]
    weight -= (0.5 * dx * dx * wide_y / area).astype(kind)[:, np.newaxis, :]
    weight = np.exp(weight, out=weight)
    weight *= light
    along, across = weight.sum(axis=1).astype(float), weight.sum(axis=2).astype(float)
    with np.errstate(all="ignore"):
        total = along.sum(axis=1)
        shift_x, shift_y = (along * dx).sum(axis=1) / total, (across * dy).sum(axis=1) / total
        seen_x = (along * dx * dx).sum(axis=1) / total - shift_x**2
        seen_y = (across * dy * dy).sum(axis=1) / total - shift_y**2
        cross = (np.einsum("nij,nj->ni", weight, dx.astype(kind)) * dy).sum(
            axis=1
        ) / total - shift_x * shift_y
        wide_x, wide_y, xy, area = wide_x[:, 0], wide_y[:, 0], xy[:, 0], area[:, 0]
        seen = seen_x * seen_y - cross * cross
        # the inverse of the product's matrix, less that of the window's, is the inverse of the star's
        in_x, in_y = seen_y / seen - wide_y / area, seen_x / seen - wide_x / area
        in_xy = xy / area - cross / seen
        star = 1 / (in_x * in_y - in_xy * in_xy)
        xx, yy, xy = in_y * star, in_x * star, -in_xy * star
        # a window that stands off the centre draws the product towards itself
        pull_x = (seen_y * shift_x - cross * shift_y) / seen
        pull_y = (seen_x * shift_y - cross * shift_x) / seen
        x, y = x[:, 0] + xx * pull_x + xy * pull_y, y[:, 0] + xy * pull_x + yy * pull_y
        flux = total * np.sqrt(star / seen)
    half = side[-1]
    good = (total > 0) & (seen > 0) & (star > 0) & (xx > 0) & (yy > 0)
    good &= (np.hypot(x, y) < half / 2) & (xx + yy < half**2 / 2)
    return np.where(good, [x, y, xx, yy, xy], np.nan).T, np.where(good, flux, np.nan)


def like_stars(stars: Array) -> Array:
    """Return those that have the size and shape of stars, the brightest first."""
    stars = stars[(stars["flux"] > 0) & (stars["b"] > SHARPEST)]
    if len(stars) >= 5:
        usable = stars[~stars["saturated"]] if (~stars["saturated"]).sum() >= 5 else stars
        usable = usable[np.argsort(-usable["flux"], kind="stable")][: max(20, len(usable) // 2)]
        usual = np.median(usable["fwhm"])
        stars = stars[(stars["b"] > 0.55 * usual) & (stars["fwhm"] < 4 * usual)]
    return stars[np.argsort(-stars["flux"], kind="stable")]
