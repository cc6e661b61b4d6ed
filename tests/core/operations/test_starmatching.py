"""Star matching: any shift, turn, scale and mirror, few stars, and stars that have nothing in common."""

import numpy as np
import pytest

from viewer.core.operations.starfinding import STAR_COLUMNS
from viewer.core.operations.starmatching import match_stars

SHAPE = (1000, 1200)
CORNERS = np.array([[0, 0], [1199, 0], [0, 999], [1199, 999.0]])


def table(places: np.ndarray, fluxes: np.ndarray) -> np.ndarray:
    stars = np.zeros(len(places), STAR_COLUMNS)
    stars["x"], stars["y"] = places.T
    stars["flux"], stars["fwhm"], stars["noise"] = fluxes, 3.0, 10.0
    return stars[np.argsort(-fluxes, kind="stable")]


def pair(
    count: int,
    degrees: float = 0.0,
    scale: float = 1.0,
    shift: tuple[float, float] = (0, 0),
    *,
    mirrored: bool = False,
    lost: float = 0.3,
    seed: int = 1,
    shear: float = 0.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a mapping, and the stars of two images that are so related.

    Positions have errors of 0.1 px, fluxes of 10 %; of each image some stars are lost, and as many are none.
    """
    rng = np.random.default_rng(seed)
    size = np.array(SHAPE[::-1])
    places = rng.uniform(-0.3, 1.3, (int(count * 2.56), 2)) * size
    fluxes = 10 ** rng.uniform(3, 5.5, len(places))
    angle = np.radians(degrees)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = linear @ np.diag([-1.0 if mirrored else 1.0, 1.0]) @ np.array([[1, shear], [0, 1]])
    mapping = np.column_stack([linear, size / 2 + shift - linear @ (size / 2)])

    def seen(where: np.ndarray) -> np.ndarray:
        where = where + rng.normal(0, 0.1, where.shape)
        kept = (rng.random(len(where)) > lost) & (where > 0).all(axis=1) & (where < size).all(axis=1)
        false = rng.uniform(0, 1, (int(kept.sum() * lost), 2)) * size
        brightness = fluxes[kept] * rng.lognormal(0, 0.1, kept.sum())
        return table(
            np.concatenate([where[kept], false]),
            np.concatenate([brightness, 10 ** rng.uniform(3, 4.5, len(false))]),
        )

    return mapping, seen(places), seen(places @ linear.T + mapping[:, 2])


def worst(mapping: np.ndarray, true: np.ndarray) -> float:
    return float(abs(CORNERS @ (mapping - true)[:, :2].T + (mapping - true)[:, 2]).max())


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("count", "degrees", "scale", "shift", "mirrored"),
    [
        (100, 0, 1, (30, -40), False),
        (400, 0.2, 1, (300, -200), False),
        (100, 5, 1, (30, -40), False),
        (100, 180, 1, (3, 4), False),
        (100, 180.7, 1, (30, 4), False),
        (100, 90, 1, (0, 0), False),
        (100, 37, 0.7, (10, 10), False),
        (100, -137, 1.6, (10, 10), False),
        (100, 0, 1, (10, 10), True),
        (100, 123, 1.1, (10, 10), True),
        (2000, 1, 1, (100, 200), False),
        (25, 30, 1, (5, 5), False),
    ],
)
def test_the_mapping_is_found(count, degrees, scale, shift, mirrored, seed):
    true, first, second = pair(count, degrees, scale, shift, mirrored=mirrored, seed=seed)
    mapping, numbers = match_stars(first, second, SHAPE)
    assert worst(mapping, true) < (0.5 if count < 50 else 0.2)
    assert len(numbers) >= 6
    assert len(set(numbers[:, 0])) == len(set(numbers[:, 1])) == len(numbers)


@pytest.mark.parametrize("degrees", [0.3, 20])
def test_the_result_does_not_depend_on_random_numbers(degrees):
    _, first, second = pair(300, degrees, 1.02, (50, 20), seed=4)
    found = [match_stars(first, second, SHAPE) for _ in range(4)]
    for mapping, numbers in found[1:]:
        np.testing.assert_array_equal(mapping, found[0][0])
        np.testing.assert_array_equal(numbers, found[0][1])


@pytest.mark.parametrize("count", [3, 4, 5, 8])
def test_a_few_stars_are_enough_for_a_shift(count):
    rng = np.random.default_rng(count)
    places, fluxes = rng.uniform(100, 900, (count, 2)), np.geomspace(1e5, 1e4, count)
    first, second = table(places, fluxes), table(places + np.array([40.25, -31.5]), fluxes)
    mapping, numbers = match_stars(first, second, SHAPE)
    np.testing.assert_allclose(mapping, [[1, 0, 40.25], [0, 1, -31.5]], atol=1e-6)
    assert len(numbers) == count


def test_other_fields_do_not_match():
    for seed in range(6):
        _, first, _ = pair((10, 60, 300)[seed % 3], seed=seed)
        _, second, _ = pair((10, 60, 300)[seed % 3], seed=seed + 100)
        assert match_stars(first, second, SHAPE) is None
    assert match_stars(first[:2], second, SHAPE) is None
    assert match_stars(first, second[:0], SHAPE) is None


def test_a_shear_is_followed_if_that_is_asked_for():
    true, first, second = pair(300, 0.1, 1, (12, 5), shear=0.001, lost=0.1)
    assert worst(match_stars(first, second, SHAPE)[0], true) > 0.2
    assert worst(match_stars(first, second, SHAPE, affine=True)[0], true) < 0.1
