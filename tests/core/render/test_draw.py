"""What ends up on the screen, pixel by pixel."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from viewer.core.pixels import ArrayPixels
from viewer.core.render.colormap import ColorMap
from viewer.core.render.draw import Screen, draw, sample_screen, to_index
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.sample import Sample
from viewer.core.render.scale import MISSING, Scale
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation, Viewport

Array = np.ndarray[Any, Any]
LINEAR = Scale(stretch=Stretch("linear"))
ORIENTATIONS = [Orientation(*o) for o in itertools.product((False, True), (False, True), range(4))]
NOTHING = 0xFF123456


def built(image: Array, plane: tuple[int, ...] = ()) -> Pyramid:
    """A finished pyramid of an array."""
    pyramid = Pyramid(ArrayPixels(image), plane)
    pyramid.build()
    return pyramid


def oriented(image: Array, orientation: Orientation) -> Array:
    """The image as a screen shows it, row 0 on top, by numpy's own flips and turns."""
    if orientation.flip_x:
        image = image[:, ::-1]
    if orientation.flip_y:
        image = image[::-1]
    return np.rot90(image[::-1], orientation.quarter_turns)


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
@pytest.mark.parametrize("zoom", [1, 2, 5])
def test_one_to_one_and_enlarged_are_exact(orientation: Orientation, zoom: int) -> None:
    image = np.random.default_rng(1).integers(0, 60000, (40, 70)).astype(np.uint16)
    expected = oriented(image, orientation).repeat(zoom, 0).repeat(zoom, 1)
    height, width = expected.shape
    for pyramid in (Pyramid(ArrayPixels(image)), built(image)):
        screenful = sample_screen(pyramid, Viewport((34.5, 19.5), zoom, (width, height), orientation))
        assert screenful is not None
        assert (screenful.left, screenful.top) == (0, 0)
        np.testing.assert_array_equal(screenful.values, expected)


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
@pytest.mark.parametrize("zoom", [1 / 8, 1 / 3, 0.7, 1.0, 3.7])
@pytest.mark.parametrize("ready", [False, True])
def test_a_star_lands_where_the_viewport_says(orientation: Orientation, zoom: float, ready: bool) -> None:
    image = np.zeros((303, 404), np.float32)
    x, y = 301, 77
    image[y, x] = 1000
    if not ready:  # every nth pixel of the file: a star of one pixel would be missed
        image[y - 4 : y + 5, x - 4 : x + 5] = 1000
    pyramid = built(image) if ready else Pyramid(ArrayPixels(image))
    viewport = Viewport((290.3, 80.9), zoom, (183, 165), orientation)
    screenful = sample_screen(pyramid, viewport)
    assert screenful is not None
    down, across = np.nonzero(screenful.values > screenful.values.max() * 0.01)
    weights = screenful.values[down, across]
    place = (
        np.average(across, weights=weights) + screenful.left + 0.5,
        np.average(down, weights=weights) + screenful.top + 0.5,
    )
    assert place == pytest.approx(viewport.to_screen(x, y), abs=0.75)


def test_the_image_covers_the_rectangle_that_the_viewport_says() -> None:
    image = np.full((30, 50), 5, np.int16)
    for zoom, orientation in itertools.product((0.3, 1, 2.5), ORIENTATIONS):
        viewport = Viewport((20.2, 11.7), zoom, (60, 44), orientation)
        picture = draw([built(image)], viewport, LINEAR, [(0, 10)], background=NOTHING)
        assert picture.shape == (44, 60)
        assert picture.flags.c_contiguous
        sx, sy = np.meshgrid(np.arange(60) + 0.5, np.arange(44) + 0.5)
        x, y = viewport.to_image(sx, sy)  # type: ignore[arg-type]
        inside = (x > -0.5) & (x < 49.5) & (y > -0.5) & (y < 29.5)
        np.testing.assert_array_equal(picture != NOTHING, inside)


