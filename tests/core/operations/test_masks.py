"""Masks: they hide values and give them back; levels of rows and columns."""

import numpy as np
import pytest
from astropy.io import fits

import viewer.core.operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply, apply_all
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame

RNG = np.random.default_rng(3)


def run(calls: str, data: np.ndarray) -> Frame:
    parsed = tuple(Call.parse(call) for call in calls.split(" > "))
    return apply_all(parsed, Frame.of(data, fits.Header()))


@pytest.mark.parametrize("shape", [(30, 40), (700, 600)])
def test_masks_hide_and_give_back(shape):
    data = RNG.integers(0, 1000, shape).astype(np.uint16)
    masked = run("mask_above(threshold=900) > mask_below(threshold=50)", data)
    hidden = (data > 900) | (data < 50)
    assert np.array_equal(masked.mask, hidden)
    assert np.array_equal(masked.data, data)
    assert np.array_equal(np.asarray(masked.pixels), np.where(hidden, np.nan, data), equal_nan=True)
    assert np.array_equal(run("mask_range(low=50, high=900)", data).mask, hidden)
    assert np.array_equal(run("mask_range(low=50, high=900, side='inside')", data).mask, ~hidden)
    back = apply(Call.of("unmask"), masked)
    assert back.mask is None
    assert back.data.dtype == np.uint16
    assert np.array_equal(np.asarray(back.pixels), data)
    # what knows nothing of masks takes masked pixels for missing
    normal = apply(Call.of("normalize"), masked)
    assert np.nanmean(normal.data) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(np.isnan(normal.data), hidden)
    with pytest.raises(ViewerError, match="needs masked pixels"):
        run("unmask()", data)


def test_masked_pixels_are_filled_from_their_neighbours():
    y, x = np.mgrid[:30, :40]
    plane = 5.0 * x + 2.0 * y
    data = plane.copy()
    data[10:13, 20:22] = 1e6
    data[20, 5] = np.nan
    expected = np.where(np.isnan(data), np.nan, plane)
    smooth = run("mask_above(threshold=1000) > fill_masked(method='interpolation')", data)
    np.testing.assert_allclose(smooth.data, expected, atol=1e-10)
    assert smooth.mask is None
    median = run("mask_above(threshold=1000) > fill_masked()", data).data
    unmasked = np.where(data > 1000, np.nan, data)
    assert median[11, 20] == np.nanmedian(unmasked[9:14, 18:23])
    assert np.isnan(median[20, 5])
    assert run("mask_above(threshold=1000) > fill_masked(method='value', value=-1)", data).data[11, 20] == -1


def test_the_middle_of_a_large_gap_is_interpolated():
    y, x = np.mgrid[:60, :60]
    data = (x + y).astype(np.float32)
    hole = np.hypot(x - 30, y - 30) < 15
    data[hole] = 1e6
    found = run("mask_above(threshold=1000) > fill_masked()", data).data
    assert np.isfinite(found).all()
    assert abs(found - (x + y))[hole].max() < 5


def test_levels_of_rows_and_columns_vanish():
    image = RNG.normal(0, 1, (31, 41))
    image[15, 20] = 1e4
    stripes = RNG.normal(0, 50, (31, 1))
    data = 1000 + image + stripes
    data[3, 4] = np.nan
    levelled = run("level_rows()", data).data
    np.testing.assert_allclose(np.nanmedian(levelled, axis=1), 0, atol=1e-12)
    medians = np.nanmedian(data, axis=1, keepdims=True)
    np.testing.assert_allclose(levelled, data - medians, rtol=1e-12)
    kept = run("level_rows(keep_level=True)", data).data
    np.testing.assert_allclose(kept, data - medians + np.median(medians), rtol=1e-12)
    turned = run("level_columns(keep_level=True)", data.T.copy()).data.T
    assert np.array_equal(turned, kept, equal_nan=True)
    empty = data.copy()
    empty[7] = np.nan
    assert np.array_equal(np.isnan(run("level_rows()", empty).data), np.isnan(empty))


def test_a_sliding_median_takes_slow_changes():
    data = RNG.normal(0, 1, (12, 60)) + np.linspace(0, 500, 60)
    data[5, 30] = 1e5
    data[6, 10:12] = np.nan
    found = run("detrend(radius=7)", data).data
    padded = np.pad(data, ((0, 0), (7, 7)), mode="edge")
    for y, x in np.ndindex(data.shape):
        expected = data[y, x] - np.nanmedian(padded[y, x : x + 15])
        np.testing.assert_allclose(found[y, x], expected, atol=1e-12)
    turned = run("detrend(along='columns', radius=7)", data.T.copy()).data.T
    assert np.array_equal(turned, found, equal_nan=True)
