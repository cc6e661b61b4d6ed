"""PlanPage: the second page of the assistant - how the night is to be reduced, what will be done, and why."""

from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.night.reduce import Options, Plan, plan
from viewer.core.operation import find
from viewer.core.progress import Progress
from viewer.core.session.session import Session
from viewer.ui.dialogs.explained import paint_red
from viewer.ui.dialogs.form import Form
from viewer.ui.fitting import scaled
from viewer.ui.night.files_page import FilesPage
from viewer.ui.night.needed import follow_method
from viewer.ui.texts import sentence
from viewer.ui.working import Work

SIDE = 330
# how lights are combined, as the operation declares it
ASKED = ("method", "sigma", "align", "level")
KINDS = {"master": "Masters", "calibrate": "Calibration", "rank": "Ranking", "coadd": "Co-adding"}
PAUSE_MS = 300
MANY = 12


class PlanPage(QWidget):
    """Shows the steps of the plan with the reasons for each, and what is left out.

    Parameters
    ----------
    session : Session
        Runs the jobs.
    files : FilesPage
        What is to be reduced, and where to.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    planned : pyqtSignal
        There is another plan, or none.
    """

    title = "The plan"
    planned = pyqtSignal()

    def __init__(self, session: Session, files: FilesPage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = files
        self.plan: Plan | None = None
        # results there were written by this assistant itself: they may be written again
        self.own_folder: Path | None = None
        self.planning = Work(session.jobs, self)
        self.planning.stopped.connect(lambda: self._failed("The planning was stopped."))
        parameters = {each.name: each for each in find("combine").parameters}
        self.form = Form(tuple(parameters[name] for name in ASKED if name in parameters), session, None)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.make)
        self._build()
        self.form.show_defaults()
        defaults = Options()
        self.form.show_values({name: getattr(defaults, name) for name in ASKED})
        self._connect()

    # ------------------------------------------------------------------ planning

    @property
    def options(self) -> Options:
        """How, as the fields say.

        Raises
        ------
        ViewerError
            If a value is wrong.
        """
        return Options(
            **self.form.values(),
            worst=self.worst.value() / 100,
            tolerance=float(self.tolerance.value()),
            exposure_map=self.exposure_map.isChecked(),
            overwrite=self._files.overwrite.isChecked() or self.own_folder == self._files.out_folder,
            without=frozenset(self._files.without),
        )

    def make(self) -> None:
        """Plan again."""
        self._timer.stop()
        self.plan = None
        try:
            options = self.options
        except ViewerError as error:
            self.planning.abandon()
            self._failed(str(error))
            return
        entries, out = tuple(self._files.entries), self._files.out_folder

        def work(progress: Progress, _tell: object) -> Plan:
            return plan(entries, out, options, progress)

        self._say("Planning…")
        self.planning.start("Planning the reduction", work, self._take, self._failed)
        self.planned.emit()

    def _take(self, made: Plan) -> None:
        self.plan = made
        self._say("")
        self._fill(made)
        self.planned.emit()

    def _failed(self, text: str) -> None:
        self.plan = None
        self.steps.clear()
        self._say(text, wrong=True)
        self.planned.emit()

    # ------------------------------------------------------------------ on the screen

    def _fill(self, made: Plan) -> None:
        self.steps.clear()
        for kind, title in KINDS.items():
            steps = [step for step in made.steps if step.kind == kind]
            if steps:
                top = self._top(f"{title} ({len(steps)})")
                for step in steps:
                    item = QTreeWidgetItem([step.title])
                    item.setToolTip(0, "\n".join(path.name for path in step.inputs[:MANY]))
                    for why in step.why:
                        item.addChild(self._reason(sentence(why)))
                    top.addChild(item)
                    item.setExpanded(kind == "master" or len(steps) <= 2)
                top.setExpanded(True)
        if made.left_out:
            top = self._top(f"Not used ({len(made.left_out)})")
            for entry, why in made.left_out:
                item = QTreeWidgetItem([entry.name])
                item.addChild(self._reason(sentence(why)))
                top.addChild(item)
                item.setExpanded(len(made.left_out) <= MANY)
            top.setExpanded(True)
        for note in made.notes:
            self._top(sentence(note), bold=False)

    def _top(self, text: str, bold: bool = True) -> QTreeWidgetItem:
        top = QTreeWidgetItem([text])
        font = top.font(0)
        font.setBold(bold)
        top.setFont(0, font)
        self.steps.addTopLevelItem(top)
        return top

    def _reason(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text])
        item.setToolTip(0, text)
        item.setForeground(0, self.palette().brush(QPalette.ColorRole.PlaceholderText))
        return item

    def _say(self, text: str, wrong: bool = False) -> None:
        self.note.setText(sentence(text))
        self.note.setVisible(bool(text))
        paint_red(self.note, wrong)

    def _build(self) -> None:
        self.steps = QTreeWidget()
        self.steps.setHeaderHidden(True)
        # reasons are long: rather scroll than cut them
        self.steps.header().setStretchLastSection(False)
        self.steps.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.note = QLabel(wordWrap=True)
        self.note.hide()
        self.worst = QSpinBox(suffix=" %", minimum=0, maximum=90, singleStep=5)
        self.worst.setToolTip("Of the frames of each target and filter, as the ranking orders them")
        self.tolerance = QSpinBox(suffix=" °C", minimum=0, maximum=50, value=round(Options().tolerance))
        self.tolerance.setToolTip("By how much the detector may have been warmer or colder for a dark")
        self.exposure_map = QCheckBox("Write exposure maps too")
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(6, 0, 6, 0)
        more = QFormLayout()
        more.addRow("Leave out the worst", self.worst)
        more.addRow("Darks may differ by", self.tolerance)
        more.addRow(self.exposure_map)
        column.addWidget(self.form)
        column.addLayout(more)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(side)
        for widget in (area.viewport(), side):
            widget.setAutoFillBackground(False)
        area.setFixedWidth(scaled(SIDE))
        row = QHBoxLayout()
        row.addWidget(self.steps, 1)
        row.addWidget(area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(row, 1)
        whole.addWidget(self.note)
        follow_method(self.form)

    def _connect(self) -> None:
        self.form.changed.connect(self._changed)
        self.worst.valueChanged.connect(self._changed)
        self.tolerance.valueChanged.connect(self._changed)
        self.exposure_map.toggled.connect(self._changed)

    def _changed(self, *_value: Any) -> None:
        self.plan = None
        self._timer.start()
        self.planned.emit()
