"""Measuring what is no star alone on a dark sky: a sentence and NaN, never a wrong number without a word."""

import math

import numpy as np
import pytest

from tests.core.measure.starmaking import star_image
from viewer.core.measure.growth import curve_of_growth
from viewer.core.measure.photometer import quick_photometry
from viewer.core.measure.radial import radial_profile
from viewer.core.measure.starmeasure import measure_star

SHAPE = (90, 100)


def sky(level: float = 200.0) -> np.ndarray:
    return np.random.default_rng(5).normal(level, 5, SHAPE)


def star(x: float = 50, y: float = 45, flux: float = 1e5, fwhm: float = 4.0, **shape: float) -> np.ndarray:
    return star_image(SHAPE, x, y, flux, fwhm, **shape)


def test_two_stars_in_one_aperture():
    found = measure_star(sky() + star() + star(57, 45, 8e4), x=51, y=46)
    assert found["neighbours"] == 1
    assert "another star, or a cosmic ray, is in the aperture: (58.0, 46.0)" in found["notes"]
    assert math.hypot(found["x"] - 51, found["y"] - 46) < 0.05
    assert abs(found["fwhm"] - 4) < 0.1
    # closer than they are wide
    for apart in (3.2, 5.2):
        blend = measure_star(sky() + star() + star(50 + apart), x=51, y=46)
        assert "two stars in one?" in blend["notes"]


def test_a_faint_star_is_not_lost_to_a_bright_neighbour():
    """It is the star on whose light one clicks, though another is a hundred times as bright."""
    found = measure_star(sky() + star(flux=2e6) + star(60, 45, 2e4), x=61, y=46)
    assert math.hypot(found["x"] - 61, found["y"] - 46) < 0.02
    assert abs(found["fwhm"] - 4) < 0.05
    assert "another star" in found["notes"]
    far = measure_star(sky() + star(), x=54.8, y=46)
    assert abs(far["x"] - 51) < 0.02
    assert "3.8 pixels away" in far["notes"]
    none = measure_star(sky() + star(), x=69, y=46)
    assert (none["x"], none["y"]) == (69, 46)
    assert math.isnan(none["fwhm"])
    assert "no star within 5 pixels" in none["notes"]


@pytest.mark.parametrize("saturation", [None, 30_000.0])
@pytest.mark.parametrize("kind", [np.float64, np.uint16])
def test_a_saturated_star_is_measured_by_its_wings(saturation: float | None, kind: type):
    image = np.minimum(sky() + star(50.3, 45.2, 3e6), 30_000).astype(kind)
    found = measure_star(image, x=52, y=46, saturation=saturation)
    assert found["saturated"]
    assert found["notes"].count("saturated") == 1
    assert math.hypot(found["x"] - 51.3, found["y"] - 46.2) < 0.02
    assert abs(found["fwhm"] - 4) < 0.02
    image[:, 50] = 30_000
    assert measure_star(image, x=51, y=46, saturation=saturation)["saturated"]
    assert not measure_star(sky() + star(50.5, 45.5, 3e6), x=51, y=46)["saturated"]


def test_missing_pixels_are_left_out_and_told_of():
    image = sky() + star(50.4, 45.3)
    image[45, 50] = np.nan
    image[30:34, :] = np.inf
    found = measure_star(image, x=51, y=46)
    assert math.hypot(found["x"] - 51.4, found["y"] - 46.3) < 0.02
    assert abs(found["fwhm"] - 4) < 0.02
    assert "1 missing pixel in the aperture" in found["notes"]
    image[43:48, 48:53] = np.nan
    assert "25 missing pixels" in measure_star(image, x=51, y=46)["notes"]
    gone = measure_star(np.full(SHAPE, np.nan), x=51, y=46)
    assert math.isnan(gone["flux"])
    assert "no star" in gone["notes"]


