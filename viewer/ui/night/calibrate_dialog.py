"""CalibrateDialog: which masters fit an image and why, which are to be used, and how."""

from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from viewer.core.errors import ViewerError
from viewer.core.night.entry import Entry
from viewer.core.night.masters import Verdict, mismatch
from viewer.core.operation import find
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.dialogs.explained import explained, paint_red
from viewer.ui.dialogs.form import Form, make_quiet
from viewer.ui.fitting import fit, scaled
from viewer.ui.night.calibrating import Found, do_it, remembered, search
from viewer.ui.night.masters_field import MastersField
from viewer.ui.night.matching import KINDS, calibration
from viewer.ui.panels.panel import quietly
from viewer.ui.texts import sentence
from viewer.ui.working import Work

WIDTH, HEIGHT = 560, 680
OPERATION = "calibrate"


class CalibrateDialog(QDialog):
    """Shows every master with the reasons for and against it; what does not fit is used only if one insists.

    Parameters
    ----------
    session : Session
        The state.
    document : Document
        What is to be calibrated.
    note : str
        Why it is asked, in a sentence.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self, session: Session, document: Document, note: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Calibrate – {document.name}")
        self._session = session
        self._document = document
        self._found: Found | None = None
        self._work = Work(session.jobs, self)
        self.masters = MastersField(session)
        self.note = QLabel(sentence(note), wordWrap=True)
        font = self.note.font()
        font.setBold(True)
        self.note.setFont(font)
        self.note.setVisible(bool(note))
        self.lists: dict[str, QComboBox] = {}
        self.reasons: dict[str, QLabel] = {}
        operation = find(OPERATION)
        apart = (*KINDS, "override")
        self.form = Form(
            tuple(each for each in operation.parameters if each.name not in apart), session, document
        )
        self.override = QCheckBox("Use them although they do not fit")
        self.problem = QLabel(wordWrap=True)
        paint_red(self.problem)
        self.problem.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.addButton("Calibrate", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.ok.setDefault(True)
        self._arrange(explained(operation, self.form, scaled(WIDTH) - 24))
        self._connect()
        self.form.show_defaults()
        self.form.show_values(remembered(session))
        self._search()

    # ------------------------------------------------------------------ the masters

    def _search(self) -> None:
        self._found = None
        self._fill()
        if self.masters.names:
            work = search(self._session, self._document)
            self._work.start(
                "Choosing masters", lambda progress, _tell: work(progress), self._take, self._complain
            )

    def _take(self, found: Found) -> None:
        self._found = found
        self._fill()

    def _fill(self) -> None:
        for kind, chosen in self.lists.items():
            with quietly(chosen):
                chosen.clear()
                chosen.addItem("None", None)
                if self._found is not None:
                    self._offer(kind, chosen)
        self._changed()

    def _offer(self, kind: str, chosen: QComboBox) -> None:
        choice = self._found.match.choices[kind]
        verdicts = sorted(choice.verdicts, key=lambda each: not each.fits)
        for verdict in verdicts:
            mark = "" if verdict.fits else "  (does not fit)"
            chosen.addItem(f"{verdict.master.path.name}{mark}", verdict)
            chosen.setItemData(chosen.count() - 1, _tip(verdict), Qt.ItemDataRole.ToolTipRole)
            if choice.master is not None and verdict.master.path == choice.master.path:
                chosen.setCurrentIndex(chosen.count() - 1)

    @property
    def chosen(self) -> dict[str, Entry]:
        """The masters that are chosen, by kind."""
        verdicts = {kind: each.currentData() for kind, each in self.lists.items()}
        return {kind: verdict.master for kind, verdict in verdicts.items() if verdict is not None}

    def against(self, kind: str) -> list[str]:
        """Return what speaks against the chosen master of a kind."""
        master = self.chosen.get(kind)
        if master is None or self._found is None:
            return []
        return mismatch(self._found.match.frame, master, bias="bias" in self.chosen)

    def _changed(self) -> None:
        """Say of each master why it fits or not, and whether it can be done."""
        wrong = False
        for kind, label in self.reasons.items():
            against = self.against(kind)
            wrong |= bool(against)
            roles = QPalette.ColorRole
            label.setForegroundRole(roles.BrightText if against else roles.PlaceholderText)
            label.setText(" ".join(map(sentence, against)) if against else self._reason(kind))
        self.override.setVisible(wrong)
        problem = self.form.problem
        if not problem and self._found is None and not self._work.busy:
            problem = "" if self.masters.names else "No masters are chosen yet."
        if not problem and self._found is not None and not self.chosen and not self._other_work:
            problem = "Nothing would be corrected: choose a master."
        self._say(problem)
        blocked = wrong and not self.override.isChecked()
        self.ok.setEnabled(not problem and not blocked and self._found is not None)

    @property
    def _other_work(self) -> bool:
        """Whether something is corrected that needs no master."""
        defaults = {name: field.parameter.default for name, field in self.form.fields.items()}
        return self.form.values() != defaults

    def _reason(self, kind: str) -> str:
        if self._found is None:
            return "Looking…" if self._work.busy else ""
        verdict = self.lists[kind].currentData()
        return sentence(self._found.match.choices[kind].why if verdict is None else verdict.why)

    # ------------------------------------------------------------------ doing it

    def _ok(self) -> None:
        chosen = self.chosen
        override = self.override.isVisible() and self.override.isChecked()
        try:
            call = calibration(chosen, override, self.form.values())
        except ViewerError as error:
            self._complain(str(error))
            return
        names = ", ".join(f"{kind} {entry.path.name}" for kind, entry in chosen.items())
        why = f"{names or 'no masters'}{', although they do not fit' if override else ''}"
        self.accept()
        do_it(self._session, self._document, call, why)

    def _say(self, text: str) -> None:
        self.problem.setText(sentence(text))

    def _complain(self, text: str) -> None:
        self._changed()
        self._say(text)
        self.ok.setEnabled(False)

    # ------------------------------------------------------------------ the controls

    def _arrange(self, form: QWidget) -> None:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.addWidget(QLabel("Masters in:"), 0, 0)
        grid.addWidget(self.masters, 0, 1)
        for number, kind in enumerate(KINDS):
            chosen, reason = QComboBox(), QLabel(wordWrap=True)
            label = QLabel(f"{kind.capitalize()}:")
            label.setBuddy(chosen)
            make_quiet(reason)
            reason.setContentsMargins(0, 0, 0, 6)
            grid.addWidget(label, 2 * number + 1, 0)
            grid.addWidget(chosen, 2 * number + 1, 1)
            grid.addWidget(reason, 2 * number + 2, 1)
            self.lists[kind], self.reasons[kind] = chosen, reason
        column = QVBoxLayout(self)
        column.addWidget(self.note)
        column.addLayout(grid)
        column.addWidget(self.override)
        column.addWidget(form, 1)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        self.setMinimumWidth(scaled(WIDTH))
        fit(self, scaled(WIDTH), scaled(HEIGHT))

    def _connect(self) -> None:
        self.masters.changed.connect(self._search)
        for chosen in self.lists.values():
            chosen.currentIndexChanged.connect(self._changed)
        self.override.toggled.connect(self._changed)
        self.form.changed.connect(self._changed)
        self._work.stopped.connect(self._changed)
        self.buttons.accepted.connect(self._ok)
        self.buttons.rejected.connect(self.reject)
        self._session.documents_changed.connect(self._documents_changed)
        self.finished.connect(self._end)

    def _documents_changed(self) -> None:
        if self._document not in self._session.documents:
            self.reject()
        else:
            self.form.refresh_images()

    def _end(self, _result: Any) -> None:
        self._work.abandon()
        self._session.documents_changed.disconnect(self._documents_changed)
        self.deleteLater()


def _tip(verdict: Verdict) -> str:
    return f"{verdict.master.path}\n{sentence(verdict.why)}"
