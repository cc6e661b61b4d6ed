"""Assistant: the reduction of a whole night, step by step, with every picture on the way."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.core.night.entry import Entry
from viewer.core.night.reduce import Plan
from viewer.core.night.steps import MASTERS, Outcome, StepResult
from viewer.core.session.session import Session
from viewer.ui.fitting import fit, scaled
from viewer.ui.night.controls import button
from viewer.ui.night.files_page import FilesPage
from viewer.ui.night.plan_page import PlanPage
from viewer.ui.night.rank_page import RankPage
from viewer.ui.night.report_page import ReportPage
from viewer.ui.night.steps_page import StepsPage

SIZE = (1140, 720)
FILES, PLAN, REPORT = 0, 1, 6
EXPLAINED = (
    "What the headers say. Select frames to correct what is wrong or unknown; the files stay as they are.",
    "What will be done, and why. Change how on the right; nothing is written yet.",
    "Bias, dark and flat frames are combined to masters, which have less noise than any single frame.",
    "Each light is corrected with the masters that fit it; the results are new files, the raw ones stay.",
    "The sharpest and deepest frames come first. Untick (Space) those that would spoil the sum.",
    "The frames of each target and filter are aligned and combined.",
    "What was done and why, and what was left out: a page that can be kept with the results.",
)


class Assistant(QDialog):
    """Pages from the raw files to the report; each is done before the next begins.

    Parameters
    ----------
    session : Session
        Runs the work.
    folder : pathlib.Path, optional
        The night.
    entries : iterable of Entry
        Its files, if they are known already.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self,
        session: Session,
        folder: Path | None = None,
        entries: Iterable[Entry] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Reduce a night")
        fit(self, *map(scaled, SIZE))
        self._session = session
        self._plan: Plan | None = None
        self.files = FilesPage(session)
        self.plan = PlanPage(session, self.files)
        self.masters = StepsPage(session, "master", "Masters", lambda: ())
        self.frames = StepsPage(session, "calibrate", "Calibrated frames", lambda: self._results(1))
        self.ranking = RankPage(session, "Ranking", lambda: self._results(2))
        self.coadds = StepsPage(session, "coadd", "Co-added images", lambda: self._results(3))
        self.report = ReportPage(session)
        self.steps = (self.masters, self.frames, self.ranking, self.coadds)
        self.pages: tuple[QWidget, ...] = (self.files, self.plan, *self.steps, self.report)
        self._build()
        self._connect()
        if folder is not None:
            self.files.set_folder(folder, entries)
        self.go_to(FILES)

    # ------------------------------------------------------------------ from page to page

    @property
    def place(self) -> int:
        """Number of the page that is shown."""
        return self.stack.currentIndex()

    def next(self) -> None:
        """Go to the next page that has something to do; from the last one, close."""
        if self.place == REPORT:
            self.accept()
        elif self._may_go_on:
            self.go_to(next(n for n in range(self.place + 1, len(self.pages)) if self._has_work(n)))

    def back(self) -> None:
        """Go to the page before."""
        before = [number for number in range(self.place) if self._has_work(number)]
        if before:
            self.go_to(before[-1])

    def go_to(self, number: int) -> None:
        """Show a page, and begin what is done on it."""
        if number == PLAN and self.plan.plan is None:
            self.plan.make()
        if number > PLAN and self.plan.plan is not self._plan:
            self._plan = self.plan.plan
            for page in self.steps:
                page.set_plan(self._plan)
        self.stack.setCurrentIndex(number)
        page = self.pages[number]
        if isinstance(page, StepsPage):
            self.plan.own_folder = self._plan.out
            page.start()
        elif page is self.report:
            self.report.write(self.outcome)
        self._refresh()

    @property
    def outcome(self) -> Outcome:
        """What became of the plan so far."""
        results = sorted(self._results(len(self.steps)), key=lambda each: each.step.number)
        return Outcome(self._plan, tuple(results), sum(each.seconds for each in results))

    def _results(self, count: int) -> tuple[StepResult, ...]:
        return tuple(result for page in self.steps[:count] for result in page.results.values())

    def _has_work(self, number: int) -> bool:
        page = self.pages[number]
        made = self.plan.plan
        if isinstance(page, StepsPage) and made is not None:
            return any(step.kind == page.kind for step in made.steps)
        return True

    @property
    def _may_go_on(self) -> bool:
        page = self.pages[self.place]
        if page is self.files:
            return bool(self.files.entries) and not self.files.scanning.busy
        if page is self.plan:
            return self.plan.plan is not None
        return page is self.report or page.done

    # ------------------------------------------------------------------ following the pages

    def _files_changed(self) -> None:
        self.plan.plan = None
        self._refresh()

    def _ranking_changed(self) -> None:
        """Combine again what was combined of other frames."""
        if self._plan is not None and self.coadds.results:
            self.coadds.set_plan(self._plan)
        self._refresh()

    def _refresh(self) -> None:
        page = self.pages[self.place]
        self.heading.setText(page.title)
        self.explained.setText(EXPLAINED[self.place])
        for number in range(len(self.pages)):
            item = self.list.item(number)
            font = item.font()
            font.setBold(number == self.place)
            item.setFont(font)
            flags = Qt.ItemFlag.ItemIsEnabled
            item.setFlags(
                flags if number <= self.place and self._has_work(number) else Qt.ItemFlag.NoItemFlags
            )
        self.back_button.setEnabled(self.place > 0)
        self.close_button.setVisible(self.place < REPORT)
        self.next_button.setEnabled(self._may_go_on)
        texts = {PLAN: "Start", REPORT: "Finish"}
        self.next_button.setText(texts.get(self.place, "Next"))

    def _clicked(self, item: QListWidgetItem) -> None:
        number = self.list.row(item)
        if number < self.place and self._has_work(number):
            self.go_to(number)

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setFixedWidth(scaled(170))
        self.list.setSpacing(3)
        self.list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack = QStackedWidget()
        for number, page in enumerate(self.pages, 1):
            self.list.addItem(f"{number}  {page.title}")
            self.stack.addWidget(page)
        self.heading, self.explained = QLabel(), QLabel(wordWrap=True)
        font = self.heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self.heading.setFont(font)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        self.back_button = button("Back", self.back)
        self.next_button = button("Next", self.next)
        self.next_button.setDefault(True)
        self.close_button = button("Cancel", self.reject)
        right = QVBoxLayout()
        for part in (self.heading, self.explained, line):
            right.addWidget(part)
        right.addWidget(self.stack, 1)
        both = QHBoxLayout()
        both.addWidget(self.list)
        both.addLayout(right, 1)
        below = QHBoxLayout()
        below.addStretch(1)
        for part in (self.back_button, self.next_button, self.close_button):
            below.addWidget(part)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.files.changed.connect(self._files_changed)
        self.files.scanning.changed.connect(self._refresh)
        self.plan.planned.connect(self._refresh)
        self.ranking.changed.connect(self._ranking_changed)
        for page in self.steps:
            page.changed.connect(self._refresh)
            page.work.changed.connect(self._refresh)
        self.list.itemClicked.connect(self._clicked)
        self.finished.connect(self._end)

    def _end(self, _result: Any) -> None:
        for work in (
            self.files.scanning,
            self.plan.planning,
            *(page.work for page in self.steps),
            self.report.work,
        ):
            work.abandon()
        for page in self.steps:
            page.picture.clear()
        self._leave()

    def _leave(self) -> None:
        """Remember the masters if none are, for single frames; say where the results are if it ends early."""
        written = [result.output for result in self._results(len(self.steps)) if result.output is not None]
        settings = self._session.settings
        if not settings.masters and any(result.output for result in self.masters.results.values()):
            self._session.set_settings(replace(settings, masters=(str(self._plan.out / MASTERS),)))
        if written and self.place < REPORT:
            count = f"{len(written)} result{'' if len(written) == 1 else 's'}"
            told = f"The reduction was not finished: {count} so far in {self._plan.out}."
            self._session.tell("info", told)
