"""Thumbnails: the picture as the window first shows it, in bounded time and memory whatever the file is."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from viewer.cli import main
from viewer.commands.thumbnail import drawn, local_name, save
from viewer.core.errors import ViewerError
from viewer.core.io import filepixels, open_source
from viewer.core.pixels import ArrayPixels
from viewer.core.render.coarse import coarse
from viewer.core.session import thumbnail

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def pixels_of(file: Path | str, size: int = 128) -> np.ndarray:
    """Red, green and blue of a file's thumbnail, int, (rows, columns, 3)."""
    colours = drawn(str(file), Path("nowhere.png"), size).colours
    return np.stack([colours >> shift & 0xFF for shift in (16, 8, 0)], -1).astype(int)


def written(folder: Path, data: np.ndarray, name: str = "image.fits", **cards: object) -> Path:
    header = fits.Header(cards)
    path = folder / name
    fits.writeto(path, data, header)
    return path


def test_the_picture_is_the_one_of_the_window_and_of_snapshot(sample: Path, tmp_path: Path) -> None:
    assert main(["snapshot", str(sample), "-o", str(tmp_path / "s.png"), "--size", "128x128"]) == 0
    assert np.array_equal(pixels_of(sample), np.asarray(Image.open(tmp_path / "s.png").convert("RGB")))


def test_a_file_that_begins_at_the_top_stands_upright(tmp_path: Path) -> None:
    ramp = np.repeat(np.arange(64, dtype=np.int16)[:, np.newaxis], 32, 1)
    upwards = pixels_of(written(tmp_path, ramp))
    downwards = pixels_of(written(tmp_path, ramp, "down.fits", ROWORDER="TOP-DOWN"))
    # 32 x 64 pixels enlarged by a whole number
    assert upwards.shape == (128, 64, 3)
    assert upwards[0].mean() > upwards[-1].mean() + 200
    assert np.array_equal(downwards, upwards[::-1])


def test_three_planes_of_bytes_are_colours(tmp_path: Path) -> None:
    cube = np.zeros((3, 40, 60), np.uint8)
    cube[0, :, :30], cube[2, :, 30:] = 255, 255
    seen = pixels_of(written(tmp_path, cube), 60)
    assert seen[20, 10].tolist() == [255, 0, 0]
    assert seen[20, 50].tolist() == [0, 0, 255]


def test_a_cube_shows_the_plane_that_tells_most(tmp_path: Path) -> None:
    cube = np.random.default_rng(1).normal(0, 1, (9, 60, 60)).astype(np.float32)
    y, x = np.mgrid[:60, :60]
    cube[4] += 9 * np.exp(-((x - 15) ** 2 + (y - 45) ** 2) / 200)
    seen = pixels_of(written(tmp_path, cube), 60)[..., 0]
    # x to the right, y upwards
    assert seen[5:25, 5:25].mean() > seen[35:55, 35:55].mean() + 60


def test_a_spectrum_is_a_curve(tmp_path: Path) -> None:
    values = np.concatenate([np.linspace(0, 100, 500), np.full(500, 20.0)]).astype(np.float32)
    seen = pixels_of(written(tmp_path, values), 100)
    assert seen.shape == (50, 100, 3)
    ink = seen[..., 0] < 128
    assert ink.any(axis=0).all()
    assert ink[:, 48].argmax() < 5 < 35 < ink[:, 80].argmax() < 45


@pytest.mark.parametrize("together", [1, 3, 8])
def test_a_large_plane_is_known_by_some_of_its_rows(together: int) -> None:
    rng = np.random.default_rng(2)
    y, x = np.mgrid[:1003, :700]
    image = (x * 0.5 - y + rng.normal(0, 5, x.shape)).astype(np.float32)
    image[100:140, :350] = np.nan
    image[500, 600] = np.inf
    pixels = ArrayPixels(image)
    pixels.together = together
    read: list[int] = []
    pixels.read = lambda rows, plane: read.extend(range(*rows.indices(1003))) or image[rows]  # type: ignore[assignment]
    exact = coarse(pixels, (), 50, threads=1)
    # blocks of 20 x 20, the last ones cut
    expected = np.full((51, 35), np.nan)
    for j, i in np.ndindex(*expected.shape):
        block = image[j * 20 : j * 20 + 20, i * 20 : i * 20 + 20]
        finite = block[np.isfinite(block)]
        expected[j, i] = finite.mean() if finite.size else np.nan
    assert np.allclose(exact, expected, rtol=1e-5, atol=1e-3, equal_nan=True)
    assert read == list(range(1003))
    read.clear()
    some = coarse(pixels, (), 50, most=51 * 700 * 4 * 5, threads=1)
    assert 51 <= len(read) <= 51 * 9
    # rows of both parities: a colour filter array shows all its colours
    assert {row % 2 for row in read} == {0, 1}
    assert np.nanmax(np.abs(some - expected)) < 12
    assert np.isnan(some).sum() == np.isnan(expected).sum()


