"""Star matching: which star of one image is which in another, and the turn, scale and shift between them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.spatial import KDTree

from viewer.core.operations.common import Array

# Stars that are farther apart than this, in pixels, are not the same one; at first, and when it fits.
MATCH_FIRST = 4.0
MATCH_LAST = 2.0
# Stars of each image with which the search begins, the brightest ones.
MATCH_BRIGHTEST = 60


def match_stars(
    reference: Array, stars: Array, shape: tuple[int, int], affine: bool = False
) -> tuple[Array, Array] | None:
    """Find the mapping from a reference's pixels to those of an image by their stars.

    It is tried whether a shift brings them together, then whether the triangles of stars do that astroalign
    compares (Beroiz, Cabral & Sanchez 2020, A&C 32, 100384): that finds any turn and scale. Then a turn by
    180 degrees, for a telescope that has passed the meridian, and mirror images. What was found is only the
    beginning: all stars are matched by it and the mapping is fitted to them, again and again until the same
    stars are matched. So the result depends neither on the way it was found nor on astroalign's random
    numbers.

    Parameters
    ----------
    reference, stars
        Tables of `star_table`.
    shape
        Rows and columns of the image that the second table is of.
    affine
        Fit any linear mapping; otherwise turn, scale and shift.

    Returns
    -------
    tuple or None
        The mapping (2, 3), and the numbers of the stars that belong together (n, 2); None if there is none.
    """
    if min(len(reference), len(stars)) < 3:
        return None
    first, second = (np.stack([table["x"], table["y"]], axis=1) for table in (reference, stars))
    spread = error_of(reference), error_of(stars)
    for start in beginnings(first, second):
        found = refined(start, first, second, spread, affine)
        if found is not None and convincing(*found, first, second, shape):
            return found
    return None


def beginnings(first: Array, second: Array) -> Iterator[Array]:
    """Yield mappings that may be near the right one, the likely ones first."""
    brightest, others = first[:MATCH_BRIGHTEST], second[:MATCH_BRIGHTEST]
    yield most_frequent_shift(brightest, others, 1.0)
    triangles = by_triangles(brightest, others)
    if triangles is not None:
        yield triangles
    yield most_frequent_shift(brightest, others, -1.0)
    mirror = np.array([-1.0, 1.0])
    triangles = by_triangles(brightest * mirror, others)
    if triangles is not None:
        triangles[:, 0] *= -1
        yield triangles


def by_triangles(first: Array, second: Array) -> Array | None:
    """Return what astroalign finds; None if it finds nothing."""
    import astroalign  # it loads scikit-image, and most images do without

    try:
        transform, _ = astroalign.find_transform(first, second, max_control_points=MATCH_BRIGHTEST)
    except (astroalign.MaxIterError, ValueError, TypeError, IndexError):
        return None
    return np.array(transform.params[:2], float)


def most_frequent_shift(first: Array, second: Array, sign: float) -> Array:
    """Return the mapping p' = sign p + shift with the shift that most pairs of stars have in common."""
    shifts = (second[:, np.newaxis] - sign * first).reshape(-1, 2)
    tree = KDTree(shifts)
    near = tree.query_ball_point(shifts, MATCH_FIRST / 2, return_length=True)
    best = tree.query_ball_point(shifts[int(np.argmax(near))], MATCH_FIRST / 2)
    return np.column_stack([sign * np.eye(2), np.median(shifts[best], axis=0)])


def error_of(stars: Array) -> Array:
    """Return how well the position of each star is known, in pixels, from its size and the sky's noise."""
    size = stars["fwhm"] / 2.3548
    error = size**2 * np.sqrt(4 * np.pi) * stars["noise"] / stars["flux"]
    # no position is better than a few hundredths of a pixel; that of a saturated star is a guess
    return np.asarray(np.hypot(error, np.where(stars["saturated"], 0.3, 0.03)))


