"""Arithmetic: nothing wraps around, missing pixels stay missing, and what makes no sense is refused."""

import numpy as np
import pytest
from astropy.io import fits

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame


def run(name: str, data: np.ndarray, other: np.ndarray | None = None, **arguments: object) -> np.ndarray:
    def find(*_: object) -> Frame:
        return Frame.of(other, fits.Header())

    if other is not None:
        arguments["other"] = "other.fits"
    return apply(Call.of(name, **arguments), Frame.of(data, fits.Header()), find=find).data


EDGES = np.array([[0, 1, 32767], [32768, 60001, 65535]], np.uint16)


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_numbers_give_what_exact_arithmetic_gives(kind):
    data = EDGES.clip(*(np.iinfo(kind).min, np.iinfo(kind).max) if kind[0] in "iu" else (0, 65535)).astype(
        kind
    )
    exact = data.astype(float)
    for name, expected in {
        "add": exact + 50000,
        "subtract": exact - 50000,
        "multiply": exact * 50000,
        "divide": exact / 50000,
    }.items():
        found = run(name, data, value=50000)
        assert found.dtype == (np.float64 if kind in ("int32", "float64") else np.float32)
        np.testing.assert_allclose(found, expected, rtol=1e-7 if found.dtype == np.float32 else 1e-15)


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32"])
def test_images_of_integers_are_exact(kind):
    data = EDGES.clip(np.iinfo(kind).min, np.iinfo(kind).max).astype(kind)
    other = data[::-1].copy()
    exact, second = data.astype(object), other.astype(object)
    assert np.array_equal(run("add_image", data, other), exact + second)
    assert np.array_equal(run("subtract_image", data, other), exact - second)
    assert np.array_equal(run("multiply_image", data, other), exact * second)


def test_zeros_in_a_flat_field():
    data = np.array([[10, 20, 30]], np.float32)
    flat = np.array([[2, 0, np.nan]], np.float32)
    with pytest.raises(ViewerError, match="has 1 pixel that is 0"):
        run("divide_image", data, flat)
    with pytest.raises(ViewerError, match="has 3 pixels that are 0"):
        run("divide_image", data, np.zeros_like(flat))
    assert np.array_equal(run("divide_image", data, flat, zeros="missing"), [[5, np.nan, np.nan]], True)
    assert np.array_equal(run("divide_image", data, flat, zeros="keep"), [[5, 20, np.nan]], True)
    assert flat[0, 1] == 0
    large = np.ones((1500, 1000), np.float32)
    large[2, 2] = large[1450, 3] = 0
    with pytest.raises(ViewerError, match="has 2 pixels that are 0"):
        run("divide_image", np.ones_like(large), large)


def test_division_by_the_number_zero_is_refused():
    for value in (0, -0.0, 1e-300):
        with pytest.raises(ViewerError, match="cannot be divided by 0"):
            Call.of("divide", value=value)


def test_one_plane_serves_a_cube_and_other_shapes_are_refused():
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert np.array_equal(run("subtract_image", cube, cube[1]), cube - cube[1])
    for shape in ((4, 3), (2, 4), (3, 3, 4), (4,)):
        with pytest.raises(ViewerError, match=r"the other image has .* this one 4 x 3 x 2"):
            run("add_image", cube, np.ones(shape, np.float32))


@pytest.mark.parametrize("height", [100, 700])
def test_images_worked_on_in_strips_have_to_be_of_one_size(height):
    """Strips of a higher or lower image would fit."""
    data = np.ones((600, 1000), np.float32)
    with pytest.raises(ViewerError, match=f"the other image has 1000 x {height} pixels, this one 1000 x 600"):
        run("add_image", data, np.ones((height, 1000), np.float32))


def test_normalised_images_have_a_mean_or_median_of_one():
    data = np.array([[1, 2, 3], [np.nan, 10, np.inf]], np.float32)
    assert np.array_equal(run("normalize", data), data / 4, True)
    assert np.array_equal(run("normalize", data, by="median"), data / 2.5, True)
    assert run("normalize", data).dtype == np.float32
    for hopeless, reason in (
        (np.zeros((2, 2)), "typical value is 0"),
        (np.full((2, 2), np.nan), "is missing"),
    ):
        with pytest.raises(ViewerError, match=reason):
            run("normalize", hopeless)
