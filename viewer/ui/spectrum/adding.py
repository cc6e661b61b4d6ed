"""Adding spectra to the window: the entry of the menu, and what it opens."""

from typing import TYPE_CHECKING

from viewer.ui.action import Action, has_picture

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow
    from viewer.ui.spectrum.panel import SpectrumPanel


def open_spectrum(window: "MainWindow") -> "SpectrumPanel":
    """Show the spectrum under the picture."""
    # what spectra need is loaded for those who want one
    from viewer.ui.spectrum.extracting import Extracting
    from viewer.ui.spectrum.item import SlitItem
    from viewer.ui.spectrum.panel import SpectrumPanel
    from viewer.ui.spectrum.tool import SlitTool

    made: SpectrumPanel | None = window.findChild(SpectrumPanel)
    if made is None:
        extracting = Extracting(window.session)
        window.image_view.add_overlay(SlitItem(extracting))
        window.image_view.add_tool(SlitTool(extracting))
        made = panel = SpectrumPanel(window.session, extracting)
        dock = window.docks.add_below("Spectrum", panel)
        # behind another tab it is not visible, but not hidden either
        dock.visibilityChanged.connect(lambda _seen: panel.stop() if dock.isHidden() else panel.start())
    window.docks.show("Spectrum")
    made.start()
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
