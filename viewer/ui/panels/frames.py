"""Images panel: the open images with small pictures of them, to choose from and to close."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np
from PyQt6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QIcon, QKeyEvent, QMouseEvent, QPalette, QPixmap, QResizeEvent
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from viewer.core.names import shown
from viewer.core.session.document import Document
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session
from viewer.ui.copying import copy_paths
from viewer.ui.glyphs import draw_glyph
from viewer.ui.marks import as_image
from viewer.ui.panels.panel import Panel, quietly
from viewer.ui.texts import contents_text
from viewer.ui.theme import image_background, is_red
from viewer.ui.thumbnails import Wanted, centred, symbol, wanted

SIDE = 96
# pictures in a narrow panel, where names and sizes need the room
SMALLEST = 40
THUMBNAIL_DELAY_MS = 300
CROSS = 15


class FramesPanel(Panel):
    """The list of open images; a click shows one, Delete or its cross closes it.

    Attributes
    ----------
    closing : callable
        Gets the documents that the user wants to close; who asks about unsaved work takes its place.
    """

    title = "Images"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.closing: Callable[[list[Document]], object] = self._close_at_once
        self._documents: list[Document] = []
        self._made: WeakKeyDictionary[Document, Wanted] = WeakKeyDictionary()
        self._jobs: WeakKeyDictionary[Document, Job] = WeakKeyDictionary()
        self.setMinimumWidth(SIDE + 80)
        self.list = _List(self)
        self.list.setIconSize(QSize(SIDE, SIDE))
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.currentRowChanged.connect(self._select)
        self.list.crossed.connect(self._close_row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(THUMBNAIL_DELAY_MS)
        self._later.timeout.connect(self._make_thumbnails)
        session.documents_changed.connect(self.refresh_soon)
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        session.history_changed.connect(self.refresh_soon)
        session.scale_changed.connect(self._make_soon)
        session.place_changed.connect(self._make_soon)
        self.refresh_soon()

    def sizeHint(self) -> QSize:
        """Room for a thumbnail and a name beside it."""
        return QSize(260, 400)

    def refresh(self) -> None:
        """Show the open documents, with the current one marked."""
        if self._documents != self.session.documents:
            self._rebuild()
        for row, document in enumerate(self._documents):
            self._describe(self.list.item(row), document)
        current = self.session.current
        with quietly(self.list):
            row = self._documents.index(current) if current in self._documents else -1
            self.list.setCurrentRow(row)
        self._make_soon()

    def showEvent(self, event) -> None:
        """Make what was not made while nobody could see it."""
        super().showEvent(event)
        self._make_soon()

    def changeEvent(self, event: QEvent) -> None:
        """Draw curves and symbols again in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._make_soon()

    def menu(self, row: int) -> QMenu:
        """Return what can be done with the image of a row.

        Parameters
        ----------
        row : int
            0-based.
        """
        document = self._documents[row]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Close", lambda: self.closing([document]))
        others = [each for each in self._documents if each is not document]
        menu.addAction("Close others", lambda: self.closing(others)).setEnabled(bool(others))
        menu.addAction("Close all", lambda: self.closing([*others, document]))
        menu.addSeparator()
        menu.addAction("Copy path", lambda: copy_paths([document.source.path.absolute()]))
        return menu

    # ------------------------------------------------------------------ the list

    def _rebuild(self) -> None:
        """Bring the rows in line with the session, keeping those that stay."""
        with quietly(self.list):
            for row in reversed(range(len(self._documents))):
                if self._documents[row] not in self.session.documents:
                    self.list.takeItem(row)
                    del self._documents[row]
            for row, document in enumerate(self.session.documents):
                if row < len(self._documents) and self._documents[row] is document:
                    continue
                if document in self._documents:
                    was = self._documents.index(document)
                    self._documents.pop(was)
                    item = self.list.takeItem(was)
                else:
                    item = QListWidgetItem()
                    item.setSizeHint(QSize(SIDE, SIDE + 10))
                    self._made.pop(document, None)
                self._documents.insert(row, document)
                self.list.insertItem(row, item)

    def _describe(self, item: QListWidgetItem, document: Document) -> None:
        hdu = document.shown_hdu
        mark = "*" if document.modified else ""
        text = f"{document.name}{mark}\n{'' if hdu is None else contents_text(hdu)}"
        if len(document.source.hdus) > 1 and hdu is not None:
            text += f"\nHDU {hdu.index}" + (f" {hdu.label}" if hdu.label != str(hdu.index) else "")
        if item.text() != text:
            item.setText(text)
            unsaved = "\nThere are changes that are not saved" if document.modified else ""
            item.setToolTip(f"{shown(document.source.path.absolute())}{unsaved}")

    def _select(self, row: int) -> None:
        if 0 <= row < len(self._documents):
            self.session.select(self._documents[row])

    def _close_row(self, row: int) -> None:
        if 0 <= row < len(self._documents):
            self.closing([self._documents[row]])

    def _close_at_once(self, documents: list[Document]) -> None:
        for document in documents:
            if document in self.session.documents:
                self.session.close(document)

    def _show_menu(self, where: QPoint) -> None:
        item = self.list.itemAt(where)
        if item is not None:
            self.menu(self.list.row(item)).popup(self.list.viewport().mapToGlobal(where))

    # ------------------------------------------------------------------ thumbnails

    def _make_soon(self, *_values: object) -> None:
        # put off again at every change: none is drawn while a slider moves or a cube is played
        self._later.start()

    def _make_thumbnails(self) -> None:
        if not self.isVisible():
            return
        ratio = self.devicePixelRatioF()
        ink = self.palette().color(QPalette.ColorRole.Link).rgb()
        base = self.palette().color(QPalette.ColorRole.Base).rgb()
        for row, document in enumerate(self._documents):
            picture = document.picture
            if picture is None:
                self._made.pop(document, None)
                self.list.item(row).setIcon(self._symbol(document))
                continue
            background = base if picture.frame.pixels.ndim == 1 else image_background()
            upright = self.session.settings.honour_row_order
            new = wanted(picture, round(SIDE * ratio), upright, background, ink, is_red())
            # the picture on display gets its better copy in a moment
            if document is self.session.current and not new.fine and self.session.jobs.running:
                self._make_soon()
            elif new.improves(self._made.get(document)):
                self._start(document, new, ratio)

    def _start(self, document: Document, new: Wanted, ratio: float) -> None:
        before = self._jobs.pop(document, None)
        if before is not None:
            before.cancel()
        self._made[document] = new
        self._jobs[document] = self.session.jobs.start(
            f"Drawing a thumbnail of {document.name}",
            lambda _progress: new.make(),
            lambda pixels: self._show(document, new, pixels, ratio),
            priority=Priority.BACKGROUND,
        )

    def _show(self, document: Document, made: Wanted, pixels: np.ndarray, ratio: float) -> None:
        self._jobs.pop(document, None)
        if document in self._documents and self._made.get(document) is made:
            pixels = np.ascontiguousarray(pixels)
            pixmap = QPixmap.fromImage(as_image(pixels, ratio))
            thumbnail = centred(pixmap, SIDE, ratio)
            self.list.item(self._documents.index(document)).setIcon(_icon(thumbnail, thumbnail))

    def _symbol(self, document: Document) -> QIcon:
        plain, marked = (
            symbol(document, SIDE, self.devicePixelRatioF(), self.palette().color(role))
            for role in (QPalette.ColorRole.PlaceholderText, QPalette.ColorRole.HighlightedText)
        )
        return _icon(plain, marked)


