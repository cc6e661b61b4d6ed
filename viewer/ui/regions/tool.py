"""RegionTool: the mouse draws, selects, moves, resizes and turns regions."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from viewer.core.session.session import Session
from viewer.core.session.signal import Signal
from viewer.core.shapes.region import Kind, Region
from viewer.ui.image.habits import HABITS
from viewer.ui.image.tools import MouseTool, PointerEvent
from viewer.ui.regions.flat import FlatShapes
from viewer.ui.regions.gestures import (
    Banding,
    Changing,
    Clicking,
    Gesture,
    Making,
    moving,
    pulling,
    turning,
)
from viewer.ui.regions.making import FIRST_RADIUS, radius_of
from viewer.ui.regions.picking import Hit, edge_in_sight, handle_at, keys_within, region_at
from viewer.ui.regions.vertices import Vertices

KINDS: tuple[Kind, ...] = get_args(Kind)
# Handles of more are neither shown nor looked for.
MOST_HELD = 40
CURSORS = {"handle": "size", "knob": "turn", "edge": "move", "body": "move"}
Corners = tuple[PointerEvent, PointerEvent]


class RegionTool(MouseTool):
    """What the left button does with regions.

    With a shape chosen a drag draws it, a click makes one of the size that was drawn last, and the handles
    and edges of the selected regions still work; polygons are clicked vertex by vertex. In the usual mode a
    press on a handle resizes or turns, one on a region selects and moves it, and everything else is left to
    panning. With Shift: a click adds to the selection, a drag in the open selects what lies in a rectangle.
    With DS9's habits a press in the open drops the selection, or begins another region if there is none.

    Parameters
    ----------
    session : Session
        Whose regions they are.
    shapes : FlatShapes, optional
        Those that are drawn, so that they need not be gathered twice.

    Attributes
    ----------
    band : tuple of PointerEvent or None
        Corners of the rectangle that selects.
    band_changed : Signal
        It is another one.
    ask_for_words : callable
        Gets what takes the words of a new text; asks the user for them.
    details_wanted : callable
        Called when a region was double-clicked.
    click_elsewhere : callable
        Gets a click in the open before it makes a region; returns whether another tool has taken it.
    """

    def __init__(self, session: Session, shapes: FlatShapes | None = None) -> None:
        self._session = session
        self._overlays = session.overlays
        self._shapes = FlatShapes() if shapes is None else shapes
        self._gesture: Gesture | None = None
        self._vertices: Vertices | None = None
        self._frame: object = None
        self._radius = FIRST_RADIUS
        self._latest: Kind = "circle"
        self.band: Corners | None = None
        self.band_changed: Signal[()] = Signal()
        self.ask_for_words: Callable[[Callable[[str], object]], object] = lambda take: take("Text")
        self.details_wanted: Callable[[], object] = lambda: None
        self.click_elsewhere: Callable[[PointerEvent], bool] = lambda _event: False

    # ------------------------------------------------------------------ keys

    @property
    def keys(self) -> frozenset[str]:
        """What can be done by keys now."""
        wanted: set[str] = set()
        if self._vertices is not None:
            wanted |= {"Return", "Enter", "Backspace", "Esc"}
        if self._gesture is not None or self._drawing or self._overlays.tool == "select":
            wanted.add("Esc")
        layer = self._overlays.layer
        if self._active and layer.selected:
            wanted |= {"Del", "Backspace", "Esc"}
        if self._active and layer.regions:
            wanted.add("Ctrl+A")
        return frozenset(wanted)

    def key(self, name: str, event: PointerEvent | None) -> bool:
        """End or give up a polygon, remove or select regions."""
        if self._vertices is not None and name in ("Return", "Enter"):
            self._finish_polygon()
        elif self._vertices is not None and name == "Backspace":
            if not self._vertices.take_back():
                self.cancel()
        elif name == "Esc":
            self._escape()
        elif name == "Ctrl+A":
            self._overlays.select([region.key for region in self._overlays.layer.regions])
        elif name in ("Del", "Backspace") and self._gesture is None:
            self._overlays.remove_selected()
        return True

    def _escape(self) -> None:
        """Give up what is under way; else drop the selection; else go back to panning."""
        if self._gesture is not None or self._vertices is not None:
            self.cancel()
        elif self._overlays.layer.selected:
            self._overlays.select([])
        else:
            self._overlays.set_tool("pan")

    def cancel(self) -> None:
        """Give up what was begun."""
        if self._vertices is not None:
            self._vertices.give_up()
            self._vertices = None
        if self._gesture is not None:
            self._gesture.give_up()
            self._gesture = None

    # ------------------------------------------------------------------ mouse

    @property
    def _drawing(self) -> Kind | None:
        return next((kind for kind in KINDS if kind == self._overlays.tool), None)

    @property
    def _active(self) -> bool:
        return self._overlays.tool in ("pan", "select") or self._drawing is not None

    def press(self, event: PointerEvent) -> bool:
        """Begin what the place and the tool say."""
        if not self._active or self._gesture is not None:
            return False
        self._give_up_on_another_image()
        self._frame = self._session.picture.frame if self._session.picture is not None else None
        if self._vertices is not None:
            if self._vertices.closes(event):
                self._finish_polygon()
            else:
                self._vertices.add(event)
            # the rest of the click
            self._gesture = Gesture(self._overlays, event)
            return True
        hit = self._hit(event)
        if hit is not None:
            self._gesture = self._grip(hit, event)
        elif self._drawing is not None:
            self._gesture = self._made(self._drawing, event)
        elif event.shift or self._overlays.tool == "select":
            self._gesture = Banding(self._overlays, event, self._show_band, self._within)
        elif HABITS[self._session.settings.mouse].draws:
            self._gesture = self._in_the_open(event)
        return self._gesture is not None

    def move(self, event: PointerEvent) -> None:
        """Follow the mouse."""
        self._give_up_on_another_image()
        if self._gesture is not None:
            self._gesture.move(event)

    def release(self, event: PointerEvent) -> None:
        """End what was begun."""
        self._give_up_on_another_image()
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.end(event)

    def click(self, event: PointerEvent) -> bool:
        """Drop the selection by a click into the open; others may have a use for the click."""
        if self._overlays.tool == "pan" and not event.shift:
            self._overlays.select([])
        return False

    def double(self, event: PointerEvent) -> bool:
        """End a polygon, or show what is known of a region."""
        if self._vertices is not None:
            self._finish_polygon()
            return True
        hit = self._hit(event) if self._active and self._drawing is None else None
        if hit is None:
            return False
        self.details_wanted()
        return True

    def hover(self, event: PointerEvent) -> str:
        """Say by the cursor what a press would do; show the side of a polygon that is being clicked."""
        self._give_up_on_another_image()
        if self._vertices is not None:
            self._vertices.hover(event)
            return "point" if self._vertices.closes(event) else "cross"
        if not self._active:
            return ""
        hit = self._hit(event)
        if hit is not None:
            return CURSORS[hit.part]
        return "cross" if self._drawing is not None else ""

    def _give_up_on_another_image(self) -> None:
        """Forget what was begun when a step of the image has moved its pixels meanwhile."""
        picture = self._session.picture
        if picture is None or picture.frame is not self._frame:
            self.cancel()

    # ------------------------------------------------------------------ what a press means

    def _hit(self, event: PointerEvent) -> Hit | None:
        """Return what a press takes hold of; None if it is for drawing, selecting or panning."""
        layer, viewport = self._overlays.layer, self._session.viewport()
        if not layer.regions or viewport is None:
            return None
        self._shapes.update(layer.regions)
        held = self._shapes.places(layer.selected)
        if len(held) <= MOST_HELD:
            hit = handle_at(layer.regions, held, event.screen, viewport, event.ratio)
            if hit is not None:
                return hit
        hit = region_at(self._shapes, event.x, event.y, viewport, event.ratio)
        if hit is None:
            return None
        region = layer.regions[hit.index]
        if self._drawing is not None:
            # new regions are drawn within others
            return hit if hit.part == "edge" and region.key in layer.selected else None
        return hit if hit.part == "edge" or edge_in_sight(region, viewport) else None

    def _grip(self, hit: Hit, event: PointerEvent) -> Gesture:
        layer = self._overlays.layer
        region = layer.regions[hit.index]
        if hit.part == "knob":
            return Changing(self._overlays, event, [region.key], turning(event), "Turn region")
        if hit.part == "handle" and region.kind not in ("point", "text"):
            change = pulling(hit.handle, event)
            title = "Turn region" if event.shift and region.kind != "polygon" else "Resize region"
            return Changing(self._overlays, event, [region.key], change, title)
        return self._moved(region, event)

    def _moved(self, region: Region, event: PointerEvent) -> Gesture:
        selected = self._overlays.layer.selected
        otherwise: Callable[[], object] | None = None
        if region.key not in selected:
            self._overlays.select({*selected, region.key} if event.shift else {region.key})
        elif event.shift:
            # a click takes it out of the selection, a drag moves them all
            def otherwise() -> None:
                self._overlays.select(selected - {region.key})
        elif len(selected) > 1:

            def otherwise() -> None:
                self._overlays.select({region.key})

        keys = self._overlays.layer.selected
        title = "Move region" if len(keys) == 1 else f"Move {len(keys)} regions"
        return Changing(self._overlays, event, keys, moving(event), title, otherwise)

    # ------------------------------------------------------------------ making

    def _in_the_open(self, event: PointerEvent) -> Gesture:
        """Do what DS9 does with a press beside all regions."""
        if not self._overlays.layer.selected:
            return self._made(self._latest, event, self.click_elsewhere)
        self._overlays.select([])
        return Clicking(self._overlays, event, self.click_elsewhere)

    def _made(
        self, kind: Kind, event: PointerEvent, elsewhere: Callable[[PointerEvent], bool] | None = None
    ) -> Gesture:
        self._latest = kind
        if kind == "polygon":
            self._vertices = Vertices(self._overlays, event, self._styled)
            return Gesture(self._overlays, event)
        return Making(self._overlays, event, kind, self._radius, self._styled, self._finished, elsewhere)

    def _styled(self, region: Region) -> Region:
        return replace(region, colour=self._overlays.colour)

    def _finished(self, region: Region) -> None:
        self._radius = radius_of(region) or self._radius
        if region.kind == "text":
            self._overlays.drop_drag()
            self.ask_for_words(lambda words: self._add(replace(region, name=words)))
        else:
            self._add(region)

    def _finish_polygon(self) -> None:
        if self._vertices is not None:
            vertices, self._vertices = self._vertices, None
            made = vertices.finish()
            if made is None:
                self._session.tell(
                    "warning", "A polygon needs three corners: click them one after the other."
                )
            else:
                self._add(made)

    def _add(self, region: Region) -> None:
        others = (each for each in self._overlays.layer.regions if each.key != region.key)
        self._overlays.set_regions((*others, region), f"Add {region.kind}")
        self._overlays.select([region.key])

    # ------------------------------------------------------------------ selecting many

    def _show_band(self, corners: Corners | None) -> None:
        self.band = corners
        self.band_changed.emit()

    def _within(self, start: PointerEvent, end: PointerEvent) -> list[int]:
        return keys_within(self._shapes, (start.x, start.y), (end.x, end.y))
