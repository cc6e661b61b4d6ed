"""Ticks: check boxes in tables that can be seen in the dark, too."""

from PyQt6.QtCore import QModelIndex
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from viewer.ui.theme import box_palette


class TickDelegate(QStyledItemDelegate):
    """Paints the cells of a column with check boxes; Fusion frames these in a colour like the table's own."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Give the box other colours."""
        super().initStyleOption(option, index)
        option.palette = box_palette(option.palette)
