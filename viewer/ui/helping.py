"""What the menu Help opens; each is loaded when it is first asked for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viewer.ui.dialogs.desktop import DesktopDialog
    from viewer.ui.help_pages import KeysDialog
    from viewer.ui.help_window import HelpWindow
    from viewer.ui.main_window import MainWindow

FIRST_PAGE = "first-steps"
OPERATIONS_PAGE = "operations"


def show_guide(window: "MainWindow", page: str = "", anchor: str = "") -> "HelpWindow":
    """Show the user's guide; without a page, where it was left.

    Parameters
    ----------
    window : MainWindow
        Whose guide it is; there is one for each.
    page, anchor : str
        Where to open it.
    """
    from viewer.ui.help_window import HelpWindow

    if window.help is None:
        window.help = HelpWindow(window)
        window.destroyed.connect(window.help.deleteLater)
        page = page or FIRST_PAGE
    shown: HelpWindow = window.help
    if page:
        shown.show_place(page, anchor)
    shown.show()
    shown.raise_()
    shown.activateWindow()
    return shown


def show_operation(window: "MainWindow", name: str) -> None:
    """Show what the reference says of an operation."""
    show_guide(window).show_operation(name)


def show_keys(window: "MainWindow") -> None:
    """Show every key and mouse gesture on one page."""
    from viewer.ui.help_pages import KeysDialog

    _show_once(window, KeysDialog)


def show_desktop(window: "MainWindow") -> None:
    """Offer to become the program that opens FITS files on this desktop."""
    from viewer.ui.dialogs.desktop import DesktopDialog

    _show_once(window, DesktopDialog)


def show_about(window: "MainWindow") -> None:
    """Show versions, to copy into a bug report, and the licence."""
    from viewer.ui.help_about import AboutDialog

    AboutDialog(window).open()


def _show_once(window: "MainWindow", kind: "type[KeysDialog] | type[DesktopDialog]") -> None:
    """Show a dialog, or bring it to the front."""
    # one that was closed is there for another moment
    seen = [each for each in window.findChildren(kind) if each.isVisible()]
    dialog = seen[0] if seen else kind(window)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
