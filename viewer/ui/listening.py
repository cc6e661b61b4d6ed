"""Listening: takes what a second Skyloupe hands over, in the event loop of the window."""

import logging
import os
import select
import socket
import sys
from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

from viewer.handover.claim import Claim
from viewer.handover.peer import is_own
from viewer.handover.request import DONE, HELLO, LONGEST, SHORT_LINE, BadRequest, Request

log = logging.getLogger(__name__)
# milliseconds in which somebody who connected has to have said what he wants
PATIENCE_MS = 10_000
# all of the same user, at once
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
        self.claim = claim
        self._arrived = arrived
        self._guests: list[_Guest] = []
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._welcome)
        if claim.listener is not None:
            listens = self._server.listen(sip.voidptr(claim.listener.detach()))
        else:
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
            listens = self._server.listen(claim.address)
        if listens:
            claim.say_ready()
        else:
            log.warning("files cannot be handed over to this window: %s", self._server.errorString())

    def close(self) -> None:
        """Give the place back; those who wait look for another window."""
        self._server.close()
        for guest in tuple(self._guests):
            guest.leave()
        self.claim.release()

    def _welcome(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            guest = _Guest(connection, self._arrived, self._guests.remove, self)
            self._guests.append(guest)
            if len(self._guests) > MOST_GUESTS or not guest.is_own():
                guest.leave()
            else:
                guest.read()


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
        self._greeted = self._gone = False
        self._length: int | None = None
        connection.setParent(self)
        connection.setReadBufferSize(SHORT_LINE)
        connection.readyRead.connect(self.read)
        connection.disconnected.connect(self.leave)
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self.leave)
        timer.start(PATIENCE_MS)

    def is_own(self) -> bool:
        """Whether this user's process is at the other end; the pipes of Windows see to that themselves."""
        if sys.platform == "win32":
            return True
        with self._socket() as connection:
            return is_own(connection)

    def read(self) -> None:
        """Go on with what has come."""
        if not self._greeted and not self._gone:
            self._greet()
        if self._greeted and self._length is None and not self._gone:
            self._measure()
        if self._length is not None and not self._gone:
            self._take(self._length)

    def leave(self) -> None:
        """End the connection."""
        if not self._gone:
            self._gone = True
            self._left(self)
            self._connection.abort()
            self.deleteLater()

    def _socket(self) -> socket.socket:
        """Return a copy of the connection's descriptor that Python can ask."""
        return socket.socket(fileno=os.dup(int(self._connection.socketDescriptor())))

    def _hung_up(self) -> bool:
        """Whether nobody waits any more: who did has opened a window of his own meanwhile."""
        if sys.platform == "win32":
            return self._connection.state() != QLocalSocket.LocalSocketState.ConnectedState
        with self._socket() as connection:
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            return any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0))

    def _line(self) -> bytes | None:
        """Return a whole line, or None while there is none; who sends too long a one is shown out."""
        if self._connection.canReadLine():
            line = bytes(self._connection.readLine(SHORT_LINE + 1))
            if line.endswith(b"\n"):
                return line
        elif self._connection.bytesAvailable() < SHORT_LINE:
            return None
        self.leave()
        return None

    def _greet(self) -> None:
        line = self._line()
        if line is None:
            return
        self._greeted = line == HELLO
        self._answer(HELLO)
        if not self._greeted:
            # another version, which sees now that this is one
            self._connection.readyRead.disconnect(self.read)
            self._connection.disconnectFromServer()

    def _measure(self) -> None:
        line = self._line()
        if line is None:
            return
        if line[:-1].isdigit() and int(line) <= LONGEST:
            self._length = int(line)
            self._connection.setReadBufferSize(max(self._length, SHORT_LINE))
        else:
            self.leave()

    def _take(self, length: int) -> None:
        if self._connection.bytesAvailable() < length or self._hung_up():
            return
        try:
            request = Request.decode(bytes(self._connection.read(length)))
        except BadRequest as error:
            log.info("what was handed over is no request: %s", error)
            self.leave()
            return
        self._answer(DONE)
        # there is one request to a connection
        self._connection.readyRead.disconnect(self.read)
        self._arrived(request)

    def _answer(self, answer: bytes) -> None:
        self._connection.write(answer)
        self._connection.flush()
