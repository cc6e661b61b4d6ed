"""Contours of shapes that are known in closed form, in FITS pixels."""

import numpy as np
import pytest

from viewer.core.errors import ViewerError
from viewer.core.measure.contours import contour_lines, surface_of


def _gaussian(rows: int = 120, columns: int = 150, sigma: float = 12.0) -> np.ndarray:
    y, x = np.mgrid[1 : rows + 1, 1 : columns + 1]  # FITS pixels
    return 100 * np.exp(-0.5 * ((x - 70.3) ** 2 + (y - 50.8) ** 2) / sigma**2)


def test_contours_of_a_gaussian_are_circles_of_known_radius():
    found = contour_lines(_gaussian(), levels=[20.0, 80.0])
    assert found["levels"].tolist() == [20, 80]
    for level in (20, 80):
        here = found["level"] == level
        radius = np.hypot(found["x"][here] - 70.3, found["y"][here] - 50.8)
        np.testing.assert_allclose(radius, 12 * np.sqrt(2 * np.log(100 / level)), atol=0.03)
        assert len(set(found["line"][here].tolist())) == 1
        # the line is closed
        assert (found["x"][here][0], found["y"][here][0]) == (found["x"][here][-1], found["y"][here][-1])


def test_blocks_and_boxes_leave_the_lines_where_they_are():
    data = _gaussian(1210, 1507, 120.0)
    for options in ({}, {"side": 400}, {"x1": 20, "y1": 11, "side": 333}):
        found = contour_lines(data, levels=[50.0], smooth=4.0, **options)
        centre = found["x"].min() / 2 + found["x"].max() / 2, found["y"].min() / 2 + found["y"].max() / 2
        # a smoothing of 4 pixels widens a Gaussian in squares and lowers its peak
        wide = 120**2 + 4**2
        peak = 100 * 120**2 / wide
        if not options.get("x1"):
            radius = np.hypot(found["x"] - 70.3, found["y"] - 50.8)
            np.testing.assert_allclose(radius, np.sqrt(2 * wide * np.log(peak / 50)), atol=2.5)
        assert found["block"] == (2 if not options else 4 if options["side"] == 400 else 5)
        assert np.isfinite(centre).all()
    inside = contour_lines(data[:200, :300], levels=[50.0], x1=41, x2=240, y1=21, y2=190)
    assert inside["x"].min() >= 41
    assert inside["y"].max() <= 190


def test_levels_that_are_chosen():
    data = np.random.default_rng(5).normal(500, 4, (200, 200)) + _gaussian(200, 200, 9.0) * 10
    sigma = contour_lines(data, spacing="sigma", smooth=0.0)
    assert sigma["background"] == pytest.approx(500, abs=0.5)
    assert sigma["noise"] == pytest.approx(4, rel=0.05)
    above = (sigma["levels"] - sigma["background"]) / sigma["noise"]
    np.testing.assert_allclose(above, [3, 6, 12, 24, 48, 96, 192][: len(above)])
    log = contour_lines(data, spacing="log", count=5)["levels"] - sigma["background"]
    np.testing.assert_allclose(log[1:] / log[:-1], log[1] / log[0])
    assert np.diff(np.diff(contour_lines(data, spacing="linear", count=5)["levels"])) == pytest.approx(0)
    empty = contour_lines(np.full((9, 9), 3.0), spacing="sigma")
    assert empty["x"].size == 0
    assert "no level" in empty["notes"][0]
    with pytest.raises(ViewerError, match="linear, log or sigma"):
        contour_lines(data, spacing="odd")
    with pytest.raises(ViewerError, match="no number"):
        contour_lines(data, levels=[float("nan")])
    with pytest.raises(ViewerError, match="no pixel"):
        contour_lines(np.full((9, 9), np.nan))


def test_missing_pixels_end_the_lines_and_do_not_spread():
    data = _gaussian()
    data[:, 69] = np.nan
    found = contour_lines(data, levels=[50.0], smooth=1.0)
    assert np.isfinite(found["x"]).all()
    assert not ((found["x"] > 69.01) & (found["x"] < 70.99)).any()
    assert len(set(found["line"].tolist())) == 2


def test_a_surface_is_the_cut_out_or_its_means():
    data = _gaussian()
    small = surface_of(data, x1=11, x2=30, y1=5, y2=8)
    np.testing.assert_array_equal(small["z"], data[4:8, 10:30])
    assert small["x"][[0, -1]].tolist() == [11, 30]
    blocks = surface_of(data, side=40)
    assert blocks["block"] == 4
    assert blocks["z"].shape == (30, 38)
    assert blocks["z"][3, 5] == pytest.approx(data[12:16, 20:24].mean())
    assert blocks["x"][[0, -1]].tolist() == [2.5, 149.5]
    assert blocks["z"][3, 37] == pytest.approx(data[12:16, 148:150].mean())
