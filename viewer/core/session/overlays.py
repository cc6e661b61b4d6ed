"""Overlays: the verbs that change what is drawn over images, and the steps back from changed regions."""

import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from viewer.core.session.document import Document
from viewer.core.session.layer import Contours, Layer, Shown, StarStyle
from viewer.core.session.signal import Signal
from viewer.core.shapes.region import Region

if TYPE_CHECKING:
    from viewer.core.frame import Frame
    from viewer.core.measure.starlist import StarList
    from viewer.core.session.session import Session

Array = np.ndarray[Any, np.dtype[Any]]
Part = Literal["regions", "selection", "stars", "marked", "catalogues", "contours", "layer"]
# changes that can be taken back; older ones are forgotten
_MOST_STEPS = 200


@dataclass(frozen=True)
class _Change:
    """One change of the regions: what they were before, or after if it was taken back."""

    title: str
    regions: tuple[Region, ...]
    at: float


@dataclass
class _State:
    """The layer of one image, and the way back.

    Attributes
    ----------
    layer : Layer
        As it is.
    resting : tuple of Region or None
        The regions as they were before a drag; None if nothing is dragged.
    done, undone : list of _Change
        Changes that can be taken back, and done again.
    physical : tuple of numpy.ndarray
        Matrix and offset from the pixels that the layer is in to physical coordinates.
    """

    layer: Layer = field(default_factory=Layer)
    resting: tuple[Region, ...] | None = None
    done: list[_Change] = field(default_factory=list)
    undone: list[_Change] = field(default_factory=list)
    physical: tuple[Array, Array] | None = None


