"""Measuring: gives the complete window the tools, overlays and menu entries for stars, regions and plots."""

from typing import TYPE_CHECKING

from viewer.ui.catalogues.adding import add_catalogues
from viewer.ui.contours.adding import add_contours
from viewer.ui.examine.adding import add_examining
from viewer.ui.lightcurve.adding import add_light_curves
from viewer.ui.measure_actions import ACTIONS
from viewer.ui.regions.adding import add_regions
from viewer.ui.regions.waiting import draw_waiting_regions
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
    add_contours(window)
    add_catalogues(window)
    add_stars(window)
    add_light_curves(window)
    add_regions(window)
    # last: in its modes it is asked first
    add_examining(window)
    window.menus.add(ACTIONS)
    draw_waiting_regions(window)
