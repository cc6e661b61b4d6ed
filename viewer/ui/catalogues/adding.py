"""Adding catalogues to the window: what draws them, what a click tells, and the window that lists them."""

from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.session.layer import Shown
from viewer.ui.action import Action, has_picture
from viewer.ui.catalogues.item import CataloguesItem
from viewer.ui.catalogues.pick import CataloguePick, tell_object

if TYPE_CHECKING:
    from viewer.ui.catalogues.window import CataloguesWindow
    from viewer.ui.main_window import MainWindow

ACTIONS = (
    Action(
        "Measure",
        "Catalogues…",
        lambda w: show_catalogues(w),
        enabled=has_picture,
        tip="Show a catalogue of your own, or stars of Gaia and objects of SIMBAD, over the image.",
    ),
)


def add_catalogues(window: "MainWindow") -> None:
    """Give the picture of a window its catalogues.

    Parameters
    ----------
    window : MainWindow
        Its image view has been made.
    """
    item = CataloguesItem(window.session)
    pick = CataloguePick(window.session, item.places)

    def picked(shown: Shown, row: int) -> None:
        listed = _listed(window)
        if listed is not None:
            listed.show_object(shown, row)
        else:
            tell_object(shown, row)

    pick.picked = picked
    window.image_view.add_overlay(item)
    window.image_view.add_tool(pick)


def show_catalogues(window: "MainWindow", path: Path | None = None) -> "CataloguesWindow":
    """Show the list of catalogues, and read another one.

    Parameters
    ----------
    window : MainWindow
        Its parent.
    path : pathlib.Path, optional
        A file to be read.
    """
    # a window like any other, which the start does without
    from viewer.ui.catalogues.window import CataloguesWindow

    listed = _listed(window) or CataloguesWindow(window.session, window)
    listed.show()
    listed.raise_()
    if path is not None:
        listed.read(path)
    return listed


def _listed(window: "MainWindow") -> "CataloguesWindow | None":
    # as above: without it, there is no such window
    from viewer.ui.catalogues.window import CataloguesWindow

    return next((each for each in window.findChildren(CataloguesWindow) if each.isVisible()), None)
