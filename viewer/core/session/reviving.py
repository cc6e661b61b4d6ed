"""Reviving: what an earlier session had open is opened again, as it looked and with what was done to it."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.progress import Progress
from viewer.core.session.document import Document, Picture, Place
from viewer.core.session.editing import made_document, prepared
from viewer.core.session.history import History
from viewer.core.session.loading import Loaded
from viewer.core.session.remembered import Remembered, Seen, Window, listed, steps_text
from viewer.core.session.repeating import Steps, load_again, repeated, root_of, worked
from viewer.core.session.signal import Signal

if TYPE_CHECKING:
    from viewer.core.call import Call
    from viewer.core.frame import Frame
    from viewer.core.session.session import Session


@dataclass(eq=False)
class _Entry:
    """A document on its way back.

    Attributes
    ----------
    remembered : Remembered
        What it was.
    number : int
        Its place among the others.
    front : bool
        It is to be shown.
    asked : bool
        It is being opened.
    whole : bool
        Its steps and regions are to come as soon as it is open.
    document : Document or None
        When it is open.
    """

    remembered: Remembered
    number: int
    front: bool = False
    asked: bool = False
    whole: bool = True
    document: Document | None = None


@dataclass
class _Gone:
    """Files that are no longer there."""

    documents: list[Remembered] = field(default_factory=list)

    def sentence(self) -> str:
        """Say so of all of them at once."""
        names = list(dict.fromkeys(Path(each.path).name for each in self.documents))
        there = "is no longer where it was" if len(names) == 1 else "are no longer where they were"
        text = f"{listed(names)} {there}"
        steps = sum(each.steps for each in self.documents)
        if not steps:
            return f"{text}: {'it is' if len(names) == 1 else 'they are'} not restored."
        were = "was" if steps == 1 else "were"
        return (
            f"{text}: {steps_text(steps)} that {were} not saved cannot be repeated now, but are kept and "
            "offered again at the next start."
        )


class Reviving:
    """Opens again what was open; the image that was shown comes first.

    Parameters
    ----------
    session : Session
        Where to.

    Attributes
    ----------
    changed : Signal
        Something has come back, or cannot.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._entries: list[_Entry] = []
        self._kept: list[Remembered] = []
        self._gone = _Gone()
        self._shown: Document | None = None
        self.changed: Signal[()] = Signal()

    @property
    def on_the_way(self) -> tuple[Remembered, ...]:
        """What is not open yet."""
        return tuple(entry.remembered for entry in self._entries if entry.document is None)

    @property
    def kept(self) -> tuple[Remembered, ...]:
        """Steps that no file holds and that cannot be done to an image now."""
        return tuple(self._kept)

    @property
    def busy(self) -> bool:
        """Whether something is still on its way."""
        return bool(self._entries)

    def begin(self, window: Window, front: bool = True, all_at_once: bool = True) -> None:
        """Bring a window's documents back.

        Parameters
        ----------
        window : Window
            What was open.
        front : bool
            Show the document that was shown.
        all_at_once : bool
            False opens this one only, and the others when `go_on` is called: the first picture need not wait
            for them.
        """
        entries = [_Entry(each, self._session.next_number()) for each in window.documents]
        self._entries += entries
        if entries and front:
            entries[window.current or 0].front = True
            self._shown = self._session.current
        for entry in sorted(entries, key=lambda each: not each.front):
            entry.whole = all_at_once
            if all_at_once or (entry.front and not entry.remembered.made):
                self._open(entry)

    def go_on(self) -> None:
        """Open the rest of what `begin` was asked for, and do what the first picture did not need."""
        for entry in tuple(self._entries):
            entry.whole = True
            if entry.document is not None:
                self._finish(entry)
            elif not entry.asked:
                self._open(entry)

    # ------------------------------------------------------------------ opening

    def _open(self, entry: _Entry) -> None:
        was, entry.asked = entry.remembered, True
        if was.made:
            self._make(entry)
            return
        usual = self._session.settings.scale

        def work(_progress: Progress) -> tuple[Loaded, str] | None:
            became = was.became()
            return None if became == "gone" else (load_again(was, usual), became)

        def opened(found: tuple[Loaded, str] | None) -> None:
            if found is None:
                self._lost(entry)
                return
            loaded, became = found
            if became == "changed" and was.steps:
                self._session.tell(
                    "warning",
                    f"{was.title} has changed since: its {steps_text(was.steps)} "
                    f"{'is' if was.steps == 1 else 'are'} done to what it holds now.",
                )
            self._opened(entry, loaded)
            if entry.whole:
                self._finish(entry)

        def failed(sentence: str) -> None:
            self._refused(entry, sentence)

        self._session.note_opening(self._session.jobs.start(f"Opening {was.title}", work, opened, failed))

    def _opened(self, entry: _Entry, loaded: Loaded) -> None:
        was, source = entry.remembered, loaded.source
        document = Document(source, was.called or source.path.name, entry.number, file=source.path)
        for seen in was.images:
            hdu = seen.hdu if seen.hdu < len(source.hdus) else loaded.hdu
            if hdu is not None:
                document.waiting.setdefault(hdu, seen)
        if loaded.picture is not None and loaded.hdu is not None:
            self.dress(loaded.picture, document.waiting.get(loaded.hdu))
        self._enter(entry, document, loaded)

    def _enter(self, entry: _Entry, document: Document, loaded: Loaded) -> None:
        session = self._session
        entry.document = document
        session.bring_back(document, loaded)
        # the user may look at something else by now
        if session.current is None or (entry.front and session.current is self._shown):
            session.select(document)
            self._shown = document
        self.changed.emit()

    def _refused(self, entry: _Entry, sentence: str) -> None:
        self._session.tell("error", sentence)
        if entry.remembered.steps:
            self._kept.append(entry.remembered)
        self._done(entry)

    def _lost(self, entry: _Entry) -> None:
        self._gone.documents.append(entry.remembered)
        if entry.remembered.steps:
            self._kept.append(entry.remembered)
        self._done(entry)

    def _done(self, entry: _Entry) -> None:
        if entry in self._entries:
            self._entries.remove(entry)
        if self._gone.documents and not self.on_the_way:
            gone, self._gone = self._gone, _Gone()
            self._session.tell("warning", gone.sentence())
        self.changed.emit()

    def dress(self, picture: Picture, seen: Seen | None) -> None:
        """Show a picture as it was seen before; options of the command line are stronger."""
        if seen is not None:
            if seen.scale is not None:
                picture.scale = seen.scale
            height, width = picture.frame.image_shape
            center = seen.place.center
            if center is not None:
                inside = -0.5 <= center[0] <= width - 0.5 and -0.5 <= center[1] <= height - 0.5
                center = center if inside else None
            picture.place = replace(seen.place, center=center)
        options = self._session.options
        if options.given:
            picture.scale = options.scale(picture.scale)
            picture.place = Place(zoom=options.zoom)
        picture.cuts = picture.scale.limits.resolve(picture.sample)

    # ------------------------------------------------------------------ steps and regions

    def _finish(self, entry: _Entry) -> None:
        """Repeat what was done to the images of a document that is open, and draw its regions."""
        document = entry.document
        if document is None or document not in self._session.documents:
            self._done(entry)
            return
        todo = []
        for hdu, seen in document.waiting.items():
            if seen.steps or seen.regions:
                history = document.histories.get(hdu)
                todo.append(Steps(seen, hdu, None if history is None else history.versions[0].frame))
        if not todo:
            self._landed(entry, document, [])
            return
        usual, find, source, title = (
            self._session.settings.scale,
            self._session.finder(),
            document.source,
            document.name,
        )

        def work(progress: Progress) -> list[Steps]:
            return [repeated(each, source, title, usual, find, progress) for each in progress.each(todo)]

        self._session.jobs.start(
            f"Restoring {title}",
            work,
            lambda done: self._landed(entry, document, done),
            lambda sentence: self._refused(entry, sentence),
        )

    def _landed(self, entry: _Entry, document: Document, done: list[Steps]) -> None:
        session = self._session
        for each in done:
            self._land(document, each)
        if document.hdu is not None and document.hdu in document.pictures:
            document.waiting.pop(document.hdu, None)
        self._done(entry)
        if done and document in session.documents:
            session.keep_bounds()
            session.history_changed.emit(document)

    def _land(self, document: Document, each: Steps) -> None:
        session, hdu, seen = self._session, each.hdu, each.seen
        if document not in session.documents:
            return
        if each.opened is not None and hdu not in document.pictures:
            self.dress(each.opened, seen)
            document.pictures[hdu] = each.opened
            document.histories[hdu] = History(each.opened)
        history = document.histories.get(hdu)
        if history is None:
            session.overlays.put_regions(document, hdu, each.regions)
            return
        if seen.steps and len(history.versions) > 1:
            session.tell("warning", f"{document.name} has changed meanwhile: its earlier steps wait.")
            self._keep(document, seen)
            return
        for version in each.versions:
            if version.picture is not None and version.call is not None:
                history.add(version.picture, version.call)
        shown = history.shown.picture
        if each.versions and shown is not None:
            session.show_version(document, hdu, shown)
            self.dress(shown, seen)
            session.show_dressed(document, hdu)
        session.overlays.put_regions(document, hdu, each.regions)
        document.waiting.pop(hdu, None)
        if each.sentence:
            session.tell("error", each.sentence)
            self._keep(document, seen)

    def _keep(self, document: Document, seen: Seen) -> None:
        path = document.source.path
        self._kept.append(Remembered(str(path.absolute()), document.name, seen.hdu, images=(seen,)))
        document.waiting.pop(seen.hdu, None)

    # ------------------------------------------------------------------ images that no file held

    def _make(self, entry: _Entry) -> None:
        was = entry.remembered
        seen = next(image for image in was.images if image.before)
        usual, find = self._session.settings.scale, self._session.finder()

        def work(progress: Progress) -> "tuple[Frame | None, tuple[Call, ...], Steps] | None":
            # operations load scipy and astropy
            from viewer.core.apply import apply_all

            if was.path and was.became() == "gone":
                return None
            calls = seen.parsed_calls(was.title)
            root = root_of(was.path, seen.section) if was.path else None
            made = prepared(apply_all(calls[: seen.before], root, progress, find), usual)
            rest = Steps(seen, 0, made.frame, made)
            return root, calls[: seen.before], worked(rest, calls[seen.before :], usual, find, progress)

        def finished(found: "tuple[Frame | None, tuple[Call, ...], Steps] | None") -> None:
            if found is None or found[2].opened is None:
                self._lost(entry)
                return
            root, calls, steps = found
            name = was.called or f"{calls[-1].name}.fits"
            document = made_document(found[2].opened, calls, root, name)
            document.asked = entry.number
            picture = found[2].opened
            self.dress(picture, seen)
            self._enter(entry, document, Loaded(document.source, 0, picture))
            self._landed(entry, document, [replace(steps, opened=None)])

        def failed(sentence: str) -> None:
            self._refused(entry, sentence)

        self._session.jobs.start(f"Making {was.title} again", work, finished, failed)
