"""Claim: the right to be the window that listens, held by a lock that ends with its process."""

import contextlib
import os
import socket
import sys
import time
from types import TracebackType

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
        with open(place.lock, "rb") as lock:
            lock.seek(_STATE_AT)
            words = lock.read(_LONGEST_STATE).split()
    except OSError:
        return None
    if len(words) != 2 or len(words[0]) != 8 or not words[0].isalnum():
        return None
    return Holder(words[0].decode("ascii"), words[1] == b"ready")


class Claim:
    """The place is ours until `release`, or until the process ends.

    Attributes
    ----------
    place : Place
        Which one.
    token : str
        Ours.
    listener : socket.socket or None
        Those who connect wait until somebody accepts; None on Windows, where pipes have no queue.
    """

    def __init__(self, place: Place, descriptor: int) -> None:
        self.place = place
        self.token = os.urandom(4).hex()
        self.listener: socket.socket | None = None
        self._descriptor = descriptor
        if sys.platform != "win32":
            _remove_sockets(place)
            self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.listener.bind(self.address)
            os.chmod(self.address, 0o600)
            self.listener.listen(WAITING)
        self._write("starting")

    @property
    def address(self) -> str:
        """Where we listen."""
        return self.place.address(self.token)

    @property
    def held(self) -> bool:
        """Whether nobody has taken the place over."""
        holder = holder_of(self.place)
        return self._descriptor >= 0 and holder is not None and holder.token == self.token

    def say_ready(self) -> None:
        """Tell those who wait that the window answers from now on."""
        self._write("ready")

    def release(self) -> None:
        """Give the place back."""
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        if self._descriptor >= 0:
            if sys.platform != "win32":
                # a name of our own: never that of a window that took the place over
                with contextlib.suppress(OSError):
                    os.unlink(self.address)
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, state: str) -> None:
        if self._descriptor >= 0:
            os.lseek(self._descriptor, _STATE_AT, os.SEEK_SET)
            os.write(self._descriptor, f"{self.token} {state:<8}\n".encode("ascii"))


def claim(place: Place, instead_of: Holder | None = None) -> Claim | None:
    """Take a place.

    Parameters
    ----------
    place : Place
        Which one.
    instead_of : Holder, optional
        A window that does not answer: its place is taken although it lives.

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
        with _Guard(place):
            descriptor = _open(place.lock)
            if _locked(descriptor):
                return Claim(place, descriptor)
            os.close(descriptor)
            if instead_of is None or sys.platform == "win32":
                return None
            holder = holder_of(place)
            if holder is not None and holder.token != instead_of.token:
                return None
            # its lock stays with the file that had the name so far
            os.unlink(place.lock)
            descriptor = _open(place.lock)
            return Claim(place, descriptor) if _locked(descriptor) else None
    except OSError as error:
        raise NoPlace(f"{place.folder} cannot be used ({error.strerror or error})") from error


class _Guard:
    """Nobody else changes the holder of a place meanwhile."""

    def __init__(self, place: Place) -> None:
        self._path = place.guard
        self._descriptor = -1

    def __enter__(self) -> None:
        self._descriptor = _open(self._path)
        end = time.monotonic() + GUARD_SECONDS
        while not _locked(self._descriptor):
            if time.monotonic() > end:
                os.close(self._descriptor)
                raise NoPlace(f"another Skyloupe is stuck with {self._path}")
            time.sleep(0.002)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _remove_sockets(place: Place) -> None:
    """Remove what windows left that were killed, or that the place was taken from."""
    for name in os.listdir(place.folder):
        if name.startswith(f"{place.name}-"):
            os.unlink(os.path.join(place.folder, name))
