"""GuideBrowser: shows pages of the guide in the colours of the theme, and finds words on them."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEvent, QRectF, Qt, QTimer, QUrl
from PyQt6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PyQt6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from viewer.ui import theme
from viewer.ui.help_guide import Guide
from viewer.ui.help_style import style_of
from viewer.ui.tint import tinted_image

# Pictures are no wider than lines that read well, in characters.
PICTURE_CHARACTERS = 100
MARGIN = 14
PAUSE_MS = 150
# Over pictures in a window for the dark.
DIMMING = QColor(0, 0, 0, 160)
MOST_MARKED = 500


class GuideBrowser(QTextBrowser):
    """Pages of the guide; links to the web open in the desktop's browser.

    Parameters
    ----------
    guide : Guide
        The pages.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    made : dict
        Pages that are not files: a function for each that returns the HTML.
    """

    def __init__(self, guide: Guide, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guide = guide
        self.made: dict[str, Callable[[], str]] = {}
        self._words = ""
        self._picture_width = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._fit_pictures)
        self.setOpenExternalLinks(True)
        self.document().setDocumentMargin(MARGIN)
        self.setAccessibleName("Text")

    def show_place(self, page: str, anchor: str = "") -> None:
        """Go to a heading; it can be come back from."""
        url = QUrl.fromLocalFile(str(self.guide.path(page)))
        self._picture_width = 0
        if anchor:
            url.setFragment(anchor)
        self.setSource(url)

    @property
    def page(self) -> str:
        """Name of the page that is shown."""
        return Path(self.source().toLocalFile()).stem

    @property
    def anchor(self) -> str:
        """Where on the page the reader was led."""
        return self.source().fragment()

    def mark(self, words: str) -> None:
        """Mark words that were searched for."""
        self._words = words
        found = []
        format_ = QTextCharFormat()
        format_.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
        format_.setForeground(self.palette().color(QPalette.ColorRole.HighlightedText))
        for word in words.split():
            cursor = QTextCursor(self.document())
            while len(found) < MOST_MARKED:
                cursor = self.document().find(word, cursor)
                if cursor.isNull():
                    break
                selection = QTextEdit.ExtraSelection()
                selection.cursor, selection.format = cursor, format_
                found.append(selection)
        self.setExtraSelections(found)

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Return a page, the style, or a picture that fits; nothing that is not of the guide."""
        path = Path(self.source().resolved(name).toLocalFile())
        if kind == QTextDocument.ResourceType.StyleSheetResource.value:
            return style_of(self.palette())
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return self._picture(path)
        if path.stem in self.made:
            return self.made[path.stem]()
        return self.guide.body(path.stem) if path.parent == self.guide.folder and path.is_file() else ""

    def _picture(self, path: Path) -> QImage | None:
        picture = QImage(str(path))
        if picture.isNull():
            return None
        ratio = self.devicePixelRatioF()
        self._picture_width = self._room
        width = round(self._picture_width * ratio)
        if picture.width() > width:
            picture = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        picture.setDevicePixelRatio(ratio)
        if theme.is_red():
            # taken in daylight
            painter = QPainter(picture)
            painter.fillRect(QRectF(0, 0, picture.width(), picture.height()), DIMMING)
            painter.end()
        return tinted_image(picture)

    @property
    def _room(self) -> int:
        """How wide a picture may be."""
        bar = self.verticalScrollBar()
        room = self.viewport().width() - 2 * MARGIN - (0 if bar.isVisible() else bar.sizeHint().width())
        return max(64, min(room, PICTURE_CHARACTERS * self.fontMetrics().averageCharWidth()))

    def _fit_pictures(self) -> None:
        if self._picture_width and self._room != self._picture_width:
            self.show_again()

    def show_again(self) -> None:
        """Load the page anew, and stay where the reader is."""
        bar = self.verticalScrollBar()
        part = bar.value() / max(1, bar.maximum())
        self.reload()
        bar.setValue(round(part * bar.maximum()))
        self.mark(self._words)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fit the pictures, a moment later."""
        super().resizeEvent(event)
        self._pause.start()

    def changeEvent(self, event: QEvent | None) -> None:
        """Take over the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.source().isEmpty():
            self.show_again()
