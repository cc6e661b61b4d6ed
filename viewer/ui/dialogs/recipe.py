"""RecipeDialog: a recipe done to many files, with what became of each; the window stays live."""

import os
from collections import deque
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.batch.run import Outcome, Results, run_batch
from viewer.core.batch.workers import Workers
from viewer.core.progress import Progress
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session
from viewer.ui.dialogs.file_list import FileList, folder_dialog
from viewer.ui.fitting import fit, scaled
from viewer.ui.scripts import ask_for_recipe, read_located
from viewer.ui.texts import sentence
from viewer.ui.working import Both

if TYPE_CHECKING:
    from viewer.core.call import Call

KINDS = {
    "As the files are, where nothing is lost": "",
    "FITS (.fits)": ".fits",
    "FITS in gzip (.fits.gz)": ".fits.gz",
    "FITS, tile-compressed (.fits.fz)": ".fits.fz",
    "PNG (.png)": ".png",
    "TIFF (.tif)": ".tif",
}
# to begin a process takes as long as an ordinary file
WORTH_PROCESSES = 4
MOST_STEPS = 6
POLL_MS = 100
NO_RECIPE = "None yet: choose a file, or do the steps to one image first."


class RecipeDialog(QDialog):
    """Asks for recipe, files and folder; then shows how far each file is.

    Parameters
    ----------
    session : Session
        Runs the work.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Apply a recipe to files")
        fit(self, scaled(760), scaled(620))
        self._session = session
        self._calls: tuple[Call, ...] = ()
        self._job: Job | None = None
        self._progress = Progress()
        self._outcomes: deque[Outcome] = deque()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        self._build()
        history = None if session.current is None else session.current.history
        if history is not None and history.calls:
            self.set_calls(history.calls, f"The steps of {session.current.name}")
        self._refresh()

    # ------------------------------------------------------------------ what is asked

    def set_calls(self, calls: "tuple[Call, ...]", name: str) -> None:
        """Take what is to be done, and what to call it."""
        self._calls = calls
        self.recipe.setText(name)
        lines = [f"{number}. {call.sentence}" for number, call in enumerate(calls[:MOST_STEPS], 1)]
        if len(calls) > MOST_STEPS:
            lines.append(f"and {len(calls) - MOST_STEPS} more")
        self.steps.setText("\n".join(lines))
        self._refresh()

    def read_recipe(self, path: Path) -> None:
        """Take the steps of a recipe file."""
        self._session.jobs.start(
            f"Reading {path.name}",
            lambda _progress: read_located(path),
            lambda calls: self.set_calls(calls, str(path)),
            self._say,
        )

    # ------------------------------------------------------------------ the work

    def start(self) -> None:
        """Do it."""
        self._progress = Progress()
        self._outcomes.clear()
        self.files.begin()
        calls, files, folder = self._calls, self.files.names, Path(self.folder.text()).expanduser()
        suffix, overwrite = self.kind.currentData(), self.overwrite.isChecked()
        inner, told = self._progress, self._outcomes.append
        jobs = min(os.cpu_count() or 1, len(files)) if len(files) >= WORTH_PROCESSES else 1

        def work(outer: Progress) -> Results:
            with Workers(jobs) if jobs > 1 else nullcontext() as workers:
                progress = Both(inner, outer)
                return run_batch(
                    calls,
                    files,
                    folder,
                    workers,
                    progress,
                    at_once=jobs,
                    suffix=suffix,
                    overwrite=overwrite,
                    told=told,
                )

        self._say("")
        job = self._session.jobs.start(
            f"Applying a recipe to {len(files)} files",
            work,
            self._finished,
            self._failed,
            priority=Priority.BACKGROUND,
        )
        if job in self._session.jobs.running:
            self._job = job
            self._poll.start()
        self._refresh()

    def stop(self) -> None:
        """Stop after what is being done; files that are saved stay."""
        self._progress.cancel()
        self.cancel.setEnabled(False)
        self._say("Stopping…")

    def _look(self) -> None:
        """Show what was done since, and notice if the status line's Cancel ended it."""
        self._take_outcomes()
        self.bar.setValue(round(100 * self._progress.fraction))
        if self._job is not None and self._job not in self._session.jobs.running:
            self._end("Stopped: files that are saved stay.")

    def _take_outcomes(self) -> None:
        while self._outcomes:
            self.files.show_outcome(self._outcomes.popleft())

    def _finished(self, results: Results) -> None:
        self._take_outcomes()
        self.bar.setValue(100)
        summary = f"{results.summary} in {self.folder.text()}"
        self._end(summary)
        self._session.tell("warning" if results.failed or results.left else "info", summary)

    def _failed(self, problem: str) -> None:
        self._end(problem)

    def _end(self, text: str) -> None:
        self._poll.stop()
        self._job = None
        self.files.end()
        self._say(text)
        self._refresh()

    # ------------------------------------------------------------------ the controls

    def _say(self, text: str) -> None:
        self.summary.setText(sentence(text))

    def _refresh(self) -> None:
        busy = self._job is not None
        names = self.files.names
        if names and not self.folder.text():
            self.folder.setText(str(Path(names[0]).parent / "processed"))
        possible = bool(self._calls) and bool(names) and bool(self.folder.text().strip())
        self.apply.setEnabled(possible and not busy)
        self.cancel.setEnabled(busy and not self._progress.cancelled)
        self.bar.setVisible(busy)
        for asked in (self.choose_recipe, self.folder, self.choose_folder, self.kind, self.overwrite):
            asked.setEnabled(not busy)
        self.files.set_busy(busy)

    def _build(self) -> None:
        self.recipe = QLabel(NO_RECIPE, wordWrap=True)
        self.steps = QLabel()
        self.steps.setTextFormat(Qt.TextFormat.PlainText)
        self.steps.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.choose_recipe = self._button("Choose…", self._ask_for_recipe)
        self.files = FileList(self._session)
        self.files.changed.connect(self._refresh)
        self.files.said.connect(self._say)
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("a folder; it is made if need be")
        self.folder.textChanged.connect(self._refresh)
        self.kind = QComboBox()
        for text, suffix in KINDS.items():
            self.kind.addItem(text, suffix)
        self.overwrite = QCheckBox("Overwrite results that are there already")
        self.summary = QLabel(wordWrap=True)
        self.bar = QProgressBar()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.apply = buttons.addButton("Apply", QDialogButtonBox.ButtonRole.ActionRole)
        self.apply.setDefault(True)
        self.apply.clicked.connect(self.start)
        self.cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel.clicked.connect(self.stop)
        buttons.rejected.connect(self.reject)
        self._arrange(buttons)

    def _arrange(self, buttons: QDialogButtonBox) -> None:
        recipe, folder = QHBoxLayout(), QHBoxLayout()
        recipe.addWidget(self.recipe, 1)
        recipe.addWidget(self.choose_recipe)
        folder.addWidget(self.folder, 1)
        self.choose_folder = self._button("Choose…", self._ask_for_target)
        folder.addWidget(self.choose_folder)
        form = QFormLayout()
        form.addRow("Recipe:", recipe)
        form.addRow("", self.steps)
        below = QFormLayout()
        below.addRow("Results into:", folder)
        below.addRow("Kind of file:", self.kind)
        below.addRow("", self.overwrite)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.files, 1)
        column.addLayout(below)
        column.addWidget(self.summary)
        column.addWidget(self.bar)
        column.addWidget(buttons)

    def _button(self, text: str, clicked) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked: clicked())
        return button

    # ------------------------------------------------------------------ the file dialogs

    def _ask_for_recipe(self) -> None:
        ask_for_recipe(self, self._session, self.read_recipe)

    def _ask_for_target(self) -> None:
        dialog = folder_dialog(self, self._session, "Folder for the results")
        dialog.fileSelected.connect(self.folder.setText)
