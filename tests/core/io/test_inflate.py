"""Stream compressions: what comes out of whole, cut and damaged files."""

import bz2
import gzip
import lzma
import mmap
import shutil
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.io import inflate
from viewer.core.progress import Cancelled, Progress

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

PACKERS = {
    "gzip": gzip.compress,
    "bzip2": partial(bz2.compress, compresslevel=1),  # small blocks: each is all or nothing
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zstd": zstd.compress,
}
CONTENT = np.random.default_rng(5).normal(1000, 30, 400_000).astype(">i2").tobytes()


@pytest.mark.parametrize("kind", PACKERS)
def test_content_decides_not_the_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "frame.fits"
    path.write_bytes(PACKERS[kind](CONTENT))
    data, problems = inflate.opened(path)
    assert data.tobytes() == CONTENT
    assert problems == ()
    assert not data.flags.writeable


@pytest.mark.parametrize("kind", PACKERS)
def test_several_streams_and_padding(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "frame.fits"
    pack = PACKERS[kind]
    tail = b"" if kind in ("lzma", "zstd") else bytes(512)
    path.write_bytes(pack(CONTENT[:1000]) + (pack(CONTENT[1000:]) if kind != "lzma" else b"") + tail)
    data, problems = inflate.opened(path)
    assert data.tobytes() == CONTENT if kind != "lzma" else CONTENT[:1000]
    assert problems == ()


@pytest.mark.parametrize("kind", PACKERS)
def test_cut_stream_gives_what_came_before(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "frame.fits"
    packed = PACKERS[kind](CONTENT)
    path.write_bytes(packed[: len(packed) * 9 // 10])
    data, problems = inflate.opened(path)
    assert len(data) > (0.5 if kind == "zstd" else 0.8) * len(CONTENT)
    assert CONTENT.startswith(data.tobytes())
    assert len(problems) == 1
    assert "ends too early" in problems[0]


def test_cut_real_gzip(data_dir: Path) -> None:
    data, problems = inflate.opened(data_dir / "corrupt/truncated_gzip.fits.gz")
    assert data[:9].tobytes() == b"SIMPLE  ="
    assert len(data) > 100_000
    assert "ends too early" in problems[0]


def test_damage_in_the_middle_of_gzip(tmp_path: Path) -> None:
    path = tmp_path / "frame.fits.gz"
    packed = bytearray(gzip.compress(CONTENT))
    packed[len(packed) // 2 :] = b"\xff" * (len(packed) - len(packed) // 2)
    path.write_bytes(packed)
    data, problems = inflate.opened(path)
    assert data[:300_000].tobytes() == CONTENT[:300_000]
    assert "damaged" in problems[0]


def test_bytes_behind_the_stream_are_told(tmp_path: Path) -> None:
    path = tmp_path / "frame.fits.gz"
    path.write_bytes(gzip.compress(CONTENT) + b"something else")
    data, problems = inflate.opened(path)
    assert data.tobytes() == CONTENT
    assert "follow" in problems[0]


def test_unix_compress(data_dir: Path, tmp_path: Path) -> None:
    whole, problems = inflate.opened(data_dir / "compressed/lzw.fits.Z")
    assert problems == ()
    # the manifest's pixel (51, 51) of 101 x 101 int16
    pixels = whole[len(whole) % 2880 :][-23040:][: 2 * 101 * 101].view(">i2").reshape(101, 101)
    assert (pixels[0, 0], pixels[50, 50], pixels[100, 100]) == (347, 46, 53)
    cut = tmp_path / "cut.Z"
    cut.write_bytes((data_dir / "compressed/lzw.fits.Z").read_bytes()[:9000])
    part, _ = inflate.opened(cut)
    assert 10_000 < len(part) < len(whole)
    assert whole.tobytes().startswith(part.tobytes())


def test_plain_file_is_mapped(tmp_path: Path) -> None:
    path = tmp_path / "frame.fits"
    path.write_bytes(CONTENT)
    data, problems = inflate.opened(path)
    assert isinstance(data.base.obj, mmap.mmap)
    assert data.tobytes() == CONTENT
    assert problems == ()


def test_large_content_is_mapped_from_an_unnamed_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflate, "IN_MEMORY", 100_000)
    path = tmp_path / "frame.fits.gz"
    path.write_bytes(gzip.compress(CONTENT))
    data, _ = inflate.opened(path)
    assert isinstance(data.base.obj, mmap.mmap)
    assert data.tobytes() == CONTENT


@pytest.mark.parametrize("kind", PACKERS)
def test_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(inflate, "LIMIT", 4 * 2**20)
    path = tmp_path / "bomb.fits"
    path.write_bytes(PACKERS[kind](bytes(16 * 2**20)))
    with pytest.raises(ViewerError, match=r"more than 0\.0 GiB"):
        inflate.opened(path)


def test_full_disk_is_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "IN_MEMORY", 100_000)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=inflate.SPARE_DISK + 200_000))
    path = tmp_path / "frame.fits.gz"
    path.write_bytes(gzip.compress(bytes(20 * 2**20)))
    with pytest.raises(ViewerError, match="GiB"):
        inflate.opened(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 and so on", "zip archive"),
        (b"\x1f\x8b\x08\x00broken", "nothing of"),
        (b"\x1f\x9d", "nothing of"),
        (b"BZh9nonsense", "nothing of"),
    ],
)
def test_refusals_say_why(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "frame.fits"
    path.write_bytes(content)
    with pytest.raises(ViewerError, match=words):
        inflate.opened(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ViewerError, match="cannot be read"):
        inflate.opened(tmp_path / "absent.fits")
    with pytest.raises(ViewerError, match="folder"):
        inflate.opened(tmp_path)


def test_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "frame.fits.gz"
    path.write_bytes(gzip.compress(CONTENT))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        inflate.opened(path, progress)


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from([*sorted(PACKERS), "compress"]), data=st.data())
def test_any_damage_is_survived(tmp_path: Path, data_dir: Path, kind: str, data: st.DataObject) -> None:
    if kind == "compress":
        packed = bytearray((data_dir / "compressed/lzw.fits.Z").read_bytes())
    else:
        packed = bytearray(PACKERS[kind](CONTENT[:60_000]))
    for _ in range(data.draw(st.integers(0, 4))):
        packed[data.draw(st.integers(2, len(packed) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "frame"
    path.write_bytes(packed[: data.draw(st.integers(1, len(packed)))])
    with suppress(ViewerError):
        inflate.opened(path)
