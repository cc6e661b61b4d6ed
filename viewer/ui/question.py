"""Question: asks the user something while the window stays live; one question after the other."""

from collections.abc import Callable, Mapping

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget


class Question(QMessageBox):
    """Buttons, each with what it does; Cancel does nothing.

    Parameters
    ----------
    window : QWidget
        Whose question it is.
    choices : mapping of str to callable
        The first of them is what Enter does.
    """

    def __init__(self, window: QWidget, choices: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self.setIcon(QMessageBox.Icon.Question)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.choices = {
            self.addButton(text, QMessageBox.ButtonRole.AcceptRole): run for text, run in choices.items()
        }
        self.setDefaultButton(next(iter(self.choices)))
        self.setEscapeButton(self.addButton(QMessageBox.StandardButton.Cancel))
        self.answered = False
        self.finished.connect(self._finished)

    def _finished(self, _result: int) -> None:
        self.answered = True
        run = self.choices.get(self.clickedButton())
        if run is not None:
            run()
        for following in _waiting(self.parent())[:1]:
            following.open()
        self.deleteLater()


def ask(
    window: QWidget, title: str, text: str, explained: str, choices: Mapping[str, Callable[[], object]]
) -> Question:
    """Ask something, once the questions before it are answered.

    Parameters
    ----------
    window : QWidget
        Whose question it is.
    title, text, explained : str
        Plain text: of the dialog, what is asked, and what to know about it.
    choices : mapping of str to callable
        What each button does; the first is what Enter does. A Cancel is added.
    """
    before = _waiting(window)
    question = Question(window, choices)
    question.setWindowTitle(title)
    question.setText(text)
    question.setInformativeText(explained)
    if not before:
        question.open()
    return question


def _waiting(window: QWidget) -> list[Question]:
    questions = window.findChildren(Question, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [each for each in questions if not each.answered]
