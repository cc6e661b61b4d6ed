"""Handles: the places of a region that a hand takes hold of, and what pulling one of them does."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.core.shapes.inside import rings_of, turn_of
from viewer.core.shapes.turning import direction, turned

if TYPE_CHECKING:
    from viewer.core.shapes.region import Region

Point = tuple[float, float]

_SMALLEST = 0.05
"""No size is pulled below this, in pixels: a region of no size could not be taken hold of again."""

_STEP = 15.0
"""Lines held with Shift keep to multiples of this angle, in degrees."""

_AXES = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
_CORNERS = ((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))


def handles(region: "Region") -> tuple[Point, ...]:
    """Return where the handles are.

    Circle and ellipse have them at the ends of their axes, boxes at their corners, annuli on both rings (the
    inner one first), lines at their ends and polygons at their vertices.
    """
    if region.kind in ("line", "ruler", "vector", "polygon", "point", "text"):
        return region.points
    own = _CORNERS if region.kind.startswith("box") else _AXES
    return tuple(
        region.place(across * half_x, up * half_y)
        for half_x, half_y in rings_of(region.kind, region.size)
        for across, up in own
    )


def with_handle(region: "Region", index: int, x: float, y: float, shift: bool) -> "Region":
    """Return a region one of whose handles was pulled to (x, y).

    Parameters
    ----------
    region : Region
        As it was.
    index : int
        Which of its `handles`.
    x, y : float
        Where the handle is pulled to, 0-based.
    shift : bool
        Turns the region about its centre towards (x, y) instead of changing its size; a line keeps to
        multiples of 15 degrees.
    """
    if region.kind in ("line", "ruler", "vector"):
        other = region.points[1 - index]
        end = _stepped(other, (x, y)) if shift else (x, y)
        return replace(region, points=(end, other) if index == 0 else (other, end))
    if shift and region.kind not in ("point", "text", "circle", "annulus"):
        centre = region.centre
        before = direction(centre, handles(region)[index])
        return turned(region, direction(centre, (x, y)) - before)
    if region.kind in ("point", "text", "polygon"):
        points = list(region.points)
        points[index] = (x, y)
        return replace(region, points=tuple(points))
    if region.kind == "box":
        return _corner(region, index, x, y)
    return _ring(region, index, x, y)


def _corner(region: "Region", index: int, x: float, y: float) -> "Region":
    """Pull a corner of a box; the opposite one stays."""
    fixed_x, fixed_y = handles(region)[(index + 2) % 4]
    cos, sin = turn_of(region.angle)
    dx, dy = x - fixed_x, y - fixed_y
    across, up = cos * dx + sin * dy, cos * dy - sin * dx
    sign_x, sign_y = _CORNERS[index]
    # a corner pulled past the opposite one turns the box over: its size stays positive
    width, height = max(abs(across), _SMALLEST), max(abs(up), _SMALLEST)
    half_x = math.copysign(width, across if across else sign_x) / 2
    half_y = math.copysign(height, up if up else sign_y) / 2
    centre = (fixed_x + cos * half_x - sin * half_y, fixed_y + sin * half_x + cos * half_y)
    return replace(region, points=(centre,), size=(width, height))


def _ring(region: "Region", index: int, x: float, y: float) -> "Region":
    """Pull a ring of a shape; its centre stays, and rings do not cross."""
    ring, corner = divmod(index, 4)
    centre_x, centre_y = region.centre
    dx, dy = x - centre_x, y - centre_y
    if region.kind in ("circle", "annulus"):
        radii = list(region.size)
        radii[ring] = _between(radii, ring, 1, math.hypot(dx, dy))
        return replace(region, size=tuple(radii))
    cos, sin = turn_of(region.angle)
    pulled = (abs(cos * dx + sin * dy), abs(cos * dy - sin * dx))
    size = list(region.size)
    if region.kind == "box annulus":
        for axis in (0, 1):
            size[2 * ring + axis] = _between(size, 2 * ring + axis, 2, 2 * pulled[axis])
    else:
        axis = corner % 2
        size[2 * ring + axis] = _between(size, 2 * ring + axis, 2, pulled[axis])
    return replace(region, size=tuple(size))


def _between(sizes: list[float], index: int, stride: int, value: float) -> float:
    """Return a size that is neither below that of the ring inside nor above that of the ring outside."""
    low = sizes[index - stride] if index >= stride else _SMALLEST
    high = sizes[index + stride] if index + stride < len(sizes) else math.inf
    return min(max(value, low, _SMALLEST), high)


def _stepped(start: Point, end: Point) -> Point:
    """Return the end of a line brought to the nearest multiple of the step in angle."""
    cos, sin = turn_of(round(direction(start, end) / _STEP) * _STEP)
    length = cos * (end[0] - start[0]) + sin * (end[1] - start[1])
    return start[0] + length * cos, start[1] + length * sin
