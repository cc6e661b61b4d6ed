"""Mouse and keys over the picture: Qt's events become gestures of the session and of the tools."""

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from viewer.core.session.session import Session
from viewer.ui.image.habits import Button
from viewer.ui.image.tools import Gestures, MouseTool, PointerEvent
from viewer.ui.tint import cursor_of

BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
}
CURSORS = {
    "": Qt.CursorShape.CrossCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "point": Qt.CursorShape.PointingHandCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "size": Qt.CursorShape.SizeFDiagCursor,
    "turn": Qt.CursorShape.OpenHandCursor,
}


class Mouse(QObject):
    """Takes the events of the picture before pyqtgraph's scene sees them.

    Its own handling waits, limits the rate and knows no contrast gesture.

    Parameters
    ----------
    session : Session
        Its verbs are called.
    view : QWidget
        The image view, whose ``graphics`` shows the picture.

    Attributes
    ----------
    tools : list of MouseTool
        What else the left button and keys may mean; the first is asked first.
    """

    menu_wanted = pyqtSignal(object)

    def __init__(self, session: Session, view: QWidget) -> None:
        super().__init__(view)
        self.session = session
        self.tools: list[MouseTool] = []
        self._view = view
        self._graphics = view.graphics
        self._gestures = Gestures(session)
        self._hover: tuple[float, float] | None = None
        self._taken: MouseTool | None = None
        self._cursor = ""
        self._area = view.graphics.viewport()
        self._area.setCursor(cursor_of(CURSORS[""]))
        self._area.installEventFilter(self)
        self._graphics.installEventFilter(self)
        session.current_changed.connect(self._cancel_tools)
        session.overlays.tool_changed.connect(self._cancel_tools)

    def rest(self) -> None:
        """Put the readout under a mouse that rests while another image has come under it."""
        if self._hover is not None and self.session.pointer is None:
            self._gestures.point(self._hover)

    def recolour(self) -> None:
        """Take the cursor of another theme."""
        self._area.setCursor(cursor_of(CURSORS[self._cursor]))

    def click(self, pointer: PointerEvent, beside: MouseTool | None = None) -> bool:
        """Offer a click of the left button to the tools, but for one of them; return whether one took it."""
        return any(tool.click(pointer) for tool in self.tools if tool is not beside)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Turn events into verbs of the session, or hand them to a tool."""
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self._area:
            self._view.set_size()
        elif self.session.picture is None:
            return False
        elif watched is self._graphics:
            return self._key(event)
        elif kind == QEvent.Type.MouseMove:
            self._move(event)
            return True
        elif kind == QEvent.Type.Leave:
            self._hover = None
            for tool in self.tools:
                tool.leave()
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            return self._press(event, kind == QEvent.Type.MouseButtonDblClick)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(event)
            return True
        elif kind == QEvent.Type.Wheel:
            self._wheel(event)
            return True
        return False

    # ------------------------------------------------------------------ keys

    def _key(self, event: QEvent) -> bool:
        """Give a tool the keys that it wants, before they become the menus' shortcuts."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        name = _key_name(event)
        tool = next((tool for tool in self.tools if name in tool.keys), None)
        if tool is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            # now it comes as an ordinary key
            event.accept()
            return True
        return tool.key(name, None if self._hover is None else self._pointer_at(self._hover))

    # ------------------------------------------------------------------ mouse

    def _device(self, event: QMouseEvent | QWheelEvent) -> tuple[float, float]:
        ratio = self._graphics.devicePixelRatioF()
        # the middle of the screen pixel under the pointer's hot spot
        return ((event.position().x() + 0.5) * ratio, (event.position().y() + 0.5) * ratio)

    def _pointer(self, event: QMouseEvent) -> PointerEvent:
        return self._pointer_at(self._device(event), event.modifiers())

    def _pointer_at(
        self, screen: tuple[float, float], held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> PointerEvent:
        viewport = self.session.viewport()
        return PointerEvent(
            *viewport.to_image(*screen),
            screen,
            viewport.zoom,
            bool(held & Qt.KeyboardModifier.ShiftModifier),
            bool(held & Qt.KeyboardModifier.ControlModifier),
            bool(held & Qt.KeyboardModifier.AltModifier),
            self._graphics.devicePixelRatioF(),
        )

    def _move(self, event: QMouseEvent) -> None:
        self._hover = self._device(event)
        if self._taken is not None:
            self._gestures.point(self._hover)
            self._taken.move(self._pointer(event))
            return
        self._gestures.move(self._hover)
        if self.tools and not self._gestures.active:
            pointer = self._pointer(event)
            # all of them hear of it; the first that says so has the cursor
            self._set_cursor(next(filter(None, [tool.hover(pointer) for tool in self.tools]), ""))

    def _set_cursor(self, name: str) -> None:
        if name != self._cursor:
            self._cursor = name
            self._area.setCursor(cursor_of(CURSORS[name]))

    def _press(self, event: QMouseEvent, double: bool) -> bool:
        self._graphics.setFocus()
        button = BUTTONS.get(event.button())
        if button is None:
            return False
        if event.button() == Qt.MouseButton.LeftButton and not self._gestures.active:
            pointer = self._pointer(event)
            if double and any(tool.double(pointer) for tool in self.tools):
                return True
            self._taken = next((tool for tool in self.tools if tool.press(pointer)), None)
        if self._taken is None:
            self._gestures.press(button, self._device(event))
        return True

    def _release(self, event: QMouseEvent) -> None:
        if self._taken is not None:
            if event.button() == Qt.MouseButton.LeftButton:
                taken, self._taken = self._taken, None
                taken.release(self._pointer(event))
        elif self._gestures.release():
            self._clicked(event)

    def _clicked(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.click(self._pointer(event))
        elif event.button() == Qt.MouseButton.MiddleButton:
            viewport = self.session.viewport()
            if viewport is not None:
                self.session.set_viewport(viewport.to_image(*self._device(event)), viewport.zoom)
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def _cancel_tools(self) -> None:
        self._taken = None
        for tool in self.tools:
            tool.cancel()

    def _wheel(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if notches:
            self._gestures.wheel(notches, self._device(event))


def _key_name(event: QKeyEvent) -> str:
    """Return how Qt spells a key with the modifiers that are held; a sign such as ? by itself."""
    text = event.text()
    if text.isprintable() and not text.isalnum() and text.strip():
        return text
    return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
