"""Saving: write what a document shows to a file, and know that it is saved."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.names import shown
from viewer.core.progress import Progress
from viewer.core.session.document import Document
from viewer.core.session.history import History

if TYPE_CHECKING:
    from viewer.core.io.writing.options import SaveOptions
    from viewer.core.session.session import Session

_OVERWRITTEN = (
    "the file holds the result of these steps by now, as it was saved under the same name: "
    "keep a copy of the original to run this"
)


def save(
    session: "Session",
    document: Document,
    path: Path,
    options: "SaveOptions | None",
    overwrite: bool,
    finished: Callable[[], object] | None,
) -> None:
    """Write the image that a document shows; see `Session.save`."""
    history, picture = document.history, document.picture
    if history is None or picture is None:
        session.tell("warning", f"{document.name} shows no image that could be saved.")
        return
    frame = picture.frame
    also = {hdu: each for hdu, each in document.histories.items() if each is not history and each.modified}
    others = tuple(document.pictures[hdu].frame for hdu in also)
    written = [(each, each.shown) for each in (history, *also.values())]

    def work(progress: Progress) -> tuple[str, ...]:
        # nobody needs these before something is saved
        from viewer.core.io.write import SaveOptions, write

        how = options or SaveOptions()
        return write(frame, path, how, overwrite=overwrite, progress=progress, others=others)

    def saved(notes: tuple[str, ...]) -> None:
        session.tell("info", f"{path.name} was saved in {path.absolute().parent}.")
        for note in notes:
            session.tell("warning", note)
        # as above
        from viewer.core.io.write import PICTURES, TEXTS

        session.set_settings(session.settings.remember(str(path.absolute())))
        # a picture or a text holds neither the header nor all digits: the work is not saved yet
        if path.suffix.lower() not in (*PICTURES, *TEXTS):
            alone = options is not None and not options.whole_file
            for each, version in written[:1] if alone else written:
                each.mark_saved(version)
                _note_overwritten(each, path)
            document.file, document.name = path, shown(path.name)
            session.documents_changed.emit()
            session.history_changed.emit(document)
        if finished is not None:
            finished()

    session.jobs.start(f"Saving {path.name}", work, saved, lambda sentence: session.tell("error", sentence))


def _note_overwritten(history: History, path: Path) -> None:
    """A script of the steps begins with the original: if that is no more, it has to say so."""
    origin = history.origin_frame
    if origin is None or origin.path is None or not history.calls or not origin.path.exists():
        return
    if path.samefile(origin.path) and _OVERWRITTEN not in origin.problems:
        history.origin_frame = origin.derive(problems=(_OVERWRITTEN, *origin.problems))
