"""Cuts against planes, whose value anywhere is known, and against scikit-image."""

import numpy as np
import pytest

from viewer.core.errors import ViewerError
from viewer.core.measure.cuts import column_values, line_cut, row_values

skimage = pytest.importorskip("skimage.measure")


def _plane(rows: int = 60, columns: int = 80) -> np.ndarray:
    y, x = np.mgrid[1 : rows + 1, 1 : columns + 1]  # FITS pixels
    return (7 + 3 * x - 2 * y).astype(np.float32)


@pytest.mark.parametrize("interpolation", ["bilinear", "cubic"])
@pytest.mark.parametrize("width", [1, 4, 7])
def test_a_cut_through_a_plane_has_its_values_anywhere(interpolation: str, width: int):
    found = line_cut(_plane(), x1=22.25, y1=20.5, x2=55.5, y2=38.75, width=width, interpolation=interpolation)
    # a B-spline mirrors the plane at its edges, which 17 pixels away is 1e-9 of it
    np.testing.assert_allclose(found["value"], 7 + 3 * found["x"] - 2 * found["y"], atol=1e-6)
    assert found["x"][[0, -1]].tolist() == [22.25, 55.5]
    assert found["distance"][-1] == pytest.approx(np.hypot(33.25, 18.25))
    assert np.diff(found["distance"]).max() <= 1
    assert found["notes"] == []


def test_a_cut_is_that_of_scikit_image():
    data = np.random.default_rng(3).normal(100, 10, (50, 70))
    # whole length, so that its samples and ours are the same
    ends = {"x1": 11.0, "y1": 8.0, "x2": 41.0, "y2": 48.0}
    for width, order, name in ((1, 1, "bilinear"), (5, 1, "bilinear"), (3, 3, "cubic"), (3, 0, "nearest")):
        found = line_cut(data, **ends, width=width, interpolation=name)
        other = skimage.profile_line(data, (7, 10), (47, 40), width, order, "mirror")
        np.testing.assert_allclose(found["value"], other, atol=1e-9)


def test_a_cut_along_a_row_is_the_row_and_missing_pixels_are_left_out():
    data = _plane()
    data[10, 30] = np.nan
    data[9, 40] = np.inf
    row = row_values(data, y=11)
    assert row["x"][0] == 1
    np.testing.assert_array_equal(row["value"], data[10])
    cut = line_cut(data, x1=1, y1=11, x2=80, y2=11)
    np.testing.assert_allclose(cut["value"], data[10], rtol=1e-6)
    assert "missing" in cut["notes"][0]
    wide = row_values(data, y=11.4, width=3)
    assert (wide["first"], wide["last"]) == (10, 12)
    assert wide["value"][30] == pytest.approx(data[[9, 11], 30].mean())
    assert wide["count"][[30, 40, 50]].tolist() == [2, 2, 3]
    assert wide["notes"]
    assert column_values(data, x=80, width=4)["notes"] == ["only 2 of 4 columns are inside the image"]
    np.testing.assert_array_equal(column_values(data, x=80)["value"], data[:, 79])


def test_a_turned_frame_has_the_same_cut():
    data = np.random.default_rng(4).normal(0, 1, (40, 30)).astype(np.float32)
    straight = line_cut(data, x1=3.2, y1=5.1, x2=25.7, y2=33.4, width=3)
    flipped = line_cut(data[::-1, ::-1], x1=31 - 3.2, y1=41 - 5.1, x2=31 - 25.7, y2=41 - 33.4, width=3)
    transposed = line_cut(data.T, x1=5.1, y1=3.2, x2=33.4, y2=25.7, width=3)
    np.testing.assert_allclose(straight["value"], flipped["value"], atol=1e-9)
    np.testing.assert_allclose(straight["value"], transposed["value"], atol=1e-9)


def test_a_long_cut_through_a_large_image_reads_what_is_near_it():
    class Watched:
        shape = (6000, 6000)
        read = 0

        def __getitem__(self, window):
            rows, columns = (range(*part.indices(6000)) for part in window)
            self.read += len(rows) * len(columns)
            y, x = np.meshgrid(rows, columns, indexing="ij")
            return (x + y).astype(np.float64)

    data = Watched()
    found = line_cut(data, x1=1, y1=1, x2=6000, y2=6000, width=3, interpolation="cubic")
    inside = slice(50, -50)
    np.testing.assert_allclose(found["value"][inside], (found["x"] + found["y"] - 2)[inside], atol=1e-6)
    assert data.read < 6000 * 6000 / 10


def test_a_cut_that_cannot_be():
    data = _plane()
    with pytest.raises(ViewerError, match="same point"):
        line_cut(data, x1=3, y1=3, x2=3, y2=3)
    with pytest.raises(ViewerError, match="no pixel"):
        line_cut(data, x1=-30, y1=3, x2=-3, y2=3)
    with pytest.raises(ViewerError, match="far longer"):
        line_cut(data, x1=1, y1=3, x2=1e12, y2=3)
    with pytest.raises(ViewerError, match="row 61 is outside the image: it has rows 1 to 60"):
        row_values(data, y=60.5)
    partly = line_cut(data, x1=-3, y1=3, x2=5, y2=3)
    assert np.isnan(partly["value"][:4]).all()
    assert np.isfinite(partly["value"][4:]).all()
