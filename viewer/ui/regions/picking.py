"""Picking: which region, or which of its handles, lies under the mouse."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from viewer.core.render.viewport import Viewport
from viewer.core.shapes.region import Region
from viewer.ui.regions.flat import FlatShapes, Pieces
from viewer.ui.regions.knob import STEM, knob_of

# Device pixels (for each logical one) from a line or a handle that still mean it.
REACH = 6.0
# Half the size of a point's symbol, in logical pixels.
SYMBOL = 5.5
# Of so many regions under the mouse, the uppermost are looked at.
MOST = 400
# Half of the width of a letter, and half the height of a line, in logical pixels.
LETTER, LINE = 3.6, 8.0
Part = Literal["edge", "body", "handle", "knob"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Hit:
    """What lies under the mouse.

    Attributes
    ----------
    index : int
        Which region.
    part : str
        ``handle``, ``knob`` (which turns it), ``edge`` or ``body``.
    handle : int
        Which handle.
    """

    index: int
    part: Part
    handle: int = -1


def handle_at(
    regions: Sequence[Region], held: Sequence[int], screen: Point, viewport: Viewport, ratio: float
) -> Hit | None:
    """Return the handle under the mouse, of the regions that show theirs.

    Parameters
    ----------
    regions : sequence of Region
        All.
    held : sequence of int
        Indices of the selected ones.
    screen : tuple of float
        Where the mouse is, in device pixels.
    viewport : Viewport
        What the view shows.
    ratio : float
        Device pixels for a logical one.
    """
    nearest, hit = REACH * ratio, None
    for index in held:
        for number, place in enumerate(regions[index].handles()):
            distance = math.dist(viewport.to_screen(*place), screen)
            if distance <= nearest:
                nearest, hit = distance, Hit(index, "handle", number)
    if hit is None and len(held) == 1:
        knob = knob_of(regions[held[0]], lambda place: viewport.to_screen(*place), STEM * ratio)
        if knob is not None and math.dist(knob[1], screen) <= (REACH + 2) * ratio:
            return Hit(held[0], "knob")
    return hit


def region_at(shapes: FlatShapes, x: float, y: float, viewport: Viewport, ratio: float) -> Hit | None:
    """Return the region under the mouse: an edge before a body, the uppermost edge, the smallest body.

    Parameters
    ----------
    shapes : FlatShapes
        All regions.
    x, y : float
        Where the mouse is in the image, 0-based.
    viewport : Viewport
        What the view shows.
    ratio : float
        Device pixels for a logical one.
    """
    reach = REACH * ratio / viewport.zoom
    room = reach + 60 * ratio / viewport.zoom  # texts reach beyond their point
    near = shapes.within((x - room, x + room, y - room, y + room))[::-1][:MOST].tolist()
    for index in near:
        region = shapes.regions[index]
        if region.kind == "text":
            if _on_words(region, x, y, viewport, ratio):
                return Hit(index, "edge")
        elif distance(region, shapes.pieces(index), x, y) <= _reach_of(region, reach, ratio, viewport.zoom):
            return Hit(index, "edge")
    inside = [n for n in near if shapes.regions[n].closed and bool(shapes.regions[n].contains(x, y))]
    if not inside:
        return None
    return Hit(min(inside, key=lambda n: _extent(shapes.pieces(n))), "body")


def edge_in_sight(region: Region, viewport: Viewport) -> bool:
    """Whether any of the outline of a region can be seen; where the view is all inside, a drag pans."""
    width, height = viewport.size
    corners = [viewport.to_image(sx, sy) for sx in (0, width) for sy in (0, height)]
    return not all(bool(region.contains(*corner)) for corner in corners)


def keys_within(shapes: FlatShapes, start: Point, end: Point) -> list[int]:
    """Return the keys of the regions that lie wholly in a rectangle between two corners."""
    left, right, bottom, top = shapes.bounds.T
    (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(start, end, strict=True))
    found = np.flatnonzero((left >= x0) & (right <= x1) & (bottom >= y0) & (top <= y1))
    return [shapes.regions[n].key for n in found.tolist()]


def distance(region: Region, pieces: Pieces, x: float, y: float) -> float:
    """Return how far a position is from the outline of a region, in pixels of the image."""
    if region.kind == "point":
        return math.dist(region.points[0], (x, y))
    return min(
        (
            *(_from_ellipse(*each, x, y) for each in pieces.ellipses),
            *(_from_segment(*each, x, y) for each in pieces.segments),
        ),
        default=math.inf,
    )


def _reach_of(region: Region, reach: float, ratio: float, zoom: float) -> float:
    return max(reach, (SYMBOL + 2) * ratio / zoom) if region.kind == "point" else reach


def _from_ellipse(x0: float, y0: float, a: float, b: float, angle: float, x: float, y: float) -> float:
    """Distance along the ray from the centre: never too small, and exact for circles."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    dx, dy = x - x0, y - y0
    along, across = cosine * dx + sine * dy, cosine * dy - sine * dx
    if a <= 0 or b <= 0:
        return math.hypot(dx, dy)
    scale = math.hypot(along / a, across / b)
    length = math.hypot(dx, dy)
    return min(a, b) if scale == 0 else abs(length - length / scale)


def _from_segment(x0: float, y0: float, x1: float, y1: float, x: float, y: float) -> float:
    dx, dy = x1 - x0, y1 - y0
    squared = dx * dx + dy * dy
    part = 0.0 if squared == 0 else min(max(((x - x0) * dx + (y - y0) * dy) / squared, 0.0), 1.0)
    return math.hypot(x - x0 - part * dx, y - y0 - part * dy)


def _on_words(region: Region, x: float, y: float, viewport: Viewport, ratio: float) -> bool:
    (sx, sy), (px, py) = viewport.to_screen(*region.points[0]), viewport.to_screen(x, y)
    half = max(LETTER * len(region.name), LINE)
    return abs(px - sx) <= half * ratio and abs(py - sy) <= LINE * ratio


def _extent(pieces: Pieces) -> float:
    x0, x1, y0, y1 = pieces.bounds
    return (x1 - x0) * (y1 - y0)
