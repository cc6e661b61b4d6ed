"""Fetching: catalogues are read from files and asked for over the network by jobs, and then shown."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.session.document import Document
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.layer import Shown
from viewer.core.session.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from viewer.core.catalogue.catalogue import Catalogue
    from viewer.core.catalogue.recognise import Named
    from viewer.core.progress import Progress

# one after the other for new catalogues
COLOURS = ("#ffb000", "cyan", "magenta", "yellow", "green", "red")
SYMBOLS = ("circle", "diamond", "box", "plus", "cross")


def read_file(
    session: Session, path: Path, named: "Named | None", failed: "Callable[[str], object]"
) -> Job | None:
    """Read a catalogue in a job and show it over the image that is shown now.

    Parameters
    ----------
    session : Session
        Its current image gets the catalogue.
    path : pathlib.Path
        A file of any kind that `read_catalogue` knows.
    named : Named or None
        Columns that the user names.
    failed : callable
        Gets a sentence if it cannot be read.
    """

    def work(_progress: "Progress") -> "Catalogue":
        # tables of all kinds, which the start does without
        from viewer.core.catalogue.files import read_catalogue

        return read_catalogue(path, named)

    return _start(session, f"Reading {path.name}", work, failed)


def fetch(
    session: Session,
    service: str,
    radius: float | None,
    rows: int,
    faintest: float | None,
    failed: "Callable[[str], object]",
) -> Job | None:
    """Ask a service for what is around the middle of the image, in a job, and show it.

    Parameters
    ----------
    session : Session
        Its current image tells where, and when.
    service : str
        A key of `viewer.core.catalogue.online.SERVICES`.
    radius : float or None
        Degrees; None reaches to the corners of the image.
    rows : int
        At most.
    faintest : float or None
        Magnitude.
    failed : callable
        Gets a sentence if there is no answer.
    """
    picture = session.picture
    if picture is None or picture.frame.ndim < 2:
        failed("There is no image to fetch stars for: open one first.")
        return None
    frame, plane = picture.frame, picture.plane

    def work(progress: "Progress") -> "Catalogue":
        # as above; and astropy's coordinates
        from viewer.core.catalogue.catalogue import cone_of
        from viewer.core.catalogue.motion import epoch_of
        from viewer.core.catalogue.online import cone_search
        from viewer.core.errors import ViewerError

        cone = cone_of(frame.world, frame.image_shape, plane)
        if cone is None:
            raise ViewerError(
                f"{frame.name} does not say where on the sky it is ({frame.world.problem or 'no WCS'}): "
                "nothing can be fetched for it."
            )
        return cone_search(
            service,
            cone[0],
            cone[1],
            cone[2] if radius is None else radius,
            rows=rows,
            faintest=faintest,
            epoch=epoch_of(frame),
            progress=progress,
        )

    return _start(session, f"Asking {service.capitalize()}", work, failed)


def _start(
    session: Session,
    title: str,
    work: "Callable[[Progress], Catalogue]",
    failed: "Callable[[str], object]",
) -> Job | None:
    document, picture = session.current, session.picture
    if document is None or picture is None or picture.frame.ndim < 2:
        failed("There is no image to show a catalogue over: open one first.")
        return None
    frame, plane = picture.frame, picture.plane

    def whole(progress: "Progress") -> "tuple[Catalogue, int | None]":
        catalogue = work(progress)
        progress.report(0.95)
        placed = catalogue.placed(frame.world, frame.image_shape, plane)
        return catalogue, None if placed is None else placed.count

    def finished(result: "tuple[Catalogue, int | None]") -> None:
        catalogue, inside = result
        if inside is None:
            failed(
                f"{catalogue.name} has positions on the sky only, and {frame.name} has no WCS to place "
                "them by."
            )
            return
        show(session, catalogue, document)
        session.tell("info", f"{catalogue.name}: {inside:,} of {len(catalogue):,} objects are in the image.")

    return session.jobs.start(title, whole, finished, failed, Priority.DETAILS)


def show(session: Session, catalogue: "Catalogue", document: Document) -> Shown:
    """Show a catalogue over the image of a document, in place of one with the same name and origin.

    Parameters
    ----------
    session : Session
        Whose layers change.
    catalogue : Catalogue
        New.
    document : Document
        Its image.
    """
    before = session.overlays.layer_of(document).catalogues
    same = next(
        (
            each
            for each in before
            if each.catalogue.name == catalogue.name and each.catalogue.origin == catalogue.origin
        ),
        None,
    )
    if same is not None:
        shown = replace(same, catalogue=catalogue, visible=True)
        after = tuple(shown if each is same else each for each in before)
    else:
        number = len(before)
        shown = Shown(
            catalogue,
            symbol=SYMBOLS[number % len(SYMBOLS)],
            colour=COLOURS[number % len(COLOURS)],
            size_by=catalogue.magnitude or catalogue.flux,
            # names tell what SIMBAD's objects are; thousands of numbers of stars tell nothing
            label=catalogue.label if catalogue.name == "SIMBAD" else "",
        )
        after = (*before, shown)
    session.overlays.set_catalogues(after, document)
    return shown
