"""Asking for files: open, open a folder, save the picture, save the header."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QFileDialog

from viewer.core.io.picture_file import as_picture, save_picture
from viewer.core.render.draw import draw
from viewer.core.resources import resource
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog, folder_of
from viewer.ui.theme import paper_background

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def ask_for_files(window: "MainWindow") -> None:
    """Show the file dialog; what is chosen is opened."""
    # only who opens files by a dialog needs these
    from viewer.ui.arriving import arrive
    from viewer.ui.open_dialog import open_dialog

    dialog = open_dialog(window, window.session)
    dialog.filesSelected.connect(lambda names: arrive(window, names))
    dialog.open()


def ask_for_folder(window: "MainWindow") -> None:
    """Show the folder dialog; the frames in the folder and those inside it are listed."""
    dialog = file_dialog(window, window.session, "Open a folder of images")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: window.show_folder(Path(name)))
    dialog.open()


def open_sample(session: Session) -> None:
    """Open the frame that comes with the program."""
    session.open([str(resource("sample/m13.fits"))])


def ask_for_picture_name(window: "MainWindow") -> None:
    """Ask where to save the picture as it is seen."""
    document = window.session.current
    if document is None:
        return
    stem = document.name.split(".")[0] or "picture"
    dialog = file_dialog(window, window.session, "Save the picture", f"{stem}.png")
    dialog.setNameFilters(["PNG picture (*.png)", "JPEG picture (*.jpg)", "TIFF picture (*.tif)"])
    dialog.setDefaultSuffix("png")
    dialog.fileSelected.connect(lambda name: save_view(window.session, Path(name)))
    dialog.open()


def save_view(session: Session, path: Path) -> None:
    """Save what the view shows, drawn by the same code, in a job."""
    picture, viewport = session.picture, session.viewport()
    if picture is None or viewport is None:
        return
    scale, sample, pyramids = picture.scale, picture.sample, picture.pyramids
    cuts, source = [picture.cuts] * len(pyramids), picture.frame.path
    background = paper_background()

    def work(_progress: object) -> None:
        colours = draw(pyramids, viewport, scale, cuts, sample, background)
        save_picture(as_picture(colours), path, source)

    session.jobs.start(
        f"Saving {path.name}",
        work,
        lambda _none: session.tell("info", f"The picture was saved as {path}."),
        lambda sentence: session.tell("error", sentence),
    )


def ask_for_export(window: "MainWindow") -> None:
    """Ask how the view is to be exported, with all that lies over and stands beside the picture."""
    # only who exports needs the dialog and what paints on paper
    from viewer.ui.dialogs.export import ExportDialog
    from viewer.ui.export.scene import Scene

    scene = Scene.of(window.session, window.image_view.devicePixelRatioF(), window.image_view.overlays)
    if scene is not None:
        ExportDialog(window.session, scene, folder_of(window.session), window).open()


def copy_view(window: "MainWindow") -> None:
    """Copy the view as it is exported, as large as on the screen."""
    # as above
    from viewer.ui.export.choices import load_choices
    from viewer.ui.export.save import copy_export
    from viewer.ui.export.scene import Scene

    scene = Scene.of(window.session, window.image_view.devicePixelRatioF(), window.image_view.overlays)
    if scene is not None:
        copy_export(window.session, scene, replace(load_choices(), for_print=False))
