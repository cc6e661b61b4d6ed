"""ValueSlider: a label, a slider and a field for one number; what both show is the same value."""

from PyQt6.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QPalette
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSlider, QToolTip, QWidget

from viewer.core.errors import ViewerError
from viewer.ui.fitting import fixed_font
from viewer.ui.panels.numbers import FIELD_CHARACTERS, field_text, parse_number
from viewer.ui.panels.panel import quietly
from viewer.ui.panels.travel import STEPS, Travel, linear

REFUSAL_MS = 4000
LABEL_CHARACTERS = 9


class NumberField(QLineEdit):
    """A line that holds one number; Enter (or leaving it) applies, Escape takes the change back.

    Attributes
    ----------
    entered : pyqtSignal of float
        A person typed another number.
    """

    entered = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        font = fixed_font()
        self.setFont(font)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        metrics = self.fontMetrics()
        self.setFixedWidth(metrics.horizontalAdvance("0" * (FIELD_CHARACTERS + 1)) + 10)
        self._shown = ""
        self._value = 0.0
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(REFUSAL_MS)
        self._calm.timeout.connect(self._paint_calm)
        self.returnPressed.connect(self._apply)
        self.textEdited.connect(self._paint_calm)

    def show_number(self, value: float, resolution: float = 0.0) -> None:
        """Show a value, unless a person is typing another one."""
        self._value = value
        text = field_text(value, resolution)
        if text != self._shown:
            self._shown = text
            if not (self.hasFocus() and self.isModified()):
                self.setText(text)

    def refuse(self, sentence: str) -> None:
        """Say why the text cannot be used, and show the number again that holds."""
        self._restore()
        colours = self.palette()
        red = colours.color(QPalette.ColorRole.BrightText)
        colours.setColor(QPalette.ColorRole.Base, _between(colours.color(QPalette.ColorRole.Base), red, 0.3))
        self.setPalette(colours)
        self._calm.start()
        QToolTip.showText(
            self.mapToGlobal(self.rect().bottomLeft()), sentence, self, self.rect(), 2 * REFUSAL_MS
        )

    @property
    def refused(self) -> bool:
        """Whether the red hint is there."""
        return self._calm.isActive()

    def event(self, event: QEvent) -> bool:
        """Tell every digit in the tooltip; keep Escape from the window while it takes back what was typed."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self.isModified())
            return True
        if isinstance(event, QHelpEvent) and self._shown:
            QToolTip.showText(event.globalPos(), f"{self.toolTip()}\n{self._value!r}", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back what was typed."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._restore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Apply what was typed when the user goes on to something else."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._apply()

    def _apply(self) -> None:
        if not self.isModified():
            return
        text = self.text()
        self.setModified(False)
        if text == self._shown:
            return
        try:
            value = parse_number(text)
        except ViewerError as error:
            self.refuse(str(error))
            return
        self.entered.emit(value)
        # the text on display, so that the next refresh writes the number in our own manner
        self._shown = self.text()

    def _restore(self) -> None:
        self.setText(self._shown)
        self.setModified(False)
        self.selectAll()

    def _paint_calm(self) -> None:
        self._calm.stop()
        self.setPalette(QPalette())


class ValueSlider(QWidget):
    """One number: dragged with the slider or typed into the field.

    Parameters
    ----------
    label : str
        What the number is.
    hint : str
        Tooltip.

    Attributes
    ----------
    changed : pyqtSignal of float
        The slider was moved, at every step.
    entered : pyqtSignal of float
        Another number was typed; it may lie beyond the slider's ends.
    released : pyqtSignal
        The slider was let go.
    """

    changed = pyqtSignal(float)
    entered = pyqtSignal(float)
    released = pyqtSignal()

    def __init__(self, label: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(label, self)
        self.label.setFixedWidth(_label_width(self))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setSingleStep(STEPS // 500)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setMinimumWidth(60)
        self.field = NumberField(self)
        self.label.setBuddy(self.field)
        self.slider.setAccessibleName(label)
        self.field.setAccessibleName(label)
        for widget in (self.label, self.slider, self.field):
            widget.setToolTip(hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.travel = linear(0.0, 1.0)
        self.allowed: tuple[float, float] | None = None
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self.released)
        self.field.entered.connect(self._typed)

    @property
    def dragged(self) -> bool:
        """Whether the slider is under the finger."""
        return self.slider.isSliderDown()

    def set_travel(self, travel: Travel, allowed: tuple[float, float] | None = None) -> None:
        """Give the slider another range; call `show_value` after it.

        Parameters
        ----------
        travel : Travel
            What its positions mean.
        allowed : tuple of float, optional
            Smallest and largest number that may be typed; by default any.
        """
        self.travel = travel
        self.allowed = allowed

    def show_value(self, value: float, resolution: float = 0.0) -> None:
        """Show a value; a slider that is being dragged stays under the finger."""
        self.field.show_number(value, resolution)
        if not self.dragged:
            step = self.travel.step(value)
            if step != self.slider.value():
                with quietly(self.slider):
                    self.slider.setValue(step)

    def _moved(self, step: int) -> None:
        value = self.travel.at_step(step)
        self.field.show_number(value)
        self.changed.emit(value)

    def _typed(self, value: float) -> None:
        if self.allowed is not None and not self.allowed[0] <= value <= self.allowed[1]:
            low, high = self.allowed
            self.field.refuse(
                f"{self.label.text()} {value:g} is out of range: it lies between {low:g} and {high:g}."
            )
        else:
            self.entered.emit(value)


def labelled_row(text: str, *widgets: QWidget) -> QWidget:
    """Return a row with a label as wide as those of the sliders; its first widget takes the room."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    label = QLabel(text, row)
    label.setFixedWidth(_label_width(row))
    layout.addWidget(label)
    for number, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if number == 0 else 0)
    return row


def _label_width(widget: QWidget) -> int:
    return widget.fontMetrics().averageCharWidth() * LABEL_CHARACTERS + 8


def _between(first: QColor, second: QColor, part: float) -> QColor:
    return QColor.fromRgbF(
        *(
            (1 - part) * one + part * other
            for one, other in zip(first.getRgbF()[:3], second.getRgbF()[:3], strict=True)
        )
    )
