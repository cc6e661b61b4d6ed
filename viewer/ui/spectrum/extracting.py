"""Extracting: how a spectrum is taken from the image that is shown, and the newest one."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from viewer.core.frame import Frame
from viewer.core.measure.extraction import Along, Extraction
from viewer.core.measure.spectrumfile import Spectrum
from viewer.core.script.question import Question
from viewer.core.session.document import Picture
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session
from viewer.core.session.signal import Signal
from viewer.core.shapes.region import Region
from viewer.ui.spectrum.marks import Marks
from viewer.ui.spectrum.target import of_region, of_slit, proposing, region_of, straightening, taking

if TYPE_CHECKING:
    pass


class Extracting:
    """Takes a spectrum whenever the image, the bands or the region change; the newest state counts.

    Bands are kept for images of the same size, and the calibration for all: that of a lamp serves the stars.

    Parameters
    ----------
    session : Session
        Its current image is looked at, and its jobs do the work.

    Attributes
    ----------
    how : Extraction or None
        How a spectrum is taken from the frame; None for a cube, and until bands have been proposed.
    marks : Marks
        The lines whose wavelengths are known.
    combine : str
        What is made of the pixels of a cube's region: mean, sum or median.
    spectrum : Spectrum or None
        The newest.
    problem : str
        Why there is none.
    told : str
        What was found out about the frame: its trace.
    complaint : str
        What is wrong with what was typed or clicked last.
    changed, taken : Signal
        `how`, the marks or the kind of image have changed; there is another spectrum, or a problem.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.on = False
        self.how: Extraction | None = None
        self.marks = Marks()
        self.combine = "mean"
        self.spectrum: Spectrum | None = None
        self.problem = ""
        self.told = ""
        self.complaint = ""
        self.changed: Signal[()] = Signal()
        self.taken: Signal[()] = Signal()
        self._picture: Picture | None = None
        self._known: dict[tuple[int, int], Extraction] = {}
        self._job: Job | None = None
        self._proposed: tuple[object, object] | None = None
        self._again = False
        self._wires: list[tuple[Signal[Any], Callable[..., object]]] = [
            (session.current_changed, self._look),
            (session.image_changed, self._look),
            (session.overlays.changed, self._region_changed),
            (session.pointer_moved, self._pointer_moved),
        ]

    def start(self) -> None:
        """Follow the session."""
        if not self.on:
            self.on = True
            for signal, slot in self._wires:
                signal.connect(slot)
            self._look()

    def stop(self) -> None:
        """Follow it no more."""
        if self.on:
            self.on = False
            for signal, slot in self._wires:
                signal.disconnect(slot)
            self._picture = None
            self.changed.emit()

    # ------------------------------------------------------------------ what there is

    @property
    def frame(self) -> Frame | None:
        """The image that is shown."""
        return None if self._picture is None else self._picture.frame

    @property
    def is_cube(self) -> bool:
        """Whether the spectrum is that of a region along the planes."""
        frame = self.frame
        return frame is not None and not frame.colour and math.prod(frame.shape[:-2]) > 1

    @property
    def slit_length(self) -> int:
        """Rows or columns that a band can have."""
        if self.frame is None or self.how is None:
            return 1
        height, width = self.frame.image_shape
        return height if self.how.along == "rows" else width

    @property
    def region(self) -> Region | None:
        """The selected region of a cube, else the pixel under the pointer."""
        return None if self.frame is None else region_of(self.session, self.frame)

    @property
    def question(self) -> Question | None:
        """The measurement as a function with its arguments, for its Python."""
        frame, spectrum, picture = self.frame, self.spectrum, self._picture
        if frame is None or spectrum is None or picture is None:
            return None
        if self.is_cube:
            region = self.region
            return None if region is None else of_region(frame, region, self.combine, picture.plane)
        return None if self.how is None else of_slit(frame, self.how, spectrum.axis)

    # ------------------------------------------------------------------ verbs

    def set_how(self, how: Extraction) -> None:
        """Take the spectrum in another way."""
        self.complaint = ""
        if how != self.how:
            self.how = how
            frame = self.frame
            if frame is not None:
                self._known[frame.image_shape] = how
            self.changed.emit()
            self._take()

    def set_combine(self, combine: str) -> None:
        """Combine the pixels of a cube's region in another way."""
        if combine != self.combine:
            self.combine = combine
            self.changed.emit()
            self._take()

    def set_marks(self, marks: Marks) -> None:
        """Calibrate by other lines."""
        self.complaint = ""
        if marks != self.marks:
            self.marks = marks
            self.changed.emit()
            self._take()

    def complain(self, sentence: str) -> None:
        """Say what is wrong with what was typed or clicked."""
        self.complaint = sentence
        self.taken.emit()

    def propose(self, along: Along | None = None) -> None:
        """Find the object of the frame, and put the bands around it; what is made of them stays."""
        picture = self._picture
        if picture is not None and not self.is_cube:
            work = proposing(picture.frame, picture.plane, along, self.how)
            self._find("Looking for the spectrum", work, self._failed, proposed=True)

    def align(self, by: str, order: int = 2) -> None:
        """Straighten the spectrum: ``none``, ``angle`` (found from the trace) or ``trace``.

        Bands that were proposed are drawn closer around the straight spectrum; others stay.
        """
        picture, how = self._picture, self.how
        if picture is None or how is None:
            return
        own = self._proposed == (how.band, how.sky)
        if by == "none":
            self.told = ""
            self.set_how(replace(how, angle=0.0, trace=None))
            return
        work = straightening(picture.frame, picture.plane, how, order if by == "trace" else None, own)
        self._find("Following the trace", work, self._not_traced, proposed=own)

    def _find(
        self,
        title: str,
        work: Callable[[object], tuple[Extraction, str]],
        failed: Callable[[str], object],
        proposed: bool,
    ) -> None:
        """Let a job find out how a spectrum is taken, and take it."""
        picture = self._picture

        def finished(found: tuple[Extraction, str]) -> None:
            if picture is not self._picture:
                return
            how, self.told = found
            if proposed:
                self._proposed = (how.band, how.sky)
            self.set_how(how)
            self.changed.emit()

        self.session.jobs.start(title, work, finished, failed, Priority.REFINE)

    # ------------------------------------------------------------------ following

    def _look(self, *_values: object) -> None:
        picture = self.session.picture
        if picture is not None and (picture.frame.ndim < 2 or picture.frame.colour):
            picture = None
        if picture is self._picture and picture is not None:
            self._take()
            return
        self._picture, self.spectrum = picture, None
        self.problem = self.told = self.complaint = ""
        if picture is None:
            self.how = None
            self.problem = "Open a long-slit frame or a cube: this is neither."
        elif self.is_cube:
            self.how = None
            self._take()
        else:
            self.how = self._known.get(picture.frame.image_shape)
            self._take() if self.how is not None else self.propose()
        self.changed.emit()
        self.taken.emit()

    def _region_changed(self, part: str) -> None:
        if self.is_cube and part in ("regions", "selection", "layer"):
            self._take()

    def _pointer_moved(self) -> None:
        if self.is_cube and (self.region is None or self.region.key == 0):
            self._take()

    def _take(self) -> None:
        """Take the spectrum; while one is being taken, once more after it."""
        # one that was cancelled is not under way any more, and tells nobody
        if self._job is not None and self._job in self.session.jobs.running:
            self._again = True
            return
        picture, how, region = self._picture, self.how, self.region
        if picture is None:
            return
        if self.is_cube and region is None and self.spectrum is None:
            self.problem = "Point at the picture, or draw a region (menu Measure > Regions)."
            self.taken.emit()
        if (region if self.is_cube else how) is None:
            return
        wanted = None if how is None else replace(how, calibration=self.marks.calibration)
        self._job = self.session.jobs.start(
            "Extracting the spectrum",
            taking(picture.frame, picture.plane, wanted, region, self.combine),
            self._finished(picture),
            self._failed,
        )

    def _finished(self, picture: Picture) -> Callable[[Spectrum], None]:
        def finished(spectrum: Spectrum) -> None:
            if self.on and picture is self._picture:
                self.spectrum, self.problem = spectrum, ""
                self.taken.emit()
            self._once_more()

        return finished

    def _failed(self, sentence: str) -> None:
        if self.on:
            self.spectrum, self.problem = None, sentence
            self.taken.emit()
        self._once_more()

    def _not_traced(self, sentence: str) -> None:
        self.complaint = sentence
        self.changed.emit()

    def _once_more(self) -> None:
        if self._again and self.on:
            self._again = False
            self._take()
