"""Aiming: what of a reference image the others are aligned by, and where its pixels lie in each of them."""

from typing import Any

import numpy as np
from astropy.io.fits import Header

from viewer.core.errors import ViewerError
from viewer.core.operations.common import Array, floating
from viewer.core.operations.mapping import place
from viewer.core.operations.shifting import correlated_shift
from viewer.core.operations.skymapping import sky_mapping, sky_system
from viewer.core.operations.starfinding import star_table
from viewer.core.operations.starmatching import match_stars

# Stars by which images are aligned, the brightest; and how much they stand out of the noise.
ALIGN_STARS = 2000
ALIGN_SIGMA = 5.0
# With fewer stars in both images, what else they show has to do.
ALIGN_FEW = 10


def aim_of(data: Any, header: Header, align: str) -> dict[str, Any]:
    """Return what has to be known of an image to align others to it.

    Parameters
    ----------
    data, header
        Of the image.
    align
        none, pixels, stars or wcs.
    """
    aim: dict[str, Any] = {"shape": tuple(data.shape[-2:])}
    if align == "wcs":
        aim["sky"] = sky_system(header)
        if aim["sky"] is None:
            raise ViewerError("the image to align with has no coordinates on the sky: align by stars.")
    elif align in ("stars", "pixels"):
        aim["plane"] = one_plane(data)
        aim["stars"] = star_table(aim["plane"], ALIGN_SIGMA, ALIGN_STARS)
    return aim


def mapping_to(
    aim: dict[str, Any], data: Any, header: Header, align: str, affine: bool = False
) -> tuple[Array | None, str, Array]:
    """Return where the pixels of the image that was aimed at lie in another one.

    Returns
    -------
    array or None
        The mapping, as `places` takes it; None if there is none.
    str
        How well it fits, or why there is none: a part of a sentence about the image.
    array
        The stars that were matched (n, 4): x and y in the first image, x and y in the other one.
    """
    pairs = np.zeros((0, 4))
    if align == "none":
        return np.eye(2, 3), "was not moved", pairs
    shape, size = aim["shape"], tuple(data.shape[-2:])
    if align == "wcs":
        sky = sky_system(header)
        if sky is None:
            return None, "it has no coordinates on the sky", pairs
        found = sky_mapping(aim["sky"], sky, shape, size)
        if isinstance(found, str):
            return None, found, pairs
        return settled(found, shape), "was aligned by its coordinates on the sky", pairs
    plane = one_plane(data)
    stars = star_table(plane, ALIGN_SIGMA, ALIGN_STARS)
    matched = match_stars(aim["stars"], stars, size, affine)
    if matched is None:
        few = max(len(aim["stars"]), len(stars)) < ALIGN_FEW
        shift = correlated_shift(aim["plane"], plane) if few else None
        if shift is None:
            return None, why_unmatched(aim["stars"], stars), pairs
        mapping, why = np.column_stack([np.eye(2), shift]), "was shifted to where it resembles the first most"
    else:
        mapping, numbers = matched
        one, other = aim["stars"][numbers[:, 0]], stars[numbers[:, 1]]
        pairs = np.stack([one["x"], one["y"], other["x"], other["y"]], axis=1)
        why = f"{len(pairs)} stars fit within {rms_of(mapping, pairs, shape):.2f} px"
    if align == "pixels":
        whole = whole_pixels(mapping, shape)
        if whole is None:
            return None, "it is turned or scaled: whole pixels cannot follow, align by stars", pairs
        return whole, why, pairs
    return settled(mapping, shape), why, pairs


def one_plane(data: Any) -> Array:
    """Return an image of two axes: of a cube the mean of its planes."""
    values = floating(np.asarray(data))
    return values if values.ndim == 2 else values.mean(axis=tuple(range(values.ndim - 2)))


def residuals_of(mapping: Array, pairs: Array, shape: tuple[int, int]) -> Array:
    """Return how far each star is from where the mapping puts it, in pixels."""
    off = place(mapping, pairs[:, :2], shape) - pairs[:, 2:]
    return np.asarray(np.hypot(off[:, 0], off[:, 1]))


def rms_of(mapping: Array, pairs: Array, shape: tuple[int, int]) -> float:
    """Return the root of the mean square of the residuals, in pixels; 0 without stars."""
    return float(np.sqrt(np.mean(residuals_of(mapping, pairs, shape) ** 2))) if len(pairs) else 0.0


def central(mapping: Array, shape: tuple[int, int]) -> tuple[float, float, float, float, bool]:
    """Return the shift in x and y, the turn in degrees, the scale, and whether it is mirrored, at the centre.

    The shift is where the centre of the reference lies in the image, minus that centre.
    """
    height, width = shape
    x, y = (width - 1) / 2, (height - 1) / 2
    points = np.array([[x, y], [x + 0.5, y], [x - 0.5, y], [x, y + 0.5], [x, y - 0.5]])
    there = place(mapping, points, shape)
    along_x, along_y = there[1] - there[2], there[3] - there[4]
    area = float(along_x[0] * along_y[1] - along_x[1] * along_y[0])
    mirrored = area < 0
    # of both axes: one alone would take a shear for a turn
    turn = along_x + np.array([along_y[1], -along_y[0]]) * (-1 if mirrored else 1)
    right, up = (there[0] - points[0]).tolist()
    return right, up, float(np.degrees(np.arctan2(turn[1], turn[0]))), float(np.sqrt(abs(area))), mirrored


def settled(mapping: Array, shape: tuple[int, int]) -> Array:
    """Return a shift by whole pixels if a mapping is one to 0.001 pixels: then no value changes."""
    height, width = shape
    corners = np.array([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], float)
    shift = np.rint(place(mapping, corners[:1], shape)[0])
    off = np.abs(place(mapping, corners, shape) - corners - shift).max()
    return np.column_stack([np.eye(2), shift]) if off < 1e-3 else mapping


def whole_pixels(mapping: Array, shape: tuple[int, int]) -> Array | None:
    """Return the nearest mapping by whole pixels, perhaps flipped; None if the image is turned or scaled."""
    linear = np.rint(mapping[:, :2])
    height, width = shape
    if np.abs(linear).tolist() != [[1, 0], [0, 1]] or np.abs(linear - mapping[:, :2]).max() > 0.02:
        return None
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    there = mapping[:, :2] @ centre + mapping[:, 2]
    return np.column_stack([linear, np.rint(there - linear @ centre)])


def why_unmatched(reference: Array, stars: Array) -> str:
    """Return why the stars of an image could not be matched."""
    if len(reference) < 3:
        return f"in the first image only {len(reference)} stars were found, three are needed"
    if len(stars) < 3:
        return f"only {len(stars)} stars were found in it, three are needed"
    return f"its {len(stars)} stars do not match the {len(reference)} of the first image"
