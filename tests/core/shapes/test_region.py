"""A region stays on its pixels, whatever is done to them, and follows the hand that pulls it."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.shapes.region_shapes import closed_regions, numbers, regions
from viewer.core.shapes.region import Region


@st.composite
def maps(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Flips, turns, bins, crops, and shears that no operation makes."""
    kind = draw(st.sampled_from(["flip", "quarter", "turn", "scale", "bin", "any"]))
    if kind == "flip":
        matrix = np.diag(draw(st.sampled_from([(-1, 1), (1, -1), (-1, -1)]))).astype(float)
    elif kind == "quarter":
        matrix = np.array(draw(st.sampled_from([[[0, -1], [1, 0]], [[0, 1], [1, 0]]])), float)
    elif kind == "turn":
        angle = draw(numbers(0, 2 * math.pi))
        matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    elif kind == "scale":
        matrix = np.eye(2) * draw(numbers(0.2, 4))
    elif kind == "bin":
        matrix = np.diag([1 / draw(st.integers(1, 4)), 1 / draw(st.integers(1, 4))])
    else:
        matrix = np.array([[draw(numbers(-2, 2)) for _ in range(2)] for _ in range(2)])
        assume(abs(np.linalg.det(matrix)) > 0.1)
    return matrix, np.array([draw(numbers(-50, 50)), draw(numbers(-50, 50))])


@given(closed_regions(), maps(), st.integers(0, 2**32 - 1))
def test_moved_regions_contain_what_they_contained(
    region: Region, moving: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    matrix, offset = moving
    left, right, bottom, top = region.bounds()
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(left - 2, right + 2, 300), rng.uniform(bottom - 2, top + 2, 300)
    # a polygon of 90 vertices stands for a ring that became none: not too near its edge
    slack = 0.004 * (1 + max(region.size, default=1))
    edges = np.concatenate(region.outline(2000))
    far = np.hypot(x[:, None] - edges[:, 0], y[:, None] - edges[:, 1]).min(axis=1) > slack
    if region.kind in ("box", "box annulus", "polygon"):
        far = _edge_distance(region, x, y) > slack
    result = region.moved(matrix, offset)
    there = matrix @ np.stack([x, y]) + offset[:, None]
    assert (result.contains(*there) == region.contains(x, y))[far].all()
    left, right, bottom, top = result.bounds()
    ring = result.outline(720)[-1 if result.kind != "polygon" else 0]
    assert ring.min(axis=0) == pytest.approx([left, bottom], abs=1e-3 * (1 + right - left + top - bottom))
    assert ring.max(axis=0) == pytest.approx([right, top], abs=1e-3 * (1 + right - left + top - bottom))


def _edge_distance(region: Region, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    found = np.full(x.shape, np.inf)
    for piece in region.outline():
        for (x0, y0), (x1, y1) in pairwise(piece):
            length = (x1 - x0) ** 2 + (y1 - y0) ** 2
            along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / (length or 1), 0, 1)
            found = np.minimum(found, np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)))
    return found


def test_a_circle_under_anisotropic_scale_is_an_ellipse_and_back() -> None:
    circle = Region("circle", ((10.0, 20.0),), (6.0,))
    ellipse = circle.moved(np.diag([0.5, 1.0]), np.array([-0.25, 0.0]))
    assert (ellipse.kind, ellipse.points, ellipse.size) == ("ellipse", ((4.75, 20.0),), (3.0, 6.0))
    flipped = Region("box", ((3.0, 4.0),), (8.0, 2.0), 30.0).moved(np.diag([-1.0, 1.0]), np.array([99.0, 0]))
    assert flipped.points == ((96.0, 4.0),)
    assert flipped.angle % 180 == pytest.approx(150.0)
    line = Region("ruler", ((0.0, 0.0), (3.0, 4.0))).moved(np.array([[0, -1], [1, 0]]), np.zeros(2))
    assert line.points == ((0.0, 0.0), (-4.0, 3.0))


@given(regions(), numbers(-100, 100), numbers(-100, 100), st.data())
def test_a_pulled_handle_is_where_it_was_pulled_to(
    region: Region, dx: float, dy: float, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(region.handles()) - 1))
    x, y = region.handles()[index]
    same = region.with_handle(index, x, y)
    assert np.allclose(same.handles(), region.handles(), atol=1e-9)
    assert np.allclose(region.moved_by(dx, dy).handles(), np.add(region.handles(), (dx, dy)), atol=1e-9)
    pulled = region.with_handle(index, x + dx, y + dy)
    assert all(size > 0 for size in pulled.size)
    if region.kind in ("box", "polygon", "line", "ruler", "vector", "point", "text"):
        nearest = np.hypot(*(np.array(pulled.handles()) - (x + dx, y + dy)).T).min()
        assert nearest < 0.1
    if region.kind == "box":
        # the opposite corner stays
        stays = np.array(region.handles()[(index + 2) % 4])
        assert np.hypot(*(np.array(pulled.handles()) - stays).T).min() < 1e-6
    elif region.kind == "circle":
        centre = np.array(region.centre)
        assert pulled.size[0] == pytest.approx(max(math.dist(centre, (x + dx, y + dy)), 0.05))
    if "annulus" in region.kind:
        half = len(pulled.size) // 2
        assert all(
            inner <= outer + 1e-9 for inner, outer in zip(pulled.size[:half], pulled.size[half:], strict=True)
        )


def test_shift_turns_a_shape_and_steps_a_line() -> None:
    box = Region("box", ((10.0, 10.0),), (8.0, 8.0), 0.0)
    turned = box.with_handle(0, 10.0, 20.0, True)
    assert (turned.points, turned.size) == (box.points, pytest.approx(box.size))
    assert turned.angle == pytest.approx(45.0)
    line = Region("line", ((0.0, 0.0), (10.0, 0.0))).with_handle(1, 10.0, 9.0, True)
    assert math.degrees(math.atan2(line.points[1][1], line.points[1][0])) == pytest.approx(45.0)
    assert Region("polygon", ((0, 0), (4, 0), (4, 4), (0, 4))).turned(90).points == (
        pytest.approx((4, 0)),
        pytest.approx((4, 4)),
        pytest.approx((0, 4)),
        pytest.approx((0, 0)),
    )
