"""ListField: words one below the other, to be added, changed, moved and removed."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from viewer.core.parameter import Parameter
from viewer.ui.dialogs.fields import Field

LINES = 9


class ListField(Field):
    """A list that is edited in place; its order counts, and is changed by dragging or with buttons."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.list = _Words()
        self._row.addWidget(self.list, 1)
        buttons = QVBoxLayout()
        self.add, self.remove, self.up, self.down = (
            self._button(text, tip, buttons)
            for text, tip in (
                ("Add", "A new line, below the chosen one"),
                ("Remove", "Remove the chosen line (Delete)"),
                ("Up", "Move the chosen line up"),
                ("Down", "Move the chosen line down"),
            )
        )
        buttons.addStretch(1)
        self._row.addLayout(buttons)
        self.setFocusProxy(self.list)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        model = self.list.model()
        for signal in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.rowsMoved):
            signal.connect(self._edited)
        self.list.currentRowChanged.connect(self._enable)
        self._enable()

    @property
    def value(self) -> tuple[str, ...]:
        """See `Field`; lines that were left empty do not count."""
        words = (self.list.item(row).text().strip() for row in range(self.list.count()))
        return self.parameter.check([word for word in words if word])

    def show_value(self, value: tuple[str, ...]) -> None:
        """See `Field`."""
        self.list.clear()
        for word in value:
            self.list.addItem(_line(word))

    def _button(self, text: str, tip: str, column: QVBoxLayout) -> QPushButton:
        button = QPushButton(text, toolTip=tip)
        button.setAutoDefault(False)
        column.addWidget(button)
        return button

    def _edited(self) -> None:
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)

    def _add(self) -> None:
        row = self.list.currentRow()
        row = self.list.count() if row < 0 else row + 1
        self.list.insertItem(row, _line(""))
        self.list.setCurrentRow(row)
        self.list.editItem(self.list.item(row))

    def _remove(self) -> None:
        if self.list.currentRow() >= 0:
            self.list.takeItem(self.list.currentRow())

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        self.list.insertItem(row + step, self.list.takeItem(row))
        self.list.setCurrentRow(row + step)


class _Words(QListWidget):
    """Room for a number of lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )

    def sizeHint(self) -> QSize:
        spacing = self.fontMetrics().lineSpacing() + 4
        return QSize(24 * self.fontMetrics().averageCharWidth(), LINES * spacing)


def _line(word: str) -> QListWidgetItem:
    line = QListWidgetItem(word)
    line.setFlags(
        Qt.ItemFlag.ItemIsEditable
        | Qt.ItemFlag.ItemIsEnabled
        | Qt.ItemFlag.ItemIsSelectable
        | Qt.ItemFlag.ItemIsDragEnabled
    )
    return line
