"""Making: from where the mouse was pressed and where it is to a region, without Qt."""

import math
from dataclasses import replace

from viewer.core.shapes.region import Kind, Region

Point = tuple[float, float]
# Pixels of the image, until a region was drawn by hand.
FIRST_RADIUS = 20.0
# A region made by a click is at least so large on the screen, in device pixels.
LEAST_SHOWN = 12.0
SMALLEST = 0.5
# Of an annulus that is drawn by a drag, relative to the outer edge.
INNER = 0.5
FROM_CENTRE = ("circle", "annulus", "ellipse", "ellipse annulus")
LINES = ("line", "ruler", "vector")
PLACED = ("point", "text")
TEXT = "Text"


def drawn(kind: Kind, start: Point, end: Point, shift: bool = False, control: bool = False) -> Region:
    """Return the region that a drag makes.

    Round shapes are drawn from their centre, boxes from corner to corner, as in DS9.

    Parameters
    ----------
    kind : str
        Which shape; not a polygon.
    start, end : tuple of float
        Where the button was pressed, and where the mouse is.
    shift : bool
        Both axes alike; a line keeps to multiples of 15 degrees.
    control : bool
        The other way: boxes from their centre, round shapes from edge to edge.
    """
    (x0, y0), (x1, y1) = start, end
    if kind in PLACED:
        return Region(kind, (end,), name=TEXT if kind == "text" else "")
    if kind in LINES:
        return Region(kind, (start, end)).with_handle(1, x1, y1, shift)
    if kind in ("circle", "annulus"):
        radius = math.hypot(x1 - x0, y1 - y0)
        if control:
            radius /= 2
            x0, y0 = (x0 + x1) / 2, (y0 + y1) / 2
        return _sized(kind, (x0, y0), (max(radius, SMALLEST),) * 2)
    across, up = x1 - x0, y1 - y0
    if shift:
        side = max(abs(across), abs(up))
        across, up = math.copysign(side, across), math.copysign(side, up)
    if (kind in FROM_CENTRE) != control:
        centre, half = (x0, y0), (abs(across), abs(up))
    else:
        centre, half = (x0 + across / 2, y0 + up / 2), (abs(across) / 2, abs(up) / 2)
    return _sized(kind, centre, (max(half[0], SMALLEST), max(half[1], SMALLEST)))


def clicked(kind: Kind, at: Point, zoom: float, radius: float = FIRST_RADIUS) -> Region:
    """Return the region that a click makes.

    Parameters
    ----------
    kind : str
        Which shape; not a polygon.
    at : tuple of float
        Its centre.
    zoom : float
        Device pixels for an image pixel.
    radius : float
        Half its extent, in pixels of the image, if that can be seen at this zoom.
    """
    radius = max(radius, LEAST_SHOWN / zoom)
    if kind in LINES:
        return Region(kind, ((at[0] - radius, at[1]), (at[0] + radius, at[1])))
    if kind in PLACED:
        return drawn(kind, at, at)
    flat = kind in ("ellipse", "ellipse annulus")
    return _sized(kind, at, (radius, 0.6 * radius if flat else radius))


def polygon(points: list[Point]) -> Region:
    """Return a polygon; with two vertices a line, so that its making can be seen."""
    kind: Kind = "polygon" if len(points) > 2 else "line"
    return Region(kind, tuple(points))


def radius_of(region: Region) -> float:
    """Return half the extent of a region, for the next one that is made by a click; 0 if it has none."""
    return max(region.size, default=0.0) / (2 if region.kind.startswith("box") else 1)


def turned_to(region: Region, start: Point, end: Point, shift: bool) -> Region:
    """Return a region turned as the mouse goes about its centre.

    Parameters
    ----------
    region : Region
        As it was when the button was pressed.
    start, end : tuple of float
        Where the button was pressed, and where the mouse is.
    shift : bool
        Its angle becomes a multiple of 15 degrees.
    """
    x, y = region.centre
    before, after = (math.atan2(b - y, a - x) for a, b in (start, end))
    turn = math.degrees(after - before)
    if shift:
        turn = round((region.angle + turn) / 15) * 15 - region.angle
    made = region.turned(turn)
    return replace(made, angle=made.angle % 360)


def _sized(kind: Kind, centre: Point, half: Point) -> Region:
    """Return a closed shape by its outer half axes."""
    across, up = half
    inner = (INNER * across, INNER * up)
    sizes: dict[str, tuple[float, ...]] = {
        "circle": (across,),
        "annulus": (inner[0], across),
        "ellipse": half,
        "box": (2 * across, 2 * up),
        "ellipse annulus": (*inner, *half),
        "box annulus": (2 * inner[0], 2 * inner[1], 2 * across, 2 * up),
    }
    return Region(kind, (centre,), sizes[kind])
