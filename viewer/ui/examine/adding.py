"""Adding the Examine mode and line cuts to the window."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QTimer

from viewer.ui.examine.cut_tool import CutTool
from viewer.ui.examine.item import ExamineItem
from viewer.ui.examine.tool import ExamineTool

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow

# between two measurements under the pointer: the readout and the picture go first
PAUSE_MS = 50


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
    pause = QTimer(window)
    pause.setSingleShot(True)
    pause.setInterval(PAUSE_MS)
    pause.timeout.connect(session.examining.measure_pointer)
    session.examining.later = lambda: None if pause.isActive() else pause.start()
