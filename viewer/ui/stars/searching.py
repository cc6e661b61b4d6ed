"""Searching: stars are looked for in a worker; what was found in an image that has changed is dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from viewer.core.frame import Frame
from viewer.core.progress import Progress
from viewer.core.session.document import Document
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session

if TYPE_CHECKING:
    from viewer.core.measure.starlist import StarList
    from viewer.core.script.question import Question

# how often a running search is asked how far it is
LOOK_MS = 100


@dataclass(frozen=True)
class Search:
    """How stars are looked for.

    Attributes
    ----------
    method : str
        ``sep`` or ``teaching``.
    threshold : float
        Of sep: how many times the noise a star stands out; of the teaching method: the part of the range that
        a peak is above.
    separation, aperture : float
        Pixels; 0 lets the method decide.
    """

    method: str = "sep"
    threshold: float = 5.0
    separation: float = 0.0
    aperture: float = 0.0

    @property
    def settings(self) -> dict[str, float]:
        """What is set, by the names that the method has for it."""
        lengths = {"separation": self.separation, "aperture": self.aperture}
        return {"threshold": self.threshold} | {name: value for name, value in lengths.items() if value > 0}


class Searching(QObject):
    """Runs one search at a time.

    Parameters
    ----------
    session : Session
        Its layer gets the stars.
    changed : callable
        Called when a search begins, goes on, or ends.
    parent : QObject
        As in Qt.
    """

    def __init__(self, session: Session, changed: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._changed = changed
        self._job: Job | None = None
        self._document: Document | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether stars of the image that is shown are being looked for."""
        return self._job is not None and self._document is self._session.current

    def start(self, search: Search) -> None:
        """Look for stars in the image that is shown; a search under way is given up."""
        document = self._session.current
        if document is None or document.picture is None:
            return
        self.cancel()
        picture = document.picture
        frame, plane = picture.frame, picture.plane

        def work(progress: Progress) -> "StarList":
            return find_in(frame, plane, search, progress)

        def finished(stars: "StarList") -> None:
            self._end()
            now = document.picture
            if document not in self._session.documents or now is None:
                return
            if now.frame is not frame or now.plane != plane:
                self._session.tell("info", f"{document.name} has changed since: look for its stars again.")
            else:
                self._session.overlays.set_stars(stars, document)
            self._changed()

        def failed(sentence: str) -> None:
            self._end()
            self._session.tell("error", sentence)
            self._changed()

        job = self._session.jobs.start(
            f"Finding stars in {document.name}", work, finished, failed, Priority.REFINE
        )
        # with inline jobs it has ended already
        if job in self._session.jobs.running:
            self._job, self._document = job, document
            self._timer.start()
            self._changed()

    def cancel(self) -> None:
        """Stop looking."""
        if self._job is not None:
            self._job.cancel()
            self._end()
            self._changed()

    def _end(self) -> None:
        self._job = self._document = None
        self._timer.stop()

    def _look(self) -> None:
        if self._job is not None and self._job not in self._session.jobs.running:
            # cancelled elsewhere, in the status line
            self._end()
        self._changed()


def find_in(frame: Frame, plane: tuple[int, ...], search: Search, progress: Progress) -> "StarList":
    """Find the stars of an image, in a worker.

    Parameters
    ----------
    frame : Frame
        The image.
    plane : tuple of int
        Of a cube: the one that is shown.
    search : Search
        How.
    progress : Progress
        Asked whether anybody still waits.
    """
    # sep and astropy: only who looks for stars needs them
    from viewer.core.measure.starlist import find_star_list

    stars = find_star_list(frame, plane, method=search.method, **search.settings)
    progress.report(1.0)
    return stars


def question_of(method: str, settings: dict[str, float], colour: bool) -> "Question":
    """Return a search as a question whose Python can be shown.

    Parameters
    ----------
    method : str
        ``sep`` or ``teaching``.
    settings : dict
        Of the method.
    colour : bool
        The image is a colour picture.
    """
    # as above
    from viewer.core.measure.starcolours import list_colour_stars
    from viewer.core.measure.starlist import method_of
    from viewer.core.script.question import Question

    title = "Stars of the image"
    if colour:
        return Question(list_colour_stars, {"method": method, **settings}, title, whole=True)
    return Question(method_of(method)[0], settings, title)
