"""Thumbs: small pictures of the files that are in sight, drawn one after the other by a worker."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QIcon, QPainter, QPalette, QPixmap

from viewer.core.errors import ViewerError
from viewer.core.night.entry import Entry
from viewer.core.render.scale import Scale
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.loading import load
from viewer.core.session.session import Session
from viewer.ui.marks import as_image
from viewer.ui.theme import image_background, is_red
from viewer.ui.thumbnails import wanted

SIDE = 36
KEPT = 2000
# of the files scrolled past, so many are still drawn
WAITING = 40

Key = tuple[Path, tuple[int, int]]


class Thumbs(QObject):
    """Gives the small picture of a file if it is there, and else has it drawn.

    Signals
    -------
    ready : pathlib.Path
        The picture of this file is there.

    Parameters
    ----------
    session : Session
        Whose jobs do the work.
    parent : QObject, optional
        As in Qt.
    """

    ready = pyqtSignal(Path)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._made: OrderedDict[Key, QIcon] = OrderedDict()
        self._waiting: OrderedDict[Key, Entry] = OrderedDict()
        self._job: Job | None = None
        self._blank: QIcon | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._next)
        QGuiApplication.instance().paletteChanged.connect(self._forget)

    def of(self, entry: Entry) -> QIcon | None:
        """Return the picture of a file, or an empty one of the same size until it is drawn."""
        key = (entry.path, entry.stamp)
        if key in self._made:
            return self._made[key]
        if not entry.problem:
            self._waiting[key] = entry
            self._waiting.move_to_end(key)
            while len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            # not at once: this is called while the table is painted
            if not self._busy and not self._soon.isActive():
                self._soon.start()
        if self._blank is None:
            self._blank = QIcon(_square(self._ratio()))
        return self._blank

    def stop(self) -> None:
        """Draw no more until somebody asks again."""
        self._waiting.clear()
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _forget(self) -> None:
        """Draw all of them again, in the colours of another theme."""
        self.stop()
        self._made.clear()

    @property
    def _busy(self) -> bool:
        # the status line's Cancel ends a job without a word
        return self._job is not None and self._job in self._session.jobs.running

    def _next(self) -> None:
        if not self._waiting or self._busy:
            return
        # from the top of what is in sight
        key, entry = self._waiting.popitem(last=False)
        side, path = round(SIDE * self._ratio()), entry.path
        ink = QGuiApplication.palette().color(QPalette.ColorRole.Link).rgb()
        background, red, settings = image_background(), is_red(), self._session.settings
        upright, usual = settings.honour_row_order, settings.scale

        def finished(pixels: np.ndarray | None) -> None:
            self._job = None
            self._keep(key, pixels)
            self._soon.start()

        def failed(_sentence: str) -> None:
            # the table says what is wrong with the file
            finished(None)

        job = self._session.jobs.start(
            f"Drawing a thumbnail of {path.name}",
            lambda _progress: _draw(path, side, upright, (background, ink), red, usual),
            finished,
            failed,
            priority=Priority.BACKGROUND,
        )
        # an inline job has ended already
        self._job = None if key in self._made else job

    def _keep(self, key: Key, pixels: np.ndarray | None) -> None:
        ratio = self._ratio()
        square = _square(ratio)
        if pixels is not None:
            pixels = np.ascontiguousarray(pixels)
            image = as_image(pixels, ratio)
            size = image.deviceIndependentSize()
            with QPainter(square) as painter:
                painter.drawImage(round((SIDE - size.width()) / 2), round((SIDE - size.height()) / 2), image)
        icon = QIcon(square)
        # its colours are data: not tinted in a selected row
        icon.addPixmap(square, QIcon.Mode.Selected)
        self._made[key] = icon
        while len(self._made) > KEPT:
            self._made.popitem(last=False)
        self.ready.emit(key[0])

    def _ratio(self) -> float:
        return QGuiApplication.primaryScreen().devicePixelRatio()


def _draw(
    path: Path, side: int, upright: bool, colours: tuple[int, int], red: bool, usual: Scale
) -> np.ndarray | None:
    """Draw the image that opening the file would show; nothing for tables and what cannot be read."""
    try:
        picture = load(str(path), threads=1, usual=usual).picture
    except ViewerError:
        return None
    return None if picture is None else wanted(picture, side, upright, *colours, red).make()


def _square(ratio: float) -> QPixmap:
    """Return an empty square, so that all names begin at one place."""
    square = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    square.setDevicePixelRatio(ratio)
    square.fill(Qt.GlobalColor.transparent)
    return square
