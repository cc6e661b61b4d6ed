"""MastersField: where the master frames are that images are calibrated with; it is remembered."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from viewer.core.session.session import Session
from viewer.ui.night.choosing import ask_for_images

NONE = "None yet: choose the folder of your master frames, or single files."


class MastersField(QWidget):
    """A line that says where masters are looked for, and buttons to choose that.

    Parameters
    ----------
    session : Session
        Its settings remember the place.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    changed : pyqtSignal
        Another place.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        for text, folder in (("Folder…", True), ("Files…", False)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on, folder=folder: ask_for_images(self, session, self.set, folder))
            row.addWidget(button)
        self._show()

    @property
    def names(self) -> tuple[str, ...]:
        """Folders and files."""
        return self._session.settings.masters

    def set(self, names: Iterable[str | Path]) -> None:
        """Look for masters there, now and in future."""
        chosen = tuple(str(Path(name).absolute()) for name in names)
        if chosen and chosen != self.names:
            self._session.set_settings(replace(self._session.settings, masters=chosen))
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        names = self.names
        folder = {str(Path(name).parent) for name in names}
        if len(names) > 1 and len(folder) == 1:
            self.text.setText(f"{', '.join(Path(name).name for name in names)} in {folder.pop()}")
        else:
            self.text.setText(", ".join(names) or NONE)
