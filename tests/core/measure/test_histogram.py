"""Histograms against numpy's, with every pixel accounted for."""

import numpy as np
import pytest

from viewer.core.errors import ViewerError
from viewer.core.measure import histogram
from viewer.core.measure.histogram import image_histogram, values_histogram


def test_every_pixel_is_counted_once_however_the_image_is_read(monkeypatch: pytest.MonkeyPatch):
    data = np.random.default_rng(1).normal(1000, 20, (300, 200)).astype(np.float32)
    data[5, 5:25] = np.nan
    data[100, 100] = 60000
    whole = image_histogram(data)
    assert whole["missing"] == 20
    assert whole["total"] == 300 * 200 - 20
    assert whole["above"] > 0
    assert "larger" in whole["notes"][0]
    known = data[np.isfinite(data)].astype(float)
    np.testing.assert_array_equal(whole["count"], np.histogram(known, whole["edges"])[0])
    # the best width of Freedman and Diaconis for a Gaussian: 2 x 1.349 sigma / n^(1/3)
    assert whole["bin_width"] == pytest.approx(2 * 1.349 * 20 / known.size ** (1 / 3), rel=0.05)
    edges = whole["edges"][[0, -1]].tolist()
    monkeypatch.setattr(histogram, "HISTOGRAM_PART", 999)
    parts = image_histogram(data, bins=len(whole["count"]), low=edges[0], high=edges[1])
    np.testing.assert_array_equal(parts["count"], whole["count"])
    assert (parts["below"], parts["above"]) == (whole["below"], whole["above"])


def test_whole_numbers_leave_no_comb():
    counts = np.random.default_rng(2).poisson(300, (200, 200)).astype(np.float32)
    found = image_histogram(counts, bins=50)
    assert found["bin_width"] == int(found["bin_width"])
    assert ((found["edges"] % 1) == 0.5).all()
    # neighbouring bins of a smooth distribution are alike
    peak = found["count"].argmax()
    assert abs(found["count"][peak + 1] / found["count"][peak] - 1) < 0.15


def test_a_box_and_bad_wishes():
    data = np.arange(100.0).reshape(10, 10)
    box = image_histogram(data, x1=3, x2=4, y1=10, y2=12)
    assert box["total"] == 2
    assert box["count"].sum() + box["below"] + box["above"] == 2
    assert values_histogram(np.full(7, 3.25))["count"].sum() == 7
    with pytest.raises(ViewerError, match="outside the image, which has 10 x 10"):
        image_histogram(data, x1=11, x2=14)
    with pytest.raises(ViewerError, match="nothing to count"):
        image_histogram(np.full((3, 3), np.nan))
    with pytest.raises(ViewerError, match="smaller one first"):
        image_histogram(data, low=5, high=1)
