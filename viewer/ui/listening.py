"""Listening: takes what a second Skyloupe hands over, in the event loop of the window."""

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6 import sip
from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtNetwork import QLocalServer, QLocalSocket
from PyQt6.QtWidgets import QWidget

from viewer.core.errors import ViewerError
from viewer.core.session.options import ViewOptions
from viewer.handover.claim import Claim
from viewer.handover.request import DONE, HELLO, LONGEST, SHORT_LINE, BadRequest, Request
from viewer.ui.arriving import arrive

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

log = logging.getLogger(__name__)
# milliseconds in which somebody who connected has to have said what he wants
PATIENCE_MS = 10_000
# of the same user, all at once
MOST_GUESTS = 100


class Listening(QObject):
    """Answers those who connect, as long as the window lives.

    Parameters
    ----------
    claim : Claim
        The place, which is released at the end.
    arrived : callable
        Gets each `Request`.
    parent : QObject, optional
        As in Qt.
    """

    def __init__(
        self, claim: Claim, arrived: Callable[[Request], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._claim = claim
        self._arrived = arrived
        self._guests: list[_Guest] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        if claim.listener is None:
            listens = self._server.listen(claim.address)
        else:
            listens = self._server.listen(sip.voidptr(claim.listener.detach()))
        if listens:
            claim.say_ready()
        else:
            log.warning("no other Skyloupe can hand files over: %s", self._server.errorString())
            claim.release()

    def close(self) -> None:
        """Give the place back; those who wait look for another window."""
        self._server.close()
        for guest in tuple(self._guests):
            guest.leave()
        self._claim.release()

    def _welcome(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            if len(self._guests) >= MOST_GUESTS:
                connection.abort()
                connection.deleteLater()
                continue
            self._guests.append(_Guest(connection, self._arrived, self._guests.remove, self))
            self._guests[-1].read()


class _Guest(QObject):
    """One connection: hello, a request, and an end."""

    def __init__(
        self,
        connection: QLocalSocket,
        arrived: Callable[[Request], object],
        left: Callable[["_Guest"], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._connection = connection
        self._arrived = arrived
        self._left = left
        self._greeted = False
        self._gone = False
        connection.setParent(self)
        connection.setReadBufferSize(LONGEST + 1)
        connection.readyRead.connect(self.read)
        connection.disconnected.connect(self.leave)
        QTimer.singleShot(PATIENCE_MS, Qt.TimerType.CoarseTimer, self.leave)

    def read(self) -> None:
        """Go on with what has come."""
        if not self._greeted and not self._gone:
            self._greet()
        if self._greeted and not self._gone:
            self._take()

    def leave(self) -> None:
        """End the connection."""
        if not self._gone:
            self._gone = True
            self._left(self)
            self._connection.abort()
            self.deleteLater()

    def _line(self, longest: int) -> bytes | None:
        """Return a whole line, or None while there is none; who sends more than that is shown out."""
        if self._connection.canReadLine():
            line = bytes(self._connection.readLine(longest + 1))
            if line.endswith(b"\n"):
                return line
        elif self._connection.bytesAvailable() <= longest:
            return None
        self.leave()
        return None

    def _greet(self) -> None:
        line = self._line(SHORT_LINE)
        if line is None:
            return
        # of another version: he sees that, and goes
        self._connection.write(HELLO)
        self._connection.flush()
        self._greeted = line == HELLO

    def _take(self) -> None:
        line = self._line(LONGEST)
        if line is None:
            return
        try:
            request = Request.decode(line)
        except BadRequest as error:
            log.info("what was handed over is no request: %s", error)
            self.leave()
            return
        self._connection.write(DONE)
        self._connection.flush()
        self._arrived(request)


def receive(window: "MainWindow", request: Request) -> None:
    """Do what somebody asks for who handed files over."""
    raise_window(window, request.token)
    try:
        options = ViewOptions.typed(request.options) if request.options else None
    except ViewerError as error:
        window.session.tell("error", str(error))
        options = None
    arrive(window, request.files, options)


def raise_window(window: QWidget, token: str = "") -> None:
    """Bring a window to the front and give it the keys.

    Parameters
    ----------
    window : QWidget
        It may be minimised.
    token : str
        What the desktop gave to whoever asked for it.
    """
    if token:
        # where Qt looks for it under Wayland
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
