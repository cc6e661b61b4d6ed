"""How the desktop starts this installation: the command, as absolute paths."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from viewer.core.errors import ViewerError


def launcher() -> tuple[str, ...]:
    """Return the words that start the installation that is running, from any folder.

    Returns
    -------
    tuple of str
        The script ``skyloupe`` where there is one, else Python with the package's name. Symbolic links
        are left as they are: a virtual environment, or a tool that renews one, is named by them.

    Raises
    ------
    ViewerError
        If the program runs from a folder and is not installed.
    """
    # set by the run time of an AppImage, whose insides are mounted elsewhere each time
    image = os.environ.get("APPIMAGE")
    if image and Path(image).is_file():
        return (image,)
    places = [Path(sys.argv[0]), Path(sysconfig.get_path("scripts")) / "skyloupe"]
    for script in places:
        if script.name == "skyloupe" and script.is_file() and os.access(script, os.X_OK):
            return (str(script.absolute()),)
    # without the folder that it is started in, where anybody may have put a package of this name
    words = (sys.executable, "-P", "-m", "viewer")
    if subprocess.run([*words, "--version"], cwd=Path(sys.executable).anchor, capture_output=True).returncode:
        raise ViewerError(
            "this Skyloupe runs from a folder and is not installed, so that the desktop cannot start it: "
            "install it first (pip install PATH-OF-THE-FOLDER)"
        )
    return words
