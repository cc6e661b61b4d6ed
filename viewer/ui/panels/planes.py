"""Plane bar: which plane of a cube is shown, one row of controls for each of its further axes."""

from collections.abc import Callable

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.document import Picture
from viewer.core.session.session import Session
from viewer.ui.fitting import fixed_font
from viewer.ui.glyphs import GlyphButton
from viewer.ui.panels.panel import Panel, quietly

RATES = (1, 2, 5, 10, 15, 25, 50)
FIRST_RATE = 10


class AxisRow(QWidget):
    """The controls of one axis.

    Signals
    -------
    moved : int
        The user chose this 0-based plane.
    play_pressed : bool
        The user started (True) or stopped the play along this axis.

    Parameters
    ----------
    axis : int
        The axis as numpy counts.
    length : int
        Number of planes along it.
    """

    moved = pyqtSignal(int)
    play_pressed = pyqtSignal(bool)

    def __init__(self, axis: int, length: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = axis
        self.length = length
        self.name = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, length - 1)
        self.slider.setPageStep(max(1, length // 10))
        self.slider.valueChanged.connect(self.moved)
        self.spin = QSpinBox(self)
        self.spin.setRange(1, length)
        self.spin.setSuffix(f" / {length}")
        self.spin.setToolTip("Plane number as FITS counts, from 1")
        self.spin.setKeyboardTracking(False)
        self.spin.valueChanged.connect(lambda number: self.moved.emit(number - 1))
        self.value = QLabel(self)
        self.value.setFont(fixed_font())
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("-0.00000e+00 Hz"))
        self.first = self._button("first", "First plane", lambda: self.moved.emit(0))
        self.before = self._button("before", "Plane before", lambda: self._step(-1))
        self.play = self._button("play", "Play the planes, round and round", None)
        self.play.setCheckable(True)
        self.play.clicked.connect(self.play_pressed)
        self.after = self._button("after", "Next plane", lambda: self._step(1))
        self.last = self._button("last", "Last plane", lambda: self.moved.emit(length - 1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.name)
        row.addWidget(self.slider, 1)
        for widget in (self.spin, self.value, self.first, self.before, self.play, self.after, self.last):
            row.addWidget(widget)

    def show_plane(self, plane: int) -> None:
        """Put the controls on a 0-based plane."""
        with quietly(self.slider, self.spin):
            self.slider.setValue(plane)
            self.spin.setValue(plane + 1)

    def show_playing(self, playing: bool) -> None:
        """Show whether this axis is being played."""
        self.play.setChecked(playing)
        self.play.set_glyph("pause" if playing else "play")

    def _step(self, by: int) -> None:
        self.moved.emit((self.slider.value() + by) % self.length)

    def _button(self, glyph: str, tooltip: str, action: Callable[[], None] | None) -> GlyphButton:
        button = GlyphButton(glyph, tooltip, self)
        if action is not None:
            button.clicked.connect(action)
        return button


class PlaneBar(Panel):
    """Sliders, numbers and play for the planes of a cube; hidden for anything else."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.rows: list[AxisRow] = []
        self._picture: Picture | None = None
        self._playing: AxisRow | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._advance)
        self._build_mode()
        self.rate = QComboBox(self)
        for rate in RATES:
            self.rate.addItem(f"{rate}/s", rate)
        self.rate.setCurrentIndex(RATES.index(FIRST_RATE))
        self.rate.setToolTip("Planes in a second when playing, if drawing keeps up")
        self.degenerate = QLabel(self)
        self.degenerate.setTextFormat(Qt.TextFormat.PlainText)
        self._axes = QVBoxLayout()
        self._axes.setSpacing(2)
        below = QHBoxLayout()
        below.addWidget(self.mode)
        below.addWidget(self.degenerate)
        below.addStretch(1)
        whole = QHBoxLayout()
        whole.addLayout(self._axes, 1)
        whole.addWidget(self.rate, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 2)
        layout.setSpacing(2)
        layout.addLayout(whole)
        layout.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # not refresh_soon: a hidden widget is never refreshed by it, and this one decides itself
        for signal in (session.current_changed, session.image_changed, session.details_ready):
            signal.connect(self._follow)
        self.hide()

    @property
    def playing(self) -> bool:
        """Whether the planes are being played."""
        return self._playing is not None

    def refresh(self) -> None:
        """Show the plane that is on display."""
        picture = self.session.picture
        if picture is not self._picture:
            self.stop()
            self._picture = picture
            self._build_rows(picture)
        if picture is None or not picture.frame.shape[:-2]:
            self.hide()
            return
        shape = picture.frame.shape
        plane = picture.frame.pixels.index(picture.plane)
        if picture.colour:
            self.stop()
        for row in self.rows:
            row.show_plane(plane[row.axis])
            name, value = _axis_texts(picture, row.axis, plane)
            row.name.setText(name)
            row.value.setText(value)
            row.setVisible(not picture.colour)
        widest = max((row.name.sizeHint().width() for row in self.rows), default=0)
        for row in self.rows:
            row.name.setFixedWidth(widest)
        self.rate.setVisible(bool(self.rows) and not picture.colour)
        with quietly(self.colour, self.planes):
            (self.colour if picture.colour else self.planes).setChecked(True)
        self.mode.setVisible(len(shape) == 3 and shape[0] == 3)
        single = [axis for axis in range(len(shape) - 2) if shape[axis] == 1]
        texts = (" ".join(_axis_texts(picture, axis, plane)) for axis in reversed(single))
        self.degenerate.setText("Axes of one plane: " + ", ".join(texts))
        self.degenerate.setVisible(bool(single))
        self.show()

    def toggle_play(self) -> None:
        """Play along the first axis above the image's, or stop."""
        if self.rows and not self.playing:
            self._set_playing(self.rows[0])
        else:
            self.stop()

    def stop(self) -> None:
        """Stop playing."""
        self._set_playing(None)

    def _set_playing(self, row: AxisRow | None) -> None:
        if row is self._playing:
            return
        self._playing = row
        for each in self.rows:
            each.show_playing(each is row)
        if row is None:
            self._clock.stop()
        else:
            self._advance()

    def _advance(self) -> None:
        row, picture = self._playing, self.session.picture
        if row is None or picture is None:
            return
        # The clock is set again only after a step, and Qt paints what a step has changed before it
        # serves a timer: a plane is painted before the next one is asked for. What is left to wait
        # for is the work behind the picture, which would pile up.
        if all(pyramid.ready for pyramid in picture.pyramids) or not self.session.jobs.running:
            self._set_plane(row.axis, (row.slider.value() + 1) % row.length)
        if self._playing is not None:
            self._clock.start(round(1000 / self.rate.currentData()))

    def _set_plane(self, axis: int, index: int) -> None:
        picture = self.session.picture
        if picture is not None and picture is self._picture:
            plane = list(picture.frame.pixels.index(picture.plane))
            plane[axis] = index
            self.session.set_plane(tuple(plane))

    def _build_rows(self, picture: Picture | None) -> None:
        for row in self.rows:
            self._axes.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        lengths = () if picture is None else picture.frame.shape[:-2]
        # the third FITS axis first: it is the one that changes fastest after the image's own
        for axis in reversed(range(len(lengths))):
            if lengths[axis] > 1:
                self.rows.append(self._row(axis, lengths[axis]))
        spin = max((row.spin.sizeHint().width() for row in self.rows), default=0)
        for row in self.rows:
            row.spin.setFixedWidth(spin)
            self._axes.addWidget(row)

    def _row(self, axis: int, length: int) -> AxisRow:
        row = AxisRow(axis, length, self)
        row.moved.connect(lambda index: self._set_plane(axis, index))
        row.play_pressed.connect(lambda on: self._set_playing(row if on else None))
        return row

    def _build_mode(self) -> None:
        self.mode = QWidget(self)
        self.colour = QRadioButton("Colour", self.mode)
        self.colour.setToolTip("The three planes as red, green and blue of one picture")
        self.planes = QRadioButton("Planes", self.mode)
        self.planes.setToolTip("The three planes one by one")
        row = QHBoxLayout(self.mode)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.colour)
        row.addWidget(self.planes)
        self.colour.toggled.connect(self.session.set_colour)

    def _follow(self, *_values: object) -> None:
        self.refresh()


def _axis_texts(picture: Picture, axis: int, plane: tuple[int, ...]) -> tuple[str, str]:
    """Return name and value of an axis (as numpy counts) at a plane."""
    numbered = f"Axis {len(picture.frame.shape) - axis}"
    if not picture.detailed:
        return numbered, ""
    found = picture.frame.world.axis_value(axis, plane)
    # without a WCS it is called "plane" and its value is the number shown beside it anyway
    return (numbered, "") if found.label == "plane" else (found.label, found.text)
