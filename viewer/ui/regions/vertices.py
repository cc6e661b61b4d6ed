"""Vertices: a polygon that is clicked corner by corner."""

import math
from collections.abc import Callable
from dataclasses import replace

from viewer.core.session.overlays import Overlays
from viewer.core.shapes.region import Region
from viewer.ui.image.tools import PointerEvent
from viewer.ui.regions.making import polygon

Point = tuple[float, float]
# Logical pixels from the first corner that close the polygon, and from the last that are no new corner.
CLOSING = 8.0
SAME = 2.0


class Vertices:
    """The corners so far; the polygon is shown with the mouse as one more.

    Parameters
    ----------
    overlays : Overlays
        Where it is shown.
    event : PointerEvent
        Of the first corner.
    style : callable
        Gives it colour and width.
    """

    def __init__(self, overlays: Overlays, event: PointerEvent, style: Callable[[Region], Region]) -> None:
        self._overlays = overlays
        self._style = style
        self._before = overlays.layer.regions
        self._key = overlays.next_key()
        self._points: list[Point] = [(event.x, event.y)]
        self._first = event
        self._last = event

    def add(self, event: PointerEvent) -> None:
        """Add a corner."""
        if self._distance(event, self._points[-1]) > SAME * event.ratio:
            self._points.append((event.x, event.y))
        self._last = event
        self._show(self._points)

    def hover(self, event: PointerEvent) -> None:
        """Show the polygon as it would be with a corner here."""
        self._last = event
        self._show([*self._points, (event.x, event.y)])

    def closes(self, event: PointerEvent) -> bool:
        """Whether a click here, on the first corner, ends the polygon."""
        near = self._distance(event, self._points[0]) <= CLOSING * event.ratio
        return len(self._points) > 2 and near

    def take_back(self) -> bool:
        """Forget the last corner; return whether one is left."""
        self._points.pop()
        if self._points:
            self.hover(self._last)
        return bool(self._points)

    def finish(self) -> Region | None:
        """Return the polygon; None if it has too few corners."""
        if len(self._points) < 3:
            self._overlays.drop_drag()
            return None
        return self._made(self._points)

    def give_up(self) -> None:
        """Leave everything as it was."""
        self._overlays.drop_drag()

    def _show(self, points: list[Point]) -> None:
        if len(points) > 1:
            self._overlays.drag_regions((*self._before, self._made(points)))
            self._overlays.select([self._key])

    def _made(self, points: list[Point]) -> Region:
        return replace(self._style(polygon(points)), key=self._key)

    def _distance(self, event: PointerEvent, point: Point) -> float:
        """Return how far the mouse is from a position, in device pixels."""
        return math.dist((event.x, event.y), point) * event.zoom
