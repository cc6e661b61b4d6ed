"""What is done to each value by itself."""

import math

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as some

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame

INTEGERS = ("uint8", "int16", "uint16", "int32", "uint32", "int64")


def run(name: str, data: np.ndarray, **arguments: object) -> np.ndarray:
    return apply(Call.of(name, **arguments), Frame.of(data, fits.Header())).data


@given(
    some.lists(some.floats(-2e19, 2e19) | some.floats(-300, 70000), min_size=1, max_size=20),
    some.sampled_from(INTEGERS),
    some.sampled_from(["float32", "float64"]),
)
def test_floats_become_the_nearest_integers_that_fit(values, kind, source):
    data = np.array([values]).astype(source)
    low, high = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
    # Python rounds halves to even, and its integers have no limits
    rounded = [round(value) for value in data[0].tolist()]
    outside = sum(not low <= value <= high for value in rounded)
    if outside:
        with pytest.raises(ViewerError, match=f"^{outside} value"):
            run("convert", data, type=kind)
    clipped = run("convert", data, type=kind, overflow="clip")
    assert clipped.dtype == kind
    assert clipped[0].tolist() == [min(max(value, low), high) for value in rounded]


@given(some.sampled_from(INTEGERS), some.sampled_from(INTEGERS))
def test_integers_become_other_integers(source, kind):
    limits = np.iinfo(source)
    data = np.array([[limits.min, 0, 1, 100, limits.max]], source)
    low, high = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
    clipped = run("convert", data, type=kind, overflow="clip")
    assert clipped[0].tolist() == [min(max(value, low), high) for value in data[0].tolist()]
    if low <= int(limits.min) and int(limits.max) <= high:
        assert np.array_equal(run("convert", data, type=kind), data)


def test_missing_pixels_are_no_integers_and_floats_may_overflow_too():
    data = np.array([[1, np.nan, np.inf]])
    with pytest.raises(ViewerError, match="uint16 has no missing pixels, and the image has 2: replace them"):
        run("convert", data, type="uint16")
    assert np.array_equal(run("convert", data, type="float32"), data, equal_nan=True)
    with pytest.raises(ViewerError, match=r"^1 value is outside of what float32 can hold"):
        run("convert", data * 1e300, type="float32")


def test_curves_by_closed_forms():
    data = np.array([[-4.0, 0.0, 1.0, 100.0, np.nan]])
    nan = math.nan
    for call, expected in {
        "logarithm(base='10')": [nan, nan, 0, 2, nan],
        "logarithm(base='2')": [nan, nan, 0, math.log2(100), nan],
        "logarithm(base='e')": [nan, nan, 0, math.log(100), nan],
        "square_root()": [nan, 0, 1, 10, nan],
        "absolute()": [4, 0, 1, 100, nan],
        "power(exponent=-1)": [-0.25, nan, 1, 0.01, nan],
        "power(exponent=0.5)": [nan, 0, 1, 10, nan],
        "nonlinearity(a=2, b=0.5, c=-0.01)": [-8 + 8 + 0.64, 0, 2.49, 200 + 5000 - 10000, nan],
        "clip(low=-1, high=50)": [-1, 0, 1, 50, nan],
        "clip(low=-1, high=50, replace='missing')": [nan, 0, 1, nan, nan],
    }.items():
        found = apply(Call.parse(call), Frame.of(data, fits.Header())).data[0]
        np.testing.assert_allclose(found, expected, rtol=1e-14, err_msg=call)
    assert run("absolute", np.full((2, 2), -32768, np.int16))[0, 0] == 32768
    with pytest.raises(ViewerError, match=r"low \(5\) is above high \(4\)"):
        Call.of("clip", low=5, high=4)


def test_missing_pixels_are_replaced():
    y, x = np.mgrid[:20, :30]
    slope = 3.0 * x - 2.0 * y + 7
    data = slope.copy()
    data[5:9, 10:16] = np.nan
    data[0, 0] = np.inf
    data[:, 25] = np.nan
    there = np.isfinite(data)
    for method, expected in {
        "value": -1.5,
        "median": np.median(data[there]),
        "mean": data[there].mean(),
    }.items():
        found = run("replace_missing", data, method=method, value=-1.5)
        assert np.array_equal(found[there], data[there])
        np.testing.assert_allclose(found[~there], expected, rtol=1e-14)
    # triangles lie in the plane; the corner takes its nearest neighbour
    found = run("replace_missing", data, method="interpolation")
    np.testing.assert_allclose(found[1:], slope[1:], atol=1e-10)
    assert abs(found[0, 0] - slope[0, 0]) <= 5
    # the median of 5 x 5 pixels, by hand
    found = run("replace_missing", data, method="neighbours")
    assert found[5, 10] == np.nanmedian(data[3:8, 8:13])
    assert found[10, 25] == np.nanmedian(data[8:13, 23:28])
    assert np.isfinite(found).all()


def test_a_row_at_the_edge_is_filled_from_the_next():
    data = np.tile(np.arange(6.0), (4, 1))
    data[0] = np.nan
    assert np.array_equal(run("replace_missing", data, method="interpolation")[0], np.arange(6.0))


def test_what_does_not_fit_is_counted_in_the_whole_of_a_large_image():
    """Large images are worked on in strips, and each strip knows only its own pixels."""
    data = np.zeros((1500, 1000), np.float32)
    data[3, 3] = data[1400, 7] = 70000
    with pytest.raises(ViewerError, match=r"^2 values are outside of what uint16 can hold"):
        run("convert", data, type="uint16")
    data[0, 0] = data[1499, 1] = data[700, 5] = np.nan
    with pytest.raises(ViewerError, match="the image has 3: replace them"):
        run("convert", data, type="uint16")
