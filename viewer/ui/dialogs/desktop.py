"""DesktopDialog: makes Skyloupe the program that opens FITS files, and takes that back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from viewer.core.names import shown
from viewer.core.progress import Progress
from viewer.desktop import installing
from viewer.ui.dialogs.explained import paint_red

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

TITLE = "Open FITS files with Skyloupe"
PROMISE = (
    "Skyloupe is added to the programs of your desktop, for you alone: a double click on a FITS file opens "
    "it in the window that is open, and file managers show small pictures of FITS files. Everything that is "
    "installed here can be removed again."
)
# Of a line that explains something, and of what was done.
CHARACTERS = 76
LINES = 10
Button = QDialogButtonBox.StandardButton
Role = QDialogButtonBox.ButtonRole


class DesktopDialog(QDialog):
    """Stays beside the window. Each change is a job, and what was done is listed.

    Parameters
    ----------
    window : MainWindow
        Whose jobs do it.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setWindowTitle(TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._jobs = window.session.jobs
        self._open = True
        self.installed = False
        self.promise = QLabel(PROMISE, wordWrap=True)
        self.state = QLabel(" ", wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        font = self.state.font()
        font.setBold(True)
        self.state.setFont(font)
        self.always = QCheckBox("Also where another program opens FITS files now")
        self.always.setChecked(True)
        self.problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        paint_red(self.problem)
        self.problem.hide()
        self.done = QPlainTextEdit(readOnly=True)
        self.done.setAccessibleName("What was done")
        self.done.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.done.hide()
        self.buttons = QDialogButtonBox(Button.Close)
        self.install = self.buttons.addButton("Install", Role.ActionRole)
        self.remove = self.buttons.addButton("Remove", Role.ActionRole)
        self.install.setDefault(True)
        self.install.clicked.connect(self._install)
        self.remove.clicked.connect(lambda: self._change("Removing…", installing.uninstall))
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._ended)
        whole = QVBoxLayout(self)
        for part in (self.promise, self.state, self.always, self.problem, self.done, self.buttons):
            whole.addWidget(part)
        metrics = self.fontMetrics()
        self.setMinimumWidth(CHARACTERS * metrics.averageCharWidth())
        self.done.setMinimumHeight(LINES * metrics.lineSpacing())
        self.buttons.button(Button.Close).setAutoDefault(False)
        self._ask()

    def _install(self) -> None:
        default = self.always.isChecked()
        self._change("Installing…", lambda: installing.install(default=default))

    def _change(self, doing: str, change: Callable[[], list[str]]) -> None:
        self._wait()
        before = self.state.text()
        self.state.setText(doing)

        def failed(sentence: str) -> None:
            if self._open:
                self.state.setText(before)
                self._failed(sentence)

        # without a title: the status line would offer to cancel it, and then nobody would hear of its end
        self._jobs.start("", lambda _progress: change(), self._changed, failed)

    def _changed(self, said: list[str]) -> None:
        if self._open:
            self.problem.hide()
            self.done.setPlainText("\n".join(shown(line[:1].upper() + line[1:]) for line in said))
            self.done.show()
            self._ask()

    def _ask(self) -> None:
        def work(_progress: Progress) -> tuple[bool, str]:
            return installing.state()

        self._wait()
        self._jobs.start("", work, self._show, self._failed)

    def _show(self, state: tuple[bool, str]) -> None:
        if self._open:
            self.installed, sentence = state
            self.state.setText(shown(sentence))
            self._wait(False)

    def _failed(self, sentence: str) -> None:
        if self._open:
            self.problem.setText(shown(sentence[:1].upper() + sentence[1:]))
            self.problem.show()
            self._wait(False)

    def _wait(self, waiting: bool = True) -> None:
        self.install.setText("Install again" if self.installed else "Install")
        self.install.setEnabled(not waiting)
        self.remove.setEnabled(not waiting and self.installed)
        if not waiting:
            # while it was disabled the focus went to another
            (self.buttons.button(Button.Close) if self.installed else self.install).setFocus()
        # texts of several lines have come or gone
        width = max(self.width(), self.minimumWidth())
        self.resize(width, max(self.height(), self.layout().totalHeightForWidth(width)))

    def _ended(self, _result: int) -> None:
        # what is under way goes on to its end, and nobody is told
        self._open = False
