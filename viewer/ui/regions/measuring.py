"""Measuring: the statistics of the selected regions, kept up with while they are dragged."""

import time
from collections.abc import Callable

from viewer.core.progress import Progress
from viewer.core.session.document import Picture
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session
from viewer.core.shapes.region import Region
from viewer.ui.regions.measured import Measured, measure

# What takes longer is done by a worker, in seconds.
AT_ONCE = 0.015
# For a pixel of the box around a region, until it was timed.
FIRST_COST = 3e-7
MOST = 1000
Key = tuple[Picture, object, tuple[Region, ...]]


class Measuring:
    """Measures regions: small ones at once, others in a job; only what was asked for last is shown.

    Parameters
    ----------
    session : Session
        Its picture is measured.
    shown : callable
        Gets the results.
    """

    def __init__(self, session: Session, shown: Callable[[list[Measured]], object]) -> None:
        self._session = session
        self._shown = shown
        self._key: Key | None = None
        self._next: Key | None = None
        self._job: Job | None = None
        self._cost = FIRST_COST
        # the first measurement loads astropy.stats
        self._loaded = False

    def ask(self, regions: tuple[Region, ...]) -> None:
        """Measure regions of the image that is shown, unless that was done last."""
        picture = self._session.picture
        if picture is None or not regions:
            self._key = self._next = None
            self._shown([])
            return
        key = (picture, (picture.frame, picture.plane, picture.detailed), regions[:MOST])
        if self._key is not None and key[1:] == self._key[1:] and picture is self._key[0]:
            return
        self._key = key
        pixels = sum(_pixels(region, picture) for region in key[2])
        if self._loaded and pixels * self._cost + 2e-4 * len(key[2]) < AT_ONCE:
            self._next = None
            start = time.perf_counter()
            found = _measured(key)
            self._learn(time.perf_counter() - start, pixels)
            self._shown(found)
        else:
            self._next = key
            self._start()

    def _start(self) -> None:
        """Begin with what was asked for last, once the worker is done with what was before."""
        if self._job is not None or self._next is None:
            return
        key, self._next = self._next, None

        def work(progress: Progress) -> tuple[list[Measured], float]:
            start = time.perf_counter()
            found = _measured(key, progress)
            return found, time.perf_counter() - start

        def finished(result: tuple[list[Measured], float]) -> None:
            found, seconds = result
            self._job = None
            if self._loaded:
                self._learn(seconds, sum(_pixels(region, key[0]) for region in key[2]))
            self._loaded = True
            # while the mouse drags, the next one is asked for already: this is the newest that is known
            if self._key is not None and key[0] is self._key[0]:
                self._shown(found)
            self._start()

        def failed(sentence: str) -> None:
            self._job = None
            self._session.tell("error", sentence)
            self._start()

        job = self._session.jobs.start("Measuring regions", work, finished, failed, Priority.REFINE)
        if job in self._session.jobs.running:
            self._job = job

    def _learn(self, seconds: float, pixels: float) -> None:
        self._cost = 0.5 * (self._cost + seconds / max(pixels, 1000.0))


def _measured(key: Key, progress: Progress | None = None) -> list[Measured]:
    picture, _, regions = key
    found = []
    for number, region in enumerate(regions):
        if progress is not None:
            progress.report(number / len(regions))
        found.append(measure(region, picture, with_histogram=len(regions) == 1))
    return found


def _pixels(region: Region, picture: Picture) -> float:
    """Return how many pixels the box around a region has inside the image."""
    height, width = picture.frame.image_shape
    x0, x1, y0, y1 = region.bounds()
    return max(0.0, min(x1, width) - max(x0, 0)) * max(0.0, min(y1, height) - max(y0, 0))
