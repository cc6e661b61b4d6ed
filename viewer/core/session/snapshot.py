"""Snapshot: what a session has open, as values to be written down."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.core.session.document import Document, Place
from viewer.core.session.remembered import Remembered, Seen, Window

if TYPE_CHECKING:
    from viewer.core.session.history import History
    from viewer.core.session.session import Session
    from viewer.core.shapes.region import Region


def remembered(session: "Session", waiting: Iterable[Remembered] = (), discarded: bool = False) -> Window:
    """Return what a session has open: frozen values only, made in no time.

    Parameters
    ----------
    session : Session
        The state.
    waiting : iterable of Remembered
        Documents that are not open (again) yet, or cannot be now.
    discarded : bool
        Steps that were not saved are not wanted, nor images that are in no file.
    """
    kept = [each for each in session.documents if not (discarded and _is_nowhere(each))]
    documents = tuple(_document(session, document, discarded) for document in kept)
    current = kept.index(session.current) if session.current in kept else None
    return Window((*documents, *waiting), current, session.overlays.tool)


def _is_nowhere(document: Document) -> bool:
    """Whether an image was made here, and never saved."""
    return document.file is None and any(each.saved is None for each in document.histories.values())


def _document(session: "Session", document: Document, discarded: bool) -> Remembered:
    file = document.file if discarded else _base(document)
    histories = document.histories
    images = [
        _without_steps(session, document, hdu, histories[hdu], file)
        if discarded and histories[hdu].modified
        else _seen(session, document, hdu, histories[hdu], file)
        for hdu in document.pictures
        if hdu in histories and not (hdu in document.waiting and document.waiting[hdu].steps)
    ]
    images += [
        replace(seen, regions=_regions(session, document, hdu))
        for hdu, seen in document.waiting.items()
        if seen.steps or hdu not in document.pictures
    ]
    origin = next((each.origin_frame for each in histories.values()), None)
    if file is not None:
        path: Path | None = file
    elif histories:
        path = None if origin is None else origin.path
    else:
        path = document.source.path
    name = "" if path is None else str(path.absolute())
    called = "" if path is not None and document.name == path.name else document.name
    # a file that was saved in place is another one since
    same = path == document.source.path and not any(each.saved for each in histories.values())
    modified = document.source.modified if same else None
    address = session.downloads.address_of(path) if session.is_download(path) else ""
    return Remembered(name, called, document.hdu, None, modified or None, tuple(images), address)


def _base(document: Document) -> Path | None:
    """Return the file that a document is opened from again; None if that is where everything began."""
    if document.file is None:
        return None
    known = all(
        history.saved is not None and history.saved <= history.position
        for history in document.histories.values()
    )
    return document.file if known else None


def _seen(session: "Session", document: Document, hdu: int, history: "History", file: Path | None) -> Seen:
    picture, origin = document.pictures[hdu], history.versions[0].frame
    calls, before = history.calls, len(history.calls_to(0))
    if file is not None:
        # the file holds some of the steps
        calls, before = calls[len(history.calls_to(history.saved or 0)) :], 0
    root = history.origin_frame
    section = ""
    if before and root is not None and root.path is not None:
        section = root.name.removeprefix(root.path.name)
    elif not before and origin.path is not None and file in (None, origin.path):
        section = _section(origin.name.removeprefix(origin.path.name))
    return Seen(
        hdu,
        section,
        picture.plane,
        picture.colour,
        picture.scale,
        picture.place,
        _regions(session, document, hdu),
        calls,
        "",
        len(calls),
        before,
    )


def _regions(session: "Session", document: Document, hdu: int) -> "tuple[Region | dict[str, Any], ...]":
    """Return the regions of an image, with those of an earlier session that are not drawn yet."""
    drawn, waiting = session.overlays.regions_of(document, hdu), document.waiting.get(hdu)
    if waiting is None or not waiting.regions:
        return drawn
    return (*drawn, *waiting.regions) if drawn else waiting.regions


def _without_steps(
    session: "Session", document: Document, hdu: int, history: "History", file: Path | None
) -> Seen:
    """Return an image as its file holds it."""
    seen = _seen(session, document, hdu, history, file)
    frame = history.versions[history.saved or 0].frame
    regions = session.overlays.regions_of(document, hdu, frame)
    if frame.shape != document.pictures[hdu].frame.shape:
        seen = replace(seen, plane=(), colour=None, place=Place())
    return replace(seen, regions=regions, calls=(), steps=0, before=0)


def _section(brackets: str) -> str:
    last = brackets.rpartition("[")[2]
    return f"[{last}" if ":" in last or "*" in last else ""
