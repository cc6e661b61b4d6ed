"""FirstPicture: shows the first picture while pyqtgraph is still to be loaded."""

from PyQt6.QtCore import QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from viewer.core.session.session import Session
from viewer.ui.image.easel import Easel
from viewer.ui.theme import image_background


class FirstPicture(QWidget):
    """The picture without anything else; the image view that takes its place shows the same pixels.

    Loading pyqtgraph and building its view takes a third of the whole start.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    painted = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._session = session
        self._easel = Easel(session)
        self._done = False
        self._followed = True
        session.current_changed.connect(self.update)
        session.image_changed.connect(self._repaint)

    def close_down(self) -> None:
        """Follow the session no longer."""
        self._followed = False
        self._session.current_changed.disconnect(self.update)
        self._session.image_changed.disconnect(self._repaint)
        self.deleteLater()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Tell the session how many device pixels there are."""
        super().resizeEvent(event)
        if not self._followed:
            return
        ratio = self.devicePixelRatioF()
        self._session.set_screen_size((round(self.width() * ratio), round(self.height() * ratio)))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the picture, or the empty background until there is one."""
        painter = QPainter(self)
        viewport = self._session.viewport()
        image = None if viewport is None else self._easel.draw(viewport, self.devicePixelRatioF())
        if image is None:
            painter.fillRect(self.rect(), QColor(image_background() & 0xFFFFFF))
        else:
            painter.drawImage(QPointF(0, 0), image)
            if not self._done:
                self._done = True
                # after this event: then the picture is on its way to the screen
                QTimer.singleShot(0, self.painted.emit)

    def _repaint(self, _document: object) -> None:
        self.update()
