"""The entries of the menu Measure."""

from viewer.ui.action import Action, has_picture, separator
from viewer.ui.catalogues.adding import ACTIONS as CATALOGUE_ACTIONS
from viewer.ui.contours.adding import ACTIONS as CONTOUR_ACTIONS
from viewer.ui.examine.starting import ACTIONS as EXAMINE_ACTIONS
from viewer.ui.lightcurve.adding import ACTIONS as CURVE_ACTIONS
from viewer.ui.regions.actions import ACTIONS as REGION_ACTIONS
from viewer.ui.spectrum.adding import ACTIONS as SPECTRUM_ACTIONS
from viewer.ui.stars.adding import ACTIONS as STAR_ACTIONS

ACTIONS: tuple[Action, ...] = (
    *STAR_ACTIONS,
    separator("Measure"),
    *REGION_ACTIONS,
    separator("Measure"),
    *EXAMINE_ACTIONS,
    *CONTOUR_ACTIONS,
    Action(
        "Measure",
        "Measurements",
        lambda w: w.docks.show("Measure"),
        ("Ctrl+M",),
        has_picture,
        tip="Profiles, fits and photometry of single stars, cuts, and a log of them.",
    ),
    separator("Measure"),
    *SPECTRUM_ACTIONS,
    *CURVE_ACTIONS,
    *CATALOGUE_ACTIONS,
)
