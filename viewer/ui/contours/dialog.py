"""The dialog Contours: which levels, of which image, how smooth, in which colour."""

from functools import partial

from PyQt6.QtCore import QEvent, QTimer
from PyQt6.QtGui import QColor, QIcon, QPixmap
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.session.document import Document
from viewer.core.session.newest import Newest
from viewer.core.session.session import Session
from viewer.ui.contours.making import BY_HAND, SPACINGS, Made, Wanted, contours_work, levels_of
from viewer.ui.panels.panel import quietly
from viewer.ui.texts import sentence
from viewer.ui.tint import tinted

COLOURS = {
    "light blue": "#40c4ff",
    "yellow": "#ffd24d",
    "green": "#5fd35f",
    "red": "#ff6b5e",
    "magenta": "#ff8ad8",
    "white": "#ffffff",
}
# after a change by hand, the time that the next one may take
PAUSE_MS = 250


class ContoursDialog(QDialog):
    """Draws contours over the image that is shown, as soon as something is chosen.

    Parameters
    ----------
    session : Session
        Whose images they are of.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle("Contours")
        self._newest = Newest(session.jobs)
        self.source = QComboBox()
        self.spacing = QComboBox()
        self.spacing.addItems(list(SPACINGS.values()))
        self.spacing.setCurrentIndex(list(SPACINGS).index(Wanted().spacing))
        self.count = QSpinBox(minimum=1, maximum=50, value=Wanted().count)
        self.levels = QLineEdit(placeholderText="such as 100 200 400")
        self.smooth = QDoubleSpinBox(maximum=50, decimals=1, singleStep=0.5, value=Wanted().smooth)
        self.smooth.setSuffix(" px")
        self.smooth.setSpecialValueText("none")
        self.smooth.setToolTip("Sigma of the Gaussian that the image is smoothed with before")
        self.colour = QComboBox()
        for name, colour in COLOURS.items():
            self.colour.addItem(_swatch(colour), name)
        self.note = QLabel(wordWrap=True)
        # the height of two lines, so that nothing jumps
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing() + 4)
        self.remove = QPushButton("Remove")
        self.remove.setToolTip("Take the contours off this image")
        self.python = QPushButton("Python…")
        self.close_button = QPushButton("Close")
        self.close_button.setDefault(True)
        self._form = QFormLayout()
        for label, field in (
            ("Of", self.source),
            ("Levels", self.spacing),
            ("How many", self.count),
            ("Values", self.levels),
            ("Smoothing", self.smooth),
            ("Colour", self.colour),
        ):
            self._form.addRow(label, field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.python)
        buttons.addStretch(1)
        buttons.addWidget(self.remove)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.addLayout(self._form)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._later.timeout.connect(self.draw)
        for signal in (
            self.source.currentIndexChanged,
            self.spacing.currentIndexChanged,
            self.count.valueChanged,
            self.levels.textChanged,
            self.smooth.valueChanged,
            self.colour.currentIndexChanged,
        ):
            signal.connect(self._soon)
        self.remove.clicked.connect(self._remove)
        self.python.clicked.connect(self._show_python)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self._leave)
        for change in (session.documents_changed, session.current_changed):
            change.connect(self._list_sources)
        self._list_sources()
        self._show_fields()
        self.setMinimumWidth(340)
        self._later.start(0)

    def wanted(self) -> Wanted:
        """Return what is chosen.

        Raises
        ------
        ViewerError
            If the levels are no numbers.
        """
        spacing = list(SPACINGS)[self.spacing.currentIndex()]
        return Wanted(
            spacing,
            self.count.value(),
            levels_of(self.levels.text()) if spacing == BY_HAND else (),
            self.smooth.value(),
            COLOURS[self.colour.currentText()],
        )

    def draw(self) -> None:
        """Make the contours, in a worker, of what is chosen now."""
        document, source = self.session.current, self._source()
        if document is None or document.picture is None or source is None or source.picture is None:
            self.note.setText("There is no image.")
            return
        try:
            wanted = self.wanted()
        except ViewerError as error:
            self.note.setText(sentence(str(error)))
            return
        self.note.setText("Drawing…")
        work = contours_work(wanted, document.picture.frame, source.picture.frame, source.picture.plane)
        self._newest.ask("Contours", work, partial(self._take, document), self._refused)

    def _take(self, document: Document, made: Made) -> None:
        if document not in self.session.documents:
            return
        self.session.overlays.set_contours(made.contours, document)
        levels = ", ".join(f"{level:.4g}" for level in made.contours.levels)
        notes = " ".join(sentence(note) for note in made.notes)
        self.note.setText(f"Levels: {levels or 'none'}. {notes}".strip())

    def _refused(self, text: str) -> None:
        self.note.setText(sentence(text))

    def _source(self) -> Document | None:
        at = self.source.currentIndex()
        return self._sources[at] if 0 <= at < len(self._sources) else None

    def _list_sources(self) -> None:
        """Offer the image that is shown, and the others that are open."""
        before, current = self._source() if hasattr(self, "_sources") else None, self.session.current
        others = [each for each in self.session.documents if each is not current and _can(each)]
        self._sources = [each for each in (current, *others) if each is not None and _can(each)]
        with quietly(self.source):
            self.source.clear()
            for document in self._sources:
                self.source.addItem("this image" if document is current else document.name)
            if before is not None and before is not current and before in self._sources:
                self.source.setCurrentIndex(self._sources.index(before))
        self.python.setEnabled(self._source() is current and current is not None)

    def _soon(self, *_values: object) -> None:
        self._show_fields()
        self._later.start()

    def _show_fields(self) -> None:
        by_hand = list(SPACINGS)[self.spacing.currentIndex()] == BY_HAND
        self._form.setRowVisible(self.levels, by_hand)
        self._form.setRowVisible(self.count, not by_hand)
        self.python.setEnabled(self._source() is self.session.current)

    def _remove(self) -> None:
        self._newest.drop()
        self._later.stop()
        self.session.overlays.set_contours(None)
        self.note.setText("")

    def _show_python(self) -> None:
        # who writes scripts has the operations, which the start does without
        from viewer.ui.measuring_script import show_python

        try:
            question = self.wanted().question(self.session.current.name)
        except ViewerError as error:
            self.note.setText(sentence(str(error)))
        else:
            show_python(self.session, question, self)

    def changeEvent(self, event: QEvent | None) -> None:
        """Draw the squares again for another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row, colour in enumerate(COLOURS.values()):
                self.colour.setItemIcon(row, _swatch(colour))

    def _leave(self, _code: int) -> None:
        self._later.stop()
        for change in (self.session.documents_changed, self.session.current_changed):
            change.disconnect(self._list_sources)
        self.deleteLater()


def _can(document: Document) -> bool:
    picture = document.picture
    return picture is not None and picture.frame.ndim > 1 and not picture.colour


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(16, 16)
    pixmap.fill(tinted(QColor(colour)))
    return QIcon(pixmap)
