"""Calibrate this frame: with the remembered masters at once, or after asking where they are or what to do."""

from typing import TYPE_CHECKING

from viewer.core.session.document import Document
from viewer.ui.night.calibrate_dialog import CalibrateDialog
from viewer.ui.night.calibrating import Found, do_it, remembered, search, why_not
from viewer.ui.night.matching import calibration

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def calibrate_frame(window: "MainWindow") -> None:
    """Calibrate the current image with the remembered masters; ask if there are none, or one does not fit."""
    session = window.session
    document = session.current
    reason = why_not(document)
    if document is None or reason:
        session.tell("warning", reason)
        return
    if not session.settings.masters:
        _ask(
            window,
            document,
            "Choose the masters first: they are remembered, and next time one key is enough.",
        )
        return

    def found(result: Found) -> None:
        missing = result.match.missing
        if missing or not result.match.found:
            which = " or ".join(missing) or "master"
            _ask(window, document, f"No {which} fits {document.name}.")
            return
        do_it(
            session, document, calibration(result.match.found, values=remembered(session)), result.match.why
        )

    session.jobs.start(
        "Choosing masters",
        search(session, document),
        found,
        lambda sentence: _ask(window, document, sentence),
    )


def ask_how(window: "MainWindow") -> None:
    """Ask with which masters and how the current image is to be calibrated."""
    document = window.session.current
    reason = why_not(document)
    if document is None or reason:
        window.session.tell("warning", reason)
    else:
        _ask(window, document, "")


def _ask(window: "MainWindow", document: Document, note: str) -> None:
    CalibrateDialog(window.session, document, note, window).show()
