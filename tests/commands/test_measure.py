"""`skyloupe measure`: stars at positions, as a table and as JSON."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from tests.core.measure.starmaking import star_image
from viewer.cli import main

ASKED = [
    *("x", "y", "fwhm", "ellipticity", "peak", "background", "flux", "flux_err", "snr"),
    *("ra", "dec", "fwhm_arcsec"),
]


@pytest.fixture
def stars(tmp_path: Path) -> Path:
    """Two stars of known place, flux and width on the sky."""
    rng = np.random.default_rng(1)
    image = star_image((120, 150), 40.25, 70.5, 50_000, 3.5) + rng.normal(300, 4, (120, 150))
    image += star_image((120, 150), 110.0, 30.0, 20_000, 5.0, beta=3.0)
    wcs = WCS({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 75.0, "CRPIX2": 60.0})
    wcs.wcs.crval, wcs.wcs.cdelt = [200.0, -30.0], [-0.5 / 3600, 0.5 / 3600]
    header = wcs.to_header()
    header["EGAIN"] = 1.5
    path = tmp_path / "stars.fits"
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(image.astype(np.float32), header, name="SCI")]).writeto(
        path
    )
    return path


def measured(capsys: pytest.CaptureFixture, *words: object) -> list[dict]:
    assert main(["measure", *map(str, words), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    # one answer for one question
    return found if isinstance(found, list) else [found]


def test_json_holds_what_was_asked_for(capsys: pytest.CaptureFixture, stars: Path) -> None:
    one, two = measured(capsys, f"{stars}[SCI]", 42, 71, "111.4", 30)
    assert set(ASKED) <= one.keys()
    assert (one["x"], one["y"]) == pytest.approx((41.25, 71.5), abs=0.02)
    assert (two["x"], two["y"]) == pytest.approx((111, 31), abs=0.05)
    assert one["fwhm"] == pytest.approx(3.5, abs=0.03)
    assert one["fwhm_arcsec"] == pytest.approx(one["fwhm"] * 0.5, rel=1e-4)
    assert one["flux"] == pytest.approx(50_000, rel=0.02)
    assert one["background"] == pytest.approx(300, abs=1)
    assert one["magnitude"] == pytest.approx(25 - 2.5 * math.log10(one["flux"]))
    assert one["gain"] == 1.5
    assert one["errors"] == "sky and the star's own light"
    assert one["notes"] == ""
    header = fits.getheader(stars, 1)
    ra, dec = WCS(header).all_pix2world([[one["x"], one["y"]]], 1)[0]
    assert (one["ra"], one["dec"]) == pytest.approx((ra, dec), abs=1e-7)
    # a section has its own first pixel, and the same sky
    assert main(["measure", f"{stars}[SCI]", "42", "71", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == one
    (part,) = measured(capsys, f"{stars}[SCI][11:120,21:110]", 31, 51)
    assert (part["x"], part["y"]) == pytest.approx((one["x"] - 10, one["y"] - 20), abs=1e-4)
    assert (part["ra"], part["dec"]) == pytest.approx((one["ra"], one["dec"]), abs=1e-7)


def test_options(capsys: pytest.CaptureFixture, stars: Path) -> None:
    options = ["--radius", 5, "--inner", 9, "--outer", 14, "--gain", 2, "--zero-point", "-1.5e0"]
    (found,) = measured(capsys, stars, "42.0", 71, "--hdu", 1, "--no-recentre", "--sky", "median", *options)
    assert (found["x"], found["y"], found["radius"], found["inner"], found["outer"]) == (42, 71, 5, 9, 14)
    assert found["area"] == pytest.approx(math.pi * 25)
    assert (found["gain"], found["zero_point"]) == (2, -1.5)
    assert found["magnitude"] == pytest.approx(-1.5 - 2.5 * math.log10(found["flux"]))
    (full,) = measured(capsys, stars, 42, 71, "--saturation", 2000)
    assert full["saturated"] is True


def test_the_table_and_the_positions_outside(capsys: pytest.CaptureFixture, stars: Path) -> None:
    assert main(["measure", str(stars), "42", "71", "-3", "-1e1", "75", "100"]) == 1
    out, error = capsys.readouterr()
    lines = out.splitlines()
    assert set(ASKED) <= set(lines[0].split())
    assert lines[1].split()[0].startswith("41.2")
    assert lines[2].split()[0] == "-3.000"
    assert "nan" in lines[2]
    assert "75, 100: no star within 5 pixels: measured where it was asked" in lines
    assert error == "skyloupe: position -3, -10 is outside the image of 150 x 120 pixels\n"


def test_wrong_usage_and_what_has_no_stars(
    capsys: pytest.CaptureFixture, stars: Path, data_dir: Path
) -> None:
    assert main(["measure", str(stars), "1", "2", "3"]) == 2
    assert main(["measure", str(stars), "1", "2", "--radius", "-1"]) == 2
    assert main(["measure", str(stars), "1", "nan"]) == 2
    capsys.readouterr()
    for name, reason in (("edge/spectrum1d_45P.fits", "one axis"), ("images/ginga_rgbcube.fits", "colour")):
        assert main(["measure", str(data_dir / name), "5", "5"]) == 1
        assert reason in capsys.readouterr().err
    assert main(["measure", str(stars), "42", "71", "--inner", "9", "--outer", "8"]) == 1
    assert "annulus" in capsys.readouterr().err


def test_a_plane_of_a_cube(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    cube = np.zeros((3, 60, 60)) + np.random.default_rng(1).normal(0, 1, (3, 60, 60))
    cube[1] += star_image((60, 60), 30, 28, 5000, 4.0)
    fits.writeto(tmp_path / "cube.fits", cube)
    (found,) = measured(capsys, tmp_path / "cube.fits", 31, 29, "--plane", 2)
    assert found["flux"] == pytest.approx(5000, rel=0.05)
    assert found["ra"] is None
    (first,) = measured(capsys, tmp_path / "cube.fits", 31, 29)
    assert first["fwhm"] is None
