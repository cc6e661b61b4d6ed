"""Local: how the pixels lie on the sky around many positions."""

from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.skyframes import vectors

if TYPE_CHECKING:
    from viewer.core.world import World

Array = np.ndarray[Any, np.dtype[Any]]

SIMILAR = 0.01
"""Where pixels are square to this, a circle on the sky is one of pixels: to 0.5 % of its radius."""

_ARCSEC = np.degrees(1) * 3600


def sky_matrices(world: "World", x: Array, y: Array, frame: str, plane: tuple[int, ...]) -> Array:
    """Return how far west and north (rows, arcseconds) a pixel along x and along y (columns) goes.

    Parameters
    ----------
    world : World
        Of the image.
    x, y : numpy.ndarray
        Positions, 0-based, of shape (n,).
    frame : str
        Whose north.
    plane : tuple of int
        Of a cube.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2, 2); NaN where there is no sky. West, since angles on the sky are counted from there
        through north: as counter-clockwise from the x axis of an image that is not turned.
    """
    here = vectors(*world.skies(x, y, frame, plane))
    axis = np.hypot(here[0], here[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        west = np.stack([here[1], -here[0], np.zeros_like(axis)]) / axis
    # north = (towards the pole) here x east
    north = -np.cross(here, west, axis=0)
    steps = []
    for dx, dy in ((0.5, 0.0), (0.0, 0.5)):
        ahead = vectors(*world.skies(x + dx, y + dy, frame, plane))
        behind = vectors(*world.skies(x - dx, y - dy, frame, plane))
        step = (ahead - behind) * _ARCSEC
        steps.append(np.stack([(west * step).sum(axis=0), (north * step).sum(axis=0)]))
    return np.moveaxis(np.stack(steps, axis=1), 2, 0)


def scales_of(matrices: Array) -> tuple[Array, Array]:
    """Return the mean scale of each matrix, and whether it is the same in all directions."""
    with np.errstate(invalid="ignore", divide="ignore"):
        scales = np.sqrt(np.abs(np.linalg.det(matrices)))
        squares = np.swapaxes(matrices, 1, 2) @ matrices / (scales**2)[:, None, None]
        similar = (np.abs(squares - np.eye(2)) <= SIMILAR).all(axis=(1, 2))
    return scales, similar
