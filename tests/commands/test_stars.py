"""skyloupe stars: what is written, what is said, and the exit code."""

import csv
import json
import math

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from viewer.cli import main
from viewer.core.measure.starlist import COLUMNS


def test_a_table_and_a_summary(sample, tmp_path, capsys):
    out = tmp_path / "stars.csv"
    assert main(["stars", str(sample), "-o", str(out), "--json", "--zero-point", "25"]) == 0
    summary = json.loads(capsys.readouterr().out)
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0])[:12] == COLUMNS
    assert len(rows) == summary["count"] > 300
    widths = [float(row["fwhm"]) for row in rows if float(row["snr"]) > 10]
    assert summary["fwhm"] == pytest.approx(np.nanmedian(widths), abs=1e-3)
    assert summary["fwhm_arcsec"] == pytest.approx(summary["fwhm"], rel=0.01)
    assert 15 < summary["limiting_magnitude"] < 25
    fluxes = [float(row["flux"]) for row in rows]
    assert fluxes == sorted(fluxes, reverse=True)
    # a bright star that stands alone, as FITS counts
    data = fits.getdata(sample)
    best = next(row for row in rows if not row["flags"])
    x, y = (float(best[axis]) - 1 for axis in "xy")
    part = data[round(y) - 5 : round(y) + 6, round(x) - 5 : round(x) + 6]
    row, column = np.unravel_index(part.argmax(), part.shape)
    assert math.hypot(column + round(x) - 5 - x, row + round(y) - 5 - y) < 0.8


def test_the_screen_shows_the_same_as_the_file(sample, tmp_path, capsys):
    out = tmp_path / "stars.fits"
    assert main(["stars", str(sample), "--threshold", "20", "--aperture", "4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["stars", str(sample), "--threshold", "20", "--aperture", "4", "-o", str(out)]) == 0
    assert capsys.readouterr().out == ""
    table = Table.read(out)
    assert lines[0].split() == [name for name in COLUMNS if name != "saturated"] + ["flags"]
    assert len(lines) == len(table) + 1
    assert float(lines[1].split()[0]) == pytest.approx(table["x"][0], abs=0.01)
    assert main(["stars", str(sample), "-o", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["stars", str(sample), "-o", str(out), "--overwrite"]) == 0
    assert len(Table.read(out)) > len(table)


def test_sections_methods_and_planes(sample, tmp_path, capsys):
    def count(*words: str) -> dict:
        assert main(["stars", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    whole, part = count(str(sample)), count(f"{sample}[1:150,1:150]")
    assert 0 < part["count"] < whole["count"]
    taught = count(str(sample), "--method", "teaching")
    assert taught["method"] == "teaching"
    assert taught["threshold"] == 0.7
    cube = tmp_path / "cube.fits"
    fits.writeto(cube, np.stack([np.zeros((300, 300), "i2"), fits.getdata(sample)]))
    assert count(str(cube), "--plane", "2")["count"] == whole["count"]
    assert main(["stars", str(cube)]) == 0
    assert "no stars" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["empty", "table", "spectrum", "suffix", "nothing", "threshold"])
def test_what_cannot_be_done_is_said_in_a_sentence(kind, sample, tmp_path, data_dir, capsys):
    file, more = tmp_path / "image.fits", []
    if kind == "empty":
        fits.writeto(file, np.random.default_rng(1).normal(100, 5, (200, 200)))
        more = ["-o", str(tmp_path / "none.ecsv")]
    elif kind == "table":
        file = data_dir / "edge" / "ascii.fits"
    elif kind == "spectrum":
        fits.writeto(file, np.arange(100.0))
    elif kind == "suffix":
        file, more = sample, ["-o", str(tmp_path / "stars.txt")]
    elif kind == "threshold":
        file, more = sample, ["--threshold", "-2"]
    # no stars is an answer
    assert main(["stars", str(file), *more]) == (0 if kind == "empty" else 1)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("skyloupe: ")
    assert said.err.count("\n") == 1
    if kind == "empty":
        assert tuple(Table.read(tmp_path / "none.ecsv").colnames[:12]) == COLUMNS


def test_a_colour_picture_is_measured_as_the_mean_of_its_colours(data_dir, capsys):
    assert main(["stars", str(data_dir / "images" / "ginga_rgbcube.fits"), "--json"]) == 0
    said = capsys.readouterr()
    assert "mean of red, green and blue" in said.err
    summary = json.loads(said.out)
    assert summary["fwhm"] is None or math.isfinite(summary["fwhm"])


@pytest.mark.parametrize(
    "words",
    [
        ["stars", "IMAGE"],
        ["spectrum", "IMAGE[0]", "--along", "rows", "--band", "10:20"],
        ["lightcurve", "IMAGE", "--target", "178.6,136", "--compare", "143.6,105.2"],
    ],
)
def test_no_result_replaces_the_image_that_it_is_of(words, sample, tmp_path, capsys):
    image = tmp_path / "m13.fits"
    image.write_bytes(sample.read_bytes())
    words = [word.replace("IMAGE", str(image)) for word in words]
    assert main([*words, "-o", str(image), "--overwrite"]) == 1
    assert "is the image itself" in capsys.readouterr().err
    assert image.read_bytes() == sample.read_bytes()


def test_what_a_setting_may_be_is_said(sample, capsys):
    assert main(["stars", str(sample), "--threshold", "0"]) == 1
    assert "threshold cannot be 0: it is a number, more than 0" in capsys.readouterr().err
    assert main(["stars", str(sample), "--separation", "-1"]) == 1
    assert "separation cannot be -1: it is a number, 0 or more" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["stars"], ["stats"], ["measure", "150", "150"]])
def test_pixels_that_are_lost_are_said(words, data_dir, capsys):
    file = str(data_dir / "corrupt" / "truncated_m13.fits")
    assert main([words[0], file, *words[1:], "--json"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("skyloupe: truncated_m13.fits: rows 162 to 300 of HDU 0 are missing")
    json.loads(said.out)
