"""Install on the desktop of whatever system this is, and uninstall."""

from viewer.desktop import linux
from viewer.desktop.launcher import launcher


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
    return linux.install(launcher(), default=default)


def uninstall() -> list[str]:
    """Take back what `install` did, and return what was done, line by line.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    said = linux.uninstall()
    return said or ["Skyloupe was not installed on this desktop: there is nothing to take back"]
