"""Tile-compressed images: the pixels that astropy gives, tile by tile, whatever the algorithm."""

import io
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.io import codecs, compressed
from viewer.core.io.compressed import CompressedPixels
from viewer.core.io.inflate import opened
from viewer.core.io.scan import scan

RNG = np.random.default_rng(3)
SKY = RNG.normal(1000, 20, (50, 61))
FILES = [
    "comp.fits",
    "compressed_float_bzero.fits",
    "compressed_image.fits",
    "compressed_with_nan.fits",
    "m13_gzip.fits",
    "m13_hcomp.fits",
    "m13_plio.fits",
    "m13_rice.fits",
]


def packed(image: np.ndarray[Any, Any], header: fits.Header | None = None, **options: Any) -> bytes:
    """Let astropy write a compressed image."""
    stream = io.BytesIO()
    hdu = fits.CompImageHDU(image, header, **options)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(stream)
    return stream.getvalue()


def pixels_of(content: bytes) -> CompressedPixels:
    buffer = np.frombuffer(content, np.uint8)
    return CompressedPixels(buffer, scan(buffer)[0][1])


def truth_of(content: bytes) -> np.ndarray[Any, Any]:
    with fits.open(io.BytesIO(content)) as hdus:
        return np.array(hdus[1].data)


def check(content: bytes) -> CompressedPixels:
    pixels, truth = pixels_of(content), truth_of(content)
    assert pixels.shape == truth.shape
    assert pixels.dtype == truth.dtype.newbyteorder("=")
    np.testing.assert_array_equal(np.asarray(pixels), truth)
    assert pixels.problems == ()
    return pixels


@pytest.mark.parametrize("name", FILES)
def test_real_files(data_dir: Path, name: str) -> None:
    buffer, _ = opened(data_dir / "compressed" / name)
    pixels = CompressedPixels(buffer, scan(buffer)[0][1])
    truth = fits.getdata(data_dir / "compressed" / name, 1)
    assert pixels.dtype == truth.dtype.newbyteorder("=")
    np.testing.assert_array_equal(np.asarray(pixels), truth)
    if name.startswith("m13_"):
        np.testing.assert_array_equal(np.asarray(pixels), fits.getdata(data_dir / "compressed/m13.fits"))


@pytest.mark.parametrize("algorithm", ["RICE_1", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NOCOMPRESS"])
@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "uint32", "int64"])
def test_integers(algorithm: str, kind: str) -> None:
    if algorithm == "PLIO_1" and kind in ("uint16", "uint32"):
        pytest.skip("astropy does not write them")
    if kind == "int64" and not algorithm.startswith(("GZIP", "NOC")):
        pytest.skip("the algorithm has no 64-bit integers")
    image = (SKY / 8 if kind == "uint8" else SKY).astype(kind)
    check(packed(image, compression_type=algorithm))
    tile = (16, 20) if algorithm == "HCOMPRESS_1" else (7, 9)
    check(packed(image[:48, :60], compression_type=algorithm, tile_shape=tile))


@pytest.mark.parametrize("algorithm", ["RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1"])
@pytest.mark.parametrize("method", [-1, 1, 2])
@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_quantised_floats(algorithm: str, method: int, kind: str) -> None:
    image = RNG.normal(5, 2, (48, 200)).astype(kind)
    image[10:20, 30:60] = 0
    if algorithm != "HCOMPRESS_1":
        image[3, 5:9] = np.nan
        image[40] = np.nan
    image[30] = 7
    # 9,990 + 48 tiles run past the end of the 10,000 random numbers
    check(
        packed(image, compression_type=algorithm, quantize_level=4, quantize_method=method, dither_seed=9990)
    )


@pytest.mark.parametrize("algorithm", ["GZIP_1", "GZIP_2", "NOCOMPRESS"])
def test_lossless_floats(algorithm: str) -> None:
    for kind in ("f4", "f8"):
        image = SKY.astype(kind)
        image[4, 4:8] = np.nan, np.inf, -np.inf, 0
        check(packed(image, compression_type=algorithm, quantize_level=0))


