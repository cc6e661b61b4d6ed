"""Fields: a control for each kind of parameter; whether what it holds is right, the parameter says."""

import math
from typing import Any

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QValidator
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from viewer.core.parameter import Parameter
from viewer.ui.fitting import fixed_font

CHARACTERS = 11
MATRIX_LINES = 5


class Field(QWidget):
    """One parameter's control.

    Attributes
    ----------
    changed : pyqtSignal
        A person has changed it; it may be wrong now.
    """

    changed = pyqtSignal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)

    @property
    def value(self) -> Any:
        """What is entered, checked; `ViewerError` says what is wrong."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value that is right."""
        raise NotImplementedError


class BoolField(Field):
    """A check box that carries its label itself."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.box = QCheckBox(parameter.label)
        self._row.addWidget(self.box)
        self._row.addStretch(1)
        self.setFocusProxy(self.box)
        self.box.toggled.connect(self.changed)

    @property
    def value(self) -> bool:
        """Whether it is ticked."""
        return self.box.isChecked()

    def show_value(self, value: Any) -> None:
        """See `Field`."""
        self.box.setChecked(value)


class ChoiceField(Field):
    """A list to choose from."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.list = QComboBox()
        words = parameter.words or tuple(map(readable, parameter.choices))
        for choice, word in zip(parameter.choices, words, strict=True):
            self.list.addItem(word, choice)
        self._row.addWidget(self.list)
        self._row.addStretch(1)
        self.setFocusProxy(self.list)
        self.list.currentIndexChanged.connect(self.changed)

    @property
    def value(self) -> str:
        """The chosen word, as the operation knows it."""
        return self.parameter.check(self.list.currentData())

    def show_value(self, value: Any) -> None:
        """See `Field`."""
        self.list.setCurrentIndex(self.list.findData(value))


class NumberField(Field):
    """A number with its unit; any text may be typed, and a missing value may be asked for with a box."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.spin = NumberSpin(parameter)
        self._row.addWidget(self.spin)
        if parameter.unit:
            self._row.addWidget(QLabel({"deg": "°"}.get(parameter.unit, parameter.unit)))
        self.missing: QCheckBox | None = None
        if isinstance(parameter.default, float) and math.isnan(parameter.default):
            self.missing = QCheckBox("missing", toolTip="NaN: no value at all")
            self.missing.toggled.connect(self._missing_toggled)
            self._row.addWidget(self.missing)
        self._row.addStretch(1)
        self.setFocusProxy(self.spin)
        self.spin.lineEdit().textChanged.connect(self.changed)

    @property
    def value(self) -> int | float:
        """The number; a comma is no dot: numbers are written as in Python."""
        if self.missing is not None and self.missing.isChecked():
            return math.nan
        return self.parameter.read(self.spin.text())

    def show_value(self, value: Any) -> None:
        """See `Field`."""
        nan = isinstance(value, float) and math.isnan(value)
        if self.missing is not None:
            self.missing.setChecked(nan)
            value = 0.0 if nan else value
        self.spin.lineEdit().setText(number_text(value))

    def _missing_toggled(self, on: bool) -> None:
        self.spin.setEnabled(not on)
        self.changed.emit()


class TextField(Field):
    """A line of text, or of a value of a header card."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.line = QLineEdit()
        self._row.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self.changed)

    @property
    def value(self) -> Any:
        """See `Field`."""
        return self.parameter.read(self.line.text())

    def show_value(self, value: Any) -> None:
        """See `Field`."""
        self.line.setText(self.parameter.write(value))


class OftenField(TextField):
    """A line of text with a list of what it often is."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self._row.removeWidget(self.line)
        self.list = QComboBox()
        self.list.setLineEdit(self.line)
        self.list.addItems(parameter.choices)
        self.list.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # it would make 99.9 of who types 99
        self.list.setCompleter(None)
        self._row.addWidget(self.list)
        self._row.addStretch(1)
        self.setFocusProxy(self.list)


class MatrixField(Field):
    """Rows of numbers, a line each."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.text = QPlainTextEdit()
        self.text.setFont(fixed_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        spacing = QFontMetrics(self.text.font()).lineSpacing()
        self.text.setFixedHeight(MATRIX_LINES * spacing + 14)
        self._row.addWidget(self.text)
        self.setFocusProxy(self.text)
        self.text.textChanged.connect(self.changed)

    @property
    def value(self) -> Any:
        """See `Field`."""
        return self.parameter.read(self.text.toPlainText())

    def show_value(self, value: Any) -> None:
        """See `Field`."""
        cells = [[number_text(number) for number in row] for row in value]
        width = max(len(cell) for row in cells for cell in row)
        self.text.setPlainText("\n".join(" ".join(cell.rjust(width) for cell in row) for row in cells))


class NumberSpin(QAbstractSpinBox):
    """A line with arrows; unlike Qt's own it lets one type what is wrong, so that it can be said why.

    Numbers are read and written as in Python whatever the desktop's language is, with all their digits.
    """

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter = parameter
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccelerated(True)

    def sizeHint(self) -> QSize:
        """Room for a dozen digits."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("0" * CHARACTERS) + 40, hint.height())

    def minimumSizeHint(self) -> QSize:
        """No less."""
        return self.sizeHint()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Anything may be typed: what is wrong with it is said elsewhere."""
        return QValidator.State.Acceptable, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Up and down, as long as there is a number."""
        flags = QAbstractSpinBox.StepEnabledFlag
        value, low, high = self._number(), self._parameter.low, self._parameter.high
        enabled = flags.StepNone
        if value is not None:
            if high is None or value < high:
                enabled |= flags.StepUpEnabled
            if low is None or value > low:
                enabled |= flags.StepDownEnabled
        return enabled

    def stepBy(self, steps: int) -> None:
        """Change the number by steps that suit its size: a tenth of its leading digit."""
        value = self._number()
        if value is None:
            return
        step = 1.0 if self._parameter.kind == "int" else self._step(value, steps)
        changed = value + steps * step
        # 0.1 + 0.2 is not what anybody wants to read
        changed = round(changed / step) * step if step >= 1 else round(changed, -math.floor(math.log10(step)))
        low, high = self._parameter.low, self._parameter.high
        changed = max(changed, low) if low is not None else changed
        changed = min(changed, high) if high is not None else changed
        self.lineEdit().setText(number_text(int(changed) if self._parameter.kind == "int" else changed))
        self.selectAll()

    def _step(self, value: float, steps: int) -> float:
        if self._parameter.unit == "deg":
            return 1.0
        size = abs(value)
        if size == 0:
            low, high = self._parameter.low, self._parameter.high
            return (
                0.1
                if low is None or high is None
                else min(1.0, 10.0 ** math.floor(math.log10(high - low) - 1))
            )
        exponent = math.floor(math.log10(size))
        towards_zero = (value > 0) == (steps < 0)
        # from 1.0 down to 0.99 and up to 1.1
        if towards_zero and size <= 10.0**exponent * (1 + 1e-9):
            exponent -= 1
        return 10.0 ** (exponent - 1)

    def _number(self) -> float | None:
        try:
            value = float(self.text())
        except ValueError:
            return None
        return value if math.isfinite(value) else None


def number_text(value: float) -> str:
    """Write a number with all its digits and no more: 2, 1.5, 1e-06."""
    if isinstance(value, int):
        return str(value)
    text = repr(float(value))
    return text.removesuffix(".0")


def readable(choice: str) -> str:
    """Return a word of an operation as a person writes it: ``Top hat``."""
    words = choice.replace("_", " ")
    return words[:1].upper() + words[1:]
