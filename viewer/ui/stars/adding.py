"""Adding stars to the window: what draws them, what picks them, and the entries of the menu."""

from typing import TYPE_CHECKING

from viewer.ui.action import Action, has_picture
from viewer.ui.stars.beside import is_beside, toggle_beside
from viewer.ui.stars.item import StarsItem
from viewer.ui.stars.pick import StarPick

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def find_stars(window: "MainWindow") -> None:
    """Show the panel, and look for the stars of the image unless they are there."""
    window.docks.show("Stars")
    if window.session.overlays.layer.stars is None:
        window.docks.stars.find()


ACTIONS = (
    Action(
        "Measure",
        "Find stars",
        find_stars,
        ("Ctrl+J",),
        has_picture,
        tip="Find the stars of the image, circle them and list them.",
    ),
    Action(
        "Measure",
        "Side by side with the stars",
        toggle_beside,
        ("Ctrl+Shift+J",),
        has_picture,
        checked=is_beside,
        tip="The plain picture to the left, the one with the stars to the right; both move together.",
    ),
)


def add_stars(window: "MainWindow") -> None:
    """Add what shows stars to a window that is complete otherwise."""
    window.image_view.add_overlay(StarsItem(window.session))
    window.image_view.add_tool(StarPick(window.session))
