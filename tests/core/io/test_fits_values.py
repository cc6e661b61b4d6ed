"""Stored numbers to physical values: every BITPIX, BZERO, BSCALE and BLANK, against astropy."""

import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewer.core.io import read
from viewer.core.io.scaling import STORED

UNSIGNED = {8: -128, 16: 2**15, 32: 2**31, 64: 2**63}


def stored_file(path, bitpix, shape, seed=0, **cards):
    """Write raw numbers and a header; return the numbers."""
    generator = np.random.default_rng(seed)
    count = int(np.prod(shape))
    if bitpix > 0:
        limits = np.iinfo(STORED[bitpix])
        numbers = generator.integers(limits.min, limits.max, count, STORED[bitpix][1:], endpoint=True)
        numbers[: min(count, 3)] = [limits.min, limits.max, 7][: min(count, 3)]
    else:
        numbers = generator.normal(0, 1e3, count)
        numbers[: min(count, 3)] = [np.nan, np.inf, -0.0][: min(count, 3)]
    numbers = numbers.astype(STORED[bitpix]).reshape(shape)
    header = fits.Header([("SIMPLE", True), ("BITPIX", bitpix), ("NAXIS", len(shape))])
    for axis, length in enumerate(reversed(shape), 1):
        header[f"NAXIS{axis}"] = length
    header.update(cards)
    data = numbers.tobytes()
    path.write_bytes(header.tostring().encode() + data + bytes(-len(data) % 2880))
    return numbers


def astropys(path):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return fits.getdata(path, memmap=False)


def slices(length):
    bounds = st.none() | st.integers(0, length + 1)
    return st.builds(slice, bounds, bounds, st.none() | st.integers(1, 3))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_scaling_gives_what_astropy_gives(tmp_path, data):
    bitpix = data.draw(st.sampled_from(list(STORED)))
    shape = tuple(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    cards = {}
    if data.draw(st.booleans()):
        cards["BSCALE"] = data.draw(st.sampled_from([1, 1.0, 2, 0.01, -1.5, 1e-20]))
    if data.draw(st.booleans()):
        cards["BZERO"] = data.draw(
            st.sampled_from([0, UNSIGNED.get(bitpix, 5), 32768.0, 2**31, -100, 0.5, 1e6])
        )
    # astropy forgets a BLANK of 0 and one beside the BZERO of unsigned integers: tested below
    pseudo = cards.get("BSCALE", 1) == 1 and cards.get("BZERO", 0) == UNSIGNED.get(bitpix)
    if bitpix > 0 and not pseudo and data.draw(st.booleans()):
        cards["BLANK"] = data.draw(st.sampled_from([7, -7, 255, 127, -32768, -(2**31)]))
    path = tmp_path / "f.fits"
    stored_file(path, bitpix, shape, data.draw(st.integers(0, 9)), **cards)
    expected = astropys(path)
    pixels = read(path).pixels
    assert pixels.shape == expected.shape
    assert pixels.dtype == expected.dtype.newbyteorder("=")
    assert pixels.dtype.isnative
    np.testing.assert_array_equal(np.asarray(pixels), expected)
    plane = tuple(data.draw(st.integers(0, length - 1)) for length in shape[:-2])
    image = np.atleast_2d(expected[plane])
    rows, columns = data.draw(slices(image.shape[0])), data.draw(slices(image.shape[1]))
    window = pixels.read(rows, columns, plane)
    assert window.dtype == pixels.dtype
    np.testing.assert_array_equal(window, image[rows, columns])
    index = tuple(data.draw(st.integers(0, length - 1)) for length in shape)
    np.testing.assert_array_equal(pixels.value(index), expected[index])


@pytest.mark.parametrize("bitpix", [8, 16, 32, 64])
def test_blank_of_unsigned_integers_is_missing(tmp_path, bitpix):
    low = 0 if bitpix == 8 else -(2 ** (bitpix - 1))
    stored = stored_file(tmp_path / "f.fits", bitpix, (4, 5), BZERO=UNSIGNED[bitpix], BLANK=low)
    pixels = read(tmp_path / "f.fits").pixels
    assert pixels.dtype == (np.float32 if bitpix < 32 else np.float64)
    expected = [[np.nan if n == low else int(n) + UNSIGNED[bitpix] for n in row] for row in stored]
    np.testing.assert_array_equal(np.asarray(pixels), np.array(expected, pixels.dtype))
    assert np.isnan(pixels.value((0, 0)))
    assert int(pixels.value((0, 1))) == int(stored[0, 1]) + UNSIGNED[bitpix]


def test_digits_of_64_bit_integers(tmp_path):
    stored_file(tmp_path / "u.fits", 64, (1, 4), BZERO=2**63)
    assert read(tmp_path / "u.fits").pixels.value((0, 1)) == np.uint64(2**64 - 1)
    stored = stored_file(tmp_path / "b.fits", 64, (1, 4), BLANK=7)
    pixels = read(tmp_path / "b.fits").pixels
    assert pixels.dtype == np.float64
    assert np.isnan(pixels.value((0, 2)))
    assert pixels.value((0, 3)) == stored[0, 3]
    assert pixels.value((0, 3)).dtype == np.int64


@pytest.mark.parametrize(("value", "number"), [("'32768'", 32768), ("3.2768D4", 32768), ("T", 0), ("x", 0)])
def test_odd_ways_to_write_a_number(tmp_path, value, number):
    path = tmp_path / "f.fits"
    stored = stored_file(path, 16, (2, 3), BZERO=11111)
    raw = path.read_bytes().replace(b"=                11111", b"= " + value.encode().rjust(20))
    path.write_bytes(raw)
    np.testing.assert_array_equal(np.asarray(read(path).pixels), stored.astype(int) + number)


def test_a_window_of_a_huge_file_costs_a_window(tmp_path):
    path = tmp_path / "huge.fits"
    side = 16384
    header = fits.Header([("SIMPLE", True), ("BITPIX", 16), ("NAXIS", 2), ("NAXIS1", side), ("NAXIS2", side)])
    header["BZERO"] = 32768
    with path.open("wb") as file:
        file.write(header.tostring().encode())
        file.truncate(2880 + side * side * 2 + 1280)  # holes: takes no room on the disk
    tracemalloc.start()
    pixels = read(path).pixels
    window = pixels.read(slice(9000, 9100), slice(None, None, 64))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert window.shape == (100, 256)
    assert (window == 32768).all()
    assert peak < 2**20


def test_threads_read_the_same_pixels(tmp_path):
    stored_file(tmp_path / "f.fits", 16, (200, 300), BZERO=32768)
    pixels = read(tmp_path / "f.fits").pixels
    whole = pixels.read()
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda row: pixels.read(slice(row, row + 1)), range(200)))
    np.testing.assert_array_equal(np.concatenate(rows), whole)
