"""What the menu Measure asks of the Examine mode, of cuts, and of what follows the pointer."""

import math
from typing import TYPE_CHECKING

from viewer.core.session.session import Session
from viewer.ui.action import Action, has_picture
from viewer.ui.examine import cut_tool, tool

if TYPE_CHECKING:
    from viewer.ui.main_window import MainWindow


def toggle_mode(window: "MainWindow", mode: str) -> None:
    """Turn a mode of the mouse on, with the panel that answers, or off."""
    overlays = window.session.overlays
    if overlays.tool == mode:
        overlays.set_tool("pan")
    else:
        window.docks.show("Measure")
        overlays.set_tool(mode)
        window.focus_page()


def toggle_examine(window: "MainWindow") -> None:
    """Turn the Examine mode on or off."""
    toggle_mode(window, tool.MODE)


def toggle_cut(window: "MainWindow") -> None:
    """Draw line cuts, or end that."""
    toggle_mode(window, cut_tool.MODE)


def follow(window: "MainWindow", kind: str) -> None:
    """Measure under the pointer, or end that."""
    examining = window.session.examining
    if examining.follows == kind:
        examining.follow("")
    else:
        window.docks.show("Measure")
        examining.follow(kind)
        window.focus_page()


def ask_here(window: "MainWindow", kind: str) -> None:
    """Ask about the selected region, or the surroundings of the pointer or of the middle of the view."""
    window.docks.show("Measure")
    chosen, side = window.session.overlays.layer.chosen, None
    if chosen:
        left, right, bottom, top = chosen[-1].bounds()
        # a point has none, and is looked at with what is around it
        side = math.ceil(max(right - left, top - bottom)) + 1 if max(right - left, top - bottom) > 4 else None
    window.session.examining.ask(kind, *_here(window.session), side=side)
    window.focus_page()


def examines(session: Session) -> bool:
    """Whether the Examine mode is on."""
    return session.overlays.tool == tool.MODE


def cuts(session: Session) -> bool:
    """Whether the mouse draws cuts."""
    return session.overlays.tool == cut_tool.MODE


def _here(session: Session) -> tuple[float, float]:
    """Return what is meant: a selected region's centre, else the pointer, else the middle of the view."""
    chosen = session.overlays.layer.chosen
    if chosen:
        return chosen[-1].centre
    viewport, picture = session.viewport(), session.picture
    place = session.pointer or (viewport.center if viewport is not None else (0.0, 0.0))
    height, width = picture.frame.image_shape if picture is not None else (1, 1)
    return min(max(place[0], 0.0), width - 1.0), min(max(place[1], 0.0), height - 1.0)


ACTIONS = (
    Action(
        "Measure",
        "Examine mode",
        toggle_examine,
        ("E",),
        has_picture,
        examines,
        tip="A click measures a star; imexamine's keys work with the pointer on it; Esc ends the mode.",
    ),
    Action(
        "Measure",
        "Photometer under the pointer",
        lambda w: follow(w, "photometer"),
        ("Ctrl+P",),
        has_picture,
        lambda s: s.examining.follows == "photometer",
        tip="Flux, FWHM, peak and sky of the star under the pointer, wherever it goes.",
    ),
    Action(
        "Measure",
        "Line cut",
        toggle_cut,
        ("Ctrl+L",),
        has_picture,
        cuts,
        tip="Drag a line across the picture; the values along it are plotted.",
    ),
    Action(
        "Measure/Plot",
        "Line under the pointer",
        lambda w: follow(w, "row"),
        (),
        has_picture,
        lambda s: s.examining.follows == "row",
        tip="The values of the row under the pointer, wherever it goes.",
    ),
    Action(
        "Measure/Plot",
        "Column under the pointer",
        lambda w: follow(w, "column"),
        (),
        has_picture,
        lambda s: s.examining.follows == "column",
        tip="The values of the column under the pointer, wherever it goes.",
    ),
    Action(
        "Measure/Plot",
        "Histogram of the image",
        lambda w: ask_here(w, "histogram of all"),
        (),
        has_picture,
        tip="How many pixels have which value.",
    ),
    Action(
        "Measure/Plot",
        "Surface plot",
        lambda w: ask_here(w, "surface"),
        (),
        has_picture,
        tip="The surroundings of the selected region or of the pointer as a landscape.",
    ),
)
