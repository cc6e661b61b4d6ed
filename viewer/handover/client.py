"""Client: gives a request to the window that listens, or finds out that this has to be a window itself."""

import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence

from viewer.handover.claim import Claim, Holder, claim, holder_of
from viewer.handover.peer import is_own
from viewer.handover.place import NoPlace, Place, find_place
from viewer.handover.request import DONE, HELLO, LONGEST, SHORT_LINE, Request, absolute

# `typing` takes longer to load than the request to be handed over
TYPE_CHECKING = False
if TYPE_CHECKING:
    from viewer.handover.pipe import Pipe

# seconds: a window answers within milliseconds unless it hangs; until it is there it may take longer
PATIENCE = 2.0
STARTING_PATIENCE = 10.0
POLL = 0.01
STARTING_POLL = 0.25


class Outcome:
    """What came of it.

    Attributes
    ----------
    done : bool
        The window has the request: there is nothing more to do.
    claim : Claim or None
        Otherwise: we are the window that listens from now on; None if we are one that does not.
    sentence : str
        What the user should know, such as why there is a second window.
    """

    def __init__(self, done: bool = False, claim: Claim | None = None, sentence: str = "") -> None:
        self.done = done
        self.claim = claim
        self.sentence = sentence


class _Gone(Exception):
    """The window ended, or is no window of ours."""


class _Silent(Exception):
    """The window does not answer."""


def hand_over(files: Sequence[str], options: Mapping[str, str], new: bool = False) -> Outcome:
    """Give files to the window that is open, or claim the place of the window that listens.

    Parameters
    ----------
    files : sequence of str
        As they were typed.
    options : mapping of str to str
        View options by their names.
    new : bool
        A window of its own is wanted; it listens if nobody else does.
    """
    token = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID", "")
    try:
        place = find_place()
        if new:
            return Outcome(claim=claim(place))
        return _hand_over(Request([absolute(name) for name in files], options, token), place)
    except NoPlace as error:
        return Outcome(sentence=f"{error}, so this window is on its own")


def _hand_over(request: Request, place: Place) -> Outcome:
    message = request.encode()
    if len(message) > LONGEST:
        return Outcome(sentence="these are too many names for the window that is open: this is a new one")
    end = time.monotonic() + STARTING_PATIENCE
    while True:
        holder = holder_of(place)
        try:
            if holder is not None:
                answer = _ask(message, place, holder)
                return Outcome(done=answer == "", sentence=answer)
        except _Gone:
            taken = claim(place)
            if taken is not None:
                return Outcome(claim=taken)
        except _Silent:
            taken = claim(place, instead_of=holder)
            if taken is not None:
                sentence = "the window that is open does not answer: this is a new one"
                return Outcome(claim=taken, sentence=sentence)
            # somebody else was faster and is starting now
            end = time.monotonic() + STARTING_PATIENCE
        else:
            taken = claim(place)
            if taken is not None:
                return Outcome(claim=taken)
        if time.monotonic() > end:
            return Outcome(sentence="the window that is open cannot be reached: this is a new one")
        time.sleep(POLL)


def _ask(message: bytes, place: Place, holder: Holder) -> str:
    """Return nothing if the window has the request, or a sentence why it will not have it."""
    with _connection() as connection:
        connection.settimeout(PATIENCE)
        try:
            connection.connect(place.address(holder.token))
            if isinstance(connection, socket.socket) and not is_own(connection):
                return "the window that is open belongs to another user: this is a new one"
            connection.sendall(HELLO)
            if _line(connection, place, holder) != HELLO:
                return "the window that is open is of another version: this is a new one"
            connection.sendall(message)
            if _line(connection, place, holder) != DONE:
                return "the window that is open did not understand: this is a new one"
        except (TimeoutError, BlockingIOError) as error:
            # the second: so many wait already that nobody else can
            raise _Silent from error
        except OSError as error:
            raise _Gone from error
    return ""


def _connection() -> "socket.socket | Pipe":
    if sys.platform == "win32":
        # threads are needed there alone
        from viewer.handover.pipe import Pipe, let_come_forward

        let_come_forward()
        return Pipe(PATIENCE)
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)


def _line(connection: "socket.socket | Pipe", place: Place, holder: Holder) -> bytes:
    """Return what the window says; while it starts, it may take its time."""
    begun = time.monotonic()
    end = begun + PATIENCE
    line = b""
    while not line.endswith(b"\n"):
        if not holder.ready:
            now = holder_of(place)
            holder.ready = now is None or now.token != holder.token or now.ready
            end = min(time.monotonic() + PATIENCE, begun + STARTING_PATIENCE)
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left if holder.ready else min(left, STARTING_POLL))
        try:
            part = connection.recv(SHORT_LINE)
        except TimeoutError:
            continue
        line += part
        if not part or len(line) > SHORT_LINE:
            raise ConnectionResetError
    return line
