"""Script view: a script to read, copy and save."""

import re

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from viewer.ui.fitting import fixed_font
from viewer.ui.python_colours import PythonColours

_STEP = re.compile(r"^ *# \d+\. ", re.M)


class ScriptView(QWidget):
    """A script in colours, or a sentence in its place.

    Signals
    -------
    save_wanted
        The user wants it in a file.
    """

    save_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(fixed_font())
        self.text.setAccessibleName("Python script")
        self._colours = PythonColours(self.text.document())
        self.note = QLabel(wordWrap=True)
        self.note.hide()
        self.copy = QToolButton(text="Copy")
        self.copy.setToolTip("Copy the whole script")
        self.copy.clicked.connect(self.copy_all)
        self.save = QToolButton(text="Save script…")
        self.save.setToolTip("It needs no Skyloupe: python script.py [INPUT [OUTPUT.fits]]")
        self.save.clicked.connect(self.save_wanted.emit)
        row = QHBoxLayout()
        row.addWidget(QLabel("Python"))
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.text, 1)
        self._scrolling = QTimer(self)
        self._scrolling.setSingleShot(True)
        self._scrolling.timeout.connect(self._show_steps)
        self.show_text("")

    def show_text(self, text: str, note: str = "") -> None:
        """Show a script, scrolled to its steps; without one, say why."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.text.setVisible(not note)
        for button in (self.copy, self.save):
            button.setEnabled(bool(text))
        if text != self.text.toPlainText():
            self._colours.set_script(text)
            self.text.setPlainText(text)
        # once it has its size
        self._scrolling.start(0)

    def copy_all(self) -> None:
        """Copy the script."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _show_steps(self) -> None:
        text = self.text.toPlainText()
        steps = [text.count("\n", 0, match.start()) for match in _STEP.finditer(text)]
        if not steps:
            return
        bar = self.text.verticalScrollBar()
        # the first step on top; the last one if both do not fit
        fits = steps[-1] - steps[0] + 4 < bar.pageStep()
        bar.setValue(steps[0] if fits else steps[-1])
