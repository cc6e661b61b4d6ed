"""Pictures: upright, with all their bits, and what is left of damaged ones."""

import io
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from viewer.core.errors import ViewerError
from viewer.core.header import parse
from viewer.core.io import picture
from viewer.core.io.raster import RasterSource, is_raster, open_raster

RNG = np.random.default_rng(8)
BYTES = RNG.integers(0, 256, (20, 30, 4), np.uint8)
WORDS = RNG.integers(0, 65536, (20, 30, 4), np.uint16)


def upright(source: RasterSource) -> np.ndarray[Any, Any]:
    """The pixels as one sees them: top row first, colours last."""
    values = np.asarray(source.pixels(0))[..., ::-1, :]
    return np.moveaxis(values, 0, -1) if values.ndim == 3 else values


def png16(values: np.ndarray[Any, Any]) -> bytes:
    """Write a 16-bit PNG with filters, which pillow cannot write in colour."""
    rows, columns, samples = values.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[samples]
    raw = values.astype(">u2").reshape(rows, -1).view(np.uint8).astype(int)
    lines = []
    for row in range(rows):
        above = raw[row - 1] if row else np.zeros_like(raw[0])
        left = np.concatenate([np.zeros(2 * samples, int), raw[row][: -2 * samples]])
        how = row % 3
        predicted = [0, left, above][how]
        lines.append(bytes([how]) + ((raw[row] - predicted) % 256).astype(np.uint8).tobytes())

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", columns, rows, 16, kind, 0, 0, 0)
    body = zlib.compress(b"".join(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_manifest(data_dir: Path) -> None:
    checked = 0
    for line in (data_dir / "MANIFEST.tsv").read_text().splitlines():
        name, *_, facts = line.split("\t")
        if not name.startswith("raster/"):
            continue
        source = open_raster(data_dir / name)
        values = upright(source)
        width, height = map(int, re.search(r"(\d+)x(\d+) mode", facts).groups())
        assert values.shape[:2] == (height, width)
        assert source.colour(0) == ("RGB" in facts)
        for x, y, text in re.findall(r"\((\d+),(\d+)\)=(\(.*?\)|\d+)", facts):
            expected = [int(number) for number in re.findall(r"\d+", text)]
            found = np.atleast_1d(values[int(y), int(x)])
            # the manifest has the upper eight bits of 16-bit colours
            if values.dtype == np.uint16 and len(expected) == 3:
                found = found >> 8
            assert found.tolist() == expected
            checked += 1
    assert checked == 8


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("1", (BYTES[..., 0] > 127).astype("u1")),
        ("L", BYTES[..., 0]),
        ("LA", BYTES[..., 0]),
        ("RGB", BYTES[..., :3]),
        ("RGBA", BYTES[..., :3]),
        ("I;16", WORDS[..., 0]),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_lossless_modes(tmp_path: Path, mode: str, expected: np.ndarray[Any, Any], form: str) -> None:
    values = {"1": expected.astype(bool), "LA": BYTES[..., :2], "RGBA": BYTES}.get(mode, expected)
    path = tmp_path / "picture"
    Image.fromarray(np.ascontiguousarray(values)).save(path, form)
    source = open_raster(path)
    np.testing.assert_array_equal(upright(source), expected)
    assert source.hdus[0].dtype == expected.dtype.name
    assert source.problems == ()


def test_palette(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    image = Image.fromarray(BYTES[..., :3]).quantize(16)
    image.save(path)
    np.testing.assert_array_equal(upright(open_raster(path)), np.asarray(image.convert("RGB")))
    grey = Image.fromarray(BYTES[..., 0])
    grey.convert("P").save(path)
    np.testing.assert_array_equal(upright(open_raster(path)), BYTES[..., 0])


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_sixteen_bit_png(tmp_path: Path, samples: int) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(png16(WORDS[..., :samples]))
    expected = WORDS[..., :3] if samples > 2 else WORDS[..., 0]
    np.testing.assert_array_equal(upright(open_raster(path)), expected)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("samples", [3, 4])
def test_sixteen_bit_colour_tiff(tmp_path: Path, order: str, compression: str | None, samples: int) -> None:
    path = tmp_path / "picture.tif"
    tifffile.imwrite(
        path,
        WORDS[..., :samples],
        photometric="rgb",
        byteorder=order,
        compression=compression,
        extrasamples=["assocalpha"] if samples == 4 else None,
    )
    np.testing.assert_array_equal(upright(open_raster(path)), WORDS[..., :3])


@pytest.mark.parametrize("order", ["<", ">"])
def test_float_and_unusual_tiff(tmp_path: Path, order: str) -> None:
    path = tmp_path / "picture.tif"
    grey = RNG.normal(size=(20, 30)).astype("f4")
    tifffile.imwrite(path, grey, byteorder=order)
    np.testing.assert_array_equal(upright(open_raster(path)), grey)
    colour = RNG.normal(size=(20, 30, 3)).astype("f4")
    tifffile.imwrite(path, colour, photometric="rgb", byteorder=order)
    np.testing.assert_array_equal(upright(open_raster(path)), colour)
    planes = np.moveaxis(WORDS[..., :3], -1, 0)
    tifffile.imwrite(path, planes, photometric="rgb", planarconfig="separate", byteorder=order)
    np.testing.assert_array_equal(upright(open_raster(path)), WORDS[..., :3])
    tifffile.imwrite(path, WORDS[..., 0], byteorder=order)
    np.testing.assert_array_equal(upright(open_raster(path)), WORDS[..., 0])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_orientation(tmp_path: Path, orientation: int, form: str) -> None:
    stored = np.zeros((16, 32), np.uint8)
    stored[:8, :16] = 200
    path = tmp_path / "picture"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(stored).save(path, form, exif=exif)
    # where the corner of the stored picture is to be seen: (right, lower), and whether it stands on its side
    right, lower = orientation in (2, 3, 6, 7), orientation in (3, 4, 7, 8)
    seen = upright(open_raster(path))
    assert seen.shape == ((32, 16) if orientation > 4 else (16, 32))
    height, width = seen.shape
    bright = np.zeros(seen.shape, bool)
    bright[height // 2 * lower :, width // 2 * right :][: height // 2, : width // 2] = True
    np.testing.assert_array_equal(seen > 100, bright)


def test_header_says_what_exif_says(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Canon"
    exif[ExifTags.Base.Model] = "EOS Ra"
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.DateTimeOriginal] = "2024:02:03 21:15:00"
    camera[ExifTags.Base.ExposureTime] = 0.5
    Image.fromarray(BYTES[..., :3]).save(path, exif=exif)
    source = open_raster(path)
    header = parse(source.cards(0))
    assert header["NAXIS3"] == 3
    assert header["DATE-OBS"] == "2024-02-03T21:15:00"
    assert header["EXPTIME"] == 0.5
    assert header["INSTRUME"] == "Canon EOS Ra"
    frame = source.frame(0)
    assert frame.colour
    assert frame.shape == (3, 20, 30)


def test_cut_jpeg_shows_its_upper_part(tmp_path: Path, data_dir: Path) -> None:
    whole = data_dir / "raster/apod5.jpg"
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole.read_bytes()[:30_000])
    source = open_raster(path)
    np.testing.assert_array_equal(upright(source)[:100], upright(open_raster(whole))[:100])
    assert "cut short" in source.problems[0]


def test_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "picture.png"
    Image.fromarray(BYTES[..., 0]).save(path)
    monkeypatch.setattr(picture, "MOST_PIXELS", 500)
    with pytest.raises(ViewerError, match="30 x 20 pixels"):
        open_raster(path)


def test_what_is_a_raster(tmp_path: Path) -> None:
    assert is_raster(b"\x89PNG\r\n\x1a\n....")
    assert is_raster(b"\xff\xd8\xff\xe0")
    assert is_raster(b"II*\0....")
    assert not is_raster(b"SIMPLE  =")
    path = tmp_path / "no.png"
    path.write_text("text")
    with pytest.raises(ViewerError, match="not a PNG"):
        open_raster(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    with pytest.raises(ViewerError, match="cannot be decoded"):
        open_raster(path)


def _samples() -> dict[str, bytes]:
    made = {"png16": png16(WORDS[..., :3])}
    for form in ("PNG", "JPEG", "TIFF"):
        stream = io.BytesIO()
        Image.fromarray(BYTES[..., :3]).save(stream, form)
        made[form] = stream.getvalue()
    stream = io.BytesIO()
    tifffile.imwrite(stream, RNG.normal(size=(20, 30, 3)).astype("f4"), photometric="rgb")
    made["float"] = stream.getvalue()
    return made


SAMPLES = _samples()


@settings(max_examples=250, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(SAMPLES)), data=st.data())
def test_any_damage_is_survived(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(content[: data.draw(st.integers(9, len(content)))])
    try:
        values = np.asarray(open_raster(path).pixels(0))
    except ViewerError:
        return
    assert values.dtype.name in ("uint8", "uint16", "int32", "float32")


def test_a_damaged_size_is_told_at_once(tmp_path: Path) -> None:
    """Two flipped bytes of a TIFF ask for a billion pixels: nobody should wait for them."""
    content = bytearray(SAMPLES["TIFF"])
    place = content.index(struct.pack("<HHI", 257, 4, 1))
    content[place + 10] = 6
    path = tmp_path / "damaged.tif"
    path.write_bytes(content)
    with pytest.raises(ViewerError, match="is damaged: it says that it has 30 x"):
        open_raster(path)
