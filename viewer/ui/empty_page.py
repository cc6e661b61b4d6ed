"""The page for an HDU without data: says so, and where to go on."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from viewer.core.session.session import Session
from viewer.ui.panels.panel import Panel


class EmptyPage(Panel):
    """One sentence in the middle of the window.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        # the keys that go to the next image work here too
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        session.current_changed.connect(self.refresh_soon)
        session.image_changed.connect(self.refresh_soon)
        self.refresh_soon()

    def refresh(self) -> None:
        """Say which HDU has nothing to draw."""
        document = self.session.current
        if document is None:
            return
        others = [hdu for hdu in document.source.hdus if hdu.kind != "empty"]
        where = "Choose another HDU above, or read" if others else "Read"
        self._text.setText(
            f"HDU {document.hdu or 0} of {document.source.path.name} holds no data to draw.\n\n"
            f"{where} its header in the Header panel (Ctrl+F)."
        )
