"""Warping: values against closed forms, strips against the whole, flux, and what is missing."""

import itertools

import numpy as np
import pytest

from viewer.core.frame import Frame
from viewer.core.operations.warping import warped_rows

CHOICES = ("nearest", "bilinear", "cubic", "bicubic")


def turned(degrees: float, scale: float, right: float, up: float) -> np.ndarray:
    angle = np.radians(degrees)
    sine, cosine = scale * np.sin(angle), scale * np.cos(angle)
    return np.array([[cosine, -sine, right], [sine, cosine, up]])


def smooth(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 1000 + 100 * np.sin(x / 9) * np.cos(y / 7)


@pytest.mark.parametrize(("interpolation", "off"), [("bilinear", 0.7), ("cubic", 0.005), ("bicubic", 0.06)])
@pytest.mark.parametrize("degrees", [0.7, 33.0, 180.2])
def test_values_are_those_of_the_place_they_come_from(interpolation, off, degrees):
    y, x = np.mgrid[:300, :260].astype(float)
    mapping = turned(degrees, 1.0, 20.3, 11.8)
    mapping[:, 2] += np.array([130, 150]) - mapping[:, :2] @ [130, 150]
    made = warped_rows(smooth(x, y), mapping, 0, 280, (280, 240), interpolation)
    rows, columns = np.mgrid[:280, :240]
    there_x, there_y = (row[0] * columns + row[1] * rows + row[2] for row in mapping)
    deep = (there_x > 10) & (there_y > 10) & (there_x < 249) & (there_y < 289)
    assert deep.mean() > 0.3
    assert abs(made - smooth(there_x, there_y))[deep].max() < off
    outside = (there_x < -0.5) | (there_y < -0.5) | (there_x > 259.5) | (there_y > 299.5)
    np.testing.assert_array_equal(np.isnan(made), outside)


@pytest.mark.parametrize("interpolation", CHOICES)
@pytest.mark.parametrize("degrees", [0.4, 90.3, 179.5])
def test_rows_are_the_same_however_they_are_asked_for(interpolation, degrees):
    data = np.random.default_rng(1).normal(100, 10, (400, 300)).astype(np.float32)
    data[40, 60:70] = np.nan
    mapping = turned(degrees, 1.001, 3.3, -4.7)
    mapping[:, 2] += np.array([150, 200]) - mapping[:, :2] @ [150, 200]
    whole = warped_rows(data, mapping, 0, 400, (400, 300), interpolation)
    for edges in ((0, 1, 77, 128, 300, 400), tuple(range(0, 401, 50))):
        parts = [
            warped_rows(data, mapping, first, last, (400, 300), interpolation)
            for first, last in itertools.pairwise(edges)
        ]
        np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert whole.dtype == np.float32


def test_a_shift_by_whole_pixels_changes_no_value():
    data = np.random.default_rng(1).integers(0, 65535, (50, 40)).astype(np.uint16)
    made = warped_rows(data, np.array([[1.0, 0, 3], [0, 1, -5]]), 0, 60, (60, 30))
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made[5:55], data[:50, 3:33])
    assert np.isnan(made[:5]).all()
    assert np.isnan(made[55:]).all()
    half_turn = warped_rows(data, np.array([[-1.0, 0, 39], [0, -1, 49]]), 0, 50, (50, 40))
    np.testing.assert_array_equal(half_turn, data[::-1, ::-1])


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.3])
def test_flux_is_conserved(scale):
    y, x = np.mgrid[:200, :200]
    star = 5000 * np.exp(-((x - 103.3) ** 2 + (y - 98.7) ** 2) / (2 * 4.0**2))
    mapping = turned(20, scale, 0, 0)
    mapping[:, 2] = np.array([100, 100]) - mapping[:, :2] @ [150, 150]
    made = warped_rows(star, mapping, 0, 300, (300, 300))
    assert np.nansum(made) == pytest.approx(star.sum(), rel=1e-5)


@pytest.mark.parametrize("interpolation", CHOICES)
def test_missing_pixels_hardly_spread(interpolation):
    data = np.full((64, 64), 50.0)
    data[20, 30] = np.nan
    data[40:, 50:] = np.inf
    made = warped_rows(data, np.array([[1.0, 0, 0.5], [0, 1, 0.3]]), 0, 64, (64, 64), interpolation)
    around = np.isnan(made[10:30, 20:40])
    # of the pixels with more than a fifth from the one that is missing: 0.35 and 0.15 for each of two columns
    assert around.sum() == 2
    assert np.isnan(made[:38, :48]).sum() == 2
    assert np.nanmax(abs(made - 50)) < 1e-9
    assert np.isnan(made[42:63, 52:63]).all()


def test_only_the_rows_that_are_needed_are_read():
    class Rows:
        shape, dtype, ndim = (4000, 50), np.dtype(np.float32), 2
        read = 0

        def __getitem__(self, rows: slice) -> np.ndarray:
            count = len(range(*rows.indices(4000)))
            self.read += count
            return np.ones((count, 50), np.float32)

    rows = Rows()
    made = warped_rows(rows, turned(0.1, 1, 0.3, 0.6), 1280, 1536, (4000, 50))
    assert np.isfinite(made).mean() > 0.9
    assert rows.read < 2 * (128 + 40)


def test_a_frame_is_not_changed():
    frame = Frame.of(np.random.default_rng(2).normal(0, 1, (40, 40)), None)
    before = frame.data.copy()
    warped_rows(frame.data, turned(3, 1, 0, 0), 0, 40, (40, 40))
    np.testing.assert_array_equal(frame.data, before)
