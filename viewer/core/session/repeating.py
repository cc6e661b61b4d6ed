"""Repeating: what workers do to bring an image of an earlier session back - open it, do its steps again."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.errors import ViewerError
from viewer.core.io import open_source
from viewer.core.io.name import FileName
from viewer.core.progress import Progress
from viewer.core.render.scale import Scale
from viewer.core.session.document import Picture
from viewer.core.session.editing import Find, prepared
from viewer.core.session.history import Version
from viewer.core.session.loading import Loaded, load_hdu
from viewer.core.session.remembered import Remembered, Seen
from viewer.core.session.trusted import regions_of

if TYPE_CHECKING:
    from viewer.core.call import Call
    from viewer.core.frame import Frame
    from viewer.core.io.source import Source
    from viewer.core.session.fetching import Downloads
    from viewer.core.shapes.region import Region


@dataclass(frozen=True, eq=False)
class Steps:
    """What a worker needs to repeat the steps on one image, and what it brings back.

    Attributes
    ----------
    seen : Seen
        How the image was.
    hdu : int
        Where it is.
    frame : Frame or None
        The image as it was opened; None if nobody has looked at it yet.
    opened : Picture or None
        That, if the worker had to open it.
    versions : tuple of Version
        The image after each step.
    regions : tuple of Region
        To be drawn over it in the end.
    sentence : str
        Why not all steps could be repeated.
    """

    seen: Seen
    hdu: int
    frame: "Frame | None"
    opened: Picture | None = None
    versions: tuple[Version, ...] = ()
    regions: "tuple[Region, ...]" = ()
    sentence: str = ""


def present(was: Remembered, downloads: "Downloads | None", progress: Progress) -> Remembered | None:
    """Return a document whose file is there, downloaded again if need be; None if it is gone.

    Raises
    ------
    ViewerError
        If it cannot be downloaded.
    """
    if downloads is None:
        return None if was.path and was.became() == "gone" else was
    # the network is asked for nothing else
    from viewer.core.session.fetching import fetch
    from viewer.core.session.wire import shown_address

    with downloads.turn(progress):
        found = fetch(was.address, downloads.place(), progress)
    if not isinstance(found, Path):
        raise ViewerError(
            f"{was.title} is large, and not downloaded unasked: open {shown_address(was.address)}"
        )
    downloads.came(found, was.address)
    return replace(was, path=str(found), size=None, modified=None)


def load_again(was: Remembered, usual: Scale) -> Loaded:
    """Open a file with the HDU that was shown."""
    source = open_source(FileName(Path(was.path)))
    hdu = was.hdu if was.hdu is not None and was.hdu < len(source.hdus) else source.default
    seen = was.seen(hdu) or Seen()
    section = _parsed(seen.section).section
    try:
        return load_hdu(source, hdu, section, usual=usual, plane=seen.plane, colour=seen.colour)
    except ViewerError:
        if section is None:
            raise
        # the file is another one by now
        return load_hdu(source, hdu, usual=usual, plane=seen.plane, colour=seen.colour)


def root_of(path: str, brackets: str) -> "Frame":
    """Return the image of a file that steps begin with."""
    source, wanted = open_source(FileName(Path(path))), _parsed(brackets)
    hdu = source.default if wanted.hdu is None else source.find(wanted.hdu, wanted.ver)
    if hdu is None:
        raise ViewerError(f"{Path(path).name} holds no image any more.")
    return source.frame(hdu, wanted.section)


def _parsed(brackets: str) -> FileName:
    try:
        # a name that no file can have
        return FileName.parse(f"\0{brackets}")
    except ViewerError:
        return FileName(Path("\0"))


def repeated(
    todo: Steps, source: "Source", title: str, usual: Scale, find: Find, progress: Progress
) -> Steps:
    """Repeat the steps on one image, as far as they go; for a worker."""
    seen = todo.seen
    if todo.frame is None and seen.steps:
        loaded = load_hdu(source, todo.hdu, usual=usual, plane=seen.plane, colour=seen.colour)
        if loaded.picture is None:
            return replace(todo, sentence=f"{title}: HDU {todo.hdu} is no image any more.")
        todo = replace(todo, frame=loaded.picture.frame, opened=loaded.picture)
    try:
        calls = seen.parsed_calls(title)
    except ViewerError as error:
        return replace(todo, sentence=str(error), regions=regions_of(seen))
    return worked(todo, calls, usual, find, progress)


def worked(todo: Steps, calls: "tuple[Call, ...]", usual: Scale, find: Find, progress: Progress) -> Steps:
    """Do calls to an image, as far as they go; for a worker."""
    versions = list[Version]()
    sentence, frame = "", todo.frame
    if calls:
        # operations load scipy and astropy
        from viewer.core.apply import apply

        for call in calls:
            try:
                picture = prepared(apply(call, frame, progress, find), usual)
            except ViewerError as error:
                sentence = str(error)
                break
            frame = picture.frame
            versions.append(Version(frame, call, picture))
    return replace(todo, versions=tuple(versions), regions=regions_of(todo.seen), sentence=sentence)
