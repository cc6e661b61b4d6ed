"""Flow: a row of controls that goes on in the next line where the window is narrow."""

from PyQt6.QtCore import QPoint, QRect, QSize, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QWidget

SPACING = 6


class Flow(QLayout):
    """Puts widgets beside each other, as many as fit; those that can grow get the room that a line has left.

    Parameters
    ----------
    parent : QWidget, optional
        As in Qt.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(SPACING)

    def addItem(self, item: QLayoutItem | None) -> None:
        """Add one at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        """Return one of them."""
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        """Remove one of them."""
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """The height depends on how many lines there are."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines."""
        lines = self._lines(width)
        return sum(_height(line) for line in lines) + self.spacing() * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        """All in one line."""
        items = self._shown()
        width = sum(item.sizeHint().width() for item in items) + self.spacing() * max(0, len(items) - 1)
        return QSize(width, _height(items))

    def minimumSize(self) -> QSize:
        """The widest of them, and one line."""
        items = self._shown()
        return QSize(max((item.minimumSize().width() for item in items), default=0), _height(items))

    def setGeometry(self, rect: QRect) -> None:
        """Put all of them in their places."""
        super().setGeometry(rect)
        top = rect.top()
        for line in self._lines(rect.width()):
            widths = [item.sizeHint().width() for item in line]
            growing = [
                place
                for place, item in enumerate(line)
                if item.expandingDirections() & Qt.Orientation.Horizontal
            ]
            room = rect.width() - sum(widths) - self.spacing() * (len(line) - 1)
            for place in growing:
                widths[place] += room // len(growing)
            left, height = rect.left(), _height(line)
            for item, width in zip(line, widths, strict=True):
                own = item.sizeHint().height()
                item.setGeometry(
                    QRect(QPoint(left, top + (height - own) // 2), QSize(min(width, rect.width()), own))
                )
                left += width + self.spacing()
            top += height + self.spacing()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._shown():
            own = item.sizeHint().width()
            if lines[-1] and used + own > width:
                lines.append([])
                used = 0
            lines[-1].append(item)
            used += own + self.spacing()
        return lines


def _height(line: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in line), default=0)


def labelled(text: str, *fields: QWidget) -> QWidget:
    """Return fields with their name before them, which stay together."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(4, 0, 0, 0)
    row.setSpacing(4)
    label = QLabel(text)
    label.setBuddy(fields[0])
    row.addWidget(label)
    for field in fields:
        row.addWidget(field)
    return both
