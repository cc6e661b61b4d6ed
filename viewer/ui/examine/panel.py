"""The panel Measure: the plot of the last answer, its numbers, and the log of all."""

from PyQt6.QtCore import QSize, QTimer
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from viewer.core.session.answer import Answer
from viewer.core.session.session import Session
from viewer.ui.examine.answer_view import AnswerView
from viewer.ui.examine.choices_row import ChoicesRow
from viewer.ui.examine.log import LogView
from viewer.ui.examine.number_table import NumberTable
from viewer.ui.examine.numbers import rows_of
from viewer.ui.examine.parts import Parts
from viewer.ui.panels.panel import Panel

REST_MS = 150


class MeasurePanel(Panel):
    """What was measured in the picture, and what is under the pointer.

    Parameters
    ----------
    session : Session
        Its `examining` is shown.
    parent : QWidget, optional
        As in Qt.
    """

    title = "Measure"
    # the picture and its readout go first while the pointer moves
    delay = 60

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.choices = ChoicesRow(session)
        self.answer = AnswerView(session)
        self.numbers = NumberTable()
        self.log = LogView(session)
        self.numbers.python.clicked.connect(self._show_python)
        self.parts = Parts(self.answer, self.numbers, self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.choices)
        column.addWidget(self.parts, 1)
        self._drawn: Answer | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._plot)
        examining = session.examining
        for signal in (examining.shown_changed, examining.live_changed):
            signal.connect(self.refresh_soon)
        for signal in (session.current_changed, session.settings_changed, session.image_changed):
            signal.connect(self.refresh_soon)
        examining.choices_changed.connect(self._choices_changed)
        self._asked = examining.choices
        self.refresh()

    def sizeHint(self) -> QSize:
        """Room for a plot below the picture."""
        return QSize(1000, 300)

    def minimumSizeHint(self) -> QSize:
        """Room for the plot and the numbers: the log gives way, and does not make the window wider."""
        margins = self.layout().contentsMargins()
        least = max(self.parts.narrowest, self.choices.minimumSizeHint().width())
        return QSize(least + margins.left() + margins.right(), super().minimumSizeHint().height())

    @property
    def shown(self) -> Answer | None:
        """What is to be seen: what follows the pointer, else the last answer."""
        examining = self.session.examining
        return examining.shown if examining.live is None else examining.live

    def refresh(self) -> None:
        """Show the newest answer."""
        answer = self.shown
        if answer is not None and answer.kind == "photometer":
            # numbers at once; a plot takes longer, and waits until the pointer rests
            self._rest.start()
        else:
            self._plot()
        self.numbers.python.setEnabled(answer is not None and self._current(answer))
        if answer is None:
            measured = self.session.examining.answers
            heading = "Keys of the Examine mode" if measured else "Nothing measured yet"
            self.numbers.show_rows(heading, "", (), "")
            return
        place = f"x {answer.place[0] + 1:.2f}, y {answer.place[1] + 1:.2f} in {answer.image}"
        rows = rows_of(answer, self.session.settings.sky_style)
        self.numbers.show_rows(answer.title, place, rows, answer.notes)

    def _plot(self) -> None:
        answer = self.shown
        if answer is None or answer is not self._drawn:
            self.answer.show_answer(answer)
            self._drawn = answer

    def _current(self, answer: Answer) -> bool:
        return answer.document is not None and answer.document is self.session.current

    def _choices_changed(self) -> None:
        """Measure what is shown again when apertures or widths change; a mode changes nothing."""
        choices = self.session.examining.choices
        if choices != self._asked:
            self._asked = choices
            if self.isVisible():
                self.session.examining.repeat()

    def _show_python(self) -> None:
        # who writes scripts has the operations, which the start does without
        from viewer.ui.measuring_script import show_python

        answer = self.shown
        if answer is not None and self._current(answer):
            show_python(self.session, answer.question, self)
