"""Inside: which positions and pixels a shape contains, as functions that a script can carry along."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Points = tuple[tuple[float, float], ...]

_AT_ONCE = 1 << 21
"""So many pairs of a position and an edge are looked at together."""


def turn_of(angle: float) -> tuple[float, float]:
    """Return cosine and sine of an angle in degrees, exact for quarter turns."""
    quarters, rest = divmod(angle % 360.0, 90.0)
    if rest == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
    return float(np.cos(np.radians(angle))), float(np.sin(np.radians(angle)))


def rings_of(kind: str, size: tuple[float, ...]) -> list[tuple[float, float]]:
    """Return half the width and height of each ring of a shape, inner rings first."""
    if kind in ("circle", "annulus"):
        return [(radius, radius) for radius in size]
    half = 0.5 if kind.startswith("box") else 1.0
    return [(half * width, half * height) for width, height in zip(size[::2], size[1::2], strict=True)]


def shape_bounds(
    kind: str, points: Points, size: tuple[float, ...], angle: float
) -> tuple[float, float, float, float]:
    """Return the smallest and largest x, then the smallest and largest y of a shape."""
    if not size:
        xs, ys = zip(*points, strict=True)
        return min(xs), max(xs), min(ys), max(ys)
    half_width, half_height = rings_of(kind, size)[-1]
    cos, sin = turn_of(angle)
    if kind.startswith("box"):
        wide = abs(cos * half_width) + abs(sin * half_height)
        high = abs(sin * half_width) + abs(cos * half_height)
    else:
        wide = float(np.hypot(cos * half_width, sin * half_height))
        high = float(np.hypot(sin * half_width, cos * half_height))
    x, y = points[0]
    return x - wide, x + wide, y - high, y + high


def in_shape(
    x: Array, y: Array, kind: str, centre: tuple[float, float], size: tuple[float, ...], angle: float
) -> Array:
    """Return whether positions lie inside a circle, ellipse, box or annulus; its edge is outside."""
    dx, dy = x - centre[0], y - centre[1]
    cos, sin = turn_of(angle)
    along, across = cos * dx + sin * dy, cos * dy - sin * dx
    inside = np.zeros(along.shape, bool)
    for half_width, half_height in rings_of(kind, size):
        if not half_width > 0 or not half_height > 0:
            continue
        # each ring turns outside into inside and back: an annulus is what lies between its rings
        if kind.startswith("box"):
            inside ^= (np.abs(along) < half_width) & (np.abs(across) < half_height)
        elif kind in ("circle", "annulus"):
            inside ^= along**2 + across**2 < half_width**2
        else:
            inside ^= (along / half_width) ** 2 + (across / half_height) ** 2 < 1
    return inside


def polygon_mask(columns: Array, rows: Array, points: Points) -> Array:
    """Return which pixels of a grid have their centre inside a polygon, and not on its edge.

    A ray from an inner pixel to the right meets an odd number of edges (W. R. Franklin's rule).
    """
    x0, y0 = np.array(points, float).T
    x1, y1 = np.roll(x0, 1), np.roll(y0, 1)
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    first = np.searchsorted(rows, low)
    many = np.where(low < high, np.searchsorted(rows, high, "right") - first, 0)
    # every row that an edge reaches, and where it meets the edge
    edge = np.repeat(np.arange(len(x0)), many)
    row = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + first[edge]
    meets = (x1 - x0)[edge] * (rows[row] - y0[edge]) / (y1 - y0)[edge] + x0[edge]
    column = np.searchsorted(columns, meets)
    # such a meeting is to the right of all pixels up to there; where edges join, only one of them counts
    counts = rows[row] < high[edge]
    right = np.zeros((len(rows), len(columns) + 1), int)
    np.add.at(right, (row[counts], column[counts]), 1)
    inside: Array = np.cumsum(right[:, :0:-1], axis=1)[:, ::-1] % 2 == 1
    # pixels on the edge: in sloping ones first, then all along level ones
    on = (column < len(columns)) & (columns[np.minimum(column, len(columns) - 1)] == meets)
    inside[row[on], column[on]] = False
    level = np.flatnonzero((low == high) & np.isin(y0, rows))
    row = np.searchsorted(rows, y0[level])
    along = np.zeros((len(rows), len(columns) + 1), int)
    np.add.at(along, (row, np.searchsorted(columns, np.minimum(x0, x1)[level])), 1)
    np.add.at(along, (row, np.searchsorted(columns, np.maximum(x0, x1)[level], "right")), -1)
    inside[np.cumsum(along, axis=1)[:, :-1] > 0] = False
    return inside


def shape_mask(
    columns: Array,
    rows: Array,
    kind: str,
    points: Points,
    size: tuple[float, ...],
    angle: float,
) -> Array:
    """Return which pixels of a grid have their centre inside a shape; a point has the pixel it lies in."""
    if kind == "polygon":
        return polygon_mask(columns, rows, points)
    if kind == "point":
        column, row = np.floor(np.add(points[0], 0.5))
        return np.asarray((rows[:, None] == row) & (columns == column))
    return in_shape(columns, rows[:, None], kind, points[0], size, angle)


def shape_pixels(
    kind: str, points: Points, size: tuple[float, ...], angle: float, rows: int, columns: int
) -> tuple[Array, int, int]:
    """Return the part of an image's mask around a shape, with the row and column where it begins."""
    bounds = shape_bounds(kind, points, size, angle)
    if not np.isfinite(bounds).all():
        return np.zeros((0, 0), bool), 0, 0
    if kind == "point":
        bounds = tuple(np.floor(np.add(bounds, 0.5)).tolist())
    left, right, bottom, top = bounds
    x = np.arange(max(0.0, np.ceil(left)), min(columns - 1.0, np.floor(right)) + 1)
    y = np.arange(max(0.0, np.ceil(bottom)), min(rows - 1.0, np.floor(top)) + 1)
    if not x.size or not y.size:
        return np.zeros((0, 0), bool), 0, 0
    return shape_mask(x, y, kind, points, size, angle), int(y[0]), int(x[0])


def in_polygon(x: Array, y: Array, points: Points) -> Array:
    """Return whether scattered positions lie inside a polygon, by the same rule."""
    x0, y0 = np.array(points, float).T
    x1, y1 = np.roll(x0, 1), np.roll(y0, 1)
    slopes = y0 != y1
    rise = np.where(slopes, y1 - y0, 1.0)
    inside = np.zeros(x.size, bool)
    step = max(1, _AT_ONCE // len(x0))
    for first in range(0, x.size, step):
        px, py = x.ravel()[first : first + step, None], y.ravel()[first : first + step, None]
        meets = (x1 - x0) * (py - y0) / rise + x0
        odd = (((y0 > py) != (y1 > py)) & (px < meets)).sum(axis=1) % 2 == 1
        reached = (np.minimum(y0, y1) <= py) & (py <= np.maximum(y0, y1))
        along = (np.minimum(x0, x1) <= px) & (px <= np.maximum(x0, x1))
        on = reached & np.where(slopes, meets == px, along)
        inside[first : first + step] = odd & ~on.any(axis=1)
    return inside.reshape(x.shape)
