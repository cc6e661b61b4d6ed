"""The status line: what happened, what is under way, and Cancel."""

import time

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from viewer.core.session.jobs import Job
from viewer.core.session.session import Session

SHOW_AFTER = 0.3
MESSAGE_MS = {"info": 6_000, "warning": 15_000, "error": 0}
MARKS = {"info": "", "warning": "⚠ ", "error": "✖ "}


class StatusLine(QStatusBar):
    """Messages on the left; a job that takes longer than 0.3 s on the right.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._text = QLabel()
        self._text.setTextInteractionFlags(self._text.textInteractionFlags().TextSelectableByMouse)
        self._job_title = QLabel()
        self._bar = QProgressBar()
        self._bar.setMaximumWidth(140)
        self._bar.setRange(0, 100)
        self._cancel = QToolButton(text="Cancel")
        self._cancel.clicked.connect(self._cancel_job)
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.timeout.connect(self._text.clear)
        self._poll = QTimer(self)
        self._poll.setInterval(100)
        self._poll.timeout.connect(self._refresh_job)
        self.addWidget(self._text, 1)
        for widget in (self._job_title, self._bar, self._cancel):
            self.addPermanentWidget(widget)
            widget.hide()
        session.told.connect(self.show_message)
        session.jobs.changed.connect(self._jobs_changed)
        self._jobs_changed()

    def show_message(self, level: str, sentence: str) -> None:
        """Show a sentence; an error stays until the next one."""
        palette = QPalette(self.palette())
        if level == "error":
            dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
            palette.setColor(QPalette.ColorRole.WindowText, QColor("#ff8a80" if dark else "#b00020"))
        self._text.setPalette(palette)
        self._text.setText(MARKS[level] + sentence)
        self._text.setToolTip(sentence)
        self._forget.stop()
        if MESSAGE_MS[level]:
            self._forget.start(MESSAGE_MS[level])

    def _jobs_changed(self) -> None:
        if self.session.jobs.running:
            if not self._poll.isActive():
                self._poll.start()
        else:
            self._poll.stop()
        self._refresh_job()

    def _slow_job(self) -> Job | None:
        now = time.monotonic()
        slow = [job for job in self.session.jobs.running if now - job.started > SHOW_AFTER]
        return slow[0] if slow else None

    def _refresh_job(self) -> None:
        job = self._slow_job()
        for widget in (self._job_title, self._bar, self._cancel):
            widget.setVisible(job is not None)
        if job is not None:
            self._job_title.setText(f"{job.title}…")
            fraction = job.progress.fraction
            self._bar.setRange(0, 100 if fraction else 0)
            self._bar.setValue(round(100 * fraction))

    def _cancel_job(self) -> None:
        job = self._slow_job()
        if job is not None:
            job.cancel()
            self.session.tell("info", f"{job.title}: cancelled.")
