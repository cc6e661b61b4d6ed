"""Spectra of long-slit frames whose light is known in closed form, and of real ones."""

from pathlib import Path

import numpy as np
import pytest

from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.measure.plane import Plane
from viewer.core.measure.spectrum import long_slit_spectrum
from viewer.core.measure.trace import trace_spectrum

ROWS, COLUMNS = 90, 400
BAND, SKY = [36, 55], [[5, 28], [63, 86]]


def _light(pixel: np.ndarray) -> np.ndarray:
    """Counts of the object in each column: a continuum with an emission and an absorption line."""
    lines = 3000 * np.exp(-0.5 * ((pixel - 150) / 3) ** 2) - 600 * np.exp(-0.5 * ((pixel - 290) / 4) ** 2)
    return 1000 + 2 * pixel + lines


def _frame(angle: float = 0.0, bend: float = 0.0, sigma: float = 2.0, slope: float = 0.0) -> np.ndarray:
    """A frame as a camera turned by an angle about its centre sees it, or with a bent trace."""
    y, x = np.mgrid[1 : ROWS + 1, 1 : COLUMNS + 1].astype(float)
    turn = np.radians(angle)
    far, up = x - (COLUMNS + 1) / 2, y - (ROWS + 1) / 2
    pixel = (COLUMNS + 1) / 2 + far * np.cos(turn) + up * np.sin(turn)
    place = (ROWS + 1) / 2 - far * np.sin(turn) + up * np.cos(turn)
    centre = 45.5 + bend * (((pixel - 200.5) / 200) ** 2)
    profile = np.exp(-0.5 * ((place - centre) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    sky = 200 + 400 * np.exp(-0.5 * ((pixel - 220) / 2) ** 2) + slope * (place - 45.5)
    return _light(pixel) * profile + sky


@pytest.mark.parametrize("along", ["rows", "columns"])
@pytest.mark.parametrize("sky_fit", ["median", "constant", "linear"])
def test_the_light_in_a_band_above_the_sky(along: str, sky_fit: str):
    data = _frame(slope=0.5 if sky_fit == "linear" else 0.0)
    data = data if along == "rows" else data.T
    found = long_slit_spectrum(data, along=along, band=BAND, sky=SKY, sky_fit=sky_fit)
    np.testing.assert_allclose(found["flux"], _light(found["pixel"]), rtol=2e-6)
    sky = 200 + 400 * np.exp(-0.5 * ((found["pixel"] - 220) / 2) ** 2)
    np.testing.assert_allclose(found["sky"], 20 * sky, rtol=1e-6)
    mean = long_slit_spectrum(data, along=along, band=BAND, sky=SKY, sky_fit=sky_fit, combine="mean")
    np.testing.assert_allclose(mean["flux"] * 20, found["flux"])
    assert found["count"].tolist() == [20] * COLUMNS


def test_a_median_and_a_mean_are_numpys():
    data = np.random.default_rng(1).normal(50, 9, (ROWS, COLUMNS))
    data[40, 100:200] = np.nan
    found = long_slit_spectrum(data, band=BAND, combine="median")
    np.testing.assert_allclose(found["flux"], np.nanmedian(data[35:55], axis=0))
    assert "left out" in found["notes"][1]
    mean = long_slit_spectrum(data, band=BAND, combine="mean")
    np.testing.assert_allclose(mean["flux"], np.nanmean(data[35:55], axis=0))


@pytest.mark.parametrize("angle", [-4.0, 0.7, 2.5])
def test_a_turned_frame_is_aligned_by_its_trace(angle: float):
    data = _frame(angle)
    trace = trace_spectrum(data)
    assert trace["angle"] == pytest.approx(angle, abs=0.01)
    assert trace["rms"] < 0.02
    found = long_slit_spectrum(data, band=BAND, sky=SKY, angle=trace["angle"], interpolation="cubic")
    middle = slice(20, -20)
    np.testing.assert_allclose(found["flux"][middle], _light(found["pixel"])[middle], rtol=3e-3)
    # the middle of the band, in the frame as it is
    turn = np.radians(angle)
    assert found["x"][-1] == pytest.approx(200.5 + 199.5 * np.cos(turn), abs=0.05)
    assert found["y"][-1] == pytest.approx(45.5 + 199.5 * np.sin(turn), abs=0.05)
    turned = trace_spectrum(data.T, along="columns")
    assert turned["angle"] == pytest.approx(trace["angle"])


def test_a_bent_trace_is_followed():
    data = _frame(bend=7.0)
    trace = trace_spectrum(data, order=2)
    pixel = np.arange(1, COLUMNS + 1)
    line = np.polynomial.polynomial.polyval(pixel, trace["coefficients"])
    np.testing.assert_allclose(line, 45.5 + 7 * ((pixel - 200.5) / 200) ** 2, atol=0.02)
    assert trace["fwhm"] == pytest.approx(2 * 2.3548, rel=0.05)
    narrow = [40, 51]
    found = long_slit_spectrum(
        data, band=narrow, sky=[[10, 25]], trace=trace["coefficients"].tolist(), interpolation="cubic"
    )
    # 12 pixels hold 99.7 % of a Gaussian of sigma 2
    np.testing.assert_allclose(found["flux"], 0.9973 * _light(pixel), rtol=2e-3)
    turned = trace_spectrum(data.T, along="columns", order=2)
    np.testing.assert_allclose(turned["coefficients"], trace["coefficients"], rtol=1e-9)
    bent = {"band": narrow, "sky": [[10, 25]], "trace": trace["coefficients"], "interpolation": "cubic"}
    other = long_slit_spectrum(data.T, along="columns", **bent)
    np.testing.assert_allclose(other["flux"], found["flux"], rtol=1e-9)
    straight = long_slit_spectrum(data, band=narrow, sky=[[10, 25]])
    assert straight["flux"][-1] < 0.6 * found["flux"][-1]


def test_missing_pixels_are_made_good_for_or_said():
    data = _frame()
    whole = long_slit_spectrum(data, band=BAND, sky=SKY)
    data[44, 50:60] = np.nan  # beside the peak, with 19 % of the light
    data[38:52, 70:75] = np.nan  # the peak itself
    data[10, 200:300] = np.nan  # in the sky
    found = long_slit_spectrum(data, band=BAND, sky=SKY)
    np.testing.assert_allclose(found["flux"][50:60], whole["flux"][50:60], rtol=0.01)
    assert np.isnan(found["flux"][70:75]).all()
    assert np.isfinite(np.delete(found["flux"], range(70, 75))).all()
    assert found["count"][[55, 72, 250]].tolist() == [19, 6, 20]
    np.testing.assert_allclose(found["flux"][200:300], whole["flux"][200:300], rtol=1e-6)
    assert any("made good for" in note for note in found["notes"])
    assert any("5 of 400 wavelengths too many" in note for note in found["notes"])


@pytest.mark.parametrize("sky_fit", ["median", "constant", "linear"])
@pytest.mark.parametrize("combine", ["sum", "mean", "median"])
def test_errors_are_the_scatter_of_many_frames(sky_fit: str, combine: str):
    """Photons with a gain of 2, readout noise of 6 counts; a bias of 900 counts has no noise of photons."""
    rng = np.random.default_rng(7)
    # a median needs light that fills the band evenly
    truth = np.full((ROWS, COLUMNS), 220.0) if combine == "median" else _frame()
    truth[35:55] += 130.0 if combine == "median" else 0.0
    fluxes, errors = [], []
    for _ in range(60):
        data = rng.poisson(truth * 2) / 2 + rng.normal(900, 6, truth.shape)
        found = long_slit_spectrum(data, band=BAND, sky=SKY, sky_fit=sky_fit, combine=combine, gain=2.0)
        fluxes.append(found["flux"])
        errors.append(found["error"])
    scatter = np.std(fluxes, axis=0, ddof=1)
    ratio = np.mean(errors, axis=0) / scatter
    assert np.median(ratio) == pytest.approx(1.0, abs=0.05)
    light = 130 if combine == "median" else _light(found["pixel"]) / (1 if combine == "sum" else 20)
    assert ((np.array(fluxes) - light) / np.array(errors)).mean() == pytest.approx(0, abs=0.03)


def test_cosmic_rays_in_the_sky_do_not_count():
    data = _frame() + np.random.default_rng(3).normal(0, 3, (ROWS, COLUMNS))
    clean = long_slit_spectrum(data, band=BAND, sky=SKY)
    data[[8, 15, 70, 80], [100, 120, 140, 160]] += 5000
    for sky_fit in ("median", "constant", "linear"):
        hit = long_slit_spectrum(data, band=BAND, sky=SKY, sky_fit=sky_fit)
        assert abs(hit["flux"] - clean["flux"])[[99, 119, 139, 159]].max() < 4 * clean["error"].max()
        assert hit["error"].max() < 1.5 * clean["error"].max()


def test_the_standard_star_of_sprat(data_dir: Path):
    frame = read(data_dir / "longslit_sprat" / "v_s_20180810_27_1_0_0.fits.gz")
    data = Plane(frame)
    trace = trace_spectrum(data, first=60, last=200)
    # found by eye: row 133.2 at column 300, 131.7 at column 900
    line = np.polynomial.polynomial.polyval([300, 900], trace["coefficients"])
    np.testing.assert_allclose(line, [133.2, 131.75], atol=0.15)
    found = long_slit_spectrum(data, band=[124, 142], sky=[[90, 115], [150, 175]], gain=2.45)
    raw = frame.data.astype(float)
    sky = np.median(np.concatenate([raw[89:115], raw[149:175]]), axis=0)
    np.testing.assert_allclose(found["flux"], (raw[123:142] - sky).sum(0))
    aligned = long_slit_spectrum(
        data, band=[124, 142], sky=[[90, 115], [150, 175]], gain=2.45, angle=trace["angle"]
    )
    ratio = aligned["flux"][300:1000].sum() / found["flux"][300:1000].sum()
    assert ratio == pytest.approx(1, abs=0.005)


def test_what_cannot_be_is_said(data_dir: Path):
    data = _frame()
    with pytest.raises(ViewerError, match=r"there are rows 1 to 90.*along columns, say so"):
        long_slit_spectrum(data, band=[95, 105])
    with pytest.raises(ViewerError, match="overlaps the band 36:55"):
        long_slit_spectrum(data, band=BAND, sky=[[50, 60]])
    with pytest.raises(ViewerError, match="sum, mean or median"):
        long_slit_spectrum(data, band=BAND, combine="max")
    with pytest.raises(ViewerError, match="say rows or columns"):
        long_slit_spectrum(data, along="x", band=BAND)
    lamp = Plane(read(data_dir / "longslit_sprat" / "v_a_20180810_13_1_0_1.fits.gz"))
    with pytest.raises(ViewerError, match="no trace was found"):
        trace_spectrum(lamp)
    with pytest.raises(ViewerError, match="no trace was found"):
        trace_spectrum(np.random.default_rng(1).normal(0, 1, (100, 300)))
    none = long_slit_spectrum(np.full((20, 30), np.nan), band=[5, 6])
    assert np.isnan(none["flux"]).all()
    assert "no value" in none["notes"][-1]
