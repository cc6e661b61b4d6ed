"""Star list: the table that is shown, moved with the image, and written."""

import subprocess
import sys

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st
from regions import Regions
from scipy.spatial import KDTree

from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.starlist import COLUMNS, STAR_LIST, StarList, find_star_list, method_of
from viewer.core.measure.starsearch import list_stars
from viewer.core.script.origin import Origin
from viewer.core.script.question import Question, question_script


@pytest.fixture(scope="module")
def stars() -> StarList:
    from tests.conftest import CHECKOUT

    return find_star_list(read(CHECKOUT / "resources" / "sample" / "m13.fits"), zero_point=25.0)


def places(stars: StarList) -> np.ndarray:
    return np.column_stack([stars["x"], stars["y"]])


def test_positions_on_the_sky_are_those_of_astropy(data_dir):
    file = data_dir / "wcs" / "tanpv.fits"
    stars = find_star_list(read(file))
    header = fits.getheader(file)
    del header["RADECSYS"]
    for axis in "12":
        header[f"CTYPE{axis}"] = header[f"CTYPE{axis}"].replace("TAN", "TPV")
    ra, dec = WCS(header).all_pix2world(stars["x"], stars["y"], 0)
    assert len(stars) > 20
    np.testing.assert_allclose(stars["ra"], ra, atol=1e-8)
    np.testing.assert_allclose(stars["dec"], dec, atol=1e-8)


@pytest.mark.parametrize(
    "call",
    [
        Call.of("flip_horizontal"),
        Call.of("rotate90"),
        Call.of("crop", x1=20, x2=285, y1=10, y2=295),
        Call.of("bin", factor=2, method="sum"),
    ],
    ids=lambda call: call.operation.name,
)
def test_a_changed_image_has_the_same_stars_on_the_sky_with_the_same_flux(call, sample, stars):
    half = (
        {"mesh": 32, "aperture": stars.aperture / 2} if "bin" in str(call) else {"aperture": stars.aperture}
    )
    changed = find_star_list(apply(call, read(sample)), **half)
    sky = [
        np.column_stack([each["ra"] * np.cos(np.radians(36.46)), each["dec"]]) * 3600
        for each in (changed, stars)
    ]
    # stars that stand alone; in the cluster the mesh of the background matters
    alone = (stars["flags"] == "") & (stars["flux"] > 8000)
    off, same = KDTree(sky[0]).query(sky[1][alone])
    kept = off < 2
    assert kept.sum() > 8
    assert np.median(off[kept]) < 0.02
    assert off[kept].max() < 0.2
    np.testing.assert_allclose(changed["flux"][same[kept]], stars["flux"][alone][kept], rtol=0.08)
    ratio = changed["flux"][same[kept]] / stars["flux"][alone][kept]
    assert abs(np.median(ratio) - 1) < 0.01


turns = st.integers(0, 3).map(
    lambda n: np.round(
        [[np.cos(n * np.pi / 2), -np.sin(n * np.pi / 2)], [np.sin(n * np.pi / 2), np.cos(n * np.pi / 2)]]
    )
)
matrices = st.builds(lambda turn, flip, scale: scale * turn @ np.diag([flip, 1.0]), turns,
                     st.sampled_from([1.0, -1.0]), st.sampled_from([0.5, 1.0, 2.0]))  # fmt: skip


@given(matrices, st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)))
def test_moving_there_and_back_changes_nothing(matrix, offset):
    rng = np.random.default_rng(1)
    table = np.zeros(20, STAR_LIST)
    for name in ("x", "y", "flux", "fwhm"):
        table[name] = rng.uniform(1, 100, 20)
    table["ellipticity"], table["theta"] = rng.uniform(0.05, 0.8, 20), rng.uniform(-89, 89, 20)
    stars = StarList(table, (100, 100), aperture=5.0, pixel_scale=1.0)
    moved = stars.moved(matrix, offset)
    np.testing.assert_allclose(places(moved), places(stars) @ matrix.T + offset)
    back = moved.moved(np.linalg.inv(matrix), -np.linalg.inv(matrix) @ offset)
    for name in ("x", "y", "fwhm", "ellipticity"):
        np.testing.assert_allclose(back[name], stars[name], atol=1e-6)
    assert abs((back["theta"] - stars["theta"] + 90) % 180 - 90).max() < 1e-6
    assert back.aperture == pytest.approx(5.0)
    # an axis that is turned with the image
    along = matrix @ [np.cos(np.radians(table["theta"])), np.sin(np.radians(table["theta"]))]
    expected = np.degrees(np.arctan2(along[1], along[0]))
    assert abs((moved["theta"] - expected + 90) % 180 - 90).max() < 1e-6


