"""Examining: what was measured in the pictures, in the order asked, and what follows the pointer."""

import math
import weakref
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from viewer.core.frame import Frame
from viewer.core.progress import Progress
from viewer.core.session.answer import Answer
from viewer.core.session.asking import KINDS, Choices, answer_of
from viewer.core.session.document import Document
from viewer.core.session.newest import Newest
from viewer.core.session.signal import Signal

if TYPE_CHECKING:
    from viewer.core.session.session import Session

# what can follow the pointer
LIVE = ("photometer", "row", "column")
_MOST_ANSWERS = 5000


class Examining:
    """The log of measurements, how they are made, and what is measured under the pointer.

    Parameters
    ----------
    session : Session
        Whose images are measured.

    Attributes
    ----------
    choices : Choices
        How.
    answers : list of Answer
        The log, oldest first.
    shown : Answer or None
        The one that the panel shows.
    follows : str
        What is measured under the pointer, one of `LIVE`, or nothing.
    live : Answer or None
        The newest of that.
    line : tuple or None
        Both ends of the cut in the current image, 0-based.
    later : callable
        Called when the pointer has moved: sees to it that `measure_pointer` is called, now or soon.
    answered : Signal of Answer
        Another answer is in the log.
    cleared : Signal
        The log is empty.
    shown_changed, live_changed, choices_changed, line_changed : Signal
        These have changed.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.choices = _remembered(session.settings.examine)
        self.answers: list[Answer] = []
        self.shown: Answer | None = None
        self.follows = ""
        self.live: Answer | None = None
        self.line: tuple[tuple[float, float], tuple[float, float]] | None = None
        self.later: Callable[[], object] = self.measure_pointer
        self.answered: Signal[Answer] = Signal()
        self.cleared: Signal[()] = Signal()
        self.shown_changed: Signal[()] = Signal()
        self.live_changed: Signal[()] = Signal()
        self.choices_changed: Signal[()] = Signal()
        self.line_changed: Signal[()] = Signal()
        self._newest = Newest(session.jobs)
        self._count = 0
        self._line_frame: Callable[[], Frame | None] = lambda: None
        session.pointer_moved.connect(self._pointer_moved)
        session.current_changed.connect(self._another_image)
        session.image_changed.connect(self._image_changed)

    # ------------------------------------------------------------------ asking

    def ask(
        self,
        kind: str,
        x: float,
        y: float,
        end: tuple[float, float] | None = None,
        side: int | None = None,
    ) -> None:
        """Measure at a place of the image that is shown, and put the answer into the log.

        Parameters
        ----------
        kind : str
            One of `KINDS`.
        x, y : float
            Where, 0-based.
        end : tuple of float, optional
            The other end of a cut.
        side : int, optional
            Of the cut-out, in pixels, if not as the choices say.
        """
        work = self._work(kind, x, y, end, side)
        if work is not None:
            self._session.jobs.start(
                KINDS[kind], work, self._answered, lambda sentence: self._session.tell("error", sentence)
            )

    def repeat(self) -> None:
        """Measure what is shown again, as the choices are now."""
        shown = self.shown
        if shown is not None and shown.belongs_to(self._session.picture):
            self.ask(shown.kind, shown.x, shown.y, shown.end)

    def show(self, answer: Answer | None) -> None:
        """Show an answer of the log again."""
        if answer is not self.shown:
            self.shown = answer
            self.shown_changed.emit()

    def remove(self, numbers: "set[int]") -> None:
        """Take answers out of the log."""
        self.answers = [answer for answer in self.answers if answer.number not in numbers]
        self.cleared.emit()
        if self.shown is not None and self.shown.number in numbers:
            self.show(None)

    def clear(self) -> None:
        """Empty the log."""
        self.answers = []
        self.cleared.emit()
        self.show(None)

    def set_choices(self, choices: Choices) -> None:
        """Measure in another way from now on, and at the next start of the program."""
        if choices != self.choices:
            self.choices = choices
            settings = replace(self._session.settings, examine=_texts(choices))
            self._session.set_settings(settings)
            self.choices_changed.emit()

    # ------------------------------------------------------------------ what follows the mouse

    def follow(self, kind: str) -> None:
        """Measure under the pointer, wherever it goes; an empty kind ends that."""
        if kind != self.follows:
            self.follows = kind
            self._newest.drop()
            self._set_live(None)
            self.choices_changed.emit()
            self._pointer_moved()

    def set_line(
        self, ends: tuple[tuple[float, float], tuple[float, float]] | None, settled: bool = True
    ) -> None:
        """Cut through the image along a line.

        Parameters
        ----------
        ends : tuple
            Both ends, 0-based; None removes the line.
        settled : bool
            False while the mouse drags it: the values are shown, but not put into the log.
        """
        moved, picture = ends != self.line, self._session.picture
        self.line = ends
        if picture is not None:
            self._line_frame = weakref.ref(picture.frame)
        if moved:
            self.line_changed.emit()
        if ends is None or math.dist(*ends) == 0:
            return
        if settled:
            self._newest.drop()
            self._set_live(None)
            self.ask("cut", *ends[0], end=ends[1])
        elif moved:
            self._ask_live("cut", *ends[0], end=ends[1])

    def measure_pointer(self) -> None:
        """Measure what is under the pointer now; newer requests take the place of those that wait."""
        pointer, picture = self._session.pointer, self._session.picture
        if not self.follows:
            return
        if pointer is None or picture is None or not _inside(pointer, picture.frame.image_shape):
            self._newest.drop()
            self._set_live(None)
        else:
            self._ask_live(self.follows, *pointer)

    def _pointer_moved(self) -> None:
        if self.follows:
            self.later()

    def _ask_live(self, kind: str, x: float, y: float, end: tuple[float, float] | None = None) -> None:
        work = self._work(kind, x, y, end, live=True)
        if work is not None:
            self._newest.ask(KINDS[kind], work, self._set_live, lambda _sentence: self._set_live(None))

    def _set_live(self, answer: Answer | None) -> None:
        if answer is not None and not answer.belongs_to(self._session.picture):
            return
        if answer is not None or self.live is not None:
            self.live = answer
            self.live_changed.emit()

    # ------------------------------------------------------------------ how it is done

    def _work(
        self,
        kind: str,
        x: float,
        y: float,
        end: tuple[float, float] | None,
        side: int | None = None,
        live: bool = False,
    ) -> Callable[[Progress], Answer] | None:
        """Return what a worker does to answer; it gets frozen values only."""
        document, picture, choices = self._session.current, self._session.picture, self.choices
        if document is None or picture is None or picture.frame.ndim < 2:
            return None
        if side is not None:
            choices = replace(choices, box=side)
        frame, plane, cards, name = picture.frame, picture.plane, document.cards, document.name
        references = weakref.ref(document), weakref.ref(frame)

        def work(_progress: Progress) -> Answer:
            # what measures is loaded by who does
            from viewer.core.measure.plane import Plane

            question, result, star = answer_of(kind, Plane(frame, plane), x, y, choices, cards, end)
            place, facts = (x, y, end), (_unit(frame), plane)
            answer = Answer(0, kind, name, *place, question, result, star, *facts, *references)
            # the sky is not asked for many times a second
            return answer if live else _with_sky(answer, frame)

        return work

    def _answered(self, answer: Answer) -> None:
        self._count += 1
        answer = replace(answer, number=self._count)
        self.answers.append(answer)
        del self.answers[:-_MOST_ANSWERS]
        self.shown = answer
        self.answered.emit(answer)
        self.shown_changed.emit()

    def _another_image(self) -> None:
        self._newest.drop()
        self._set_live(None)
        if self.line is not None:
            self.line = None
            self.line_changed.emit()

    def _image_changed(self, document: Document) -> None:
        if document is not self._session.current:
            return
        if self.live is not None and not self.live.belongs_to(document.picture):
            self._set_live(None)
        frame = None if document.picture is None else document.picture.frame
        if self.line is not None and self._line_frame() is not frame:
            # its pixels are elsewhere now
            self.set_line(None)


def _with_sky(answer: Answer, frame: Frame) -> Answer:
    lon, lat = frame.world.skies(*answer.place, plane=answer.plane)
    scale = frame.world.pixel_scale
    return replace(answer, ra=float(lon[0]), dec=float(lat[0]), scale=math.nan if scale is None else scale)


def _unit(frame: Frame) -> str:
    """Return the unit of the values; whole numbers without one are counts of a detector."""
    return frame.unit or ("counts" if frame.pixels.dtype.kind in "iu" else "")


def _inside(pointer: tuple[float, float], shape: tuple[int, int]) -> bool:
    return -0.5 <= pointer[0] < shape[1] - 0.5 and -0.5 <= pointer[1] < shape[0] - 0.5


def _texts(choices: Choices) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in asdict(choices).items() if value is not None)


def _remembered(texts: tuple[str, ...]) -> Choices:
    """Return the choices of the last time; what makes no sense is left out."""
    found: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name in asdict(Choices()):
            try:
                number = float(value)
            except ValueError:
                continue
            if math.isfinite(number) and (number > 0 or name == "zero_point"):
                found[name] = max(1, int(number)) if name in ("width", "box") else number
    return Choices(**found)
