"""`skyloupe spectrum`: spectra of long-slit frames and cubes, without a window."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from viewer.cli import main


@pytest.fixture
def star(data_dir: Path) -> str:
    return str(data_dir / "longslit_sprat" / "v_s_20180810_27_1_0_0.fits.gz")


def test_a_standard_star_as_csv_is_numpys(star: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "star.csv"
    words = ["spectrum", star, "--along", "rows", "--band", "124:142", "--sky", "90:115", "150:175"]
    assert main([*words, "-o", str(out)]) == 0
    assert "the header has none along the dispersion" in capsys.readouterr().out
    with out.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["pixel", "wavelength", "flux", "error", "sky", "count"]
    raw = fits.getdata(star).astype(float)
    sky = np.median(np.concatenate([raw[89:115], raw[149:175]]), axis=0)
    flux = [float(row["flux"]) for row in rows]
    np.testing.assert_allclose(flux, (raw[123:142] - sky).sum(axis=0))
    # along columns, the same of the transposed frame
    turned = tmp_path / "turned.fits"
    fits.writeto(turned, fits.getdata(star).T)
    words[1], words[3] = str(turned), "columns"
    assert main([*words, "--json"]) == 0
    np.testing.assert_allclose(json.loads(capsys.readouterr().out)["flux"], flux)
    # a file that exists stays
    words[1], words[3] = star, "rows"
    assert main([*words, "-o", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_aligned_and_calibrated_as_fits(star: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "star.fits"
    words = ["spectrum", star, "--band", "124:142", "--sky", "90:115", "--sky", "150:175", "--rotate", "auto"]
    lines = ["--calibrate", "281.23=4671.23", "607.51=6182.42", "913.52=7642.02", "--medium", "air"]
    assert main([*words, *lines, "-o", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["trace"]["angle"] == pytest.approx(-0.14, abs=0.02)
    assert found["rotate"] == found["trace"]["angle"]
    assert found["calibration"]["dispersion"] == pytest.approx(4.7, abs=0.1)
    assert found["notes"][0] == "dispersion along rows: the longer side of the frame"
    header = fits.getheader(out)
    assert header["CTYPE1"] == "AWAV"
    assert header["OBJECT"] == "Hilt102"
    linear = fits.Header({key: header[key] for key in ("CTYPE1", "CUNIT1", "CRPIX1", "CRVAL1", "CDELT1")})
    wavelengths = WCS(linear).all_pix2world(np.arange(1024), 0)[0] * 1e10
    np.testing.assert_allclose(wavelengths, found["wavelength"])
    # the deep telluric band of oxygen (A, 7594 to 7621 Angstrom) is where it belongs
    flux = np.array(fits.getdata(out))
    near = (wavelengths > 7450) & (wavelengths < 7750)
    continuum = np.interp(wavelengths, wavelengths[near][[0, -1]], flux[near][[0, -1]])
    assert wavelengths[near][np.argmin((flux / continuum)[near])] == pytest.approx(7605, abs=20)
    # HISTORY says how to do it again
    history = "".join(header["HISTORY"]).replace("\n", "")
    assert "--band 124:142 --sky 90:115 150:175 --sky-fit median --combine sum --rotate -0.1" in history
    assert main(["spectrum", star, "--band", "124:142", "--trace", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["trace"]["coefficients"]) == 3


def test_a_region_of_a_cube(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    cube = data_dir / "cube" / "l1448_13co.fits"
    out = tmp_path / "clump.fits"
    assert main(["spectrum", str(cube), "--region", "circle(53,60,7.5)", "-o", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    y, x = np.mgrid[1:106, 1:106]
    inside = (x - 53) ** 2 + (y - 60) ** 2 < 7.5**2
    np.testing.assert_allclose(found["flux"], fits.getdata(cube)[:, inside].mean(1, dtype=float), rtol=1e-6)
    assert found["axis"]["label"] == "optical velocity"
    assert (found["axis"]["start"], found["axis"]["step"]) == (
        pytest.approx(-9959.44378305 + 188 * 66.42361),
        pytest.approx(66.42361),
    )
    header = fits.getheader(out)
    assert (header["CTYPE1"], header["CUNIT1"], header["NAXIS"]) == ("VOPT", "m/s", 1)
    assert header["SPECSYS"] == "LSRK"


def test_wrong_use_is_explained(
    star: str, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    cube = str(data_dir / "cube" / "l1448_13co.fits")
    for words, code, text in (
        (
            [star, "--along", "rows", "--band", "1000:1010"],
            1,
            "a band is a range of rows",
        ),
        ([star, "--band", "124:142", "--sky", "140:150"], 1, "overlaps"),
        ([star, "--band", "124:142", "--calibrate", "12=5000"], 1, "too few"),
        ([star, "--band", "124:142", "-o", str(tmp_path / "s.txt")], 1, "choose .csv or .fits"),
        ([cube, "--band", "12:14"], 1, "is a cube: give --region"),
        ([cube, "--region", "circle(53,60"], 1, "--region cannot be circle(53,60"),
        ([cube, "--region", "circle(530,60,3)"], 1, "outside the image"),
        ([star, "--region", "circle(53,60,5)"], 1, "no cube"),
        ([star], 2, "--band A:B is needed"),
        ([star, "--band", "a:b"], 2, "write A:B"),
        ([star, "--band", "1:9", "--rotate", "often"], 2, "write auto, or degrees"),
        ([star, "--band", "1:9", "--calibrate", "12"], 2, "PIXEL=WAVELENGTH"),
    ):
        assert main(["spectrum", *words]) == code, words
        told = capsys.readouterr().err
        assert text in told, told
    assert list(tmp_path.iterdir()) == []
