"""Saving as FITS: what astropy reads back, and what the rest of the file still is, byte for byte."""

import gzip
import hashlib
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import open_source, read
from viewer.core.io.scan import scan
from viewer.core.io.write import SaveOptions, write
from viewer.core.io.writing import encode, sums
from viewer.core.pixels import ArrayPixels
from viewer.core.progress import Cancelled, Progress

RNG = np.random.default_rng(5)


def frame_of(values, header: fits.Header | None = None, **fields) -> Frame:
    return Frame(ArrayPixels(np.asarray(values)), name="made", cards=header or fits.Header(), **fields)


def spans(path: Path) -> list[bytes]:
    """The bytes of each HDU, found by our own scan, which survives damage."""
    buffer = np.fromfile(path, np.uint8)
    offsets = [hdu.header_offset for hdu in scan(buffer)[0]] + [len(buffer)]
    return [buffer[a:b].tobytes() for a, b in pairwise(offsets)]


def verified(path: Path) -> fits.HDUList:
    """Open with astropy, checksums compared and the standard's rules asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hdus = fits.open(path, checksum=True, memmap=False)
        hdus.verify("exception")
        for hdu in hdus:
            assert hdu.data is not None or hdu.header["NAXIS"] == 0
    return hdus


@pytest.mark.parametrize("name", sorted(encode.STORED))
@pytest.mark.parametrize("shape", [(7,), (5, 7), (3, 5, 7), (2, 3, 5, 7)])
def test_every_type_and_shape(tmp_path, monkeypatch, name, shape):
    monkeypatch.setattr(encode, "STRIP", 64)
    dtype = np.dtype(name)
    if dtype.kind == "f":
        values = RNG.normal(size=shape).astype(dtype)
        values.flat[:3] = np.nan, np.inf, -0.0
    else:
        limits = np.iinfo(dtype)
        values = RNG.integers(limits.min, limits.max, shape, dtype, endpoint=True)
        values.flat[:2] = limits.min, limits.max
    path = tmp_path / "a.fits"
    assert write(frame_of(values), path) == ()
    with verified(path) as hdus:
        assert hdus[0].data.dtype.newbyteorder("=") == dtype
        assert hdus[0].data.astype(dtype).tobytes() == values.tobytes()
        assert "CHECKSUM" in hdus[0].header
    assert path.stat().st_size % 2880 == 0
    again = np.asarray(read(path).pixels)
    assert again.dtype == dtype
    assert again.tobytes() == values.tobytes()


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(0, 2**32 - 1))
def test_sums_do_not_depend_on_the_pieces(pieces, start):
    whole, offset = start, 0
    for piece in pieces:
        whole = sums.added(whole, piece, offset)
        offset += len(piece)
    expected = sums.added(start, b"".join(pieces))
    assert whole % 0xFFFFFFFF == expected % 0xFFFFFFFF


@given(st.integers(0, 2**32 - 1))
def test_checksum_letters(total):
    text = sums.encoded(total)
    assert text.isalnum()
    # in a card the value begins one byte before a word; 16 zeros are what it takes the place of
    card, zeros = (f"xxx{letters}x".encode() for letters in (text, "0" * 16))
    change = (sums.added(0, card) - sums.added(0, zeros)) % 0xFFFFFFFF
    assert (total + change) % 0xFFFFFFFF == 0


def test_header_is_copied(tmp_path):
    header = fits.Header()
    header["OBJECT"] = ("M 13", "a cluster")
    header["HIERARCH ESO DET OUT1 GAIN"] = (1.25, "e-/ADU")
    header["LONGONE"] = ("x" * 150, "with a comment")
    header["COMMENT"] = "first"
    header["EMPTY"] = None
    header["ANGLE"] = 0.1 + 0.2
    header["HISTORY"] = "one"
    header["HISTORY"] = "two"
    header["COMMENT"] = "BITPIX is not a card here"
    header[""] = "blank keyword"
    for keyword, value in (
        ("BSCALE", 3.0),
        ("BZERO", 7.0),
        ("BLANK", 5),
        ("CHECKSUM", "old"),
        ("DATASUM", "1"),
    ):
        header[keyword] = value
    header["INHERIT"] = True
    header["PCOUNT"] = 0
    path = tmp_path / "a.fits"
    write(frame_of(np.ones((2, 3), "f4"), header, unit="adu"), path)
    with verified(path) as hdus:
        found = hdus[0].header
        np.testing.assert_array_equal(hdus[0].data, 1)
    dropped = {"BSCALE", "BZERO", "BLANK", "CHECKSUM", "DATASUM", "INHERIT", "PCOUNT"}
    expected = [card for card in header.cards if card.keyword not in dropped]
    made = {"SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "CHECKSUM", "DATASUM", "BUNIT"}
    assert [str(card) for card in found.cards if card.keyword not in made] == [str(card) for card in expected]
    assert found["BUNIT"] == "adu"


def test_illegal_bytes_do_not_get_into_a_new_file(tmp_path):
    cards = "OBSERVER= 'José   '".encode("latin-1").ljust(80) + b"HISTORY tab\there\0".ljust(80)
    path = tmp_path / "a.fits"
    write(Frame(ArrayPixels(np.ones((2, 2))), cards=cards), path)
    with verified(path) as hdus:
        assert hdus[0].header["OBSERVER"] == "Jos?"
        assert hdus[0].header["HISTORY"][0] == "tab?here?"


@pytest.mark.parametrize("name", ["uint8", "int16", "uint16", "int32"])
def test_to_integers(tmp_path, name):
    limits = np.iinfo(name)
    values = np.array([[0.5, 1.5, 2.25, 3.0], [-1e30, 1e30, np.inf, 100.0]])
    path = tmp_path / "a.fits"
    told = write(frame_of(values), path, SaveOptions(dtype=name))
    with verified(path) as hdus:
        expected = [[0, 2, 2, 3], [limits.min, limits.max, limits.max, 100]]
        assert hdus[0].data.tolist() == expected
        assert hdus[0].data.dtype.newbyteorder("=") == name
    assert told == (
        f"3 pixels were beyond the range of {name} and clipped to {limits.min} or {limits.max}",
        "3 pixels were rounded to a whole number",
    )


@pytest.mark.parametrize("name", ["uint8", "int16", "uint16", "int32"])
def test_missing_pixels_in_integers(tmp_path, name):
    limits = np.iinfo(name)
    values = np.array([[0.0, np.nan, limits.min, limits.max], [np.nan, 1, 2, 3]])
    path = tmp_path / "a.fits"
    told = write(frame_of(values), path, SaveOptions(dtype=name))
    assert told[-1].startswith("2 pixels were missing and stored as BLANK = ")
    found = np.asarray(read(path).pixels)
    assert np.isnan(found).tolist() == np.isnan(values).tolist()
    if name == "int32":
        # the lowest of four thousand million numbers is set apart
        assert told[0].startswith("1 pixel was beyond the range of int32 and clipped to -2147483647 or")
        values[values == limits.min] += 1
    np.testing.assert_array_equal(found, values)
    with fits.open(path) as hdus:
        if name in ("uint8", "int16", "int32"):
            np.testing.assert_array_equal(hdus[0].data, values)
        assert (hdus[0].header["BLANK"] + hdus[0].header.get("BZERO", 0)) not in values


def test_no_number_left_for_missing_pixels(tmp_path):
    values = np.append(np.arange(256.0), np.nan).reshape(1, -1)
    with pytest.raises(ViewerError, match="1 missing pixels cannot be marked in uint8"):
        write(frame_of(values), tmp_path / "a.fits", SaveOptions(dtype="uint8"))
    assert list(tmp_path.iterdir()) == []


def test_between_integers_and_to_floats(tmp_path):
    path = tmp_path / "a.fits"
    large = np.array([[-1, 0, 2**40, 70000]], np.int64)
    told = write(frame_of(large), path, SaveOptions(dtype="uint16"))
    assert fits.getdata(path).tolist() == [[0, 0, 65535, 65535]]
    assert told == ("3 pixels were beyond the range of uint16 and clipped to 0 or 65535",)

    odd = np.array([[2**24 + 1, 5, 2**53 + 1]], np.int64)
    told = write(frame_of(odd), path, SaveOptions(dtype="float64"), overwrite=True)
    assert told == ("1 pixel was rounded to the precision of float64",)
    told = write(frame_of(odd), path, SaveOptions(dtype="float32"), overwrite=True)
    assert told == ("2 pixels were rounded to the precision of float32",)

    wide = np.array([[1e300, 0.5, 0.1, np.nan, np.inf]])
    told = write(frame_of(wide), path, SaveOptions(dtype="float32"), overwrite=True)
    np.testing.assert_array_equal(fits.getdata(path), [[np.inf, 0.5, np.float32(0.1), np.nan, np.inf]])
    assert told == (
        "1 pixel was too large for float32 and infinite now",
        "1 pixel was rounded to the precision of float32",
    )
    assert write(frame_of(np.array([[True, False]])), path, overwrite=True) == ()
    assert fits.getdata(path).tolist() == [[1, 0]]
    with pytest.raises(ViewerError, match="complex128"):
        write(frame_of(np.ones((2, 2), complex)), path, overwrite=True)


def test_scaled_integers_that_nobody_changed_stay_so(tmp_path, data_dir):
    old = data_dir / "edge" / "scale.fits"
    path = tmp_path / "a.fits"
    frame = read(old)
    write(frame, path)
    with (
        fits.open(old, do_not_scale_image_data=True) as a,
        fits.open(path, do_not_scale_image_data=True) as b,
    ):
        assert a[0].data.dtype == b[0].data.dtype == ">i2"
        np.testing.assert_array_equal(a[0].data, b[0].data)
        assert [a[0].header[k] for k in ("BSCALE", "BZERO")] == [b[0].header[k] for k in ("BSCALE", "BZERO")]
    verified(path).close()
    # and become floats once they are changed
    write(frame.derive(pixels=ArrayPixels(np.asarray(frame.pixels) * 2)), path, overwrite=True)
    assert fits.getheader(path)["BITPIX"] == -32
    np.testing.assert_array_equal(fits.getdata(path), fits.getdata(old) * 2)


def test_other_hdus_stay_byte_for_byte(tmp_path, data_dir):
    old = data_dir / "edge" / "generic_mixed.fits"
    source = open_source(old)
    for index in (1, 2, 3):
        frame = source.frame(index)
        path = tmp_path / f"{index}.fits"
        write(frame.derive(pixels=ArrayPixels(np.asarray(frame.pixels, "f4") + 1)), path)
        before, after = spans(old), spans(path)
        assert len(before) == len(after)
        assert [a == b for a, b in zip(before, after, strict=True)] == [
            i != index for i in range(len(before))
        ]
        with fits.open(path, checksum=True) as hdus:
            assert hdus[index].name == source.hdus[index].name
            np.testing.assert_array_equal(hdus[index].data, fits.getdata(old, index).astype("f4") + 1)
        assert open_source(path).verify(index) == ()
        alone = tmp_path / f"{index}_alone.fits"
        write(frame, alone, SaveOptions(whole_file=False))
        with verified(alone) as hdus:
            assert len(hdus) == 1
            np.testing.assert_array_equal(hdus[0].data, fits.getdata(old, index))


def test_primary_image_among_extensions(tmp_path, data_dir):
    old = data_dir / "edge" / "checksum.fits"
    path = tmp_path / "a.fits"
    frame = read(old)
    write(frame.derive(pixels=ArrayPixels(np.asarray(frame.pixels)[:7])), path)
    assert spans(old)[1:] == spans(path)[1:]
    with verified(path) as hdus:
        assert hdus[0].header["EXTEND"] is True
        np.testing.assert_array_equal(hdus[0].data, fits.getdata(old)[:7])


def test_over_the_file_that_is_shown(tmp_path):
    path = tmp_path / "a.fits"
    values = RNG.normal(size=(300, 400)).astype("f4")
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values, name="SCI"), fits.ImageHDU(values + 1)]).writeto(
        path
    )
    frame = open_source(path).frame(1)
    changed = frame.derive(pixels=ArrayPixels(np.asarray(frame.pixels)[::-1]))
    write(changed, path, overwrite=True)
    # the old frame still reads what it was opened with, the file has the new one
    np.testing.assert_array_equal(np.asarray(frame.pixels), values)
    with verified(path) as hdus:
        np.testing.assert_array_equal(hdus["SCI"].data, values[::-1])
        np.testing.assert_array_equal(hdus[2].data, values + 1)
    write(frame, path, overwrite=True)
    np.testing.assert_array_equal(fits.getdata(path, 1), values)


def test_file_that_changed_meanwhile(tmp_path):
    path = tmp_path / "a.fits"
    values = np.ones((3, 4), "f4")
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values)]).writeto(path)
    frame = read(path)
    fits.PrimaryHDU(values).writeto(path, overwrite=True)
    with pytest.raises(ViewerError, match=r"HDU 1 is no image any more"):
        write(frame, tmp_path / "b.fits")
    write(frame, tmp_path / "b.fits", SaveOptions(whole_file=False))
    path.unlink()
    write(frame, tmp_path / "c.fits")
    np.testing.assert_array_equal(fits.getdata(tmp_path / "c.fits"), values)


def test_gz(tmp_path):
    values = RNG.integers(0, 5, (50, 60), np.int16)
    path = tmp_path / "a.fits.gz"
    write(frame_of(values), path)
    plain = gzip.decompress(path.read_bytes())
    assert fits.HDUList.fromstring(plain)[0].data.tolist() == values.tolist()
    with verified(path) as hdus:
        np.testing.assert_array_equal(hdus[0].data, values)
    first = path.read_bytes()
    write(frame_of(values), path, overwrite=True)
    assert path.read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == ["a.fits.gz"]


def test_masked_pixels_are_nan(tmp_path):
    values = np.arange(12, dtype=np.int16).reshape(3, 4)
    mask = values % 5 == 0
    path = tmp_path / "a.fits"
    write(frame_of(values).derive(mask=mask), path)
    np.testing.assert_array_equal(fits.getdata(path), np.where(mask, np.nan, values))


def test_cancelling_and_refusing(tmp_path, monkeypatch):
    monkeypatch.setattr(encode, "STRIP", 1024)
    path = tmp_path / "a.fits"
    path.write_bytes(b"old")

    class Late(Progress):
        def report(self, fraction: float) -> None:
            if fraction > 0.5:
                self.cancel()
            super().report(fraction)

    for name in ("a.fits", "a.fits.gz", "a.txt", "a.png", "a.fz"):
        with pytest.raises(Cancelled):
            write(frame_of(np.ones((100, 100))), tmp_path / name, overwrite=True, progress=Late())
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.fits"]
    with pytest.raises(ViewerError, match="exists already"):
        write(frame_of(np.ones((2, 2))), path)
    for name in ("a.xyz", "a", ".fits", "fits"):
        with pytest.raises(ViewerError, match=r"end it in one of \.fits"):
            write(frame_of(np.ones((2, 2))), tmp_path / name)
    with pytest.raises(ViewerError, match="'int12'"):
        SaveOptions(dtype="int12")
    with pytest.raises(ViewerError, match="black has to be less than white"):
        SaveOptions(limits=(5, 5))
    progress = Progress()
    write(frame_of(np.ones((2, 2))), path, overwrite=True, progress=progress)
    assert progress.fraction == 1


def test_no_checksum(tmp_path):
    path = tmp_path / "a.fits"
    write(frame_of(np.ones((2, 2))), path, SaveOptions(checksum=False))
    assert "CHECKSUM" not in fits.getheader(path)


def test_real_files(tmp_path, data_dir, manifest):
    """Every real image: the same pixels bit for bit, the same cards, and the other HDUs as they were."""
    checked = 0
    made = {b"SIMPLE", b"XTENSION", b"BITPIX", b"EXTEND", b"PCOUNT", b"GCOUNT", b"CHECKSUM", b"DATASUM"}
    made |= {b"BSCALE", b"BZERO", b"BLANK", b"INHERIT", b"GROUPS"}

    def kept(cards: bytes) -> list[bytes]:
        split = [cards[start : start + 80].ljust(80) for start in range(0, len(cards), 80)]
        return [c for c in split if c[:8].rstrip() not in made and not c.startswith(b"NAXIS")]

    def parsed(header: fits.Header) -> list[str]:
        # astropy uses blank cards up when it appends others
        return [str(c) for c in header.cards if kept(str(c).encode()) and str(c).strip()]

    for line in manifest:
        path = data_dir / line["file"]
        try:
            source = open_source(path)
        except ViewerError:
            continue
        is_fits = not line["file"].startswith("raster/")
        for hdu in source.hdus[:4]:
            if hdu.kind != "image" or np.prod(hdu.shape) > 3e6:
                continue
            frame = source.frame(hdu.index)
            values = np.asarray(frame.pixels)
            digest = hashlib.sha256(values).digest()
            # as it is, with new pixels, and as an operation hands it over
            data = ArrayPixels(values)
            for changed in (frame, frame.derive(pixels=data), frame.derive(pixels=data, cards=frame.header)):
                saved = tmp_path / "saved.fits"
                write(changed, saved, overwrite=True)
                again = open_source(saved)
                index = hdu.index if is_fits else 0
                found = again.frame(index)
                assert found.pixels.dtype == values.dtype, line["file"]
                assert hashlib.sha256(np.asarray(found.pixels)).digest() == digest, line["file"]
                assert again.verify(index) == (), line["file"]
                assert len(again.hdus) == len(source.hdus)
                if changed.cards is frame.header:
                    assert parsed(again.header(index)) == parsed(frame.header), line["file"]
                elif all(byte in range(32, 127) for byte in source.image_cards(hdu.index)):
                    assert kept(again.image_cards(index)) == kept(source.image_cards(hdu.index)), line["file"]
                if is_fits and path.suffix == ".fits":
                    before, after = spans(path), spans(saved)
                    del before[index], after[index]
                    assert before == after, line["file"]
                checked += 1
    assert checked > 250