def test_long_tiles_use_several_runs_of_random_numbers() -> None:
    image = RNG.normal(5, 2, (4, 30_000)).astype("f4")
    check(packed(image, compression_type="RICE_1", quantize_level=4, quantize_method=1, dither_seed=3))


def test_bscale_and_blank() -> None:
    image = np.arange(-600, 600, dtype="i2").reshape(30, 40)
    content = packed(image, compression_type="RICE_1")
    # written as cards of the table, as fpack does
    with fits.open(io.BytesIO(content), disable_image_compression=True) as hdus:
        hdus[1].header["BSCALE"] = 0.5
        hdus[1].header["BZERO"] = 10.0
        hdus[1].header["BLANK"] = 7
        stream = io.BytesIO()
        hdus.writeto(stream)
    pixels = check(stream.getvalue())
    assert pixels.dtype == np.float32
    assert np.isnan(np.asarray(pixels)).sum() == 1


def test_exact_64_bit_values() -> None:
    image = np.array([[2**62 + 1, -(2**61) - 3], [5, 6]])
    pixels = pixels_of(packed(image, compression_type="GZIP_1"))
    assert int(pixels.value((0, 0))) == 2**62 + 1


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_window_of_any_tiling(data: st.DataObject) -> None:
    ndim = data.draw(st.integers(1, 4))
    shape = tuple(data.draw(st.lists(st.integers(1, 12), min_size=ndim, max_size=ndim)))
    tile = tuple(data.draw(st.integers(1, n)) for n in shape)
    image = np.arange(np.prod(shape), dtype="i2").reshape(shape)
    pixels = pixels_of(packed(image, compression_type="GZIP_1", tile_shape=tile))
    height, width = pixels.image_shape
    rows, columns = (
        slice(data.draw(st.integers(0, n)), data.draw(st.integers(0, n)), data.draw(st.integers(1, n + 1)))
        for n in (height, width)
    )
    plane = tuple(data.draw(st.integers(0, n - 1)) for n in shape[:-2])
    truth = image[plane] if ndim > 1 else image[np.newaxis]
    np.testing.assert_array_equal(pixels.read(rows, columns, plane), truth[rows, columns])
    place = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    assert pixels.value(place) == image[place]


def test_only_the_tiles_of_the_window_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = pixels_of(packed(SKY.astype("i2"), compression_type="RICE_1"))
    decoded = []
    original = pixels._tiles.decode
    monkeypatch.setattr(pixels._tiles, "decode", lambda tile: decoded.append(tile) or original(tile))
    pixels.read(slice(0, None, 10), slice(0, None, 10))
    assert decoded == [(0, 0), (10, 0), (20, 0), (30, 0), (40, 0)]
    pixels.read(slice(0, None, 10), slice(3, 5))
    pixels.value((20, 7))
    assert len(decoded) == 5


def test_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed.CompressedPixels, "cache_bytes", 10 * 61 * 2)
    pixels = check(packed(SKY.astype("i2"), compression_type="RICE_1"))
    assert len(pixels._kept) == 10


