"""Measuring: gives the complete window the tools, overlays and menu entries for stars, regions and plots."""

from typing import TYPE_CHECKING

from viewer.ui.measure_actions import ACTIONS
from viewer.ui.regions.adding import add_regions
from viewer.ui.stars.adding import add_stars

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def add_measuring(window: "MainWindow") -> None:
    """Add what measures to a window that is complete otherwise.

    Parameters
    ----------
    window : MainWindow
        Its menus have been made and its operations loaded.
    """
    add_stars(window)
    add_regions(window)
    window.menus.add(ACTIONS)
