"""Finishing: the work that goes on behind a picture that is shown already."""

from collections.abc import Callable

from viewer.core.frame import Frame
from viewer.core.progress import Progress
from viewer.core.render.pyramid import Pyramid
from viewer.core.session.document import Document, Picture
from viewer.core.session.jobs import Job, Jobs, Priority

# Pyramids are kept for the images looked at last; beyond this they are built again when needed.
PYRAMID_BYTES = 256 * 2**20


class Finishing:
    """Builds pyramids and forgets old ones; parses headers and builds the WCS.

    Parameters
    ----------
    jobs : Jobs
        Where it runs.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._lately: list[Picture] = []
        self._refining: Job | None = None
        self._detailing: tuple[Job, Frame] | None = None
        self._pyramids: tuple[Pyramid, ...] = ()

    def refine(self, document: Document, picture: Picture, refined: Callable[[Document], None]) -> None:
        """Build the pyramids of a picture; those of the one before are no longer waited for.

        Parameters
        ----------
        document : Document
            The current one.
        picture : Picture
            Its picture.
        refined : callable
            Called with `document` when there is something better to show.
        """
        if picture in self._lately:
            self._lately.remove(picture)
        self._lately.append(picture)
        pyramids = picture.pyramids
        if self._refining is not None:
            if self._pyramids is pyramids and not self._refining.progress.cancelled:
                return
            self._refining.cancel()
            self._refining = None
        self._pyramids = pyramids

        def work(progress: Progress) -> object:
            for pyramid in pyramids:
                pyramid.build(progress)
            return None

        def finished(_result: object) -> None:
            self._refining = None
            self._forget_old(picture)
            if picture.pyramids is not pyramids:
                return
            picture.know_extremes()
            if picture.scale.limits.mode == "minmax":
                picture.cuts = picture.scale.limits.resolve(picture.sample)
            if document.picture is picture:
                found = (*document.problems, *picture.frame.pixels.problems)
                document.problems = tuple(dict.fromkeys(found))
            refined(document)

        if all(pyramid.ready for pyramid in pyramids):
            self._forget_old(picture)
        else:
            title = f"Preparing {document.name}"
            self._refining = self._jobs.start(title, work, finished, priority=Priority.REFINE)

    def opened(self, picture: Picture, shown: Picture | None) -> None:
        """A picture was opened, perhaps one of many and behind the one that is shown."""
        self._lately.insert(0, picture)
        self._forget_old(shown)

    def forget(self, document: Document) -> None:
        """A document is closed: nothing of it is kept."""
        self._lately = [picture for picture in self._lately if picture not in document.pictures.values()]

    def add_details(
        self,
        document: Document,
        picture: Picture,
        ready: Callable[[Document], None],
        damaged: Callable[[Document], None],
    ) -> None:
        """Parse the header and build the WCS of a picture, then compare its checksums.

        Parameters
        ----------
        document : Document
            The current one.
        picture : Picture
            Its picture.
        ready : callable
            Called with `document` when header and WCS are there.
        damaged : callable
            Called with `document` if a checksum is wrong; the document's problems say so.
        """
        hdu, frame = document.hdu, picture.frame
        if self._detailing is not None:
            job, of = self._detailing
            # the window asks whenever something has changed: once is enough
            if of is frame and job in self._jobs.running and not job.progress.cancelled:
                return

        def work(_progress: Progress) -> object:
            return frame.header, frame.world

        def finished(_result: object) -> None:
            picture.detailed = True
            ready(document)
            if hdu is not None and not picture.derived:
                self._verify(document, picture, hdu, damaged)

        started = self._jobs.start("Reading the header", work, finished, priority=Priority.DETAILS)
        self._detailing = (started, frame)

    def _verify(
        self, document: Document, picture: Picture, hdu: int, damaged: Callable[[Document], None]
    ) -> None:
        # an HDU without checksums is not read
        def finished(problems: tuple[str, ...]) -> None:
            if not problems:
                return
            found = tuple(dict.fromkeys((*picture.frame.problems, *problems)))
            picture.frame = picture.frame.derive(problems=found)
            if document.picture is picture:
                document.problems = tuple(dict.fromkeys((*document.problems, *problems)))
                damaged(document)

        self._jobs.start(
            f"Checking {document.name}",
            lambda progress: document.source.verify(hdu, progress),
            finished,
            priority=Priority.BACKGROUND,
        )

    def _forget_old(self, shown: Picture | None) -> None:
        kept = 0
        for picture in reversed(self._lately):
            kept += sum(pyramid.nbytes for pyramid in picture.pyramids)
            if kept > PYRAMID_BYTES and picture is not shown:
                for pyramid in picture.pyramids:
                    pyramid.forget()
