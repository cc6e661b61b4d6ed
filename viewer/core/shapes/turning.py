"""Turning: how a region follows when the pixels under it are moved, turned, flipped, scaled or sheared."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.shapes.inside import rings_of, turn_of

if TYPE_CHECKING:
    from viewer.core.shapes.region import Region

Array = np.ndarray[Any, np.dtype[Any]]
Point = tuple[float, float]

_SAME = 1e-9
"""Lengths and directions that differ by less, relatively, are the same."""

_VERTICES = 90
"""Of a ring that becomes a polygon."""


def direction(start: Point, end: Point) -> float:
    """Return the direction from one point to another, degrees counter-clockwise from +x."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def turned(region: "Region", angle: float) -> "Region":
    """Return a region turned about its centre by degrees counter-clockwise."""
    cos, sin = turn_of(angle)
    matrix = np.array([[cos, -sin], [sin, cos]])
    centre = np.array(region.centre)
    result = moved(region, matrix, centre - matrix @ centre)
    # the centre itself stays to the last digit, however often a mouse turns it
    return replace(result, points=region.points) if len(region.points) == 1 else result


def moved(region: "Region", matrix: Array, offset: Array) -> "Region":
    """Return a region moved by ``p' = matrix p + offset``.

    Parameters
    ----------
    region : Region
        A shape.
    matrix : numpy.ndarray
        Two by two, of 0-based positions.
    offset : numpy.ndarray
        Two numbers.

    Returns
    -------
    Region
        Covering exactly the same pixels of the moved image: a circle becomes an ellipse where x and y are
        scaled differently; a box that is sheared, and rings that lose their common axes, become polygons.
    """
    # numbers, not arrays: fifty thousand regions have to follow a flip at once
    (a, b), (c, d) = np.asarray(matrix, float).tolist()
    e, f = np.asarray(offset, float).tolist()
    points = tuple((a * x + b * y + e, c * x + d * y + f) for x, y in region.points)
    if not region.size:
        # the angle of a text turns along, that of a line or polygon is in its points
        angle = _along((a, b, c, d), region.angle) if region.kind == "text" else region.angle
        return replace(region, points=points, angle=angle)
    square = abs(a * d - b * c)
    if max(abs(a * a + c * c - square), abs(b * b + d * d - square), abs(a * b + c * d)) <= _SAME * square:
        size = tuple(math.sqrt(square) * each for each in region.size)
        angle = 0.0 if region.kind in ("circle", "annulus") else _along((a, b, c, d), region.angle)
        return replace(region, points=points, size=size, angle=angle)
    cos, sin = turn_of(region.angle)
    # what becomes of the shape's own axes
    own = (a * cos + b * sin, b * cos - a * sin, c * cos + d * sin, d * cos - c * sin)
    along, across = math.hypot(own[0], own[2]), math.hypot(own[1], own[3])
    upright = abs(own[0] * own[1] + own[2] * own[3]) <= _SAME * along * across
    rings = rings_of(region.kind, region.size)
    if upright:
        size = tuple(value for first, second in rings for value in (first * along, second * across))
        if region.kind in ("box", "box annulus"):
            size = tuple(2 * value for value in size)
        return _ringed(region, points, size, _direction(own[0], own[2]))
    if region.kind in ("box", "box annulus") or not _alike(rings):
        return _as_polygon(region, points[0], own)
    outer = rings[-1]
    axes, angle = _axes(own[0] * outer[0], own[1] * outer[1], own[2] * outer[0], own[3] * outer[1])
    return _ringed(region, points, tuple(axis * ring[0] / outer[0] for ring in rings for axis in axes), angle)


def _ringed(region: "Region", points: tuple[Point, ...], size: tuple[float, ...], angle: float) -> "Region":
    """Return a shape with new sizes; what was round is an ellipse now."""
    kind = region.kind
    if kind in ("circle", "annulus"):
        kind = "ellipse" if kind == "circle" else "ellipse annulus"
    return replace(region, kind=kind, points=points, size=size, angle=angle)


def _alike(rings: list[tuple[float, float]]) -> bool:
    """Return whether all rings have the shape of the outer one: only then they keep common axes."""
    outer = rings[-1]
    if not (outer[0] and outer[1]):
        return False
    return all(abs(x * outer[1] - y * outer[0]) <= _SAME * outer[0] * outer[1] for x, y in rings[:-1])


def _axes(p: float, q: float, r: float, s: float) -> tuple[tuple[float, float], float]:
    """Return the semi-axes of the ellipse that a matrix makes of the unit circle, and the angle of the first.

    The singular values of [[p, q], [r, s]] in closed form; the first axis is the one nearer to where the
    first axis of the circle went.
    """
    even, odd = math.hypot(p + s, r - q) / 2, math.hypot(p - s, r + q) / 2
    turn, mirror = math.atan2(r - q, p + s), math.atan2(r + q, p - s)
    large, small = even + odd, even - odd
    phi, theta = (turn + mirror) / 2, (turn - mirror) / 2
    if abs(math.cos(theta)) >= abs(math.sin(theta)):
        sign = math.copysign(1.0, math.cos(theta))
        return (large, abs(small)), _direction(sign * math.cos(phi), sign * math.sin(phi))
    sign = math.copysign(1.0, small * math.sin(theta))
    return (abs(small), large), _direction(-sign * math.sin(phi), sign * math.cos(phi))


def _along(matrix: tuple[float, float, float, float], angle: float) -> float:
    """Return what becomes of a direction."""
    cos, sin = turn_of(angle)
    a, b, c, d = matrix
    return _direction(a * cos + b * sin, c * cos + d * sin)


def _direction(x: float, y: float) -> float:
    """Return the angle of a vector, 0 to 360 degrees."""
    found = math.degrees(math.atan2(y, x)) % 360.0
    # a sum of sines that should cancel leaves a rest
    nearest = round(found / 90.0) * 90.0
    return nearest % 360.0 if abs(found - nearest) < 1e-9 else found


def _as_polygon(region: "Region", centre: Point, own: tuple[float, float, float, float]) -> "Region":
    """Return the outline as a polygon: of a ring, the outer edge, a cut, and the inner edge backwards."""
    path: list[Point] = []
    corners = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
    if not region.kind.startswith("box"):
        turns = [2 * math.pi * i / _VERTICES for i in range(_VERTICES)]
        corners = [(math.cos(turn), math.sin(turn)) for turn in turns]
    rings = rings_of(region.kind, region.size)
    for number, (half_width, half_height) in enumerate(reversed(rings)):
        ring = [(half_width * x, half_height * y) for x, y in corners]
        if len(rings) > 1:
            ring.append(ring[0])
        path += ring if number == 0 else ring[::-1]
    a, b, c, d = own
    points = tuple((a * x + b * y + centre[0], c * x + d * y + centre[1]) for x, y in path)
    return replace(region, kind="polygon", points=points, size=(), angle=0.0)
