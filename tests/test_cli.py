"""The command line: what it prints and writes, what it says when it cannot, what it does not load."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from viewer.cli import main
from viewer.commands.view import STRETCHES
from viewer.core.render.limits import Limits
from viewer.core.session.options import ViewOptions
from viewer.handover.claim import Claim


def run(capsys: pytest.CaptureFixture, *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def run_json(capsys: pytest.CaptureFixture, *words: object):
    code, out, err = run(capsys, *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@pytest.fixture
def odd_file(tmp_path: Path) -> Path:
    """A file with an empty primary HDU, integers with BLANK, floats with NaN and infinity, and a table."""
    path = tmp_path / "odd.fits"
    whole = fits.ImageHDU(np.array([[1, -1, 3], [2**62 + 1, 5, 6]], "i8"), name="WHOLE")
    whole.header["BLANK"] = -1
    whole.header["BUNIT"] = "adu"
    real = fits.ImageHDU(np.array([[np.nan, np.inf], [0.1, 7.0]], "f4"), name="REAL", ver=2)
    table = fits.BinTableHDU.from_columns([fits.Column("a", "J", array=[1, 2])], name="TAB")
    fits.HDUList([fits.PrimaryHDU(), whole, real, table]).writeto(path)
    return path


# ------------------------------------------------------------------ info and header


def test_info_as_json(capsys: pytest.CaptureFixture, odd_file: Path) -> None:
    (found,) = run_json(capsys, "info", odd_file)
    assert list(found) == ["path", "hdus", "default", "problems"]
    assert (found["path"], found["default"], found["problems"]) == (str(odd_file), 1, [])
    assert found["hdus"][1] == {
        "index": 1,
        "name": "WHOLE",
        "ver": found["hdus"][1]["ver"],
        "kind": "image",
        "shape": [2, 3],
        "dtype": found["hdus"][1]["dtype"],
        "bitpix": 64,
        "compressed": "",
        "unit": "adu",
        "wcs": False,
        "problems": [],
    }
    assert [hdu["kind"] for hdu in found["hdus"]] == ["empty", "image", "image", "table"]
    assert (found["hdus"][2]["name"], found["hdus"][2]["ver"], found["hdus"][2]["dtype"]) == (
        "REAL",
        2,
        "float32",
    )


def test_one_bad_file_does_not_stop_the_others(
    capsys: pytest.CaptureFixture, odd_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.fits").write_bytes(b"nothing of the kind")
    code, out, err = run(capsys, "info", tmp_path / "bad.fits", odd_file, tmp_path / "absent.fits", "--json")
    assert code == 1
    assert [bool(each["hdus"]) for each in json.loads(out)] == [False, True, False]
    complaints = err.splitlines()
    assert len(complaints) == 2
    assert all(line.startswith("skyloupe: ") for line in complaints)
    assert "bad.fits" in complaints[0]
    assert "absent.fits" in complaints[1]


def test_info_for_people(capsys: pytest.CaptureFixture, odd_file: Path) -> None:
    code, out, _ = run(capsys, "info", odd_file)
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["*", "1", "WHOLE"] in [line[:3] for line in lines]
    size = lines[3].index("image") + 1
    assert lines[3][size : size + 3] == ["3", "x", "2"]


def test_checksums_are_compared(capsys: pytest.CaptureFixture, data_dir: Path) -> None:
    (good, bad) = run_json(
        capsys, "info", data_dir / "edge" / "checksum.fits", data_dir / "edge" / "checksum_false.fits"
    )
    assert not any(hdu["problems"] for hdu in good["hdus"])
    assert any("CHECKSUM" in problem for problem in bad["hdus"][0]["problems"])


def test_header(capsys: pytest.CaptureFixture, odd_file: Path) -> None:
    code, out, _ = run(capsys, "header", f"{odd_file}[WHOLE]")
    assert (code, out.splitlines()[0][:20]) == (0, "XTENSION= 'IMAGE   '")
    assert out.splitlines()[-1] == "END"
    assert run_json(capsys, "header", odd_file, "bunit", "NAXIS?") == [
        {"keyword": "BUNIT", "value": "adu", "comment": ""},
        {"keyword": "NAXIS1", "value": 3, "comment": ""},
        {"keyword": "NAXIS2", "value": 2, "comment": ""},
    ]
    code, out, err = run(capsys, "header", odd_file, "BUNIT", "NOSUCH")
    assert (code, out) == (1, "BUNIT  adu\n")
    assert "NOSUCH" in err


# ------------------------------------------------------------------ value and stats


def test_value(capsys: pytest.CaptureFixture, odd_file: Path) -> None:
    found = run_json(capsys, "value", odd_file, 1, 2, 2.4, 0.6)
    assert found[0] == {
        "x": 1,
        "y": 2,
        "value": 2**62 + 1,
        "unit": "adu",
        "ra": None,
        "dec": None,
        "world": {},
    }
    assert found[1]["value"] is None
    assert [each["value"] for each in run_json(capsys, "value", f"{odd_file}[REAL,2]", 1, 1, 2, 1, 1, 2)] == [
        None,
        None,
        pytest.approx(0.1),
    ]
    assert run_json(capsys, "value", f"{odd_file}[1][2:3,1:2]", 1, 2)[0]["value"] == 5
    code, out, _ = run(capsys, "value", odd_file, 2, 1)
    assert (code, "blank adu" in out) == (0, True)


@pytest.mark.parametrize("x", ["-3", "-1e1", "4", "0.4"])
def test_a_position_outside_is_told_and_the_others_shown(
    capsys: pytest.CaptureFixture, odd_file: Path, x: str
) -> None:
    code, out, err = run(capsys, "value", odd_file, x, "1", "1", "1", "--json")
    assert code == 1
    assert [each["value"] for each in json.loads(out)] == [None, 1]
    assert "3 x 2 pixels" in err


def test_value_on_the_sky(capsys: pytest.CaptureFixture, data_dir: Path) -> None:
    (star,) = run_json(capsys, "value", data_dir / "wcs" / "tanpv.fits", 418, 78)
    assert (star["ra"], star["dec"]) == (pytest.approx(52.5389168), pytest.approx(-28.7307809))
    assert star["value"] == pytest.approx(2859.53882)
    cube = data_dir / "cube" / "l1448_13co.fits"
    (point,) = run_json(capsys, "value", cube, 53, 53, "--plane", 3)
    assert point["world"] == {"optical velocity": {"value": pytest.approx(2661.0421), "unit": "m/s"}}
    assert point["value"] == pytest.approx(float(fits.getdata(cube)[2, 52, 52]))
    (colour,) = run_json(capsys, "value", data_dir / "images" / "ginga_rgbcube.fits", 257, 257)
    assert (colour["value"], colour["values"][0]) == (56, 56)


def test_stats(capsys: pytest.CaptureFixture, odd_file: Path) -> None:
    found = run_json(capsys, "stats", f"{odd_file}[WHOLE]")
    assert list(found) == ["min", "max", "mean", "median", "std", "nan_count", "zscale"]
    assert (found["min"], found["median"], found["nan_count"]) == (1, 5, 1)
    real = run_json(capsys, "stats", f"{odd_file}[REAL]")
    assert (real["min"], real["max"], real["nan_count"]) == (pytest.approx(0.1), 7, 1)
    assert len(real["zscale"]) == 2
    code, _, err = run(capsys, "stats", f"{odd_file}[TAB]")
    assert code == 1
    assert "skyloupe: " in err


# ------------------------------------------------------------------ snapshot


def test_snapshot_is_the_picture(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "m13.png"
    assert run(capsys, "snapshot", sample, "-o", out) == (0, "", "")
    picture = np.asarray(Image.open(out))
    data = fits.getdata(sample)
    assert picture.shape == (*data.shape, 3)
    # the brightest star is the brightest spot, the right way up
    y, x = np.unravel_index(np.argmax(data), data.shape)
    assert picture[data.shape[0] - 1 - y, x, 0] >= 250
    order = np.argsort(data.ravel())
    assert np.all(np.diff(picture[::-1, :, 0].ravel()[order].astype(int)) >= 0)
    assert list(tmp_path.iterdir()) == [out]


def test_snapshot_options(capsys: pytest.CaptureFixture, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "small.jpg"
    options = ["--size", "120x80", "--limits", "-5,500", "--cmap", "viridis", "--invert", "--scale", "log"]
    assert run(capsys, "snapshot", sample, "-o", out, *options) == (0, "", "")
    assert Image.open(out).size == (120, 80)
    plain, inverted = tmp_path / "a.png", tmp_path / "b.png"
    run(capsys, "snapshot", sample, "-o", plain)
    run(capsys, "snapshot", sample, "-o", inverted, "--invert")
    total = np.asarray(Image.open(plain)).astype(int) + np.asarray(Image.open(inverted))
    assert np.abs(total - 255).max() <= 1


def test_snapshot_of_a_spectrum_is_a_curve(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    values = np.concatenate((np.zeros(50), np.full(50, np.nan), np.full(50, 10.0)))
    fits.PrimaryHDU(values.astype("f4")).writeto(tmp_path / "line.fits")
    out = tmp_path / "line.png"
    assert run(capsys, "snapshot", tmp_path / "line.fits", "-o", out, "--size", "600x300")[0] == 0
    picture = np.asarray(Image.open(out)).astype(int)
    blue = (picture[..., 2] - picture[..., 0]) > 80
    rows, columns = np.nonzero(blue)
    assert rows[columns < 200].mean() > rows[columns > 450].mean() + 150
    assert not blue[:, 290:370].any()


def test_snapshot_refuses(
    capsys: pytest.CaptureFixture, odd_file: Path, sample: Path, tmp_path: Path
) -> None:
    for words, said in (
        ((f"{odd_file}[TAB]", "-o", tmp_path / "x.png"), "table"),
        ((f"{odd_file}[0]", "-o", tmp_path / "x.png"), "no image"),
        ((sample, "-o", tmp_path / "no" / "such" / "x.png"), "cannot be written"),
    ):
        code, _, err = run(capsys, "snapshot", *words)
        assert code == 1
        assert said in err
        assert err.count("\n") == 1
    assert run(capsys, "snapshot", sample, "-o", tmp_path / "x.fits")[0] == 2
    link = tmp_path / "link.png"
    link.symlink_to(sample)
    before = sample.read_bytes()
    assert run(capsys, "snapshot", sample, "-o", link)[0] == 1
    assert sample.read_bytes() == before


# ------------------------------------------------------------------ usage


@pytest.mark.parametrize(
    "words",
    [
        ["value", "f.fits", "1"],
        ["value", "f.fits", "a", "b"],
        ["value", "f.fits", "nan", "1"],
        ["snapshot", "f.fits"],
        ["snapshot", "f.fits", "-o", "a.png", "--size", "0x5"],
        ["info"],
        ["f.fits", "--limits", "abc"],
        ["f.fits", "--limits", "5,1"],
        ["f.fits", "--cmap", "nosuch"],
        ["f.fits", "--scale", "nosuch"],
        ["f.fits", "--scale", "log", "--parameter", "-4"],
        ["f.fits", "--zoom", "-1"],
        ["f.fits", "--hdu", "-1"],
        ["f.fits", "--nosuch"],
    ],
)
def test_wrong_usage_is_2(capsys: pytest.CaptureFixture, words: list[str]) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert "error" in err


@pytest.mark.parametrize("words", [["--help"], ["info", "--help"], ["value", "-h"], ["snapshot", "--help"]])
def test_help_has_examples(capsys: pytest.CaptureFixture, words: list[str]) -> None:
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "examples:" in out


def test_version(capsys: pytest.CaptureFixture) -> None:
    assert run(capsys, "--version")[1].startswith("skyloupe ")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_without_a_display_the_window_is_refused_in_a_sentence(capsys, monkeypatch, sample):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = run(capsys, sample)
    assert (code, out) == (1, "")
    assert err.startswith("skyloupe: there is no display")
    assert err.count("\n") == 1


def test_the_window_gets_files_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    application = type(sys)("viewer.ui.application")

    def run(files: list[str], options: ViewOptions, claim: Claim, *_restore: object, **_more: object) -> int:
        given.extend((files, options))
        claim.release()
        return 0

    application.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "viewer.ui.application", application)
    words = [
        "a.fits",
        "--scale",
        "log",
        "--limits",
        "-5,10",
        "b.fits[1]",
        "--zoom",
        "2",
        "--hdu",
        "3",
        "./info",
    ]
    assert main(words) == 0
    assert given == [
        ["a.fits", "b.fits[1]", "./info"],
        ViewOptions("log", limits=Limits("manual", low=-5.0, high=10.0), zoom=2.0, hdu=3),
    ]
    assert main(["--limits=-5,10", "--zoom", "fit"]) == 0
    assert given[2] == []
    assert given[3] == ViewOptions(limits=Limits("manual", low=-5.0, high=10.0))
    assert main(["a.fits", "--scale", "log", "--", "-b.fits", "--new"]) == 0
    assert given[4:] == [["a.fits", "-b.fits", "--new"], ViewOptions("log")]


@pytest.mark.parametrize("stretch", STRETCHES)
def test_every_stretch_of_the_command_line_exists(stretch: str) -> None:
    scale = ViewOptions(stretch=stretch, inverted=True, colormap="viridis").scale()
    assert (scale.stretch.name, scale.colormap.name, scale.colormap.inverted) == (stretch, "viridis", True)


# ------------------------------------------------------------------ as a process


def python(code: str, *words: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = "import sys, viewer.cli; print(sorted({'astropy', 'numpy', 'PyQt6', 'scipy'} & set(sys.modules)))"
    assert python(code).stdout == "[]\n"


def test_commands_load_neither_qt_nor_what_they_do_not_need(sample: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from viewer.cli import main; code = main(sys.argv[1:]); "
        "found = {'astropy', 'PyQt6', 'pyqtgraph'} & set(sys.modules); "
        "sys.stderr.write(' '.join(sorted(found))); sys.exit(code)"
    )
    for words, loaded in (
        (("info", sample), ""),
        (("header", sample, "NAXIS"), ""),
        (("stats", sample), ""),
        (("snapshot", sample, "-o", tmp_path / "out.png"), ""),
        (("value", sample, "3", "4"), "astropy"),
    ):
        done = python(code, *words)
        assert (done.returncode, done.stderr) == (0, loaded), words


def test_a_reader_that_has_seen_enough_is_no_error(sample: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m viewer header {sample} | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("SIMPLE")


def test_info_of_an_hdu_in_brackets(data_dir, capsys):
    name = str(data_dir / "mef" / "test0.fits")
    assert main(["info", f"{name}[sci,3]", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["default"] == 3
    assert main(["info", f"{name}[sci,9]"]) == 1
    assert "SCI" in capsys.readouterr().err
    assert main(["info", f"{name}[1][1:10,1:4000]"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
