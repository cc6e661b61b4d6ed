"""Arriving: the one gate for files, folders and addresses that come from outside, however they come."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.names import shown
from viewer.core.session.arrivals import MOST_COUNTED, Arrivals, Folder, Known, sorted_out
from viewer.core.session.document import Document
from viewer.core.session.options import ViewOptions
from viewer.ui.question import ask

if TYPE_CHECKING:
    from viewer.core.session.session import Session
    from viewer.ui.main_window import MainWindow

MOST_AT_ONCE = 20
MANY_IMAGES = 1000


def arrive(
    window: "MainWindow",
    names: Iterable[str | Path],
    options: ViewOptions | None = None,
    typed: bool = False,
) -> None:
    """Open what came from a drop, the clipboard, another process, the desktop, or a list.

    A file that is open already comes to the front. Who brings many files or a large folder is asked first.

    Parameters
    ----------
    window : MainWindow
        Shows them; it may still be under construction.
    names : iterable of str or pathlib.Path
        Paths with or without brackets, folders, and addresses (file:, http:, https:, ftp:).
    options : ViewOptions, optional
        How the images are to be shown.
    typed : bool
        The names are lines of text, with quotes or ``~`` perhaps, or relative to the current image.
    """
    given = [str(name) for name in names]
    if given:
        _sort_out(window, given, options, _base(window.session) if typed else None)


def _base(session: "Session") -> Path:
    """Return the folder that what somebody types is relative to."""
    try:
        return Path.cwd() if session.current is None else session.current.source.path.absolute().parent
    except FileNotFoundError:
        # the folder that this was started in is gone
        return Path.home()


def _sort_out(
    window: "MainWindow", names: list[str], options: ViewOptions | None, base: Path | None, again: bool = True
) -> None:
    """Find out what the names stand for; `again` if images come meanwhile, which may be these."""
    session = window.session
    documents = dict(enumerate(session.documents))
    known = [_known(number, document) for number, document in documents.items() if document.file is not None]

    def found(arrivals: Arrivals) -> None:
        # who is impatient clicks again before the image is there
        if session.being_opened.intersection(arrivals.files):
            _when_opened(session, arrivals.files, lambda: _sort_out(window, names, options, base))
        elif again and arrivals.files and not set(session.documents).issubset(documents.values()):
            _sort_out(window, names, options, base, again=False)
        else:
            _receive(window, arrivals, documents, options)

    session.jobs.start(
        "Looking for files",
        lambda progress: sorted_out(names, known, progress, base),
        found,
        lambda sentence: session.tell("error", sentence),
        waits=True,
    )


def _when_opened(session: "Session", files: Sequence[str], go_on: Callable[[], object]) -> None:
    """Go on when none of the files is being read any more."""

    def look() -> None:
        if not session.being_opened.intersection(files):
            session.jobs.changed.disconnect(look)
            go_on()

    session.jobs.changed.connect(look)


def _known(number: int, document: Document) -> Known:
    source = document.source
    name = shown(source.path.name)
    brackets = document.name[len(name) :] if document.name.startswith(name) else ""
    return Known(number, document.file or source.path, brackets.replace(" ", ""), source.modified)


def _receive(
    window: "MainWindow", arrivals: Arrivals, documents: dict[int, Document], options: ViewOptions | None
) -> None:
    session = window.session
    for sentence in arrivals.sentences:
        session.tell("warning", sentence)
    already = [documents[number] for number in arrivals.known if documents[number] in session.documents]
    if len(arrivals.files) > MOST_AT_ONCE:
        _ask_about_files(window, arrivals.files, options)
    elif arrivals.files:
        session.open(arrivals.files, options)
    elif already:
        session.select(already[0])
        _look(window, options)
    if arrivals.addresses:
        # only who opens an address needs what goes into the network
        from viewer.ui.downloading import download

        download(window, arrivals.addresses, options)
    if arrivals.folders:
        _list_folders(window, arrivals.folders, show_first=not (arrivals.files or already))


def _look(window: "MainWindow", options: ViewOptions | None) -> None:
    """Show an image that is open already as it was asked for now."""
    session = window.session
    if options is None:
        return
    if options.hdu is not None and session.current is not None:
        session.select_hdu(options.hdu)
    if options.given and session.picture is not None:
        session.set_scale(options.scale(session.picture.scale))
        if options.zoom is not None:
            session.zoom_to(options.zoom)


def _ask_about_files(window: "MainWindow", files: Sequence[str], options: ViewOptions | None) -> None:
    paths = [Path(file) for file in files]
    ask(
        window,
        "Many files",
        f"Open {len(files):,} files at once?",
        "In the folder table they are listed by what their headers say, and opened one by one.",
        {
            "List them": lambda: _list(window, paths),
            "Open all": lambda: window.session.open(files, options),
        },
    )


def _list_folders(window: "MainWindow", folders: Sequence[Folder], show_first: bool) -> None:
    paths = [folder.path for folder in folders]
    count = sum(folder.images for folder in folders)
    if count <= MANY_IMAGES:
        _list(window, paths, show_first)
        return
    where = (
        f"The folder {shown(paths[0].name or paths[0])}" if len(paths) == 1 else f"These {len(paths)} folders"
    )
    many = f"{'more than ' if count >= MOST_COUNTED else ''}{count:,}"
    ask(
        window,
        "Large folder",
        f"{where} hold{'s' if len(paths) == 1 else ''} {many} images.",
        "They can be listed by what their headers say; only the first one is opened.",
        {"List them": lambda: _list(window, paths, show_first)},
    )


def _list(window: "MainWindow", paths: Sequence[Path], show_first: bool = True) -> None:
    """List many files, or folders, in the folder table, and open the first image if it is wanted."""
    absolute = [path.absolute() for path in paths]
    if len(absolute) == 1:
        # a folder; the disk, which may be far away, is not asked again
        window.show_folder(absolute[0], show_first=show_first)
        return
    window.show_folder(_common(absolute), absolute, show_first=show_first)


def _common(paths: Sequence[Path]) -> Path:
    """Return the folder that all of some paths are in."""
    parents = [path.parent for path in paths]
    return next(
        (each for each in (parents[0], *parents[0].parents) if all(p.is_relative_to(each) for p in parents)),
        parents[0],
    )
