"""Pipe: a named pipe of Windows, used like a socket.

Written after Microsoft's documentation of named pipes: they are opened as files, and neither opening nor
reading one can be given a time limit without the Windows API. So each of these is done in a thread of its
own, which is left behind if it takes too long: the process ends, or becomes the window, without it.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

# what Windows says while every instance of a pipe serves somebody
_ALL_BUSY = 231
_POLL = 0.01
# any process
_ASFW_ANY = -1


def let_come_forward() -> None:
    """Allow the window to take the keys, which Windows gives to the process that was just started."""
    # a tenth of the time of a hand-over, and on no other system
    import ctypes

    ctypes.windll.user32.AllowSetForegroundWindow(_ASFW_ANY)  # type: ignore[attr-defined]


class Pipe:
    """A connection to the process that listens at a pipe.

    Parameters
    ----------
    seconds : float
        How long each step may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Pipe":
        return self

    def __exit__(self, *_error: object) -> None:
        # closing waits for a read that goes on: the end of the process does not
        if self._file is not None and threading.active_count() == 1:
            self._file.close()

    def settimeout(self, seconds: float) -> None:
        """Set how long the next steps may take."""
        self._seconds = seconds

    def connect(self, address: str) -> None:
        """Open the pipe.

        Raises
        ------
        OSError
            If nobody listens there.
        TimeoutError
            If nobody has time.
        """
        end = time.monotonic() + self._seconds
        while True:
            try:
                self._file = self._within(lambda: open(address, "r+b", buffering=0))  # noqa: SIM115
                return
            except OSError as error:
                if getattr(error, "winerror", None) != _ALL_BUSY:
                    raise
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(_POLL)

    def sendall(self, sent: bytes) -> None:
        """Write all of it."""
        while sent:
            sent = sent[self._within(partial(self._opened().write, sent)) :]

    def recv(self, most: int) -> bytes:
        """Return what has come, up to so many bytes; none at the end."""
        found: bytes = self._within(partial(self._opened().read, most)) or b""
        return found

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise BrokenPipeError
        return self._file

    def _within(self, step: Callable[[], Any]) -> Any:
        results: list[Any] = []
        errors: list[OSError] = []

        def work() -> None:
            try:
                results.append(step())
            except OSError as error:
                errors.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self._seconds)
        if errors:
            raise errors[0]
        if not results:
            raise TimeoutError
        return results[0]