def refined(
    mapping: Array, first: Array, second: Array, spread: tuple[Array, Array], affine: bool
) -> tuple[Array, Array] | None:
    """Match all stars by a mapping and fit it to them, until the same stars are matched."""
    tree, before = KDTree(second), np.zeros((0, 2), int)
    for number in range(30):
        projected = first @ mapping[:, :2].T + mapping[:, 2]
        pairs = mutual(projected, second, tree, MATCH_FIRST if number < 3 else MATCH_LAST)
        if len(pairs) < 3:
            return None
        one, other = pairs.T
        offset = np.hypot(*(projected[one] - second[other]).T)
        if number >= 3:
            pairs = pairs[offset <= max(5 * float(np.median(offset)), 0.1)]
            one, other = pairs.T
            if np.array_equal(pairs, before):
                break
            before = pairs
        if len(pairs) < 3:
            return None
        weights = 1 / np.hypot(spread[0][one], spread[1][other])
        mapping = fitted(mapping, first[one], second[other], weights, affine)
    return mapping, pairs


def mutual(projected: Array, second: Array, tree: Any, reach: float) -> Array:
    """Return the pairs of stars that are nearest to each other, and not farther apart than `reach`."""
    distance, nearest = tree.query(projected)
    _, back = KDTree(projected).query(second)
    one = np.flatnonzero((distance <= reach) & (back[nearest] == np.arange(len(projected))))
    return np.stack([one, nearest[one]], axis=1)


def fitted(mapping: Array, first: Array, second: Array, weights: Array, affine: bool) -> Array:
    """Return the mapping from the first to the second points by least squares.

    With fewer than four stars turn and scale remain what they were.
    """
    centre = first.mean(axis=0)
    x, y = (first - centre).T
    one, zero = np.ones_like(x), np.zeros_like(x)
    weights = np.concatenate([weights, weights])
    if len(first) < 4:
        linear = mapping[:, :2]
        shift = np.average(second - (first - centre) @ linear.T, axis=0, weights=weights[: len(first)] ** 2)
    elif affine and len(first) >= 6:
        rows = np.block(
            [[np.stack([x, y, zero, zero, one, zero], 1)], [np.stack([zero, zero, x, y, zero, one], 1)]]
        )
        a, b, c, d, right, up = np.linalg.lstsq(rows * weights[:, np.newaxis], second.T.ravel() * weights)[0]
        linear, shift = np.array([[a, b], [c, d]]), np.array([right, up])
    else:
        # a mirror image is one with the other sign of y, and of nothing else
        sign = np.copysign(1.0, np.linalg.det(mapping[:, :2]))
        rows = np.block([[np.stack([x, -y, one, zero], 1)], [sign * np.stack([y, x, zero, sign * one], 1)]])
        a, b, right, up = np.linalg.lstsq(rows * weights[:, np.newaxis], second.T.ravel() * weights)[0]
        linear, shift = np.array([[a, -b], [sign * b, sign * a]]), np.array([right, up])
    return np.column_stack([linear, shift - linear @ centre])


def convincing(mapping: Array, pairs: Array, first: Array, second: Array, shape: tuple[int, int]) -> bool:
    """Whether so many stars cannot match by chance, and are a good part of those that could."""
    height, width = shape
    x, y = (first @ mapping[:, :2].T + mapping[:, 2]).T
    could = int(((x > 0) & (y > 0) & (x < width) & (y < height)).sum())
    turned = np.linalg.inv(mapping[:, :2])
    back = (second - mapping[:, 2]) @ turned.T
    inside = (back >= first.min(axis=0) - 3) & (back <= first.max(axis=0) + 3)
    could = min(could, int(inside.all(axis=1).sum()))
    chance = could * len(second) / (height * width) * np.pi * MATCH_LAST**2
    needed = 3 if min(len(first), len(second)) <= 5 else 4
    return bool(len(pairs) >= max(needed + 4 * chance, 0.15 * could))
