"""Form: fields for the parameters of an operation, with what they mean and what is wrong with them."""

import re
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from viewer.core.errors import ViewerError
from viewer.core.parameter import Parameter
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.dialogs.fields import (
    BoolField,
    ChoiceField,
    Field,
    MatrixField,
    NumberField,
    OftenField,
    TextField,
)
from viewer.ui.dialogs.image_field import ImageField
from viewer.ui.dialogs.images_field import ImagesField
from viewer.ui.dialogs.list_field import ListField

KINDS: dict[str, type[Field]] = {
    "bool": BoolField,
    "choice": ChoiceField,
    "int": NumberField,
    "float": NumberField,
    "text": TextField,
    "value": TextField,
    "matrix": MatrixField,
    "list": ListField,
}
HINT_CHARACTERS = 150
# not those between brackets
PAUSE = re.compile(r"[;:]\s(?![^(]*\))")


class Form(QWidget):
    """A field for each parameter, one below the other.

    Parameters
    ----------
    parameters : tuple of Parameter
        What is asked for.
    session, document
        Where other images are found, and the one that they are for; None for an operation that has none.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    changed : pyqtSignal
        A value was changed; it may be wrong now.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        parameters: tuple[Parameter, ...],
        session: Session,
        document: Document | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        for parameter in parameters:
            if parameter.kind == "image":
                place = sum(isinstance(each, ImageField) for each in self.fields.values())
                field: Field = ImageField(parameter, session, document, place)
            elif parameter.kind == "images":
                field = ImagesField(parameter, session)
            else:
                often = parameter.kind == "text" and parameter.choices
                field = OftenField(parameter) if often else KINDS[parameter.kind](parameter)
            self._add(parameter, field)
            field.changed.connect(self.changed)

    def values(self) -> dict[str, Any]:
        """Return the arguments, checked one by one.

        Raises
        ------
        ViewerError
            For the first that is wrong.
        """
        return {name: field.value for name, field in self.fields.items()}

    @property
    def problem(self) -> str:
        """What is wrong, in a sentence; empty if nothing is."""
        try:
            self.values()
        except ViewerError as error:
            return str(error)
        return ""

    def show_values(self, values: dict[str, Any]) -> None:
        """Show arguments; what is not given stays as it is."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].show_value(value)

    def show_defaults(self) -> None:
        """Show the values that the operation begins with."""
        for field in self.fields.values():
            field.show_value(field.parameter.default)

    def show_needed(self, name: str, needed: bool) -> None:
        """Show a field, or hide it where it makes no difference; it keeps its value."""
        for part in self._rows.get(name, ()):
            part.setVisible(needed)

    @property
    def label_width(self) -> int:
        """How wide the column of labels wants to be."""
        labels = (part for parts in self._rows.values() for part in parts if isinstance(part, QLabel))
        return max((label.sizeHint().width() for label in labels if label.buddy() is not None), default=0)

    def align(self, width: int) -> None:
        """Give the column of labels a width, so that forms below each other look like one."""
        # a widget, because a layout leaves no space beside a column without one
        filler = QWidget()
        filler.setFixedWidth(width)
        self._grid.addWidget(filler, self._grid.rowCount(), 0)

    def refresh_images(self) -> None:
        """Offer the images that are open now."""
        for field in self.fields.values():
            if isinstance(field, ImageField | ImagesField):
                field.refresh()

    def _add(self, parameter: Parameter, field: Field) -> None:
        row = self._grid.rowCount()
        self.fields[parameter.name] = field
        tip = _tip(parameter)
        field.setToolTip(tip)
        parts: list[QWidget] = [field]
        if isinstance(field, BoolField):
            self._grid.addWidget(field, row, 1)
        else:
            label = QLabel(parameter.label)
            label.setToolTip(tip)
            label.setBuddy(field)
            parts.append(label)
            top = isinstance(field, MatrixField | ImagesField | ListField)
            self._grid.addWidget(
                label, row, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter
            )
            self._grid.addWidget(field, row, 1)
        hint = QLabel(_hint(parameter), wordWrap=True)
        hint.setToolTip(tip)
        make_quiet(hint)
        hint.setContentsMargins(0, 0, 0, 8)
        self._grid.addWidget(hint, row + 1, 1)
        self._rows[parameter.name] = (*parts, hint)


def make_quiet(label: QLabel) -> None:
    """Give a line that explains another one smaller letters in a fainter colour."""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 0.9)
    label.setFont(font)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)


def _hint(parameter: Parameter) -> str:
    """Return the first sentence, or what of it is short enough."""
    sentence = re.split(r"(?<=\.)\s(?=[A-Z])", parameter.help, maxsplit=1)[0]
    if len(sentence) > HINT_CHARACTERS:
        sentence = PAUSE.split(sentence, maxsplit=1)[0]
    if len(sentence) > HINT_CHARACTERS:
        sentence = sentence[:HINT_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return sentence.rstrip(".")


def _tip(parameter: Parameter) -> str:
    ranged = "" if parameter.kind == "choice" or " " not in parameter.range_text else parameter.range_text
    # rich text, so that Qt breaks long lines
    return f"<qt>{parameter.help}{f'<br><br>{ranged}' if ranged else ''}</qt>"
