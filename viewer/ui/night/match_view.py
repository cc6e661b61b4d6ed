"""MatchView: a picture of one frame with the stars that it has in common with the reference."""

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from viewer.core.session.session import Session
from viewer.ui.dialogs.form import make_quiet
from viewer.ui.night.candidate import Candidate
from viewer.ui.night.picture import FramePicture, Marks

EMPTY = "Choose a frame to see its picture and the stars that are matched"
LINES = 3


class MatchView(QWidget):
    """The picture, and below it how well the frame lies on the reference.

    Parameters
    ----------
    session : Session
        Finds and draws the frame; a double click opens it.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._candidate: Candidate | None = None
        self.picture = FramePicture(session)
        self.picture.opened.connect(self._open)
        self.caption = QLabel(wordWrap=True)
        self.caption.setMinimumHeight(LINES * self.fontMetrics().lineSpacing())
        self.caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        make_quiet(self.caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.caption)
        self.show_candidate(None)

    def show_candidate(self, candidate: Candidate | None) -> None:
        """Show a frame, or none."""
        self._candidate = candidate
        if candidate is None:
            self.picture.clear(EMPTY)
            self.caption.setText("")
            return
        operand, find = candidate.operand, self._session.finder()
        self.picture.show_frame(operand.text, lambda progress: find(operand, progress))
        alignment, residuals = candidate.alignment, candidate.residuals
        if alignment is None or residuals is None or not len(residuals):
            self.picture.show_marks(Marks())
            note = candidate.problem or ("" if alignment is None else alignment.note)
            self.caption.setText(f"{candidate.name}: {note}" if note else candidate.name)
            return
        self.picture.show_marks(Marks(np.asarray(alignment.matched[1]), residuals))
        self.caption.setText(
            f"{candidate.name}: {len(residuals)} stars matched, residual {alignment.rms:.2f} px, "
            f"turned by {alignment.rotation:+.3f}°, scale {alignment.scale:.5f}. "
            "Orange lines: how far each star lies from its place."
        )

    def close_down(self) -> None:
        """Read and draw nothing more."""
        self.picture.clear()

    def _open(self) -> None:
        if self._candidate is not None and self._candidate.operand.name:
            self._session.open([self._candidate.operand.name])
