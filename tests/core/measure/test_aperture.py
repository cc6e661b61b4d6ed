"""Apertures: exact overlap as photutils has it, the sky, true errors, and what is not as it should be."""

import math

import numpy as np
import pytest
import sep
from hypothesis import given
from hypothesis import strategies as st
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture
from photutils.aperture import aperture_photometry as theirs

from viewer.core.errors import ViewerError
from viewer.core.measure.aperture import aperture_photometry, circle_overlap, sky_level


@given(st.floats(-3, 33), st.floats(-3, 23), st.floats(0.05, 40))
def test_the_sum_in_a_circle_is_that_of_photutils_and_sep(x: float, y: float, radius: float):
    image = np.random.default_rng(3).normal(100, 10, (20, 30))
    weights = circle_overlap(np.arange(30.0), np.arange(20.0), x, y, radius)
    assert weights.min() >= 0
    assert weights.max() <= 1
    total = (weights * image).sum()
    expected = theirs(image, CircularAperture((x, y), radius), method="exact")["aperture_sum"][0]
    assert total == pytest.approx(expected if np.isfinite(expected) else 0, rel=1e-7, abs=1e-5)
    # sep is wrong for circles that are smaller than a pixel
    if 0 <= x < 30 and 0 <= y < 20 and radius > 1:
        assert total == pytest.approx(sep.sum_circle(image, [x], [y], radius, subpix=0)[0][0], rel=1e-5)


def test_flux_and_sky_are_those_of_photutils():
    rng = np.random.default_rng(1)
    image = rng.normal(50, 3, (80, 90))
    image[40:43, 50:53] += 400
    ours = aperture_photometry(image, x=52.3, y=41.6, radius=4.7, inner=9, outer=14.5, gain=2.0, sky="median")
    center = (51.3, 40.6)
    total = theirs(image, CircularAperture(center, 4.7), method="exact")["aperture_sum"][0]
    ring = ApertureStats(image, CircularAnnulus(center, 9, 14.5), sum_method="center")
    assert ours["sum"] == pytest.approx(total, rel=1e-12)
    assert ours["area"] == pytest.approx(math.pi * 4.7**2, rel=1e-12)
    assert ours["background"] == pytest.approx(ring.median, abs=0.05)
    assert ours["noise"] == pytest.approx(ring.std, rel=0.05)
    assert ours["flux"] == pytest.approx(total - ours["area"] * ours["background"], rel=1e-12)
    assert ours["magnitude"] == pytest.approx(25 - 2.5 * math.log10(ours["flux"]))
    assert ours["notes"] == ""


@pytest.mark.parametrize("gain", [None, 2.0])
def test_errors_are_true(gain: float | None):
    """The fluxes of many stars scatter by the errors that are stated, and their mean is the truth."""
    rng = np.random.default_rng(8)
    columns, rows = np.meshgrid(np.arange(41.0), np.arange(41.0))
    star = 4000 / (2 * np.pi * 4) * np.exp(-((columns - 20.2) ** 2 + (rows - 19.7) ** 2) / 8)
    pulls = []
    for _ in range(400):
        image = star + 200 + rng.normal(0, 6, star.shape)
        if gain is not None:
            image = rng.poisson((star + 200) * gain) / gain + rng.normal(0, 6, star.shape)
        found = aperture_photometry(image, x=21.2, y=20.7, radius=8.0, inner=11, outer=18, gain=gain)
        pulls.append((found["flux"] - 4000) / found["flux_err"])
    assert abs(np.mean(pulls)) < 0.2
    assert 0.9 < np.std(pulls) < 1.1
    assert found["errors"].startswith("sky only" if gain is None else "sky and")


def test_stars_in_the_annulus_do_not_count_and_are_told_of():
    rng = np.random.default_rng(2)
    sky = rng.normal(100, 5, 2000)
    for kind, bias in (("mean", 0.6), ("median", 0.4), ("mode", 0.6)):
        spoiled = np.concatenate([sky, rng.uniform(130, 5000, 150)])
        level, error, noise, used, crowded = sky_level(spoiled, kind)
        assert abs(level - 100) < bias
        assert error < 0.3
        assert noise == pytest.approx(5, rel=0.06)
        assert used <= 2010
        assert not crowded
    assert sky_level(np.concatenate([sky, rng.uniform(130, 5000, 1000)]))[4]


def test_what_is_not_as_it_should_be_is_said_and_nothing_is_made_up():
    image = np.full((50, 60), 1000, np.uint16)
    image[20:23, 30:33] = 65000
    found = aperture_photometry(image, x=32, y=22, radius=6, inner=8, outer=12, saturation=65000)
    # integers do not wrap
    assert found["flux"] == pytest.approx(9 * 64000)
    assert found["peak"] == 64000
    assert found["saturated"]
    assert "saturated" in found["notes"]

    edge = aperture_photometry(image, x=1, y=25, radius=6, inner=8, outer=12)
    assert "beyond the image" in edge["notes"]
    # everything left of the first column's left edge is missing
    assert edge["area"] + edge["missing"] == pytest.approx(math.pi * 36)
    assert edge["area"] == pytest.approx(math.pi * 18 + 0.5 * 2 * 6 * 1, abs=0.05)

    real = image.astype(float)
    real[21, 31] = np.nan
    holed = aperture_photometry(real, x=32, y=22, radius=6, inner=8, outer=12)
    assert holed["flux"] == pytest.approx(8 * 64000)
    assert holed["missing"] == pytest.approx(1)
    assert "1 missing pixel" in holed["notes"]

    for x, y in ((-20, 5), (61, 5), (math.nan, 5), (5, 1e9)):
        outside = aperture_photometry(image, x=x, y=y)
        assert "outside the image" in outside["notes"]
        assert all(math.isnan(outside[key]) for key in ("flux", "flux_err", "snr", "background", "peak"))

    flat = aperture_photometry(np.full((40, 40), 0.1), x=20, y=20)
    assert math.isnan(flat["magnitude"])
    assert abs(flat["flux"]) < 1e-9
    dark = aperture_photometry(-real, x=32, y=22, radius=6, inner=8, outer=12)
    assert dark["background"] == -1000
    assert dark["flux"] < 0
    assert "no light" in dark["notes"]
    for radii in ((0, 5, 9), (3, 9, 9), (math.nan, 5, 9)):
        with pytest.raises(ViewerError):
            aperture_photometry(image, x=5, y=5, radius=radii[0], inner=radii[1], outer=radii[2])
