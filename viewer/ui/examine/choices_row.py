"""The controls of the panel Measure: the mode, what follows the pointer, apertures."""

from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QToolButton, QWidget

from viewer.core.session.asking import DEFAULT_ZERO_POINT
from viewer.core.session.session import Session
from viewer.ui.examine import cut_tool, tool
from viewer.ui.flow import Flow, labelled
from viewer.ui.panels.panel import quietly
from viewer.ui.theme import mark

FOLLOWS = {
    "": "nothing",
    "photometer": "star",
    "row": "line",
    "column": "column",
}
# below every magnitude that a spin box can show
NO_ZERO_POINT = -100.0


class ChoicesRow(QWidget):
    """How is measured, in one row.

    Parameters
    ----------
    session : Session
        Its `examining` has the choices.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.examine = self._mode(
            "Examine", tool.MODE, "Click stars, or press imexamine's keys over them (E)"
        )
        self.cut = self._mode("Line cut", cut_tool.MODE, "Drag a line across the picture (Ctrl+L)")
        self.follows = QComboBox()
        self.follows.addItems(list(FOLLOWS.values()))
        self.follows.setToolTip("What is measured under the pointer wherever it goes (photometer: Ctrl+P)")
        self.follows.activated.connect(lambda at: session.examining.follow(list(FOLLOWS)[at]))
        self.radius = self._length(5, "Radius of the aperture; auto is three times the FWHM")
        self.inner = self._length(10, "Inner radius of the sky's annulus; auto is 5 px beyond the aperture")
        self.outer = self._length(15, "Outer radius of the sky's annulus; auto is 5 px more")
        self.zero_point = self._zero_point()
        self.width = self._count(1, 999, "Rows, columns or samples that cuts average; side of the box of m")
        self.box = self._count(5, 501, "Side of the cut-out for contours, histogram and surface")
        row = Flow(self)
        for text, *widgets in (
            ("", self.examine),
            ("", self.cut),
            ("under the pointer", self.follows),
            ("aperture", self.radius),
            ("sky", self.inner, self.outer),
            ("zero point", self.zero_point),
            ("width", self.width),
            ("box", self.box),
        ):
            row.addWidget(labelled(text, *widgets) if text else widgets[0])
        for widget in (self.examine, self.cut, self.follows):
            # the keys stay with the picture
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        session.examining.choices_changed.connect(self.refresh)
        session.overlays.tool_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the choices as they are."""
        examining = self.session.examining
        choices, mode = examining.choices, self.session.overlays.tool
        fields = (self.radius, self.inner, self.outer, self.zero_point, self.width, self.box)
        with quietly(*fields, self.examine, self.cut, self.follows):
            self.examine.setChecked(mode == tool.MODE)
            self.cut.setChecked(mode == cut_tool.MODE)
            for button in (self.examine, self.cut):
                mark(button, button.isChecked())
            self.follows.setCurrentIndex(list(FOLLOWS).index(examining.follows))
            for field, value in zip(fields[:3], (choices.radius, choices.inner, choices.outer), strict=True):
                field.setValue(0.0 if value is None else value)
            self.zero_point.setValue(NO_ZERO_POINT if choices.zero_point is None else choices.zero_point)
            self.width.setValue(choices.width)
            self.box.setValue(choices.box)

    def _take(self, *_values: object) -> None:
        examining = self.session.examining
        zero_point = self.zero_point.value()
        examining.set_choices(
            replace(
                examining.choices,
                radius=self.radius.value() or None,
                inner=self.inner.value() or None,
                outer=self.outer.value() or None,
                zero_point=None if zero_point <= NO_ZERO_POINT else zero_point,
                width=self.width.value(),
                box=self.box.value(),
            )
        )

    def _mode(self, text: str, name: str, tip: str) -> QToolButton:
        button = QToolButton(text=text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.toggled.connect(lambda on: self.session.overlays.set_tool(name if on else "pan"))
        return button

    def _length(self, first: float, tip: str) -> "_AutoBox":
        field = _AutoBox(first)
        field.setRange(0, 500)
        field.setDecimals(1)
        field.setSingleStep(0.5)
        return self._field(field, tip)

    def _zero_point(self) -> "_AutoBox":
        field = _AutoBox(DEFAULT_ZERO_POINT)
        field.setRange(NO_ZERO_POINT, 60)
        field.setDecimals(3)
        field.setSingleStep(0.1)
        tip = f"Magnitude of one count; auto is the header's, or else {DEFAULT_ZERO_POINT:g}"
        return self._field(field, tip)

    def _count(self, least: int, most: int, tip: str) -> QSpinBox:
        field = QSpinBox()
        field.setRange(least, most)
        return self._field(field, tip)

    def _field(self, field, tip: str):
        field.setToolTip(tip)
        # a number that is being typed is not one yet
        field.setKeyboardTracking(False)
        field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        field.setMaximumWidth(field.fontMetrics().horizontalAdvance("000.0 px") + 24)
        field.valueChanged.connect(self._take)
        return field


class _AutoBox(QDoubleSpinBox):
    """A number, or auto at the lower end; a step from there leads to a usual value."""

    def __init__(self, first: float) -> None:
        super().__init__()
        self._first = first
        self.setSpecialValueText("auto")

    def stepBy(self, steps: int) -> None:
        """Step, or begin."""
        if self.value() == self.minimum():
            if steps > 0:
                self.setValue(self._first)
        else:
            super().stepBy(steps)
