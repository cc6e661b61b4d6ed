"""The Python behind a measurement, in a window of its own."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QVBoxLayout, QWidget

from viewer.core.session.session import Session
from viewer.ui.fitting import fit, scaled
from viewer.ui.script_view import ScriptView
from viewer.ui.scripts import ask_where_to_save

if TYPE_CHECKING:
    from viewer.core.script.question import Question


def show_python(session: Session, question: "Question", parent: QWidget) -> "PythonDialog | None":
    """Show the script that measures the same in the image that is shown, with all steps before.

    Parameters
    ----------
    session : Session
        Its current image is what was measured.
    question : Question
        The measurement.
    parent : QWidget
        The window goes when this does.

    Returns
    -------
    PythonDialog or None
        None if there is no image.
    """
    document = session.current
    if document is None or document.history is None or document.picture is None:
        session.tell("warning", "There is no image to measure: open one first.")
        return None
    dialog = PythonDialog(session, question.title, parent)
    origin, calls, plane = document.history.origin_frame, document.history.calls, document.picture.plane

    def work(_progress: object) -> str:
        # who writes scripts has the operations, which the start does without
        from viewer.core.script.origin import Origin
        from viewer.core.script.question import question_script

        return question_script(calls, Origin.of(origin), question, plane)

    session.jobs.start("Writing the script", work, dialog.show_script, dialog.show_problem)
    dialog.show()
    return dialog


class PythonDialog(QDialog):
    """A script to read, copy and save.

    Parameters
    ----------
    session : Session
        Is told where it was saved.
    title : str
        What is measured.
    parent : QWidget
        As in Qt.
    """

    def __init__(self, session: Session, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._gone = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Python: {title}" if title else "Python")
        self.view = ScriptView(self)
        self.view.save.setToolTip("It needs no Skyloupe: python script.py [INPUT]")
        self.view.save_wanted.connect(self._save)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view)
        self.finished.connect(self._leave)
        fit(self, scaled(860), scaled(640))

    def show_script(self, text: str) -> None:
        """Show the script, which a worker has made."""
        if not self._gone:
            self.view.show_text(text)

    def show_problem(self, sentence: str) -> None:
        """Say why there is no script."""
        if not self._gone:
            self.view.show_text("", sentence)

    def _leave(self, _code: int) -> None:
        # the worker may still be at it
        self._gone = True

    def _save(self) -> None:
        text = self.view.text.toPlainText()
        ask_where_to_save(self._session, self, "script", "measure.py", "Python script (*.py)", text)
