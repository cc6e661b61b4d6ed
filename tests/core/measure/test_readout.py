"""The readout: full digits, the right pixel, and a clear word where there is none."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.frame import Frame
from viewer.core.io import read
from viewer.core.measure.readout import readout
from viewer.core.pixels import ArrayPixels


def frame_of(array: np.ndarray, **fields: object) -> Frame:
    return Frame(ArrayPixels(array), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dtype", "value", "text"),
    [
        ("f4", 0.1, "0.1"),
        ("f4", 16777217, "16777216.0"),
        ("f4", 1e-20, "1e-20"),
        ("f8", 0.1 + 0.2, "0.30000000000000004"),
        ("i8", 2**62 + 1, "4611686018427387905"),
        ("u8", 2**64 - 1, "18446744073709551615"),
        ("u2", 65535, "65535"),
        ("f4", np.nan, "nan"),
        ("f4", -np.inf, "-inf"),
    ],
)
def test_values_have_all_their_digits(dtype: str, value: float, text: str) -> None:
    array = np.zeros((2, 3), dtype)
    array[1, 2] = value
    found = readout(frame_of(array, unit="adu"), 2.4, 0.6)
    assert found.value_text == text
    assert ("value", f"{text} adu") in found.lines


def test_the_nearest_pixel_and_both_ways_of_counting() -> None:
    found = readout(frame_of(np.arange(12).reshape(3, 4)), 2.44, 0.5)
    assert (found.row, found.column, found.value) == (1, 2, 6)
    assert (found.fits_text, found.numpy_text) == ("3.4, 1.5", "[1, 2]")
    assert found.as_text().splitlines()[:3] == [
        "x, y           3.4, 1.5",
        "[row, column]  [1, 2]",
        "value          6",
    ]


@given(st.floats(-0.5, 3.4999), st.floats(-0.5, 2.4999))
def test_inside_reaches_to_the_edges_of_the_outer_pixels(x: float, y: float) -> None:
    found = readout(frame_of(np.arange(12).reshape(3, 4)), x, y, with_world=False)
    assert found.inside
    assert abs(found.row - y) <= 0.5
    assert abs(found.column - x) <= 0.5
    assert found.value == found.row * 4 + found.column


@pytest.mark.parametrize(("x", "y"), [(-0.51, 0), (3.5, 0), (0, 2.5), (0, -7)])
def test_outside_says_so(x: float, y: float) -> None:
    found = readout(frame_of(np.zeros((3, 4))), x, y)
    assert (found.inside, found.value, found.value_text) == (False, None, "outside the image")
    assert ("WCS", "the header has no WCS") in found.lines


def test_planes_colours_and_spectra() -> None:
    cube = np.arange(24).reshape(2, 3, 4)
    assert readout(frame_of(cube), 1, 1, (1,)).value == cube[1, 1, 1]
    assert ("plane", "2") in readout(frame_of(cube), 1, 1, (1,)).lines
    colour = readout(frame_of(np.arange(36).reshape(3, 3, 4), colour=True), 1, 1)
    assert (colour.value, colour.value_text, len(colour.values)) == (None, "5 17 29", 3)
    assert readout(frame_of(np.arange(5.0)), 3, 0).value == 3


def test_blank_is_not_nan(tmp_path: Path) -> None:
    hdu = fits.PrimaryHDU(np.array([[1, -99], [2**30 + 1, 4]], "i4"))
    hdu.header["BLANK"] = -99
    hdu.writeto(tmp_path / "blank.fits")
    frame = read(tmp_path / "blank.fits")
    assert readout(frame, 1, 0).value_text == "blank"
    assert readout(frame, 0, 1).value_text == str(2**30 + 1)


def test_the_sky_line_is_in_the_frame_asked_for(sample: Path) -> None:
    frame = read(sample)
    lines = dict(readout(frame, 149.5, 149.5).lines)
    assert lines["RA (ICRS)"].startswith("16:41:41.42")
    lines = dict(readout(frame, 149.5, 149.5, sky_frame="galactic", sexagesimal=False).lines)
    assert float(lines["l (galactic)"]) == pytest.approx(59.008, abs=2e-3)
    assert not any("FK5" in label for label in lines)
