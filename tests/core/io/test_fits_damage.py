"""Damaged FITS files: what is left is shown, what is missing is told, nothing raises or hangs."""

import io
import time

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.io import open_source, read
from viewer.core.io.fits import FitsSource

BLOCK = 2880


def as_bytes(*hdus):
    stream = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(stream, output_verify="ignore")
    return stream.getvalue()


def image(shape, dtype="i2", **cards):
    header = fits.Header(cards.items())
    return np.arange(np.prod(shape), dtype=dtype).reshape(shape), header


def small_file():
    """An image, a cube of unsigned integers, a compressed image and both kinds of table."""
    columns = [
        fits.Column("name", "8A", array=["M13", "M92"]),
        fits.Column("flux", "E", array=[1.5, 2.5]),
        fits.Column("list", "PJ()", array=np.array([[1, 2], [3]], dtype=object)),
    ]
    return as_bytes(
        fits.PrimaryHDU(*image((9, 11), CTYPE1="RA---TAN", CTYPE2="DEC--TAN", BLANK=5)),
        fits.ImageHDU(*image((2, 4, 5), "u2"), name="SCI"),
        fits.CompImageHDU(*image((16, 16)), name="COMP", compression_type="RICE_1"),
        fits.BinTableHDU.from_columns(columns, name="CAT"),
        fits.TableHDU.from_columns([fits.Column("x", "F8.3", array=[1.0, 2.0])], name="TEXT"),
    )


SMALL = small_file()


def look_at_everything(source):
    """Do what the program does with a source; only `ViewerError` may come out of any of it."""
    for hdu in source.hdus:
        source.verify(hdu.index)
        source.image_cards(hdu.index)
        try:
            if hdu.kind == "image":
                frame = source.frame(hdu.index)
                window = frame.pixels.read(slice(0, 64, 3), slice(0, 64))
                assert window.dtype == frame.pixels.dtype
                frame.pixels.value(tuple(length - 1 for length in frame.shape))
                frame.header  # noqa: B018
            elif hdu.kind in ("table", "groups"):
                table = source.table(hdu.index)
                table.read(0, min(5, table.rows))
        except ViewerError:
            pass


def survive(path, content):
    path.write_bytes(content)
    start = time.perf_counter()
    try:
        source = open_source(path)
    except ViewerError:
        return
    look_at_everything(source)
    assert time.perf_counter() - start < 5


fuzz = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzz
@given(content=st.binary(max_size=4 * BLOCK), start=st.sampled_from([b"", b"SIMPLE  =                    T"]))
def test_any_bytes(tmp_path, content, start):
    survive(tmp_path / "any.fits", start.ljust(80) + content)


@fuzz
@given(st.data())
def test_a_file_that_was_tampered_with(tmp_path, data):
    content = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        what = data.draw(st.sampled_from(["change", "cut", "insert", "remove", "shorten"]))
        some = data.draw(st.binary(min_size=1, max_size=90))
        if what == "change":
            content[place : place + len(some)] = some
        elif what == "insert":
            content[place:place] = some
        elif what == "remove":
            del content[place : place + data.draw(st.integers(1, 3000))]
        elif what == "cut":
            del content[place:]
        else:
            del content[len(content) - len(some) :]
    survive(tmp_path / "tampered.fits", bytes(content))


NUMBERS = [
    "-1",
    "0",
    "1",
    "3",
    "999",
    "1000",
    "99999999999",
    "9" * 35,
    "-32",
    "8",
    "64",
    "1.5",
    "T",
    "'x'",
    "",
    "1E400",
]
KEYWORDS = [
    "SIMPLE",
    "BITPIX",
    "NAXIS",
    "NAXIS1",
    "NAXIS2",
    "NAXIS3",
    "PCOUNT",
    "GCOUNT",
    "GROUPS",
    "BSCALE",
    "BZERO",
]
KEYWORDS += [
    "BLANK",
    "TFIELDS",
    "TFORM1",
    "TFORM3",
    "ZIMAGE",
    "ZBITPIX",
    "ZNAXIS",
    "ZNAXIS1",
    "ZTILE1",
    "THEAP",
]


