"""Preview: an export as small as there is room for it, drawn by a worker."""

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QImage, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from viewer.core.session.jobs import Job
from viewer.core.session.session import Session
from viewer.ui.export.choices import Choices
from viewer.ui.export.render import render_preview
from viewer.ui.export.scene import Scene
from viewer.ui.tint import tinted_image

SIDE = 420
# tells a white surround from the window
EDGE = 12
# a key held down in a field need not draw every value
DELAY_MS = 60


class Preview(QLabel):
    """Shows what will come out; only the newest of several quick changes.

    Parameters
    ----------
    session : Session
        Runs the jobs.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, wordWrap=True)
        self._session = session
        self._wanted: tuple[Scene, Choices] | None = None
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._draw)
        self.setMinimumSize(SIDE, SIDE)
        # a picture does not keep the window from getting smaller
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFrameShape(QLabel.Shape.StyledPanel)

    def draw_soon(self, scene: Scene, choices: Choices) -> None:
        """Show another export."""
        self._wanted = (scene, choices)
        self._timer.start()

    def stop(self) -> None:
        """Show nothing: there is nothing to be seen, or the window is about to close."""
        self._timer.stop()
        self._wanted = None
        self.clear()
        self._forget_job()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw again, as large as there is room now."""
        super().resizeEvent(event)
        self._timer.start()

    def _draw(self) -> None:
        if self._wanted is None:
            return
        self._forget_job()
        scene, choices = self._wanted
        ratio = self.devicePixelRatioF()
        width, height = (
            max(1, round((length - 2 * EDGE) * ratio)) for length in (self.width(), self.height())
        )
        self._job = self._session.jobs.start(
            "Drawing the preview",
            lambda _progress: render_preview(scene, choices, (width, height)),
            self._show,
            self.setText,
        )

    def _show(self, image: QImage) -> None:
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self.setPixmap(QPixmap.fromImage(tinted_image(image)))

    def _forget_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
