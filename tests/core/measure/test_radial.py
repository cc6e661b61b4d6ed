"""Radial profile and curve of growth, against closed forms."""

import math

import numpy as np
import pytest
from photutils.aperture import CircularAperture, aperture_photometry

from tests.core.measure.starmaking import star_image
from viewer.core.measure.growth import curve_of_growth
from viewer.core.measure.radial import radial_profile

SHAPE = (100, 110)


@pytest.mark.parametrize("beta", [None, 3.0])
def test_the_curves_go_through_the_pixels(beta: float | None):
    rng = np.random.default_rng(2)
    image = rng.poisson(star_image(SHAPE, 55.3, 48.6, 4e5, 5.0, beta=beta) + 300.0)
    found = radial_profile(image, x=57, y=50, gain=1.0, reach=12)
    assert found["profile"] == ("gaussian" if beta is None else "moffat")
    assert (np.diff(found["pixel_radius"]) >= 0).all()
    assert found["pixel_radius"].max() <= 12
    assert len(found["pixel_value"]) == pytest.approx(math.pi * 144, rel=0.02)
    # each pixel is where it says, above the sky
    rows, columns = np.indices(SHAPE)
    distance = np.hypot(columns - (found["x"] - 1), rows - (found["y"] - 1))
    inside = np.sort(image[distance <= 12] - found["background"])
    np.testing.assert_allclose(np.sort(found["pixel_value"]), inside)
    # the fitted curve is the mean of the rings, within their errors
    curve = found["curve_gaussian"] if beta is None else found["curve_moffat"]
    there = np.interp(found["pixel_radius"], found["curve_radius"], curve)
    ring = np.floor(found["pixel_radius"]).astype(int)
    expected = np.bincount(ring, there) / np.bincount(ring)
    assert found["ring_count"].sum() == len(ring)
    noise = np.sqrt((found["ring_mean"].clip(0) + 300) / found["ring_count"])
    assert np.abs((found["ring_mean"] - expected) / noise).max() < 4.5
    half = np.interp(0.5 * curve[0], curve[::-1], found["curve_radius"][::-1])
    assert 2 * half == pytest.approx(5, abs=0.05)


def test_the_curve_of_growth_is_that_of_a_gaussian():
    image = star_image(SHAPE, 55.3, 48.6, 1e5, 6.0) + 200
    found = curve_of_growth(image, x=56, y=50, radius=20)
    sigma = 6.0 / math.sqrt(8 * math.log(2))
    expected = 1 - np.exp(-0.5 * (found["radius"] / sigma) ** 2)
    # a pixel's light is spread over it
    assert np.abs(found["fraction"] - expected).max() < 0.015
    assert found["radius"][-1] == 20
    assert found["flux"][-1] == pytest.approx(1e5, rel=1e-4)
    assert found["radius_50"] == pytest.approx(3.0, abs=0.08)
    assert found["radius_90"] == pytest.approx(sigma * math.sqrt(-2 * math.log(0.1)), abs=0.08)
    for radius, flux in zip(found["radius"][::7], found["flux"][::7], strict=True):
        circle = CircularAperture((found["x"] - 1, found["y"] - 1), radius)
        total = aperture_photometry(image - found["background"], circle, method="exact")["aperture_sum"][0]
        assert flux == pytest.approx(total, rel=1e-9)


def test_the_best_radius_is_known_for_a_gaussian_in_the_sky():
    """Where noise of the sky rules, S/N is highest at 1.585 standard deviations."""
    image = star_image(SHAPE, 55.3, 48.6, 4e4, 6.0) + np.random.default_rng(1).normal(100, 10, SHAPE)
    found = curve_of_growth(image, x=56, y=50, step=0.25)
    assert found["radius_best"] == pytest.approx(1.585 * 6.0 / 2.3548, abs=0.8)
    assert found["flux_err"][-1] > found["flux_err"][0]
