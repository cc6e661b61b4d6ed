"""Knob: the round handle outside of a shape that turns it."""

import math
from collections.abc import Callable

from viewer.core.shapes.region import Region

Point = tuple[float, float]
# Logical pixels from the outline.
STEM = 24.0
TURNABLE = ("box", "ellipse", "box annulus", "ellipse annulus")


def knob_of(region: Region, to_screen: Callable[[Point], Point], stem: float) -> tuple[Point, Point] | None:
    """Return where the stem of the knob begins, and the knob itself, on the screen.

    Parameters
    ----------
    region : Region
        Any.
    to_screen : callable
        From a position in the image to one on the screen.
    stem : float
        In the screen's pixels.

    Returns
    -------
    tuple of (float, float) or None
        In the direction of the shape's own second axis; None for a shape that has none to turn.
    """
    if region.kind not in TURNABLE:
        return None
    half = region.size[-1] / (2 if region.kind.startswith("box") else 1)
    middle, beyond = to_screen(region.centre), to_screen(region.place(0, half + 1))
    length = math.dist(middle, beyond)
    foot = to_screen(region.place(0, half))
    along = ((beyond[0] - middle[0]) / length, (beyond[1] - middle[1]) / length)
    return foot, (foot[0] + along[0] * stem, foot[1] + along[1] * stem)
