"""History panel: what was done to the image, step by step, and the Python that does the same."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPalette, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.core.frame import Frame
from viewer.core.names import shown
from viewer.core.session.history import History
from viewer.core.session.jobs import Job, Priority
from viewer.core.session.session import Session
from viewer.ui.panels.panel import Panel, quietly
from viewer.ui.script_view import ScriptView
from viewer.ui.scripts import ask_for_recipe_name, ask_for_script_name, earlier_steps, script_of

if TYPE_CHECKING:
    from viewer.core.call import Call

EMPTY = (
    "Nothing was done yet. What you do to the image from the menus is listed here: click a step to see the "
    "image as it was then, take steps back, read them as Python, or save them as a recipe for other files."
)
NO_IMAGE = "There is no image. Steps are listed here for images, not for tables."
# of the steps in sight beside the script
MOST_ROWS = 12
POSITION = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Step:
    """A row of the list.

    Attributes
    ----------
    text, tooltip : str
        What it says.
    position : int or None
        Which version it stands for; None if that is not kept.
    ahead : bool
        It was taken back.
    """

    text: str
    tooltip: str
    position: int | None = None
    ahead: bool = False


class HistoryPanel(Panel):
    """The list of steps; a click shows the image as it was after one."""

    title = "History"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._earlier: WeakKeyDictionary[Frame, tuple[str, ...]] = WeakKeyDictionary()
        self._steps: list[Step] = []
        self._wanted: tuple[Frame | None, tuple[Call, ...]] | None = None
        self._writing: Job | None = None
        self._built = False
        for signal in (session.current_changed, session.image_changed, session.history_changed):
            signal.connect(self.refresh_soon)
        self.refresh_soon()

    def sizeHint(self) -> QSize:
        """Room for a dozen steps."""
        return QSize(330, 400)

    def refresh(self) -> None:
        """Show the steps of the current image, with the one that is shown marked."""
        self._build()
        document = self.session.current
        history = None if document is None else document.history
        self.undo.setEnabled(history is not None and history.can_undo)
        self.redo.setEnabled(history is not None and history.can_redo)
        self.recipe.setEnabled(history is not None and bool(history.calls))
        self.python.setEnabled(history is not None)
        self.note.setText(NO_IMAGE if history is None else EMPTY)
        self.note.setVisible(history is None or not history.all_calls)
        self.list.setVisible(history is not None)
        self._fill([] if history is None else self._steps_of(history))
        self.script.setVisible(self.python.isChecked() and history is not None)
        if self.script.isVisible() and history is not None:
            self._write(history)

    # ------------------------------------------------------------------ the list

    def _steps_of(self, history: History) -> list[Step]:
        origin, before = history.origin_frame, history.calls_to(0)
        steps = (
            []
            if origin is None
            else [Step(text, "Done before, by the file's header") for text in self._before(origin)]
        )
        if origin is not None:
            name = shown(origin.name or "the image")
            steps.append(Step(f"As opened: {name}", shown(origin.full_name), None if before else 0))
        calls = history.all_calls
        for number, call in enumerate(calls, 1):
            position = number - len(before)
            saved = position > 0 and position == history.saved
            steps.append(
                Step(
                    f"{number}. {call.sentence}" + (" (saved)" if saved else ""),
                    f"{call.text}\n{call.operation.summary}",
                    position if position >= 0 else None,
                    position > history.position,
                )
            )
        return steps

    def _fill(self, steps: list[Step]) -> None:
        document = self.session.current
        history = None if document is None else document.history
        with quietly(self.list):
            if steps != self._steps:
                self._steps = steps
                self.list.clear()
                for step in steps:
                    self.list.addItem(self._item(step))
            for row, step in enumerate(steps):
                if history is not None and step.position == history.position:
                    self.list.setCurrentRow(row)
                    self.list.scrollToItem(self.list.item(row))

    def _item(self, step: Step) -> QListWidgetItem:
        item = QListWidgetItem(step.text)
        item.setToolTip(step.tooltip)
        item.setData(POSITION, step.position)
        if step.position is None:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        if step.position is None or step.ahead:
            item.setForeground(self.palette().brush(QPalette.ColorRole.PlaceholderText))
        if step.ahead:
            font = item.font()
            font.setItalic(True)
            item.setFont(font)
            item.setToolTip(f"{step.tooltip}\nTaken back: click to do it again")
        return item

    def _before(self, frame: Frame) -> tuple[str, ...]:
        """Return what an earlier Skyloupe did by the header, once that was looked up."""
        if frame not in self._earlier:
            self._earlier[frame] = ()

            def finished(found: tuple[str, ...]) -> None:
                if found:
                    self._earlier[frame] = found
                    self.refresh_soon()

            self.session.jobs.start(
                "Reading HISTORY", lambda _progress: earlier_steps(frame), finished, priority=Priority.DETAILS
            )
        return self._earlier[frame]

    def _chosen(self, row: int) -> None:
        position = None if row < 0 else self.list.item(row).data(POSITION)
        if position is not None:
            self.session.go_to(position)

    # ------------------------------------------------------------------ the script

    def show_python(self) -> None:
        """Show the script beside the steps."""
        self._build()
        self.python.setChecked(True)

    def _write(self, history: History) -> None:
        origin, calls = history.origin_frame, history.calls
        if (origin, calls) == self._wanted:
            return
        self._wanted = (origin, calls)
        if self._writing is not None:
            self._writing.cancel()

        def finished(text: str) -> None:
            self._writing = None
            self.script.show_text(text)

        def failed(sentence: str) -> None:
            self._writing = None
            self.script.show_text("", sentence)

        job = self.session.jobs.start(
            "Writing the script",
            lambda _progress: script_of(origin, calls),
            finished,
            failed,
            priority=Priority.DETAILS,
        )
        if job in self.session.jobs.running:
            self._writing = job

    def _toggle_python(self, on: bool) -> None:
        self.python.setText("Hide Python" if on else "Show Python")
        self.refresh()
        if not on:
            return
        if self._splitter.orientation() == Qt.Orientation.Horizontal:
            # the steps fold their lines, those of the script are long
            self._splitter.setSizes([self.width() // 3, self.width() - self.width() // 3])
        else:
            # the steps need a line or two each, the script can use all the rest
            line = self.list.sizeHintForRow(0)
            lines = sum(self.list.sizeHintForRow(row) for row in range(self.list.count())) + line
            steps = min(max(lines, 4 * line), MOST_ROWS * line) + self.undo.height() + 12
            self._splitter.setSizes([steps, max(self.height() - steps, steps)])

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        """Make the content when it is first seen: until then the panel costs nothing."""
        if self._built:
            return
        self._built = True
        self.list = QListWidget()
        self.list.setAccessibleName("Steps")
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._chosen)
        self.note = QLabel(wordWrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setContentsMargins(4, 4, 4, 4)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.undo = self._button("Undo", "Take back the last step (Ctrl+Z)", self.session.undo)
        self.redo = self._button(
            "Redo", "Do the step again that was taken back (Ctrl+Shift+Z)", self.session.redo
        )
        self.recipe = self._button(
            "Save recipe…",
            "Save the steps up to here, to be repeated on other files",
            lambda: ask_for_recipe_name(self.session, self),
        )
        self.python = self._button("Show Python", "Read the steps as a Python script", None)
        self.python.setCheckable(True)
        self.python.toggled.connect(self._toggle_python)
        self.script = ScriptView()
        self.script.hide()
        self.script.save_wanted.connect(lambda: ask_for_script_name(self.session, self))
        buttons = QHBoxLayout()
        for button in (self.undo, self.redo):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.recipe, self.python):
            buttons.addWidget(button)
        steps = QWidget()
        column = QVBoxLayout(steps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(buttons)
        column.addWidget(self.list, 1)
        column.addWidget(self.note, 1)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(steps)
        self._splitter.addWidget(self.script)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.addWidget(self._splitter)
        self._orient()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Put the script beside the steps where there is room."""
        super().resizeEvent(event)
        if self._built:
            self._orient()

    def _orient(self) -> None:
        wide = self.width() > max(700, self.height())
        self._splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def _button(self, text: str, tooltip: str, clicked) -> QToolButton:
        button = QToolButton(text=text)
        button.setToolTip(tooltip)
        if clicked is not None:
            button.clicked.connect(lambda _checked: clicked())
        return button
