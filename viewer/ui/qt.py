"""The QApplication with everything that has to be set before the first widget."""

import signal
from collections.abc import Sequence

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication

from viewer.core.resources import resource
from viewer.core.session.jobs import Jobs
from viewer.ui import theme


def make_application(arguments: Sequence[str]) -> QApplication:
    """Return the one QApplication, named and themed."""
    application = QApplication.instance() or QApplication(list(arguments))
    application.setApplicationName("skyloupe")
    application.setApplicationDisplayName("Skyloupe")
    application.setDesktopFileName("skyloupe")
    application.setWindowIcon(QIcon(str(resource("icons/skyloupe.svg"))))
    theme.apply(application)
    # Ctrl+C in the terminal ends the program as it does any other
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return application


class Waker(QObject):
    """Brings the results of jobs into the main thread: the one crossing between threads."""

    _woken = pyqtSignal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._woken.connect(jobs.deliver)
        jobs.wake = self._woken.emit
        # what ended before there was an event loop
        QTimer.singleShot(0, jobs.deliver)
