"""Texts of numbers: read as images, written so that the same numbers come back, told from all other texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import open_source, read
from viewer.core.io.write import SaveOptions, write
from viewer.core.io.writing.encode import STORED
from viewer.core.pixels import ArrayPixels

NAMES = st.sampled_from(sorted(STORED))
SHAPES = st.tuples(st.integers(2, 5), st.integers(2, 5))


@given(st.data(), st.sampled_from([".txt", ".csv", ".dat"]))
def test_the_same_numbers_come_back(tmp_path_factory, data, suffix):
    dtype = np.dtype(data.draw(NAMES))
    values = data.draw(arrays.arrays(dtype, SHAPES))
    path = tmp_path_factory.mktemp("text") / f"a{suffix}"
    assert write(Frame(ArrayPixels(values)), path) == ()
    again = read(path)
    assert again.pixels.dtype == dtype
    found = np.asarray(again.pixels)
    np.testing.assert_array_equal(found, values)
    # also zeros keep their sign; what numpy can read it reads equally
    np.testing.assert_array_equal(
        np.signbit(found), np.signbit(np.where(np.isnan(values), np.abs(found), values))
    )
    separator = "," if suffix == ".csv" else None
    np.testing.assert_array_equal(np.loadtxt(path, dtype, delimiter=separator), values)


@pytest.mark.parametrize(
    "content",
    [
        "1 2 3\n4 5 6\n",
        "1,2,3\n4,5,6",
        "1;2;3\r\n4;5;6\r\n",
        "1\t2\t3\n4\t5\t6\n",
        "  1   2 3  \n\n 4 5    6 \n\n",
        "\ufeff1, 2, 3\n4, 5, 6\n",
        "# a head\n#\n1 2 3 # of three\n4 5 6\n# the end\n",
        "red green blue\n1 2 3\n4 5 6\n",
        "x,y,flux\n1,2,3\n4,5,6\n",
        "# dtype nonsense\n1 2 3\n4 5 6\n",
    ],
)
def test_separators_and_comments(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8", newline="")
    source = open_source(path)
    frame = source.frame(0)
    assert frame.pixels.dtype == np.int32
    # the first line is the first row
    np.testing.assert_array_equal(np.asarray(frame.pixels), [[1, 2, 3], [4, 5, 6]])
    assert source.header(0)["NAXIS1"] == 3
    assert (source.hdus[0].kind, source.hdus[0].bitpix) == ("image", 32)


def test_types(tmp_path):
    path = tmp_path / "matrix"
    path.write_text("1 2\n3 4e3\n")
    assert read(path).pixels.dtype == np.float64
    path.write_text("1 2\n3 nan\n")
    np.testing.assert_array_equal(np.asarray(read(path).pixels), [[1, 2], [3, np.nan]])
    path.write_text(f"1 2\n3 {2**40}\n")
    assert np.asarray(read(path).pixels).tolist() == [[1, 2], [3, 2**40]]
    path.write_text(f"1 2\n3 {2**70}\n")
    assert np.asarray(read(path).pixels).tolist() == [[1, 2], [3, 2.0**70]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("1 2 3\n4 5 6\n7 8\n", "line 3 of a.txt has 2 numbers, and the lines before it 3"),
        ("1,2\n3,4\n\n5,x\n", "'x' in line 4 of a.txt is not a number"),
        ("# head\n1,2\n3,4\n5,\n", "'' in line 4 of a.txt is not a number: write nan"),
        ("1 2\n3 4\nthe end\n", "'the' in line 3 of a.txt is not a number"),
    ],
)
def test_what_is_wrong_with_a_matrix(tmp_path, content, says):
    path = tmp_path / "a.txt"
    path.write_text(content)
    with pytest.raises(ViewerError, match=says):
        open_source(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.fits", "1 2 3\n4 5 6\n"),
        ("a.FIT", "1 2 3\n4 5 6\n"),
        ("a.txt", "Notes of the night\nclear until 2\nthen clouds\n"),
        ("a.txt", "2024 11 22\nwas clear\n"),
        ("a.txt", "1\n2\n3\n"),
        ("a.txt", "1 2 3\n"),
        ("a.txt", "1 2 3\n4 5\n"),
        ("a.txt", "two\nheads\n1 2\n3 4\n"),
        ("a.reg", "# Region file format: DS9\nfk5\ncircle(1,2,3)\n"),
        ("a.txt", "# only\n# comments\n"),
    ],
)
def test_other_texts_are_refused_as_ever(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(
        ViewerError, match=f"{name} is not a FITS file: .*it is a text file under another name"
    ):
        open_source(path)


def test_a_text_has_no_tables_and_no_other_hdus(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("1 2\n3 4\n")
    with pytest.raises(ViewerError, match="not as a table"):
        open_source(path).table(0)
    with pytest.raises(ViewerError, match="no HDU 1"):
        open_source(path).frame(1)
    # and is saved as FITS like any other image
    write(read(path), tmp_path / "a.fits")
    np.testing.assert_array_equal(np.asarray(read(tmp_path / "a.fits").pixels), [[1, 2], [3, 4]])


def test_real_image_as_text(tmp_path, sample):
    frame = read(sample)
    path = tmp_path / "a.csv"
    write(frame, path)
    np.testing.assert_array_equal(np.asarray(read(path).pixels), np.asarray(frame.pixels))
    with pytest.raises(ViewerError, match="not as int32: convert the image first"):
        write(frame, path, SaveOptions(dtype="int32"), overwrite=True)
    with pytest.raises(ViewerError, match="is a cube"):
        write(Frame(ArrayPixels(np.ones((2, 3, 4)))), path, overwrite=True)
    write(Frame(ArrayPixels(np.array([[True, False], [False, True]]))), path, overwrite=True)
    assert np.asarray(read(path).pixels).tolist() == [[1, 0], [0, 1]]
