"""skyloupe master, calibrate and combine."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from viewer.cli import main
from viewer.core.call import read_history

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture) -> Run:
    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def files(data_dir: Path, pattern: str) -> list[Path]:
    found = sorted((data_dir / "night_arcsat").glob(pattern))
    assert found
    return found


@pytest.fixture
def masters(run: Run, data_dir: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "masters"
    folder.mkdir()
    bias, dark, flat = (folder / f"{kind}.fits" for kind in ("bias", "dark", "flat"))
    assert run("master", "bias", *files(data_dir, "Bias*"), "-o", bias)[0] == 0
    assert run("master", "dark", *files(data_dir, "Dark*"), "--bias", bias, "-o", dark)[0] == 0
    words = ("--bias", bias, "--dark", dark, "--method", "sigma-clip", "--sigma", 4)
    assert run("master", "flat", *files(data_dir, "domeflat*"), *words, "-o", flat)[0] == 0
    return folder


def test_masters(masters: Path, run: Run, data_dir: Path, tmp_path: Path) -> None:
    bias = fits.open(masters / "bias.fits")[0]
    assert np.array_equal(
        bias.data, np.median([fits.getdata(each) for each in files(data_dir, "Bias*")], axis=0)
    )
    assert bias.header["NCOMBINE"] == 3
    assert bias.header["IMAGETYP"] == "Master Bias"
    assert np.nanmean(fits.getdata(masters / "flat.fits")) == pytest.approx(1, abs=1e-4)
    (call,) = read_history(fits.getheader(masters / "flat.fits"))
    assert call.arguments["method"] == "sigma-clip"
    assert call.arguments["dark"].name == str(masters / "dark.fits")
    # nothing is replaced unasked, and what it is made of never
    code, _, err = run("master", "bias", *files(data_dir, "Bias*"), "-o", masters / "bias.fits")
    assert (code, err.count("\n")) == (1, 1)
    assert "exists already" in err
    copies = [shutil.copy(each, tmp_path) for each in files(data_dir, "Bias*")]
    code, _, err = run("master", "bias", *copies, "-o", copies[0], "--overwrite")
    assert code == 1
    assert "is itself a file to be worked with" in err
    code, out, err = run("master", "dark", *files(data_dir, "domeflat*"), "-o", tmp_path / "x.fits")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "flat" in err
    assert not (tmp_path / "x.fits").exists()


def test_damaged_and_repeated_files(run: Run, data_dir: Path, tmp_path: Path) -> None:
    good = files(data_dir, "Bias*")
    (tmp_path / "cut.fits").write_bytes(good[0].read_bytes()[:100_000])
    (tmp_path / "link.fits").symlink_to(good[1])
    words = (*good, tmp_path / "cut.fits", tmp_path / "link.fits", good[0], tmp_path / "none.fits")
    code, out, err = run("master", "bias", *words, "-o", tmp_path / "bias.fits")
    assert code == 1
    assert "master bias of 3 frames" in out
    assert fits.getheader(tmp_path / "bias.fits")["NCOMBINE"] == 3
    assert [line.partition(" is left out: ")[2].partition(" ")[0] for line in err.splitlines()] == [
        "rows", "it", "it", "there",
    ]  # fmt: skip
    assert run("master", "bias", tmp_path / "none.fits", "-o", tmp_path / "y.fits")[0] == 1


def test_masters_are_chosen_and_reasons_given(
    run: Run, masters: Path, data_dir: Path, tmp_path: Path
) -> None:
    lights = files(data_dir, "XO1*")[:2]
    code, out, err = run("calibrate", *lights, "--masters", masters, "-o", tmp_path / "a", "--jobs", 1)
    assert code == 0, err
    assert "Dark: dark.fits fits: 60 s as the frame" in out
    assert "Flat: flat.fits fits: filter z" in out
    named = [word for kind in ("bias", "dark", "flat") for word in (f"--{kind}", masters / f"{kind}.fits")]
    assert run("calibrate", *lights, *named, "-o", tmp_path / "b", "--jobs", 2)[0] == 0
    for light in lights:
        one, other = (fits.getdata(tmp_path / each / light.name) for each in "ab")
        assert np.array_equal(one, other, equal_nan=True)
    header = fits.getheader(tmp_path / "a" / lights[0].name)
    assert header["CALSTAT"] == "BDF"
    assert header["DARKFILE"] == "dark.fits"
    # frames of another night and camera: none fits, and none is applied
    others = sorted((data_dir / "night_tres1").glob("tres1-0*[0-9].fit"))[:1]
    code, out, err = run("calibrate", *others, "--masters", masters, "-o", tmp_path / "c")
    assert "does not fit" in out
    assert code == 1
    assert "none of the masters" in err


def test_a_master_that_does_not_fit(run: Run, masters: Path, data_dir: Path, tmp_path: Path) -> None:
    light = files(data_dir, "XO1*")[0]
    flat = tmp_path / "flat_r.fits"
    shutil.copy(masters / "flat.fits", flat)
    fits.setval(flat, "FILTER", value="r")
    code, _, err = run("calibrate", light, "--flat", flat, "-o", tmp_path / "out")
    assert code == 1
    assert "filter" in err
    assert run("calibrate", light, "--flat", flat, "--override", "-o", tmp_path / "out")[0] == 0
    header = fits.getheader(tmp_path / "out" / light.name)
    assert "filter" in str([header[key] for key in header if key.startswith("CALNOTE")])
    code, _, err = run("calibrate", light, "-o", tmp_path / "none")
    assert code == 1
    assert "say what to correct with" in err
    # a number with a minus and an exponent is a value, not an option
    out = tmp_path / "line"
    assert (
        run("calibrate", light, "--dark", masters / "dark.fits", "--b", "-1e-6", "-o", out, "--override")[0]
        == 0
    )
    code, _, err = run("calibrate", light, "--dark", masters / "dark.fits", "-o", light.parent, "--override")
    assert code == 1
    assert "is itself a file to be worked with" in err


def test_combine(run: Run, data_dir: Path, tmp_path: Path) -> None:
    lights = files(data_dir, "XO1*")
    out = tmp_path / "m.fits.gz"
    words = ("--method", "mean", "--align", "wcs", "--level", "offset", "--exposure-map")
    code, said, err = run("combine", *lights, *words, "-o", out)
    assert code == 0, err
    assert "5 images combined" in said
    assert fits.getheader(out)["EXPTOT"] == 300
    assert np.nanmax(fits.getdata(tmp_path / "m_exposure.fits.gz")) == 300
    code, _, err = run("combine", *lights, "--method", "fold", "-o", tmp_path / "n.fits")
    assert code == 2
    (tmp_path / "text.fits").write_text("clouds")
    code, _, err = run("combine", lights[0], lights[1], tmp_path / "text.fits", "-o", tmp_path / "n.fits")
    assert code == 1
    assert "text.fits is left out" in err
    assert fits.getheader(tmp_path / "n.fits")["NCOMBINE"] == 2
    other = sorted((data_dir / "night_tres1").glob("*.fit"))[0]
    code, _, err = run("combine", lights[0], other, "-o", tmp_path / "k.fits")
    assert (code, err.count("\n")) == (1, 1)
    assert "640" in err
