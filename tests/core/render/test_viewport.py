"""The mapping between image and screen, for every way an image can lie."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.core.render.viewport import Orientation, Viewport

ORIENTATIONS = [Orientation(*o) for o in itertools.product((False, True), (False, True), range(4))]
places = st.floats(-1e5, 1e5)
viewports = st.builds(
    Viewport,
    st.tuples(places, places),
    st.floats(2**-12, 2**8),
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
    st.sampled_from(ORIENTATIONS),
)


@given(viewports, places, places)
def test_there_and_back(viewport: Viewport, x: float, y: float) -> None:
    tolerance = 1e-9 * (1 + abs(x) + abs(y)) + 1e-9 / viewport.zoom
    assert viewport.to_image(*viewport.to_screen(x, y)) == pytest.approx((x, y), abs=tolerance)


@given(viewports, st.floats(0.01, 100), places, places)
def test_zooming_keeps_the_point_under_the_pointer(
    viewport: Viewport, factor: float, sx: float, sy: float
) -> None:
    before = viewport.to_image(sx, sy)
    zoomed = viewport.zoomed(factor, about=(sx, sy))
    assert zoomed.to_screen(*before) == pytest.approx((sx, sy), abs=1e-4 * (1 + zoomed.zoom / viewport.zoom))


@given(viewports, st.integers(-500, 500), st.integers(-500, 500))
def test_a_drag_moves_the_picture_by_as_much(viewport: Viewport, dx: int, dy: int) -> None:
    sx, sy = viewport.to_screen(3, 4)
    assert viewport.moved(dx, dy).to_screen(3, 4) == pytest.approx((sx + dx, sy + dy), abs=1e-3)


@given(
    st.integers(1, 9000), st.integers(1, 9000), st.integers(1, 3000), st.integers(1, 3000),
    st.sampled_from(ORIENTATIONS),
)  # fmt: skip
def test_fit_shows_all_in_the_middle(
    rows: int, columns: int, width: int, height: int, orientation: Orientation
) -> None:
    viewport = Viewport.fit((rows, columns), (width, height), orientation)
    ax, ay = viewport.to_screen(-0.5, -0.5)
    bx, by = viewport.to_screen(columns - 0.5, rows - 0.5)
    left, right, top, bottom = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    assert left + right == pytest.approx(width)
    assert top + bottom == pytest.approx(height)
    assert min(left, top) == pytest.approx(0, abs=1e-6)
    assert left > -1e-6
    assert top > -1e-6
    assert viewport.visible((rows, columns)) == (0, columns, 0, rows)


def test_turning_follows_the_words() -> None:
    def direction(orientation: Orientation) -> tuple[float, float]:
        viewport = Viewport((0, 0), 1, (0, 0), orientation)
        return viewport.to_screen(1, 0)

    assert direction(Orientation()) == (1, 0)
    assert direction(Orientation(quarter_turns=1)) == (0, -1), "counter-clockwise: x points up"
    assert direction(Orientation(flip_x=True, quarter_turns=1)) == (0, 1), "mirrored first, then turned"
    assert Viewport((0, 0), 1, (0, 0)).to_screen(0, 1) == (0, -1), "y upwards"
    assert Orientation(quarter_turns=-1) == Orientation(quarter_turns=3) == Orientation().turned(3)


def test_what_is_visible_includes_cut_pixels_only() -> None:
    viewport = Viewport((10, 10), 4, (10, 10))
    assert viewport.visible((100, 100)) == (9, 12, 9, 12)
    assert viewport.moved(-1000, 0).visible((20, 20)) is None


@given(viewports, st.integers(1, 4))
def test_reduced_covers_the_same_from_the_top_left(viewport: Viewport, n: int) -> None:
    reduced = viewport.reduced(n)
    assert reduced.to_image(0, 0) == pytest.approx(viewport.to_image(0, 0), abs=1e-3)
    assert reduced.to_image(1, 1) == pytest.approx(viewport.to_image(n, n), abs=1e-3)
    assert reduced.size[0] * n >= viewport.size[0]
