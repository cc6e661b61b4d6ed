"""Install on the desktop of whatever system this is, and uninstall."""

import sys

from viewer.desktop import linux, macos, windows
from viewer.desktop.launcher import launcher

NOTHING = "Skyloupe was not installed on this desktop: there is nothing to take back"


def install(*, default: bool = False) -> list[str]:
    """Let the desktop open FITS files with this installation, and show thumbnails of them.

    Parameters
    ----------
    default : bool
        Whether to become the default application for them.

    Returns
    -------
    list of str
        What was done, line by line.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    if sys.platform == "win32":
        return windows.install(windows.words(), default=default)
    if sys.platform == "darwin":
        return macos.install(launcher(), default=default)
    return linux.install(launcher(), default=default)


def uninstall() -> list[str]:
    """Take back what `install` did, and return what was done, line by line.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    if sys.platform == "win32":
        said = windows.uninstall()
    elif sys.platform == "darwin":
        said = macos.uninstall()
    else:
        said = linux.uninstall()
    return said or [NOTHING]


def state() -> tuple[bool, str]:
    """Return whether Skyloupe is installed on this desktop, and how things are, in a sentence or two.

    Raises
    ------
    ViewerError
        If the program could not be installed as it is.
    """
    if sys.platform == "win32":
        return _listed(windows.installed())
    if sys.platform == "darwin":
        return _listed(macos.installed())
    return linux.state(launcher())


def _listed(installed: bool) -> tuple[bool, str]:
    if installed:
        return True, "Skyloupe is among the programs that open FITS files; which of them does is up to you."
    return False, "Your desktop does not know Skyloupe yet."
