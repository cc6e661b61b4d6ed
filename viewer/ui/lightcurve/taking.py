"""Taking a light curve elsewhere: as a table in a file, and as the Python that measures it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QWidget

from viewer.core.errors import ViewerError
from viewer.core.session.session import Session
from viewer.ui.folders import file_dialog

if TYPE_CHECKING:
    from viewer.core.measure.series import Aperture
    from viewer.core.measure.seriestable import Series
    from viewer.core.script.question import Question

KINDS = ("Table as CSV (*.csv)", "ECSV, with units (*.ecsv)", "FITS table (*.fits)")


def ask_where_to_save(session: Session, parent: QWidget, series: "Series") -> None:
    """Ask for a file for the table; its suffix tells its kind."""
    dialog = file_dialog(parent, session, "Save the light curve", "light_curve.csv")
    dialog.setNameFilters(KINDS)
    dialog.setDefaultSuffix("csv")
    dialog.fileSelected.connect(lambda name: save(session, series, Path(name)))
    dialog.open()


def save(session: Session, series: "Series", path: Path) -> None:
    """Write the table; the user has agreed that an existing file is lost."""
    # measuring loads scipy, which the start does without
    from viewer.core.measure.seriestable import write_series

    try:
        write_series(series, path, overwrite=True)
    except ViewerError as error:
        session.tell("error", str(error))
    else:
        session.tell("info", f"The light curve was saved as {path}.")


def question_of(series: "Series", reference: str, aperture: "Aperture", way: str) -> "Question":
    """Return the measurement of a light curve, of which a script can be made.

    Parameters
    ----------
    series : Series
        As it was measured; frames that could not be read are left out, for a script would stop at them.
    reference : str
        The file in which the stars were marked.
    aperture : Aperture
        How they were measured.
    way : str
        How they were found again.
    """
    # as above
    from viewer.core.measure.lightcurve import light_curve
    from viewer.core.script.question import Question

    rows = [i for i, flag in enumerate(series.columns["flags"]) if not flag.startswith("not measured")]
    arguments = {
        "files": tuple(series.frames[i] for i in rows),
        "times": tuple(round(float(series.columns["jd"][i]), 8) for i in rows),
        "gains": tuple(series.gains[i] for i in rows),
        "saturations": tuple(series.full[i] for i in rows),
        "reference": reference,
        "xs": tuple(round(x, 3) for x, _ in series.stars),
        "ys": tuple(round(y, 3) for _, y in series.stars),
        "align": way,
        "radius": aperture.radius,
        "inner": aperture.inner,
        "outer": aperture.outer,
        "recentre": aperture.recentre,
        "search": aperture.search,
    }
    return Question(light_curve, arguments, "Light curve")
