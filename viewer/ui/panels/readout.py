"""ReadoutPanel: everything about the position under the pointer."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QGuiApplication, QPalette
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.measure.readout import Readout, readout
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.fitting import fixed_font
from viewer.ui.panels.panel import Panel, quietly
from viewer.ui.theme import mark

SKY_FRAMES = {"icrs": "ICRS", "fk5": "FK5", "fk4": "FK4", "galactic": "Galactic", "ecliptic": "Ecliptic"}
NOTHING = "—"
WITHOUT_IMAGE = ("x, y", "[row, column]", "value")
# rows that are in sight without scrolling
ROOM = 7
SPACING = 1


class ReadoutPanel(Panel):
    """Position, value and world coordinates of the pixel under the pointer.

    Nothing moves when the numbers change: the rows belong to the image, not to the position.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Readout"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._fields: list[_Field] = []
        self._labels: list[str] = []
        self._told = ""
        self._make_controls()
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(SPACING)
        self._rows.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(self._controls)
        layout.addWidget(self._scrolled())
        session.pointer_moved.connect(self._pointer_moved)
        session.current_changed.connect(self.refresh)
        session.image_changed.connect(self._image_changed)
        session.details_ready.connect(self._image_changed)
        session.settings_changed.connect(self.refresh)
        self.refresh()

    # ------------------------------------------------------------------ following the session

    def refresh(self) -> None:
        """Show the rows of the current image and the values at the pointer."""
        settings = self.session.settings
        with quietly(self._sky_frame, self._notation):
            self._sky_frame.setCurrentIndex(list(SKY_FRAMES).index(settings.sky_frame))
            self._notation.setCurrentIndex(0 if settings.sexagesimal else 1)
        picture = self.session.picture
        if picture is None:
            self._set_rows(WITHOUT_IMAGE)
        else:
            # what rows there are is asked at the image's middle, so that they stand before the pointer comes
            height, width = picture.frame.image_shape
            middle = self._read(((width - 1) / 2, (height - 1) / 2))
            self._set_rows([] if middle is None else [label for label, _ in middle.lines])
        self._pointer_moved()

    def copy(self) -> None:
        """Copy what is shown to the clipboard as text."""
        clipboard = QGuiApplication.clipboard()
        shown = self._read(self.session.pointer)
        if clipboard is not None and shown is not None:
            clipboard.setText(shown.as_text())

    def text(self, label: str) -> str:
        """Return what the row named `label` says."""
        return self._fields[self._labels.index(label)].text()

    def labels(self) -> tuple[str, ...]:
        """Return the names of the rows, from the top."""
        return tuple(self._labels)

    def _image_changed(self, document: Document) -> None:
        if document is self.session.current:
            self.refresh()

    def _pointer_moved(self) -> None:
        held = "Frozen" if self.session.frozen else "Freeze"
        if held != self._freeze.text():
            with quietly(self._freeze):
                self._freeze.setChecked(self.session.frozen)
            self._freeze.setText(held)
            mark(self._freeze, self.session.frozen)
        shown = self._read(self.session.pointer)
        self._copy.setEnabled(shown is not None)
        if shown is None:
            for field in self._fields:
                field.show_text(NOTHING)
            return
        self._set_rows([label for label, _ in shown.lines])
        for field, (_, text) in zip(self._fields, shown.lines, strict=True):
            field.show_text(text)

    def _read(self, position: tuple[float, float] | None) -> Readout | None:
        picture, settings = self.session.picture, self.session.settings
        if picture is None or position is None:
            return None
        try:
            return readout(
                picture.frame,
                *position,
                plane=picture.plane,
                sky_frame=settings.sky_frame,
                sexagesimal=settings.sexagesimal,
                with_world=picture.detailed,
                digits=settings.sky_digits,
            )
        except ViewerError as error:  # the file was cut short while it is open
            if self._told != str(error):
                self._told = str(error)
                self.session.tell("error", self._told)
            return None

    # ------------------------------------------------------------------ the parts

    def _make_controls(self) -> None:
        self._sky_frame = QComboBox()
        self._sky_frame.addItems(list(SKY_FRAMES.values()))
        self._sky_frame.setToolTip("Coordinate system of the sky position")
        self._sky_frame.activated.connect(self._choose)
        self._notation = QComboBox()
        self._notation.addItems(["h m s", "degrees"])
        self._notation.setToolTip("Sexagesimal, or decimal degrees")
        self._notation.activated.connect(self._choose)
        self._freeze = QToolButton()
        self._freeze.setText("Frozen")
        self._freeze.setCheckable(True)
        self._freeze.setFixedWidth(self._freeze.sizeHint().width() + 4)
        self._freeze.setText("Freeze")
        self._freeze.setToolTip("Hold the readout where it is (F)")
        self._freeze.toggled.connect(self.session.set_frozen)
        self._copy = QToolButton()
        self._copy.setText("Copy")
        self._copy.setToolTip("Copy everything as text (Ctrl+Shift+C)")
        self._copy.clicked.connect(self.copy)
        self._controls = QHBoxLayout()
        self._controls.setSpacing(4)
        for widget in (self._sky_frame, self._notation):
            self._controls.addWidget(widget)
        self._controls.addStretch()
        for widget in (self._freeze, self._copy):
            self._controls.addWidget(widget)
        for widget in (self._sky_frame, self._notation, self._freeze, self._copy):
            # the keys stay with the picture
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addStretch()
        area = _Rows()
        area.setWidget(inside)
        return area

    def _choose(self) -> None:
        sky_frame = list(SKY_FRAMES)[self._sky_frame.currentIndex()]
        sexagesimal = self._notation.currentIndex() == 0
        self.session.set_settings(
            replace(self.session.settings, sky_frame=sky_frame, sexagesimal=sexagesimal)
        )

    def _set_rows(self, labels: Sequence[str]) -> None:
        if list(labels) == self._labels:
            return
        self._labels = list(labels)
        while len(self._fields) < len(labels):
            field = _Field()
            self._rows.addWidget(field.label, len(self._fields), 0)
            self._rows.addWidget(field, len(self._fields), 1)
            self._fields.append(field)
        while len(self._fields) > len(labels):
            field = self._fields.pop()
            for widget in (field, field.label):
                self._rows.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for field, label in zip(self._fields, labels, strict=True):
            field.label.setText(label)


class _Rows(QScrollArea):
    """Scrolls down if there are more rows than room."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._row = _Field().sizeHint().height() + SPACING
        self.setMinimumHeight(4 * self._row)

    def sizeHint(self) -> QSize:
        """Room for the usual rows, whatever the image has."""
        return QSize(300, ROOM * self._row)


class _Field(QLineEdit):
    """A value that can be selected but not changed; a line edit, because it never asks for more room."""

    def __init__(self) -> None:
        super().__init__(NOTHING)
        self.label = QLabel()
        self.label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setReadOnly(True)
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFont(fixed_font())
        colours = QPalette()
        colours.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(colours)

    def show_text(self, text: str) -> None:
        """Show a value from its beginning."""
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
