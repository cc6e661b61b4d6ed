"""Problems banner: a strip above the picture that says what is wrong with the file."""

from weakref import WeakKeyDictionary

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStyle, QToolButton, QWidget

from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.fitting import scaled
from viewer.ui.glyphs import GlyphButton
from viewer.ui.panels.panel import Panel, quietly
from viewer.ui.texts import sentence
from viewer.ui.tint import tinted

WARNING = QColor(255, 196, 0)
TINT = 0.28


def paint_tinted(widget: QWidget, event: QPaintEvent) -> None:
    """Fill a strip that is to be noticed with the window's colour, tinted."""
    window = widget.palette().window().color()
    parts = [
        round((1 - TINT) * have + TINT * tint)
        for have, tint in zip(window.getRgb()[:3], tinted(WARNING).getRgb()[:3], strict=True)
    ]
    with QPainter(widget) as painter:
        painter.fillRect(event.rect(), QColor(*parts))


class ProblemsBanner(Panel):
    """The problems of the current document; gone when there are none or the user has closed it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._closed: WeakKeyDictionary[Document, set[tuple[str, ...]]] = WeakKeyDictionary()
        self._shown: tuple[str, ...] = ()
        self._icon = QLabel(self)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        # file names and headers may hold anything, also what looks like HTML
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = QToolButton(self)
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setToolTip("Show all problems, or the first one only")
        self.more.toggled.connect(self._show_text)
        self.close_button = GlyphButton("cross", "Hide these problems", self)
        self.close_button.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        # not refresh_soon: a hidden widget is never refreshed by it, and this one decides itself
        session.current_changed.connect(self._follow)
        session.image_changed.connect(self._follow)
        self._show_icon()
        self.hide()

    def changeEvent(self, event: QEvent | None) -> None:
        """Take the sign of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._show_icon()

    def refresh(self) -> None:
        """Show the problems of the current document, unless they were closed."""
        document = self.session.current
        problems = () if document is None else document.problems
        if document is not None and problems in self._closed.get(document, ()):
            problems = ()
        if problems != self._shown:
            self._shown = problems
            with quietly(self.more):
                self.more.setChecked(False)
            self._show_text()
        self.setVisible(bool(problems))

    def paintEvent(self, event) -> None:
        """Fill the strip."""
        paint_tinted(self, event)

    def _follow(self, *_values: object) -> None:
        self.refresh()

    def _show_icon(self) -> None:
        size = scaled(self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize))
        warning = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._icon.setPixmap(warning.pixmap(QSize(size, size), self.devicePixelRatioF()))

    def _show_text(self, _checked: bool = False) -> None:
        problems = [sentence(problem) for problem in self._shown]
        unfolded = self.more.isChecked()
        self.text.setText("\n".join(problems if unfolded else problems[:1]))
        self.more.setVisible(len(problems) > 1)
        self.more.setText("Fewer" if unfolded else f"{len(problems) - 1} more")
        self.updateGeometry()

    def _dismiss(self) -> None:
        if self.session.current is not None:
            self._closed.setdefault(self.session.current, set()).add(self._shown)
        self.refresh()
