"""Session: the one object that changes state; widgets call its verbs and re-read it."""

import bisect
import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.frame import Frame
from viewer.core.names import shown
from viewer.core.render.colormap import ColorMap
from viewer.core.render.strips import THREADS
from viewer.core.session.display import Display
from viewer.core.session.document import Document, Picture, Place
from viewer.core.session.editing import Editing, take_over
from viewer.core.session.folder import unfolded, without_regions
from viewer.core.session.history import History, Version
from viewer.core.session.jobs import Job, Jobs
from viewer.core.session.loading import Loaded, load, load_hdu
from viewer.core.session.options import ViewOptions
from viewer.core.session.saving import save
from viewer.core.session.settings import Settings, load_settings, save_settings, settings_path
from viewer.core.session.signal import Signal

if TYPE_CHECKING:
    from viewer.core.call import Call, Operand
    from viewer.core.io.writing.options import SaveOptions
    from viewer.core.progress import Progress
    from viewer.core.session.examining import Examining
    from viewer.core.session.fetching import Downloads
    from viewer.core.session.overlays import Overlays
    from viewer.core.session.reviving import Reviving

log = logging.getLogger(__name__)


@dataclass
class _Batch:
    """Files asked for together: their numbers, without those refused, and which one was shown unasked."""

    asked: list[int]
    options: ViewOptions
    shown: Document | None = None


