"""Sky cards: coordinates of a header, as they are on the grid of the image that others are aligned with."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from astropy.io.fits import Header

from viewer.core.geometry.moveheader import TABLE, move_header
from viewer.core.geometry.movewcs import remove
from viewer.core.operations.common import Array
from viewer.core.operations.mapping import place
from viewer.core.operations.skymapping import sky_system

# Cards that say where on the sky a pixel is; those of a cube's further axes stay the image's own.
COORDINATES = (
    r"WCS(?:AXES|NAME)[A-Z]?|(?:CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CNAME|CRDER|CSYER)[12][A-Z]?|CROTA[12]"
    r"|(?:CD|PC|PV|PS)[12]_\d+[A-Z]?|(?:LON|LAT)POLE[A-Z]?|RADE(?:SYS[A-Z]?|CSYS)|EQUINOX[A-Z]?"
    r"|(?:A|B|AP|BP)_(?:ORDER|\d_\d)"
)


def moved_to_grid(header: Header, mapping: Array, shape: tuple[int, int]) -> Header:
    """Return the header of an image whose pixels were moved to a grid, by where that grid lies in it."""
    height, width = shape
    corners = np.array([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], float)
    there = np.column_stack([place(mapping, corners, shape), np.ones(4)])
    # the way back, from the image to the grid of the reference
    back = np.round(np.linalg.lstsq(there, corners)[0].T, 12) + 0.0
    moved = move_header(header, back[:, :2], back[:, 2], shape)
    for keyword in list(moved["LT*"]):
        # a card has not room for all digits
        if isinstance(moved[keyword], float):
            moved[keyword] = round(moved[keyword], 9)
    return moved


def take_coordinates(header: Header, other: Header) -> None:
    """Give a header the coordinates of another one, if these need no tables, which are in other HDUs."""
    if "CTYPE1" not in other or any(TABLE.fullmatch(keyword) for keyword in other):
        return
    remove(header, COORDINATES)
    for card in other.cards:
        if re.fullmatch(COORDINATES, card.keyword) and not card.keyword.startswith("WCSAXES"):
            header[card.keyword] = (card.value, card.comment)


def borrow_coordinates(
    header: Header, images: Sequence[Any], mappings: Sequence[Array], shape: tuple[int, int]
) -> list[str]:
    """Give a header without coordinates on the sky those of the first aligned image that has some.

    Returns a sentence that says so, if it was done.
    """
    if sky_system(header) is not None:
        return []
    for image, mapping in zip(images, mappings, strict=True):
        if mapping.ndim == 2 and sky_system(image.header) is not None:
            moved = moved_to_grid(image.header, mapping, shape)
            if sky_system(moved) is not None:
                take_coordinates(header, moved)
                return [f"coordinates on the sky are those of {image.name}"]
    return []
