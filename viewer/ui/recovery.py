"""Recovery: writes down what is open while it is worked on, and brings an earlier session back."""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from PyQt6.QtCore import QObject, QTimer

from viewer.core.errors import ViewerError
from viewer.core.session.document import Document
from viewer.core.session.jobs import Job
from viewer.core.session.journal import Found, Journal, Last, left_behind
from viewer.core.session.remembered import Remembered, Window
from viewer.core.session.restart import NOTHING, latest
from viewer.core.session.snapshot import remembered
from viewer.core.shapes.region import Kind
from viewer.ui.another import start_another
from viewer.ui.recovery_bar import RecoveryBar

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

log = logging.getLogger(__name__)
# steps: soon enough to be there when the program ends, not so soon that each of many is written by itself
WRITE_MS = 200
# how an image is looked at: when the user has let go of it for a moment, or has moved it for some time
LOOK_MS = 2000
LOOK_MOST_MS = 10_000
# what the mouse can be without more having to be set up, beside what draws regions
TOOLS = ("select", "examine", "cut")


class Recovery(QObject):
    """Keeps the journal of this process, and takes over those of processes that are no more.

    Parameters
    ----------
    window : MainWindow
        Its state is kept; an offer appears on top of its picture.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._session = session = window.session
        self._journal = Journal()
        self._found: tuple[Found, ...] = ()
        self._claimed: list[Path] = []
        self._writing: Job | None = None
        self._ever_open = bool(session.documents)
        self._written = self._complained = False
        self._folder = ""
        self.bar: RecoveryBar | None = None
        self._soon, self._looks, self._late = QTimer(self), QTimer(self), QTimer(self)
        for timer, after in ((self._soon, WRITE_MS), (self._looks, LOOK_MS), (self._late, LOOK_MOST_MS)):
            timer.setSingleShot(True)
            timer.setInterval(after)
            timer.timeout.connect(self._write)
        session.history_changed.connect(self._worked)
        session.documents_changed.connect(self._opened)
        session.reviving.changed.connect(self._opened)
        for signal in (session.image_changed, session.scale_changed, session.place_changed):
            signal.connect(self._looked)
        session.current_changed.connect(self._looked)
        session.overlays.changed.connect(self._drawn)
        session.overlays.tool_changed.connect(self._looked)

    def start(self, restored: Last | None = None) -> None:
        """Bring back the rest of what the start has begun with, or look for what an earlier Skyloupe left.

        Parameters
        ----------
        restored : Last, optional
            What is being brought back.
        """
        if restored is not None and restored.windows:
            self._go_on(restored.windows)
            self._session.reviving.go_on()
        elif self._session.documents:
            self._soon.start()
        folder = self._journal.folder
        self._session.jobs.start(
            "Looking for unsaved work", lambda _progress: left_behind(folder), self._offer
        )

    def close(self) -> None:
        """The program ends as it should: what is open is the last session now, and what waits is kept."""
        session, reviving = self._session, self._session.reviving
        for timer in (self._soon, self._looks, self._late):
            timer.stop()
        session.history_changed.disconnect(self._worked)
        session.documents_changed.disconnect(self._opened)
        reviving.changed.disconnect(self._opened)
        for signal in (session.image_changed, session.scale_changed, session.place_changed):
            signal.disconnect(self._looked)
        session.current_changed.disconnect(self._looked)
        session.overlays.changed.disconnect(self._drawn)
        session.overlays.tool_changed.disconnect(self._looked)
        # what is not saved by now was asked about, and is not wanted
        window = _measured(self._snapshot(reviving.on_the_way, True)) if self._ever_open else None
        try:
            self._journal.end(window, Window(reviving.kept, closed=True))
        except OSError as error:
            log.info("the session in %s was not written: %s", self._journal.folder, error)
        else:
            self._forget(tuple(self._claimed))

    # ------------------------------------------------------------------ writing

    def _worked(self, _document: Document) -> None:
        self._soon.start()

    def _opened(self) -> None:
        self._ever_open = self._ever_open or bool(self._session.documents)
        self._soon.start()
        if self._folder and not self._session.reviving.busy:
            # after the images: without any, the first of the folder would be opened
            folder, self._folder = Path(self._folder), ""
            self._session.jobs.start(
                "Looking for the folder",
                lambda _progress: folder.is_dir(),
                lambda there: self._window.show_folder(folder) if there else None,
                waits=True,
            )

    def _drawn(self, part: str) -> None:
        if part == "regions":
            self._soon.start()

    def _looked(self, *_values: object) -> None:
        self._looks.start()
        if not self._late.isActive():
            self._late.start()

    def _snapshot(self, waiting: Sequence[Remembered], discarded: bool = False) -> Window:
        docks = self._window.docks
        folder = None if docks.is_hidden("Folder") else docks.folder.folder
        return replace(
            remembered(self._session, waiting, discarded),
            folder="" if folder is None else str(folder),
            geometry=bytes(self._window.saveGeometry().toBase64()).decode("ascii"),
        )

    def _write(self) -> None:
        # not that it is none: the status line's Cancel ends a job without a word
        if self._writing in self._session.jobs.running:
            # two at once might end in the wrong order
            self._soon.start()
            return
        for timer in (self._soon, self._looks, self._late):
            timer.stop()
        # others may be claimed while this is being written
        reviving, journal, claimed = self._session.reviving, self._journal, tuple(self._claimed)
        window = self._snapshot((*reviving.on_the_way, *reviving.kept))
        if not window.documents and not self._written:
            return
        self._written = True

        def work(_progress: object) -> None:
            try:
                journal.write(_measured(window))
            except OSError as error:
                raise ViewerError(
                    f"Unsaved work cannot be kept in {journal.folder} for the case of a crash "
                    f"({error.strerror or error}): save often."
                ) from error

        def finished(_none: object) -> None:
            self._forget(claimed)

        def failed(sentence: str) -> None:
            log.info(sentence)
            # who only looks at images loses nothing
            if not self._complained and any(each.steps for each in window.documents):
                self._complained = True
                self._session.tell("warning", sentence)

        self._writing = self._session.jobs.start("Keeping the session", work, finished, failed)

    def _forget(self, claimed: Sequence[Path]) -> None:
        """Remove journals of which this process's has what they hold."""
        for path in claimed:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        self._claimed = [path for path in self._claimed if path not in claimed]

    # ------------------------------------------------------------------ the last session

    def restore_last(self) -> None:
        """Bring back what was open when the last windows were closed, or killed."""
        folder = self._journal.folder
        self._session.jobs.start(
            "Looking for the last session", lambda _progress: latest(folder), self._restore
        )

    def _restore(self, last: Last) -> None:
        for sentence in last.problems:
            self._session.tell("warning", sentence)
        if last.windows:
            self._close_bar()
            self._go_on(last.windows)
            self._session.reviving.begin(last.windows[0].window)
        elif not last.problems:
            self._session.tell("info", NOTHING)

    def _go_on(self, windows: Sequence[Found]) -> None:
        """Take over the first window's journal and what belongs to the window; the others get their own."""
        self._found = ()
        first, others = windows[0], windows[1:]
        self._claimed.append(first.path)
        self._folder, overlays = first.window.folder, self._session.overlays
        if overlays.tool == "pan" and first.window.tool in (*TOOLS, *get_args(Kind)):
            overlays.set_tool(first.window.tool)
        for other in others:
            if other.window.closed:
                self._claimed.append(other.path)
                self._session.reviving.begin(other.window, front=False)
            else:
                start_another(self._session, "--new", f"--restore-from={other.path}")
        self._soon.start()

    # ------------------------------------------------------------------ after a crash

    def _offer(self, found: tuple[Found, ...]) -> None:
        found = tuple(each for each in found if each.path not in self._claimed)
        if not found or self.bar is not None:
            return
        # the window that was used last comes first
        order = sorted(range(len(found)), key=lambda n: (found[n].window.closed, -n))
        self._found = tuple(found[n] for n in order)
        self.bar = RecoveryBar(self._found)
        self.bar.restore.clicked.connect(lambda: self._restore(Last(self._found)))
        self.bar.discard.clicked.connect(self._discard)
        self.bar.later.clicked.connect(self._close_bar)
        self._window.centralWidget().layout().insertWidget(0, self.bar)

    def _close_bar(self) -> None:
        if self.bar is not None:
            self._window.centralWidget().layout().removeWidget(self.bar)
            self.bar.deleteLater()
            self.bar = None

    def _discard(self) -> None:
        self._close_bar()
        self._claimed += [each.path for each in self._found]
        self._found = ()
        self._forget(tuple(self._claimed))


def _measured(window: Window) -> Window:
    """Look at the files that have steps."""
    return replace(window, documents=tuple(each.measured() for each in window.documents))
