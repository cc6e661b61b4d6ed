"""Gestures: what the mouse does with regions between press and release, each as regions for the session."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from viewer.core.session.overlays import Overlays
from viewer.core.shapes.region import Kind, Region
from viewer.ui.image.tools import CLICK_DISTANCE, PointerEvent
from viewer.ui.regions.making import clicked, drawn, turned_to

Change = Callable[[Region, PointerEvent], Region]


class Gesture:
    """Something that goes on while a button is held.

    Parameters
    ----------
    overlays : Overlays
        Where regions are changed.
    event : PointerEvent
        Of the press.
    """

    def __init__(self, overlays: Overlays, event: PointerEvent) -> None:
        self.overlays = overlays
        self.start = event
        self.moved = False

    def move(self, event: PointerEvent) -> None:
        """Follow the mouse, once it has left the place of the press."""
        if math.dist(event.screen, self.start.screen) >= CLICK_DISTANCE * event.ratio:
            self.moved = True
        if self.moved:
            self.drag(event)

    def drag(self, event: PointerEvent) -> None:
        """Show what would be if the button were released now."""

    def end(self, event: PointerEvent) -> None:
        """Do it, or what a click means if the mouse has not moved."""

    def give_up(self) -> None:
        """Leave everything as it was."""


class Clicking(Gesture):
    """Gives a click to somebody else.

    Parameters
    ----------
    overlays, event
        As of `Gesture`.
    clicked : callable
        Gets it.
    """

    def __init__(
        self, overlays: Overlays, event: PointerEvent, clicked: Callable[[PointerEvent], object]
    ) -> None:
        super().__init__(overlays, event)
        self._clicked = clicked

    def end(self, event: PointerEvent) -> None:
        """Say so, unless it was a drag."""
        if not self.moved:
            self._clicked(event)


class Making(Gesture):
    """Draws a new region.

    Parameters
    ----------
    overlays, event
        As of `Gesture`.
    kind : str
        Of the region.
    radius : float
        Half its extent if it is made by a click; pixels of the image.
    style : callable
        Gives it colour and width.
    finished : callable
        Gets the region.
    elsewhere : callable, optional
        Gets a click, and returns whether that was for somebody else and no region is made.
    """

    def __init__(
        self,
        overlays: Overlays,
        event: PointerEvent,
        kind: Kind,
        radius: float,
        style: Callable[[Region], Region],
        finished: Callable[[Region], object],
        elsewhere: Callable[[PointerEvent], bool] | None = None,
    ) -> None:
        super().__init__(overlays, event)
        self._kind, self._radius, self._style, self._finished = kind, radius, style, finished
        self._elsewhere = elsewhere
        self._before = overlays.layer.regions
        self._key = overlays.next_key()

    def drag(self, event: PointerEvent) -> None:
        """Show the region as it is."""
        self.overlays.drag_regions((*self._before, self._made(event)))
        self.overlays.select([self._key])

    def end(self, event: PointerEvent) -> None:
        """Add the region."""
        if self.moved or self._elsewhere is None or not self._elsewhere(event):
            self._finished(self._made(event))

    def give_up(self) -> None:
        """Forget the region."""
        self.overlays.drop_drag()

    def _made(self, event: PointerEvent) -> Region:
        start = (self.start.x, self.start.y)
        if self.moved:
            made = drawn(self._kind, start, (event.x, event.y), event.shift, event.control)
        else:
            made = clicked(self._kind, start, event.zoom, self._radius)
        return replace(self._style(made), key=self._key)


class Changing(Gesture):
    """Moves, pulls or turns regions that are there.

    Parameters
    ----------
    overlays, event
        As of `Gesture`.
    keys : iterable of int
        Of the regions that change.
    change : callable
        Gets a region as it was at the press, and where the mouse is; returns it as it is to be.
    title : str
        Of the step.
    otherwise : callable, optional
        Called if the mouse has not moved.
    """

    def __init__(
        self,
        overlays: Overlays,
        event: PointerEvent,
        keys: Iterable[int],
        change: Change,
        title: str,
        otherwise: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(overlays, event)
        self._before = overlays.layer.regions
        keys = frozenset(keys)
        self._places = [n for n, region in enumerate(self._before) if region.key in keys]
        self._change, self._title, self._otherwise = change, title, otherwise

    def drag(self, event: PointerEvent) -> None:
        """Show the regions as they are."""
        self.overlays.drag_regions(self._changed(event))

    def end(self, event: PointerEvent) -> None:
        """Make a step of it."""
        if self.moved:
            self.overlays.set_regions(self._changed(event), self._title)
        elif self._otherwise is not None:
            self._otherwise()

    def give_up(self) -> None:
        """Put the regions back."""
        self.overlays.drop_drag()

    def _changed(self, event: PointerEvent) -> list[Region]:
        regions = list(self._before)
        for place in self._places:
            regions[place] = self._change(regions[place], event)
        return regions


class Banding(Gesture):
    """Selects all regions in a rectangle.

    Parameters
    ----------
    overlays, event
        As of `Gesture`.
    show : callable
        Gets both corners while the mouse moves, and None in the end.
    inside : callable
        Gets both corners; returns the keys of the regions that lie in it.
    """

    def __init__(
        self,
        overlays: Overlays,
        event: PointerEvent,
        show: Callable[[tuple[PointerEvent, PointerEvent] | None], object],
        inside: Callable[[PointerEvent, PointerEvent], Iterable[int]],
    ) -> None:
        super().__init__(overlays, event)
        self._show, self._inside = show, inside
        self._selected = overlays.layer.selected if event.shift else frozenset[int]()

    def drag(self, event: PointerEvent) -> None:
        """Show the rectangle and select what is in it."""
        self._show((self.start, event))
        self.overlays.select(self._selected | frozenset(self._inside(self.start, event)))

    def end(self, event: PointerEvent) -> None:
        """Take the rectangle away; a click into the open selects nothing."""
        self._show(None)
        if not self.moved:
            self.overlays.select(self._selected)

    def give_up(self) -> None:
        """Take the rectangle away."""
        self._show(None)


def moving(start: PointerEvent) -> Change:
    """Return what moves regions along with the mouse; with Shift along one axis only."""

    def change(region: Region, event: PointerEvent) -> Region:
        dx, dy = event.x - start.x, event.y - start.y
        if event.shift:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        return region.moved_by(dx, dy)

    return change


def pulling(handle: int, start: PointerEvent) -> Change:
    """Return what pulls a handle: by as much as the mouse moves, not to where it is."""

    def change(region: Region, event: PointerEvent) -> Region:
        x, y = region.handles()[handle]
        return region.with_handle(handle, x + event.x - start.x, y + event.y - start.y, event.shift)

    return change


def turning(start: PointerEvent) -> Change:
    """Return what turns a region about its centre."""
    return lambda region, event: turned_to(region, (start.x, start.y), (event.x, event.y), event.shift)
