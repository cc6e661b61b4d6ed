"""imexamine's short answers, and the light under the pointer."""

import math
import time

import numpy as np
import pytest

from tests.core.measure.starmaking import star_image
from viewer.core.measure.examine import box_statistics, gaussian_along, pixel_at, pixel_values
from viewer.core.measure.photometer import quick_photometry

SHAPE = (60, 80)


def test_a_box_is_the_one_around_the_pixel():
    image = np.random.default_rng(1).normal(0, 1, SHAPE)
    found = box_statistics(image, x=31.4, y=20.6)
    part = image[18:23, 28:33]
    assert (found["x1"], found["x2"], found["y1"], found["y2"]) == (29, 33, 19, 23)
    assert found["count"] == 25
    assert found["mean"] == pytest.approx(part.mean())
    assert found["median"] == pytest.approx(np.median(part))
    assert found["std"] == pytest.approx(part.std(ddof=1))
    assert (found["min"], found["max"], found["sum"]) == pytest.approx((part.min(), part.max(), part.sum()))
    image[20, 30] = np.nan
    corner = box_statistics(np.full(SHAPE, 250, np.uint8), x=80, y=1, size=5)
    assert (corner["count"], corner["sum"]) == (9, 2250)
    assert "beyond the image" in corner["notes"]
    assert "1 pixels are missing" in box_statistics(image, x=31, y=21)["notes"]
    outside = box_statistics(image, x=200, y=1)
    assert math.isnan(outside["mean"])
    assert "outside" in outside["notes"]


def test_pixels_are_labelled_as_fits_counts():
    image = np.arange(60 * 80.0).reshape(SHAPE)
    found = pixel_values(image, x=2, y=60, columns=5, rows=3)
    assert found["x"].tolist() == [0, 1, 2, 3, 4]
    assert found["y"].tolist() == [59, 60, 61]
    assert np.isnan(found["values"][:, 0]).all()
    assert np.isnan(found["values"][2]).all()
    assert found["values"][1, 2] == image[59, 1] == pixel_at(image, x=2.3, y=59.6)["value"]
    assert pixel_at(image, x=2.6, y=1)["column"] == 3
    assert math.isnan(pixel_at(image, x=0.4, y=1)["value"])
    assert pixel_at(image, x=0.4, y=1)["notes"]


@pytest.mark.parametrize("axis", ["x", "y"])
def test_a_gaussian_along_a_line(axis: str):
    rng = np.random.default_rng(3)
    pulls = []
    for _ in range(60):
        x, y = 40 + rng.uniform(-1, 1, 2)
        image = star_image((80, 80), x, y, 2e4, 4.0) + rng.normal(100, 3, (80, 80)) + 2 * np.arange(80.0)
        found = gaussian_along(image, x=x + 1.8, y=y + 1.4, axis=axis, width=5)
        truth = {"center": 1 + (x if axis == "x" else y), "fwhm": 4.0}
        pulls.append([(found[key] - truth[key]) / found[f"{key}_err"] for key in truth])
        assert abs(found["center"] - truth["center"]) < 0.1
    pulls = np.array(pulls)
    assert (pulls.std(axis=0) > 0.7).all()
    assert (pulls.std(axis=0) < 1.35).all()
    assert (np.abs(pulls.mean(axis=0)) < 0.5).all()
    assert len(found["position"]) == len(found["value"]) == len(found["fit"])
    assert found["fine_fit"].max() == pytest.approx(found["peak"] + found["background"], rel=0.02)
    assert found["flux"] == pytest.approx(found["peak"] * found["fwhm"] * 1.06447, rel=1e-4)


def test_a_line_without_a_star():
    for image in (np.full((50, 50), 7, np.uint16), np.full((50, 50), np.nan)):
        for x, y in ((25, 25), (1, 1), (-5, 3), (51, 51)):
            found = gaussian_along(image, x=x, y=y)
            assert math.isnan(found["center"])
            assert found["notes"]


@pytest.mark.parametrize("seed", [None, *range(8)])
def test_a_fit_that_does_not_settle_is_no_result(seed: int | None):
    image = np.tile(200 + 0.8 * np.arange(60.0), (50, 1))
    image[:, 30] += 20
    if seed is not None:
        image += np.random.default_rng(seed).normal(0, 0.5, image.shape)
    found = gaussian_along(image, x=30.6, y=25)
    assert math.isnan(found["center"])
    assert math.isnan(found["fwhm_err"])
    assert np.isnan(found["fine_fit"]).all()
    assert found["notes"] == "the fit of the Gaussian does not converge"


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("away", [-9, 9])
def test_the_star_at_the_place_is_fitted_not_a_brighter_neighbour(axis: str, away: int):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x = 40 + rng.uniform(-0.5, 0.5)
        image = star_image((80, 80), x, 40, 2e4, 4.0) + star_image((80, 80), x + away, 40, 8e4, 4.0)
        image += rng.normal(100, 3, image.shape)
        if axis == "y":
            image = image.T
        place = (x + 2, 41.0) if axis == "x" else (41.0, x + 2)
        found = gaussian_along(image, x=place[0], y=place[1], axis=axis)
        assert found["center"] == pytest.approx(1 + x, abs=0.05)
        assert found["fwhm"] == pytest.approx(4, rel=0.06)
        assert found["notes"] == "the pixels of a neighbour are left out of the fit"
        # the curve is drawn where it was fitted
        assert np.ptp(found["fine_position"]) < 18


def test_a_star_far_from_the_place_is_said():
    image = star_image((80, 80), 40, 40, 2e4, 4.0) + np.random.default_rng(2).normal(100, 3, (80, 80))
    near = gaussian_along(image, x=45.5, y=41)
    assert near["center"] == pytest.approx(41, abs=0.02)
    assert near["notes"] == ""
    far = gaussian_along(image, x=48.5, y=41)
    assert far["center"] == pytest.approx(41, abs=0.1)
    assert "7.5 px from the given place" in far["notes"]
    assert "only a part of it is seen" in far["notes"]


def test_the_photometer_finds_the_centre_and_is_fast():
    rng = np.random.default_rng(4)
    times = []
    for fwhm in (2.0, 3.0, 4.5):
        x, y = 40 + rng.uniform(-1, 1), 30 + rng.uniform(-1, 1)
        image = star_image(SHAPE, x, y, 5e4, fwhm) + rng.normal(500, 5, SHAPE)
        start = time.perf_counter()
        found = quick_photometry(image, x=x + 2.3, y=y + 0.2, radius=6)
        times.append(time.perf_counter() - start)
        assert math.hypot(found["x"] - 1 - x, found["y"] - 1 - y) < 0.1
        assert abs(found["fwhm"] / fwhm - 1) < 0.2
        assert found["flux"] == pytest.approx(5e4 * (1 - 2 ** -((12 / fwhm) ** 2)), rel=0.02)
        still = quick_photometry(image, x=x + 2.3, y=y + 0.2, radius=6, recentre=False)
        assert (still["x"], still["y"]) == (x + 2.3, y + 0.2)
    assert min(times) < 0.1
