"""What a right click on the table of stars offers."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu

if TYPE_CHECKING:
    from viewer.ui.stars.panel import StarsPanel


def star_menu(panel: "StarsPanel") -> QMenu:
    """Return what can be done with the selected stars."""
    menu = QMenu(panel)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    selected = bool(panel.table.selected_rows())
    some = bool(len(panel.model.shown))
    menu.addAction("Centre in the picture\tEnter", panel.centre).setEnabled(selected)
    menu.addSeparator()
    menu.addAction("Copy rows\tCtrl+C", panel.copy).setEnabled(selected)
    menu.addAction("Export the selected…", panel.export_selected).setEnabled(selected)
    menu.addAction("Export all that are shown…", panel.export).setEnabled(some)
    text = "Make regions of the selected" if selected else "Make regions of all that are shown"
    menu.addAction(text, panel.to_regions).setEnabled(some)
    menu.addSeparator()
    menu.addAction("Select nothing", lambda: panel.session.overlays.mark_stars(())).setEnabled(selected)
    menu.addAction("Take the selected off the list\tDel", panel.remove_selected).setEnabled(selected)
    menu.addAction("Remove all stars", panel.forget).setEnabled(panel.model.table is not None)
    return menu
