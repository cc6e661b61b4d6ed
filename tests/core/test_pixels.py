"""Pixels in memory and sections of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.pixels import ArrayPixels, SectionPixels

CUBE = np.arange(2 * 5 * 7, dtype=">i4").reshape(2, 5, 7)


def test_an_array_is_native_and_cannot_be_changed():
    pixels = ArrayPixels(CUBE)
    assert pixels.dtype == np.int32
    assert pixels.dtype.isnative
    window = pixels.read(slice(1, 4), slice(None, None, 3), (1,))
    np.testing.assert_array_equal(window, CUBE[1, 1:4, ::3])
    with pytest.raises(ValueError, match="read-only"):
        window[0, 0] = 1
    assert CUBE.flags.writeable


def test_one_axis_is_one_row():
    line = ArrayPixels(np.arange(9.0))
    assert line.image_shape == (1, 9)
    np.testing.assert_array_equal(line.read(columns=slice(2, 8, 2)), [[2.0, 4.0, 6.0]])
    assert line.value((3,)) == 3.0
    np.testing.assert_array_equal(np.asarray(line), np.arange(9.0))


def test_value_and_whole_array():
    pixels = ArrayPixels(CUBE)
    assert pixels.value((1, 2, 3)) == CUBE[1, 2, 3]
    np.testing.assert_array_equal(np.asarray(pixels), CUBE)
    np.testing.assert_array_equal(pixels.read(), CUBE[0])


def slices(length):
    bounds = st.none() | st.integers(0, length + 2)
    return st.builds(slice, bounds, bounds, st.none() | st.integers(1, 4))


@given(st.data())
def test_a_section_reads_what_numpy_slices(data):
    outer = data.draw(slices(5)), data.draw(slices(7))
    inner = data.draw(slices(5)), data.draw(slices(7))
    section = SectionPixels(ArrayPixels(CUBE), *outer)
    expected = CUBE[(slice(None), *outer)]
    assert section.shape == expected.shape
    np.testing.assert_array_equal(section.read(*inner, plane=(1,)), expected[1][inner])
