"""Saving tile-compressed: astropy reads back exactly what was given, and nothing is rounded."""

import warnings

import numpy as np
import pytest
from astropy.io import fits

from viewer.core.frame import Frame
from viewer.core.io import open_source, read
from viewer.core.io.scan import scan
from viewer.core.io.write import SaveOptions, write
from viewer.core.io.writing.encode import STORED
from viewer.core.pixels import ArrayPixels

RNG = np.random.default_rng(6)
ALGORITHMS = ("RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1")


def frame_of(values, **header) -> Frame:
    return Frame(ArrayPixels(np.asarray(values)), name="made", cards=fits.Header(header.items()))


def some(name: str, shape: tuple[int, ...]) -> np.ndarray:
    dtype = np.dtype(name)
    if dtype.kind == "f":
        values = RNG.normal(100, 5, shape).astype(dtype)
        values.flat[:2] = np.nan, np.inf
        return values
    limits = np.iinfo(dtype)
    return RNG.integers(limits.min, limits.max, shape, dtype, endpoint=True)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", [name for name in sorted(STORED) if name != "int8"])
@pytest.mark.parametrize("shape", [(20, 33), (3, 12, 17)])
def test_nothing_is_lost(tmp_path, algorithm, name, shape):
    values = some(name, shape)
    path = tmp_path / "a.fits"
    told = write(frame_of(values, OBJECT="M 13"), path, SaveOptions(compression=algorithm))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with fits.open(path, checksum=True, memmap=False) as hdus:
            assert [type(hdu).__name__ for hdu in hdus] == ["PrimaryHDU", "CompImageHDU"]
            assert hdus[1].data.astype(name).tobytes() == values.tobytes()
            assert hdus[1].header["OBJECT"] == "M 13"
            used = hdus[1].compression_type
    assert (used == algorithm) == (told == ())
    if told:
        assert told[0].startswith(f"the image is compressed with {used}, because {algorithm} ")
    source = open_source(path)
    assert source.verify(1) == ()
    assert source.problems == ()
    frame = source.frame(1)
    assert frame.name == "a.fits"
    assert np.asarray(frame.pixels).tobytes() == values.tobytes()
    assert frame.pixels.dtype == name


def test_one_dimension_and_small(tmp_path):
    for shape in ((50,), (2, 3), (1, 1)):
        for algorithm in ALGORITHMS:
            values = some("int16", shape)
            path = tmp_path / "a.fits"
            write(frame_of(values), path, SaveOptions(compression=algorithm), overwrite=True)
            np.testing.assert_array_equal(fits.getdata(path, 1), values)


def test_fz(tmp_path):
    path = tmp_path / "a.fits.fz"
    assert write(frame_of(some("uint16", (20, 30))), path) == ()
    assert open_source(path).hdus[1].compressed == "RICE_1"
    assert write(frame_of(some("float32", (20, 30))), path, overwrite=True) == ()
    assert open_source(path).hdus[1].compressed == "GZIP_2"
    fits.writeto(tmp_path / "b.fits", some("float32", (20, 30)))
    opened = read(tmp_path / "b.fits")
    assert write(opened.derive(data=opened.data / 3), path, overwrite=True) == (), "nobody has named RICE_1"


def test_missing_pixels(tmp_path):
    values = RNG.normal(100, 50, (20, 30))
    values[3:5, 7] = np.nan
    path = tmp_path / "a.fits"
    told = write(frame_of(values), path, SaveOptions(dtype="int16", compression="RICE_1"))
    assert told[-1] == "2 pixels were missing and stored as BLANK = -32768"
    np.testing.assert_array_equal(fits.getdata(path, 1), np.rint(values))
    np.testing.assert_array_equal(np.asarray(read(path).pixels), np.rint(values))


@pytest.mark.parametrize("name", ["m13_rice", "m13_gzip", "m13_hcomp", "m13_plio"])
def test_compressed_file_stays_compressed(tmp_path, data_dir, name):
    old = data_dir / "compressed" / f"{name}.fits"
    frame = read(old)
    algorithm = frame.pixels.algorithm
    values = np.asarray(frame.pixels)
    path = tmp_path / "a.fits"
    assert write(frame.derive(pixels=ArrayPixels(values[:, ::-1])), path) == ()
    with fits.open(path, checksum=True) as hdus:
        np.testing.assert_array_equal(hdus[1].data, values[:, ::-1])
        assert hdus[1].compression_type == algorithm
        assert hdus[1].header["CRVAL2"] == fits.getheader(old, 1)["CRVAL2"]
    # on demand it does not
    write(frame, path, SaveOptions(compression="none"), overwrite=True)
    with fits.open(path, disable_image_compression=True) as hdus:
        assert isinstance(hdus[1], fits.ImageHDU)
        np.testing.assert_array_equal(hdus[1].data, values)
    alone = tmp_path / "alone.fits"
    write(frame, alone, SaveOptions(whole_file=False))
    np.testing.assert_array_equal(fits.getdata(alone, 0), values)


def test_floats_that_were_rounded_once_are_copied_and_not_rounded_again(tmp_path):
    values = RNG.normal(100, 5, (64, 64)).astype("f4")
    old = tmp_path / "old.fits"
    fits.HDUList(
        [fits.PrimaryHDU(), fits.CompImageHDU(values, compression_type="RICE_1", name="SCI")]
    ).writeto(old)
    frame = read(old)
    shown = np.asarray(frame.pixels)
    assert not np.array_equal(shown, values)
    header = frame.header.copy()
    header["OBSERVER"] = "somebody"
    path = tmp_path / "a.fits"
    assert write(frame.derive(cards=header), path) == ()
    with fits.open(path, checksum=True) as hdus:
        np.testing.assert_array_equal(hdus["SCI"].data, shown)
        assert hdus["SCI"].compression_type == "RICE_1"
        assert hdus["SCI"].header["OBSERVER"] == "somebody"
    sizes = [scan(np.fromfile(each, np.uint8))[0][1].data_size for each in (old, path)]
    assert sizes[0] == sizes[1]
    told = write(frame.derive(pixels=ArrayPixels(shown + 1)), path, overwrite=True)
    assert told == ("the image is compressed with GZIP_2, because RICE_1 would round these values",)
    np.testing.assert_array_equal(fits.getdata(path, "SCI"), shown + 1)


def test_primary_image_moves(tmp_path):
    values = some("int16", (20, 30))
    old = tmp_path / "old.fits"
    fits.HDUList([fits.PrimaryHDU(values), fits.ImageHDU(values + 1)]).writeto(old)
    path = tmp_path / "a.fits"
    told = write(read(old), path, SaveOptions(compression="RICE_1"))
    assert told == ("a compressed image cannot be the first HDU, so every HDU has moved by one",)
    with fits.open(path) as hdus:
        np.testing.assert_array_equal(hdus[1].data, values)
        np.testing.assert_array_equal(hdus[2].data, values + 1)
