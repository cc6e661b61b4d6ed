"""Backgrounds are compared with photutils and with what was put in."""

import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.stats import SigmaClip
from photutils.background import Background2D, SExtractorBackground

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read


def made(name: str, data: np.ndarray, **arguments: object) -> np.ndarray:
    return apply(Call.of(name, **arguments), Frame.of(data, fits.Header())).data


def sky_with_stars(slope: float = 40.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:400, :500]
    truth = 1000 + slope * (x / 499 - 0.5) + 25 * y / 399
    data = truth + rng.normal(0, 5, truth.shape)
    for x0, y0 in rng.uniform(0, [500, 400], (150, 2)):
        data += 10 ** rng.uniform(2, 4.3) * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / 4)
    return truth, data


def test_mesh_is_what_photutils_finds_on_a_real_frame(data_dir: Path):
    data = read(data_dir / "night_arcsat" / "XO1-b_z_20250602_041008.fits").data.astype(np.float32)
    mesh = made("background_mesh", data, result="background")
    other = Background2D(
        data, 64, filter_size=3, sigma_clip=SigmaClip(3, maxiters=10), bkg_estimator=SExtractorBackground()
    )
    assert np.abs(mesh - other.background).max() < 0.5 * other.background_rms_median
    subtracted = made("background_mesh", data)
    np.testing.assert_array_equal(subtracted, data - mesh)
    level = made("background_mesh", data, keep_level=True)
    assert abs(np.mean(level - subtracted) - mesh.mean()) < 0.01


def test_mesh_follows_a_slope_under_stars_and_holes():
    truth, data = sky_with_stars()
    data[100:180, 200:300] = np.nan
    mesh = made("background_mesh", data, result="background")
    assert np.abs(mesh - truth)[40:-40, 40:-40].max() < 6
    result = made("background_mesh", data)
    assert np.isnan(result[100:180, 200:300]).all()
    assert np.isfinite(result).sum() == np.isfinite(data).sum()


def test_plane_is_the_one_that_was_put_in():
    truth, data = sky_with_stars()
    data[:30, :30] = np.nan
    plane = made("background_plane", data, result="background")
    assert np.abs(plane - truth).max() < 1.0
    assert abs(np.nanmedian(made("background_plane", data))) < 0.5
    assert abs(np.nanmedian(made("background_plane", data, keep_level=True)) - truth.mean()) < 1


def test_higher_orders_are_exact_without_noise():
    y, x = np.mgrid[:90, :120] / 50.0
    curved = 5 + x - 2 * y + 3 * x**2 - x * y + 0.5 * y**3
    np.testing.assert_allclose(
        made("background_plane", curved, order=3, result="background"), curved, atol=1e-9
    )
    assert made("background_plane", curved, order=0, result="background").std() < 1e-12


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sep", None)
    with pytest.raises(ViewerError, match="pip install sep"):
        made("background_mesh", np.ones((20, 20)))
