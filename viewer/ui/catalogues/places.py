"""Places: where the objects of catalogues are in the image that is shown, worked out once."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.session.jobs import Priority
from viewer.core.session.layer import Shown
from viewer.core.session.session import Session
from viewer.core.session.signal import Signal

if TYPE_CHECKING:
    from viewer.core.catalogue.catalogue import Catalogue, Placed

Array = np.ndarray[Any, np.dtype[Any]]
# so few are worked out at once; more take a job
FEW = 2000
MOST_KEPT = 24
# magnitudes from the largest symbol to the smallest
SPAN = 8.0


class Places:
    """Positions of catalogues, kept for each image.

    Parameters
    ----------
    session : Session
        Its jobs do the work.

    Attributes
    ----------
    changed : Signal
        Positions that were asked for are known now.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.changed: Signal[()] = Signal()
        # the catalogue and the image are kept too, so that no other one gets their place in memory
        self._known: dict[tuple[int, int], tuple[Catalogue, Frame, Placed | None]] = {}
        self._asked: set[tuple[int, int]] = set()

    def of(self, catalogue: "Catalogue") -> "Placed | None":
        """Return where objects are in the image that is shown; None if nowhere, or not yet known."""
        picture = self._session.picture
        if picture is None or picture.frame.ndim < 2:
            return None
        frame, plane = picture.frame, picture.plane
        key = (id(catalogue), id(frame))
        if key in self._known:
            return self._known[key][2]
        if key in self._asked:
            return None
        if len(catalogue) <= FEW and "world" in frame.__dict__:
            self._keep(key, catalogue, frame, catalogue.placed(frame.world, frame.image_shape, plane))
            return self._known[key][2]
        self._asked.add(key)

        def finished(placed: "Placed | None") -> None:
            self._asked.discard(key)
            self._keep(key, catalogue, frame, placed)
            self.changed.emit()

        def failed(sentence: str) -> None:
            self._asked.discard(key)
            self._keep(key, catalogue, frame, None)
            self._session.tell("error", sentence)

        self._session.jobs.start(
            f"Placing {catalogue.name}",
            lambda _progress: catalogue.placed(frame.world, frame.image_shape, plane),
            finished,
            failed,
            Priority.DETAILS,
        )
        return self._known[key][2] if key in self._known else None

    def _keep(
        self, key: tuple[int, int], catalogue: "Catalogue", frame: Frame, placed: "Placed | None"
    ) -> None:
        self._known[key] = (catalogue, frame, placed)
        while len(self._known) > MOST_KEPT:
            del self._known[next(iter(self._known))]


@lru_cache(maxsize=8)
def radii_of(shown: Shown) -> Array:
    """Return the radius of each symbol, in pixels of the screen.

    By magnitude, the brightest hundredth has twice the size, and eight magnitudes fainter ones a third of it;
    those of unknown brightness are as small as these.
    """
    count = len(shown.catalogue)
    if not shown.size_by:
        return np.full(count, shown.size)
    catalogue = shown.catalogue
    if shown.size_by in catalogue.columns and shown.size_by != catalogue.flux:
        brightness: Array | None = np.asarray(catalogue.columns[shown.size_by], float)
    else:
        brightness = catalogue.brightness()
    if brightness is None or not np.isfinite(brightness).any():
        return np.full(count, shown.size)
    bright = float(np.nanpercentile(brightness, 1))
    part = np.clip((brightness - bright) / SPAN, 0, 1)
    return np.asarray(shown.size * (2 - 5 / 3 * np.nan_to_num(part, nan=1.0)))
