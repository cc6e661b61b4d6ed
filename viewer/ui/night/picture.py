"""FramePicture: a small picture of an image, with the stars that were found or matched marked on it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from viewer.core.frame import Frame
from viewer.core.progress import Progress
from viewer.core.render.draw import draw
from viewer.core.render.viewport import Viewport
from viewer.core.session.document import Picture
from viewer.core.session.jobs import Job
from viewer.core.session.loading import picture_of
from viewer.core.session.session import Session
from viewer.ui.theme import image_background, is_red
from viewer.ui.tint import tinted

SIZE = (380, 300)
# legible on the surround of pictures, which is dark in both themes, and on stars
CIRCLE, ARROW, TEXT = "#59d98e", "#ffb454", "#b8b8b8"
RADIUS = 7.0
DELAY_MS = 40
# pixels on the screen that the longest residual is drawn with
LONGEST = 24.0
MOST_MAGNIFIED = 1000.0


@dataclass(frozen=True, eq=False)
class Marks:
    """Stars to be marked.

    Attributes
    ----------
    stars : numpy.ndarray
        Shape (n, 2): x and y, counted from 0.
    residuals : numpy.ndarray or None
        Shape (n, 2), pixels: how far each lies from where it should.
    """

    stars: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    residuals: np.ndarray | None = None


class FramePicture(QWidget):
    """Shows the newest image that it was asked for; it is read and drawn by a worker.

    Parameters
    ----------
    session : Session
        Runs the jobs.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    opened : pyqtSignal
        It was clicked twice.
    """

    opened = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: tuple[str, Callable[[Progress], Frame]] | None = None
        self._picture: Picture | None = None
        self._viewport: Viewport | None = None
        self._image: QImage | None = None
        self._marks = Marks()
        self._job: Job | None = None
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._start)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(SIZE[0] * 2 // 3, SIZE[1] * 2 // 3)
        self.setAccessibleName("Picture of the frame")

    def sizeHint(self) -> QSize:
        """As wide as a hand."""
        return QSize(*SIZE)

    @property
    def magnification(self) -> float:
        """How many times longer residuals are drawn than they are."""
        residuals = self._marks.residuals
        if residuals is None or not len(residuals) or self._viewport is None:
            return 1.0
        longest = float(np.hypot(*residuals.T).max()) * self._viewport.zoom / self.devicePixelRatioF()
        if longest <= 0:
            return 1.0
        # 1, 2 or 5 times a power of ten
        wanted = min(LONGEST / longest, MOST_MAGNIFIED)
        power = 10.0 ** np.floor(np.log10(wanted))
        return float(max(step * power for step in (1, 2, 5) if step * power <= wanted))

    def show_frame(self, key: str, make: Callable[[Progress], Frame]) -> None:
        """Show an image, as soon as it is read.

        Parameters
        ----------
        key : str
            The same key stands for the same image, which is not read again.
        make : callable
            Returns the image; runs in a worker.
        """
        if self._wanted is not None and self._wanted[0] == key:
            return
        self._wanted = (key, make)
        self._picture = self._image = None
        self._marks = Marks()
        self._text = "Reading…"
        self._timer.start()
        self.update()

    def show_marks(self, marks: Marks) -> None:
        """Mark stars on the image."""
        self._marks = marks
        self.update()

    def clear(self, text: str = "No picture") -> None:
        """Show nothing, and read nothing more."""
        self._wanted = self._picture = self._image = None
        self._marks = Marks()
        self._text = text
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.update()

    def _start(self) -> None:
        if self._wanted is None:
            return
        if self._job is not None:
            # only the newest is worth waiting for
            self._job.cancel()
        wanted, known = self._wanted, self._picture
        key, make = wanted
        ratio = self.devicePixelRatioF()
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        background, usual = image_background(), self._session.settings.scale
        red = is_red()

        def work(progress: Progress) -> tuple[Picture, Viewport, np.ndarray]:
            picture = known
            if picture is None:
                picture = picture_of(make(progress), usual=usual)
                for pyramid in picture.pyramids:
                    pyramid.build(threads=1)
            orientation = picture.orientation(honour_row_order=True)
            viewport = Viewport.fit(picture.frame.image_shape, size, orientation)
            cuts = [picture.cuts] * len(picture.pyramids)
            return (
                picture,
                viewport,
                draw(picture.pyramids, viewport, picture.scale, cuts, picture.sample, background, red=red),
            )

        def finished(drawn: tuple[Picture, Viewport, np.ndarray]) -> None:
            self._job = None
            if wanted is self._wanted:
                self._take(*drawn)

        def failed(sentence: str) -> None:
            self._job = None
            if wanted is self._wanted:
                self._text = sentence
                self.update()

        job = self._session.jobs.start(f"Picture of {key}", work, finished, failed)
        self._job = job if job in self._session.jobs.running else None

    def _take(self, picture: Picture, viewport: Viewport, colours: np.ndarray) -> None:
        self._picture, self._viewport = picture, viewport
        height, width = colours.shape
        image = QImage(colours.data, width, height, colours.strides[0], QImage.Format.Format_RGB32)
        # a copy owns its pixels
        self._image = image.copy()
        self._image.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    # ------------------------------------------------------------------ on the screen

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the picture and the marks."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(image_background() & 0xFFFFFF))
        if self._image is None or self._viewport is None:
            painter.setPen(tinted(QColor(TEXT)))
            room = self.rect().adjusted(12, 12, -12, -12)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
            return
        size = self._image.deviceIndependentSize().toSize()
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawImage(place.topLeft(), self._image)
        painter.translate(place.topLeft().toPointF())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)

    def _paint_marks(self, painter: QPainter) -> None:
        magnification, residuals = self.magnification, self._marks.residuals
        circle, arrow = QPen(tinted(QColor(CIRCLE)), 1.4), QPen(tinted(QColor(ARROW)), 1.6)
        for number, (x, y) in enumerate(self._marks.stars):
            where = self._on_screen(x, y)
            painter.setPen(circle)
            painter.drawEllipse(where, RADIUS, RADIUS)
            if residuals is not None:
                dx, dy = residuals[number] * magnification
                painter.setPen(arrow)
                painter.drawLine(where, self._on_screen(x + dx, y + dy))
        if residuals is not None and len(residuals):
            self._paint_label(painter, f"residuals × {magnification:g}")

    def _paint_label(self, painter: QPainter, text: str) -> None:
        painter.resetTransform()
        room = painter.fontMetrics().boundingRect(text).adjusted(-5, -3, 5, 3)
        room.moveBottomLeft(self.rect().bottomLeft())
        painter.fillRect(room, QColor(image_background() & 0xFFFFFF))
        painter.setPen(tinted(QColor(ARROW)))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _on_screen(self, x: float, y: float) -> QPointF:
        ratio = self.devicePixelRatioF()
        sx, sy = self._viewport.to_screen(float(x), float(y))
        return QPointF(sx / ratio, sy / ratio)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw again, for the room that there is now."""
        super().resizeEvent(event)
        if self._wanted is not None:
            self._timer.start()

    def changeEvent(self, event: QEvent | None) -> None:
        """Draw again, in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._wanted is not None:
            self._timer.start()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Ask for the image in the main window."""
        if self._image is not None:
            self.opened.emit()
