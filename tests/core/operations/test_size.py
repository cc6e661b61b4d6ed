"""Crop, bin, resample, shift, roll, pad and tile against closed forms."""

import math

import numpy as np
import pytest
from astropy.io import fits

from viewer.core import operations  # noqa: F401 - fills the registry
from viewer.core.apply import apply
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame

INTERPOLATIONS = ("nearest", "bilinear", "cubic", "bicubic")


def made(data, **header):
    return Frame.of(np.asarray(data), fits.Header(header))


def ramp(*shape):
    return np.arange(math.prod(shape), dtype=np.float32).reshape(shape)


def test_crop_takes_what_a_section_names():
    frame = made(ramp(2, 6, 8)).derive(mask=ramp(2, 6, 8) % 3 == 0)
    result = apply(Call.of("crop", x1=3, x2=5, y1=2, y2=2), frame)
    np.testing.assert_array_equal(result.data, frame.data[:, 1:2, 2:5])
    np.testing.assert_array_equal(result.mask, frame.mask[:, 1:2, 2:5])
    assert (result.header["NAXIS1"], result.header["NAXIS2"], result.header["NAXIS3"]) == (3, 1, 2)
    np.testing.assert_array_equal(apply(Call.of("crop", x1=3), frame).data, frame.data[..., 2:])


@pytest.mark.parametrize("edges", [{"x1": 5, "x2": 4}, {"x2": 9}, {"y1": 7}, {"y2": 7}])
def test_crop_outside_the_image_is_refused(edges):
    with pytest.raises(ViewerError, match=r"not inside the image: x goes from 1 to 8 and y from 1 to 6"):
        apply(Call.of("crop", **edges), made(ramp(6, 8)))


def test_all_tiles_are_the_whole_image():
    data = ramp(11, 17)
    rows = [
        np.hstack(
            [apply(Call.of("tile", row=r, column=c, rows=3, columns=4), made(data)).data for c in range(1, 5)]
        )
        for r in range(1, 4)
    ]
    np.testing.assert_array_equal(np.vstack(rows), data)
    for wrong in ({"row": 3}, {"column": 4, "columns": 3}, {"rows": 12}):
        with pytest.raises(ViewerError, match="no tile"):
            apply(Call.of("tile", **wrong), made(data))


@pytest.mark.parametrize("method", ["sum", "mean", "median"])
@pytest.mark.parametrize(("across", "up"), [(1, 1), (2, 2), (3, 5), (17, 13)])
def test_bins_are_what_numpy_makes_of_each_block(method, across, up):
    data = np.random.default_rng(1).integers(0, 65536, (13, 17)).astype(np.uint16)
    result = apply(Call.of("bin", factor=across, y_factor=up, method=method), made(data)).data
    assert result.dtype == np.float32
    assert result.shape == (13 // up, 17 // across)
    for row, column in np.ndindex(result.shape):
        block = data[row * up : (row + 1) * up, column * across : (column + 1) * across].astype(float)
        assert result[row, column] == pytest.approx(getattr(np, method)(block), rel=1e-6)


@pytest.mark.parametrize(("method", "whole"), [("sum", 16.0), ("mean", 4.0), ("median", 4.0)])
def test_a_bin_is_made_of_the_pixels_that_remain(method, whole):
    data = np.full((6, 6), 4.0, np.float32)
    data[0, 0] = data[2:4, 2:4] = data[4, 4] = data[4, 5] = np.nan
    result = apply(Call.of("bin", factor=2, method=method), made(data)).data
    expected = np.full((3, 3), whole)
    expected[1, 1] = np.nan
    np.testing.assert_array_equal(result, expected)
    ones = np.array([[1, 2, np.nan, 100]], np.float32)
    median = apply(Call.of("bin", factor=4, y_factor=1, method="median"), made(ones)).data
    assert median.item() == 2
    masked = made(np.where(np.isnan(data), 1e9, data)).derive(mask=np.isnan(data))
    np.testing.assert_array_equal(apply(Call.of("bin", factor=2, method=method), masked).data, expected)


def test_a_bin_larger_than_the_image_is_refused():
    with pytest.raises(ViewerError, match="a bin of 9 x 9 pixels is larger than the image of 8 x 6"):
        apply(Call.of("bin", factor=9), made(ramp(6, 8)))
    with pytest.raises(ViewerError, match="no pixel of 8 x 6 remains"):
        apply(Call.of("resample", scale=0.1), made(ramp(6, 8)))


@pytest.mark.parametrize(
    ("interpolation", "error"), [("nearest", 0.15), ("bilinear", 0.03), ("bicubic", 0.005), ("cubic", 0.002)]
)
@pytest.mark.parametrize("scale", [0.7, 2.0, 3.3])
def test_resampled_stars_have_the_same_profile(interpolation, error, scale):
    def star(x, y):
        return np.exp(-((x - 20.3) ** 2 + (y - 15.1) ** 2) / (2 * 3.0**2))

    y, x = np.mgrid[:30, :40]
    result = apply(Call.of("resample", scale=scale, interpolation=interpolation), made(star(x, y))).data
    assert result.shape == (int(30 * scale + 1e-6), int(40 * scale + 1e-6))
    y, x = (np.mgrid[: result.shape[0], : result.shape[1]] + 0.5) / scale - 0.5
    assert np.isfinite(result).all()
    assert np.abs(result - star(x, y)).max() < error


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (2, -3), (-7, 1), (8, 0), (-100, 3), (0, 6)])
def test_whole_shifts_are_exact(dx, dy):
    data = ramp(6, 8)
    result = apply(Call.of("shift", dx=dx, dy=dy, fill=-1, interpolation="cubic"), made(data)).data
    for row, column in np.ndindex(6, 8):
        inside = 0 <= row - dy < 6 and 0 <= column - dx < 8
        assert result[row, column] == (data[row - dy, column - dx] if inside else -1)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_shifts_by_parts_of_a_pixel_fill_what_nothing_moves_to(interpolation):
    result = apply(Call.of("shift", dx=1.3, dy=-0.7, interpolation=interpolation), made(np.ones((6, 8)))).data
    expected = np.ones((6, 8))
    expected[:, :1] = expected[5:] = np.nan  # 1.3 and 0.7 are nearly a pixel, also where they are not rounded
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_roll_goes_round():
    data = ramp(2, 6, 8)
    result = apply(Call.of("roll", dx=3, dy=-2), made(data)).data
    np.testing.assert_array_equal(result, np.roll(np.roll(data, 3, axis=-1), -2, axis=-2))


def test_the_border_is_what_was_asked_for():
    data = ramp(2, 6, 8)
    frame = made(data).derive(mask=data % 4 == 0)
    result = apply(Call.of("pad", border=2), frame)
    assert result.shape == (2, 10, 12)
    np.testing.assert_array_equal(result.data[:, 2:-2, 2:-2], data)
    assert np.isnan(result.data).sum() == result.data.size - data.size
    assert result.mask.sum() == frame.mask.sum()
    edge = apply(Call.of("pad", border=2, method="edge"), made(data[0])).data
    assert (edge[:3, :3] == data[0, 0, 0]).all()
    wrapped = apply(Call.of("pad", border=1, method="wrap"), made(data[0])).data
    assert wrapped[0, 0] == data[0, -1, -1]
