"""Grouping: the files of a folder are put into groups by a job, while more of them come."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

from viewer.core.session.jobs import Priority
from viewer.core.session.session import Session
from viewer.ui.night.group_list import GroupList, Listed, listed
from viewer.ui.night.model import NightModel

GROUPS_MS = 250


class Grouping(QObject):
    """Keeps the list of groups as the files are: of ten thousand, that takes longer than a window may stop.

    Parameters
    ----------
    session : Session
        Whose jobs do the work.
    model : NightModel
        The files.
    shown : callable
        Returns the list of groups, which is made later than this.
    parent : QObject
        As in Qt.
    """

    def __init__(
        self, session: Session, model: NightModel, shown: Callable[[], GroupList], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self._shown = shown
        self._round = 0
        self._busy = False
        self._timer = QTimer(self, singleShot=True, interval=GROUPS_MS)
        self._timer.timeout.connect(self._start)

    def soon(self) -> None:
        """Group the files anew, in a moment: more of them may be about to come."""
        if not self._timer.isActive():
            self._timer.start()

    def clear(self) -> None:
        """Show no groups; what is under way is not wanted any more."""
        self._timer.stop()
        self._round += 1
        self._busy = False
        self._shown().show_groups([], 0)

    def _start(self) -> None:
        if self._busy:
            self._timer.start()
            return
        self._busy = True
        entries, round_ = tuple(self._model.entries), self._round

        def there(groups: list[Listed]) -> None:
            if round_ == self._round:
                self._busy = False
                self._shown().show_groups(groups, len(entries))

        def failed(sentence: str) -> None:
            if round_ == self._round:
                self._busy = False
            self._session.tell("error", sentence)

        self._session.jobs.start("", lambda _progress: listed(entries), there, failed, Priority.DETAILS)
