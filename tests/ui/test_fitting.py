"""Windows that are larger than the screen."""

from PyQt6.QtWidgets import QWidget

from viewer.ui.fitting import fit
from viewer.ui.night.stack import StackDialog


def test_a_window_leaves_room_on_a_small_screen(qtbot, session):
    room = QWidget().screen().availableGeometry()
    window = QWidget()
    qtbot.addWidget(window)
    fit(window, 300, 200)
    assert (window.width(), window.height()) == (300, 200)
    fit(window, 9000, 9000)
    assert window.width() == room.width()
    assert window.height() < room.height(), "for the title"
    # the buttons at the bottom can be reached
    dialog = StackDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.height() < room.height()
