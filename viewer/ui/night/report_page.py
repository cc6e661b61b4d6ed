"""ReportPage: the last page of the assistant - what was done and why, and the images that came of it."""

from pathlib import Path

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from viewer.core.night import report
from viewer.core.night.reduce import Outcome
from viewer.core.progress import Progress
from viewer.core.session.session import Session
from viewer.ui.texts import sentence
from viewer.ui.working import Work


class ReportPage(QWidget):
    """Writes the report, and shows it.

    Parameters
    ----------
    session : Session
        Runs the job.
    parent : QWidget, optional
        As in Qt.
    """

    title = "The report"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._outcome: Outcome | None = None
        self.page: Path | None = None
        self.work = Work(session.jobs, self)
        self.work.stopped.connect(lambda: self._say("The report was not written: it was stopped."))
        self.summary = QLabel(wordWrap=True)
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(True)
        self.open_images = QPushButton("Open the co-added images")
        self.open_page = QPushButton("Open the report in the browser")
        for button, clicked in ((self.open_images, self._open_images), (self.open_page, self._open_page)):
            button.setAutoDefault(False)
            button.clicked.connect(clicked)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.open_page)
        below.addWidget(self.open_images)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.summary)
        column.addWidget(self.text, 1)
        column.addLayout(below)

    def write(self, outcome: Outcome) -> None:
        """Write the report of what became of a plan, and show it."""
        self._outcome, self.page = outcome, None
        self._say("Writing the report…")
        out = outcome.plan.out

        def work(_progress: Progress, _tell: object) -> tuple[Path, str]:
            page, plain = report.write(outcome, out)
            return page, plain.read_text(encoding="utf-8")

        self.work.start("Writing the report", work, self._take, self._say)
        self._refresh()

    def _take(self, written: tuple[Path, str]) -> None:
        self.page, text = written
        self.text.setSearchPaths([str(self.page.parent)])
        self.text.setMarkdown(text)
        self._say(f"{self._outcome.summary}. Results and report are in {self.page.parent}")
        self._session.tell("info", f"{self._outcome.summary} in {self.page.parent}")
        self._refresh()

    @property
    def images(self) -> list[Path]:
        """The co-added images."""
        results = () if self._outcome is None else self._outcome.results
        return [each.output for each in results if each.step.kind == "coadd" and each.output is not None]

    def _open_images(self) -> None:
        self._session.open(self.images)

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.page)))

    def _say(self, text: str) -> None:
        self.summary.setText(sentence(text))

    def _refresh(self) -> None:
        self.open_images.setEnabled(bool(self.images))
        self.open_page.setEnabled(self.page is not None)
