"""Export of stars: to files of all kinds, to the clipboard, and as regions over the picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtWidgets import QWidget

from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.folders import file_dialog

if TYPE_CHECKING:
    from viewer.core.measure.starlist import StarList

Array = np.ndarray[Any, np.dtype[Any]]
KINDS = (
    ("CSV table (*.csv)", "csv"),
    ("ECSV table with units (*.ecsv)", "ecsv"),
    ("FITS table (*.fits)", "fits"),
    ("VOTable (*.vot)", "vot"),
    ("DS9 regions (*.reg)", "reg"),
)
# of a star's full width at half maximum, where there is no aperture
REGION_WIDTHS = 1.5


def ask_for_table(session: Session, stars: "StarList", rows: Array, parent: QWidget) -> None:
    """Ask where to write stars, and write them.

    Parameters
    ----------
    session : Session
        Runs the work and tells how it ended.
    stars : StarList
        All stars.
    rows : numpy.ndarray
        Those to be written, in this order.
    parent : QWidget
        Of the dialog.
    """
    document = session.current
    if document is None:
        return
    stem = document.name.split(".")[0] or "picture"
    dialog = file_dialog(parent, session, f"Export {len(rows):,} stars", f"{stem}-stars.csv")
    dialog.setNameFilters([name for name, _ in KINDS])
    dialog.setDefaultSuffix("csv")
    suffixes = dict(KINDS)

    def kind_chosen(name: str) -> None:
        dialog.setDefaultSuffix(suffixes[name])
        # the name that stands there gets the suffix of the kind
        typed = dialog.selectedFiles()
        if typed and Path(typed[0]).suffix[1:] in suffixes.values():
            dialog.selectFile(Path(typed[0]).with_suffix(f".{suffixes[name]}").name)

    dialog.filterSelected.connect(kind_chosen)
    dialog.fileSelected.connect(lambda name: save_table(session, Path(name), stars, rows))
    dialog.open()


def save_table(session: Session, path: Path, stars: "StarList", rows: Array) -> None:
    """Write stars to a file in a job; the user has agreed that an existing file is lost."""
    chosen = stars.chosen(rows)
    session.jobs.start(
        f"Saving {path.name}",
        lambda _progress: chosen.write(path, overwrite=True),
        lambda _none: session.tell("info", f"{len(chosen):,} stars were saved as {path}."),
        lambda sentence: session.tell("error", sentence),
    )


def add_regions(session: Session, stars: "StarList", rows: Array, radius: float | None) -> None:
    """Add a circle to the regions for each of some stars: one step that can be undone.

    Parameters
    ----------
    session : Session
        Its layer gets the regions.
    stars : StarList
        All stars.
    rows : numpy.ndarray
        Those that get a region.
    radius : float or None
        In pixels; None follows the width of each.
    """
    table = stars.table
    fwhm = np.asarray(table["fwhm"], float)
    usual = float(np.nanmedian(fwhm)) if np.isfinite(fwhm).any() else 4.0
    added = []
    for row in rows.tolist():
        own = REGION_WIDTHS * (float(fwhm[row]) if np.isfinite(fwhm[row]) else usual)
        added.append(
            Region(
                "circle",
                ((float(table["x"][row]), float(table["y"][row])),),
                (round(radius or own, 2),),
                name=f"star {row + 1}",
            )
        )
    overlays = session.overlays
    title = "Add region" if len(added) == 1 else f"Add {len(added)} regions"
    overlays.set_regions((*overlays.layer.regions, *added), title)
    told = "1 star is a region now" if len(added) == 1 else f"{len(added):,} stars are regions now"
    session.tell("info", f"{told}; Edit > Undo takes it back.")
