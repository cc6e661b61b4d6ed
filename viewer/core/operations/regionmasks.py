"""Mask the pixels inside of regions, or outside of them."""

import re
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.operation import operation
from viewer.core.operations.common import Array
from viewer.core.shapes.inside import shape_pixels

# how many sizes each shape has
SIZES_OF = {"circle": (1,), "ellipse": (2, 4), "box": (2, 4), "annulus": (2,), "point": (0,), "polygon": (0,)}


def refuse_regions(regions: str, **_: Any) -> str:
    """Return why a text of regions cannot be used, else nothing."""
    try:
        regions_mask(regions, 1, 1)
    except ViewerError as error:
        return str(error)
    return ""


@operation("Process/Mask", "Mask the regions…", refuse=refuse_regions)
def mask_regions(frame: Frame, *, regions: str = "circle(32, 24, 10)", inside: bool = True) -> Frame:
    """Mask the pixels whose centre lies inside of regions, or outside of all of them.

    Masked pixels are shown, calculated with and saved as missing, but keep their values until then. Pixels
    that are masked already stay so. Of a cube, the same pixels of every plane are masked.

    Parameters
    ----------
    regions
        Regions as DS9 writes them in image coordinates (FITS pixels), with semicolons between them:
        circle(x, y, radius), ellipse(x, y, semi-axis, semi-axis, angle), box(x, y, width, height, angle),
        annulus(x, y, inner radius, outer radius), polygon(x, y, x, y, …), point(x, y). A minus in front takes
        the pixels of a region out of those of the others.
    inside
        Mask what is inside of the regions; otherwise all the rest.
    """
    found = regions_mask(regions, *frame.image_shape)
    if not inside:
        found = ~found
    found = np.broadcast_to(found, frame.shape)
    mask = found.copy() if frame.mask is None else frame.mask | found
    return frame.derive(mask=mask)


def regions_mask(text: str, rows: int, columns: int) -> Array:
    """Return which pixels lie in the regions of a text, and in none that begins with a minus."""
    wanted, unwanted = np.zeros((rows, columns), bool), np.zeros((rows, columns), bool)
    several = 0
    for each in text.split(";"):
        line = each.split("#")[0].strip()
        if not line or line.lower() == "image":
            continue
        found = re.fullmatch(r"([-+!]?)\s*(\w+)\s*\(([^()]*)\)", line)
        if not found:
            raise ViewerError(f"“{line}” is no region: write one as circle(32, 24, 10).")
        kind, points, size, angle = numbers_of_region(found[2].lower(), found[3], line)
        mask, row, column = shape_pixels(kind, points, size, angle, rows, columns)
        target = unwanted if found[1] in ("-", "!") else wanted
        target[row : row + mask.shape[0], column : column + mask.shape[1]] |= mask
        several += target is wanted
    # regions that are left out of nothing are left out of the image
    return (wanted if several else True) & ~unwanted


def numbers_of_region(
    shape: str, text: str, line: str
) -> tuple[str, tuple[tuple[float, float], ...], tuple[float, ...], float]:
    """Return kind, points (from 0), size and angle of a region."""
    try:
        numbers = [float(word) for word in re.split(r"[\s,]+", text.strip())]
    except ValueError:
        raise ViewerError(f"“{line}” does not have numbers alone in its brackets.") from None
    pairs = len(numbers) if shape == "polygon" else 2
    points = tuple((x - 1, y - 1) for x, y in zip(numbers[:pairs:2], numbers[1:pairs:2], strict=False))
    size, angle = numbers[pairs:], 0.0
    if shape in ("ellipse", "box") and len(size) % 2:
        angle = size.pop()
    valid = len(size) in SIZES_OF.get(shape, ()) and len(points) >= (3 if shape == "polygon" else 1)
    if not valid or len(numbers) % 2 * (shape == "polygon") or not np.isfinite(numbers).all():
        raise ViewerError(f"“{line}” is no region that has an inside: see the description of the regions.")
    if len(size) == 4:
        shape = f"{shape} annulus"
    return shape, points, tuple(size), angle