def test_elsewhere_is_background() -> None:
    viewport = Viewport((1e6, 0), 1, (20, 10))
    picture = draw([built(np.ones((5, 5)))], viewport, LINEAR, [(0, 1)], background=NOTHING)
    assert (picture == NOTHING).all()


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_zoomed_out_by_powers_of_two_is_the_mean_of_blocks(factor: int) -> None:
    image = np.random.default_rng(2).normal(100, 9, (160, 240)).astype(np.float32)
    means = image.reshape(160 // factor, factor, -1, factor).mean((1, 3))[::-1]
    viewport = Viewport.fit(image.shape, (240 // factor, 160 // factor))
    screenful = sample_screen(built(image), viewport)
    assert screenful is not None
    np.testing.assert_allclose(screenful.values, means, rtol=1e-5)


def test_a_ramp_stays_a_ramp_at_any_zoom() -> None:
    y, x = np.mgrid[:203, :301]
    pyramid = built((3.0 * x - 2.0 * y).astype(np.float64))
    for zoom in (0.9, 0.71, 0.5, 0.37, 0.25, 0.11):
        viewport = Viewport((150, 101), zoom, (31, 19))
        screenful = sample_screen(pyramid, viewport)
        assert screenful is not None
        columns = np.arange(screenful.left, screenful.left + screenful.values.shape[1]) + 0.5
        rows = np.arange(screenful.top, screenful.top + screenful.values.shape[0]) + 0.5
        sx, sy = np.meshgrid(columns, rows)
        ix, iy = viewport.to_image(sx, sy)  # type: ignore[arg-type]
        inner = (slice(1, -1), slice(1, -1))
        np.testing.assert_allclose(screenful.values[inner], (3 * ix - 2 * iy)[inner], atol=1e-6)


@pytest.mark.parametrize("zoom", [0.13, 0.4, 0.8, 1.0, 1.7, 4.0])
def test_nothing_flickers_while_it_is_dragged(zoom: float) -> None:
    image = np.random.default_rng(3).normal(size=(500, 600)).astype(np.float32)
    pyramid = built(image)
    viewport = Viewport((300, 250), zoom, (60, 50))
    before = sample_screen(pyramid, viewport)
    assert before is not None
    for step in range(1, 7):
        viewport = viewport.moved(1, -1)
        after = sample_screen(pyramid, viewport)
        assert after is not None
        assert after.values.shape == before.values.shape
        np.testing.assert_allclose(after.values[:-step, step:], before.values[step:, :-step], atol=1e-5)


@pytest.mark.parametrize("zoom", [0.2, 0.5, 0.8, 1.0, 2.0])
def test_missing_pixels_have_their_own_colour_and_eat_no_others(zoom: float) -> None:
    image = np.full((200, 200), 7.0, np.float32)
    image[:, 100:] = np.nan
    image[50, 50] = np.nan
    viewport = Viewport((99.5, 99.5), zoom, (100, 100))
    picture = draw([built(image)], viewport, LINEAR, [(0, 7)], background=NOTHING)
    side = int(min(100, 200 * zoom))
    start = (100 - side) // 2
    inside = picture[start : start + side, start : start + side]
    assert (inside[:, : side // 2] == 0xFFFFFFFF).mean() > 0.999
    assert (inside[:, side // 2 :] == MISSING).all()
    assert (picture == NOTHING).sum() == picture.size - side**2
    if zoom == 1:
        sx, sy = viewport.to_screen(50, 50)
        assert picture[int(sy), int(sx)] == MISSING


def test_infinite_values_are_at_the_ends() -> None:
    image = np.array([[np.inf, -np.inf, np.nan, 3.0]])
    picture = draw([built(image)], Viewport.fit((1, 4), (4, 1)), LINEAR, [(0, 6)])
    assert picture[0].tolist() == [0xFFFFFFFF, 0xFF000000, MISSING, 0xFF808080]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.uint8])
def test_indices_follow_the_limits(dtype: Any) -> None:
    values = np.array([[0, 10, 20, 30, 40, 50]], dtype)
    assert to_index(values, (10, 40)).tolist() == [[1, 1, 21846, 43690, 65535, 65535]]


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        ([1e-20, 1.5e-20, 2e-20], (1e-20, 2e-20)),
        ([1e-38, 1.5e-38, 2e-38], (1e-38, 2e-38)),
        ([-3e38, 0, 3e38], (-3e38, 3e38)),
        ([1.0, 1e200, 1e300], (-1e300, 1e300)),
        ([-1.7e308, 0, 1.7e308], (-1.7e308, 1.7e308)),
        ([2.0**53, 2.0**53 + 2, 2.0**53 + 4], (2.0**53, 2.0**53 + 4)),
    ],
)
def test_indices_at_the_ends_of_the_range(values: list[float], cuts: tuple[float, float]) -> None:
    for dtype in (np.float32, np.float64):
        if max(map(abs, values)) > 3e38 and dtype is np.float32:
            continue
        index = to_index(np.array([values], dtype), cuts)[0].astype(float)
        exact = (np.array(values, dtype).astype(float) / 4 - cuts[0] / 4) / (cuts[1] / 4 - cuts[0] / 4)
        np.testing.assert_allclose(index, 1 + np.clip(exact, 0, 1) * 65534, atol=1)


def test_large_integers_keep_their_digits() -> None:
    image = (2_000_000_000 + np.arange(12).reshape(3, 4)).astype(np.int32)
    picture = draw([built(image)], Viewport.fit((3, 4), (4, 3)), LINEAR, [(2e9, 2e9 + 11)])
    greys = picture & 0xFF
    assert len(np.unique(greys)) == 12
    assert greys[2, 0] == 0
    assert greys[0, 3] == 255


def test_colour_planes_have_their_own_limits() -> None:
    image = np.stack([np.full((6, 8), value, np.uint8) for value in (255, 64, 10)])
    planes = [built(image, (n,)) for n in range(3)]
    viewport = Viewport.fit((6, 8), (8, 6))
    cuts = [(0, 255), (0, 128), (0, 10)]
    coloured = replace(LINEAR, colormap=ColorMap("heat"))
    assert np.unique(draw(planes, viewport, coloured, cuts)).tolist() == [0xFFFF80FF]
    negative = replace(LINEAR, colormap=ColorMap(inverted=True))
    assert np.unique(draw(planes, viewport, negative, cuts)).tolist() == [0xFF007F00]


def test_a_colour_pixel_is_missing_if_all_its_planes_are() -> None:
    image = np.full((3, 1, 2), np.nan)
    image[0, 0, 0] = 1
    picture = draw([built(image, (n,)) for n in range(3)], Viewport.fit((1, 2), (2, 1)), LINEAR, [(0, 1)] * 3)
    assert picture[0].tolist() == [0xFFFF0000, MISSING]


def test_a_screen_shows_what_a_single_drawing_shows_whatever_changed_before() -> None:
    rng = np.random.default_rng(5)
    image = rng.normal(100, 20, (90, 120)).astype(np.float32)
    other = image[::-1].copy()
    sample = Sample.of(ArrayPixels(image))
    pyramids = [built(image), built(other), Pyramid(ArrayPixels(image))]
    viewports = [
        Viewport.fit((90, 120), (60, 50)),
        Viewport((3, 4), 2, (60, 50)),
        Viewport((3, 4), 2, (40, 30)),
    ]
    scales = [LINEAR, replace(LINEAR, contrast=2.0), Scale(stretch=Stretch("histequal"))]
    limits = [(50.0, 150.0), (90.0, 110.0)]
    screen = Screen()
    for _ in range(60):
        chosen = [pyramids[rng.integers(3)]], viewports[rng.integers(3)], scales[rng.integers(3)]
        cuts = [limits[rng.integers(2)]]
        drawn = screen.draw(*chosen, cuts, sample)
        np.testing.assert_array_equal(drawn, draw(*chosen, cuts, sample))
    pyramids[2].build()
    late = [pyramids[2]], viewports[0], LINEAR, [limits[0]]
    np.testing.assert_array_equal(screen.draw(*late), draw(*late))


def test_the_last_picture_survives_the_next_and_sampling_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pyramid, viewport = built(np.arange(600.0).reshape(20, 30)), Viewport.fit((20, 30), (30, 20))
    screen = Screen()
    first = screen.draw([pyramid], viewport, LINEAR, [(0, 600)])
    kept = first.copy()
    assert screen.draw([pyramid], viewport, LINEAR, [(0, 600)]) is first
    monkeypatch.setattr("viewer.core.render.draw.sample_screen", None)
    second = screen.draw([pyramid], viewport, replace(LINEAR, bias=0.2), [(0, 300)])
    assert second is not first
    np.testing.assert_array_equal(first, kept)
