"""StartPage: what the window shows while nothing is open."""

from html import escape
from pathlib import Path

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.core.session.session import Session
from viewer.ui import files
from viewer.ui.panels.panel import Panel

WIDTH = 520
MOST_RECENT = 10
PATH_CHARACTERS = 64


class StartPage(Panel):
    """How to open a file: a dialog, dragging it here, the sample, or one of those opened lately.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Start"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._shown: tuple[str, ...] | None = None
        column = QFrame()
        column.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(column)
        self._column.setSpacing(10)
        self._column.addWidget(_text("Open an image", 1.9, bold=True))
        self._column.addWidget(
            _text("Drag FITS, PNG, JPEG or TIFF files, or a folder of them, into this window.", wrapped=True)
        )
        self._column.addSpacing(6)
        self._column.addLayout(self._buttons())
        self._column.addSpacing(14)
        self._heading = _text("Opened lately", 1.15, bold=True)
        self._column.addWidget(self._heading)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._column.addLayout(self._recent)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(column, alignment=Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        session.settings_changed.connect(self.refresh_soon)
        self.refresh()

    def refresh(self) -> None:
        """List the recent files anew if they are others."""
        recent = self.session.settings.recent[:MOST_RECENT]
        if recent == self._shown:
            return
        self._shown = recent
        while (old := self._recent.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for path in recent:
            self._recent.addWidget(self._link(path))
        self._heading.setVisible(bool(recent))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Outline the place to drop files on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(14, 14, -14, -14), 12, 12)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        open_files = QPushButton("Open…")
        open_files.setToolTip("Choose files (Ctrl+O)")
        open_files.setDefault(True)
        open_files.clicked.connect(lambda: files.ask_for_files(self))
        folder = QPushButton("Open folder…")
        folder.setToolTip("List all frames of a night by what their headers say (Ctrl+Shift+O)")
        folder.clicked.connect(lambda: files.ask_for_folder(self.window()))
        sample = QPushButton("Look at the sample: M13")
        sample.setToolTip("A small real frame of the globular cluster M13, with stars, a header and a WCS")
        sample.clicked.connect(lambda: files.open_sample(self.session))
        # Enter opens the dialog
        open_files.setAutoDefault(True)
        self.setFocusProxy(open_files)
        for button in (open_files, folder, sample):
            button.setMinimumHeight(34)
        row.addWidget(open_files)
        row.addWidget(folder)
        row.addWidget(sample)
        row.addStretch()
        return row

    def _link(self, path: str) -> QWidget:
        """Return the name of a recent file as a link, with its folder beside."""
        folder, name = str(Path(path).parent), Path(path).name
        room = max(12, PATH_CHARACTERS - len(name))
        if len(folder) > room:
            folder = f"…{folder[-room:]}"
        link = QLabel(f'<a href="open">{escape(name)}</a>')
        link.setTextFormat(Qt.TextFormat.RichText)
        link.setToolTip(path)
        link.linkActivated.connect(lambda _link: self.session.open([path]))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 3, 0, 3)
        layout.addWidget(link)
        layout.addWidget(_text(folder, faint=True))
        layout.addStretch()
        return row


def _text(
    words: str, size: float = 1.0, bold: bool = False, faint: bool = False, wrapped: bool = False
) -> QLabel:
    label = QLabel(words)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * size)
    font.setBold(bold)
    label.setFont(font)
    label.setWordWrap(wrapped)
    if faint:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
