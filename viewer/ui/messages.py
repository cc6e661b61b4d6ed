"""The status line: what happened, what is under way, and Cancel."""

import time

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QPalette, QResizeEvent
from PyQt6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from viewer.core.session.jobs import Job
from viewer.core.session.session import Session
from viewer.ui.fitting import scaled
from viewer.ui.texts import sentence as as_sentence

SHOW_AFTER = 0.3
MESSAGE_MS = {"info": 6_000, "warning": 15_000, "error": 60_000}
# errors that come closer together than this, in seconds, are told together
SAME_CAUSE = 3.0
MOST_ERRORS = 30
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
        self._text = _Sentence()
        self._errors: list[str] = []
        self._last_error = 0.0
        self._job_title = QLabel()
        self._bar = QProgressBar()
        self._bar.setMaximumWidth(scaled(140))
        self._bar.setRange(0, 100)
        self._cancel = QToolButton(text="Cancel")
        self._cancel.clicked.connect(self._cancel_job)
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.timeout.connect(lambda: self._text.say("", ""))
        self._poll = QTimer(self)
        self._poll.setInterval(100)
        self._poll.timeout.connect(self._refresh_job)
        self.addWidget(self._text, 1)
        for widget in (self._job_title, self._bar, self._cancel):
            self.addPermanentWidget(widget)
            widget.hide()
        # what was said before there was a window
        for level, sentence in session.last_told:
            self.show_message(level, sentence)
        session.told.connect(self.show_message)
        session.jobs.changed.connect(self._jobs_changed)
        self._jobs_changed()

    def show_message(self, level: str, sentence: str) -> None:
        """Show a sentence; an error stays for a minute.

        Of several errors at once (a folder with unreadable files) the first is shown and the others
        are counted; the tooltip has all.
        """
        sentence = as_sentence(sentence)
        text = MARKS[level] + sentence
        tooltip = sentence
        if level == "error":
            now = time.monotonic()
            if now - self._last_error > SAME_CAUSE:
                self._errors.clear()
            self._last_error = now
            if sentence not in self._errors:
                self._errors.append(sentence)
            if len(self._errors) > 1:
                text = f"{MARKS[level]}(and {len(self._errors) - 1} more) {self._errors[0]}"
                tooltip = "\n".join(self._errors[:MOST_ERRORS])
        elif self._errors and time.monotonic() - self._last_error < SAME_CAUSE:
            # good news do not wipe out an error that nobody has had time to read
            return
        else:
            self._errors.clear()
        role = QPalette.ColorRole.BrightText if level == "error" else QPalette.ColorRole.WindowText
        self._text.setForegroundRole(role)
        self._text.say(text, tooltip)
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
        """Return the oldest that is wanted; if there is none, one that was cancelled and still runs."""
        now = time.monotonic()
        slow = [job for job in self.session.jobs.running if job.title and now - job.started > SHOW_AFTER]
        slow.sort(key=lambda job: job.progress.cancelled)
        return slow[0] if slow else None

    def _refresh_job(self) -> None:
        job = self._slow_job()
        for widget in (self._job_title, self._bar):
            widget.setVisible(job is not None)
        self._cancel.setVisible(job is not None and not job.progress.cancelled)
        if job is not None:
            stopping = job.progress.cancelled
            self._job_title.setText(f"{job.title}: stopping…" if stopping else f"{job.title}…")
            fraction = 0.0 if stopping else job.progress.fraction
            self._bar.setRange(0, 100 if fraction else 0)
            self._bar.setValue(round(100 * fraction))

    def _cancel_job(self) -> None:
        job = self._slow_job()
        if job is not None:
            job.cancel()
            self.session.tell("info", f"{job.title}: cancelled.")
            self._refresh_job()


class _Sentence(QLabel):
    """A line of text as wide as there is room; what does not fit is in the tooltip only.

    A plain label would make the whole window as wide as the longest sentence.
    """

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str, tooltip: str) -> None:
        """Show a text."""
        self._whole = text
        self.setToolTip(tooltip)
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 2 * self.margin()
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
