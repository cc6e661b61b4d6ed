"""Recovery: a journal of the work that no file holds, to be found again after the program was killed."""

import json
import logging
import os
import platform
import sys
import threading
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from viewer.core.call import Call

log = logging.getLogger(__name__)

VERSION = 1
_KEY = "skyloupe journal"


@dataclass(frozen=True)
class Unsaved:
    """Work on one image that no file holds.

    Attributes
    ----------
    name : str
        What to open: a file's whole name, with brackets for HDU and section; empty if the first step makes
        the image.
    recipe : str
        The steps, as the text of a recipe.
    steps : int
        How many there are.
    size : int or None
        Bytes of the file, None if there was none.
    modified : float or None
        Its time of modification when it was opened, in seconds since 1970.
    called : str
        What the image was called, if not as the file.
    before : int
        How many of the steps made the image, which is in no file: split off from another, or made of nothing.
    """

    name: str
    recipe: str
    steps: int
    size: int | None = None
    modified: float | None = None
    called: str = ""
    before: int = 0

    @classmethod
    def of(
        cls,
        name: str,
        path: Path | None,
        modified: float | None,
        calls: "tuple[Call, ...]",
        called: str = "",
        before: int = 0,
    ) -> "Unsaved":
        """Describe unsaved work; looks at the file, so it belongs into a job.

        Parameters
        ----------
        name : str
            What to open.
        path : pathlib.Path or None
            The file of that name.
        modified : float or None
            Its time of modification when it was opened; None if that is now.
        calls : tuple of Call
            What was done.
        called, before
            As the attributes.
        """
        # calls are there only if the operations are, which the start does without
        from viewer.core.recipe import recipe_text

        try:
            found = None if path is None else path.stat()
        except OSError:
            found = None
        if found is not None and modified is None:
            modified = found.st_mtime
        size = None if found is None else found.st_size
        return cls(name, recipe_text(calls), len(calls), size, modified, called, before)

    @property
    def title(self) -> str:
        """What the image was called, else the file's name without its folder."""
        return self.called or Path(self.name).name or "a new image"

    @property
    def calls(self) -> "tuple[Call, ...]":
        """The steps; the operations have to be loaded.

        Raises
        ------
        ViewerError
            If this version does not know one of them.
        """
        # as above
        from viewer.core.recipe import parse_recipe

        return parse_recipe(self.recipe, f"the journal of {self.title}")

    def origin(self, path: Path) -> str:
        """Return what became of the file since: ``same``, ``changed`` or ``gone``."""
        try:
            found = path.stat()
        except OSError:
            return "gone"
        same = found.st_size == self.size and (self.modified is None or found.st_mtime == self.modified)
        return "same" if same else "changed"


@dataclass(frozen=True)
class Found:
    """What a process that is no more has left behind.

    Attributes
    ----------
    path : pathlib.Path
        Its journal.
    images : tuple of Unsaved
        At least one.
    """

    path: Path
    images: tuple[Unsaved, ...]


class Journal:
    """The journal of this process; there is a file only while there is unsaved work.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where journals are kept; default: `journal_folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = journal_folder() if folder is None else folder
        self.path = self.folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.json"
        # a worker may still be writing when the program ends
        self._lock = threading.Lock()
        self._ended = False

    def write(self, images: Iterable[Unsaved]) -> None:
        """Write down all unsaved work, beside the journal and then in its place; nothing after the end.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        with self._lock:
            if not self._ended:
                self._write([asdict(image) for image in images])

    def end(self, images: Iterable[Unsaved] = ()) -> None:
        """Write for the last time: what is not named here is saved, or not wanted.

        Raises
        ------
        OSError
            As `write` does.
        """
        with self._lock:
            self._ended = True
            self._write([asdict(image) for image in images])

    def _write(self, listed: list[dict[str, Any]]) -> None:
        if not listed:
            self.path.unlink(missing_ok=True)
            return
        content = {
            _KEY: VERSION,
            "host": platform.node(),
            "pid": os.getpid(),
            "started": _started(os.getpid()),
            "images": listed,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)


def journal_folder() -> Path:
    """Return where journals are kept; ``SKYLOUPE_CONFIG`` names another folder for all settings."""
    folder = os.environ.get("SKYLOUPE_CONFIG")
    if folder is None:
        # imported here: the tests and many runs name the folder themselves
        from platformdirs import user_state_dir

        folder = user_state_dir("skyloupe", appauthor=False)
    return Path(folder) / "unsaved"


def left_behind(folder: Path) -> tuple[Found, ...]:
    """Return the journals of processes that are no more, oldest first.

    Those of other computers that share the folder are left alone: whether their processes live cannot be
    known here. What is no journal is left alone too.

    Parameters
    ----------
    folder : pathlib.Path
        Where journals are kept; it need not exist.
    """
    found = []
    for path in sorted(folder.glob("*.json"), key=_time):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            log.info("the journal %s cannot be read: %s", path, error)
            continue
        images = _images(content)
        if images and content.get("host") == platform.node() and not _lives(content):
            found.append(Found(path, images))
    return tuple(found)


def _images(content: Any) -> tuple[Unsaved, ...]:
    if not isinstance(content, dict) or content.get(_KEY) != VERSION:
        return ()
    listed = content.get("images")
    made = [_image(each) for each in listed] if isinstance(listed, list) else []
    return tuple(image for image in made if image is not None)


def _image(given: Any) -> Unsaved | None:
    kinds: dict[str, Any] = {"name": str, "recipe": str, "steps": int, "size": int, "modified": float | int}
    kinds |= {"called": str, "before": int}
    if not isinstance(given, dict):
        return None
    values: dict[str, Any] = {field.name: given.get(field.name, field.default) for field in fields(Unsaved)}
    for name, value in values.items():
        optional = name in ("size", "modified") and value is None
        if not optional and (not isinstance(value, kinds[name]) or isinstance(value, bool)):
            return None
    return Unsaved(**values)


def _lives(content: dict[str, Any]) -> bool:
    """Whether the process that wrote a journal still runs; another one may have its number by now."""
    pid = content.get("pid")
    if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0:
        return False
    if sys.platform == "win32":
        import ctypes

        # PROCESS_QUERY_LIMITED_INFORMATION; os.kill would end the process
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass  # somebody else's
    except (OSError, OverflowError):
        return False
    return content.get("started") == _started(pid)


def _started(pid: int) -> str:
    """Return when a process began, in ticks since the computer did; empty where only Linux would say.

    A process that has ended and that nobody has asked about yet is none.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    # the program's name, in parentheses, may hold anything; field 3 is the state, 22 the time (proc(5))
    words = text.rpartition(")")[2].split()
    return "" if len(words) < 20 or words[0] in "ZX" else words[19]


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
