"""skyloupe reduce, with what goes wrong in real nights."""

import contextlib
import errno
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from viewer.cli import main

Run = Callable[..., tuple[int, str, str]]
SHAPE = (96, 128)
Y, X = np.indices(SHAPE)
SHADE = 1 - 0.3 * (X / SHAPE[1] - 0.5) ** 2
SKY = 120.0


def stars(dx: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(3)
    light = np.zeros(SHAPE)
    for x, y, flux in rng.uniform((8, 8, 2e3), (120, 88, 2e4), (25, 3)):
        light += flux / (2 * np.pi * 1.5**2) * np.exp(-((X - x - dx) ** 2 + (Y - y) ** 2) / (2 * 1.5**2))
    return light


def save(path: Path, data: np.ndarray, kind: str, exposure: float, **cards: Any) -> Path:
    header = fits.Header(
        {"IMAGETYP": kind, "EXPTIME": exposure, "CCD-TEMP": -20.0, "XBINNING": 1, "YBINNING": 1}
    )
    number = sum(1 for _ in path.parent.iterdir())
    header["DATE-OBS"] = f"2025-01-01T{number // 60:02d}:{number % 60:02d}:00"
    header["INSTRUME"] = "CCD1"
    header.update({key.replace("_", "-"): value for key, value in cards.items()})
    fits.writeto(path, np.round(data).clip(0, 65535).astype(np.uint16), header)
    return path


@pytest.fixture
def night(tmp_path: Path) -> Path:
    folder = tmp_path / "night"
    folder.mkdir()
    rng = np.random.default_rng(1)

    def noisy(data: Any) -> np.ndarray:
        return data + rng.normal(0, 4, SHAPE)

    for number in range(3):
        save(folder / f"bias{number}.fits", noisy(1000), "Bias Frame", 0)
        save(folder / f"dark{number}.fits", noisy(1030), "DARK", 60)
        save(folder / f"flat{number}.fits", noisy(1002 + 20000 * SHADE), "Flat Field", 3, FILTER="V")
    for number in range(4):
        light = noisy(1030 + SHADE * (SKY + stars(2 * number)))
        save(folder / f"light{number}.fits", light, "Light Frame", 60, FILTER="V", OBJECT="M13")
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture, night: Path) -> Run:
    """Run a command; whatever it does, no raw file is changed."""

    def raw() -> dict[Path, bytes]:
        files = [path for path in night.rglob("*") if path.is_file() and "reduced" not in path.parts]
        return {path: path.read_bytes() for path in files}

    def command(*words: object) -> tuple[int, str, str]:
        before = raw()
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        assert raw() == before
        return code, captured.out, captured.err

    return command


