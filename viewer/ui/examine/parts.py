"""Parts: plot, numbers and log beside each other; numbers and log behind tabs where there is little room."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from viewer.ui.examine.answer_view import AnswerView
from viewer.ui.examine.log import LogView
from viewer.ui.examine.number_table import NumberTable

# of all three beside each other, logical pixels
WIDE = 900
SHARES = (395, 350, 320)
# of the numbers where the log is behind a tab: a value with its error and its unit
NUMBERS = 330
NUMBERS_TAB, LOG_TAB = range(2)


class Parts(QSplitter):
    """The plot of an answer, its numbers, and the log.

    Parameters
    ----------
    answer : AnswerView
        The plot.
    numbers : NumberTable
        The numbers, which are first where there is little room.
    log : LogView
        All answers.
    """

    def __init__(self, answer: AnswerView, numbers: NumberTable, log: LogView) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._answer, self._numbers, self._log = answer, numbers, log
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        # the keys stay with the picture
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text in ("Numbers", "Log"):
            self.tabs.addTab(text)
        self._both = QSplitter(Qt.Orientation.Horizontal)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.tabs)
        column.addWidget(self._both, 1)
        for splitter, left, right in ((self._both, numbers, log), (self, answer, side)):
            splitter.setChildrenCollapsible(False)
            splitter.addWidget(left)
            splitter.addWidget(right)
        self.tabs.currentChanged.connect(self._show_parts)
        for signal in (log.model.rowsInserted, log.model.modelReset):
            signal.connect(self._count)
        # the user's own shares stay until the arrangement changes
        self._moved = False
        self.splitterMoved.connect(self._keep)
        self._both.splitterMoved.connect(self._keep)
        # unknown until there is a width
        self._wide: bool | None = None
        self._show_parts()

    @property
    def wide(self) -> bool:
        """Whether all three are beside each other."""
        return bool(self._wide)

    @property
    def narrowest(self) -> int:
        """Width that the plot needs with the numbers or the log, logical pixels."""
        side = max(part.minimumSizeHint().width() for part in (self._numbers, self._log, self.tabs))
        return self._answer.minimumSizeHint().width() + self.handleWidth() + side

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Take the log beside the numbers, or behind a tab."""
        super().resizeEvent(event)
        self._arrange(self.width() >= max(WIDE, self._widest()))

    def _widest(self) -> int:
        """Return what all three need, however they are arranged now."""
        parts = (self._answer, self._numbers, self._log)
        return sum(part.minimumSizeHint().width() for part in parts) + 2 * self.handleWidth()

    def _arrange(self, wide: bool) -> None:
        if wide != self._wide:
            self._wide, self._moved = wide, False
            self.tabs.setVisible(not wide)
            self._show_parts()
            # what has just been hidden needs no room any more
            self._both.refresh()
            self.widget(1).layout().activate()
        if self._moved:
            return
        if wide:
            self.setSizes([SHARES[0], sum(SHARES[1:])])
            self._both.setSizes(SHARES[1:])
        else:
            self.setSizes([max(self.width() - self.handleWidth() - NUMBERS, 1), NUMBERS])

    def _keep(self, *_place: int) -> None:
        self._moved = True

    def _show_parts(self, _tab: int = 0) -> None:
        tab = self.tabs.currentIndex()
        self._numbers.setVisible(self.wide or tab == NUMBERS_TAB)
        self._log.setVisible(self.wide or tab == LOG_TAB)

    def _count(self, *_where: object) -> None:
        number = self._log.model.rowCount()
        self.tabs.setTabText(LOG_TAB, f"Log ({number})" if number else "Log")
