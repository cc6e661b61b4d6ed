"""Another: starts a second Skyloupe, a process of its own."""

import os
import sys
from pathlib import Path

from PyQt6.QtCore import QProcess

import viewer
from viewer.core.session.session import Session


def start_another(session: Session, *words: str) -> None:
    """Start the program again; a user who finds no new window is told why.

    Parameters
    ----------
    session : Session
        Says so.
    words : str
        The command line.
    """
    # set by the run time of an AppImage, which goes away with the first process
    image = os.environ.get("APPIMAGE")
    if image:
        started, _ = QProcess.startDetached(image, list(words))
    else:
        # not by the folder that this was started in, where anybody may have put a package of this name
        home = str(Path(viewer.__file__).parent.parent)
        program = f"import sys; sys.path.append({home!r}); from viewer.cli import main; sys.exit(main())"
        started, _ = QProcess.startDetached(sys.executable, ["-P", "-c", program, *words])
    if not started:
        session.tell("error", "Another Skyloupe cannot be started: the system may be out of memory.")
