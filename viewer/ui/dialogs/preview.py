"""PreviewPicture: a part of the image before and after an operation, made by a worker."""

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from viewer.core.preview import BUDGET, Preview
from viewer.core.progress import Progress
from viewer.core.session.jobs import Job
from viewer.core.session.session import Session
from viewer.ui.dialogs.sides import Drawn, Look, draw_preview
from viewer.ui.theme import image_background, is_red
from viewer.ui.tint import tinted

SIZE = (396, 280)
# a key held down in a field need not compute every value
DELAY_MS = 40
# legible on the surround of pictures, which is dark in both themes
EMPTY_COLOUR = "#b8b8b8"
SLOW_MS = 250

Work = Callable[[int, Progress], Preview]


class PreviewPicture(QWidget):
    """Shows the newest preview; holding a mouse button on it shows the image as it is.

    Parameters
    ----------
    session : Session
        Runs the jobs.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    noted : pyqtSignal of str
        What has to be known about the picture.
    refused : pyqtSignal of str
        The operation cannot be done, and why; empty if it can.
    before_wanted : pyqtSignal of bool
        The mouse button is held.
    """

    noted = pyqtSignal(str)
    refused = pyqtSignal(str)
    before_wanted = pyqtSignal(bool)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: tuple[Work, Look, str] | None = None
        self._job: Job | None = None
        self._stale = False
        self._drawn: Drawn | None = None
        self._image: QImage | None = None
        self._before = False
        self._timer = _single_shot(self, DELAY_MS, self._start)
        self._slow = _single_shot(self, SLOW_MS, lambda: self.noted.emit("Computing…"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(*(length // 2 for length in SIZE))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Hold the mouse button to see the image as it is")
        self.setAccessibleName("Preview")

    def sizeHint(self) -> QSize:
        """As wide as a hand."""
        return QSize(*SIZE)

    @property
    def drawn(self) -> Drawn | None:
        """What is shown."""
        return self._drawn

    def show_soon(self, work: Work, look: Look, title: str) -> None:
        """Compute and show something else, as soon as what is being computed is done.

        Parameters
        ----------
        work : callable
            Gets the number of pixels that may be computed, and a `Progress`; runs in a worker.
        look : Look
            How to draw it.
        title : str
            For the status line, if it takes long.
        """
        self._wanted = (work, look, title)
        self._timer.start()

    def show_before(self, before: bool) -> None:
        """Show the image as it is, or what becomes of it."""
        if before != self._before:
            self._before = before
            self._take_image()

    def stop(self) -> None:
        """Compute and show nothing more; what is under way is not waited for."""
        self._wanted = self._drawn = self._image = None
        self._stale = False
        self.noted.emit("")
        self.update()
        self._timer.stop()
        self._slow.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # ------------------------------------------------------------------ computing

    def _start(self) -> None:
        if self._wanted is None:
            return
        if self._job is not None and not self._job.progress.cancelled:
            # one at a time: the newest is taken when this one is done
            self._stale = True
            return
        work, look, title = self._wanted
        self._stale = False
        ratio = self.devicePixelRatioF()
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        background, red = image_background(), is_red()

        def compute(progress: Progress) -> Drawn:
            # more pixels than the picture has: halving them again must not leave too few
            budget = min(BUDGET, 4 * size[0] * size[1])
            return draw_preview(work(budget, progress), look, size, background, red)

        self._slow.start()
        job = self._session.jobs.start(f"Preview of {title}", compute, self._finished, self._failed)
        # a job that is run at once has ended by now
        self._job = job if job in self._session.jobs.running else None

    def _finished(self, drawn: Drawn) -> None:
        self._ended()
        self._drawn = drawn
        self._take_image()
        self.refused.emit("")
        self.noted.emit(drawn.note)

    def _failed(self, sentence: str) -> None:
        self._ended()
        self._drawn = self._image = None
        self.update()
        self.noted.emit("")
        self.refused.emit(sentence)

    def _ended(self) -> None:
        self._job = None
        self._slow.stop()
        if self._stale:
            self._timer.start(0)

    # ------------------------------------------------------------------ showing

    def _take_image(self) -> None:
        if self._drawn is not None:
            pixels = self._drawn.before if self._before else self._drawn.after
            height, width = pixels.shape
            image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)
            # a copy owns its pixels
            self._image = image.copy()
            self._image.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the picture in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(image_background() & 0xFFFFFF))
        if self._image is not None:
            size = self._image.deviceIndependentSize().toSize()
            place = QRect(0, 0, size.width(), size.height())
            place.moveCenter(self.rect().center())
            painter.drawImage(place.topLeft(), self._image)
        elif self._job is None and not self._timer.isActive():
            painter.setPen(tinted(QColor(EMPTY_COLOUR)))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No preview")

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Compute again, for the room that there is now."""
        super().resizeEvent(event)
        if self._wanted is not None:
            self._timer.start()

    def changeEvent(self, event: QEvent | None) -> None:
        """Draw again, in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._wanted is not None:
            self._timer.start()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Show the image as it is."""
        self.before_wanted.emit(True)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Show the result again."""
        self.before_wanted.emit(False)


def _single_shot(parent: QWidget, milliseconds: int, call: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(call)
    return timer
