"""Region files that were opened like images: drawn over the image that is shown as soon as there is one."""

from typing import TYPE_CHECKING

from viewer.ui.action import has_picture
from viewer.ui.regions.files import load_regions

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def draw_waiting_regions(window: "MainWindow") -> None:
    """Draw region files whenever the session has been asked for some, and now if it was before.

    Parameters
    ----------
    window : MainWindow
        Holds the dialog that says what could not be read.
    """
    session = window.session

    def draw(*_values: object) -> None:
        files, waiting = tuple(session.region_files), session.region_files
        if not files:
            return
        if has_picture(session):
            waiting.clear()
            for file in files:
                load_regions(window, file)
        elif not session.opening:
            waiting.clear()
            names = ", ".join(file.name for file in files)
            session.tell("warning", f"{names} holds regions: open the image first that they belong to.")

    for signal in (session.region_files_asked, session.current_changed, session.image_changed):
        signal.connect(draw)
    draw()