def test_at_the_edge_and_beyond():
    found = measure_star(sky() + star(1, 45), x=2, y=46)
    assert abs(found["x"] - 2) < 0.02
    assert "beyond the image" in found["notes"]
    beyond = measure_star(sky() + star(-1.5, 45), x=1, y=46)
    assert "centre of the star is beyond the edge" in beyond["notes"]
    assert math.isnan(beyond["flux"])
    for x, y in ((0.4, 20), (100.6, 20), (20, -7), (math.nan, 3)):
        outside = measure_star(sky(), x=x, y=y)
        assert "outside the image" in outside["notes"]
        assert math.isnan(outside["flux"])
        assert math.isnan(outside["fwhm"])


def test_what_is_no_star():
    hot = sky()
    hot[45, 50] += 5000
    assert "sharper than a star" in measure_star(hot, x=51, y=46)["notes"]
    rows, columns = np.indices(SHAPE)
    line = measure_star(sky() + 500.0 * (rows == 45), x=51, y=46)
    assert "neither profile fits" in line["notes"]
    assert math.isnan(line["fwhm"])
    distance = np.hypot(columns - 50, rows - 45)
    doughnut = measure_star(sky() + 2000.0 * ((distance < 14) & (distance > 6)), x=58, y=46, radius=18)
    assert math.hypot(doughnut["x"] - 51, doughnut["y"] - 46) < 0.1
    assert "defocused" in doughnut["notes"]
    assert not doughnut["saturated"]
    trail = measure_star(sky() + star(ellipticity=0.6, theta=20), x=51, y=46)
    assert "not round" in trail["notes"]
    faint = measure_star(sky() + star(flux=300), x=51, y=46)
    assert "faint" in faint["notes"]
    for empty in (sky(), np.full(SHAPE, 7, np.uint8), np.full(SHAPE, 0.1), 100.0 * columns, np.ones((1, 1))):
        nothing = measure_star(empty, x=1, y=1)
        assert math.isnan(nothing["fwhm"])
        assert "no star" in nothing["notes"]
        assert abs(nothing["snr"]) < 5 or math.isnan(nothing["snr"])
        assert math.isnan(nothing["magnitude"]) or nothing["snr"] > 0


@pytest.mark.parametrize("kind", ["u2", "<i2", ">i2", ">f4", "i8"])
def test_values_of_any_kind_and_a_negative_sky(kind: str):
    level = 200 if kind == "u2" else -3000
    found = measure_star((sky(level) + star()).astype(kind), x=51, y=46)
    assert abs(found["background"] - level) < 1
    assert abs(found["flux"] / 1e5 - 1) < 0.01
    assert abs(found["fwhm"] - 4) < 0.02
    assert found["notes"] == ""


def test_whatever_it_is_asked_the_others_answer_too():
    images = [sky() + star(), np.full(SHAPE, np.nan), np.full(SHAPE, 7, np.uint8), np.ones((2, 3))]
    for image in images:
        for x, y in ((51, 46), (1, 1), (-3, 5), (1000, 1000)):
            profile = radial_profile(image, x=x, y=y)
            assert len(profile["pixel_radius"]) == len(profile["pixel_value"])
            growth = curve_of_growth(image, x=x, y=y)
            assert len(growth["radius"]) == len(growth["flux"]) == len(growth["fraction"])
            quick = quick_photometry(image, x=x, y=y)
            assert quick["notes"] or abs(quick["flux"] / 1e5 - 1) < 0.1 or abs(quick["snr"]) < 5


def test_a_double_star_is_told_apart_where_it_is_darker_between():
    """Also where it is brighter between them than half of either."""
    image = sky() + star(flux=2e5) + star(56.2, 45, 1.9e5)
    found = measure_star(image, x=51, y=46)
    assert math.hypot(found["x"] - 51, found["y"] - 46) < 0.2
    assert abs(found["fwhm"] - 4) < 0.3
    assert "another star" in found["notes"]
