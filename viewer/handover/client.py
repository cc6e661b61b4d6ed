"""Client: gives a request to the window that listens, or finds out that this has to be a window itself."""

import os
import socket
import time
from collections.abc import Sequence

from viewer.handover.claim import Claim, Holder, claim, holder_of
from viewer.handover.place import NoPlace, Place, find_place
from viewer.handover.request import DONE, HELLO, SHORT_LINE, Options, Request, absolute

# seconds: a window answers within milliseconds unless it hangs; until it is there it may take longer
PATIENCE = 2.0
STARTING_PATIENCE = 10.0
POLL = 0.01


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


def hand_over(files: Sequence[str], options: Options, new: bool = False) -> Outcome:
    """Give files to the window that is open, or claim the place of the window that listens.

    Parameters
    ----------
    files : sequence of str
        As they were typed.
    options : mapping
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
    end = time.monotonic() + STARTING_PATIENCE
    while True:
        holder = holder_of(place)
        try:
            if holder is not None:
                answer = _ask(request, place, holder)
                return Outcome(done=answer == "", sentence=answer)
        except _Gone:
            pass
        except _Silent:
            taken = claim(place, instead_of=holder)
            if taken is not None:
                return Outcome(
                    claim=taken, sentence="the window that is open does not answer: this is a new one"
                )
        taken = claim(place)
        if taken is not None:
            return Outcome(claim=taken)
        if time.monotonic() > end:
            return Outcome(sentence="the window that is open cannot be reached: this is a new one")
        time.sleep(POLL)


def _ask(request: Request, place: Place, holder: Holder) -> str:
    """Return nothing if the window has the request, or a sentence why it will not take it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        try:
            connection.connect(place.address(holder.token))
            connection.sendall(HELLO)
            if _line(connection, place, holder) != HELLO:
                return "the window that is open is of another version: this is a new one"
            connection.sendall(request.encode())
            if _line(connection, place, holder) != DONE:
                return "the window that is open did not understand: this is a new one"
        except TimeoutError as error:
            raise _Silent from error
        except OSError as error:
            raise _Gone from error
    return ""


def _line(connection: socket.socket, place: Place, holder: Holder) -> bytes:
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
        connection.settimeout(left if holder.ready else min(left, 0.25))
        try:
            part = connection.recv(SHORT_LINE)
        except TimeoutError:
            continue
        if not part or len(line) > SHORT_LINE:
            raise ConnectionResetError
        line += part
    return line
