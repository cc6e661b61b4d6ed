"""The entries of the menu Measure."""

from viewer.ui.action import Action, has_picture, separator
from viewer.ui.stars.adding import ACTIONS as STAR_ACTIONS

ACTIONS: tuple[Action, ...] = (
    *STAR_ACTIONS,
    Action(
        "Measure",
        "Regions",
        lambda w: w.docks.show("Regions"),
        ("Ctrl+G",),
        has_picture,
        tip="Draw shapes on the image, and the statistics of what is inside.",
    ),
    Action(
        "Measure",
        "Measurements",
        lambda w: w.docks.show("Measure"),
        ("Ctrl+M",),
        has_picture,
        tip="Profiles, fits and photometry of single stars, cuts, and a log of them.",
    ),
    separator("Measure"),
)
