"""OperationDialog: asks for the arguments of an operation and shows what they will do."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewer.core.apply import why_not
from viewer.core.call import Call
from viewer.core.errors import ViewerError
from viewer.core.operation import Operation
from viewer.core.preview import Preview, preview, preview_created
from viewer.core.progress import Progress
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.dialogs.explained import explained, paint_red
from viewer.ui.dialogs.form import Form, make_quiet
from viewer.ui.dialogs.preview import PreviewPicture
from viewer.ui.dialogs.sides import Look
from viewer.ui.fitting import scaled
from viewer.ui.texts import sentence as as_sentence
from viewer.ui.theme import mark

WIDTH = 420


class OperationDialog(QDialog):
    """Stays beside the window; the preview follows every change of a value and of the view.

    Signals
    -------
    help_wanted
        The user wants to read about the operation.

    Parameters
    ----------
    session : Session
        The state.
    operation : Operation
        What is to be done.
    document : Document or None
        To which image; None for an operation that makes one of nothing.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    over : bool
        It was closed, and will be deleted soon.
    """

    help_wanted = pyqtSignal()

    def __init__(
        self,
        session: Session,
        operation: Operation,
        document: Document | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.operation = operation
        self.document = document
        self.over = False
        self._waiting = False
        self._name = operation.title.rstrip("…")
        self.form = Form(operation.parameters, session, document)
        self.picture = PreviewPicture(session)
        self.note = QLabel()
        make_quiet(self.note)
        self.problem = QLabel(wordWrap=True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Reset
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Ok
        )
        self._arrange()
        self.setMinimumWidth(scaled(WIDTH))
        self._connect()
        self._name_window()
        self.form.show_defaults()
        self._recall()
        self._changed()

    # ------------------------------------------------------------------ what it is made of

    def _arrange(self) -> None:
        whole = QVBoxLayout(self)
        whole.addWidget(self.picture, 1)
        whole.addLayout(self._sides())
        margins = whole.contentsMargins()
        room = scaled(WIDTH) - margins.left() - margins.right()
        whole.addWidget(explained(self.operation, self.form, room), 2)
        paint_red(self.problem)
        self.problem.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.problem.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(self.problem)
        whole.addWidget(self.buttons)
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setDefault(True)
        self.apply_button: QPushButton | None = None
        if self.document is not None:
            self.apply_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Apply)
            self.apply_button.setToolTip("Do it, and keep this window open")
        reset = self.buttons.button(QDialogButtonBox.StandardButton.Reset)
        reset.setToolTip("Back to the values that the operation begins with")
        question = self.buttons.addButton("?", QDialogButtonBox.ButtonRole.HelpRole)
        question.setAutoDefault(False)
        question.setFixedWidth(question.sizeHint().height())
        question.setToolTip("Read in the user guide what it does, with its Python (F1)")
        question.setAccessibleName("Help")

    def _sides(self) -> QHBoxLayout:
        """Return the line below the picture: which side of the operation it shows, and a note."""
        row = QHBoxLayout()
        row.setSpacing(0)
        self.before, self.after = QPushButton("Before"), QPushButton("After")
        group = QButtonGroup(self)
        for button in (self.before, self.after):
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.toggled.connect(lambda _on, button=button: mark(button, button.isChecked()))
            group.addButton(button)
        # an operation that makes an image of nothing has no other side
        if self.document is not None:
            row.addWidget(self.before)
            row.addWidget(self.after)
            row.addSpacing(10)
        self.after.setChecked(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.note, 1)
        return row

    def _connect(self) -> None:
        session = self._session
        self.form.changed.connect(self._changed)
        self.picture.noted.connect(self._show_note)
        self.picture.refused.connect(self._preview_refused)
        if self.document is not None:
            self.picture.before_wanted.connect(
                lambda on: (self.before if on else self.after).setChecked(True)
            )
        self.before.toggled.connect(self.picture.show_before)
        self.buttons.accepted.connect(self._ok)
        self.buttons.rejected.connect(self.reject)
        self.buttons.clicked.connect(self._clicked)
        self.buttons.helpRequested.connect(self.help_wanted)
        QShortcut(QKeySequence("F1"), self, self.help_wanted.emit)
        session.documents_changed.connect(self._documents_changed)
        session.told.connect(self._told)
        for signal in (session.image_changed, session.scale_changed, session.place_changed):
            signal.connect(self._document_changed)
        session.history_changed.connect(self._history_changed)
        self.finished.connect(self._end)

    def _end(self, _result: int) -> None:
        session, self.over = self._session, True
        self.picture.stop()
        session.documents_changed.disconnect(self._documents_changed)
        session.told.disconnect(self._told)
        for signal in (session.image_changed, session.scale_changed, session.place_changed):
            signal.disconnect(self._document_changed)
        session.history_changed.disconnect(self._history_changed)
        self.deleteLater()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin with the first value selected, ready to be typed over."""
        super().showEvent(event)
        first = next(iter(self.form.fields.values()), None)
        if first is not None:
            first.setFocus()

    # ------------------------------------------------------------------ values

    def _recall(self) -> None:
        """Begin with the values of the last time."""
        for text in self._session.settings.remembered:
            if text.startswith(f"{self.operation.name}("):
                try:
                    call = Call.parse(text)
                except ViewerError:
                    # remembered by another version of the program
                    continue
                images = {parameter.name for parameter in self.operation.images}
                self.form.show_values({name: value for name, value in call.items if name not in images})
                return

    def call(self) -> Call:
        """Return what is asked for.

        Raises
        ------
        ViewerError
            If a value is wrong.
        """
        return Call.of(self.operation.name, **self.form.values())

    @property
    def _unsuitable(self) -> str:
        if self.document is None:
            return ""
        if self.document.picture is None:
            return f"{self.document.name} shows no image now."
        return why_not(self.operation, self.document.picture.frame)

    def _changed(self) -> None:
        """Judge what is entered, and show what it will do."""
        problem = self._unsuitable or self.form.problem
        if problem:
            self.picture.stop()
        else:
            self._preview()
        self._show_problem(problem, possible=not problem)

    def _preview(self) -> None:
        call, document = self.call(), self.document
        if document is None or document.picture is None:
            if any(parameter.kind == "images" for parameter in self.operation.images):
                self.picture.stop()
                self._show_note("Made of many images: the result is shown when it is done.")
                return
            find = self._session.finder()
            settings = self._session.settings
            look = Look(upright=settings.honour_row_order, usual=settings.scale)
            self.picture.show_soon(
                lambda budget, progress: preview_created(call, budget, progress, find), look, self._name
            )
            return
        picture, session = document.picture, self._session
        viewport = picture.viewport(session.screen_size, session.settings.honour_row_order)
        height, width = picture.frame.image_shape
        rectangle = viewport.visible(picture.frame.image_shape) or (0, width, 0, height)
        frame, plane, pyramids = picture.frame, picture.plane, picture.pyramids
        find = session.finder()
        look = Look(picture.scale, picture.cuts, plane, viewport.orientation)

        def work(budget: int, progress: Progress) -> Preview:
            return preview(call, frame, plane, rectangle, budget, find, pyramids, progress)

        self.picture.show_soon(work, look, self._name)

    def _preview_refused(self, sentence: str) -> None:
        problem = self._unsuitable or self.form.problem
        self._show_problem(problem or sentence, possible=not problem)

    def _show_problem(self, text: str, possible: bool) -> None:
        self.problem.setText(as_sentence(text))
        for button in (self.ok, self.apply_button):
            if button is not None:
                button.setEnabled(possible)

    def _show_note(self, text: str) -> None:
        self.note.setText(text)
        self.note.setToolTip(text)

    # ------------------------------------------------------------------ doing it

    def _clicked(self, button: QPushButton) -> None:
        role = self.buttons.buttonRole(button)
        if role == QDialogButtonBox.ButtonRole.ResetRole:
            self.form.show_defaults()
        elif role == QDialogButtonBox.ButtonRole.ApplyRole:
            self._apply()

    def _apply(self) -> None:
        try:
            call = self.call()
        except ViewerError as error:
            self._show_problem(str(error), possible=False)
            return
        self._waiting = True
        if self.document is None:
            self._session.create(call)
        else:
            self._session.apply(call, self.document)

    def _ok(self) -> None:
        """Do it and go away; if it is refused, come back with the reason."""
        self.hide()
        self.picture.stop()
        self._apply()

    def _history_changed(self, _document: Document) -> None:
        if self._waiting:
            self._waiting = False
            if not self.isVisible():
                self.accept()

    def _told(self, level: str, text: str) -> None:
        if level == "error" and self._waiting:
            self._waiting = False
            self.show()
            self._show_problem(text, possible=True)

    # ------------------------------------------------------------------ following the session

    def _documents_changed(self) -> None:
        if self.document is not None and self.document not in self._session.documents:
            self.reject()
            return
        self.form.refresh_images()
        self._name_window()
        self._changed()

    def _document_changed(self, document: Document) -> None:
        if document is self.document:
            self._changed()

    def _name_window(self) -> None:
        self.setWindowTitle(self._name if self.document is None else f"{self._name} – {self.document.name}")
