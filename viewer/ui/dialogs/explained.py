"""What stands around the fields of an operation's form: summary, description, and the paint of labels."""

import re

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from viewer.core.operation import Operation
from viewer.ui.dialogs.form import Form, make_quiet

# Beyond this it is scrolled, in pixels; where the screen is low, beyond the other.
HIGHEST = 380
LOWEST = 150


def explained(operation: Operation, form: Form, width: int) -> QScrollArea:
    """Return the form between the summary and the description, to be scrolled if it is long.

    Parameters
    ----------
    operation : Operation
        What is explained.
    form : Form
        For its parameters.
    width : int
        Room, in pixels.
    """
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 6, 0, 0)
    summary = QLabel(operation.summary, wordWrap=True)
    font = summary.font()
    font.setBold(True)
    summary.setFont(font)
    column.addWidget(summary)
    column.addSpacing(4)
    column.addWidget(form)
    description = plain_text(operation.description)
    if description:
        text = QLabel(description, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        make_quiet(text)
        column.addWidget(text)
    column.addStretch(1)
    height = column.heightForWidth(width)
    area = _Area(min(height, HIGHEST))
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    for widget in (area.viewport(), content):
        widget.setAutoFillBackground(False)
    area.setMinimumHeight(min(height, LOWEST))
    area.setMaximumHeight(height)
    return area


class _Area(QScrollArea):
    """Wants a height that does not depend on the size of letters, as Qt's own does."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height)


def plain_text(docstring: str) -> str:
    """Return the paragraphs of a docstring without the line breaks and quotes of its source."""
    paragraphs = re.split(r"\n\s*\n", docstring.replace("``", "").strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def paint_red(label: QLabel, wrong: bool = True) -> None:
    """Give a sentence about something wrong the colour of one."""
    role = QPalette.ColorRole.BrightText if wrong else QPalette.ColorRole.WindowText
    label.setForegroundRole(role)