@fuzz
@given(
    st.lists(st.tuples(st.sampled_from(KEYWORDS), st.sampled_from(NUMBERS), st.integers(0, 4)), max_size=5)
)
def test_any_structure(tmp_path, changes):
    content = SMALL
    for keyword, value, which in changes:
        found = [
            place
            for place in range(0, len(content), 80)
            if content[place:].startswith(keyword.encode().ljust(8) + b"=")
        ]
        if found:
            place = found[which % len(found)]
            content = content[:place] + f"{keyword:8}= {value:>20}".ljust(80).encode() + content[place + 80 :]
    survive(tmp_path / "structure.fits", content)


def test_missing_rows_are_nan_and_told(data_dir):
    path = data_dir / "corrupt/truncated_m13.fits"
    frame = read(path)
    whole = read(data_dir / "compressed/m13.fits").pixels.read()
    assert frame.problems == (
        "rows 162 to 300 of HDU 0 are missing: the file is cut short after 100000 of 184320 bytes",
    )
    assert frame.pixels.dtype == np.float32
    got = frame.pixels.read().ravel()
    np.testing.assert_array_equal(got[:48560], whole.ravel()[:48560])
    assert np.isnan(got[48560:]).all()
    np.testing.assert_array_equal(
        frame.pixels.read(slice(155, 170, 3), slice(3, None, 7)), frame.pixels.read()[155:170:3, 3::7]
    )
    assert frame.pixels.value((10, 10)) == whole[10, 10]
    assert np.isnan(frame.pixels.value((299, 0)))


@pytest.mark.parametrize(
    ("shape", "keep", "says"),
    [
        ((10,), 7, "pixels 8 to 10 of HDU 0 are missing"),
        ((4, 5), 12, "rows 3 to 4 of HDU 0 are missing"),
        ((4, 5), 17, "row 4 of HDU 0 is missing"),
        ((3, 4, 5), 45, "rows 2 to 4 of plane 3 of HDU 0 are missing"),
        ((3, 4, 5), 25, "planes 2 (from row 2 on) to 3 of HDU 0 are missing"),
        ((3, 4, 5), 40, "plane 3 of HDU 0 is missing"),
        ((4, 5), 0, "all data of HDU 0 is missing"),
    ],
)
def test_cut_at_any_place(tmp_path, shape, keep, says):
    values, header = image(shape, "f8")
    path = tmp_path / "cut.fits"
    path.write_bytes(as_bytes(fits.PrimaryHDU(values, header))[: BLOCK + 8 * keep + 3])
    source = open_source(path)
    assert source.hdus[0].problems[0].startswith(says)
    if not keep:
        assert source.hdus[0].kind == "empty"
        return
    expected = np.where(np.arange(values.size).reshape(shape) < keep, values, np.nan)
    np.testing.assert_array_equal(np.asarray(source.pixels(0)), expected)


def test_a_gzip_stream_that_ends_too_early_shows_its_first_rows(data_dir):
    frame = read(data_dir / "corrupt/truncated_gzip.fits.gz")
    whole = read(data_dir / "longslit_sprat/v_dark_1.fits.gz").pixels.read()
    np.testing.assert_array_equal(frame.pixels.read()[:68], whole[:68])
    assert np.isnan(frame.pixels.read()[69:]).all()
    assert any("rows 69 to 254" in problem for problem in frame.problems)


def test_padding_that_is_missing(tmp_path):
    values, _ = image((4, 5))
    path = tmp_path / "f.fits"
    path.write_bytes(as_bytes(fits.PrimaryHDU(values))[: BLOCK + 40])
    frame = read(path)
    np.testing.assert_array_equal(np.asarray(frame.pixels), values)
    assert frame.pixels.dtype == np.int16
    assert frame.problems == ("2840 bytes of padding are missing after HDU 0, whose data is complete",)
    extension = as_bytes(fits.PrimaryHDU(), fits.ImageHDU(values, name="NEXT"))[BLOCK:]
    path.write_bytes(path.read_bytes() + extension)
    np.testing.assert_array_equal(np.asarray(read(f"{path}[next]").pixels), values)