class _Cross(QStyledItemDelegate):
    """Rows as usual, with a cross on the one under the mouse."""

    def paint(self, painter, option, index: QModelIndex) -> None:
        super().paint(painter, option, index)
        if option.state & QStyle.StateFlag.State_MouseOver:
            marked = bool(option.state & QStyle.StateFlag.State_Selected)
            role = QPalette.ColorRole.HighlightedText if marked else QPalette.ColorRole.Text
            draw_glyph(painter, "cross", QRectF(_cross(option.rect)), option.palette.color(role))


class _List(QListWidget):
    """A list whose rows can be closed.

    Signals
    -------
    crossed : int
        The cross of this row was clicked, or Delete pressed on it.
    """

    crossed = pyqtSignal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setItemDelegate(_Cross(self))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw the thumbnails smaller where the words beside them would be cut."""
        super().resizeEvent(event)
        words = self.fontMetrics().horizontalAdvance("00000×00000 uint16")
        side = max(SMALLEST, min(SIDE, self.viewport().width() - words))
        if side != self.iconSize().width():
            self.setIconSize(QSize(side, side))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.crossed.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # a click on the cross does not show the image that it closes
        if self._cross_at(event) is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._cross_at(event)
        if row is None:
            super().mouseReleaseEvent(event)
        else:
            self.crossed.emit(row)

    def _cross_at(self, event: QMouseEvent) -> int | None:
        where = event.position().toPoint()
        item = self.itemAt(where) if event.button() == Qt.MouseButton.LeftButton else None
        inside = item is not None and _cross(self.visualItemRect(item)).contains(where)
        return self.row(item) if inside else None


def _cross(row: QRect) -> QRect:
    return QRect(row.right() - CROSS - 3, row.top() + 4, CROSS, CROSS)


def _icon(plain: QPixmap, marked: QPixmap) -> QIcon:
    """Return an icon that is not tinted in the marked row: its colours are data."""
    icon = QIcon(plain)
    icon.addPixmap(marked, QIcon.Mode.Selected)
    return icon
