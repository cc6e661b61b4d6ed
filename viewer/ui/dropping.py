"""Dropping: files, folders and addresses that are dragged from elsewhere onto any part of the window."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from PyQt6.QtCore import QEvent, QObject, QRectF, Qt
from PyQt6.QtGui import QColor, QDropEvent, QFont, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from viewer.core.names import shown
from viewer.core.session.arrivals import scheme_of
from viewer.ui.arriving import arrive
from viewer.ui.pasting import Names, names_in

_NAME = re.compile(r"['\"]?(/|~|[A-Za-z]:[\\/]|(file|https?|ftp):/)")
Action = Qt.DropAction
_DRAGS = {
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
    QEvent.Type.DragLeave,
    QEvent.Type.Drop,
}
_NEW_WINDOW = {QEvent.Type.Show, QEvent.Type.WinIdChange}


class Dropping(QObject):
    """Takes what is dropped on the window and on its panels, also where these are windows of their own.

    Text fields and plots would take a drop for themselves; so it is caught before it comes to any widget.

    Parameters
    ----------
    window : MainWindow
        Gets what is dropped.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._names = Names()
        self.sign = _Sign(window)
        for widget in (window, *window.findChildren(QDockWidget)):
            self.watch(widget)

    def watch(self, widget: QWidget) -> None:
        """Take drops on a part of the window that may become a window of its own."""
        widget.installEventFilter(self)
        if widget.windowHandle() is not None:
            widget.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take drags from elsewhere that bring names."""
        kind = event.type()
        if kind in _NEW_WINDOW and isinstance(watched, QWidget) and watched.windowHandle() is not None:
            watched.windowHandle().installEventFilter(self)
        if kind == QEvent.Type.ChildPolished and isinstance(event.child(), QDockWidget):
            # a panel that was asked for just now
            self.watch(event.child())
        if kind not in _DRAGS or isinstance(watched, QWidget):
            return False
        if kind == QEvent.Type.DragEnter:
            self._names = _wanted(event)
        if not self._names.texts:
            return False
        if kind == QEvent.Type.DragLeave:
            self._end()
            return True
        # never a move: the file is to stay where it is
        possible = [each for each in (Action.CopyAction, Action.LinkAction) if each & event.possibleActions()]
        if possible:
            event.setDropAction(possible[0])
            event.accept()
        else:
            event.ignore()
        if kind == QEvent.Type.DragEnter:
            self.sign.show_for(self._names.texts)
        elif kind == QEvent.Type.Drop:
            names = self._names
            self._end()
            self._window.activateWindow()
            arrive(self._window, names.texts, typed=names.typed)
        return True

    def _end(self) -> None:
        self._names = Names()
        self.sign.hide()


def _wanted(event: QDropEvent) -> Names:
    """Return what a drag brings, if it comes from elsewhere and nobody waits for an answer."""
    if event.source() is not None or QApplication.activeModalWidget() is not None:
        return Names()
    names = names_in(event.mimeData())
    # a word may be meant for a text field
    return names if not names.typed or _NAME.match(names.texts[0]) else Names()


class _Sign(QWidget):
    """Covers the window while something is dragged over it, and says what would happen."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_for(self, names: Sequence[str]) -> None:
        """Cover the window."""
        if len(names) == 1:
            last = re.split(r"[/\\]", names[0].strip("'\"").rstrip("/\\"))[-1]
            if scheme_of(names[0]):
                last = unquote(last, errors="surrogateescape")
            self.text = f"Drop to open {shown(last)}"
        else:
            self.text = f"Drop to open {len(names):,} files"
        self.setGeometry(self.parentWidget().rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the frame and the words over what is below."""
        colour = self.palette().color
        veil = QColor(colour(QPalette.ColorRole.Window))
        veil.setAlpha(170)
        font = QFont(self.font())
        font.setPointSizeF(1.8 * font.pointSizeF())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), veil)
            edge = self.fontMetrics().height()
            painter.setPen(QPen(colour(QPalette.ColorRole.Highlight), 3, Qt.PenStyle.DashLine))
            inner = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
            painter.drawRoundedRect(inner, edge, edge)
            painter.setFont(font)
            metrics = painter.fontMetrics()
            text = metrics.elidedText(self.text, Qt.TextElideMode.ElideMiddle, int(inner.width()) - 4 * edge)
            # on a ground of its own: what is below may be a field of bright stars
            plate = QRectF(metrics.boundingRect(text)).adjusted(-edge, -edge, edge, edge)
            plate.moveCenter(inner.center())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(QPalette.ColorRole.Window))
            painter.drawRoundedRect(plate, edge / 2, edge / 2)
            painter.setPen(colour(QPalette.ColorRole.WindowText))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
