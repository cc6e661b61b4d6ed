"""Dim: what the red theme adds to Qt's style, so that no pixel of any window is anything but red.

A palette does not reach everything: Fusion lightens edges with half-transparent white, and icons, the
colours of a colour dialog, and the smoothing of letters have colours of their own. So a curtain lies over
every window and takes green and blue out of what was painted below it.
"""

from functools import partial

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPalette, QPixmap
from PyQt6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QStyleOptionMenuItem, QWidget

from viewer.ui.cursors import red_cursor
from viewer.ui.reddening import packed_pixels, red_image

CURSOR = "desktop's cursor"
KEPT = QColor(255, 0, 0)
EDGE = QColor(220, 0, 0)
BUTTONS = (QStyle.PrimitiveElement.PE_PanelButtonTool, QStyle.PrimitiveElement.PE_PanelButtonCommand)
ICON_SIZES = (16, 24, 32, 48, 64)
# of 0..255: icons that are darker were made for a light ground
DARK_BELOW = 110


class RedStyle(QProxyStyle):
    """Fusion with a curtain over each window, and with red icons."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self._icons: dict[QStyle.StandardPixmap, QIcon] = {}

    def polish(self, what: object) -> object:
        """Hang a curtain over a window that is about to be shown, and give it red cursors."""
        polished = super().polish(what)
        if isinstance(what, QWidget):
            whole = what.isWindow() and what.windowType() != Qt.WindowType.Desktop
            if whole:
                hang(what)
            shape = what.cursor().shape()
            own = whole or what.testAttribute(Qt.WidgetAttribute.WA_SetCursor)
            if own and shape != Qt.CursorShape.BitmapCursor:
                what.setProperty(CURSOR, shape)
                what.setCursor(red_cursor(shape))
        return polished

    def unpolish(self, what: object) -> None:
        """Take the curtain away: another style follows."""
        super().unpolish(what)
        if isinstance(what, QWidget):
            for curtain in what.findChildren(Curtain, options=Qt.FindChildOption.FindDirectChildrenOnly):
                curtain.take_down()
            shape = what.property(CURSOR)
            if shape is not None:
                what.setProperty(CURSOR, None)
                what.setCursor(shape)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption | None,
        painter: QPainter | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw; a button that is down gets a frame, as its ground can hardly be told from another's."""
        super().drawPrimitive(element, option, painter, widget)
        if element in BUTTONS and option.state & QStyle.StateFlag.State_On:
            painter.setPen(EDGE)
        elif element == QStyle.PrimitiveElement.PE_PanelMenu:
            # Fusion's is darker than the ground, as are its lines between the entries
            painter.setPen(option.palette.color(QPalette.ColorRole.Mid))
        else:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption | None,
        painter: QPainter | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw; the lines between the entries of a menu can be seen."""
        super().drawControl(element, option, painter, widget)
        if element != QStyle.ControlElement.CE_MenuItem or not isinstance(option, QStyleOptionMenuItem):
            return
        if option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator and not option.text:
            middle = option.rect.center().y()
            painter.setPen(option.palette.color(QPalette.ColorRole.Mid))
            painter.drawLine(option.rect.left() + 5, middle, option.rect.right() - 5, middle)

    def standardIcon(
        self,
        which: QStyle.StandardPixmap,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> QIcon:
        """Return one of Qt's own icons, in red."""
        if which not in self._icons:
            self._icons[which] = red_icon(super().standardIcon(which, option, widget))
        return self._icons[which]


def hang(window: QWidget) -> None:
    """Hang a curtain over a window that has none."""
    if not window.findChildren(Curtain, options=Qt.FindChildOption.FindDirectChildrenOnly):
        Curtain(window)


# Python takes apart what belongs to a window of Qt's own, of which it knows nothing else, unless it is kept.
_hung: set["Curtain"] = set()


class Curtain(QWidget):
    """Lies over everything in a window, for the eye only, and lets through nothing but red.

    Parameters
    ----------
    window : QWidget
        What it covers.
    """

    _uncovered = pyqtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for attribute in (
            Qt.WidgetAttribute.WA_TransparentForMouseEvents,
            Qt.WidgetAttribute.WA_NoSystemBackground,
            Qt.WidgetAttribute.WA_NoChildEventsForParent,
        ):
            self.setAttribute(attribute)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # later: a dock that is raised finds out whether it is on top when it hears of it
        self._uncovered.connect(self.raise_, Qt.ConnectionType.QueuedConnection)
        _hung.add(self)
        self.destroyed.connect(partial(_hung.discard, self))
        window.installEventFilter(self)
        for child in window.children():
            if child is not self:
                child.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def take_down(self) -> None:
        """Go away."""
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Stay as large as the window, and above all that is in it."""
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(self.parentWidget().rect())
        elif kind == QEvent.Type.ChildAdded and watched is self.parent():
            event.child().installEventFilter(self)
            self._uncovered.emit()
        elif kind == QEvent.Type.ZOrderChange and watched is not self.parent():
            self._uncovered.emit()
        return False

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Take green and blue away."""
        with QPainter(self) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.RasterOp_SourceAndDestination)
            painter.fillRect(event.rect(), KEPT)


def red_icon(icon: QIcon) -> QIcon:
    """Return an icon in red alone; one that was made for a light ground becomes bright."""
    made = QIcon()
    for size in ICON_SIZES:
        pixmap = icon.pixmap(size, size)
        if pixmap.isNull():
            continue
        image = red_image(pixmap.toImage())
        pixels = packed_pixels(image)
        red = pixels >> 16 & 0xFF
        solid = red[pixels >> 24 > 127]
        if solid.size and solid.mean() < DARK_BELOW:
            pixels[...] = pixels & 0xFF000000 | 0xFF - red << 16
        made.addPixmap(QPixmap.fromImage(image))
    return icon if made.isNull() else made