def test_bytes_after_the_end_and_headers_cut_inside(tmp_path):
    path = tmp_path / "f.fits"
    path.write_bytes(SMALL + bytes(5000))
    assert open_source(path).problems == ()
    path.write_bytes(SMALL + b"left over".ljust(BLOCK))
    assert open_source(path).problems == ("the last 2880 bytes, after HDU 4, are not FITS and are left out",)
    path.write_bytes(SMALL + b"XTENSION= 'IMAGE   '".ljust(BLOCK))
    source = open_source(path)
    assert "has no END card" in source.problems[0]
    np.testing.assert_array_equal(np.asarray(source.pixels(1)), image((2, 4, 5), "u2")[0])


@pytest.mark.parametrize(
    "change", [(b"NAXIS2  =                    9", b"NAXIS2  =               999999"), (b"\0" * 100, b"")]
)
def test_what_follows_a_damaged_hdu_is_found(tmp_path, change):
    path = tmp_path / "f.fits"
    path.write_bytes(SMALL.replace(*change, 1))
    source = open_source(path)
    assert source.problems == ("HDU 1 does not begin where HDU 0 should end",)
    assert [hdu.name for hdu in source.hdus] == ["PRIMARY", "SCI", "COMP", "CAT", "TEXT"]
    np.testing.assert_array_equal(np.asarray(source.pixels(1)), image((2, 4, 5), "u2")[0])


def test_headers_with_junk(tmp_path):
    raw = as_bytes(fits.PrimaryHDU(*image((4, 5), OBJECT="M13", BUNIT="adu")))
    raw = raw.replace(b"OBJECT  = 'M13     '", b"OBJECT  = 'M\xff\n\x00\xe9   '").replace(
        b"BUNIT ", b"bunit "
    )
    raw = raw.replace(b"END" + b" " * 77, b"END" + b"\0" * 77)
    path = tmp_path / "f.fits"
    path.write_bytes(raw)
    frame = read(path)
    assert frame.unit == "adu"
    np.testing.assert_array_equal(np.asarray(frame.pixels), image((4, 5))[0])
    assert "OBJECT" in frame.header


def test_a_file_that_is_cut_while_it_is_open(tmp_path):
    path = tmp_path / "f.fits"
    path.write_bytes(as_bytes(fits.PrimaryHDU(np.zeros((1000, 1000), "f4"))))
    source = open_source(path)
    pixels = source.pixels(0)
    assert not pixels.read(slice(999, 1000)).any()
    try:
        path.write_bytes(path.read_bytes()[:BLOCK])
    except OSError:
        return  # Windows does not allow it
    for touch in (pixels.read, lambda: pixels.value((999, 0)), lambda: source.verify(0)):
        with pytest.raises(ViewerError, match="became shorter while it was open"):
            touch()


def test_promises_of_more_than_there_is_are_not_believed():
    header = "".join(
        f"{keyword:8}= {value:>20}".ljust(80)
        for keyword, value in [
            ("SIMPLE", "T"),
            ("BITPIX", 16),
            ("NAXIS", 2),
            ("NAXIS1", 10**12),
            ("NAXIS2", 10**12),
        ]
    )
    content = (header + "END").ljust(BLOCK).encode() + bytes(BLOCK)
    source = FitsSource(None, np.frombuffer(content, np.uint8))
    assert source.default is None
    assert source.hdus[0].kind == "empty"
    assert "cannot be shown" in source.hdus[0].problems[-1]


def test_headers_without_number_end_in_bounded_time(tmp_path):
    path = tmp_path / "many.fits"
    empty = as_bytes(fits.PrimaryHDU(), fits.ImageHDU())
    path.write_bytes(empty + empty[BLOCK:] * 12_000)
    start = time.perf_counter()
    source = open_source(path)
    assert time.perf_counter() - start < 5
    assert len(source.hdus) == 10_000
    assert "more than 10000" in source.problems[0]
    path.write_bytes(b"SIMPLE  =                    T".ljust(80) * 600_000)
    with pytest.raises(ViewerError, match="END"):
        open_source(path)
