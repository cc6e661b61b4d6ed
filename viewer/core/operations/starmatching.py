"""Star matching: which star of one image is which in another, and the turn, scale and shift between them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import ndimage, special
from scipy.spatial import KDTree

from viewer.core.operations.common import Array

# Stars that are farther apart than this, in pixels, are not the same one; at first, and when it fits.
MATCH_FIRST = 4.0
MATCH_LAST = 2.0
# Stars of each image with which the search begins, the brightest ones.
MATCH_BRIGHTEST = 50
MATCH_TRIANGLES = 30


def match_stars(
    reference: Array, stars: Array, shape: tuple[int, int], affine: bool = False
) -> tuple[Array, Array] | None:
    """Find the mapping from a reference's pixels to those of an image by their stars.

    It is tried whether a shift brings them together, also one of an image that was turned by 180 degrees when
    the telescope passed the meridian; then whether the triangles of stars do that astroalign compares
    (Beroiz, Cabral & Sanchez 2020, A&C 32, 100384), and at last the turn and scale that most lines between
    two stars have in common, also in a mirror. What was found is only the beginning: all stars are matched by
    it and the mapping is fitted to them, again and again until the same stars are matched. So the result
    depends neither on the way it was found nor on astroalign's random numbers.

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
    best: tuple[Array, Array] | None = None
    for start in beginnings(first, second):
        found = refined(start, first, second, spread, affine)
        if found is None or not convincing(*found, first, second, shape):
            continue
        if best is None or len(found[1]) > len(best[1]):
            best = found
        # a few that match may do so by chance, and another beginning may bring more together
        if len(best[1]) >= 0.4 * min(len(first), len(second)):
            break
    return best


def beginnings(first: Array, second: Array) -> Iterator[Array]:
    """Yield mappings that may be near the right one, the likely ones and the quickly found ones first."""
    brightest, others = first[:MATCH_BRIGHTEST], second[:MATCH_BRIGHTEST]
    yield most_frequent_shift(brightest, others, np.eye(2))
    yield most_frequent_shift(brightest, others, -np.eye(2))
    triangles = by_triangles(first[:MATCH_TRIANGLES], second[:MATCH_TRIANGLES])
    if triangles is not None:
        yield triangles
    for mirror in (1.0, -1.0):
        flipped = np.diag([mirror, 1.0])
        turn = most_frequent_turn(brightest @ flipped, others) @ flipped
        # a line does not tell which of its ends comes first
        yield most_frequent_shift(brightest, others, turn)
        yield most_frequent_shift(brightest, others, -turn)


def by_triangles(first: Array, second: Array) -> Array | None:
    """Return what astroalign finds; None if it finds nothing."""
    import astroalign  # it loads scikit-image, and most images do without

    try:
        transform, _ = astroalign.find_transform(first, second, max_control_points=MATCH_TRIANGLES)
    except (astroalign.MaxIterError, ValueError, TypeError, IndexError):
        return None
    return np.array(transform.params[:2], float)


def most_frequent_shift(first: Array, second: Array, linear: Array) -> Array:
    """Return the mapping p' = linear p + shift with the shift that most pairs of stars have in common."""
    shifts = (second[:, np.newaxis] - first @ linear.T).reshape(-1, 2)
    tree = KDTree(shifts)
    near = tree.query_ball_point(shifts, MATCH_FIRST / 2, return_length=True)
    best = tree.query_ball_point(shifts[int(np.argmax(near))], MATCH_FIRST / 2)
    return np.column_stack([linear, np.median(shifts[best], axis=0)])


def most_frequent_turn(first: Array, second: Array) -> Array:
    """Return the matrix of the scale and turn that most lines have in common; perhaps half a circle too much.

    A line leads from one star to another. With complex numbers, the square of a line of one image divided by
    that of the same line of the other is scale² exp(2i turn); other lines give all kinds of numbers.
    """
    logarithms = []
    for points in (first, second):
        places = points @ np.array([1, 1j])
        lines = (places[:, np.newaxis] - places)[np.triu_indices(len(places), 1)]
        logarithms.append(2 * np.log(lines[abs(lines) > 20]))
    ratios = np.subtract.outer(logarithms[1], logarithms[0]).ravel()
    ratios = ratios[abs(ratios.real) < np.log(16)]
    if not len(ratios):
        return np.eye(2)
    # cells of half a percent and a sixth of a degree
    cells = 1080
    scale = np.rint(ratios.real / 0.01).astype(int) + 300
    turn = np.rint(ratios.imag * cells / (2 * np.pi)).astype(int) % cells
    votes = np.bincount(scale * cells + turn, minlength=600 * cells).reshape(600, cells).astype(float)
    votes = ndimage.uniform_filter(votes, 3, mode=("constant", "wrap"))
    best_scale, best_turn = np.unravel_index(int(votes.argmax()), votes.shape)
    near = (abs(scale - best_scale) <= 1) & ((turn - best_turn + 1) % cells <= 2)
    factor = np.sqrt(np.exp(ratios[near]).mean())
    return np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])


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
            # what is off by much more than the others is another star, or two in one
            pairs = pairs[offset <= max(5 * float(np.median(offset)), 0.1)]
            one, other = pairs.T
            if np.array_equal(pairs, before):
                break
            before = pairs
        if len(pairs) < 3:
            return None
        weights = 1 / np.hypot(spread[0][one], spread[1][other])
        mapping = fitted(mapping, first[one], second[other], weights, affine)
        if not 0.05 < abs(np.linalg.det(mapping[:, :2])) < 20:
            return None
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
    # of all places where the images could be laid on each other, none may match so well by chance; the first
    # pair does not count, for it was made to
    circle = np.pi * MATCH_LAST**2
    expected = could * len(second) * circle / (height * width)
    trials = 4 * height * width / circle
    by_chance = trials * special.pdtrc(len(pairs) - 2, expected)
    return bool(len(pairs) >= max(3, 0.15 * could) and by_chance < 0.01)
