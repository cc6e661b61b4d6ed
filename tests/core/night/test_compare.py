"""Headers side by side."""

from pathlib import Path

import numpy as np
from astropy.io import fits

from viewer.core.io import FileName
from viewer.core.night.compare import compare_files


def write(path: Path, **cards: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    header = fits.Header(cards)
    fits.writeto(path, np.zeros((2, 2), np.int16), header)
    return path


def test_only_what_means_something_else_differs(tmp_path: Path) -> None:
    one = write(tmp_path / "a.fits", EXPTIME=60, FILTER="V", GAIN=1, AIRMASS=1.2)
    two = write(tmp_path / "b.fits", EXPTIME=6.0e1, FILTER="V  ", GAIN=True, OBJECT="M 1")
    found = compare_files([one, two])
    assert found.names == ("a.fits", "b.fits")
    rows = {row.keyword: row for row in found.rows}
    assert not rows["EXPTIME"].differs
    assert rows["EXPTIME"].values == ("60", "60.0")
    assert not rows["FILTER"].differs
    assert [row.keyword for row in found.differences] == ["GAIN", "OBJECT", "AIRMASS"]
    assert rows["GAIN"].values == ("1", "T")
    assert rows["AIRMASS"].values == ("1.2", None)
    assert rows["OBJECT"].values == (None, "M 1")
    # in an order that is right for both
    assert [row.keyword for row in found.rows][:5] == ["SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2"]


def test_three_files_of_real_nights(data_dir: Path) -> None:
    night = data_dir / "night_tres1"
    paths = [night / "tres1-001d.fit", night / "tres1-004d.fit", night / "tres1-021.fit"]
    found = compare_files(paths)
    headers = [fits.getheader(path) for path in paths]
    wanted = {
        keyword
        for keyword in set().union(*headers) - {"", "HISTORY", "COMMENT"}
        if len({repr(header.get(keyword)) for header in headers}) > 1
    }
    assert {
        row.keyword for row in found.differences if not row.keyword.startswith(("HISTORY", "COMMENT"))
    } == wanted
    assert {"IMAGETYP", "DATE-OBS", "FILTER"} <= wanted


def test_repeated_and_inherited_cards(tmp_path: Path) -> None:
    for name, second in (("a.fits", "flat fielded"), ("b.fits", "not flat fielded")):
        primary = fits.PrimaryHDU()
        primary.header["FILTER"] = "V"
        image = fits.ImageHDU(np.zeros((2, 2)), name="SCI")
        for text in ("read out", second):
            image.header.add_history(text)
        fits.HDUList([primary, image]).writeto(tmp_path / name)
    found = compare_files([tmp_path / "a.fits", tmp_path / "b.fits"])
    rows = {row.keyword: row for row in found.rows}
    assert rows["FILTER"].values == ("V", "V")
    assert [row.keyword for row in found.differences] == ["HISTORY 2"]
    assert "NAXIS1" in rows
    # NAXIS of the image, not of the empty primary HDU
    assert rows["NAXIS"].values == ("2", "2")


def test_an_hdu_can_be_named(data_dir: Path) -> None:
    path = data_dir / "mef" / "test0.fits"
    found = compare_files([FileName(path, "SCI", 1), FileName(path, "SCI", 2)])
    assert found.names == ("test0.fits[SCI,1]", "test0.fits[SCI,2]")
    assert "EXTVER" in {row.keyword for row in found.differences}


def test_same_names_and_damage(tmp_path: Path) -> None:
    one, two = write(tmp_path / "x" / "a.fits"), write(tmp_path / "y" / "a.fits")
    empty = tmp_path / "empty.fits"
    empty.touch()
    found = compare_files([one, empty, two, tmp_path / "none.fits"])
    assert found.names == ("x/a.fits", "y/a.fits")
    assert found.differences == ()
    assert len(found.problems) == 2
    assert "empty.fits" in found.problems[0]
    assert "none.fits" in found.problems[1]
