"""Light curves: a known dip is found through drift and rotation, with true errors; the same in a script."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from astropy.time import Time
from photutils.aperture import CircularAperture, aperture_photometry

from viewer.core.errors import ViewerError
from viewer.core.io import read
from viewer.core.measure.following import followed_star
from viewer.core.measure.lightcurve import compared_fluxes, light_curve, star_fluxes
from viewer.core.measure.series import Aperture, measure_series
from viewer.core.measure.seriestable import write_series
from viewer.core.measure.zeropoint import zero_point
from viewer.core.script.origin import Origin
from viewer.core.script.question import Question, question_script

SHAPE = (260, 300)
GAIN, SKY, NOISE, SIGMA = 2.0, 150.0, 4.0, 1.4
FRAMES = 30


def field() -> tuple[np.ndarray, np.ndarray]:
    """Positions from 1 (the target first, then four comparison stars) and fluxes of 40 stars."""
    random = np.random.default_rng(4)
    places = [(150.0, 130.0), (110.3, 150.7), (190.6, 110.2), (160.1, 175.4), (120.0, 95.5)]
    while len(places) < 40:
        place = random.uniform(-30, 330, 2)
        if min(np.hypot(*(place - np.array(other))) for other in places) > 25:
            places.append(tuple(place))
    return np.array(places), np.r_[40000, 60000, 55000, 50000, 30000, random.uniform(5000, 80000, 35)]


def picture(
    xy: np.ndarray, flux: np.ndarray, random: np.random.Generator, sigma: float = SIGMA
) -> np.ndarray:
    rows, columns = np.indices(SHAPE)
    light = np.full(SHAPE, SKY)
    for (x, y), each in zip(xy - 1, flux, strict=True):
        gaussian = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))
        light += each / (2 * np.pi * sigma**2) * gaussian
    return random.poisson(light * GAIN) / GAIN + random.normal(0, NOISE, SHAPE)


def night(folder: Path, dip: float = 0.02) -> tuple[list[Path], np.ndarray]:
    """Frames that drift and turn, through clouds and a changing seeing; and the true relative flux."""
    places, flux = field()
    random = np.random.default_rng(11)
    middle = np.array([150.0, 130.0])
    truth = 1 - dip * ((np.arange(FRAMES) >= 10) & (np.arange(FRAMES) < 20))
    files = []
    for number in range(FRAMES):
        angle = np.radians(0.3 * number)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        xy = (places - middle) @ turn.T + middle + number * np.array([1.1, -0.7])
        cloud = 0.7 + 0.3 * np.cos(number / 4)
        each = flux * cloud
        each[0] *= truth[number]
        header = fits.Header({"EXPTIME": 60.0, "EGAIN": GAIN, "AIRMASS": 1 + number / 100})
        header["DATE-OBS"] = Time(60370 + 22 / 24 + number * 120 / 86400, format="mjd").isot
        file = folder / f"frame{number:02}.fits"
        image = picture(xy, each, random, SIGMA * (1 + number / 100))
        fits.writeto(file, image.astype(np.float32), header)
        files.append(file)
    return files, truth


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], np.ndarray]:
    return night(tmp_path_factory.mktemp("night"))


MARKED = tuple((float(x), float(y)) for x, y in np.round(field()[0][:5] + 0.8, 1))
HOW = Aperture(radius=6, inner=10, outer=16)


def test_a_dip_is_found_with_true_errors(series: tuple[list[Path], np.ndarray], tmp_path: Path) -> None:
    files, truth = series
    # given in any order
    found = measure_series(read(files[0]), files[::-1], MARKED, aperture=HOW)
    columns = found.columns
    assert columns["file"].tolist() == [file.name for file in files]
    first = Time("2024-03-01T22:00:30")
    np.testing.assert_allclose(columns["jd"], first.jd + np.arange(FRAMES) * 120 / 86400, atol=1e-8, rtol=0)
    assert not any(columns["flags"])
    scale = np.median(truth)
    pull = (columns["relative"] * scale - truth) / columns["relative_err"]
    pull -= pull.mean()  # the median that the curve is divided by has an error, too
    assert 0.7 < pull.std() < 1.35
    assert np.abs(pull).max() < 4
    depth = columns["relative"][truth == 1].mean() - columns["relative"][truth < 1].mean()
    assert depth == pytest.approx(0.02, abs=3 * columns["relative_err"].mean() * np.sqrt(2 / 10))
    for number in range(1, 5):
        pull = (columns[f"check_{number}"] - 1) / columns[f"check_err_{number}"]
        assert 0.6 < pull.std() < 1.45
    # the fourth is where it was marked, turned by 8.7 degrees and shifted
    angle = np.radians(0.3 * (FRAMES - 1))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([150.0, 130.0])
    there = turn @ (field()[0][4] - middle) + middle + (FRAMES - 1) * np.array([1.1, -0.7])
    assert columns["x_4"][-1] == pytest.approx(there[0], abs=0.05)
    assert columns["y_4"][-1] == pytest.approx(there[1], abs=0.05)
    assert columns["fwhm"][-1] == pytest.approx(2.3548 * np.hypot(SIGMA * 1.29, 12**-0.5), rel=0.03)
    assert len(found.notes) == 1
    assert "not barycentric" in found.notes[0]
    assert "30 of 30 frames have a value" in found.summary

    for suffix, form in (("csv", "ascii.csv"), ("ecsv", "ascii.ecsv"), ("fits", "fits")):
        write_series(found, tmp_path / f"curve.{suffix}")
        table = Table.read(tmp_path / f"curve.{suffix}", format=form)
        np.testing.assert_allclose(table["relative"], columns["relative"])
        assert list(table.colnames) == list(columns)
    with pytest.raises(ViewerError, match=r"by the suffix"):
        write_series(found, tmp_path / "curve.xls")


def test_a_script_gives_the_same_curve(series: tuple[list[Path], np.ndarray], tmp_path: Path) -> None:
    files = series[0][:6]
    found = measure_series(read(files[0]), files, MARKED, aperture=HOW)
    arguments = {
        "files": tuple(map(str, files)),
        "times": tuple(found.columns["jd"].tolist()),
        "gains": (GAIN,) * 6,
        "saturations": (None,) * 6,
        "xs": tuple(x for x, _ in MARKED),
        "ys": tuple(y for _, y in MARKED),
        "radius": 6.0,
        "inner": 10.0,
        "outer": 16.0,
    }
    data = fits.getdata(files[0]).astype(float)
    here = light_curve(data, **arguments)
    np.testing.assert_allclose(here["relative"], found.columns["relative"], rtol=1e-6)
    np.testing.assert_allclose(here["relative_err"], found.columns["relative_err"], rtol=1e-6)
    script = question_script((), Origin.of(read(files[0])), Question(light_curve, arguments, "Light curve"))
    (tmp_path / "curve.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "-I", "curve.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "viewer" not in script
    assert f"{here['relative'][5]:.4g}"[:6] in done.stdout


def test_fluxes_are_those_of_photutils() -> None:
    random = np.random.default_rng(2)
    places = np.array([[60.2, 70.7], [150.5, 100.0], [201.9, 33.3]])
    data = picture(places, np.array([30000.0, 9000, 50000]), random)
    xs, ys = places.T
    how = {"radius": 5, "inner": 9, "outer": 14, "gain": GAIN}
    found = star_fluxes(
        data, xs=tuple(xs), ys=tuple(ys), radius=5, inner=9, outer=14, gain=GAIN, recentre=False
    )
    table = aperture_photometry(data, CircularAperture(places - 1, 5))
    sums = found["flux"] + np.pi * 25 * found["background"]
    np.testing.assert_allclose(sums, table["aperture_sum"], rtol=1e-9)
    centred = star_fluxes(data, xs=tuple(xs + 2), ys=tuple(ys - 1.5), **how)
    np.testing.assert_allclose(centred["x"], xs, atol=0.03)
    np.testing.assert_allclose(centred["y"], ys, atol=0.03)
    np.testing.assert_allclose(centred["flux"], found["flux"], rtol=2e-3)
    # the same star in a flipped and a turned image
    for turned, x, y in ((data[:, ::-1], 301 - xs[0], ys[0]), (np.rot90(data), ys[0], 301 - xs[0])):
        again = star_fluxes(turned.copy(), xs=(x,), ys=(y,), **how)
        assert again["flux"][0] == pytest.approx(centred["flux"][0], rel=1e-4)


def test_stars_that_cannot_be_used_are_flagged_and_give_no_number() -> None:
    random = np.random.default_rng(3)
    places = np.array([[60.0, 70.0], [3.0, 100.0], [200.0, 33.0], [150.0, 200.0]])
    data = picture(places, np.array([30000.0, 30000, 30000, 300000]), random)
    data[30, 201] = np.nan
    data = np.minimum(data, 8000)
    xs, ys = (*places[:, 0], 100.0, 500.0), (*places[:, 1], 150.0, 10.0)
    found = star_fluxes(data, xs=xs, ys=ys, radius=5, inner=9, outer=14, saturation=8000)
    lost = "lost: no star there"
    assert found["flags"].tolist() == [
        "",
        "edge",
        "missing pixels",
        "saturated",
        lost,
        "lost: outside the image",
    ]
    assert np.isfinite(found["flux"]).tolist() == [True, False, False, True, False, False]
    assert followed_star(data, x=60, y=85, search=8)["lost"]
    # the sum of comparison stars would be another one without one of them
    fluxes = np.array([[10.0, 20, 30], [10, 20, np.nan], [11, 20, 30]])
    curve = compared_fluxes(fluxes, fluxes / 100)
    np.testing.assert_allclose(curve["relative"] * 10.5, [10, np.nan, 11])
    assert curve["relative_err"][0] / curve["relative"][0] == pytest.approx(
        0.01 * np.hypot(1, np.hypot(2, 3) / 5)
    )


def test_a_varying_comparison_star_and_bad_frames_are_named(tmp_path: Path) -> None:
    files, _ = night(tmp_path, dip=0.1)
    blank = tmp_path / "blank.fits"
    fits.writeto(blank, np.random.default_rng(1).normal(100, 3, SHAPE).astype(np.float32))
    (tmp_path / "text.fits").write_text("hello")
    # the fourth comparison star is the one that dips
    stars = [MARKED[1], MARKED[2], MARKED[3], MARKED[0]]
    found = measure_series(read(files[0]), [*files, blank, tmp_path / "text.fits"], stars, aperture=HOW)
    assert any(note.startswith("Comparison star 3 varies against the others by") for note in found.notes)
    assert len(found) == FRAMES + 2
    assert found.good.sum() == FRAMES
    assert found.problems[0].startswith("blank.fits has no values: ")
    assert found.problems[1].startswith("text.fits has no values: ")
    assert found.columns["flags"][-1].startswith("not measured")
    assert any(note.startswith("The headers of 2 of 32 frames do not say when") for note in found.notes)
    for wrong, sentence in (([MARKED[0]], "at least one comparison"), ([MARKED[0], (900, 2)], "is outside")):
        with pytest.raises(ViewerError, match=sentence):
            measure_series(read(files[0]), files, wrong)
    with pytest.raises(ViewerError, match="no frame could be measured"):
        measure_series(read(files[0]), [blank], MARKED)


def test_real_nights_are_followed(data_dir: Path) -> None:
    folder = data_dir / "night_tres1"
    truth = Table.read(folder / "TRUTH.tsv", format="ascii.tab", comment="#")
    files = [folder / name for name in truth["file"]]
    stars = [(146.6, 434.2), (217.7, 211.3), (434.4, 319.9), (481.7, 260.7)]
    found = measure_series(read(files[0]), files, stars)
    assert found.good.all()
    assert not any(found.columns["flags"])
    # it drifts by 178 pixels, and turns a little about the middle
    np.testing.assert_allclose(found.columns["x"] - found.columns["x"][0], truth["star_dx"], atol=0.5)
    np.testing.assert_allclose(found.columns["y"] - found.columns["y"][0], truth["star_dy"], atol=0.5)
    assert found.columns["relative"].std() < 0.006
    assert len(found.notes) == 1
    # a full star, and two in one aperture
    doubtful = measure_series(read(files[0]), files[:1], [stars[0], (326.8, 275.6), (69.4, 344.1)])
    assert any("of the comparison star 1: saturated" in note for note in doubtful.notes)
    assert any("comparison star 2" in note and "another star" in note for note in doubtful.notes)
    np.testing.assert_allclose(
        found.columns["jd"], Time(list(truth["DATE-OBS"])).jd + 30 / 86400, atol=1e-7, rtol=0
    )
    folder = data_dir / "night_arcsat"
    truth = Table.read(folder / "TRUTH.tsv", format="ascii.tab", comment="#")
    files = [folder / name for name in truth["file"]]
    from viewer.core.measure.stars import find_stars

    reference = read(files[0])
    bright = find_stars(np.asarray(reference.pixels))
    inside = np.flatnonzero(
        (np.abs(bright.x - 384) < 300) & (np.abs(bright.y - 384) < 300) & ~bright.saturated
    )
    stars = [(bright.x[i] + 1, bright.y[i] + 1) for i in inside[:3]]
    ways = {way: measure_series(reference, files, stars, align=way) for way in ("stars", "wcs")}
    for found in ways.values():
        assert found.good.all()
        np.testing.assert_allclose(found.columns["airmass"][0], 1.13920316708)
    # however they are found, they are the same stars
    np.testing.assert_allclose(ways["stars"].columns["x"], ways["wcs"].columns["x"], atol=0.01)
    np.testing.assert_allclose(ways["stars"].columns["relative"], ways["wcs"].columns["relative"], rtol=1e-3)


def test_the_zero_point_is_found_and_outliers_are_named() -> None:
    random = np.random.default_rng(8)
    places, flux = field()
    inside = (np.abs(places - [150, 130]) < [130, 110]).all(axis=1)
    places, flux = places[inside][:12], flux[inside][:12]
    data = picture(places, flux, random)
    true = 21.3
    # in 60 seconds, in an aperture that holds nearly all of the light
    magnitudes = true - 2.5 * np.log10(flux / 60) + random.normal(0, 0.002, len(flux))
    magnitudes[3] += 0.7
    magnitudes[5] = np.nan
    arguments = {"xs": tuple(places[:, 0]), "ys": tuple(places[:, 1]), "magnitudes": tuple(magnitudes)}
    found = zero_point(data, **arguments, exposure=60, radius=7, inner=9, outer=12, gain=GAIN)
    assert found["zero_point"] == pytest.approx(true, abs=4 * found["zero_point_err"] + 0.002)
    assert 0.0005 < found["zero_point_err"] < 0.01
    assert found["stars"] == len(flux) - 2
    assert "star 4 is off by +0.7" in found["notes"]
    assert "star 6 has no known magnitude" in found["notes"]
    assert found["flags"][3] == "outlier"
    with pytest.raises(ViewerError, match="exposure is 0 s"):
        zero_point(data, **arguments, exposure=0)
    one = zero_point(data, xs=(places[0, 0],), ys=(places[0, 1],), magnitudes=(12.0,), gain=GAIN)
    assert one["stars"] == 1
    assert "fewer than three" in one["notes"]
    none = zero_point(data, xs=(2.0,), ys=(2.0,), magnitudes=(12.0,))
    assert np.isnan(none["zero_point"])
    assert "no star is left" in none["notes"]
