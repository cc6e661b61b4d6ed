"""FoundDelegate: what was found in the guide, with its heading and the words around it."""

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

PAGE_TITLE, EXCERPT = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
# Lines of the excerpt below the heading; pixels around both.
LINES, MARGIN = 2, 5


class FoundDelegate(QStyledItemDelegate):
    """Draws the heading in bold letters and the excerpt below it."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """As high as heading and excerpt."""
        return QSize(0, (1 + LINES) * QFontMetrics(option.font).lineSpacing() + 2 * MARGIN)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw one line."""
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        style, selected = option.widget.style(), bool(option.state & QStyle.StateFlag.State_Selected)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        area = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        height = QFontMetrics(option.font).lineSpacing()
        heading = QFont(option.font)
        heading.setBold(True)
        roles = QPalette.ColorRole
        painter.save()
        painter.setFont(heading)
        painter.setPen(option.palette.color(roles.HighlightedText if selected else roles.Text))
        line = QFontMetrics(heading).elidedText(title, Qt.TextElideMode.ElideRight, area.width())
        first = QRect(area.left(), area.top(), area.width(), height)
        painter.drawText(first, 0, line)
        painter.setFont(option.font)
        if not selected:
            painter.setPen(option.palette.color(roles.PlaceholderText))
        first.setLeft(first.left() + QFontMetrics(heading).horizontalAdvance(f"{line}  "))
        page = QFontMetrics(option.font).elidedText(
            index.data(PAGE_TITLE), Qt.TextElideMode.ElideRight, first.width()
        )
        painter.drawText(first, 0, page)
        painter.drawText(area.adjusted(0, height, 0, 0), Qt.TextFlag.TextWordWrap, index.data(EXCERPT) or "")
        painter.restore()
