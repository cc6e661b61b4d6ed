"""Turning: how a region follows when the pixels under it are moved, turned, flipped, scaled or sheared."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

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
    matrix = np.asarray(matrix, float)
    offset = np.asarray(offset, float)
    points = tuple((float(x), float(y)) for x, y in np.array(region.points) @ matrix.T + offset)
    if not region.size:
        # the angle of a text turns along, that of a line or polygon is in its points
        angle = region.angle if region.kind != "text" else _along(matrix, region.angle)
        return replace(region, points=points, angle=angle)
    scale = math.sqrt(abs(float(np.linalg.det(matrix))))
    if np.allclose(matrix.T @ matrix, scale**2 * np.eye(2), rtol=0, atol=_SAME * scale**2):
        size = tuple(scale * each for each in region.size)
        angle = 0.0 if region.kind in ("circle", "annulus") else _along(matrix, region.angle)
        return replace(region, points=points, size=size, angle=angle)
    if region.kind in ("box", "box annulus"):
        return _sheared_box(region, matrix, offset, points)
    return _sheared_ellipse(region, matrix, offset, points)


def _along(matrix: Array, angle: float) -> float:
    """Return what becomes of a direction."""
    x, y = matrix @ np.array(turn_of(angle))
    found = math.degrees(math.atan2(y, x)) % 360.0
    # a sum of sines that should cancel leaves a rest
    nearest = round(found / 90.0) * 90.0
    return nearest % 360.0 if abs(found - nearest) < 1e-9 else found


def _sheared_box(region: "Region", matrix: Array, offset: Array, points: tuple[Point, ...]) -> "Region":
    cos, sin = turn_of(region.angle)
    own = matrix @ np.array([[cos, -sin], [sin, cos]])
    along, across = np.hypot(*own)
    if abs(float(own[:, 0] @ own[:, 1])) <= _SAME * along * across:
        scales = (float(along), float(across))
        size = tuple(each * scales[i % 2] for i, each in enumerate(region.size))
        return replace(region, points=points, size=size, angle=_along(matrix, region.angle))
    return _as_polygon(region, matrix, offset)


def _sheared_ellipse(region: "Region", matrix: Array, offset: Array, points: tuple[Point, ...]) -> "Region":
    pairs = rings_of(region.kind, region.size)
    cos, sin = turn_of(region.angle)
    own = matrix @ np.array([[cos, -sin], [sin, cos]])
    outer = pairs[-1]
    for inner in pairs[:-1]:
        # rings of different shape only stay on common axes if these stay at right angles
        alike = abs(inner[0] * outer[1] - inner[1] * outer[0]) <= _SAME * outer[0] * outer[1]
        square = abs(float(own[:, 0] @ own[:, 1])) <= _SAME * float(np.prod(np.hypot(*own)))
        if not alike and not square:
            return _as_polygon(region, matrix, offset)
    if not outer[0] or not outer[1]:
        # an ellipse without area is its axis: no shape to find, only where it points
        stretch = [float(each) for each in np.hypot(*own)]
        size = tuple(value * stretch[axis] for pair in pairs for axis, value in enumerate(pair))
        angle = _along(matrix, region.angle)
    else:
        axes, lengths, turn = np.linalg.svd(own * np.array(outer))
        order = (0, 1) if abs(turn[0, 0]) >= abs(turn[0, 1]) else (1, 0)
        first = axes[:, order[0]] * np.sign(turn[order[0], 0] or 1.0)
        angle = _along(np.eye(2), math.degrees(math.atan2(first[1], first[0])))
        size = tuple(
            float(lengths[order[axis]]) * pair[axis] / outer[axis] for pair in pairs for axis in (0, 1)
        )
    kind: Literal["ellipse", "ellipse annulus"] = "ellipse" if len(pairs) == 1 else "ellipse annulus"
    return replace(region, kind=kind, points=points, size=size, angle=angle)


def _as_polygon(region: "Region", matrix: Array, offset: Array) -> "Region":
    """Return the outline as a polygon: of a ring, the outer edge, a cut, and the inner edge backwards."""
    pieces = list(reversed(region.outline(_VERTICES)))
    path = np.concatenate([piece if i == 0 else piece[::-1] for i, piece in enumerate(pieces)])
    if len(pieces) == 1:
        path = path[:-1]
    points = tuple((float(x), float(y)) for x, y in path @ matrix.T + offset)
    return replace(region, kind="polygon", points=points, size=(), angle=0.0)
