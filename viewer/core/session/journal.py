"""Journal: what a window has open, in a file of its process, for the next start or after a crash."""

import contextlib
import json
import logging
import os
import platform
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from viewer.core.session.alive import lives, started
from viewer.core.session.remembered import RegionTexts, Window, written_of
from viewer.core.session.trusted import window_of

log = logging.getLogger(__name__)

VERSION = 1
SUFFIX = ".session"
ENDED = ".last"
"""Suffix of the journal of a process that ended as it should."""
TOGETHER = 10.0
"""Seconds between the ends of windows that were closed together."""
_KEY = "skyloupe session"
_LARGEST = 64 << 20
_LONGEST_HEAD = 2000


@dataclass(frozen=True)
class Found:
    """What a window had open that is no more.

    Attributes
    ----------
    path : pathlib.Path
        Its journal.
    window : Window
        What it had open.
    """

    path: Path
    window: Window


@dataclass(frozen=True)
class Last:
    """The last session.

    Attributes
    ----------
    windows : tuple of Found
        Those that were closed together, the last one first.
    problems : tuple of str
        A sentence about each that cannot be brought back.
    """

    windows: tuple[Found, ...] = ()
    problems: tuple[str, ...] = ()


class Journal:
    """The journal of this process; there is a file only while there is something to be remembered.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where journals are kept; default: `journal_folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = journal_folder() if folder is None else folder
        self.path = self.folder / f"{os.getpid()}-{os.urandom(4).hex()}{SUFFIX}"
        # a worker may still be writing when the program ends
        self._lock = threading.Lock()
        self._texts = RegionTexts()
        self._written = ""
        self._ended = False

    def write(self, window: Window) -> None:
        """Write down what is open, beside the journal and then in its place; nothing after the end.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        with self._lock:
            if not self._ended:
                self._write(self.path, window)

    def end(self, window: Window | None, kept: Window) -> None:
        """Write for the last time.

        Parameters
        ----------
        window : Window or None
            What is open: it is the last session from now on, in place of an earlier one. None if there never
            was anything open: the earlier one stays.
        kept : Window
            Steps that no file holds and that could not be brought back: they are offered again.

        Raises
        ------
        OSError
            As `write` does.
        """
        with self._lock:
            self._ended = True
            if window is not None:
                target = self.path.with_suffix(ENDED)
                self._written = ""
                self._write(target, window)
                _forget_earlier(target, self.folder)
            self._written = ""
            self._write(self.path, kept)

    def _write(self, path: Path, window: Window) -> None:
        if not window.documents:
            path.unlink(missing_ok=True)
            self._written = ""
            return
        text = written_of(window, self._texts)
        if text == self._written:
            return
        head = {
            _KEY: VERSION,
            "host": platform.node(),
            "pid": os.getpid(),
            "started": started(os.getpid()),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        try:
            with temporary.open("w", encoding="ascii", newline="\n") as file:
                file.write(f"{json.dumps(head)}\n{text}\n")
                file.flush()
                # a look at an image can be lost with the power, work cannot
                if any(document.steps for document in window.documents):
                    os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            # of a full disk, what there is
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self._written = text


def journal_folder() -> Path:
    """Return where journals are kept; ``SKYLOUPE_CONFIG`` names another folder for all settings."""
    folder = os.environ.get("SKYLOUPE_CONFIG")
    if folder is None:
        # imported here: the tests and many runs name the folder themselves
        from platformdirs import user_state_dir

        folder = user_state_dir("skyloupe", appauthor=False)
    return Path(folder) / "sessions"


def left_behind(folder: Path) -> tuple[Found, ...]:
    """Return the journals of processes that are no more and did not end as they should, oldest first.

    Those of other computers that share the folder are left alone: whether their processes live cannot be
    known here. What is no journal is left alone too.

    Parameters
    ----------
    folder : pathlib.Path
        Where journals are kept; it need not exist.
    """
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}"), key=_time):
        head = _head(path)
        if head is not None and head[0] == VERSION and head[1] and not lives(head[2]):
            try:
                window = _window(path)
            except (OSError, ValueError) as error:
                log.info("the session in %s cannot be read: %s", path, error)
                continue
            if window.documents:
                found.append(Found(path, window))
    return tuple(found)


def any_lives(folder: Path) -> bool:
    """Whether another window on this computer has something open.

    Parameters
    ----------
    folder : pathlib.Path
        Where journals are kept; it need not exist.
    """
    heads = (_head(path) for path in folder.glob(f"*{SUFFIX}"))
    return any(head is not None and head[1] and lives(head[2]) for head in heads)


def last_session(folder: Path) -> Last:
    """Return what the windows had open that were closed last, all within a few seconds.

    Parameters
    ----------
    folder : pathlib.Path
        Where journals are kept; it need not exist.
    """
    heads = [(path, _time(path), _head(path)) for path in folder.glob(f"*{ENDED}")]
    here = [(path, at, head[0]) for path, at, head in heads if head is not None and head[1]]
    damaged = [path for path, _at, head in heads if head is None]
    latest = max((at for _path, at, _version in here), default=0.0)
    found, problems = list[Found](), list[str]()
    for path, at, version in sorted(here, key=lambda each: -each[1]):
        if at < latest - TOGETHER:
            continue
        if version > VERSION:
            problems.append(
                f"The last session was kept by a newer Skyloupe, in {path}: it stays there, and this version "
                "cannot bring it back."
            )
            continue
        try:
            found.append(Found(path, _window(path)))
        except (OSError, ValueError) as error:
            log.info("the session in %s cannot be read: %s", path, error)
            damaged.append(path)
    if damaged and not found and not problems:
        problems.append(f"The last session cannot be brought back: {damaged[0]} is damaged.")
    return Last(tuple(each for each in found if each.window.documents), tuple(problems))


def read_session(path: Path) -> Last:
    """Return what one journal holds, of a process that has ended.

    Parameters
    ----------
    path : pathlib.Path
        Of the journal.
    """
    head = _head(path)
    try:
        if head is not None and head[0] == VERSION:
            return Last((Found(path, _window(path)),))
    except (OSError, ValueError) as error:
        log.info("the session in %s cannot be read: %s", path, error)
    return Last((), (f"{path} holds no session that this version of Skyloupe can bring back.",))


def _forget_earlier(ended: Path, folder: Path) -> None:
    """Remove the sessions that were the last ones before this one; not what this version cannot read."""
    now = time.time()
    for path in folder.glob(f"*{ENDED}"):
        head = _head(path) if path != ended and _time(path) < now - TOGETHER else None
        if head is not None and head[0] == VERSION and head[1]:
            with contextlib.suppress(OSError):
                path.unlink()


def _head(path: Path) -> tuple[int, bool, dict[str, object]] | None:
    """Return the version of a journal, whether it is of this computer, and the rest of what it says first."""
    try:
        with path.open(encoding="ascii") as file:
            head = json.loads(file.readline(_LONGEST_HEAD))
    except (OSError, ValueError, RecursionError):
        return None
    version = head.get(_KEY) if isinstance(head, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return None
    return version, head.get("host") in (None, platform.node()), head


def _window(path: Path) -> Window:
    if path.stat().st_size > _LARGEST:
        raise ValueError("it is too large")
    with path.open(encoding="ascii") as file:
        file.readline(_LONGEST_HEAD)
        return window_of(file.read(_LARGEST))


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
