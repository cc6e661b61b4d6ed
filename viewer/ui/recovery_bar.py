"""Recovery bar: a strip above the picture that offers to restore unsaved work."""

from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from viewer.core.session.recovery import Unsaved
from viewer.ui.panels.banner import paint_tinted

MOST_NAMED = 4


class RecoveryBar(QWidget):
    """The offer.

    Parameters
    ----------
    images : list of Unsaved
        What was found.
    """

    def __init__(self, images: list[Unsaved]) -> None:
        super().__init__()
        self.text = QLabel(_offer(images), wordWrap=True)
        self.restore = QPushButton("Restore")
        self.restore.setToolTip("Open the files again and repeat the steps; they can be undone")
        self.discard = QPushButton("Discard")
        self.discard.setToolTip("Forget this work")
        self.later = QPushButton("Later")
        self.later.setToolTip("Ask again at the next start")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.addWidget(self.text, 1)
        for button in (self.restore, self.discard, self.later):
            row.addWidget(button)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Fill the strip."""
        paint_tinted(self, event)


def steps_text(count: int) -> str:
    """Return a number of steps in words."""
    return "1 step" if count == 1 else f"{count} steps"


def _offer(images: list[Unsaved]) -> str:
    named = [f"{image.title} ({steps_text(image.steps)})" for image in images[:MOST_NAMED]]
    if len(images) > MOST_NAMED:
        named.append(f"{len(images) - MOST_NAMED} more")
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"Skyloupe ended unexpectedly: unsaved work on {listed} can be restored."
