"""Opening the windows for masters, calibration and stacking: each is loaded when it is asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.night.entry import Entry
from viewer.core.session.session import Session

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget

    from viewer.ui.main_window import MainWindow

# All of them need the operations, which load scipy: nobody waits for that at the start.


def calibrate_frame(window: "MainWindow") -> None:
    """Calibrate the current image with the remembered masters, or ask for them."""
    from viewer.ui.night import calibrate

    calibrate.calibrate_frame(window)


def calibrate_how(window: "MainWindow") -> None:
    """Ask with which masters the current image is to be calibrated, and how."""
    from viewer.ui.night import calibrate

    calibrate.ask_how(window)


def make_master(session: Session, entries: Sequence[Entry], parent: "QWidget") -> None:
    """Combine calibration frames to a master."""
    from viewer.ui.night.master import MasterDialog

    MasterDialog(session, entries, parent).show()


def calibrate_selection(session: Session, entries: Sequence[Entry], parent: "QWidget") -> None:
    """Calibrate files into another folder."""
    from viewer.ui.night.calibrate_files import CalibrateFilesDialog

    CalibrateFilesDialog(session, lights_of(session, entries), parent).show()


def align_and_combine(session: Session, entries: Sequence[Entry], parent: "QWidget") -> None:
    """Rank, align and combine files; without any, the images that are open."""
    from viewer.ui.night.stack import StackDialog

    dialog = StackDialog(session, lights_of(session, entries), parent)
    if not entries and len(session.documents) > 1:
        dialog.add_open()
    dialog.show()


def chosen(window: "MainWindow") -> tuple[Entry, ...]:
    """Return the files that are selected in the folder's table, if they are several; else none.

    One row is selected there by going to it already, and does not stand for a wish.
    """
    panel = window.docks.folder
    entries = panel.selected_entries() if panel.isVisible() else ()
    return entries if len(entries) > 1 else ()


def reduce_open_folder(window: "MainWindow") -> None:
    """Reduce the folder whose table is open, with what was set by hand in it; or ask for one."""
    panel = window.docks.folder
    entries = () if panel.reading.busy else tuple(panel.model.entries)
    reduce_night(window.session, panel.folder, entries, window)


def reduce_night(session: Session, folder: Path | None, entries: Sequence[Entry], parent: "QWidget") -> None:
    """Reduce a whole folder step by step."""
    from viewer.ui.night.assistant import Assistant

    Assistant(session, folder, entries, parent).show()


def lights_of(session: Session, entries: Sequence[Entry]) -> list[Path]:
    """Return the lights among files, and say that the others are left out; all if there is no light."""
    readable = [entry for entry in entries if not entry.problem]
    lights = [entry for entry in readable if entry.kind in ("light", "")]
    used = lights or readable
    if len(used) < len(entries):
        count = len(entries) - len(used)
        session.tell("info", f"{count} file{'' if count == 1 else 's'} left out: no light frames.")
    return [entry.path for entry in used]
