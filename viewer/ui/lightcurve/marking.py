"""Marking: the target and the comparison stars of a light curve, over the picture and with the mouse."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.session.layer import Shown
from viewer.core.session.session import Session
from viewer.core.session.signal import Signal
from viewer.ui.image.tools import MouseTool, PointerEvent

if TYPE_CHECKING:
    from viewer.core.catalogue.catalogue import Catalogue

NAME = "Light curve"
# the marks are a catalogue of the image: they are drawn and follow it as one
ORIGIN = "Stars that were marked for a light curve: T is the target, C1, C2 … are compared with it."
COLOUR, SIZE = "#00e5ff", 9.0
# how far beside a star a click still means it, in pixels of the image
SEARCH = 8.0

Place = tuple[float, float]


def names_of(count: int) -> list[str]:
    """Return what the stars are called: T, C1, C2 …."""
    return ["T", *(f"C{i}" for i in range(1, count))][:count]


def marked_places(session: Session) -> tuple[Place, ...]:
    """Return where the stars are in the image that is shown, counted from 0; the target first."""
    shown = _shown(session)
    if shown is None or shown.catalogue.x is None or shown.catalogue.y is None:
        return ()
    return tuple(zip(shown.catalogue.x.tolist(), shown.catalogue.y.tolist(), strict=True))


def mark(session: Session, places: Sequence[Place]) -> None:
    """Mark other stars in the image that is shown, in place of those before.

    Parameters
    ----------
    session : Session
        Its layer changes.
    places : sequence of (float, float)
        Counted from 0, the target first.
    """
    old = _shown(session)
    others = [each for each in session.overlays.layer.catalogues if each is not old]
    if places:
        others.append(Shown(_catalogue(places), colour=COLOUR, size=SIZE, label="star"))
    session.overlays.set_catalogues(others)


def _catalogue(places: Sequence[Place]) -> "Catalogue":
    # small, but only who marks stars needs it
    from viewer.core.catalogue.catalogue import Catalogue

    x, y = np.array(places, float).T
    names = np.array(names_of(len(places)))
    return Catalogue(NAME, {"star": names}, x=x, y=y, origin=ORIGIN, label="star")


def _shown(session: Session) -> Shown | None:
    catalogues = session.overlays.layer.catalogues
    return next((each for each in catalogues if each.catalogue.origin == ORIGIN), None)


class MarkTool(MouseTool):
    """While it is on, a click marks the star that is there, and a click on a mark takes it away.

    Parameters
    ----------
    session : Session
        Whose image and marks they are.

    Attributes
    ----------
    on : bool
        Whether clicks mark stars.
    changed : Signal
        It was turned on or off.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.on = False
        self.changed: Signal[()] = Signal()

    def turn(self, on: bool) -> None:
        """Turn it on or off."""
        if on != self.on:
            self.on = on
            self.changed.emit()

    @property
    def keys(self) -> frozenset[str]:  # type: ignore[override]
        """Esc turns it off."""
        return frozenset(("Esc",)) if self.on else frozenset()

    def key(self, _name: str, _event: PointerEvent | None) -> bool:
        """Turn it off."""
        self.turn(False)
        return True

    def hover(self, _event: PointerEvent) -> str:
        """Show that a click marks something."""
        return "cross" if self.on else ""

    def click(self, event: PointerEvent) -> bool:
        """Mark a star, or take a mark away."""
        picture = self._session.picture
        if not self.on or picture is None:
            return False
        places = list(marked_places(self._session))
        reach = max(SIZE * event.ratio / event.zoom, 2.0)
        near = [i for i, (x, y) in enumerate(places) if np.hypot(x - event.x, y - event.y) <= reach]
        if near:
            del places[near[0]]
            mark(self._session, places)
            return True
        # measuring loads scipy, which the start does without
        from viewer.core.measure.following import followed_star
        from viewer.core.measure.plane import Plane

        try:
            plane = Plane(picture.frame, picture.plane)
            star = followed_star(plane, x=event.x + 1, y=event.y + 1, search=SEARCH)  # type: ignore[arg-type]
        except ViewerError as error:
            self._session.tell("warning", str(error))
            return True
        if star["lost"]:
            where = f"{event.x + 1:.0f}, {event.y + 1:.0f}"
            self._session.tell("warning", f"No star can be marked at {where}: {star['lost']}.")
        else:
            mark(self._session, [*places, (star["x"] - 1, star["y"] - 1)])
        return True
