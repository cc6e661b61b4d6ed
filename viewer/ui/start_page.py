"""StartPage: what the window shows while nothing is open."""

from html import escape
from pathlib import Path

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PyQt6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from viewer.core.names import shown
from viewer.core.session.session import Session
from viewer.ui import files, helping, sketches
from viewer.ui.flow import Flow
from viewer.ui.labels import label
from viewer.ui.panels.panel import Panel

MOST_RECENT = 10
# In characters of the desktop's font: lines that read well, and what three tips side by side need.
WIDEST, SIDE_BY_SIDE = 92, 66
LONGEST_NAME = 48
MARGIN = 14
ACROSS, DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
TIPS = (
    (sketches.point, "Point", "at a star: its value and its place on the sky stand in the panel Readout."),
    (
        sketches.scale,
        "Scale",
        "how bright it is: drag with the right mouse button, or move the limits in the panel Scale.",
    ),
    (
        sketches.header,
        "Read the header:",
        "the tab Header has what the telescope wrote. Ctrl+F searches in it.",
    ),
)


class StartPage(Panel):
    """How to open a file: a dialog, dragging it here, the sample, or a recent file.

    Who has opened nothing yet is told what to do first.

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
        self.tips = _Tips()
        self._heading = label("Recent files", 1.15, bold=True)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._column = QWidget()
        self._lay_out()
        session.settings_changed.connect(self.refresh_soon)
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._invitation())
        column.addLayout(self._buttons())
        column.addSpacing(14)
        column.addWidget(self.tips)
        column.addWidget(self._heading)
        column.addLayout(self._recent)
        column.addSpacing(6)
        column.addLayout(self._invitations())
        inner = QWidget()
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(12, 12, 12, 12)
        middle.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._column)
        row.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(3)
        # on a low screen it scrolls, and nothing is cut
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        for see_through in (self._area, self._area.viewport(), inner):
            see_through.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN + 2, MARGIN + 2, MARGIN + 2, MARGIN + 2)
        outer.addWidget(self._area)

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
        if not recent:
            self.tips.fill()
        for widget in (self.tips, self.offer):
            widget.setVisible(not recent)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep the lines short, and put the tips below each other where there is little room."""
        super().resizeEvent(event)
        letter = self.fontMetrics().averageCharWidth()
        room = self.width() - 2 * MARGIN - 28 - self._area.verticalScrollBar().sizeHint().width()
        self._column.setFixedWidth(max(1, min(room, WIDEST * letter)))
        self.tips.stack(room < SIDE_BY_SIDE * letter)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Outline the place to drop files on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), 12, 12)

    # ------------------------------------------------------------------ its parts

    def _invitation(self) -> QLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(label("Open an image", 1.9, bold=True))
        words.addWidget(
            label("Drag FITS, PNG, JPEG or TIFF files, or a folder of them, into this window.", wrapped=True)
        )
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addLayout(words, 1)
        row.addWidget(sketches.Sketch(sketches.drop))
        return row

    def _buttons(self) -> QLayout:
        row = Flow()
        open_files = QPushButton("Open…")
        open_files.setToolTip("Choose files (Ctrl+O)")
        open_files.setDefault(True)
        open_files.clicked.connect(lambda: files.ask_for_files(self.window()))
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
            button.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
            row.addWidget(button)
        return row

    def _invitations(self) -> QLayout:
        """Return the ways to the guide and to the desktop."""
        guide = _link_label(
            'New here? Read the <a href="guide">First steps</a> (F1): ten minutes with one image.'
        )
        guide.linkActivated.connect(lambda _link: helping.show_guide(self.window(), helping.FIRST_PAGE))
        self.offer = _link_label(
            'A double click can open FITS files here: <a href="desktop">Open FITS files with Skyloupe…</a>'
        )
        self.offer.linkActivated.connect(lambda _link: helping.show_desktop(self.window()))
        lines = QVBoxLayout()
        lines.setSpacing(4)
        lines.addWidget(guide)
        lines.addWidget(self.offer)
        return lines

    def _link(self, path: str) -> QWidget:
        """Return the name of a recent file as a link, with its folder beside."""
        metrics = self.fontMetrics()
        longest = LONGEST_NAME * metrics.averageCharWidth()
        name = metrics.elidedText(shown(Path(path).name), Qt.TextElideMode.ElideMiddle, longest)
        link = QLabel(f'<a href="open">{escape(name)}</a>')
        link.setToolTip(f"<qt>{escape(shown(path))}</qt>")
        link.linkActivated.connect(lambda _link: _arrive(self.window(), path))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 3, 0, 3)
        layout.addWidget(link)
        layout.addWidget(_Folder(shown(Path(path).parent)), 1)
        return row


def _arrive(window: QWidget, path: str) -> None:
    # the page is seen before what opens files is needed
    from viewer.ui.arriving import arrive

    arrive(window, [path])


def _link_label(text: str) -> QLabel:
    made = label(text, wrapped=True)
    made.setTextFormat(Qt.TextFormat.RichText)
    return made


class _Folder(QWidget):
    """The name of a folder, of which the end is shown if there is no room for all."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setMinimumWidth(1)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        text = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideLeft, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class _Tips(QWidget):
    """What to do first, side by side or below each other; made when somebody is to see it."""

    def __init__(self) -> None:
        super().__init__()
        self._all = QBoxLayout(ACROSS, self)
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(18)
        self._each: list[QBoxLayout] = []
        self._stacked = False

    def fill(self) -> None:
        """Make them, once."""
        if self._each:
            return
        for draw, first, rest in TIPS:
            words = label(f"<b>{first}</b> {rest}", wrapped=True)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            tip = QBoxLayout(DOWN)
            tip.setSpacing(10)
            tip.addWidget(sketches.Sketch(draw), alignment=Qt.AlignmentFlag.AlignTop)
            tip.addWidget(words, 1)
            self._all.addLayout(tip, 1)
            self._each.append(tip)
        self.stack(self._stacked)

    def stack(self, stacked: bool) -> None:
        """Put the tips below each other, or side by side with the sketches on top."""
        self._stacked = stacked
        self._all.setDirection(DOWN if stacked else ACROSS)
        for tip in self._each:
            tip.setDirection(ACROSS if stacked else DOWN)
