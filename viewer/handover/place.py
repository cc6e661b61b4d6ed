"""Place: the folder where the window of this user, screen and settings can be reached by nobody else."""

import contextlib
import os
import stat
import sys
import zlib
from collections.abc import Mapping

# bytes of the path of a socket that every system takes (macOS has the least), with its end
LONGEST = 103
# what a holder adds to the name of the place
_ADDED = len("-01234567")


class NoPlace(Exception):
    """There is nowhere to listen: one sentence why."""


class Place:
    """Where one window listens and others look for it.

    Attributes
    ----------
    folder : str
        Private to the user.
    name : str
        Different for each screen, computer and folder of settings.
    """

    def __init__(self, folder: str, name: str) -> None:
        self.folder = folder
        self.name = name

    @property
    def lock(self) -> str:
        """The file that the window locks for as long as it lives; it says who holds it."""
        return os.path.join(self.folder, f"{self.name}.lock")

    @property
    def guard(self) -> str:
        """The file that is locked for the moment in which the holder changes."""
        return os.path.join(self.folder, f"{self.name}.guard")

    def address(self, token: str) -> str:
        """Where a certain holder listens: each has a name of its own, which the one before cannot remove."""
        if sys.platform == "win32":
            return rf"\\.\pipe\skyloupe-{self.name}-{token}"
        return os.path.join(self.folder, f"{self.name}-{token}")


def find_place(environment: Mapping[str, str] = os.environ) -> Place:
    """Return the place for this environment; its folder is made if it is not there.

    Parameters
    ----------
    environment : mapping of str to str
        Names the screen, the settings and the folder of the login.

    Raises
    ------
    NoPlace
        If the folder cannot be made, or is not private.
    """
    name = _name(environment)
    folder = _folder(environment, name)
    _make_private(folder)
    return Place(folder, name)


def _name(environment: Mapping[str, str]) -> str:
    """Return a short name for the screen, the computer and the settings."""
    screen = environment.get("DISPLAY", "")
    # :0 and :0.0 are the same
    display, dot, number = screen.rpartition(".")
    if dot and number.isdigit() and ":" in display:
        screen = display
    settings = environment.get("SKYLOUPE_CONFIG")
    parts = (
        screen,
        environment.get("WAYLAND_DISPLAY", ""),
        # a window that nobody sees, as in tests, takes no files from those that are seen
        "hidden" if environment.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal") else "",
        environment.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename,
        *(
            (os.path.abspath(settings),)
            if settings
            else (environment.get("XDG_CONFIG_HOME", ""), os.path.expanduser("~"))
        ),
    )
    # hashlib takes longer to load than all of this; nobody gains by two places of one name
    return f"{zlib.crc32(os.fsencode(chr(0).join(parts))):08x}"


def _folder(environment: Mapping[str, str], name: str) -> str:
    if sys.platform == "win32":
        return os.path.join(environment.get("LOCALAPPDATA") or os.path.expanduser("~"), "skyloupe", "run")
    login = environment.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(login) and _is_own(login):
        folder = os.path.join(login, "skyloupe")
        if len(os.fsencode(os.path.join(folder, name))) + _ADDED <= LONGEST:
            return folder
    own = f"skyloupe-{os.getuid()}"
    temporary = environment.get("TMPDIR", "")
    folder = os.path.join(temporary if os.path.isabs(temporary) else "/tmp", own)
    if len(os.fsencode(os.path.join(folder, name))) + _ADDED > LONGEST:
        folder = os.path.join("/tmp", own)
    return folder


def _is_own(path: str) -> bool:
    try:
        found = os.stat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _make_private(folder: str) -> None:
    try:
        if sys.platform == "win32":
            # the folder of a user's local data is private already
            os.makedirs(folder, exist_ok=True)
            return
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        # not what a link leads to: where everybody may write, somebody else may have made it
        found = os.lstat(folder)
    except OSError as error:
        raise NoPlace(f"{folder} cannot be made ({error.strerror})") from error
    if not stat.S_ISDIR(found.st_mode):
        raise NoPlace(f"{folder} is not a folder")
    if found.st_uid != os.getuid():
        raise NoPlace(f"{folder} belongs to another user")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise NoPlace(f"{folder} can be reached by other users")
