"""Claim: the right to be the window that listens, held by a lock that ends with its process."""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator

from viewer.handover.place import NoPlace, Place

if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


# seconds that the guard of a place may be held by somebody else: it takes less than a millisecond
GUARD_SECONDS = 1.0
# connections that wait for a window that is starting
WAITING = 128
# the first byte is the one that is locked on Windows, where a locked byte cannot be read
_STATE_AT = 16
_LONGEST_STATE = 64
_TOKEN = 8


class Holder:
    """Who holds a place, as the lock file says.

    Attributes
    ----------
    token : str
        Part of the address, different for each holder.
    ready : bool
        The window is there; before, it is starting.
    """

    def __init__(self, token: str, ready: bool) -> None:
        self.token = token
        self.ready = ready


def holder_of(place: Place) -> Holder | None:
    """Return who holds a place, or held it last; None if nobody ever did, or it cannot be told."""
    try:
        descriptor = os.open(place.lock, os.O_RDONLY | _NO_LINK | _NO_WAIT)
    except OSError:
        return None
    try:
        line, _, _ = os.read(descriptor, _STATE_AT + _LONGEST_STATE)[_STATE_AT:].partition(b"\n")
    except OSError:
        return None
    finally:
        os.close(descriptor)
    words = line.split()
    if len(words) != 2 or len(words[0]) != _TOKEN or not words[0].isalnum():
        return None
    return Holder(words[0].decode("ascii"), words[1] == b"ready")


class Claim:
    """The place is ours until `release`, or until the process ends.

    Parameters
    ----------
    place : Place
        Which one.
    descriptor : int
        Of the lock file, locked; it is closed by `release`.

    Attributes
    ----------
    token : str
        Ours.
    listener : socket.socket or None
        Those who connect wait until somebody accepts; None on Windows, where pipes have no queue.
    """

    def __init__(self, place: Place, descriptor: int) -> None:
        self.place = place
        self.token = os.urandom(_TOKEN // 2).hex()
        self.listener: socket.socket | None = None
        self._descriptor = descriptor
        try:
            if sys.platform != "win32":
                self._listen()
            self._write("starting")
        except OSError:
            self.release()
            raise

    @property
    def address(self) -> str:
        """Where we listen."""
        return self.place.address(self.token)

    @property
    def held(self) -> bool:
        """Whether the place is still ours: a window that hung may have lost it, a tidy system removed it."""
        holder = holder_of(self.place)
        if holder is None or holder.token != self.token:
            return False
        return sys.platform == "win32" or os.path.exists(self.address)

    def say_ready(self) -> None:
        """Tell those who wait that the window answers from now on."""
        self._write("ready")

    def release(self) -> None:
        """Give the place back."""
        if self._descriptor < 0:
            return
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        if sys.platform != "win32":
            # a name of our own: never that of a window that took the place over
            with contextlib.suppress(OSError):
                os.unlink(self.address)
        os.close(self._descriptor)
        self._descriptor = -1

    def _listen(self) -> None:
        # what windows left that were killed, or that the place was taken from
        for name in os.listdir(self.place.folder):
            if name.startswith(f"{self.place.name}-"):
                os.unlink(os.path.join(self.place.folder, name))
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.address)
        os.chmod(self.address, 0o600)
        self.listener.listen(WAITING)

    def _write(self, state: str) -> None:
        os.lseek(self._descriptor, _STATE_AT, os.SEEK_SET)
        os.write(self._descriptor, f"{self.token} {state:<8}\n".encode("ascii"))


def claim(place: Place, instead_of: Holder | None = None, patience: float = GUARD_SECONDS) -> Claim | None:
    """Take a place.

    Parameters
    ----------
    place : Place
        Which one.
    instead_of : Holder, optional
        A window that does not answer: its place is taken although it lives.
    patience : float
        Seconds to wait while the holder is changing.

    Returns
    -------
    Claim or None
        None if somebody else holds it.

    Raises
    ------
    NoPlace
        If the folder does not let us.
    """
    try:
        with _guarded(place, patience):
            return _take(place) or (_take_over(place, instead_of) if instead_of is not None else None)
    except OSError as error:
        raise NoPlace(f"{place.folder} cannot be used ({error.strerror or error})") from error


def _take(place: Place) -> Claim | None:
    descriptor = _open(place.lock)
    if _locked(descriptor):
        return Claim(place, descriptor)
    os.close(descriptor)
    return None


def _take_over(place: Place, silent: Holder) -> Claim | None:
    holder = holder_of(place)
    # somebody was faster; or Windows, where a file that is open keeps its name
    if (holder is not None and holder.token != silent.token) or sys.platform == "win32":
        return None
    # the lock of the one before stays with the file that had the name so far
    os.unlink(place.lock)
    return _take(place)


@contextlib.contextmanager
def _guarded(place: Place, patience: float) -> Iterator[None]:
    """See to it that nobody else changes the holder of a place meanwhile."""
    descriptor = _open(place.guard)
    try:
        end = time.monotonic() + patience
        while not _locked(descriptor):
            if time.monotonic() > end:
                raise NoPlace(f"another Skyloupe is stuck with {place.guard}")
            time.sleep(0.002)
        yield
    finally:
        os.close(descriptor)


# nobody else can write to the folder; a link is a mistake all the same
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
# nor is there to be a pipe, where opening waits for somebody who writes
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
