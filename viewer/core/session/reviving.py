"""Reviving: what an earlier session had open is opened again, as it looked and with what was done to it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.core.progress import Progress
from viewer.core.session.document import Document, Picture
from viewer.core.session.editing import made_document, prepared
from viewer.core.session.history import History
from viewer.core.session.loading import Loaded
from viewer.core.session.remembered import Remembered, Seen, Window, steps_text
from viewer.core.session.repeating import Steps, load_again, present, repeated, root_of, worked
from viewer.core.session.returning import Entry, Gone, dress
from viewer.core.session.signal import Signal

if TYPE_CHECKING:
    from viewer.core.call import Call
    from viewer.core.frame import Frame
    from viewer.core.session.fetching import Downloads
    from viewer.core.session.session import Session


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
        self._entries: list[Entry] = []
        self._kept: list[Remembered] = []
        self._gone = Gone()
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
        entries = [Entry(each, self._session.next_number()) for each in window.documents]
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

    def _open(self, entry: Entry) -> None:
        was, entry.asked = entry.remembered, True
        if was.made:
            self._make(entry)
            return
        usual, downloads = self._session.settings.scale, self._downloads(was)

        def work(progress: Progress) -> tuple[Loaded, str] | None:
            there = present(was, downloads, progress)
            return None if there is None else (load_again(there, usual), there.became())

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

        start = self._session.jobs.start
        self._session.note_opening(
            start(f"Opening {was.title}", work, opened, failed, waits=downloads is not None)
        )

    def _downloads(self, was: Remembered) -> "Downloads | None":
        # what it needs of the network is loaded only for files from there
        return self._session.downloads if was.address else None

    def _opened(self, entry: Entry, loaded: Loaded) -> None:
        was, source = entry.remembered, loaded.source
        document = Document(source, was.called or source.path.name, entry.number, file=source.path)
        for seen in was.images:
            hdu = seen.hdu if seen.hdu < len(source.hdus) else loaded.hdu
            if hdu is not None:
                document.waiting.setdefault(hdu, seen)
        if loaded.picture is not None and loaded.hdu is not None:
            self.dress(loaded.picture, document.waiting.get(loaded.hdu))
        self._enter(entry, document, loaded)

    def _enter(self, entry: Entry, document: Document, loaded: Loaded) -> None:
        session = self._session
        entry.document = document
        session.bring_back(document, loaded)
        # the user may look at something else by now
        if session.current is None or (entry.front and session.current is self._shown):
            session.select(document)
            self._shown = document
        self.changed.emit()

    def _refused(self, entry: Entry, sentence: str) -> None:
        self._session.tell("error", sentence)
        if entry.remembered.steps:
            self._kept.append(entry.remembered)
        self._done(entry)

    def _lost(self, entry: Entry) -> None:
        self._gone.documents.append(entry.remembered)
        if entry.remembered.steps:
            self._kept.append(entry.remembered)
        self._done(entry)

    def _done(self, entry: Entry) -> None:
        if entry in self._entries:
            self._entries.remove(entry)
        if self._gone.documents and not self.on_the_way:
            gone, self._gone = self._gone, Gone()
            self._session.tell("warning", gone.sentence())
        self.changed.emit()

    def dress(self, picture: Picture, seen: Seen | None) -> None:
        """Show a picture as it was seen before; options of the command line are stronger."""
        dress(picture, seen, self._session.options)

    # ------------------------------------------------------------------ steps and regions

    def _finish(self, entry: Entry) -> None:
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

    def _landed(self, entry: Entry, document: Document, done: list[Steps]) -> None:
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
            if each.sentence:
                session.tell("error", each.sentence)
                self._keep(document, seen)
                return
            session.overlays.put_regions(document, hdu, each.regions)
            document.waiting[hdu] = replace(seen, regions=())
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

    def _make(self, entry: Entry) -> None:
        was = entry.remembered
        seen = next(image for image in was.images if image.before)
        usual, find = self._session.settings.scale, self._session.finder()
        downloads = self._downloads(was)

        def work(progress: Progress) -> "tuple[Frame | None, tuple[Call, ...], Steps] | None":
            # operations load scipy and astropy
            from viewer.core.apply import apply_all

            there = present(was, downloads, progress)
            if there is None:
                return None
            calls = seen.parsed_calls(was.title)
            root = root_of(there.path, seen.section) if there.path else None
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

        self._session.jobs.start(
            f"Making {was.title} again", work, finished, failed, waits=downloads is not None
        )
