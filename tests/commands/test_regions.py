"""`skyloupe regions`: numbers for each region, a file of them, and a name for what could not be read."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from regions import Regions

from viewer.cli import main

REGIONS = """\
# Region file format: DS9 version 4.1
global color=green
image
circle(20,30,5.5) # text={a star} tag={one} color=red
-box(40,20,10,4,30)
ruler(1,1,31,41)
point(64,48)
circle(300,300,5)
nonsense
panda(1,1,0,90,3,2,5,1)
"""


@pytest.fixture
def image(tmp_path: Path) -> Path:
    header = fits.Header()
    cards = {
        "CTYPE1": "RA---TAN",
        "CTYPE2": "DEC--TAN",
        "CRVAL1": 10.0,
        "CRVAL2": 20.0,
        "CRPIX1": 32,
        "CRPIX2": 24,
    }
    header.update({**cards, "CDELT1": -1e-3, "CDELT2": 1e-3})
    data = np.random.default_rng(5).normal(100, 5, (48, 64)).astype("f4")
    fits.writeto(tmp_path / "image.fits", data, header)
    (tmp_path / "some.reg").write_text(REGIONS)
    return tmp_path / "image.fits"


def test_each_region_has_its_numbers_and_bad_lines_their_names(
    image: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = image.with_name("some.reg")
    assert main(["regions", str(some), "--image", str(image), "--json"]) == 1
    out, err = capsys.readouterr()
    assert "some.reg, line 9: “nonsense” is no region" in err
    assert "some.reg, line 10: a panda" in err
    circle, box, ruler, point, outside = json.loads(out)
    data = fits.getdata(image).astype(float)
    theirs = Regions.parse("\n".join(REGIONS.splitlines()[2:5]), format="ds9")
    for found, other in zip((circle, box), theirs, strict=True):
        values = other.to_mask(mode="center").get_values(data)
        assert found["area"] == values.size
        assert [found[name] for name in ("sum", "mean", "std")] == pytest.approx(
            [values.sum(), values.mean(), values.std()]
        )
        assert found["area_arcsec2"] == pytest.approx(values.size * 3.6**2, rel=1e-3)
    assert (circle["name"], circle["tags"], circle["x"], circle["y"]) == ("a star", ["one"], 20, 30)
    assert box["include"] is False
    assert (ruler["length"], ruler["length_arcsec"]) == pytest.approx((50, 180), rel=1e-4)
    assert point["mean"] == pytest.approx(data[47, 63])
    assert (outside["mean"], outside["notes"]) == (None, ["it lies outside the image"])


def test_numbers_and_regions_are_written(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some, table, there = (image.with_name(name) for name in ("some.reg", "out.csv", "out.reg"))
    some.write_text("\n".join(REGIONS.splitlines()[:8]))
    command = ["regions", str(some), "--image", str(image)]
    assert main([*command, "-o", str(table)]) == 0
    rows = list(csv.DictReader(table.open(newline="")))
    assert [row["kind"] for row in rows] == ["circle", "box", "ruler", "point", "circle"]
    assert float(rows[0]["x"]) == 20
    assert rows[4]["mean"] == ""
    assert main([*command, "-o", str(table)]) == 1
    assert "exists" in capsys.readouterr().err
    assert main([*command, "-o", str(there), "--frame", "fk5"]) == 0
    again = Regions.parse("\n".join(there.read_text().splitlines()[2:5]), format="ds9")
    assert again[0].radius.to_value("arcsec") == pytest.approx(5.5 * 3.6, rel=1e-4)
    assert main(command) == 0
    assert "a star" in capsys.readouterr().out
    assert main([*command, "-o", "out.png"]) == 2


def test_sky_regions_on_an_image_without_a_sky(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fits.writeto(tmp_path / "bare.fits", np.ones((20, 30), "f4"))
    some = data_dir / "regions" / "ds9.fk5.reg"
    assert main(["regions", str(some), "--image", str(tmp_path / "bare.fits")]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert "lines 4, 5, 6, 7, 8 and 11 more: the frame fk5 cannot be used, for the header has no WCS" in err


def test_thousands_of_regions_are_one_in_a_line(image: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "many.reg").write_text("image\n" + "circle(20,30,2)\n" * 1500 + "circle(900,900,2)\n")
    assert main(["regions", str(tmp_path / "many.reg"), "--image", str(image), "--json"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    assert [len(text.splitlines()), len(found), found[7]["pixels"]] == [1503, 1501, found[0]["pixels"]]
    assert found[-1]["sum"] is None