def made(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.fits"))


def test_the_plan_is_shown_and_nothing_written(run: Run, night: Path, tmp_path: Path) -> None:
    code, out, err = run("reduce", night, "-o", tmp_path / "out", "--dry-run")
    assert (code, err) == (0, "")
    assert "Dark: dark_60s_-20C.fits fits: 60 s as the frame" in out
    assert "-> stacks/M13_V.fits" in out
    assert not (tmp_path / "out").exists()
    _, out, _ = run("reduce", night, "-o", tmp_path / "out", "--dry-run", "--json", "--align", "none")
    steps = json.loads(out)["steps"]
    assert [step["kind"] for step in steps] == ["master"] * 3 + ["calibrate"] * 4 + ["rank", "coadd"]
    assert "align='none'" in steps[-1]["calls"][0]


def test_a_night_is_reduced(run: Run, night: Path, tmp_path: Path) -> None:
    code, out, err = run("reduce", night, "-o", tmp_path / "out", "--worst", "25%", "--exposure-map")
    assert code == 0, err
    assert out.startswith("3 masters, 4 calibrated frames, 2 co-added images, 1 left out in ")
    assert "is among the worst 25%" in err
    stack = fits.open(tmp_path / "out" / "stacks" / "M13_V.fits")[0]
    assert stack.header["NCOMBINE"] == 3
    middle = stack.data[10:-10, 20:-20]
    first = fits.getdata(tmp_path / "out" / "calibrated" / f"{Path(stack.header['IMCMB001']).stem}.fits")
    # bias, dark and shade of the flat are gone
    assert np.median(middle) == pytest.approx(SKY, rel=0.03)
    assert abs(np.median(middle[:, :15]) - np.median(middle[:, 40:55])) < 3
    assert np.corrcoef(middle.ravel(), first[10:-10, 20:-20].ravel())[0, 1] > 0.98
    assert fits.getdata(tmp_path / "out" / "stacks" / "M13_V_exposure.fits").max() == 180
    # a second time nothing is replaced unasked, and then all of it
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert (code, err.count("\n")) == (1, 1)
    assert "exist already" in err
    assert run("reduce", night, "-o", tmp_path / "out", "--overwrite")[0] == 0
    assert fits.getheader(tmp_path / "out" / "stacks" / "M13_V.fits")["NCOMBINE"] == 4


def test_processes_give_the_same(run: Run, night: Path, tmp_path: Path) -> None:
    assert run("reduce", night, "-o", tmp_path / "a", "--jobs", "1")[0] == 0
    assert run("reduce", night, "-o", tmp_path / "b", "--jobs", "2")[0] == 0
    assert made(tmp_path / "a") == made(tmp_path / "b")
    for name in made(tmp_path / "a"):
        assert np.array_equal(
            fits.getdata(tmp_path / "a" / name), fits.getdata(tmp_path / "b" / name), equal_nan=True
        )


def test_output_folders_that_are_refused(
    run: Run, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(night)
    code, out, err = run("reduce", night, "-o", night)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "is the folder of the raw files" in err
    assert run("reduce", night, "-o", night / ".")[0] == 1
    locked = tmp_path / "locked"
    locked.mkdir()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked and access(path, mode))
    code, _, err = run("reduce", night, "-o", locked / "out")
    assert (code, err.count("\n")) == (1, 1)
    assert "is read-only" in err
    assert not (locked / "out").exists()
    assert made(night) == before
    code, _, err = run("reduce", tmp_path / "nowhere", "-o", tmp_path / "out")
    assert (code, err.count("\n")) == (1, 1)
    (tmp_path / "empty").mkdir()
    assert "no images" in run("reduce", tmp_path / "empty", "-o", tmp_path / "out")[2]


def test_a_full_disk(run: Run, night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 1
    assert "has room for 0 MB" in err
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    sync = os.fsync

    def full(descriptor: int) -> None:
        # somebody else has filled the disk meanwhile
        if "calibrated" in str(Path(f"/proc/self/fd/{descriptor}").resolve()):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 1
    assert err.count("no room left") >= 4
    assert "3 masters, 0 calibrated frames, 0 co-added images, 6 failed" in out
    assert made(tmp_path / "out") == [
        "masters/bias.fits",
        "masters/dark_60s_-20C.fits",
        "masters/flat_V.fits",
    ]


def test_an_output_folder_inside_the_night(run: Run, night: Path) -> None:
    out = night / "reduced"
    assert run("reduce", night, "-o", out)[0] == 0
    first = made(out)
    code, said, err = run("reduce", night, "-o", out, "--overwrite")
    assert code == 0
    assert "result of an earlier reduction" in err
    assert "4 calibrated frames" in said
    assert made(out) == first


@pytest.mark.parametrize("name", ["light1", "dark1", "flat1", "bias1"])
def test_one_damaged_file_is_named_and_the_others_done(
    run: Run, night: Path, tmp_path: Path, name: str
) -> None:
    path = night / f"{name}.fits"
    path.write_bytes(path.read_bytes()[:9000])
    code, out, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 1
    assert f"{name}.fits" in err
    assert "damaged" in err
    assert "co-added image" in out
    lights = 3 if name == "light1" else 4
    assert fits.getheader(tmp_path / "out" / "stacks" / "M13_V.fits")["NCOMBINE"] == lights
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"<td>{name}.fits</td>" in html


def test_a_file_that_is_no_image(run: Run, night: Path, tmp_path: Path) -> None:
    (night / "clouds.fits").write_text("clouds <b>all</b> night")
    (night / "notes.txt").write_text("clouds")
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 1
    assert "clouds.fits" in err
    assert "notes.txt" not in err


def test_a_file_that_breaks_while_it_is_worked_on(run: Run, night: Path, tmp_path: Path) -> None:
    # compressed tiles are known to be damaged only when they are read
    data, header = fits.getdata(night / "light1.fits", header=True)
    (night / "light1.fits").unlink()
    header["DATE-OBS"] = "2025-01-01T09:00:00"
    target = night / "light1.fits.fz"
    fits.CompImageHDU(data, header, compression_type="RICE_1").writeto(target)
    content = bytearray(target.read_bytes())
    with fits.open(target, disable_image_compression=True) as hdus:
        start = hdus.fileinfo(1)["datLoc"] + hdus[1].header["THEAP"] if "THEAP" in hdus[1].header else (
            hdus.fileinfo(1)["datLoc"] + hdus[1].header["NAXIS1"] * hdus[1].header["NAXIS2"]
        )  # fmt: skip
    content[start + 2000 : start + 2600] = b"\xff" * 600
    target.write_bytes(bytes(content))
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    stack = fits.getheader(tmp_path / "out" / "stacks" / "M13_V.fits")
    if code:
        assert "light1.fits.fz" in err
        assert stack["NCOMBINE"] == 3
    else:
        pytest.skip("the codec took the damaged tile for a good one")


def test_the_same_file_twice(run: Run, night: Path, tmp_path: Path) -> None:
    (night / "link.fits").symlink_to(night / "light2.fits")
    shutil.copy(night / "light0.fits", night / "z_copy.fits")
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    assert "link.fits" in err
    assert "the same file as" in err
    assert "z_copy.fits is left out: it is a copy of light0.fits" in err
    assert fits.getheader(tmp_path / "out" / "stacks" / "M13_V.fits")["NCOMBINE"] == 4


def test_cubes_sizes_and_filters_mixed_in(run: Run, night: Path, tmp_path: Path) -> None:
    common = {"FILTER": "V", "OBJECT": "M13"}
    save(night / "cube.fits", np.ones((3, *SHAPE)) * 1200, "Light Frame", 60, **common)
    save(night / "small.fits", np.ones((48, 64)) * 1200, "Light Frame", 60, **common)
    save(
        night / "binned.fits",
        np.ones(SHAPE) * 1200,
        "Light Frame",
        60,
        **common | {"XBINNING": 2, "YBINNING": 2},
    )
    save(night / "red.fits", 1030 + SKY + stars(), "Light Frame", 60, FILTER="R", OBJECT="M13")
    save(night / "gain.fits", 1030 + SKY + stars(), "Light Frame", 60, **common, GAIN=2.5)
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0, err
    assert "cube.fits is left out: it is a cube of 128 × 96 × 3" in err
    stacks = [name.removeprefix("stacks/") for name in made(tmp_path / "out") if name.startswith("stacks")]
    assert len(stacks) == 5
    assert {"M13_R.fits", "M13_V.fits", "M13_V_bin2x2.fits"} < set(stacks)
    assert "No flat fits them" in err or "are reduced without" in err
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "differ in exposure, size, binning, gain or camera" in report


def test_darks_that_are_really_flats(run: Run, night: Path, tmp_path: Path) -> None:
    save(night / "wrong.fits", 1002 + 20000 * SHADE, "DARK", 60)
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    assert "wrong.fits is left out: its header says dark, but its level" in err
    assert "perhaps a flat" in err
    dark = fits.open(tmp_path / "out" / "masters" / "dark_60s_-20C.fits")[0]
    assert dark.header["NCOMBINE"] == 3
    assert np.median(dark.data) == pytest.approx(30, abs=2)


def test_all_darks_are_flats(run: Run, night: Path, tmp_path: Path) -> None:
    for number in range(3):
        (night / f"dark{number}.fits").unlink()
        save(night / f"d{number}.fits", 1002 + (20000 + 100 * number) * SHADE, "DARK", 60)
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    assert err.count("perhaps a flat") == 3
    assert "No dark" in err
    assert (tmp_path / "out" / "stacks" / "M13_V.fits").exists()


def test_flats_that_are_saturated_or_zero(run: Run, night: Path, tmp_path: Path) -> None:
    save(night / "full.fits", np.full(SHAPE, 65535.0), "Flat Field", 3, FILTER="V")
    save(night / "zeros.fits", np.zeros(SHAPE), "Flat Field", 3, FILTER="V")
    code, _, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    assert "full.fits is left out: full.fits is saturated" in err or "full.fits is left out: this flat" in err
    assert "zeros.fits is left out" in err
    assert fits.getheader(tmp_path / "out" / "masters" / "flat_V.fits")["NCOMBINE"] == 3


def test_no_flats_at_all(run: Run, night: Path, tmp_path: Path) -> None:
    for path in night.glob("flat*"):
        path.unlink()
    code, out, err = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    assert "No flat is in the folder: the lights are reduced without." in err
    assert "2 masters, 4 calibrated frames, 1 co-added image" in out
    assert "No flat is in the folder" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_only_lights(run: Run, night: Path, tmp_path: Path) -> None:
    for path in night.glob("*[!0-9a-z]*"):
        path.name.startswith("light") or path.unlink()
    code, out, _ = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    assert out.startswith("0 masters, 0 calibrated frames, 1 co-added image")


def test_a_master_chosen_by_hand(run: Run, night: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    flat = save(other / "flatR.fits", 20000 * SHADE, "Master Flat", 3, FILTER="R")
    code, _, err = run("reduce", night, "-o", tmp_path / "out", "--flat", flat)
    assert (code, err.count("\n")) == (1, 1)
    assert "flatR.fits" in err
    assert "filter" in err
    code, _, _ = run("reduce", night, "-o", tmp_path / "out", "--flat", flat, "--override")
    assert code == 0
    assert "flatR.fits" in fits.getheader(tmp_path / "out" / "calibrated" / "light0.fits")["FLATFILE"]
    assert "was chosen by hand, although" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert run("reduce", night, "-o", tmp_path / "x", "--flat", tmp_path / "no.fits")[0] == 1


def test_names_from_headers_and_files_are_harmless(run: Run, night: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> | `x`"
    data, header = fits.getdata(night / "light0.fits", header=True)
    header["OBJECT"] = "../../<img src=x>"
    header["DATE-OBS"] = "2025-01-01T10:00:00"
    fits.writeto(night / f"{evil.replace('/', '-')}.fits", data, header)
    code, _, _ = run("reduce", night, "-o", tmp_path / "out")
    assert code == 0
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;" in html
    assert "<script" not in (tmp_path / "out" / "report.md").read_text(encoding="utf-8").replace("\\<", "")
    assert all(path.is_relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.fits"))


def test_ctrl_c(night: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "viewer", "reduce", night, "-o", tmp_path / "out"]
    with subprocess.Popen(
        [*map(str, words)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr is not None
        for line in program.stderr:
            if line.startswith("1 of"):
                break
        program.send_signal(signal.SIGINT)
        assert program.wait(60) == 130
    assert all(fits.getdata(path).shape == SHAPE for path in (tmp_path / "out").rglob("*.fits"))
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="needs the library distributed")
def test_a_cluster(run: Run, night: Path, tmp_path: Path) -> None:
    with scheduler(tmp_path) as address:
        code, out, err = run("reduce", night, "-o", tmp_path / "out", "--dask", address)
        assert code == 0, err
        assert "4 calibrated frames, 1 co-added image" in out
        masters, lights = tmp_path / "out" / "masters", sorted(night.glob("light*"))
        words = ("calibrate", *lights, "--masters", masters, "-o", tmp_path / "cal")
        code, out, err = run(*words, "--dask", address)
        assert code == 0, err
    assert run("reduce", night, "-o", tmp_path / "here")[0] == 0
    name = "stacks/M13_V.fits"
    assert np.array_equal(
        fits.getdata(tmp_path / "out" / name), fits.getdata(tmp_path / "here" / name), equal_nan=True
    )


@contextlib.contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    """A Dask scheduler and a worker, both processes of their own."""
    place = folder / "scheduler.json"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    python = [sys.executable, "-m"]
    own = ["--port", "0", "--no-dashboard", "--scheduler-file", str(place)]
    begun = [subprocess.Popen([*python, "distributed.cli.dask_scheduler", *own], **quiet)]
    # it waits for the scheduler's file, and starts meanwhile
    words = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *own[2:]]
    begun.append(subprocess.Popen([*python, *words, "--local-directory", str(folder)], **quiet))
    try:
        for _ in range(300):
            if place.exists() and place.stat().st_size:
                break
            time.sleep(0.1)
        yield json.loads(place.read_text())["address"]
    finally:
        # a polite end takes them seconds
        for process in reversed(begun):
            process.kill()
            process.wait(30)