class Session(Display):
    """The open documents, the current one, and every verb that changes them.

    Parameters
    ----------
    jobs : Jobs
        Where long work runs.
    settings : Settings, optional
        Default: those of the settings file.
    options : ViewOptions, optional
        What the command line asked for: applies to every image opened.

    Attributes
    ----------
    documents_changed : Signal
        Documents were opened, closed or renamed.
    current_changed : Signal
        Another document, or none, is the current one.
    image_changed : Signal of Document
        Another HDU, plane or colour mode is shown, or its pixels are drawn from a better copy.
    scale_changed : Signal of Document
        Limits, stretch, colour map, contrast or bias.
    place_changed : Signal of Document
        Zoom, position or orientation.
    history_changed : Signal of Document
        A step was added, taken back or done again, or what is shown was saved.
    details_ready : Signal of Document
        The header is parsed and the WCS built.
    pointer_moved : Signal
        The position under the readout changed.
    settings_changed : Signal
        The user's choices changed.
    told : Signal of str, str
        A level (info, warning, error) and a sentence for the user.
    overlays : Overlays
        What is drawn over the images: regions, stars, catalogues, contours; and which tool the mouse is.
    examining : Examining
        The log of measurements, and what is measured under the pointer.
    region_files : list of pathlib.Path
        Region files that were asked for; whoever draws regions takes them from here.
    region_files_asked : Signal
        Another one was added.
    last_told : deque of tuple of str
        The latest of them: the first file may be refused before there is a window to say so.
    """

    def __init__(
        self, jobs: Jobs, settings: Settings | None = None, options: ViewOptions | None = None
    ) -> None:
        usual = load_settings(settings_path()) if settings is None else settings
        super().__init__(jobs, usual, ViewOptions() if options is None else options)
        self.documents: list[Document] = []
        self.documents_changed: Signal[()] = Signal()
        self.current_changed: Signal[()] = Signal()
        self.history_changed: Signal[Document] = Signal()
        self.details_ready: Signal[Document] = Signal()
        self.settings_changed: Signal[()] = Signal()
        self.region_files: list[Path] = []
        self.region_files_asked: Signal[()] = Signal()
        self._editing = Editing(self)
        self._unsaved_told = False
        self._asked = itertools.count()
        self._opening: dict[Job, str] = {}
        self._wanted_hdu: tuple[Document, int] | None = None

    @cached_property
    def overlays(self) -> "Overlays":
        """What is drawn over the images; the first picture needs none of it."""
        from viewer.core.session.overlays import Overlays

        return Overlays(self)

    @cached_property
    def examining(self) -> "Examining":
        """The log of measurements and what belongs to it; as above."""
        from viewer.core.session.examining import Examining

        return Examining(self)

    @cached_property
    def reviving(self) -> "Reviving":
        """What brings an earlier session back; as above."""
        from viewer.core.session.reviving import Reviving

        return Reviving(self)

    @cached_property
    def downloads(self) -> "Downloads":
        """Where files from the network lie; as above."""
        from viewer.core.session.fetching import Downloads

        return Downloads()

    def is_download(self, path: Path | None) -> bool:
        """Whether a file was downloaded, and will be gone at the end."""
        return "downloads" in self.__dict__ and self.downloads.holds(path)

    @property
    def opening(self) -> bool:
        """Whether a file that was asked for is still being read."""
        running = self.jobs.running
        self._opening = {job: name for job, name in self._opening.items() if job in running}
        return bool(self._opening)

    @property
    def being_opened(self) -> frozenset[str]:
        """The names of files that were asked for and are still being read."""
        return frozenset(self._opening.values()) if self.opening else frozenset()

    # ------------------------------------------------------------------ documents

    def open(self, names: Iterable[str | Path], options: ViewOptions | None = None) -> None:
        """Open files; each appears when it is ready, the first of them becomes current.

        Parameters
        ----------
        names : iterable of str or pathlib.Path
            Paths with or without brackets; a folder stands for the images directly in it. Region files
            wait in `region_files` for an image to be drawn over.
        options : ViewOptions, optional
            How these are to be shown; default: as the session's options say.
        """
        files, sentences = unfolded(names)
        for sentence in sentences:
            self.tell("warning", sentence)
        files, regions = without_regions(files)
        # the first picture of all is made while the program itself is being loaded
        threads = THREADS if self.documents else 1
        batch = _Batch([next(self._asked) for _ in files], options or self.options)
        usual = self.settings.scale
        for asked, text in zip(tuple(batch.asked), files, strict=True):
            job = self.jobs.start(
                f"Opening {Path(text).name}",
                lambda _progress, text=text: load(text, batch.options.hdu, threads, usual),  # type: ignore[misc]
                lambda loaded, text=text, asked=asked: self._opened(text, loaded, asked, batch),  # type: ignore[misc]
                lambda sentence, asked=asked: self._refused(sentence, asked, batch),  # type: ignore[misc]
            )
            self.note_opening(job, text)
        if regions:
            # they belong to an image, which may still be on its way
            self.region_files.extend(regions)
            self.region_files_asked.emit()

    def next_number(self) -> int:
        """Return the place in the list of images of a document that is asked for now."""
        return next(self._asked)

    def note_opening(self, job: Job, name: str = "") -> None:
        """Know a job that opens a document, and the name that it was asked for by."""
        self._opening[job] = name

    def bring_back(self, document: Document, loaded: Loaded) -> None:
        """Add a document of an earlier session, in its place; its picture is as it is to be shown."""
        if loaded.picture is not None:
            self._finishing.opened(loaded.picture, self.picture)
        bisect.insort(self.documents, document, key=lambda other: other.asked)
        self._show(document, loaded)
        self.documents_changed.emit()

    def close(self, document: Document) -> None:
        """Close a document; its neighbour becomes current."""
        position = self.documents.index(document)
        self.documents.remove(document)
        self._finishing.forget(document)
        self._editing.forget(document)
        self.overlays.forget(document)
        self.documents_changed.emit()
        if document is self.current:
            left = self.documents[min(position, len(self.documents) - 1)] if self.documents else None
            self.select(left)

    def select(self, document: Document | None) -> None:
        """Make a document the current one."""
        if document is self.current:
            return
        self.current = document
        self.pointer = None
        self._refine()
        self.current_changed.emit()
        self.pointer_moved.emit()

    def select_next(self, step: int = 1) -> None:
        """Go to the next (or with -1 the previous) document, round the end."""
        if self.documents and self.current is not None:
            position = self.documents.index(self.current) + step
            self.select(self.documents[position % len(self.documents)])

    def select_hdu(self, index: int) -> None:
        """Show another HDU of the current document."""
        document = self.current
        if document is None or index == document.hdu:
            return
        self._wanted_hdu = (document, index)
        if index in document.pictures:
            loaded = Loaded(
                document.source,
                index,
                document.pictures[index],
                problems=document.pictures[index].frame.problems,
            )
            self._show(document, loaded)
            return
        usual, seen = self.settings.scale, document.waiting.get(index)
        plane, colour = ((), None) if seen is None else (seen.plane, seen.colour)
        self.jobs.start(
            f"Opening {document.source.path.name}[{index}]",
            lambda _progress: load_hdu(document.source, index, usual=usual, plane=plane, colour=colour),
            lambda loaded: self._show_if_wanted(document, loaded),
            lambda sentence: self.tell("error", sentence),
        )

    def _show_if_wanted(self, document: Document, loaded: Loaded) -> None:
        # of two quick steps, the second may be ready first
        if self._wanted_hdu == (document, loaded.hdu):
            seen = None if loaded.hdu is None else document.waiting.get(loaded.hdu)
            if loaded.picture is not None and seen is not None:
                self.reviving.dress(loaded.picture, seen)
            elif loaded.picture is not None and document is self.current:
                self._first_look(loaded.picture, self.options)
            self._show(document, loaded)

    def _opened(self, name: str, loaded: Loaded, asked: int, batch: "_Batch") -> None:
        path = loaded.source.path
        fetched = self.is_download(path)
        document = Document(
            loaded.source, shown(Path(name).name), asked, file=None if fetched else path, fetched=fetched
        )
        picture = loaded.picture
        if picture is not None:
            self._first_look(picture, batch.options)
            self._finishing.opened(picture, self.picture)
        bisect.insort(self.documents, document, key=lambda other: other.asked)
        self._show(document, loaded)
        if not fetched:
            self.set_settings(self.settings.remember(str(Path(name).absolute())))
        self.documents_changed.emit()
        if asked == batch.asked[0] or self.current is None:
            batch.shown = document
            self.select(document)

    def _refused(self, sentence: str, asked: int, batch: "_Batch") -> None:
        """Say why, and show the first of the files that can be opened, unless the user looks elsewhere."""
        batch.asked.remove(asked)
        self.tell("error", sentence)
        first = next((each for each in self.documents if batch.asked[:1] == [each.asked]), None)
        if first is not None and self.current in (None, batch.shown):
            batch.shown = first
            self.select(first)

    def _first_look(self, picture: Picture, options: ViewOptions) -> None:
        before = self.picture
        same_kind = before is not None and before.frame.shape == picture.frame.shape
        if options.given:
            picture.scale = options.scale(picture.scale)
            picture.place = Place(zoom=options.zoom)
        elif before is not None and same_kind and self.settings.keep_settings:
            picture.scale, picture.place = before.scale, before.place
        picture.cuts = picture.scale.limits.resolve(picture.sample)

    def _show(self, document: Document, loaded: Loaded) -> None:
        document.hdu, document.picture, document.table = loaded.hdu, loaded.picture, loaded.table
        document.problems = loaded.problems
        if loaded.picture is not None and loaded.hdu is not None:
            document.pictures[loaded.hdu] = loaded.picture
            if loaded.hdu not in document.histories:
                document.histories[loaded.hdu] = History(loaded.picture)
        if document is self.current:
            self.pointer = None
            self._refine()
        self.image_changed.emit(document)

    # ------------------------------------------------------------------ operations

    def apply(self, call: "Call", document: Document | None = None) -> None:
        """Do an operation on the image that a document, by default the current one, shows.

        The result takes the image's place; if that has changed by then, it opens as a new image.
        """
        self._editing.apply(call, self.current if document is None else document)

    def apply_recipe(self, calls: "Iterable[Call]") -> None:
        """Do several operations, one after the other, on the current image."""
        for call in calls:
            self.apply(call)

    def create(self, call: "Call") -> None:
        """Open an image that an operation makes of nothing."""
        self._editing.create(call)

    def split_off(
        self,
        title: str,
        document: Document,
        parts: "Sequence[tuple[Call, str]]",
        colormaps: Sequence[ColorMap] = (),
    ) -> None:
        """Do operations on the image that a document shows, and open what they make as new images.

        Parameters
        ----------
        title : str
            Of the whole work.
        document : Document
            It stays as it is.
        parts : sequence
            The operation for each new image and the name of that, in the order in which they are opened.
        colormaps : sequence of ColorMap
            What the new images are shown with, if not as others.
        """
        self._editing.split_off(title, document, parts, colormaps)

    @property
    def undoable(self) -> str | None:
        """Title of what `undo` takes back: a step on the current image or a change of its regions."""
        step, change = self._last_step(0), self.overlays.last_change()
        return _title(step, change, later=True)

    @property
    def redoable(self) -> str | None:
        """Title of what `redo` does again."""
        step, change = self._last_step(1), self.overlays.next_change()
        return _title(step, change, later=False)

    def undo(self) -> None:
        """Take back what was done last: a step on the current image, or a change of its regions."""
        step, change = self._last_step(0), self.overlays.last_change()
        if change is not None and (step is None or change[1] > step.at):
            self.overlays.undo()
        elif step is not None and self.current is not None and self.current.history is not None:
            self.go_to(self.current.history.position - 1)

    def redo(self) -> None:
        """Do again what was taken back last."""
        step, change = self._last_step(1), self.overlays.next_change()
        if change is not None and (step is None or change[1] < step.at):
            self.overlays.redo()
        elif step is not None and self.current is not None and self.current.history is not None:
            self.go_to(self.current.history.position + 1)

    def _last_step(self, ahead: int) -> Version | None:
        """Return the step on the current image to take back, or the one to do again."""
        history = None if self.current is None else self.current.history
        if history is None or not (history.can_redo if ahead else history.can_undo):
            return None
        return history.versions[history.position + ahead]

    def go_to(self, position: int) -> None:
        """Show the current image as it was after a number of steps."""
        document = self.current
        history = None if document is None else document.history
        if document is not None and history is not None and position != history.position:
            self._editing.go_to(document, history, position)

    def save(
        self,
        document: Document,
        path: Path,
        options: "SaveOptions | None" = None,
        overwrite: bool = False,
        finished: Callable[[], object] | None = None,
    ) -> None:
        """Write the image that a document shows to a file.

        Parameters
        ----------
        document : Document
            Which.
        path : pathlib.Path
            The file; its suffix says what kind it is to be.
        options : SaveOptions, optional
            How.
        overwrite : bool
            The user has agreed that an existing file is lost.
        finished : callable, optional
            Called when it is done.
        """
        save(self, document, path, options, overwrite, finished)

    def operand_of(self, document: Document) -> "Operand":
        """Return how a step names the image that a document shows, to find it again."""
        return self._editing.operand_of(document)

    def finder(self) -> "Callable[[Operand, Progress], Frame]":
        """Return what finds the image that a step names, as things are now, to be called in a worker."""
        return self._editing.finder()

    def find_operand(self, operand: "Operand", progress: "Progress") -> Frame:
        """Return the image that a step names: one that is open, else from its file."""
        return self._editing.finder()(operand, progress)

    def remember_call(self, call: "Call") -> None:
        """Keep the arguments of a call for the next time that its form is shown."""
        others = tuple(text for text in self.settings.remembered if not text.startswith(f"{call.name}("))
        if call.items:
            self.set_settings(replace(self.settings, remembered=(call.text, *others)[:200]))

    def show_version(self, document: Document, hdu: int, picture: Picture) -> None:
        """Show an image as it is after a step, in place of what a document shows of that HDU."""
        before = document.pictures[hdu]
        if picture is not before:
            take_over(picture, before, self.settings.scale)
        document.pictures[hdu] = picture
        if document.hdu != hdu:
            return
        document.picture = picture
        document.problems = tuple(dict.fromkeys((*document.source.problems, *picture.frame.problems)))
        if document is self.current:
            self.pointer = self.pointer if picture.frame.shape == before.frame.shape else None
            self._refine()
        self.image_changed.emit(document)
        self.scale_changed.emit(document)

    def keep_bounds(self) -> None:
        """Keep older versions of all images within the memory that they may take."""
        self._editing.tidy()

    def show_dressed(self, document: Document, hdu: int) -> None:
        """Show scale and place of a picture that were changed as those of an earlier session."""
        if document.hdu == hdu:
            self.scale_changed.emit(document)
            self.place_changed.emit(document)

    def open_new(self, document: Document) -> None:
        """Add a document that was made here, and make it the current one."""
        document.asked = next(self._asked)
        self.documents.append(document)
        if document.picture is not None:
            self._finishing.opened(document.picture, self.picture)
        self.documents_changed.emit()
        self.select(document)
        self.history_changed.emit(document)

    def finish(self) -> None:
        """Remove what was kept on the disk; the session is not used any more."""
        self._editing.close()
        if "downloads" in self.__dict__:
            self.downloads.close()

    # ------------------------------------------------------------------ settings

    def set_settings(self, settings: Settings) -> None:
        """Take over changed settings and save them."""
        if settings == self.settings:
            return
        before, self.settings = self.settings, settings
        upright = settings.honour_row_order != before.honour_row_order
        try:
            save_settings(settings, settings_path(), before)
        except OSError as error:
            log.info("settings were not saved: %s", error)
            if not self._unsaved_told:
                self._unsaved_told = True
                where, why = settings_path().parent, error.strerror or error
                self.tell("warning", f"Settings cannot be kept in {where} ({why}): they hold until the end.")
        self.settings_changed.emit()
        if upright and self.current is not None:
            self.place_changed.emit(self.current)

    def keep_scale(self) -> None:
        """Show new images as the current one is shown; limits set by hand are its own, and are not kept."""
        if self.picture is None:
            return
        scale, kept = self.picture.scale, self.settings
        if scale.limits.mode != "manual":
            kept = replace(kept, limits=str(scale.limits))
        if scale.stretch.parameter is not None:
            kept = replace(kept, stretch_parameter=scale.stretch.parameter)
        colormap = scale.colormap
        kept = replace(
            kept, stretch=scale.stretch.name, colormap=colormap.name, inverted_colours=colormap.inverted
        )
        self.set_settings(kept)
        self.tell("info", f"New images are shown with limits {kept.limits}, {kept.stretch}, {kept.colormap}.")

    # ------------------------------------------------------------------ work behind the picture

    def add_details(self) -> None:
        """Parse the header and build the WCS of the current image, in a worker.

        The view asks for it after the first picture: astropy takes longer to import than all
        the rest of the start.
        """
        document, picture = self.current, self.picture
        if document is None or picture is None or picture.detailed:
            return
        self._finishing.add_details(document, picture, self.details_ready.emit, self.image_changed.emit)


def _title(step: Version | None, change: tuple[str, float] | None, later: bool) -> str | None:
    """Return the title of a step or of a change of regions, whichever was done later (or earlier)."""
    if change is not None and (step is None or (change[1] > step.at) == later):
        return change[0]
    return None if step is None or step.call is None else step.call.operation.title.rstrip("…")
