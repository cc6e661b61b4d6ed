"""TilesDialog: asks how many tiles an image is to be split into."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from viewer.core.parameter import Parameter
from viewer.core.session.document import Document
from viewer.core.session.session import Session
from viewer.ui.dialogs.form import Form
from viewer.ui.texts import sentence as as_sentence

# each of them is an image in the list
MOST = 100


class TilesDialog(QDialog):
    """Rows and columns of the grid, and how large the tiles will be.

    Parameters
    ----------
    session, document
        The image.
    parameters : tuple of Parameter
        Of rows and columns.
    parent : QWidget, optional
        As in Qt.

    Attributes
    ----------
    chosen : pyqtSignal of int, int
        Rows and columns were entered.
    """

    chosen = pyqtSignal(int, int)

    def __init__(
        self,
        session: Session,
        document: Document,
        parameters: tuple[Parameter, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Split into tiles – {document.name}")
        self._session = session
        self._document = document
        self.form = Form(parameters, session, document)
        self.result_text = QLabel(wordWrap=True)
        self.result_text.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        column = QVBoxLayout(self)
        column.addWidget(QLabel("Every tile is opened as an image; all together are the whole."))
        column.addSpacing(6)
        for part in (self.form, self.result_text, self.buttons):
            column.addWidget(part)
        self.setMinimumWidth(self.sizeHint().width())
        self.form.show_defaults()
        self.form.changed.connect(self._changed)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(*self.form.values().values()))
        session.documents_changed.connect(self._documents_changed)
        self.finished.connect(self._end)
        self._changed()

    def _changed(self) -> None:
        problem = self.form.problem
        if not problem:
            rows, columns = self.form.values().values()
            height, width = self._document.picture.frame.image_shape
            text = f"{rows * columns} images of about {width / columns:.0f} × {height / rows:.0f} pixels"
            if rows * columns > MOST:
                problem = f"{rows * columns} tiles are too many: no more than {MOST} can be opened at once."
            elif rows > height or columns > width:
                problem = f"There are more tiles than pixels: the image has {width} × {height}."
        self.result_text.setText(as_sentence(problem) if problem else text)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)

    def _documents_changed(self) -> None:
        if self._document not in self._session.documents or self._document.picture is None:
            self.reject()

    def _end(self, _result: int) -> None:
        self._session.documents_changed.disconnect(self._documents_changed)
        self.deleteLater()
