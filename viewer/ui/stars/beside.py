"""Beside: the plain picture to the left of the one with the stars; both look at the same place."""

from typing import TYPE_CHECKING
from weakref import WeakSet

from PyQt6.QtCore import QObject, QPointF, QSize, Qt, QTimer
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QSplitter, QWidget

from viewer.core.render.viewport import Viewport
from viewer.core.session.session import Session
from viewer.ui.image.easel import Easel
from viewer.ui.image.habits import Button
from viewer.ui.image.tools import Gestures
from viewer.ui.marks import scale_of
from viewer.ui.pixel_marks import draw_crosshair
from viewer.ui.stars.pick import transform_of
from viewer.ui.theme import image_background

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

NARROWEST = 120
BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
}


class PlainPicture(QWidget):
    """The current image without anything over it, where and how large the main view shows it.

    The mouse does in it what it does in the main view; where it is in the one, a cross marks in this.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("The picture without stars")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._session = session
        self._easel = Easel(session)
        self._gestures = Gestures(session)
        self._own = False
        for signal in (session.image_changed, session.scale_changed, session.place_changed):
            signal.connect(self._changed)
        session.current_changed.connect(self.update)
        session.settings_changed.connect(self.update)
        session.pointer_moved.connect(self._pointed)

    def close_down(self) -> None:
        """Follow the session no longer."""
        session = self._session
        for signal in (session.image_changed, session.scale_changed, session.place_changed):
            signal.disconnect(self._changed)
        session.current_changed.disconnect(self.update)
        session.settings_changed.disconnect(self.update)
        session.pointer_moved.disconnect(self._pointed)
        self.deleteLater()

    def sizeHint(self) -> QSize:
        """As the main view's."""
        return QSize(600, 400)

    def viewport(self) -> Viewport | None:
        """Return what is shown: the middle and the zoom of the main view, on this size."""
        viewport, ratio = self._session.viewport(), self.devicePixelRatioF()
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        return None if viewport is None else viewport.resized(size)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the picture, and a cross where the mouse is in the other view."""
        painter, ratio = QPainter(self), self.devicePixelRatioF()
        viewport = self.viewport()
        image = None if viewport is None else self._easel.draw(viewport, ratio)
        if image is None or viewport is None:
            painter.fillRect(self.rect(), QColor(image_background() & 0xFFFFFF))
            return
        painter.drawImage(QPointF(0, 0), image)
        pointer = self._session.pointer
        if pointer is not None and not self._own:
            transform = transform_of(viewport, ratio)
            draw_crosshair(painter, transform, pointer, scale_of(transform))

    def _changed(self, _document: object) -> None:
        self.update()

    def _pointed(self) -> None:
        if not self._own:
            self.update()

    # ------------------------------------------------------------------ the mouse

    def _device(self, event: QMouseEvent | QWheelEvent) -> tuple[float, float]:
        """Return where in the main view the same place of the image is, in device pixels."""
        ratio, (width, height) = self.devicePixelRatioF(), self._session.screen_size
        x, y = (event.position().x() + 0.5) * ratio, (event.position().y() + 0.5) * ratio
        return x + (width - self.width() * ratio) / 2, y + (height - self.height() * ratio) / 2

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin to pan, or to change contrast and bias."""
        button = BUTTONS.get(event.button())
        if button is not None:
            self._gestures.press(button, self._device(event))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Pan, or put the readout there."""
        self._enter()
        self._gestures.move(self._device(event))

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        """Let go."""
        self._gestures.release()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom about the pointer."""
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if notches:
            self._gestures.wheel(notches, self._device(event))

    def leaveEvent(self, event) -> None:
        """The cross marks the mouse in the other view again."""
        super().leaveEvent(event)
        self._own = False

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw for the new size."""
        super().resizeEvent(event)
        self.update()

    def _enter(self) -> None:
        if not self._own:
            self._own = True
            self.update()


class Beside(QObject):
    """Puts the plain picture beside the main view, and takes it away.

    Parameters
    ----------
    window : MainWindow
        Its view of the image gets a neighbour.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._splitter: QSplitter | None = None
        self.plain: PlainPicture | None = None

    @property
    def shown(self) -> bool:
        """Whether there are two views."""
        return self._splitter is not None

    @property
    def _page(self) -> QWidget:
        """What fills the middle of the window."""
        return self._window.image_view.parentWidget()

    def toggle(self) -> None:
        """Show two views, or one again."""
        if self.shown:
            self._one()
        else:
            self._two()

    def _two(self) -> None:
        page = self._page
        layout = page.parentWidget().layout()
        self.plain = PlainPicture(self._window.session)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(4)
        place = layout.indexOf(page)
        layout.insertWidget(place, self._splitter, 1)
        self._splitter.addWidget(self.plain)
        self._splitter.addWidget(page)
        # halves, and they stay halves
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 1)
        # once it has the size that is left for it
        QTimer.singleShot(0, self._halve)
        self._window.session.current_changed.connect(self._follow)
        self._window.session.image_changed.connect(self._follow)
        self._follow()
        _two.add(self._window.session)
        self._window.focus_page()

    def _halve(self) -> None:
        if self._splitter is not None:
            half = (self._splitter.width() - self._splitter.handleWidth()) // 2
            self._splitter.setSizes([half, half])

    def _one(self) -> None:
        splitter, page = self._splitter, self._page
        session = self._window.session
        session.current_changed.disconnect(self._follow)
        session.image_changed.disconnect(self._follow)
        if splitter is None or self.plain is None:
            return
        layout = splitter.parentWidget().layout()
        layout.insertWidget(layout.indexOf(splitter), page, 1)
        page.setMinimumWidth(0)
        self.plain.close_down()
        splitter.deleteLater()
        self._splitter = self.plain = None
        _two.discard(session)
        self._window.focus_page()

    def _follow(self, *_values: object) -> None:
        """Leave the room to tables and curves."""
        if self.plain is not None:
            picture = self._window.session.picture
            image = picture is not None and picture.frame.ndim > 1
            self.plain.setVisible(image)
            # the pages for other things than images are wider than half the room
            self._page.setMinimumWidth(NARROWEST if image else 0)


# whose windows show two views
_two: "WeakSet[Session]" = WeakSet()


def is_beside(session: Session) -> bool:
    """Whether the window of a session shows two views."""
    return session in _two


def toggle_beside(window: "MainWindow") -> None:
    """Show the plain picture beside the one with the stars, or no more."""
    (window.findChild(Beside) or Beside(window)).toggle()
