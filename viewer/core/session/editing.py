"""Editing: operations on the open documents - the work in a worker, and where its result goes."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.frame import Frame
from viewer.core.progress import Progress
from viewer.core.render.colormap import ColorMap
from viewer.core.render.scale import DEFAULT_SCALE, Scale
from viewer.core.session.document import Document, Picture, Place
from viewer.core.session.history import History, Version
from viewer.core.session.jobs import Job
from viewer.core.session.keeping import Keeping
from viewer.core.session.loading import BUILT_AT_ONCE, picture_of, pyramids_of

if TYPE_CHECKING:
    from viewer.core.call import Call, Operand
    from viewer.core.session.session import Session

Find = Callable[["Operand", Progress], Frame]


@dataclass
class _Line:
    """Calls that wait for the one that is being worked on; document by document, in the order asked."""

    waiting: "deque[tuple[History, Call, Find]]" = field(default_factory=deque)
    job: Job | None = None


class Editing:
    """Runs operations, one after the other for each image, and keeps older versions within bounds.

    Parameters
    ----------
    session : Session
        Whose documents they are.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._jobs = session.jobs
        self._lines: dict[int, _Line] = {}
        self._keeping = Keeping(session.jobs)

    # ------------------------------------------------------------------ doing a step

    def apply(self, call: "Call", document: Document | None) -> None:
        """Work on the image that a document shows, after what was asked for before."""
        history = None if document is None else document.history
        if document is None or history is None:
            self._session.tell("warning", "There is no image to work on: open one first.")
            return
        self._session.remember_call(call)
        line = self._lines.setdefault(id(document), _Line())
        if line.job is not None and line.job.progress.cancelled:
            # what was to come after it is not wanted either
            line.waiting.clear()
            line.job = None
        line.waiting.append((history, call, self.finder()))
        if line.job is None:
            self._next(document, line)

    def create(self, call: "Call") -> None:
        """Make an image of nothing."""
        # operations load scipy and astropy
        from viewer.core.apply import apply

        self._session.remember_call(call)
        find, usual = self.finder(), self._session.settings.scale
        self._jobs.start(
            _title(call),
            lambda progress: prepared(apply(call, None, progress, find), usual),
            lambda picture: self._open_new(picture, (call,), None),
            self._complain,
        )

    def split_off(
        self,
        title: str,
        document: Document,
        parts: "Sequence[tuple[Call, str]]",
        colormaps: Sequence[ColorMap],
    ) -> None:
        """Work on the image that a document shows, and open the results as new ones; see the session."""
        history = document.history
        if history is None:
            return
        # as above
        from viewer.core.apply import apply

        frame, calls, root, find = history.shown.frame, history.calls, history.origin_frame, self.finder()
        usual = self._session.settings.scale

        def work(progress: Progress) -> list[Picture]:
            # one job, not one for each: they would end in any order
            return [prepared(apply(call, frame, find=find), usual) for call, _name in progress.each(parts)]

        def finished(pictures: list[Picture]) -> None:
            for picture, colormap in zip(pictures, colormaps, strict=False):
                picture.scale = replace(picture.scale, colormap=colormap)
            for picture, (call, name) in zip(pictures, parts, strict=True):
                self._open_new(picture, (*calls, call), root, name)

        self._jobs.start(title, work, finished, self._complain)

    def _next(self, document: Document, line: _Line) -> None:
        line.job = None
        if not line.waiting:
            return
        history, call, find = line.waiting.popleft()
        version, usual = history.shown, self._session.settings.scale

        # operations load scipy and astropy
        from viewer.core.apply import apply

        def work(progress: Progress) -> Picture:
            return prepared(apply(call, version.frame, progress, find), usual)

        def finished(picture: Picture) -> None:
            self._landed(document, history, version, picture, call)
            self._next(document, line)

        def failed(sentence: str) -> None:
            line.waiting.clear()
            line.job = None
            self._complain(sentence)

        job = self._jobs.start(_title(call), work, finished, failed)
        # a job that is run at once has ended by now, and the next one may have begun
        if job in self._jobs.running:
            line.job = job

    def _landed(
        self, document: Document, history: History, version: Version, picture: Picture, call: "Call"
    ) -> None:
        session = self._session
        for sentence in picture.frame.problems:
            if sentence not in version.frame.problems:
                session.tell("warning", sentence)
        if document not in session.documents or history.shown is not version:
            where = next((n for n, each in enumerate(history.versions) if each is version), history.position)
            self._open_new(picture, (*history.calls_to(where), call), history.origin_frame)
            session.tell("info", f"{document.name} has changed meanwhile: the result is a new image.")
            return
        history.add(picture, call)
        session.show_version(document, _hdu_of(document, history), picture)
        session.history_changed.emit(document)
        self.tidy()

    def _open_new(
        self, picture: Picture, calls: "tuple[Call, ...]", root: Frame | None, name: str = ""
    ) -> None:
        """Open an image that is in no file."""
        stem = "" if root is None else f"{root.name.partition('.')[0]}_"
        name = name or f"{stem}{calls[-1].name}.fits"
        self._session.open_new(made_document(picture, calls, root, name))

    # ------------------------------------------------------------------ other images

    def operand_of(self, document: Document) -> "Operand":
        """Return how a step names the image that a document shows."""
        # as above
        from viewer.core.call import Operand

        history = document.history
        if history is None:
            return Operand(str(document.source.path))
        root = history.origin_frame
        return Operand("" if root is None else root.full_name, history.calls)

    def finder(self) -> Find:
        """Return what finds the image that a step names; it may be called in a worker."""
        known = {
            self.operand_of(document): document.picture.frame
            for document in self._session.documents
            if document.picture is not None
        }

        def find(operand: "Operand", progress: Progress) -> Frame:
            # as above
            from viewer.core.apply import read_operand

            return known[operand] if operand in known else read_operand(operand, progress)

        return find

    # ------------------------------------------------------------------ back and forth

    def go_to(self, document: Document, history: History, position: int) -> None:
        """Show an image as it was after a number of steps."""
        history.go_to(position)
        self._session.history_changed.emit(document)
        version = history.shown

        def shown(picture: Picture) -> None:
            version.picture = picture
            if history.shown is version and document in self._session.documents:
                self._session.show_version(document, _hdu_of(document, history), picture)

        if version.picture is not None:
            shown(version.picture)
            return
        derived, usual = version.call is not None, self._session.settings.scale
        self._jobs.start(
            "Showing an earlier step",
            lambda _progress: prepared(version.frame, usual, derived),
            shown,
            self._complain,
        )

    def forget(self, document: Document) -> None:
        """A document is closed: what was asked for it is not done."""
        line = self._lines.pop(id(document), None)
        if line is not None:
            line.waiting.clear()

    def tidy(self) -> None:
        """Move older versions to the disk if they take too much memory."""
        self._keeping.tidy(self._session)

    def close(self) -> None:
        """Remove what was kept on the disk."""
        self._keeping.close()

    def _complain(self, sentence: str) -> None:
        self._session.tell("error", sentence)


