"""Following: where stars that were marked in one frame are in another one."""

import math
from typing import Any

import numpy as np

from viewer.core.measure.aperture import sky_level
from viewer.core.measure.locate import star_near
from viewer.core.measure.window import is_inside, pixels_around
from viewer.core.operations.mapping import place
from viewer.core.operations.starfinding import moments

Array = np.ndarray[Any, np.dtype[Any]]

# how many full widths at half maximum a star is looked at in each direction
FOLLOWED_FWHM = 2.5


def followed_places(mapping: Array, xs: Any, ys: Any, shape: tuple[int, int]) -> Array:
    """Return where positions of a reference frame, counted from 1, lie in another frame, as (x, y) from 1.

    Parameters
    ----------
    mapping
        From pixels of the reference to those of the frame, as `mapping_to` finds it.
    xs, ys
        Positions in the reference.
    shape
        Rows and columns of the reference.
    """
    points = np.stack([np.asarray(xs, float) - 1, np.asarray(ys, float) - 1], axis=1)
    return np.asarray(place(mapping, points, shape) + 1)


def followed_star(data: Array, *, x: float, y: float, search: float = 8.0) -> dict[str, Any]:
    """Find the star at a position that is known roughly, and its centre and width.

    From the position it goes uphill to the top of the star; centre and width are moments under a Gaussian
    window that is adapted to the star, which for a Gaussian are exact.

    Parameters
    ----------
    data
        The image, two axes; missing pixels are NaN.
    x, y
        Where the star should be, as FITS counts: the first pixel is 1, 1.
    search
        How far from there it may be, in pixels.

    Returns
    -------
    dict
        x, y: the centre, as FITS counts; fwhm: full width at half maximum in pixels; moved: distance from
        where it should have been; lost: why it was not found, or empty. Numbers are NaN then.
    """
    column, row = x - 1, y - 1
    if not is_inside(data, column, row):
        return lost_star("outside the image")
    values, left, low = pixels_around(data, column, row, search + 15)
    at_x, at_y, width, _ = star_near(values, column - left, row - low, search)
    if not math.isfinite(at_x):
        return lost_star("no star there")
    half = int(min(max(math.ceil(FOLLOWED_FWHM * width), 4), 25))
    middle_x, middle_y = left + round(at_x), low + round(at_y)
    values, left, low = pixels_around(data, middle_x, middle_y, half)
    light = np.zeros((2 * half + 1, 2 * half + 1))
    wide, _, _ = pixels_around(data, middle_x, middle_y, 2 * half + 6)
    level = sky_level(wide[np.isfinite(wide)], "median")[0]
    rows = slice(low - middle_y + half, low - middle_y + half + values.shape[0])
    columns = slice(left - middle_x + half, left - middle_x + half + values.shape[1])
    light[rows, columns] = np.nan_to_num(values - level)
    side = np.arange(-half, half + 1, dtype=float)
    star = moments(light[np.newaxis], side, width / 2.3548)[0]
    found_x, found_y = middle_x + float(star["x"]) + 1, middle_y + float(star["y"]) + 1
    moved = math.hypot(found_x - x, found_y - y)
    if not math.isfinite(moved):
        return lost_star("its centre cannot be measured")
    if moved > search:
        return lost_star(f"the nearest star is {moved:.1f} px away")
    return {"x": found_x, "y": found_y, "fwhm": float(star["fwhm"]), "moved": moved, "lost": ""}


def lost_star(why: str) -> dict[str, Any]:
    """Return the answer for a star that was not found."""
    return {"x": math.nan, "y": math.nan, "fwhm": math.nan, "moved": math.nan, "lost": why}
