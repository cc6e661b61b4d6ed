"""The plot of an answer, whatever kind it is: curves, a surface, pixels, or how to begin."""

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.core.session.answer import Answer
from viewer.core.session.session import Session
from viewer.ui.examine.drawing import drawing_of
from viewer.ui.examine.tool import KEYS_TEXT
from viewer.ui.fitting import fixed_font
from viewer.ui.plots.plot import Plot
from viewer.ui.surface.view import SurfaceView


class AnswerView(QStackedWidget):
    """Shows one answer at a time.

    Parameters
    ----------
    session : Session
        For the plots.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot(session, name="profile", log_axes="xy")
        self.surface = SurfaceView(session)
        self.grid = _Grid()
        self.hint = _Hint()
        for page in (self.hint, self.plot, self.surface, self.grid):
            self.addWidget(page)
        self._kind = ""
        self._image = ""

    def show_answer(self, answer: Answer | None) -> None:
        """Show an answer, or how to get one.

        What the user has zoomed to stays while values of the same kind follow the pointer.
        """
        if answer is None:
            self._kind = ""
            self.hint.say("")
            self.setCurrentWidget(self.hint)
        elif answer.kind == "surface":
            self.surface.show_surface(*(answer.values(name) for name in ("x", "y", "z")), answer.unit)
            self.setCurrentWidget(self.surface)
        elif answer.kind == "pixels":
            self.grid.show_values(*(answer.values(name) for name in ("x", "y", "values")))
            self.setCurrentWidget(self.grid)
        else:
            self._draw(answer)
        if answer is not None:
            self._kind, self._image = answer.kind, answer.image

    def _draw(self, answer: Answer) -> None:
        drawing = drawing_of(answer)
        if drawing is None:
            self.hint.say("This answer is a number: see beside.")
            self.setCurrentWidget(self.hint)
            return
        fresh = answer.number > 0 or answer.kind != self._kind or answer.image != self._image
        if fresh and answer.kind != self._kind:
            self.plot.set_log(x=False, y=False)
        self.plot.name = f"{answer.image.split('.')[0]}-{answer.kind.replace(' ', '-')}"
        axes = drawing.axes
        self.plot.set_labels(axes.x, axes.y, axes.x_unit, axes.y_unit)
        self.plot.item.getViewBox().setAspectLocked(drawing.square)
        self.plot.set_curves(drawing.curves, drawing.lines, drawing.bands, fit=fresh)
        self.setCurrentWidget(self.plot)


class _Grid(QTableWidget):
    """The values of the pixels around a place, the upper rows above."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFont(fixed_font())
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setHighlightSections(False)
        self.setAccessibleName("Values of the pixels")

    def show_values(self, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> None:
        """Show values.

        Parameters
        ----------
        x, y : numpy.ndarray
            FITS columns and rows.
        values : numpy.ndarray
            Shape (rows, columns), the lowest row first; NaN is missing.
        """
        self.setRowCount(len(y))
        self.setColumnCount(len(x))
        self.setHorizontalHeaderLabels([str(int(column)) for column in x])
        self.setVerticalHeaderLabels([str(int(row)) for row in y[::-1]])
        for row, line in enumerate(values[::-1].tolist()):
            for column, value in enumerate(line):
                item = QTableWidgetItem(f"{value:.6g}" if value == value else "—")
                item.setTextAlignment(int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
                self.setItem(row, column, item)
        self.setCurrentCell(len(y) // 2, len(x) // 2)


class _Hint(QScrollArea):
    """How to measure, while nothing has been; it scrolls where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self._say = QLabel(wordWrap=True)
        keys = QGridLayout()
        keys.setHorizontalSpacing(14)
        keys.setVerticalSpacing(1)
        for row, (key, text) in enumerate(KEYS_TEXT):
            name = QLabel(key)
            name.setFont(fixed_font())
            keys.addWidget(name, row, 0)
            keys.addWidget(QLabel(text, wordWrap=True), row, 1)
        keys.setColumnStretch(1, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self._say)
        column.addLayout(keys)
        column.addStretch(1)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setWidget(page)
        self.say("")

    def say(self, sentence: str) -> None:
        """Say something in place of how to begin."""
        self._say.setText(sentence or "Begin with Examine (E); then, with the pointer on a star:")
