"""CardDialog: asks for a new card of the header, and shows it as it will be in the file."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from viewer.core.cardtext import CARD
from viewer.core.errors import ViewerError
from viewer.core.header_rules import card_problem, check_keyword
from viewer.ui.card_editing import new_card, value_of
from viewer.ui.fitting import fixed_font
from viewer.ui.texts import sentence

if TYPE_CHECKING:
    from viewer.core.call import Call

TEXTS = ("COMMENT", "HISTORY")


class CardDialog(QDialog):
    """Keyword, value and comment, judged as they are typed.

    Parameters
    ----------
    known : tuple of str
        Keywords that the header has already.
    chosen : callable
        Gets the operation that makes the card.
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(
        self, known: tuple[str, ...], chosen: "Callable[[Call], object]", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add a card to the header")
        self._known = known
        self._chosen = chosen
        fixed = fixed_font()
        self.keyword, self.value, self.comment = QLineEdit(), QLineEdit(), QLineEdit()
        self.keyword.setPlaceholderText("OBJECT, COMMENT, HISTORY, ESO TEL NAME …")
        self.value.setPlaceholderText("a number, T or F, or text")
        self.value.setToolTip("Text that looks like a number is put in quotes: '42'")
        self._value_label = QLabel("Value:")
        self.card = QLabel(font=fixed)
        self.card.setTextFormat(Qt.TextFormat.PlainText)
        self.card.setMinimumWidth(self.card.fontMetrics().horizontalAdvance("0") * CARD)
        self.card.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.remark = QLabel(wordWrap=True)
        # a sentence that comes must not move what is typed into
        self.remark.setMinimumHeight(2 * self.remark.fontMetrics().height())
        self.remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        form = QFormLayout()
        form.addRow("Keyword:", self.keyword)
        form.addRow(self._value_label, self.value)
        form.addRow("Comment:", self.comment)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add = self.buttons.addButton("Add", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.card)
        column.addWidget(self.remark)
        column.addWidget(self.buttons)
        for field in (self.keyword, self.value, self.comment):
            field.setFont(fixed)
            field.textChanged.connect(self._judge)
        self._judge()

    def _judge(self) -> None:
        """Say what is wrong, or show the card."""
        keyword = self.keyword.text().strip().upper()
        is_text = keyword in TEXTS
        self._value_label.setText("Text:" if is_text else "Value:")
        self.comment.setEnabled(not is_text)
        problem, card = "", ""
        if keyword:
            problem = self._problem(keyword, is_text)
            card = "" if problem else _card(keyword, self.value.text(), self.comment.text(), is_text)
        known = not problem and not is_text and bool(keyword) and self._is_known(keyword)
        self.add.setText("Replace" if known else "Add")
        self.add.setEnabled(bool(keyword) and not problem)
        self.card.setText(card)
        note = f"There is a card {keyword} already: its value is replaced." if known else ""
        self.remark.setText(sentence(problem) or note)

    def _problem(self, keyword: str, is_text: bool) -> str:
        if is_text:
            return card_problem(keyword, self.value.text())
        try:
            return card_problem(keyword, value_of(self.value.text()), self.comment.text())
        except ViewerError as error:
            return str(error)

    def _is_known(self, keyword: str) -> bool:
        return check_keyword(keyword).removeprefix("HIERARCH ") in self._known

    def _accept(self) -> None:
        self._chosen(new_card(self.keyword.text(), self.value.text().strip(), self.comment.text().strip()))
        self.accept()


def _card(keyword: str, value: str, comment: str, is_text: bool) -> str:
    """Return a card as the file will have it, one line for each 80 letters."""
    # who edits headers has astropy, which the start does without
    from astropy.io.fits import Card

    card = Card(keyword, value) if is_text else Card(check_keyword(keyword), value_of(value), comment)
    image = str(card)
    return "\n".join(image[start : start + CARD].rstrip() for start in range(0, len(image), CARD))
