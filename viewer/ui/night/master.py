"""MasterDialog: calibration frames combined to a master, with what was rejected of each."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.night.entry import Entry
from viewer.core.night.sets import file_name, set_title, sets
from viewer.core.night.table import entry_of
from viewer.core.operation import find
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.dialogs.explained import explained, paint_red
from viewer.ui.dialogs.file_list import FileList
from viewer.ui.dialogs.form import Form
from viewer.ui.fitting import fit, scaled
from viewer.ui.folders import file_dialog
from viewer.ui.night.creating import Creating
from viewer.ui.night.needed import follow_method
from viewer.ui.night.suggesting import Suggesting
from viewer.ui.texts import sentence
from viewer.ui.working import Work

KINDS = ("bias", "dark", "flat")
SIZE, SIDE = (980, 620), 400
TOLERANCE = 2.0
FEW = 3


class MasterDialog(QDialog):
    """Asks for the frames, what they are, and how they are combined; the master opens as a new image.

    Parameters
    ----------
    session : Session
        Runs the work.
    entries : sequence of Entry
        Files to begin with, as the user knows them.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self, session: Session, entries: Sequence[Entry] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Make a master frame")
        fit(self, *map(scaled, SIZE))
        self._session = session
        self._entries: dict[str, Entry] = {}
        self._named = False
        self._work = Work(session.jobs, self)
        self.creating = Creating(session, self)
        self.forms: dict[str, Form] = {}
        self._build()
        self.suggesting = Suggesting(session, self.forms, self._say, self)
        self._connect()
        self._take({str(entry.path): entry for entry in entries})
        self.files.add(self._entries)
        self._refresh()

    # ------------------------------------------------------------------ the frames

    def _files_changed(self) -> None:
        """Read the headers of new files."""
        new = [name for name in self.files.names if name not in self._entries]
        if new:
            self._work.start(
                "Reading headers",
                lambda progress, _tell: {
                    name: entry_of(Path(name), Path(name).parent) for name in progress.each(new)
                },
                self._take,
                self._complain,
            )
        self._judge()

    def _take(self, found: dict[str, Entry]) -> None:
        first = not self._entries
        self._entries |= found
        kinds = [entry.kind for entry in self._entries.values() if entry.kind in KINDS]
        if first and kinds:
            self.kind.setCurrentIndex(KINDS.index(max(KINDS, key=kinds.count)))
        self._judge()

    @property
    def entries(self) -> list[Entry]:
        """What is known of the files, as far as they can be read."""
        known = [self._entries[name] for name in self.files.names if name in self._entries]
        return [entry for entry in known if not entry.problem]

    def _judge(self) -> None:
        """Say of each file what it is, and whether it belongs to the others."""
        kind = self.kind.currentText().casefold()
        parts = sets([entry.with_kind(kind) for entry in self.entries], TOLERANCE)
        most = max(parts, key=len, default=())
        usual = {entry.path for entry in most}
        for name in self.files.names:
            entry = self._entries.get(name)
            if entry is None:
                continue
            if entry.problem:
                self.files.note(name, entry.problem, wrong=True)
            elif entry.kind not in (kind, ""):
                self.files.note(name, f"its header says {entry.kind}, not {kind}", wrong=True)
            elif entry.path not in usual:
                text = f"differs from the others: {set_title([entry])}"
                self.files.note(name, text, wrong=True)
            else:
                self.files.note(name, set_title([entry]))
        if most and not self._named:
            folder = most[0].path.parent
            self.target.setText(str(folder / "masters" / f"master_{file_name(most)}.fits"))
        self.suggesting.suggest(kind, most)
        self._refresh()

    # ------------------------------------------------------------------ the work

    def call(self) -> Call:
        """Return what is asked for.

        Raises
        ------
        ViewerError
            If a value is wrong, or there are no frames.
        """
        kind = self.kind.currentText().casefold()
        if not self.files.names:
            raise ViewerError("Add the frames that the master is made of.")
        return Call.of(f"master_{kind}", images=list(self.files.names), **self.forms[kind].values())

    def make(self) -> None:
        """Do it."""
        try:
            call = self.call()
        except ViewerError as error:
            self._complain(str(error))
            return
        self._say("Combining…")
        self.creating.start([call])

    def _made(self, document: Document) -> None:
        header = document.picture.frame.header
        for number, name in enumerate(self.files.names, 1):
            rejected = header.get(f"NREJ{number:03d}")
            if rejected is not None:
                size = document.picture.frame.pixels.size
                self.files.note(name, f"{rejected} pixels rejected ({100 * rejected / size:.3g} %)")
        text = f"{document.name}: made of {header.get('NCOMBINE', len(self.files.names))} frames"
        if "NREJ" in header:
            text += f", {header['NREJ']} {header.comments['NREJ']}"
        self._say(text)
        self._session.tell("info", text)
        if self.save.isChecked() and self.target.text().strip():
            self._save(document, Path(self.target.text()).expanduser().absolute())
        self._refresh()

    def _save(self, document: Document, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._complain(f"the folder {path.parent} cannot be made: {error.strerror or error}.")
            return
        self._session.save(document, path, None, self.overwrite.isChecked(), lambda: self._saved(path))

    def _saved(self, path: Path) -> None:
        """Remember where the master is."""
        if self.remember.isChecked():
            settings = self._session.settings
            if not {str(path), str(path.parent)} & set(settings.masters):
                masters = (*settings.masters, str(path.parent))
                self._session.set_settings(replace(settings, masters=masters))
        self._say(f"{self.note.text()} It was saved as {path}")

    # ------------------------------------------------------------------ the controls

    def _say(self, text: str) -> None:
        self.problem.hide()
        self.note.setText(sentence(text))

    def _complain(self, text: str) -> None:
        self.note.setText("")
        self.problem.setText(sentence(text))
        self.problem.show()

    def _refresh(self) -> None:
        kind = self.kind.currentText().casefold()
        self.stack.setCurrentIndex(KINDS.index(kind))
        count = len(self.files.names)
        few = f"{count} frame{'' if count == 1 else 's'}: take three or more, to tell cosmic rays apart."
        self.few.setText(few if 0 < count < FEW else "")
        self.few.setVisible(bool(self.few.text()))
        self.ok.setEnabled(bool(count) and not self.creating.busy and not self.forms[kind].problem)
        for part in (self.target, self.choose, self.overwrite, self.remember):
            part.setEnabled(self.save.isChecked())
        self.files.set_busy(self.creating.busy)

    def _kind_changed(self) -> None:
        self._judge()

    def _form_changed(self) -> None:
        kind = self.kind.currentText().casefold()
        if self.forms[kind].problem:
            self._complain(self.forms[kind].problem)
        else:
            self._say("")
        self._refresh()

    def _documents_changed(self) -> None:
        for form in self.forms.values():
            form.refresh_images()

    def _ask_for_target(self) -> None:
        dialog = file_dialog(self, self._session, "Save the master", self.target.text() or "master.fits")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters(["FITS (*.fits *.fits.gz *.fits.fz)", "All files (*)"])
        dialog.setDefaultSuffix("fits")
        dialog.fileSelected.connect(self._target_chosen)
        dialog.open()

    def _target_chosen(self, name: str) -> None:
        self._named = True
        self.target.setText(name)

    def _build(self) -> None:
        self.kind = QComboBox()
        self.kind.addItems([kind.capitalize() for kind in KINDS])
        self.kind.setCurrentIndex(1)
        self.files = FileList(self._session, result="What it is, and what was rejected")
        self.stack = QStackedWidget()
        for kind in KINDS:
            operation = find(f"master_{kind}")
            parameters = tuple(each for each in operation.parameters if each.kind != "images")
            self.forms[kind] = form = Form(parameters, self._session, None)
            form.show_defaults()
            self.stack.addWidget(explained(operation, form, scaled(SIDE) - 20))
            follow_method(form)
        self.save = QCheckBox("Save it as", checked=True)
        self.target = QLineEdit()
        self.choose = QPushButton("Choose…")
        self.choose.setAutoDefault(False)
        self.overwrite = QCheckBox("Overwrite a file that is there already")
        self.remember = QCheckBox("Look for masters there when frames are calibrated", checked=True)
        self.few, self.note, self.problem = (QLabel(wordWrap=True) for _ in range(3))
        paint_red(self.problem)
        self.problem.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.ok = self.buttons.addButton("Make the master", QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.ok.setDefault(True)
        self._arrange()

    def _arrange(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.files, 1)
        column.addWidget(self.few)
        column = QVBoxLayout(right)
        column.setContentsMargins(6, 0, 0, 0)
        kind = QFormLayout()
        kind.addRow("The frames are:", self.kind)
        column.addLayout(kind)
        column.addWidget(self.stack, 1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(left)
        both.addWidget(right)
        both.setStretchFactor(0, 1)
        both.setChildrenCollapsible(False)
        both.setSizes([self.width() - scaled(SIDE), scaled(SIDE)])
        target, boxes, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        target.addWidget(self.save)
        target.addWidget(self.target, 1)
        target.addWidget(self.choose)
        boxes.addWidget(self.overwrite)
        boxes.addWidget(self.remember)
        boxes.addStretch(1)
        below.addWidget(self.note, 1)
        below.addWidget(self.problem, 1)
        below.addWidget(self.buttons)
        whole = QVBoxLayout(self)
        whole.addWidget(both, 1)
        for layout in (target, boxes, below):
            whole.addLayout(layout)

    def _connect(self) -> None:
        session = self._session
        self.files.changed.connect(self._files_changed)
        self.files.said.connect(self._say)
        self.kind.currentIndexChanged.connect(lambda _index: self._kind_changed())
        for form in self.forms.values():
            form.changed.connect(self._form_changed)
        self.target.textEdited.connect(self._target_chosen)
        self.choose.clicked.connect(lambda _on: self._ask_for_target())
        self.save.toggled.connect(lambda _on: self._refresh())
        self.ok.clicked.connect(lambda _on: self.make())
        self.buttons.rejected.connect(self.reject)
        self.creating.made.connect(self._made)
        self.creating.failed.connect(self._complain)
        self.creating.changed.connect(self._refresh)
        session.documents_changed.connect(self._documents_changed)
        self.finished.connect(self._end)

    def _end(self, _result: Any) -> None:
        session = self._session
        self._work.abandon()
        self.suggesting.abandon()
        self.creating.close()
        session.documents_changed.disconnect(self._documents_changed)
