"""Calibrating the image on display: whether it can be, with which masters, and doing it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from viewer.core.call import Call
from viewer.core.night.entry import Entry
from viewer.core.night.table import entry_of
from viewer.core.progress import Progress
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.night.controls import recalled
from viewer.ui.night.matching import KINDS, Match, masters_in, match


@dataclass(frozen=True)
class Found:
    """What a worker brings back: the masters there are, and those for the image."""

    masters: list[Entry]
    match: Match


def why_not(document: Document | None) -> str:
    """Return why a document cannot be calibrated, in a sentence; empty if it can."""
    if document is None or document.picture is None or document.history is None:
        return "There is no image to calibrate: open one first."
    if any(call.name == "calibrate" for call in document.history.calls):
        return f"{document.name} is calibrated already: undo that first."
    return ""


def search(session: Session, document: Document) -> Callable[[Progress], Found]:
    """Return the work that finds the masters for an image, as the settings are now."""
    names, frame = session.settings.masters, document.picture.frame
    path = document.source.path

    def work(progress: Progress) -> Found:
        masters = masters_in(names, progress)
        return Found(masters, match(entry_for(path, frame.shape), masters))

    return work


def entry_for(path: Path, shape: tuple[int, ...]) -> Entry:
    """Return what is known of an image on display, whose size may not be its file's any more."""
    entry = entry_of(path, path.parent)
    return replace(entry, shape=shape)


def remembered(session: Session) -> dict[str, Any]:
    """Return how images were calibrated last: nonlinearity, gain, … but neither masters nor overruling."""
    values = recalled(session, "calibrate")
    return {key: value for key, value in values.items() if key not in (*KINDS, "override")}


def do_it(session: Session, document: Document, call: Call, why: str) -> None:
    """Do the step, and say which masters it takes and why."""
    session.apply(call, document)
    session.tell("info", f"Calibrated with {why}")
