"""StackDialog: frames ranked and aligned before one's eyes, and combined to one image."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.night.quality import worst
from viewer.core.operation import find
from viewer.core.session.document import Document
from viewer.core.session.folder import unfolded
from viewer.core.session.session import Session
from viewer.ui.dialogs.explained import explained, paint_red
from viewer.ui.dialogs.fields import readable
from viewer.ui.dialogs.form import Form
from viewer.ui.fitting import fit, scaled
from viewer.ui.night.candidate import Candidate
from viewer.ui.night.candidates import Candidates
from viewer.ui.night.choosing import ask_for_images
from viewer.ui.night.controls import button, recalled
from viewer.ui.night.creating import Creating
from viewer.ui.night.frame_grid import FrameGrid
from viewer.ui.night.match_view import MatchView
from viewer.ui.night.measuring import measure
from viewer.ui.night.needed import follow_method
from viewer.ui.texts import sentence
from viewer.ui.working import Work

OPERATION = "combine"
# asked for in other ways than by a field
APART = ("images", "result")
# what one looks for first; the others follow in their own order
FIRST = ("align", "method", "level", "weight")
SIZE, SIDE = (1300, 780), 400
FEWEST = 2


class StackDialog(QDialog):
    """Asks which frames are to be combined and how; what is measured of them helps to choose.

    Parameters
    ----------
    session : Session
        Runs the work, and gets the result as a new image.
    names : iterable of str or pathlib.Path
        Files to begin with.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self, session: Session, names: Iterable[str | Path] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Align and combine")
        fit(self, *map(scaled, SIZE))
        self._session = session
        self._operation = find(OPERATION)
        self._measured: tuple[Operand, str] | None = None
        self.frames = Candidates(self)
        self.measuring = Work(session.jobs, self)
        self.creating = Creating(session, self)
        self._build()
        self._connect()
        self.form.show_defaults()
        # who opens this window hardly wants frames that lie askew
        self.form.fields["align"].show_value("stars")
        # as a night is reduced: without it, the borders of frames that drift are seen as steps
        self.form.fields["level"].show_value("offset")
        values = recalled(session, OPERATION)
        self.form.show_values({key: value for key, value in values.items() if key not in APART})
        if names:
            self.add(names)
        self._refresh()

    # ------------------------------------------------------------------ which frames

    def add(self, names: Iterable[str | Path]) -> None:
        """Add files; a folder stands for the images directly in it."""
        found, sentences = unfolded(names)
        self._add([Operand(str(Path(name).absolute())) for name in found], sentences)

    def add_open(self) -> None:
        """Add the images that are open, with what was done to them."""
        documents = [each for each in self._session.documents if each.picture is not None]
        self._add([self._session.operand_of(document) for document in documents], [])

    def _add(self, operands: list[Operand], sentences: list[str]) -> None:
        twice = self.frames.add(operands)
        if twice:
            sentences.append(f"{twice} of them {'is' if twice == 1 else 'are'} in the list already.")
        self._say(" ".join(sentences))

    def deselect_worst(self) -> None:
        """Take the ticks off the worst frames that are ticked."""
        rows = [n for n, each in enumerate(self.frames.rows) if each.used and each.quality is not None]
        qualities = [self.frames.rows[row].quality for row in rows]
        self.frames.set_used([rows[n] for n in worst(qualities, self.share.value() / 100)], False)

    def make_reference(self) -> None:
        """Align the others with the frame that is selected."""
        rows = self.table.source_rows()
        if len(rows) == 1:
            self.frames.make_reference(rows[0])

    # ------------------------------------------------------------------ measuring

    def _measure(self) -> None:
        """Measure what has not been yet; all alignments again if there is another reference."""
        reference, align = self.frames.reference, self._align
        if reference is None:
            self.measuring.abandon()
            return
        if self._measured != (reference.operand, align):
            other = self._measured is None or self._measured[0] != reference.operand
            self._measured = (reference.operand, align)
            self.frames.forget(quality=other)
        known = {each.operand: each.quality for each in self.frames.rows if each.quality is not None}
        todo = [each.operand for each in self.frames.rows if self._unmeasured(each, align)]
        if not todo:
            return
        operands = list(dict.fromkeys([reference.operand, *todo]))
        find_frame = self._session.finder()
        self.measuring.start(
            f"Measuring {len(operands)} frames",
            lambda progress, tell: measure(operands, known, align, find_frame, progress, tell),
            # again, if it has turned out that the reference cannot be read
            lambda _none: self._frames_changed(),
            self._say,
            lambda found: self.frames.took(found[0], **found[1]),
        )

    @property
    def _align(self) -> str:
        return self.form.fields["align"].value

    @staticmethod
    def _unmeasured(candidate: Candidate, align: str) -> bool:
        if candidate.problem:
            return False
        return candidate.quality is None or (align != "none" and candidate.alignment is None)

    # ------------------------------------------------------------------ combining

    def calls(self) -> list[Call]:
        """Return what is asked for: the combined image, then what belongs to it.

        Raises
        ------
        ViewerError
            If a value is wrong, or too few frames are chosen.
        """
        values = self.form.values()
        used = [each.operand for each in self.frames.used]
        if len(used) < FEWEST:
            raise ViewerError("Tick two frames or more: there is nothing to combine yet.")
        results = [self._results[0], *(name for name, box in self.extra.items() if box.isChecked())]
        return [Call.of(OPERATION, images=used, result=result, **values) for result in results]

    def combine(self) -> None:
        """Do it; each result opens as a new image."""
        try:
            calls = self.calls()
        except ViewerError as error:
            self._complain(str(error))
            return
        self._say("Combining…")
        self.creating.start(calls)

    def _made(self, document: Document) -> None:
        left_out = [each.name for each in self.frames.rows if each.used and each.problem]
        text = f"{document.name}: {len(self.frames.used)} frames combined"
        text += f"; left out: {', '.join(left_out)}" if left_out else ""
        self._session.tell("warning" if left_out else "info", text)
        self._say(text)

    # ------------------------------------------------------------------ the controls

    def _say(self, text: str) -> None:
        self.problem.hide()
        self.note.setText(sentence(text))

    def _complain(self, text: str) -> None:
        self._say("")
        self.problem.setText(sentence(text))
        self.problem.show()

    def _refresh(self) -> None:
        measuring, creating, rows = self.measuring.busy, self.creating.busy, self.frames.rows
        used = len(self.frames.used)
        bad = sum(1 for each in rows if each.used and each.problem)
        parts = [f"{used} of {len(rows)} frames" if rows else "Add frames: files, a folder, or open images"]
        parts += [f"{bad} left out" if bad else ""]
        measured = sum(1 for each in rows if each.quality is not None or each.problem)
        parts += [f"measured {measured} of {len(rows)}" if measuring else ""]
        self.count.setText(", ".join(part for part in parts if part))
        self.bar.setVisible(measuring or creating)
        self.bar.setValue(round(100 * (self.creating if creating else self.measuring).fraction))
        self.stop.setVisible(creating)
        self.ok.setEnabled(used >= FEWEST and not creating and not self.form.problem)
        selected = self.table.source_rows()
        for part in (self.remove_button, self.toggle_button):
            part.setEnabled(bool(selected))
        self.reference_button.setEnabled(len(selected) == 1)
        self.worst_button.setEnabled(any(each.quality is not None for each in rows))

    def _frames_changed(self) -> None:
        self._measure()
        self._refresh()

    def _form_changed(self) -> None:
        if self.form.problem:
            self._complain(self.form.problem)
        else:
            self._say("")
            self._measure()
        self._refresh()

    def _selected(self, *_ranges: object) -> None:
        rows = self.table.source_rows()
        self.view.show_candidate(self.frames.rows[rows[0]] if len(rows) == 1 else None)
        self._refresh()

    def _build(self) -> None:
        parameters = {each.name: each for each in self._operation.parameters}
        self._results = parameters["result"].choices
        names = [*FIRST, *(name for name in parameters if name not in (*FIRST, *APART))]
        self.form = Form(tuple(parameters[name] for name in names), self._session, None)
        self.extra = {name: QCheckBox(readable(name)) for name in self._results[1:]}
        for box in self.extra.values():
            box.setToolTip(f"<qt>{parameters['result'].help}</qt>")
        self.table = FrameGrid(self.frames)
        self.view = MatchView(self._session)
        self.count, self.note, self.problem = QLabel(), QLabel(wordWrap=True), QLabel(wordWrap=True)
        paint_red(self.problem)
        self.problem.hide()
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(scaled(160))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.stop = button("Stop", self.creating.stop)
        self.ok = self.buttons.addButton("Combine", QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.ok.setDefault(True)
        column = QVBoxLayout(self)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self._left())
        both.addWidget(self._right())
        both.setStretchFactor(0, 1)
        both.setChildrenCollapsible(False)
        both.setSizes([self.width() - scaled(SIDE), scaled(SIDE)])
        column.addWidget(both, 1)
        below = QHBoxLayout()
        below.addWidget(self.note, 1)
        below.addWidget(self.problem, 1)
        below.addWidget(self.buttons)
        column.addLayout(below)
        follow_method(self.form)

    def _left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        adding, choosing = QHBoxLayout(), QHBoxLayout()
        adding.addWidget(button("Add files…", lambda: ask_for_images(self, self._session, self.add)))
        adding.addWidget(button("Add folder…", lambda: ask_for_images(self, self._session, self.add, True)))
        adding.addWidget(button("Add the open images", self.add_open))
        adding.addStretch(1)
        self.remove_button = button("Remove", self.table.take_out)
        adding.addWidget(self.remove_button)
        self.toggle_button = button("Tick or untick (Space)", self.table.toggle)
        self.reference_button = button("Make it the reference", self.make_reference)
        self.share = QSpinBox(suffix=" %", minimum=5, maximum=90, singleStep=5, value=20)
        self.worst_button = button("Untick the worst", self.deselect_worst)
        for part in (self.toggle_button, self.reference_button):
            choosing.addWidget(part)
        choosing.addStretch(1)
        choosing.addWidget(self.worst_button)
        choosing.addWidget(self.share)
        state = QHBoxLayout()
        state.addWidget(self.count, 1)
        state.addWidget(self.bar)
        state.addWidget(self.stop)
        column.addLayout(adding)
        column.addWidget(self.table, 1)
        column.addLayout(choosing)
        column.addLayout(state)
        return left

    def _right(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addWidget(explained(self._operation, self.form, scaled(SIDE) - 30), 1)
        extra = QHBoxLayout()
        extra.addWidget(QLabel("Make as well:"))
        for box in self.extra.values():
            extra.addWidget(box)
        extra.addStretch(1)
        column.addLayout(extra)
        return right

    def _connect(self) -> None:
        self.frames.used_changed.connect(self._frames_changed)
        self.frames.dataChanged.connect(lambda *_range: self._selected())
        self.frames.modelReset.connect(self._selected)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.measuring.changed.connect(self._refresh)
        self.measuring.stopped.connect(lambda: self._say("Measuring was stopped."))
        self.form.changed.connect(self._form_changed)
        self.ok.clicked.connect(lambda _on: self.combine())
        self.buttons.rejected.connect(self.reject)
        self.creating.made.connect(self._made)
        self.creating.failed.connect(self._complain)
        self.creating.changed.connect(self._refresh)
        self.finished.connect(self._end)

    def _end(self, _result: Any) -> None:
        self.measuring.abandon()
        self.view.close_down()
        self.creating.close()
