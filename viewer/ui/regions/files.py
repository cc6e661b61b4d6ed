"""Region files: asked for, read in a job and added to the picture; and written."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from viewer.core.io.safe import written
from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.fitting import fit, scaled
from viewer.ui.folders import file_dialog
from viewer.ui.regions.describing import has_sky

if TYPE_CHECKING:
    from viewer.core.shapes.files import Loaded
    from viewer.core.shapes.writing import Written
    from viewer.ui.main_window import MainWindow

SUFFIXES = (".reg", ".crtf", ".region", ".regions")
KINDS = (
    "Regions (*.reg *.crtf *.region *.regions *.fits *.fit)",
    "All files (*)",
)
SKY_FRAMES = {
    "icrs": "DS9 regions on the sky: ICRS (*.reg)",
    "fk5": "DS9 regions on the sky: FK5, J2000 (*.reg)",
    "fk4": "DS9 regions on the sky: FK4, B1950 (*.reg)",
    "galactic": "DS9 regions on the sky: galactic (*.reg)",
    "ecliptic": "DS9 regions on the sky: ecliptic (*.reg)",
}
PIXEL_FRAMES = {
    "image": "DS9 regions in pixels of this image (*.reg)",
    "physical": "DS9 regions in pixels of the detector: physical (*.reg)",
}
MOST_TOLD = 2000


def is_region_file(path: Path) -> bool:
    """Whether a file is one of regions by its name."""
    return path.suffix.lower() in SUFFIXES


def load_regions(window: "MainWindow", path: Path) -> None:
    """Add the regions of a file to the image that a window shows.

    Parameters
    ----------
    window : MainWindow
        Holds the dialog that says what could not be read.
    path : pathlib.Path
        A DS9 region file, a CASA region text file or a FITS table of regions.
    """
    read_into(window.session, window, path)


def ask_for_regions(session: Session, parent: QWidget) -> None:
    """Ask for a region file, and add its regions to the image that is shown."""
    if session.current is None:
        return
    dialog = file_dialog(parent, session, "Read regions")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(KINDS)
    dialog.fileSelected.connect(lambda name: read_into(session, parent, Path(name)))
    dialog.open()


def read_into(session: Session, parent: QWidget, path: Path) -> None:
    """Read a region file in a job and add what it holds: one step that can be undone."""
    document, picture = session.current, session.picture
    if document is None or picture is None:
        session.tell("warning", f"{path.name} holds regions: open the image first that they belong to.")
        return
    frame, plane = picture.frame, picture.plane

    def work(progress: object) -> "Loaded":
        # few sessions read regions
        from viewer.core.shapes.files import read_region_file

        return read_region_file(path, frame.world, plane, progress)  # type: ignore[arg-type]

    def finished(loaded: "Loaded") -> None:
        if session.current is not document or session.picture is not picture:
            session.tell("warning", f"{path.name} was not added: another image is shown now.")
            return
        count = len(loaded.regions)
        if count:
            overlays = session.overlays
            overlays.set_regions(
                (*overlays.layer.regions, *loaded.regions),
                "Add region" if count == 1 else f"Add {count:,} regions",
            )
        read = f"{path.name}: {_count(count, 'region')} read"
        if loaded.problems:
            session.tell("warning", f"{read}, {_count(len(loaded.problems), 'problem')}.")
            tell_problems(
                parent, f"Problems with {path.name}", f"{read}. These problems were found:", loaded.problems
            )
        else:
            session.tell("info", f"{read}.")

    session.jobs.start(
        f"Reading {path.name}", work, finished, lambda sentence: session.tell("error", sentence)
    )


def ask_where_to_save(session: Session, parent: QWidget, regions: Sequence[Region]) -> None:
    """Ask for a file and for the coordinates in which regions are to be written, and write them."""
    document, picture = session.current, session.picture
    if document is None or picture is None or not regions:
        session.tell("warning", "There are no regions to save: draw some first.")
        return
    kinds = {**SKY_FRAMES, **PIXEL_FRAMES} if has_sky(picture) else PIXEL_FRAMES
    frames = {kind: frame for frame, kind in kinds.items()}
    stem = document.name.split(".")[0] or "picture"
    dialog = file_dialog(parent, session, f"Save {_count(len(regions), 'region')}", f"{stem}.reg")
    dialog.setNameFilters(list(frames))
    dialog.setDefaultSuffix("reg")
    dialog.fileSelected.connect(
        lambda name: save(session, parent, Path(name), regions, frames[dialog.selectedNameFilter()])
    )
    dialog.open()


def save(session: Session, parent: QWidget, path: Path, regions: Sequence[Region], frame: str) -> None:
    """Write regions to a DS9 region file in a job; the user has agreed that an existing file is lost.

    Parameters
    ----------
    session : Session
        Its image says where on the sky the regions are.
    parent : QWidget
        Of the dialog that says what could not be written as it is.
    path : pathlib.Path
        The file.
    regions : sequence of Region
        All that are written.
    frame : str
        A key of `SKY_FRAMES` or `PIXEL_FRAMES`.
    """
    picture = session.picture
    if picture is None:
        return
    image, plane, regions = picture.frame, picture.plane, tuple(regions)

    def work(_progress: object) -> "Written":
        # as above
        from viewer.core.shapes.writing import write_ds9

        made = write_ds9(regions, frame, image.world, plane)
        with written(path, overwrite=True) as file:
            file.write(made.text.encode("utf-8", "backslashreplace"))
        return made

    def finished(made: "Written") -> None:
        saved = f"{_count(len(regions), 'region')} saved as {path}"
        if made.problems:
            session.tell("warning", f"{saved}, {_count(len(made.problems), 'problem')}.")
            tell_problems(
                parent, f"Problems with {path.name}", f"{saved}. Not all is as it was:", made.problems
            )
        else:
            session.tell("info", f"{saved}.")

    session.jobs.start(
        f"Saving {path.name}", work, finished, lambda sentence: session.tell("error", sentence)
    )


def tell_problems(parent: QWidget, title: str, head: str, problems: Sequence[str]) -> QDialog:
    """List what could not be read or written, to be read at leisure and copied."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    text = QPlainTextEdit("\n".join(problems[:MOST_TOLD]), readOnly=True)
    text.setAccessibleName("Problems")
    if len(problems) > MOST_TOLD:
        text.appendPlainText(f"… and {len(problems) - MOST_TOLD:,} more")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(QLabel(head, wordWrap=True))
    column.addWidget(text, 1)
    column.addWidget(buttons)
    fit(dialog, scaled(640), scaled(320))
    dialog.show()
    return dialog


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
