"""StepsPage: a page of the assistant that does steps of one kind, and shows what each of them made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from viewer.core.io import FileName, read
from viewer.core.night.reduce import Plan, Step, StepResult, prepare, run_step
from viewer.core.progress import Progress
from viewer.core.session.session import Session
from viewer.ui.night.controls import button
from viewer.ui.night.picture import FramePicture
from viewer.ui.texts import sentence
from viewer.ui.working import Work

NOTHING = "Nothing to do here: the plan has no such step."
LINES = 7
WAITING, DONE, WRONG, DOING = "", "✓ ", "✗ ", "… "


class StepsPage(QWidget):
    """Does its steps one after the other; each picture is shown when it is there.

    Parameters
    ----------
    session : Session
        Runs the jobs.
    kind : str
        Of the steps: ``master``, ``calibrate``, ``rank`` or ``coadd``.
    title : str
        Of the page.
    earlier : callable
        Returns the results of the pages before.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    changed : pyqtSignal
        Steps were done, or stopped.
    """

    changed = pyqtSignal()
    list_width = 330

    def __init__(
        self,
        session: Session,
        kind: str,
        title: str,
        earlier: Callable[[], tuple[StepResult, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.kind = kind
        self._session = session
        self._earlier = earlier
        # what was written here may be written again
        self._written: set[Path] = set()
        self._plan: Plan | None = None
        self.steps: tuple[Step, ...] = ()
        self.results: dict[int, StepResult] = {}
        self.work = Work(session.jobs, self)
        self.work.changed.connect(self._refresh)
        self.work.stopped.connect(self._stopped)
        self._build()

    # ------------------------------------------------------------------ the work

    def set_plan(self, plan: Plan) -> None:
        """Take another plan, or the same again; what was done is forgotten."""
        self.work.abandon()
        self._plan = plan
        self.steps = tuple(step for step in plan.steps if step.kind == self.kind)
        self.results = {}
        self.list.clear()
        for step in self.steps:
            item = QListWidgetItem(step.title)
            item.setToolTip("\n".join(sentence(why) for why in step.why))
            self.list.addItem(item)
        self._show(None)
        self._refresh()

    @property
    def done(self) -> bool:
        """Whether every step has a result, good or bad."""
        return len(self.results) == len(self.steps)

    def start(self) -> None:
        """Do the steps that have no result yet."""
        plan = self._plan
        todo = [step for step in self.steps if step.number not in self.results]
        if plan is None or not todo or self.work.busy:
            return
        before, written = (*self._earlier(), *self.results.values()), frozenset(self._written)

        def work(progress: Progress, tell: Any) -> None:
            prepare(plan)
            known = list(before)
            for number, step in enumerate(todo):
                again = plan.options.overwrite or step.output in written
                options = replace(plan.options, overwrite=again)
                result = run_step(step, options, known, Part(progress, number, len(todo)))
                known.append(result)
                tell(result)

        self._say("")
        self.work.start(self.title, work, lambda _none: self._ended(), self._say, self._take)
        self._refresh()

    def stop(self) -> None:
        """Stop; what is done stays."""
        self.work.stop()

    def _take(self, result: StepResult) -> None:
        self.results[result.step.number] = result
        if result.output is not None:
            self._written.add(result.output)
        self._refresh()
        row = next(n for n, step in enumerate(self.steps) if step.number == result.step.number)
        self.list.setCurrentRow(row)
        self._show(result)
        self.changed.emit()

    def _ended(self) -> None:
        bad = [each for each in self.results.values() if each.problem]
        self._say(f"{len(bad)} of {len(self.steps)} failed; the rest goes on without." if bad else "")
        self._refresh()
        self.changed.emit()

    def _stopped(self) -> None:
        self._say("Stopped. What is done stays; Continue goes on.")
        self._refresh()
        self.changed.emit()

    # ------------------------------------------------------------------ on the screen

    def _selected(self, row: int) -> None:
        if 0 <= row < len(self.steps):
            self._show(self.results.get(self.steps[row].number), self.steps[row])

    def _show(self, result: StepResult | None, step: Step | None = None) -> None:
        """Show what became of a step."""
        step = result.step if result is not None else step
        if step is None:
            self.picture.clear(NOTHING if not self.steps else "")
            self.text.setPlainText("")
        else:
            self.text.setPlainText(told(step, result))
            output = None if result is None else result.output
            if output is None:
                self.picture.clear("Not done yet" if result is None else "No result")
            else:
                self._show_file(output)
        self.open.setEnabled(self.output is not None)

    def _show_file(self, path: Path) -> None:
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        self.picture.show_frame(f"{path} {stamp}", lambda _progress: read(FileName(path)))

    @property
    def output(self) -> Path | None:
        """The file that is shown: what the selected step made."""
        row = self.list.currentRow()
        result = self.results.get(self.steps[row].number) if 0 <= row < len(self.steps) else None
        return None if result is None else result.output

    def _open(self) -> None:
        if self.output is not None:
            self._session.open([self.output])

    def _say(self, text: str) -> None:
        self.note.setText(sentence(text))

    def _refresh(self) -> None:
        busy = self.work.busy
        doing = next((step.number for step in self.steps if step.number not in self.results), None)
        for row, step in enumerate(self.steps):
            result = self.results.get(step.number)
            mark = WAITING if result is None else WRONG if result.problem else DONE
            mark = DOING if busy and step.number == doing else mark
            item = self.list.item(row)
            item.setText(f"{mark}{step.title}")
            wrong = result is not None and result.problem
            role = QPalette.ColorRole.BrightText if wrong else QPalette.ColorRole.Text
            item.setForeground(self.palette().brush(role))
        self.bar.setVisible(busy)
        self.bar.setValue(round(100 * self.work.fraction))
        self.open.setEnabled(self.output is not None)
        self.stop_button.setVisible(busy)
        self.stop_button.setEnabled(not self.work.stopping)
        self.again.setVisible(not busy and not self.done)

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSpacing(1)
        self.list.currentRowChanged.connect(self._selected)
        self.picture = FramePicture(self._session)
        self.picture.opened.connect(self._open)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.viewport().setAutoFillBackground(False)
        # however long the reasons are, the picture stays as large as it is
        self.text.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 10)
        self.note = QLabel(wordWrap=True)
        self.bar = QProgressBar()
        self.open = button("Open in the window", self._open)
        self.stop_button = button("Stop", self.stop)
        self.again = button("Continue", self.start)
        right = QWidget()
        self.right = QVBoxLayout(right)
        self.right.setContentsMargins(6, 0, 0, 0)
        self.right.addWidget(self.picture, 1)
        self.right.addWidget(self.text)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.list)
        both.addWidget(right)
        both.setStretchFactor(1, 1)
        both.setChildrenCollapsible(False)
        both.setSizes([self.list_width, 600])
        below = QHBoxLayout()
        below.addWidget(self.note, 1)
        for part in (self.bar, self.stop_button, self.again, self.open):
            below.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(both, 1)
        whole.addLayout(below)


class Part(Progress):
    """The progress of one of several steps, told as a part of the whole.

    Parameters
    ----------
    whole : Progress
        Of all of them.
    number, count : int
        Which one, from 0, and how many there are.
    """

    def __init__(self, whole: Progress, number: int, count: int) -> None:
        super().__init__()
        self._whole, self._number, self._count = whole, number, count

    @property
    def cancelled(self) -> bool:
        """Whether the whole is."""
        return self._whole.cancelled

    def report(self, fraction: float) -> None:
        """See `Progress.report`."""
        self._whole.report((self._number + min(1.0, max(0.0, fraction))) / self._count)


def told(step: Step, result: StepResult | None) -> str:
    """Return what was done in a step, and why."""
    lines = [sentence(why) for why in step.why]
    if result is not None:
        lines.insert(0, sentence(result.problem or result.sentence))
        lines += [sentence(remark) for remark in result.remarks]
        lines += [f"Left out: {path.name}: {sentence(why)}" for path, why in result.left_out]
        shown = {
            key: f"{value:.6g}" if isinstance(value, float) else value
            for key, value in result.figures.items()
        }
        figures = ", ".join(f"{name} {value}" for name, value in shown.items())
        lines += [figures] if figures else []
    return "\n".join(lines)