def test_of_a_large_file_a_part_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(filepixels, "ask_for", lambda _file, starts, length: asked.append((starts, length)))
    monkeypatch.setattr(thumbnail, "MOST_BYTES", 4 << 20)
    ramp = np.add.outer(np.arange(4100, dtype="i2"), np.arange(4200, dtype="i2")).astype(">i2")
    ramp[1000:2000, 2000:4000] = 30000
    (tmp_path / "large.fits").write_bytes(_image(16, 4200, 4100) + ramp.tobytes())
    seen = pixels_of(tmp_path / "large.fits", 60)[..., 0]
    assert seen.shape == (59, 60)
    # x to the right, y upwards: the brightest is where it is in the file, and nowhere else
    assert (seen[32:43, 30:56] == seen.max()).all()
    assert (np.diff(seen[50, :]) >= 0).all()
    assert (np.diff(seen[:, 10]) <= 0).all()
    assert seen[50, 10] < seen[50, 50] < seen.max()
    # the pixels for zscale, and then some rows: they were asked for before, by where they are in the file
    starts, length = asked[0]
    assert (starts.size, length) == (1000, 2)
    assert starts[1] - starts[0] == 2 * (4100 * 4200 // 1000)
    rows = np.concatenate([starts for starts, length in asked[1:] if length == 8400])
    assert 300 < rows.size < 800
    assert ((rows - 2880) % 8400 == 0).all()


def test_a_compressed_file_is_followed_to_its_first_image_only(sample: Path, tmp_path: Path) -> None:
    stars = fits.getdata(sample)
    more = fits.ImageHDU(np.zeros((2000, 2000), np.float32), name="LATER")
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(stars), more]).writeto(tmp_path / "a.fits")
    with gzip.open(tmp_path / "a.fits.gz", "wb", 1) as file:
        file.write((tmp_path / "a.fits").read_bytes())
    source = open_source(tmp_path / "a.fits.gz", 1 << 30)
    assert source.default == 1
    # pieces of 4 MiB are decompressed: of the 16 MB behind it there is no more than one
    assert len(source._buffer) <= 4 << 20  # type: ignore[attr-defined]
    assert np.array_equal(pixels_of(tmp_path / "a.fits.gz"), pixels_of(tmp_path / "a.fits"))
    # what is beyond the bound is missing, not fetched
    cut = open_source(tmp_path / "a.fits.gz", 100_000)
    assert len(cut._buffer) == 100_000  # type: ignore[attr-defined]
    assert np.isnan(cut.frame(1).data[-1]).all()


