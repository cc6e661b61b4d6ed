"""Restoring: opens files again and repeats the steps that were not saved when the program was killed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from viewer.core.io.name import FileName
from viewer.core.session.document import Document
from viewer.core.session.recovery import Unsaved
from viewer.core.session.session import Session
from viewer.ui.recovery_bar import steps_text

if TYPE_CHECKING:
    from viewer.core.call import Call


@dataclass
class _Opened:
    """A document that was opened here, and which of its images have got their steps back."""

    document: Document
    hdus: set[int | None] = field(default_factory=set)


class Restoring(QObject):
    """Restores images one after the other.

    Parameters
    ----------
    session : Session
        The state.
    begun : callable
        Called with the work and the document that the steps are done to.
    parent : QObject, optional
        As in Qt.
    """

    def __init__(
        self, session: Session, begun: Callable[[Unsaved, Document], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._begun = begun

    def restore(self, images: list[Unsaved]) -> None:
        """Restore all of these."""
        self._next(images, {})

    def _next(self, waiting: list[Unsaved], opened: dict[Path, _Opened]) -> None:
        """Restore one image after the other."""
        if not waiting:
            return
        image, rest = waiting[0], waiting[1:]

        def go_on() -> None:
            self._next(rest, opened)

        def calls_known(calls: "tuple[Call, ...]") -> None:
            if not image.name or self._is_there(image):
                self._open(image, calls, opened, go_on)
            else:
                go_on()

        def failed(sentence: str) -> None:
            self._session.tell("error", sentence)
            go_on()

        self._session.jobs.start("Reading unsaved work", lambda _progress: _calls(image), calls_known, failed)

    def _is_there(self, image: Unsaved) -> bool:
        """Whether the file can still be opened; what became of it is said."""
        path, tell = FileName.parse(image.name).path, self._session.tell
        became, steps = image.origin(path), steps_text(image.steps)
        if became == "gone":
            tell(
                "warning",
                f"{path.name} is no longer in {path.parent}, so its {steps} cannot be restored now: "
                "they are kept, and offered again at the next start.",
            )
        elif became == "changed":
            tell("warning", f"{path.name} has changed since: its {steps} are done to what it holds now.")
        return became != "gone"

    def _open(
        self,
        image: Unsaved,
        calls: "tuple[Call, ...]",
        opened: dict[Path, _Opened],
        go_on: Callable[[], object],
    ) -> None:
        session = self._session
        before = image.before if image.name else max(image.before, 1)
        if before:
            self._open_new(
                lambda: session.reopen(image.name, calls[:before], image.title),
                lambda document: self._apply(image, document, calls[before:], go_on),
                go_on,
            )
            return
        name = FileName.parse(image.name)
        path, there = name.path, opened.get(name.path)

        def shown(document: Document) -> None:
            if there is None or document is not there.document:
                opened[path] = _Opened(document)
            opened[path].hdus.add(document.hdu)
            self._apply(image, document, calls, go_on)

        if there is not None and name.section is None:
            document, source = there.document, there.document.source
            index = source.default if name.hdu is None else source.find(name.hdu, name.ver)
            # the same image twice was two documents
            if index not in there.hdus:
                session.select(document)
                self._after(
                    lambda: session.select_hdu(index),
                    lambda: document if document.hdu == index else None,
                    shown,
                    go_on,
                )
                return
        self._open_new(lambda: session.open([image.name]), shown, go_on)

    def _open_new(
        self,
        start: Callable[[], object],
        then: Callable[[Document], object],
        failed: Callable[[], object],
    ) -> None:
        """Call `then` with the document that `start` opens."""
        documents = self._session.documents
        known = set(documents)
        self._after(
            start, lambda: next((each for each in documents if each not in known), None), then, failed
        )

    def _apply(
        self, image: Unsaved, document: Document, calls: "tuple[Call, ...]", go_on: Callable[[], object]
    ) -> None:
        self._session.select(document)
        self._session.apply_recipe(calls)
        self._begun(image, document)
        go_on()

    def _after(
        self,
        start: Callable[[], object],
        ready: Callable[[], Document | None],
        then: Callable[[Document], object],
        failed: Callable[[], object],
    ) -> None:
        """Call `then` with what is `ready` when the jobs that `start` begins have ended, else `failed`."""
        jobs = self._session.jobs
        timer = QTimer(self)
        timer.setSingleShot(True)

        def changed() -> None:
            # not at once: the session is in the middle of a change
            timer.start(0)

        def check() -> None:
            document = ready()
            if document is None and any(job in jobs.running for job in mine):
                return
            jobs.changed.disconnect(changed)
            timer.deleteLater()
            if document is None:
                failed()
            else:
                then(document)

        timer.timeout.connect(check)
        before = jobs.running
        jobs.changed.connect(changed)
        start()
        mine = [job for job in jobs.running if job not in before]
        timer.start(0)


def _calls(image: Unsaved) -> "tuple[Call, ...]":
    # the start does without them
    import viewer.core.operations  # noqa: F401 - fills the registry

    return image.calls
