"""Names that are proposed for what was made of a file."""

from pathlib import Path

import numpy as np
import pytest

from viewer.core.frame import Frame
from viewer.core.io.write import SUFFIXES, proposed_name
from viewer.core.pixels import ArrayPixels


def frame_of(path: str, name: str = "") -> Frame:
    return Frame(ArrayPixels(np.ones((2, 2))), name=name, path=Path(path) if path else None)


@pytest.mark.parametrize(
    ("path", "names", "suffix", "expected"),
    [
        ("/data/image.png", ["rotate90"], None, "image_r90.png"),
        ("m13.fits", ["gaussian"], None, "m13_gaussian.fits"),
        ("m13.fits", ["flip_vertical", "gaussian"], None, "m13_flip_gaussian.fits"),
        ("m13.fits", ["flip_horizontal", "median_filter"], ".png", "m13_mirror_median.png"),
        ("m13.fits", ["rotate180"], "tif", "m13_r180.tif"),
        ("m13.fits.gz", ["rotate270"], None, "m13_r270.fits"),
        ("m13.fits.fz", ["bin"], None, "m13_bin.fits"),
        ("m13.fits", [], None, "m13_copy.fits"),
        ("photo.JPG", ["rotate90"], None, "photo_r90.png"),
        ("table.csv", ["transpose"], None, "table_transposed.csv"),
        ("ngc.1068.fts", ["crop"], None, "ngc.1068_crop.fts"),
        ("run.0042", ["crop"], None, "run.0042_crop.fits"),
        ("m.fits", ["bin"] * 9, None, "m_bin_bin_bin_and_6_more.fits"),
    ],
)
def test_names(path, names, suffix, expected):
    assert proposed_name(frame_of(path), names, suffix) == expected


def test_without_a_file():
    assert proposed_name(frame_of("", "synthetic.fits"), ["add"]) == "synthetic_plus.fits"
    assert proposed_name(frame_of("", "m13.fits[SCI][1:5,1:5]"), ["add"]) == "m13_plus.fits"
    assert proposed_name(frame_of(""), []) == "image_copy.fits"


def test_it_can_always_be_written_and_is_never_the_original():
    for path in ("a.fits", "a.fits.gz", "a.gz", ".gz", "x" * 240 + ".fits", "a.png", "a.tiff", "a"):
        name = proposed_name(frame_of(path), ["an_operation_with_a_long_name"] * 5)
        assert name != path
        assert name.endswith(SUFFIXES)
        assert len(name) < 250