def test_files_say_the_same(stars, tmp_path):
    for suffix in ("csv", "ecsv", "fits", "vot"):
        stars.write(tmp_path / f"stars.{suffix}")
        table = Table.read(tmp_path / f"stars.{suffix}")
        assert tuple(table.colnames[:12]) == COLUMNS
        assert table.colnames[12:] == ["background", "flags", "mag", "mag_err"]
        np.testing.assert_allclose(table["x"], stars["x"] + 1, atol=1e-4)
        np.testing.assert_allclose(table["ra"], stars["ra"], atol=1e-8)
        np.testing.assert_allclose(table["flux"], stars["flux"], rtol=1e-6)
        np.testing.assert_allclose(table["mag"], 25 - 2.5 * np.log10(stars["flux"]), atol=1e-4)
        assert [str(each) for each in table["flags"].filled("")] == list(stars["flags"])
        np.testing.assert_array_equal(np.asarray(table["saturated"]).astype(bool), stars["saturated"])
        # a magnitude without a width is one that has no shape
        lost = np.isnan(stars["fwhm"])
        np.testing.assert_array_equal(np.isnan(np.ma.filled(table["fwhm"].astype(float), np.nan)), lost)
        if suffix != "csv":
            assert str(table["fwhm"].unit) in ("pix", "pixel")
            assert str(table["dec"].unit) == "deg"
            assert "ICRS" in table["ra"].description or suffix == "fits"
    stars.write(tmp_path / "stars.reg")
    regions = Regions.read(tmp_path / "stars.reg", format="ds9")
    centres = np.array([(each.center.x, each.center.y) for each in regions])
    # the package counts from 0
    np.testing.assert_allclose(centres, places(stars), atol=1e-4)
    assert regions[0].radius == pytest.approx(stars.aperture, abs=1e-3)
    with pytest.raises(ViewerError, match=r"\.reg"):
        stars.write(tmp_path / "stars.txt")
    with pytest.raises(ViewerError, match="exists already"):
        stars.write(tmp_path / "stars.csv")


def test_the_summary_holds_what_the_stars_have_in_common(stars, sample):
    summary = stars.summary()
    clean = stars.table[~stars["saturated"] & np.isfinite(stars["fwhm"]) & (stars["snr"] > 10)]
    assert summary["count"] == len(stars)
    assert summary["fwhm"] == np.median(clean["fwhm"])
    assert summary["fwhm"] == list_stars(read(sample).data)["median_fwhm"]
    assert summary["fwhm_arcsec"] == pytest.approx(summary["fwhm"], rel=0.01)
    # the faintest star that has five times the noise of its circle
    flux = 10 ** (0.4 * (25 - summary["limiting_magnitude"]))
    assert flux == pytest.approx(5 * summary["noise"] * np.sqrt(np.pi) * summary["aperture"])
    assert find_star_list(Frame.of(np.ones((50, 50)), fits.Header())).summary()["limiting_magnitude"] is None


def test_the_header_and_the_user_are_heard():
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[:300, :300]
    image = rng.normal(500, 5, (300, 300))
    for place in range(20, 290, 30):
        image += 400 * place * np.exp(-0.5 * ((columns - place) ** 2 + (rows - 150) ** 2) / 1.5**2)
    header = fits.Header({"EGAIN": 2.0, "SATURATE": 60_000, "MAGZERO": 24.0})
    stars = find_star_list(Frame.of(image, header))
    assert (stars.gain, stars.saturation, stars.zero_point) == (2.0, 60_000.0, 24.0)
    assert stars["saturated"].sum() == sum(400 * place + 500 > 60_000 for place in range(20, 290, 30))
    own = find_star_list(Frame.of(image, header), gain=1.0, saturation=1e6, zero_point=20.0, aperture=None)
    assert (own.gain, own.saturation, own.zero_point) == (1.0, 1e6, 20.0)
    assert not own["saturated"].any()
    assert (own["flux_err"] > stars["flux_err"][: len(own)]).all()
    for wrong in ({"threshold": 0.0}, {"gain": -1.0}, {"aperture": np.nan}, {"colour": 1.0}):
        with pytest.raises(ViewerError, match=next(iter(wrong))):
            find_star_list(Frame.of(image, header), **wrong)
    with pytest.raises(ViewerError, match="one axis"):
        find_star_list(Frame.of(image[0], header))


def test_a_plane_of_a_cube_and_the_mean_of_the_colours(sample, stars):
    data = read(sample).data.astype(float)
    cube = np.stack([np.full(data.shape, 100.0), data])
    header = fits.Header()
    assert len(find_star_list(Frame.of(cube, header), (0,))) == 0
    assert len(find_star_list(Frame.of(cube, header), (1,))) == len(stars)
    colour = find_star_list(Frame.of(np.stack([data, 2 * data, 3 * data]), header, colour=True))
    assert "mean of red" in colour.notes[0]
    assert len(colour) == pytest.approx(len(stars), abs=3)


@pytest.mark.parametrize("method", ["sep", "teaching"])
def test_the_script_of_a_search_gives_the_same_stars_alone(method, sample, tmp_path):
    frame = read(sample)
    expected = find_star_list(frame, method=method, aperture=4.0)
    text = question_script((), Origin.of(frame), Question(method_of(method)[0], expected.settings, "Stars"))
    assert "viewer" not in text
    (tmp_path / "stars.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "stars.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("x,y,"))
    rows = np.array([[float(each) for each in line.split(",")[:3]] for line in lines[start + 1 :]])
    np.testing.assert_array_equal(rows[:, 0], expected["x"] + 1)
    np.testing.assert_array_equal(rows[:, 2], expected["flux"])
