"""Panel: the base of every widget that shows a part of the session's state."""

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt6.QtCore import QSignalBlocker, QTimer
from PyQt6.QtWidgets import QWidget

from viewer.core.errors import ViewerError
from viewer.core.session.session import Session


class Panel(QWidget):
    """A widget that calls the session's verbs and re-reads it; it knows no other widget.

    A subclass connects the session's signals to `refresh_soon` (or to `refresh`, if it is cheap)
    and overrides `refresh`. Many calls of `refresh_soon` make one `refresh`, with the newest state,
    when the event loop is next idle or `delay` milliseconds later.

    Parameters
    ----------
    session : Session
        The state.
    parent : QWidget, optional
        As in Qt.
    """

    title = ""
    delay = 0

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(self.delay)
        self._timer.timeout.connect(self._refresh_if_seen)
        self._stale = False

    def refresh(self) -> None:
        """Show the session's present state."""

    def refresh_soon(self, *_values: object) -> None:
        """Ask for a refresh; the newest state is shown, once."""
        if not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event) -> None:  # noqa: D102
        super().showEvent(event)
        if self._stale:
            self.refresh_soon()

    def _refresh_if_seen(self) -> None:
        # a panel behind a tab costs nothing until somebody looks at it
        self._stale = not self.isVisible()
        if not self._stale:
            try:
                self.refresh()
            except ViewerError as error:  # the file was cut short while it is open
                self.session.tell("error", str(error))


@contextmanager
def quietly(*widgets: QWidget) -> Iterator[None]:
    """Set the state of controls without their signals: the session knows already.

    The one place where signals are blocked, so that a refresh can never answer itself.
    """
    blockers = [QSignalBlocker(widget) for widget in widgets]
    yield
    for blocker in blockers:
        blocker.unblock()