def made_document(picture: Picture, calls: "tuple[Call, ...]", root: Frame | None, name: str) -> Document:
    """Return a new document with an image that is in no file.

    Parameters
    ----------
    picture : Picture
        The image.
    calls : tuple of Call
        What made it.
    root : Frame or None
        The image of a file that these began with.
    name : str
        What it is called.
    """
    # only images that were made here need it
    from viewer.core.io.memory import MemorySource

    frame = picture.frame
    picture.frame = frame.derive(name=name, path=None if root is None else frame.path)
    folder = Path.cwd() if root is None or root.path is None else root.path.absolute().parent
    document = Document(MemorySource(picture.frame, folder), name, hdu=0, picture=picture)
    document.pictures[0] = picture
    document.histories[0] = History(picture, calls, root, saved=False)
    return document


def take_over(picture: Picture, before: Picture, usual: Scale) -> None:
    """Show a new version as the one before was shown: limits, colours, place."""
    picture.scale = before.scale
    limits, sample = before.scale.limits, picture.sample
    if limits.mode == "manual" and not sample.all_missing:
        # limits set by hand that all values have left would show nothing
        low, high = limits.resolve(sample)
        if high <= sample.minimum or low >= sample.maximum:
            picture.scale = replace(before.scale, limits=Scale.first(sample, usual).limits)
    if picture.colour == before.colour:
        picture.cuts = picture.scale.limits.resolve(picture.sample)
    same_planes = picture.frame.shape[:-2] == before.frame.shape[:-2] and not picture.colour
    if same_planes and not before.colour and picture.plane != before.plane:
        picture.plane = before.plane
        picture.pyramids = pyramids_of(picture.frame, picture.plane, colour=False)
    if picture.frame.shape == before.frame.shape:
        picture.place = before.place
    else:
        picture.place = Place(orientation=before.place.orientation)


def _hdu_of(document: Document, history: History) -> int:
    return next(hdu for hdu, each in document.histories.items() if each is history)


def prepared(frame: Frame, usual: Scale = DEFAULT_SCALE, derived: bool = True) -> Picture:
    """Prepare an image that was made here for display, small ones with all that the screen needs."""
    picture = replace(picture_of(frame, usual=usual), derived=derived)
    height, width = frame.image_shape
    if height * width * len(picture.pyramids) <= BUILT_AT_ONCE:
        for pyramid in picture.pyramids:
            pyramid.build()
        picture.know_extremes()
    return picture


def _title(call: "Call") -> str:
    return call.operation.title.rstrip("…")
