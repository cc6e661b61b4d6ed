"""`skyloupe convert`: from pictures and texts to FITS and back."""

from pathlib import Path

import numpy as np
from astropy.io import fits
from PIL import Image

from viewer.cli import main


def test_photo_becomes_a_cube_with_its_lowest_row_first(tmp_path: Path):
    colours = np.random.default_rng(1).integers(0, 255, (5, 7, 3), np.uint8)
    Image.fromarray(colours).save(tmp_path / "photo.png")
    assert main(["convert", str(tmp_path / "photo.png"), "-o", str(tmp_path / "photo.fits")]) == 0
    data = fits.getdata(tmp_path / "photo.fits")
    assert np.array_equal(data, np.moveaxis(colours[::-1], -1, 0))


def test_text_becomes_an_image_and_a_picture(tmp_path: Path):
    (tmp_path / "ramp.txt").write_text("0 1 2\n3 4 5\n")
    assert (
        main(["convert", str(tmp_path / "ramp.txt"), "-o", str(tmp_path / "ramp.fits"), "--dtype", "int16"])
        == 0
    )
    assert fits.getdata(tmp_path / "ramp.fits").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert (
        main(["convert", str(tmp_path / "ramp.fits"), "-o", str(tmp_path / "r.png"), "--picture", "grey"])
        == 0
    )
    shades = np.asarray(Image.open(tmp_path / "r.png"))
    assert shades.shape == (2, 3)
    assert shades[0, 2] == 255
    assert shades[1, 0] == 0


def test_existing_file_is_kept_unless_asked(tmp_path: Path, sample: Path, capsys):
    target = tmp_path / "m13.tif"
    target.write_bytes(b"something else")
    assert main(["convert", str(sample), "-o", str(target)]) == 1
    assert "m13.tif" in capsys.readouterr().err
    assert target.read_bytes() == b"something else"
    assert main(["convert", str(sample), "-o", str(target), "--overwrite"]) == 0
    assert np.array_equal(np.asarray(Image.open(target)), fits.getdata(sample)[::-1])
