"""Adding light curves to the window: the tool that marks stars, and the menu's entries."""

from typing import TYPE_CHECKING

from viewer.ui.action import Action, has_picture
from viewer.ui.lightcurve.marking import MarkTool
from viewer.ui.night.opening import chosen, lights_of

if TYPE_CHECKING:
    from viewer.ui.lightcurve.window import LightCurveWindow
    from viewer.ui.lightcurve.zeropoint import ZeroPointDialog
    from viewer.ui.main_window import MainWindow

ACTIONS = (
    Action(
        "Measure",
        "Light curve…",
        lambda w: show_light_curve(w),
        enabled=has_picture,
        tip="Measure a star against others through a series of frames.",
    ),
    Action(
        "Measure",
        "Zero point…",
        lambda w: show_zero_point(w),
        enabled=has_picture,
        tip="Find the magnitude of one count from stars whose magnitudes are known.",
    ),
)


def add_light_curves(window: "MainWindow") -> None:
    """Let stars be marked in the picture of a window.

    Parameters
    ----------
    window : MainWindow
        Its image view has been made.
    """
    window.image_view.add_tool(MarkTool(window.session))


def show_light_curve(window: "MainWindow") -> "LightCurveWindow":
    """Show the window of light curves."""
    # it needs plots and tables, which the start does without
    from viewer.ui.lightcurve.window import LightCurveWindow

    shown = window.findChild(LightCurveWindow)
    if shown is None:
        tool = next(tool for tool in window.image_view.mouse.tools if isinstance(tool, MarkTool))
        shown = LightCurveWindow(window.session, tool, window)
    entries = chosen(window)
    if entries:
        # those that are selected in the folder's table
        shown.files.add(lights_of(window.session, entries))
    shown.show()
    shown.raise_()
    return shown


def show_zero_point(window: "MainWindow") -> "ZeroPointDialog":
    """Show the window of the zero point."""
    # as above
    from viewer.ui.lightcurve.zeropoint import ZeroPointDialog

    dialog = ZeroPointDialog(window.session, window)
    dialog.show()
    return dialog
