"""Adding the Examine mode and line cuts to the window."""

from typing import TYPE_CHECKING

from viewer.ui.examine.cut_tool import CutTool
from viewer.ui.examine.item import ExamineItem
from viewer.ui.examine.tool import ExamineTool

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def add_examining(window: "MainWindow") -> None:
    """Give the picture of a window what measures in it.

    Parameters
    ----------
    window : MainWindow
        Its image view has been made.
    """
    session, view = window.session, window.image_view
    view.add_overlay(ExamineItem(session))
    for tool in (CutTool(session), ExamineTool(session)):
        view.add_tool(tool)
