"""Adding regions to the window: what draws them, and what the mouse does with them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QInputDialog, QWidget

from viewer.ui.regions.band import BandItem
from viewer.ui.regions.item import RegionsItem
from viewer.ui.regions.tool import RegionTool

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def add_regions(window: "MainWindow") -> RegionTool:
    """Give the picture of a window its regions.

    Parameters
    ----------
    window : MainWindow
        Its image view has been made.

    Returns
    -------
    RegionTool
        What the mouse does with them.
    """
    session, view = window.session, window.image_view
    item = RegionsItem(session)
    tool = RegionTool(session, item.shapes)
    tool.ask_for_words = lambda take: ask_for_words(window, take)
    tool.details_wanted = lambda: show_details(window)
    tool.click_elsewhere = lambda event: view.mouse.click(event, beside=tool)
    view.add_overlay(item)
    view.add_overlay(BandItem(session, tool))
    view.add_tool(tool)
    return tool


def show_details(window: "MainWindow") -> None:
    """Bring the panel to the front, where the numbers of the selected region can be typed."""
    window.docks.show("Regions")
    window.docks.regions.refresh()
    window.docks.regions.edit()


def ask_for_words(parent: QWidget, take: Callable[[str], object]) -> None:
    """Ask for the words of a text; nothing is made of none."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle("Text in the picture")
    dialog.setLabelText("Words:")
    dialog.textValueSelected.connect(lambda words: take(words.strip()) if words.strip() else None)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
