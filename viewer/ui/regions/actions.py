"""The entries of regions in the menu Measure."""

from viewer.core.session.session import Session
from viewer.ui.action import Action, Rule, has_picture, separator
from viewer.ui.regions.bar import TOOLS
from viewer.ui.regions.files import ask_for_regions, ask_where_to_save

MENU = "Measure/Draw a region"


def _has_regions(session: Session) -> bool:
    return bool(session.overlays.layer.regions)


def _is_tool(name: str) -> Rule:
    return lambda session: session.overlays.tool == name


def _tool_action(name: str, tip: str) -> Action:
    # what follows the colon is how it is drawn
    text = {"pan": "No shape: the usual mouse", "select": "Select by a rectangle"}.get(
        name, tip.partition(":")[0]
    )
    return Action(
        MENU,
        text,
        lambda w: w.session.overlays.set_tool(name),
        (),
        has_picture,
        _is_tool(name),
        tip=tip,
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "Measure",
        "Regions",
        lambda w: w.docks.show("Regions"),
        ("Ctrl+G",),
        has_picture,
        tip="Draw shapes on the image, and the statistics of what is inside.",
    ),
    *(_tool_action(name, tip) for name, tip in TOOLS[:2]),
    separator(MENU),
    *(_tool_action(name, tip) for name, tip in TOOLS[2:]),
    Action(
        "Measure",
        "Load regions…",
        lambda w: ask_for_regions(w.session, w),
        (),
        has_picture,
        tip="Draw the regions of a DS9, CASA or FITS region file over the image.",
    ),
    Action(
        "Measure",
        "Save regions…",
        lambda w: ask_where_to_save(w.session, w, w.session.overlays.layer.regions),
        (),
        _has_regions,
        tip="Write all regions of the image as a DS9 region file.",
    ),
)
