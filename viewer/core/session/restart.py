"""Restart: the start of a window that brings back what was open; its first picture waits for nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.session.journal import (
    Last,
    any_lives,
    journal_folder,
    last_session,
    left_behind,
    read_session,
)

if TYPE_CHECKING:
    from viewer.core.session.session import Session

NOTHING = "There is no earlier session to bring back."


def latest(folder: Path) -> Last:
    """Return what was open last: what ended unexpectedly, else what was closed.

    Parameters
    ----------
    folder : pathlib.Path
        Where journals are kept.
    """
    crashed = tuple(each for each in reversed(left_behind(folder)) if not each.window.closed)
    return Last(crashed) if crashed else last_session(folder)


def restart(session: "Session", wanted: str | None, front: bool = True) -> Last | None:
    """Begin to bring back what was open.

    Parameters
    ----------
    session : Session
        Of the new window.
    wanted : str or None
        The journal of one window; empty for the last session, also if it ended unexpectedly; None if nobody
        has asked now, but the settings say so: after a crash the user is asked first, and beside another
        window nothing comes back.
    front : bool
        Show the image that was shown; False if files were named.

    Returns
    -------
    Last or None
        What there is to bring back; None if nothing is to.
    """
    folder = journal_folder()
    if wanted:
        last = read_session(Path(wanted))
    elif wanted is None:
        if any_lives(folder) or any(not each.window.closed for each in left_behind(folder)):
            return None
        last = last_session(folder)
    else:
        last = latest(folder)
    for sentence in last.problems:
        session.tell("warning", sentence)
    if last.windows:
        session.reviving.begin(last.windows[0].window, front, all_at_once=False)
    elif wanted == "" and not last.problems:
        session.tell("info", NOTHING)
    return last
