"""Adding spectra to the window: the entry of the menu, and what it opens."""

from typing import TYPE_CHECKING

from viewer.ui.action import Action, has_picture

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow
    from viewer.ui.spectrum.window import SpectrumWindow


def open_spectrum(window: "MainWindow") -> "SpectrumWindow":
    """Open the window of the spectrum, or bring it to the front."""
    # what spectra need is loaded for those who want one
    from viewer.ui.spectrum.extracting import Extracting
    from viewer.ui.spectrum.item import SlitItem
    from viewer.ui.spectrum.tool import SlitTool
    from viewer.ui.spectrum.window import SpectrumWindow

    made: SpectrumWindow | None = window.findChild(SpectrumWindow)
    if made is None:
        extracting = Extracting(window.session)
        window.image_view.add_overlay(SlitItem(extracting))
        window.image_view.add_tool(SlitTool(extracting))
        made = SpectrumWindow(window.session, extracting, window)
    made.open()
    return made


ACTIONS = (
    Action(
        "Measure",
        "Spectrum…",
        open_spectrum,
        ("Ctrl+Alt+S",),
        has_picture,
        tip="The spectrum of a long-slit frame with its sky and wavelengths, or of a region of a cube.",
    ),
)
