"""Recovery bar: a strip above the picture that offers to restore what was open at a crash."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from viewer.core.session.journal import Found
from viewer.core.session.remembered import listed, steps_text
from viewer.ui.panels.banner import paint_tinted


class RecoveryBar(QWidget):
    """The offer.

    Parameters
    ----------
    found : sequence of Found
        What was found.
    """

    def __init__(self, found: Sequence[Found]) -> None:
        super().__init__()
        # names of files may hold anything, also what looks like HTML
        self.text = QLabel(_offer(found), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.restore = QPushButton("Restore")
        self.restore.setToolTip(
            "Open the images again as they looked, and repeat the steps; they can be undone"
        )
        self.discard = QPushButton("Discard")
        self.discard.setToolTip("Forget all this")
        self.later = QPushButton("Not now")
        self.later.setToolTip("Ask again at the next start")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.addWidget(self.text, 1)
        for button in (self.restore, self.later, self.discard):
            row.addWidget(button)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Fill the strip."""
        paint_tinted(self, event)


def _offer(found: Sequence[Found]) -> str:
    documents = [document for each in found for document in each.window.documents]
    worked_on = [each for each in documents if each.steps]
    count, several = len(documents), len(worked_on)
    text = f"Skyloupe ended unexpectedly with {'1 image' if count == 1 else f'{count} images'} open"
    if not worked_on:
        return f"{text}."
    named = listed([f"{each.title}, {steps_text(each.steps)}" for each in worked_on], "; ", "; ")
    if all(each.window.closed for each in found):
        return f"Steps that were not saved can be tried again ({named})."
    return f"{text}, {'' if count == 1 else f'{several} of them '}with unsaved steps ({named})."