class Overlays:
    """What is drawn over the images of a session, and which tool the mouse is.

    Every image (an HDU of a document) has its own `Layer`. When an operation moves the pixels of an image,
    its layer moves along, by the physical coordinates of both headers; so it does when that is undone.

    Parameters
    ----------
    session : Session
        Whose images they are.

    Attributes
    ----------
    tool : str
        What the left button does in the picture: ``pan``, ``select``, the kind of region that it draws,
        ``examine`` or ``cut``.
    colour : str
        Of regions that are drawn from now on.
    changed : Signal of str
        Which part of the layer that is shown has changed: ``regions``, ``selection``, ``stars``, ``marked``,
        ``catalogues``, ``contours``; ``layer`` if all of it may have.
    tool_changed : Signal
        The mouse is another tool.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.tool = "pan"
        self.colour = "green"
        self.changed: Signal[Part] = Signal()
        self.tool_changed: Signal[()] = Signal()
        self._states: dict[tuple[int, int], _State] = {}
        self._keys = itertools.count(1)
        session.current_changed.connect(lambda: self.changed.emit("layer"))
        session.image_changed.connect(self._image_changed)

    # ------------------------------------------------------------------ reading

    @property
    def layer(self) -> Layer:
        """What is drawn over the image that is shown."""
        state = self._state()
        return Layer() if state is None else state.layer

    def layer_of(self, document: Document) -> Layer:
        """Return what is drawn over the image that a document shows."""
        state = self._states.get((id(document), -1 if document.hdu is None else document.hdu))
        return Layer() if state is None else state.layer

    def regions_of(self, document: Document, hdu: int, frame: "Frame | None" = None) -> tuple[Region, ...]:
        """Return the regions of an image of a document, shown or not, as they lie on a version of it."""
        state = self._states.get((id(document), hdu))
        if state is None:
            return ()
        move = None if frame is None or state.physical is None else _move(state.physical, _physical(frame))
        return state.layer.regions if move is None else state.layer.moved(*move).regions

    # ------------------------------------------------------------------ the mouse

    def set_tool(self, tool: str) -> None:
        """Make the mouse another tool."""
        if tool != self.tool:
            self.tool = tool
            self.tool_changed.emit()

    def set_colour(self, colour: str) -> None:
        """Draw new regions in another colour."""
        self.colour = colour

    # ------------------------------------------------------------------ regions

    def next_key(self) -> int:
        """Return a key that no region has."""
        return next(self._keys)

    def set_regions(self, regions: Iterable[Region], title: str) -> None:
        """Replace all regions of the image that is shown: one step that can be undone.

        Parameters
        ----------
        regions : iterable of Region
            Those without a key get one.
        title : str
            Of the step, such as ``Move region``.
        """
        state = self._made()
        if state is None:
            return
        keyed = tuple(each if each.key else replace(each, key=self.next_key()) for each in regions)
        before = state.layer.regions if state.resting is None else state.resting
        state.resting = None
        if keyed != before:
            state.done.append(_Change(title, before, time.monotonic()))
            del state.done[:-_MOST_STEPS]
            state.undone.clear()
        self._show_regions(state, keyed)

    def put_regions(self, document: Document, hdu: int, regions: Iterable[Region]) -> None:
        """Draw regions over an image of a document, in its pixels as they are now: nothing to be undone."""
        state = self._states.setdefault((id(document), hdu), _State())
        state.physical = None
        if hdu in document.pictures:
            state.physical = _physical(document.pictures[hdu].frame)
        keyed = tuple(replace(each, key=self.next_key()) for each in regions)
        state.layer = replace(state.layer, regions=(*state.layer.regions, *keyed))
        if document is self._session.current and hdu == document.hdu:
            self.changed.emit("regions")

    def drag_regions(self, regions: Iterable[Region]) -> None:
        """Show regions as they are while the mouse drags them; `set_regions` makes a step of it."""
        state = self._made()
        if state is not None:
            if state.resting is None:
                state.resting = state.layer.regions
            self._show_regions(state, tuple(regions))

    def drop_drag(self) -> None:
        """Put regions back to where they were before they were dragged, also those of another image."""
        shown = self._state()
        for state in self._states.values():
            if state.resting is not None:
                regions, state.resting = state.resting, None
                if state is shown:
                    self._show_regions(state, regions)
                else:
                    kept = state.layer.selected & {region.key for region in regions}
                    state.layer = replace(state.layer, regions=regions, selected=kept)

    def add_region(self, region: Region) -> Region:
        """Add a region and select it; return it with its key."""
        added = replace(region, key=self.next_key())
        self.set_regions((*self.layer.regions, added), f"Add {region.kind}")
        self.select([added.key])
        return added

    def remove_selected(self) -> None:
        """Remove the selected regions."""
        layer = self.layer
        if layer.selected:
            kept = [region for region in layer.regions if region.key not in layer.selected]
            count = len(layer.regions) - len(kept)
            self.set_regions(kept, "Remove region" if count == 1 else f"Remove {count} regions")

    def select(self, keys: Iterable[int]) -> None:
        """Select regions by their keys."""
        state = self._state()
        if state is None:
            return
        selected = frozenset(keys) & {region.key for region in state.layer.regions}
        if selected != state.layer.selected:
            state.layer = replace(state.layer, selected=selected)
            self.changed.emit("selection")

    def _show_regions(self, state: _State, regions: tuple[Region, ...]) -> None:
        if regions == state.layer.regions:
            return
        selected = state.layer.selected & {region.key for region in regions}
        state.layer = replace(state.layer, regions=regions, selected=selected)
        self.changed.emit("regions")

    # ------------------------------------------------------------------ stars, catalogues, contours

    def set_stars(self, stars: "StarList | None", document: Document | None = None) -> None:
        """Show stars over the image that is shown, or the one of a document; None removes them."""
        state = self._made(document)
        if state is not None and stars is not state.layer.stars:
            state.layer = replace(state.layer, stars=stars, marked=frozenset())
            if document in (None, self._session.current):
                self.changed.emit("stars")

    def mark_stars(self, rows: Iterable[int]) -> None:
        """Select stars by their rows."""
        state = self._state()
        if state is None or state.layer.stars is None:
            return
        marked = frozenset(row for row in rows if 0 <= row < len(state.layer.stars))
        if marked != state.layer.marked:
            state.layer = replace(state.layer, marked=marked)
            self.changed.emit("marked")

    def set_star_style(self, style: StarStyle) -> None:
        """Draw stars in another way."""
        state = self._made()
        if state is not None and style != state.layer.star_style:
            state.layer = replace(state.layer, star_style=style)
            self.changed.emit("stars")

    def set_catalogues(self, catalogues: Iterable[Shown], document: Document | None = None) -> None:
        """Show catalogues over the image that is shown, or the one of a document."""
        state = self._made(document)
        if state is not None:
            state.layer = replace(state.layer, catalogues=tuple(catalogues))
            if document in (None, self._session.current):
                self.changed.emit("catalogues")

    def set_contours(self, contours: Contours | None, document: Document | None = None) -> None:
        """Show lines of equal value over the image that is shown, or the one of a document."""
        state = self._made(document)
        if state is not None and contours is not state.layer.contours:
            state.layer = replace(state.layer, contours=contours)
            if document in (None, self._session.current):
                self.changed.emit("contours")

    # ------------------------------------------------------------------ back and forth

    def last_change(self) -> tuple[str, float] | None:
        """Return title and time of the change of regions that can be taken back next."""
        state = self._state()
        return (state.done[-1].title, state.done[-1].at) if state is not None and state.done else None

    def next_change(self) -> tuple[str, float] | None:
        """Return title and time of the change of regions that can be done again next."""
        state = self._state()
        return (state.undone[-1].title, state.undone[-1].at) if state is not None and state.undone else None

    def undo(self) -> None:
        """Take back the last change of the regions."""
        state = self._state()
        if state is not None:
            self._turn_back(state, state.done, state.undone)

    def redo(self) -> None:
        """Do the change again that was taken back last."""
        state = self._state()
        if state is not None:
            self._turn_back(state, state.undone, state.done)

    def _turn_back(self, state: _State, source: list[_Change], target: list[_Change]) -> None:
        if source:
            change = source.pop()
            target.append(replace(change, regions=state.layer.regions))
            state.resting = None
            self._show_regions(state, change.regions)

    # ------------------------------------------------------------------ following images

    def forget(self, document: Document) -> None:
        """A document is closed."""
        for key in [key for key in self._states if key[0] == id(document)]:
            del self._states[key]

    def _state(self) -> _State | None:
        document = self._session.current
        if document is None or document.picture is None or document.hdu is None:
            return None
        return self._states.get((id(document), document.hdu))

    def _made(self, document: Document | None = None) -> _State | None:
        document = document or self._session.current
        if document is None or document.picture is None or document.hdu is None:
            return None
        state = self._states.setdefault((id(document), document.hdu), _State())
        if state.physical is None:
            state.physical = _physical(document.picture.frame)
        return state

    def _image_changed(self, document: Document) -> None:
        if document.picture is not None and document.hdu is not None:
            state = self._states.get((id(document), document.hdu))
            if state is not None and state.physical is not None:
                self._follow(state, document.picture.frame)
            elif state is not None:
                state.physical = _physical(document.picture.frame)
        if document is self._session.current:
            self.changed.emit("layer")

    def _follow(self, state: _State, frame: "Frame") -> None:
        """Move a layer along with the pixels of its image."""
        physical = _physical(frame)
        move = None if state.physical is None else _move(state.physical, physical)
        if move is None:
            return
        turn, shift = move
        state.physical = physical
        state.layer = state.layer.moved(turn, shift)
        state.resting = None
        for changes in (state.done, state.undone):
            changes[:] = [
                replace(change, regions=tuple(region.moved(turn, shift) for region in change.regions))
                for change in changes
            ]


def _move(before: tuple[Array, Array], after: tuple[Array, Array]) -> tuple[Array, Array] | None:
    """Return how pixel positions (0-based) move between two versions of an image; None if they stay."""
    (old_matrix, old_offset), (matrix, offset) = before, after
    if np.array_equal(matrix, old_matrix) and np.array_equal(offset, old_offset):
        return None
    inverse = np.linalg.inv(matrix)
    turn = inverse @ old_matrix
    shift = inverse @ (old_offset - offset)
    # physical coordinates are those of positions that are counted from 1
    return turn, shift + turn.sum(axis=1) - 1


def _physical(frame: "Frame") -> tuple[Array, Array]:
    """Return matrix and offset from FITS pixels to physical coordinates; they move with the pixels."""
    # headers are read with more care than the first picture needs
    from viewer.core.header import rows
    from viewer.core.physical import linear_systems

    found = next((each for each in linear_systems(rows(frame.cards)) if each.name == "physical"), None)
    return (np.eye(2), np.zeros(2)) if found is None else (found.matrix, found.offset)
