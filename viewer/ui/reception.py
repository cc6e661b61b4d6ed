"""Reception: makes this window the one that gets the files of later starts, while that is wanted."""

import logging
import os
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QWidget

from viewer.core.errors import ViewerError
from viewer.core.session.options import ViewOptions
from viewer.handover.claim import Claim, claim
from viewer.handover.place import NoPlace, find_place
from viewer.handover.request import Request
from viewer.ui.arriving import arrive
from viewer.ui.listening import Listening

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

log = logging.getLogger(__name__)
# the window that listened may have ended: soon another does
LOOK_MS = 2000
# by then the X server has answered
FRESH_MS = 20


class Reception(QObject):
    """Listens if nobody else does, and the settings ask for one window.

    Parameters
    ----------
    window : MainWindow
        Gets the files; owns this.
    first : Claim, optional
        What the start of the program brought.
    """

    def __init__(self, window: "MainWindow", first: Claim | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._listening: Listening | None = None
        if first is not None and window.session.settings.single_window:
            self._listen(first)
        elif first is not None:
            first.release()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        window.session.settings_changed.connect(self.look)

    @property
    def listens(self) -> bool:
        """Whether later starts reach this window."""
        return self._listening is not None

    def look(self) -> None:
        """Listen, or stop, as things are now."""
        wanted = self._window.session.settings.single_window
        if self._listening is not None and not (wanted and self._listening.claim.held):
            self._stop()
        if wanted and self._listening is None:
            try:
                # the window waits for nobody
                taken = claim(find_place(), patience=0)
            except NoPlace as error:
                log.debug("files cannot be handed over to this window: %s", error)
                return
            if taken is not None:
                self._listen(taken)

    def close(self) -> None:
        """The window ends: who comes now starts another."""
        self._timer.stop()
        self._window.session.settings_changed.disconnect(self.look)
        self._stop()

    def _listen(self, taken: Claim) -> None:
        self._listening = Listening(taken, self._receive, self)

    def _stop(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening.deleteLater()
            self._listening = None

    def _receive(self, request: Request) -> None:
        """Do what somebody asks for who handed files over."""
        raise_window(self._window, request.token)
        try:
            options = ViewOptions.typed(request.options) if request.options else None
        except ViewerError as error:
            self._window.session.tell("error", str(error))
            options = None
        arrive(self._window, request.files, options)


def raise_window(window: QWidget, token: str = "") -> None:
    """Bring a window to the front and give it the keys.

    Parameters
    ----------
    window : QWidget
        It may be minimised.
    token : str
        What the desktop gave to whoever asked for it.
    """
    if token and QGuiApplication.platformName().startswith("wayland"):
        # where Qt looks for it
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    if QGuiApplication.platformName() != "xcb":
        window.activateWindow()
        return
    # Window managers compare the time of the last event here with that of the window which has the keys now,
    # and leave it there: a property that is written brings an event, and with it the time of the server
    window.setWindowRole("main")
    QTimer.singleShot(FRESH_MS, window.activateWindow)
