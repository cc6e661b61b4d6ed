"""Export of the folder's table: what is shown, in its order, as CSV."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtWidgets import QWidget

from viewer.core.io.safe import written
from viewer.core.night.columns import Column, as_csv
from viewer.core.night.entry import Entry
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog


def ask_for_csv(
    session: Session, folder: Path, entries: Sequence[Entry], columns: Sequence[Column], parent: QWidget
) -> None:
    """Ask where to write some entries, and write them.

    Parameters
    ----------
    session : Session
        Runs the work and tells how it ended.
    folder : pathlib.Path
        The file is named after it.
    entries : sequence of Entry
        The rows.
    columns : sequence of Column
        Of the table.
    parent : QWidget
        Of the dialog.
    """
    name = folder / f"{folder.name or 'table'}.csv"
    dialog = file_dialog(parent, session, "Export the table", str(name))
    dialog.setNameFilters(["Comma-separated values (*.csv)"])
    dialog.setDefaultSuffix("csv")
    rows, shown = tuple(entries), tuple(columns)
    dialog.fileSelected.connect(lambda name: save_csv(session, Path(name), rows, shown))
    dialog.open()


def save_csv(session: Session, path: Path, entries: Sequence[Entry], columns: Sequence[Column]) -> None:
    """Write entries to a CSV file in a job; the user has agreed that an existing file is lost."""

    def work(_progress: object) -> None:
        with written(path, overwrite=True) as file:
            file.write(as_csv(entries, columns).encode("utf-8"))

    session.jobs.start(
        f"Saving {path.name}",
        work,
        lambda _none: session.tell("info", f"{len(entries):,} rows were saved as {path}."),
        lambda sentence: session.tell("error", sentence),
    )
