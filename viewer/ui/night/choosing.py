"""Choosing files for the tools that work on many of them."""

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QFileDialog, QWidget

from viewer.core.session.folder import FITS_SUFFIXES, RASTER_SUFFIXES
from viewer.core.session.session import Session
from viewer.ui.dialogs.file_list import folder_dialog


def ask_for_images(
    parent: QWidget, session: Session, chosen: Callable[[Sequence[str]], object], folder: bool = False
) -> None:
    """Ask for files, or for a folder.

    Parameters
    ----------
    parent : QWidget
        Holds the dialog.
    session : Session
        The dialog begins beside its current image.
    chosen : callable
        Gets the names.
    folder : bool
        Whether a folder is asked for.
    """
    if folder:
        dialog = folder_dialog(parent, session, "Choose a folder of images")
    else:
        dialog = folder_dialog(parent, session, "Choose images", QFileDialog.FileMode.ExistingFiles)
        images = " ".join(f"*.{suffix}" for suffix in (*FITS_SUFFIXES, *RASTER_SUFFIXES))
        # the whole list of suffixes is wider than the dialog
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.setNameFilters([f"Images ({images})", "All files (*)"])
    dialog.filesSelected.connect(chosen)