def test_astropy_is_not_imported_for_the_first_picture(tmp_path: Path) -> None:
    path = tmp_path / "frame.fits.fz"
    path.write_bytes(packed(SKY.astype("i2"), compression_type="RICE_1"))
    program = (
        "import sys; from pathlib import Path; from viewer.core.io.inflate import opened\n"
        "from viewer.core.io.scan import scan; from viewer.core.io.compressed import CompressedPixels\n"
        f"buffer, _ = opened(Path({str(path)!r})); pixels = CompressedPixels(buffer, scan(buffer)[0][1])\n"
        "total = pixels.read().sum(); assert 'astropy' not in sys.modules\n"
        f"from astropy.io import fits; assert fits.getdata({str(path)!r}).sum() == total\n"
        "assert pixels.read(slice(3, 9)).size"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_damaged_tile_leaves_the_rest() -> None:
    content = bytearray(packed(SKY.astype("f4"), compression_type="GZIP_1", quantize_level=0))
    start = content.index(b"\x1f\x8b", len(content) // 2)
    content[start + 12 : start + 40] = bytes(28)
    pixels = pixels_of(bytes(content))
    values = np.asarray(pixels)
    bad = np.isnan(values).all(axis=1)
    assert bad.sum() == 1
    np.testing.assert_array_equal(values[~bad], SKY.astype("f4")[~bad])
    assert pixels.problems == ("1 of 50 compressed tile is damaged or not in the file and shown as missing",)


def test_cut_file_shows_what_is_there() -> None:
    content = packed(SKY.astype("i2"), compression_type="RICE_1")
    heap = scan(np.frombuffer(content, np.uint8))[0][1]
    pixels = pixels_of(content[: heap.data_offset + heap.data_size * 2 // 3])
    values = np.asarray(pixels)
    there = ~np.isnan(values).any(axis=1)
    assert 20 < there.sum() < 45
    np.testing.assert_array_equal(values[there], SKY.astype("i2")[there])
    assert "shown as missing" in pixels.problems[0]


@pytest.mark.parametrize(
    ("keyword", "value", "words"),
    [
        ("ZCMPTYPE", "BZIP_7", "BZIP_7"),
        ("ZTILE1", 0, "ZTILE"),
        ("ZNAXIS1", 10**6, "tiles"),
        ("ZBITPIX", 17, "ZBITPIX"),
        ("TTYPE1", "NOTHING", "COMPRESSED_DATA"),
    ],
)
def test_bad_header_is_refused(keyword: str, value: object, words: str) -> None:
    content = packed(SKY.astype("i2"), compression_type="RICE_1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(io.BytesIO(content), disable_image_compression=True) as hdus:
            hdus[1].header[keyword] = value
            stream = io.BytesIO()
            hdus.writeto(stream, output_verify="ignore")
    with pytest.raises(ViewerError, match=words):
        pixels_of(stream.getvalue())


SAMPLES = {
    ("RICE_1", "i2"): packed(SKY.astype("i2"), compression_type="RICE_1"),
    ("RICE_1", "f4"): packed(SKY.astype("f4"), compression_type="RICE_1", quantize_level=4),
    ("PLIO_1", "i2"): packed(SKY.astype("i2"), compression_type="PLIO_1"),
    ("HCOMPRESS_1", "i2"): packed(SKY.astype("i2"), compression_type="HCOMPRESS_1"),
    ("GZIP_2", "i4"): packed(SKY.astype("i4"), compression_type="GZIP_2"),
}


@settings(max_examples=250, deadline=5000)
@given(sample=st.sampled_from(sorted(SAMPLES)), data=st.data())
def test_any_damage_is_survived(sample: tuple[str, str], data: st.DataObject) -> None:
    content = bytearray(SAMPLES[sample])
    table = scan(np.frombuffer(bytes(content), np.uint8))[0][1].data_offset
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(table, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    pixels = pixels_of(bytes(content[: data.draw(st.integers(table + 100, len(content)))]))
    assert pixels.read().shape == SKY.shape


@settings(max_examples=300, deadline=5000)
@given(
    noise=st.binary(max_size=200),
    count=st.integers(1, 3000),
    width=st.sampled_from([1, 2, 4]),
    block=st.sampled_from([16, 32]),
)
def test_decoders_survive_noise(noise: bytes, count: int, width: int, block: int) -> None:
    header = b"\xdd\x99" + (30).to_bytes(4, "big") + (40).to_bytes(4, "big")
    trials = (
        lambda: codecs.rice(noise, count, width, block),
        lambda: codecs.plio(noise, count),
        lambda: codecs.plio(b"\0\0\0\7" + noise, count),
        lambda: codecs.hcompress(header + noise, 30, 40, bool(count % 2)),
        lambda: codecs.hcompress(noise, 30, 40, False),
        lambda: np.frombuffer(codecs.gunzip(noise, count), "u1"),
    )
    for trial in trials:
        try:
            assert trial().size >= min(count, 1200)
        except codecs.DamagedTile:
            continue
