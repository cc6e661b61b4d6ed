"""Save or copy an export: painted by a worker, written so that there is never half a file."""

from pathlib import Path

from PyQt6.QtGui import QGuiApplication, QImage

from viewer.core.errors import ViewerError
from viewer.core.io.safe import written
from viewer.core.progress import Progress
from viewer.core.session.session import Session
from viewer.ui.export.choices import SUFFIXES, Choices
from viewer.ui.export.render import render_bytes, render_image
from viewer.ui.export.scene import Scene


def save_export(session: Session, scene: Scene, choices: Choices, path: Path) -> None:
    """Write an export in a job, and tell how it went.

    Parameters
    ----------
    session : Session
        Runs the job and tells the user.
    scene : Scene
        What is exported.
    choices : Choices
        How.
    path : pathlib.Path
        Its suffix says in which format. An existing file is replaced: the file dialog has asked.
    """
    session.jobs.start(
        f"Exporting {path.name}",
        lambda progress: write_export(scene, choices, path, progress),
        lambda _none: session.tell("info", f"The view was exported as {path}."),
        lambda sentence: session.tell("error", sentence),
    )


def check_target(scene: Scene, path: Path) -> None:
    """Refuse names that an export cannot have.

    Raises
    ------
    ViewerError
        If the suffix is another one, or `path` is one of the open images.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ViewerError(f"{path.name}: the name of an exported view has to end in {', '.join(SUFFIXES)}.")
    for source in scene.sources:
        if path.exists() and source.exists() and path.samefile(source):
            raise ViewerError(f"{path} is an open image: choose another name for the view.")


def write_export(scene: Scene, choices: Choices, path: Path, progress: Progress) -> None:
    """Write an export; see `save_export` for the parameters.

    Raises
    ------
    ViewerError
        As `check_target`; or if the export is too large, or cannot be written.
    """
    check_target(scene, path)
    content = render_bytes(scene, choices, path.suffix.lower(), progress)
    progress.report(0.95)
    with written(path, overwrite=True) as file:
        file.write(content)


def copy_export(session: Session, scene: Scene, choices: Choices) -> None:
    """Paint an export in a job and put it into the clipboard."""

    def finished(image: QImage) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setImage(image)
            session.tell("info", f"The view was copied: {image.width()} × {image.height()} pixels.")

    session.jobs.start(
        "Copying the view",
        lambda progress: render_image(scene, choices, progress),
        finished,
        lambda sentence: session.tell("error", sentence),
    )
