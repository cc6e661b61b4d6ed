"""The application: from the command line to a window with the first picture in it."""

import gc
import logging
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.session.folder import apart, images_in
from viewer.core.session.jobs import Jobs
from viewer.core.session.options import ViewOptions
from viewer.core.session.session import Session
from viewer.handover.claim import Claim

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow
    from viewer.ui.qt import Application

log = logging.getLogger(__name__)
# A worker that unpacks or averages an image may keep the interpreter for a whole switch interval
# at a time; a shorter one lets the window be built, and stay live, beside it.
SWITCH_INTERVAL = 0.001
# By then everything is loaded, astropy included.
LOADED_MS = 5000


def run(
    files: Sequence[str],
    options: ViewOptions,
    claim: Claim | None = None,
    restore: str | None = None,
    empty: bool = False,
) -> int:
    """Show files in a window until it is closed.

    The files are opened by the workers while Qt is being loaded.

    Parameters
    ----------
    files : sequence of str
        Paths, with brackets if wanted; of a folder the frames are listed.
    options : ViewOptions
        How every one of them is shown at first.
    claim : Claim, optional
        With it this is the window that gets the files of later starts; without, it looks from time to time
        whether it should be.
    restore : str, optional
        The journal of a window that is to come back, or empty for the last session; default: as the settings
        say.
    empty : bool
        Whatever the settings say, nothing comes back that nobody asked for.

    Returns
    -------
    int
        The exit code.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    # what is loaded now stays: looking through it for garbage again and again costs the start, and later
    # stops the window for 50 ms at a time
    gc.disable()
    session = Session(Jobs(), options=options)
    if claim is not None and not session.settings.single_window:
        # those who start at the same time wait for it
        claim.release()
        claim = None
    files, later = _addresses(files)
    names, folders = apart(files)
    # of a folder the first picture is shown, beside the list
    session.open(names or [image for folder in folders[:1] for image in images_in(folder)[:1]])
    if folders[1:]:
        later, folders = [*later, *map(str, folders)], []
    last = None
    if restore is not None or (session.settings.restore and not files and not empty):
        # a start that brings nothing back does without
        from viewer.core.session.restart import restart

        last = restart(session, restore, front=not files)
    # Qt is loaded only now, so that the first file is read meanwhile; as soon as it is, the session can
    # have its smaller copies made, long before there is a window
    from viewer.ui.qt import make_application

    session.jobs.deliver()
    application = make_application(sys.argv[:1], session.settings.theme)
    from PyQt6.QtCore import QTimer

    from viewer.ui.main_window import MainWindow

    session.jobs.deliver()
    window = MainWindow(session, at_once=False, folder=folders[0] if folders else None, restored=last)
    QTimer.singleShot(LOADED_MS, _collect_from_now_on)
    install_hook(session)
    window.completed.connect(lambda: _receive(application, window, claim))
    if later:
        window.completed.connect(lambda: _arrive(window, later, options))
    application.take_files(lambda names: _open(window, names))
    window.show()
    code = application.exec()
    close(window)
    return code


def _addresses(names: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """Return paths, and the addresses that are among names and have to wait for the window."""
    if not any(":/" in name for name in names):
        return names, []
    # few starts need what knows of them
    from viewer.core.session.arrivals import paths_and_addresses

    return paths_and_addresses(names)


def _arrive(window: "MainWindow", names: list[str], options: ViewOptions) -> None:
    # as above
    from viewer.ui.arriving import arrive

    arrive(window, names, options)


def _receive(application: "Application", window: "MainWindow", claim: Claim | None) -> None:
    # QtNetwork and more: until the window is complete those who hand files over wait
    from viewer.ui.reception import Reception

    reception = Reception(window, claim)
    # at once: a window that ends takes no more files, and what its jobs need to end may be seconds
    application.aboutToQuit.connect(reception.close)


def _open(window: "MainWindow", names: list[str]) -> None:
    # macOS says by an event what was double-clicked; elsewhere it is never loaded for this
    from viewer.ui.arriving import arrive
    from viewer.ui.reception import raise_window

    raise_window(window)
    arrive(window, names)


def _collect_from_now_on() -> None:
    gc.freeze()
    gc.enable()


def close(window: "MainWindow") -> None:
    """End the jobs and take the window apart."""
    window.session.jobs.close()
    window.session.finish()
    sys.excepthook = sys.__excepthook__
    window.deleteLater()


def install_hook(session: Session) -> None:
    """Log a bug and say so once; PyQt would end the program at an exception in a slot."""
    told: set[str] = set()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if isinstance(error, ViewerError):
            # no bug: a file that was cut short or taken away while it is open, for instance
            session.tell("error", str(error))
            return
        log.critical("an error in Skyloupe", exc_info=(kind, error, trace))
        name = f"{kind.__name__}: {error}"
        if name not in told and threading.current_thread() is threading.main_thread():
            told.add(name)
            session.tell(
                "error", f"An error in Skyloupe ({name}); nothing is lost, and the log has the details."
            )

    sys.excepthook = hook
