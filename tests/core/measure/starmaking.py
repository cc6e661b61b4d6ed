"""Stars whose truth is known, for the tests that measure them."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def star_image(
    shape: tuple[int, int],
    x: float,
    y: float,
    flux: float,
    fwhm: float,
    *,
    ellipticity: float = 0.0,
    theta: float = 0.0,
    beta: float | None = None,
    parts: int = 1,
) -> Array:
    """Return a Gaussian, or a Moffat star with `beta`, at x, y (from 0).

    A pixel has the value at its centre, or the mean at the centres of `parts` × `parts` parts of it.
    """
    major, minor = fwhm / np.sqrt(1 - ellipticity), fwhm * np.sqrt(1 - ellipticity)
    cosine, sine = np.cos(np.radians(theta)), np.sin(np.radians(theta))
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(float)
    image = np.zeros(shape)
    steps = (np.arange(parts) - (parts - 1) / 2) / parts
    for step_y in steps:
        for step_x in steps:
            dx, dy = columns + step_x - x, rows + step_y - y
            square = ((dx * cosine + dy * sine) / major) ** 2 + ((dy * cosine - dx * sine) / minor) ** 2
            if beta is None:
                light = np.exp(-4 * np.log(2) * square) * 4 * np.log(2) / np.pi
            else:
                scale = 4 * (2 ** (1 / beta) - 1)
                light = (1 + scale * square) ** -beta * (beta - 1) * scale / np.pi
            image += light / (major * minor) / parts**2
    return flux * image
