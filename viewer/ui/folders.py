"""Folders: where dialogs for files begin, and which ones they offer; a folder that hangs holds nobody up."""

import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QUrl
from PyQt6.QtWidgets import QFileDialog, QWidget

from viewer.core.names import shown
from viewer.core.resources import resource
from viewer.core.session.session import Session

# seconds: a disk that sleeps, or a server that is gone, is not waited for
PATIENCE = 0.2
# so many of the recent folders stand at the side
MOST_OFFERED = 8


def folder_of(session: Session) -> Path:
    """Return where a dialog begins: where the last one ended, or where the last file was opened."""
    return next(iter(answering(_known(session)[:3])), Path.home())


def remember_folder(session: Session, folder: Path) -> None:
    """Let the next dialog begin in a folder."""
    session.set_settings(replace(session.settings, folder=str(folder)))


def file_dialog(parent: QWidget | None, session: Session, title: str, name: str = "") -> QFileDialog:
    """Return a dialog for files that begins in the last folder; it is not open yet.

    Parameters
    ----------
    parent : QWidget or None
        Holds the dialog.
    session : Session
        Knows the last folder and the recent ones, and keeps the folder in which the dialog ends.
    title : str
        Of the dialog.
    name : str
        The file that is proposed: a dialog for saving has one.
    """
    dialog = QFileDialog(parent, title)
    # Qt's own dialog: the desktop's would start a helper program first
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setDirectory(str(folder_of(session)))
    if name:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(shown(name))
    kept = dialog.sidebarUrls()
    offered = [QUrl.fromLocalFile(str(folder)) for folder in answering(_known(session))[:MOST_OFFERED]]
    added = [url for url in offered if url not in kept]
    dialog.setSidebarUrls([*kept, *added])

    def ended() -> None:
        # Qt writes the list down for all programs: what is recent here is nothing to others
        dialog.setSidebarUrls([url for url in dialog.sidebarUrls() if url not in added])
        if dialog.result() == QFileDialog.DialogCode.Accepted:
            remember_folder(session, Path(dialog.directory().absolutePath()))

    dialog.finished.connect(ended)
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def answering(folders: Iterable[Path], patience: float = PATIENCE) -> list[Path]:
    """Return the folders that exist, in their order, without those whose file system does not say so soon.

    Parameters
    ----------
    folders : iterable of pathlib.Path
        Where they might be.
    patience : float
        Seconds that all of them have together.
    """
    wanted = list(folders)
    there: dict[Path, bool] = {}

    def look(folder: Path) -> None:
        there[folder] = _is_folder(folder)

    # nobody can end a thread that waits for a server: it is left behind
    threads = [threading.Thread(target=look, args=(folder,), daemon=True) for folder in wanted]
    for thread in threads:
        thread.start()
    end = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [folder for folder in wanted if there.get(folder)]


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except (OSError, ValueError):
        return False


def _known(session: Session) -> list[Path]:
    settings = session.settings
    named = [Path(settings.folder)] if settings.folder else []
    document = session.current
    if document is not None and not session.is_download(document.source.path):
        named.append(document.source.path.absolute().parent)
    named += [Path(name).parent for name in settings.recent]
    # nobody keeps images there, though somebody looked at the sample
    own = resource("sample")
    # and Qt cannot go into a folder whose name is no text
    return [folder for folder in dict.fromkeys(named) if folder != own and shown(folder) == str(folder)]
