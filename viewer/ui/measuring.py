"""Measuring: gives the complete window the tools, overlays and menu entries for stars, regions and plots."""

from typing import TYPE_CHECKING

from viewer.ui.measure_actions import ACTIONS
from viewer.ui.regions.adding import add_regions
from viewer.ui.stars.item import StarsItem
from viewer.ui.stars.pick import StarPick

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def add_measuring(window: "MainWindow") -> None:
    """Add what measures to a window that is complete otherwise.

    Parameters
    ----------
    window : MainWindow
        Its menus have been made and its operations loaded.
    """
    session, view = window.session, window.image_view
    for overlay in (StarsItem,):
        view.add_overlay(overlay(session))
    for tool in (StarPick,):
        view.add_tool(tool(session))
    add_regions(window)
    window.menus.add(ACTIONS)