@pytest.mark.parametrize("name", ["plain.fits", "a b%41[1]\n'é.fits", os.fsdecode(b"bytes\xff\xfe.fits")])
def test_what_stands_beside_the_picture(name: str, sample: Path, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(sample.read_bytes())
    os.utime(file, (1_700_000_000, 1_700_000_000))
    output = tmp_path / "out.png"
    save(drawn(str(file), output, 64), output)
    with Image.open(output) as picture:
        texts = dict(picture.text)
        assert picture.size == (64, 64)
    uri = texts.pop("Thumb::URI")
    assert unquote_to_bytes(urlsplit(uri).path) == os.fsencode(file)
    assert local_name(uri) == str(file)
    assert texts.pop("Description").splitlines()[-2:] == ["Size: 300 × 300", "Type: int16"]
    assert texts == {
        "Thumb::MTime": "1700000000",
        "Thumb::Size": str(sample.stat().st_size),
        "Thumb::Image::Width": "300",
        "Thumb::Image::Height": "300",
        "Software": "Skyloupe",
    }
    assert {path.name for path in tmp_path.iterdir()} == {name, "out.png"}
    assert output.stat().st_mode & 0o777 == 0o600


def test_nothing_but_the_picture_is_written(sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "image.fits"
    file.write_bytes(sample.read_bytes())
    with pytest.raises(ViewerError, match="the image itself"):
        drawn(str(file), file, 64)
    other = tmp_path / "other.txt"
    other.write_text("mine")
    link = tmp_path / "link.png"
    link.symlink_to(other)
    save(drawn(str(file), link, 64), link)
    # the link has made way for the picture; what it pointed to is as it was
    assert not link.is_symlink()
    assert other.read_text() == "mine"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path):
        with pytest.raises(ViewerError, match="not an ordinary file"):
            drawn(str(file), place, 64)
    with pytest.raises(ViewerError, match="cannot be written"):
        save(drawn(str(file), tmp_path / "no" / "x.png", 64), tmp_path / "no" / "x.png")
    assert file.read_bytes() == sample.read_bytes()


def _header(*cards: tuple[str, object], extension: str = "") -> bytes:
    first = f"XTENSION= '{extension:<8}'" if extension else f"SIMPLE  = {'T':>20}"
    lines = [first, *(f"{keyword:<8}= {value!s:>20}" for keyword, value in cards), "END"]
    text = "".join(line.ljust(80) for line in lines)
    return text.ljust(-(-len(text) // 2880) * 2880).encode()


def _image(bitpix: int, *axes: int, extension: str = "") -> bytes:
    sizes = [(f"NAXIS{axis}", length) for axis, length in enumerate(axes, 1)]
    return _header(("BITPIX", bitpix), ("NAXIS", len(axes)), *sizes, extension=extension)


def _endless() -> bytes:
    one = _image(8, 1, extension="IMAGE") + bytes(2880)
    return _header(("BITPIX", 8), ("NAXIS", 0)) + one * 1500


NASTY = {
    "axes.fits": (_image(8, 10**12, 10**12), "more than 10\\^18 bytes"),
    "huge.fits": (_image(-32, 10**12), "next to nothing"),
    "many.fits": (
        _header(("BITPIX", 8), ("NAXIS", 999), *((f"NAXIS{n}", 2) for n in range(1, 1000))),
        "axes",
    ),
    "no_end.fits": (_header(("BITPIX", 8))[:-2880] + b"SIMPLE  =" + b" " * 200_000, "no END card"),
    "table.fits": (
        _header(("BITPIX", 8), ("NAXIS", 0))
        + _header(("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", 4), ("NAXIS2", 1), extension="BINTABLE")
        + bytes(2880),
        "only a table|no image",
    ),
    "empty.fits": (b"", "empty file"),
    "text.fits": (b"hello\n" * 100, "not a FITS file"),
    "zip.fits.gz": (b"PK\x03\x04" + bytes(100), "zip archive"),
    "broken.fits.gz": (b"\x1f\x8b\x08" + b"\xff" * 100, "can be decompressed"),
    "nothing.fits": (_image(8, 0, 0), "no image"),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_sentence_for_what_has_no_picture(name: str, tmp_path: Path) -> None:
    contents, expected = NASTY[name]
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(ViewerError, match=expected) as caught:
        drawn(str(tmp_path / name), tmp_path / "out.png", 128)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("axes", "bitpix"), [((1, 3_000_000), 8), ((3_000_000, 1), 8), ((1, 1, 3_000_000), 8), ((3_000_000,), 8)]
)
def test_odd_shapes_have_a_picture_that_is_not_too_large(
    axes: tuple[int, ...], bitpix: int, tmp_path: Path
) -> None:
    (tmp_path / "odd.fits").write_bytes(_image(bitpix, *axes) + b"\1" * 3_000_000)
    seen = pixels_of(tmp_path / "odd.fits")
    assert max(seen.shape) <= 128
    assert min(seen.shape[:2]) >= 1


def test_a_long_chain_of_extensions_is_not_followed_for_ever(tmp_path: Path) -> None:
    (tmp_path / "chain.fits").write_bytes(_endless())
    assert len(open_source(tmp_path / "chain.fits", 1 << 30).hdus) == 1000
    assert pixels_of(tmp_path / "chain.fits").shape == (64, 128, 3)


def _run(code: str, *words: str, limit: float = 60) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=limit, env=environment
    )


_DAMAGE = """
import json, random, sys, warnings
from pathlib import Path
from viewer.commands.bounded import bounded
from viewer.commands.thumbnail import drawn
from viewer.core.errors import ViewerError

warnings.simplefilter("error")
chance = random.Random(6)
place = Path(sys.argv[1])
keywords = "NAXIS NAXIS1 NAXIS2 NAXIS3 BITPIX ZNAXIS1 ZNAXIS2 ZTILE1 ZTILE2 ZBITPIX ZCMPTYPE".split()
keywords += "BZERO BSCALE BLANK TFORM1 TTYPE1 TFIELDS PCOUNT GCOUNT THEAP ZVAL1 ZVAL2".split()
keywords += ["ZSCALE", "XTENSION", "ROWORDER"]
values = "0 1 -1 3 999 1000000 2147483648 1E400 1E-320 T -32 -64 8 16 33".split()
values += ["9" * 40, "", "'RICE_1'"]
values += ["'HCOMPRESS_1'", "'PLIO_1'", "'1PB(1)'", "'1QE'", "'TOP-DOWN'", "'TABLE'"]
files = [(Path(name).suffix, Path(name).read_bytes()[:100_000]) for name in sys.argv[2:]]
ends = {}
with bounded(50, 2 << 30, "too long"):
    for _ in range(100):
        suffix, contents = chance.choice(files)
        damaged = bytearray(contents)
        for _ in range(chance.randint(1, 4)):
            what, at = chance.random(), chance.randrange(len(damaged))
            if what < 0.6:
                word = chance.choice(keywords)
                cards = range(0, min(len(damaged), 30_000), 80)
                here = [i for i in cards if damaged[i : i + 8].decode("latin-1").strip() == word]
                i = chance.choice(here or range(240, 2400, 80))
                damaged[i : i + 80] = f"{word:<8}= {chance.choice(values):>20}".ljust(80).encode()
            elif what < 0.8:
                damaged[at] = chance.randrange(256)
            elif what < 0.9:
                del damaged[at : at + chance.choice([1, 80, 2880])]
            else:
                damaged = damaged[: at + 1]
        name = place / f"damaged{suffix}"
        name.write_bytes(damaged)
        try:
            end = "picture" if max(drawn(str(name), place / "o.png", 64).colours.shape) <= 64 else "too large"
        except ViewerError:
            end = "sentence"
        ends[end] = ends.get(end, 0) + 1
print(json.dumps(ends))
"""


def test_damage_of_any_kind_is_survived(data_dir: Path, tmp_path: Path) -> None:
    names = "compressed/comp.fits compressed/compressed_image.fits compressed/m13_hcomp.fits"
    names += " edge/generic_mixed.fits compressed/m13_plio.fits cube/hyper4d.fits compressed/lzw.fits.Z"
    names += " edge/spectrum1d_45P.fits"
    ended = _run(_DAMAGE, str(tmp_path), *(str(data_dir / name) for name in names.split()))
    assert ended.returncode == 0, ended.stderr
    ends = json.loads(ended.stdout)
    assert set(ends) == {"picture", "sentence"}
    assert min(ends.values()) > 15


_BOUNDS = """
import itertools, sys
from viewer.commands.bounded import TooLong, bounded

def held(): sum(itertools.repeat(1, 10**11))  # one call, which lets nothing else in
def busy():
    while True: pass
def large(): bytearray(1 << 30)
try:
    with bounded(0.2, 512 << 20, "last words"):
        globals()[sys.argv[1]]()
except TooLong:
    sys.exit("too long")
except MemoryError:
    sys.exit("too much")
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems have no limits of memory, or none that hold"
)
@pytest.mark.parametrize(("what", "said"), [("busy", "too long"), ("large", "too much"), ("held", "")])
def test_time_and_memory_are_bounded(what: str, said: str) -> None:
    ended = _run(_BOUNDS, what, limit=30)
    assert ended.returncode == 1
    assert ended.stderr.strip() == said


def test_the_command_in_a_process_of_its_own(sample: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.fits"
    os.mkfifo(pipe)
    command = "import sys; from viewer.cli import main; codes = [main(['thumbnail', *words.split('|')])"
    command += " for words in sys.argv[1:]]; print(codes, 'astropy' in sys.modules, 'PyQt6' in sys.modules)"
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    wrong = f"{sample}|{bad}|0"
    ended = _run(command, f"{sample.as_uri()}|{good}|100", f"{pipe}|{bad}|100", wrong)
    assert ended.stdout.split("\n")[0] == "[0, 1, 2] False False"
    assert "pipe.fits is not an ordinary file" in ended.stderr.split("\n")[0]
    with Image.open(good) as picture:
        assert picture.size == (100, 100)
    assert not bad.exists()
