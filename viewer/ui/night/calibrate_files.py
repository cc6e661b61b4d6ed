"""CalibrateFilesDialog: raw frames calibrated into another folder, with what became of each."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
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
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from viewer.core.batch.run import Results
from viewer.core.call import Call
from viewer.core.operation import find
from viewer.core.session.session import Session
from viewer.ui.dialogs.explained import explained, paint_red
from viewer.ui.dialogs.file_list import FileList, folder_dialog
from viewer.ui.dialogs.form import Form
from viewer.ui.fitting import fit, scaled
from viewer.ui.night.calibrating import remembered
from viewer.ui.night.calibrating_files import Order, calibrate_files
from viewer.ui.night.masters_field import MastersField
from viewer.ui.night.matching import KINDS
from viewer.ui.texts import sentence
from viewer.ui.working import Work

SIZE, SIDE = (1040, 660), 400
OPERATION = "calibrate"
# to begin a process takes as long as an ordinary file
WORTH_PROCESSES = 6
UNFIT = {
    "Leave the frame out, and say why": "leave",
    "Calibrate it without that master": "without",
    "Use the nearest one all the same": "nearest",
}


class CalibrateFilesDialog(QDialog):
    """Asks for frames, masters and a folder; the raw files stay as they are.

    Parameters
    ----------
    session : Session
        Runs the work.
    names : iterable of str or pathlib.Path
        Files to begin with.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self, session: Session, names: Iterable[str | Path] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Calibrate files")
        fit(self, *map(scaled, SIZE))
        self._session = session
        self.work = Work(session.jobs, self)
        operation = find(OPERATION)
        apart = (*KINDS, "override")
        parameters = tuple(each for each in operation.parameters if each.name not in apart)
        self.form = Form(parameters, session, None)
        self._build()
        self._arrange(explained(operation, self.form, scaled(SIDE) - 20))
        self._connect()
        self.form.show_defaults()
        self.form.show_values(remembered(session))
        self.files.add(names)
        self._refresh()

    # ------------------------------------------------------------------ the work

    def start(self) -> None:
        """Do it."""
        order = Order(
            self.files.names,
            self.masters.names,
            Path(self.folder.text()).expanduser().absolute(),
            self.form.values(),
            self.unfit.currentData(),
            self.overwrite.isChecked(),
        )
        count = len(order.files)
        jobs = min(os.cpu_count() or 1, count) if count >= WORTH_PROCESSES else 1
        self._session.remember_call(Call.of(OPERATION, **order.values))
        self._say("")
        self.files.begin()
        self.work.start(
            f"Calibrating {count} frames",
            lambda progress, tell: calibrate_files(order, jobs, progress, tell),
            self._finished,
            self._failed,
            self.files.show_outcome,
        )
        self._refresh()

    def stop(self) -> None:
        """Stop after what is being done; files that are saved stay."""
        self.work.stop()
        self._say("Stopping…")

    def _finished(self, results: Results) -> None:
        self.files.end()
        text = f"{results.summary} in {self.folder.text()}"
        self._say(text)
        self._session.tell("warning" if results.failed or results.left else "info", text)
        self._refresh()

    def _failed(self, problem: str) -> None:
        self.files.end()
        self._say(problem, wrong=True)
        self._refresh()

    def _stopped(self) -> None:
        self.files.end()
        self._say("Stopped: files that are saved stay.")
        self._refresh()

    # ------------------------------------------------------------------ the controls

    def _say(self, text: str, wrong: bool = False) -> None:
        self.summary.setText(sentence(text))
        paint_red(self.summary, wrong)

    def _refresh(self) -> None:
        busy, names = self.work.busy, self.files.names
        if names and not self.folder.text():
            self.folder.setText(str(Path(names[0]).parent / "calibrated"))
        possible = bool(names) and bool(self.masters.names) and bool(self.folder.text().strip())
        self.ok.setEnabled(possible and not busy and not self.form.problem)
        self.cancel.setEnabled(busy and not self.work.stopping)
        self.bar.setVisible(busy)
        self.bar.setValue(round(100 * self.work.fraction))
        self.files.set_busy(busy)

    def _form_changed(self) -> None:
        self._say(self.form.problem, wrong=True)
        self._refresh()

    def _build(self) -> None:
        session = self._session
        self.files = FileList(session)
        self.masters = MastersField(session)
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("a folder; it is made if need be")
        self.choose = QPushButton("Choose…")
        self.choose.setAutoDefault(False)
        self.unfit = QComboBox()
        for text, value in UNFIT.items():
            self.unfit.addItem(text, value)
        self.overwrite = QCheckBox("Overwrite results that are there already")
        self.summary = QLabel(wordWrap=True)
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(scaled(160))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.ok = self.buttons.addButton("Calibrate", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setDefault(True)
        self.cancel = self.buttons.addButton("Stop", QDialogButtonBox.ButtonRole.ActionRole)

    def _arrange(self, form: QWidget) -> None:
        left, folder, below = QWidget(), QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        folder.addWidget(self.folder, 1)
        folder.addWidget(self.choose)
        asked = QFormLayout()
        asked.addRow("Masters in:", self.masters)
        asked.addRow("Where none fits:", self.unfit)
        asked.addRow("Results into:", folder)
        asked.addRow("", self.overwrite)
        column.addWidget(self.files, 1)
        column.addLayout(asked)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(left)
        both.addWidget(form)
        both.setStretchFactor(0, 1)
        both.setChildrenCollapsible(False)
        both.setSizes([self.width() - scaled(SIDE), scaled(SIDE)])
        below.addWidget(self.summary, 1)
        below.addWidget(self.bar)
        below.addWidget(self.buttons)
        whole = QVBoxLayout(self)
        whole.addWidget(both, 1)
        whole.addLayout(below)

    def _connect(self) -> None:
        session = self._session
        self.files.changed.connect(self._refresh)
        self.files.said.connect(self._say)
        self.masters.changed.connect(self._refresh)
        self.folder.textChanged.connect(lambda _text: self._refresh())
        self.choose.clicked.connect(lambda _on: self._ask_for_target())
        self.form.changed.connect(self._form_changed)
        self.work.changed.connect(self._refresh)
        self.work.stopped.connect(self._stopped)
        self.ok.clicked.connect(lambda _on: self.start())
        self.cancel.clicked.connect(lambda _on: self.stop())
        self.buttons.rejected.connect(self.reject)
        session.documents_changed.connect(self.form.refresh_images)
        self.finished.connect(self._end)

    def _ask_for_target(self) -> None:
        dialog = folder_dialog(self, self._session, "Folder for the results")
        dialog.fileSelected.connect(self.folder.setText)

    def _end(self, _result: Any) -> None:
        self.work.abandon()
        self._session.documents_changed.disconnect(self.form.refresh_images)
