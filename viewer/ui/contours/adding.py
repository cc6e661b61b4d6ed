"""Adding contours to the window: what draws them, and the entry of the menu."""

from typing import TYPE_CHECKING

from viewer.ui.action import Action, has_picture
from viewer.ui.contours.item import ContoursItem

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def add_contours(window: "MainWindow") -> None:
    """Give the picture of a window its contours.

    Parameters
    ----------
    window : MainWindow
        Its image view has been made.
    """
    window.image_view.add_overlay(ContoursItem(window.session))


def ask_for_contours(window: "MainWindow") -> None:
    """Show the dialog, or bring it to the front."""
    # only who draws contours needs it
    from viewer.ui.contours.dialog import ContoursDialog

    dialog = window.findChild(ContoursDialog)
    if dialog is None:
        dialog = ContoursDialog(window.session, window)
    dialog.show()
    dialog.raise_()


ACTIONS = (
    Action(
        "Measure",
        "Contours…",
        ask_for_contours,
        ("Ctrl+U",),
        has_picture,
        tip="Lines of equal value over the picture, of this image or of another one of the same sky.",
    ),
)
