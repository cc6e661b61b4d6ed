"""Saving values as pictures, read back with Pillow, tifffile and our own reader."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import open_source, read
from viewer.core.io.write import SaveOptions, write
from viewer.core.pixels import ArrayPixels

RNG = np.random.default_rng(7)
GREY8 = RNG.integers(0, 256, (20, 30), np.uint8)
GREY16 = RNG.integers(0, 65536, (20, 30), np.uint16)
RGB8 = RNG.integers(0, 256, (3, 20, 30), np.uint8)
RGB16 = RNG.integers(0, 65536, (3, 20, 30), np.uint16)


def frame_of(values, **fields) -> Frame:
    values = np.asarray(values)
    return Frame(ArrayPixels(values), name="made", **{"colour": values.ndim == 3, **fields})


def seen(path: Path) -> np.ndarray:
    """The picture as another program has it: top row first, colours last."""
    return tifffile.imread(path) if path.suffix == ".tif" else np.asarray(Image.open(path))


def upright(values: np.ndarray) -> np.ndarray:
    turned = values[..., ::-1, :]
    return np.moveaxis(turned, 0, -1) if turned.ndim == 3 else turned


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("values", [GREY8, GREY16, RGB8, RGB16], ids=["grey8", "grey16", "rgb8", "rgb16"])
def test_integers_are_stored_as_they_are(tmp_path, suffix, values):
    path = tmp_path / f"a{suffix}"
    assert write(frame_of(values), path) == ()
    if suffix == ".tif" or values is not RGB16:
        assert seen(path).dtype == values.dtype
        np.testing.assert_array_equal(seen(path), upright(values))
    else:
        # pillow keeps the upper eight bits
        np.testing.assert_array_equal(seen(path), upright(values) >> 8)
    again = read(path)
    assert again.pixels.dtype == values.dtype
    np.testing.assert_array_equal(np.asarray(again.pixels), values)
    assert again.colour == (values.ndim == 3)


def test_png_of_more_than_one_strip(tmp_path):
    values = RNG.integers(0, 65536, (3, 700, 400), np.uint16)
    path = tmp_path / "a.png"
    write(frame_of(values), path)
    Image.open(path).verify()
    np.testing.assert_array_equal(np.asarray(read(path).pixels), values)


def test_real_pictures_survive(tmp_path, data_dir):
    for old in sorted((data_dir / "raster").iterdir()):
        frame = open_source(old).frame(0)
        path = tmp_path / f"{old.stem}.png"
        assert write(frame, path) == ()
        np.testing.assert_array_equal(np.asarray(read(path).pixels), np.asarray(frame.pixels))
        np.testing.assert_array_equal(seen(path).astype("u1"), np.asarray(Image.open(old)).astype("u1"))


def test_other_integers(tmp_path):
    for dtype in ("int16", "int32", "uint32", "int64", "float32", "float64"):
        values = GREY16 // (2 if dtype == "int16" else 1)
        for suffix in (".png", ".tif"):
            path = tmp_path / f"a{suffix}"
            assert write(frame_of(values.astype(dtype)), path, overwrite=True) == ()
            np.testing.assert_array_equal(seen(path), upright(values))


def test_top_row(tmp_path):
    values = np.arange(6, dtype=np.uint8).reshape(3, 2)
    path = tmp_path / "a.png"
    write(frame_of(values), path)
    assert seen(path)[0].tolist() == [4, 5]
    write(frame_of(values, top_down=True), path, overwrite=True)
    assert seen(path)[0].tolist() == [0, 1]


def test_scaling_is_said(tmp_path):
    values = np.array([[-1.0, 0.0, 0.5, 1.0, 3.0, np.nan]])
    path = tmp_path / "a.png"
    told = write(frame_of(values), path)
    assert told == (
        "the values from -1 to 3 were scaled to 0 to 65535",
        "1 missing or infinite values cannot be told from others in the picture",
    )
    assert seen(path).tolist() == [[0, 16384, 24576, 32768, 65535, 0]]
    told = write(frame_of(values), path, SaveOptions(dtype="uint8", limits=(0, 1)), overwrite=True)
    assert told[:2] == (
        "the values from 0 to 1 were scaled to 0 to 255",
        "2 values were beyond these limits and clipped",
    )
    assert seen(path).tolist() == [[0, 0, 128, 255, 255, 0]]
    told = write(frame_of(GREY16), tmp_path / "b.jpg")
    assert told[0].endswith("were scaled to 0 to 255")
    flat = np.full((4, 4), 0.3)
    write(frame_of(flat), path, overwrite=True)
    assert seen(path).tolist() == [[0] * 4] * 4


def test_jpeg(tmp_path):
    smooth = np.add.outer(np.arange(64), np.arange(96)).astype(np.uint8)
    path = tmp_path / "a.jpeg"
    assert write(frame_of(smooth), path) == ()
    assert abs(seen(path).astype(int) - upright(smooth)).max() < 4
    colour = np.stack([smooth, smooth // 2, 255 - smooth])
    write(frame_of(colour), path, overwrite=True)
    assert Image.open(path).mode == "RGB"
    assert abs(seen(path).astype(int) - upright(colour)).mean() < 4


def test_tiff_of_floats(tmp_path):
    values = RNG.normal(size=(20, 30)).astype("f4")
    values[3, 4] = np.nan
    path = tmp_path / "a.tif"
    assert write(frame_of(values), path) == ()
    assert seen(path).tobytes() == np.ascontiguousarray(values[::-1]).tobytes()
    assert np.asarray(read(path).pixels).tobytes() == values.tobytes()
    colour = RNG.normal(size=(3, 20, 30)).astype("f4")
    write(frame_of(colour), path, overwrite=True)
    np.testing.assert_array_equal(seen(path), upright(colour))
    wide = np.array([[0.1, 0.5]])
    assert write(frame_of(wide), path, overwrite=True) == ("1 values were rounded to float32",)
    assert write(frame_of(wide), path, SaveOptions(dtype="float64"), overwrite=True) == ()
    assert seen(path).tolist() == wide.tolist()
    assert write(frame_of(wide * 0 - 7), path, SaveOptions(dtype="int16"), overwrite=True) == ()
    assert seen(path).tolist() == [[-7, -7]]
    with pytest.raises(ViewerError, match="do not fit into int16"):
        write(frame_of(wide), path, SaveOptions(dtype="int16"), overwrite=True)


def test_grey_and_log(tmp_path):
    from astropy.visualization import LogStretch, ManualInterval

    values = RNG.normal(1000, 100, (60, 70))
    low, high = np.percentile(values, [0.5, 99.5])
    path = tmp_path / "a.png"
    write(frame_of(values), path, SaveOptions(picture="grey"))
    shares = ManualInterval(low, high)(values)
    np.testing.assert_array_equal(seen(path), np.rint(upright(shares) * 255))
    write(frame_of(values), path, SaveOptions(picture="log", limits=(900, 1500)), overwrite=True)
    shares = LogStretch(1000)(ManualInterval(900, 1500)(values))
    np.testing.assert_allclose(seen(path), upright(shares) * 255, atol=0.5 + 1e-9)
    write(frame_of(values), path, SaveOptions(picture="grey", dtype="uint16"), overwrite=True)
    assert seen(path).max() == 65535
    # brightness of colours; white stays white
    colour = np.stack([values, values, values])
    write(frame_of(colour), path, SaveOptions(picture="grey"), overwrite=True)
    grey = tmp_path / "b.png"
    write(frame_of(values), grey, SaveOptions(picture="grey"))
    np.testing.assert_allclose(seen(path), seen(grey), atol=1)


def test_balanced(tmp_path):
    base = RNG.normal(0, 1, (60, 70))
    planes = np.stack([100 + 5 * base, 2000 + 300 * base, -7 + 0.1 * base])
    path = tmp_path / "a.png"
    told = write(frame_of(planes, colour=False), path, SaveOptions(picture="balanced"))
    assert told == ("the three planes are saved as red, green and blue",)
    picture = seen(path).astype(int)
    # the same picture in three units is grey
    assert abs(picture - picture[..., :1]).max() <= 1
    assert (picture.min(), picture.max()) == (0, 255)
    with pytest.raises(ViewerError, match="three planes"):
        write(frame_of(base), path, SaveOptions(picture="balanced"), overwrite=True)


def test_what_a_picture_cannot_hold(tmp_path):
    with pytest.raises(ViewerError, match="4 x 5 x 6 and a picture has one plane"):
        write(frame_of(np.ones((4, 5, 6)), colour=False), tmp_path / "a.png")
    for name, dtype in (("a.png", "float32"), ("a.jpg", "uint16")):
        with pytest.raises(ViewerError, match=f"cannot hold {dtype}"):
            write(frame_of(GREY8), tmp_path / name, SaveOptions(dtype=dtype))
    with pytest.raises(ViewerError, match="shades are saved as uint8"):
        write(frame_of(GREY8), tmp_path / "a.tif", SaveOptions(picture="log", dtype="float32"))
    assert write(frame_of(np.full((2, 2), np.nan)), tmp_path / "a.png")[0].startswith("4 missing")
    # a cube of one plane is a picture, and so is a row
    write(frame_of(GREY8[np.newaxis], colour=False), tmp_path / "b.png")
    np.testing.assert_array_equal(seen(tmp_path / "b.png"), upright(GREY8))
    write(frame_of(GREY8[0]), tmp_path / "c.png")
    assert seen(tmp_path / "c.png").shape == (1, 30)
