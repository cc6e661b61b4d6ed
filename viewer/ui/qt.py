"""The QApplication with everything that has to be set before the first widget."""

import signal
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication, QWidget

from viewer.core.resources import resource
from viewer.core.session.jobs import Jobs
from viewer.ui import theme


class Application(QApplication):
    """The application; on macOS it is told by an event what was double-clicked."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._names: list[str] = []
        self._taker: Callable[[list[str]], object] | None = None

    def take_files(self, taker: Callable[[list[str]], object]) -> None:
        """Have `taker` called with the names of files that the desktop wants opened, also earlier ones."""
        self._taker = taker
        self._hand_on()

    def event(self, event: QEvent | None) -> bool:
        """Take files; events of widgets do not come by here."""
        if event.type() == QEvent.Type.FileOpen:
            self._names.append(event.file() or event.url().toString())
            # several files come as as many events
            QTimer.singleShot(0, self._hand_on)
            return True
        return super().event(event)

    def _hand_on(self) -> None:
        if self._names and self._taker is not None:
            names, self._names = self._names, []
            self._taker(names)


def make_application(arguments: Sequence[str], look: str = "system") -> Application:
    """Return the one QApplication, named and themed."""
    application = Application.instance() or Application(list(arguments))
    application.setApplicationName("skyloupe")
    application.setApplicationDisplayName("Skyloupe")
    application.setDesktopFileName("skyloupe")
    application.setWindowIcon(QIcon(str(resource("icons/skyloupe.svg"))))
    theme.apply(application, look)
    # Ctrl+C in the terminal ends the program as it does any other
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return application


# seconds: of many results at once, those that come later wait until keys and mouse had their turn
AT_ONCE = 0.03


class Waker(QObject):
    """Brings the results of jobs into the main thread: the one crossing between threads."""

    _woken = pyqtSignal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        # not one more event of the same kind: those all come before any input
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._deliver)
        self._woken.connect(self._wake)
        jobs.wake = self._woken.emit
        # what ended before there was an event loop
        self._rest.start(0)

    def _wake(self) -> None:
        if not self._rest.isActive():
            self._deliver()

    def _deliver(self) -> None:
        if self._jobs.deliver(AT_ONCE):
            self._rest.start(0)


def adopt_orphans(owner: QWidget, known: Sequence[QWidget]) -> None:
    """Give every parentless window that is not `known` to `owner`, to end with it.

    pyqtgraph makes menus and a colour dialog for each of its plots that belong to nobody and would
    stay until the program ends.

    Parameters
    ----------
    owner : QWidget
        Under construction; made after `known` was taken from ``QApplication.topLevelWidgets()``.
    known : sequence of QWidget
        What was there before.
    """
    for widget in QApplication.topLevelWidgets():
        if widget is not owner and widget not in known and widget.parent() is None:
            widget.setParent(owner, widget.windowFlags())
