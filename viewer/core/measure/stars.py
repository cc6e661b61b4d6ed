"""Stars: where they are in an image, how bright, how wide and how round."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.operations.aiming import one_plane
from viewer.core.operations.starfinding import star_table

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Stars:
    """The stars of an image, the brightest first.

    Attributes
    ----------
    table : numpy.ndarray
        A row for each star: x, y (from 0), flux and peak (above the background), fwhm, a and b (of the longer
        and the shorter axis) in pixels, theta (of the longer axis, degrees counter-clockwise from x),
        background, noise (of one pixel), saturated.
    shape : tuple of int
        Rows and columns of the image.
    """

    table: Array
    shape: tuple[int, int]

    def __len__(self) -> int:
        return len(self.table)

    @property
    def x(self) -> Array:
        """Columns, counted from 0."""
        return np.asarray(self.table["x"])

    @property
    def y(self) -> Array:
        """Rows, counted from 0."""
        return np.asarray(self.table["y"])

    @property
    def flux(self) -> Array:
        """Sums of the pixels of each, above the background."""
        return np.asarray(self.table["flux"])

    @property
    def peak(self) -> Array:
        """Brightest pixel of each, above the background."""
        return np.asarray(self.table["peak"])

    @property
    def fwhm(self) -> Array:
        """Full width at half maximum, in pixels: the geometric mean of both axes."""
        return np.asarray(self.table["fwhm"])

    @property
    def ellipticity(self) -> Array:
        """1 - b/a: 0 is round."""
        return np.asarray(1 - self.table["b"] / self.table["a"])

    @property
    def theta(self) -> Array:
        """Direction of the longer axis, degrees counter-clockwise from the x axis."""
        return np.asarray(self.table["theta"])

    @property
    def saturated(self) -> Array:
        """Whether the top of each is flat, or at the saturation level."""
        return np.asarray(self.table["saturated"])

    @property
    def clean(self) -> Array:
        """Those fit for measuring widths and fluxes: not saturated, and well above the noise."""
        good = self.table[~self.table["saturated"]]
        bright = good[good["peak"] > 10 * good["noise"]]
        return np.asarray(bright if len(bright) >= 5 else good)


def find_stars(
    data: Array, *, sigma: float = 5.0, limit: int = 5000, saturation: float | None = None
) -> Stars:
    """Find the stars of an image.

    Hot pixels and cosmic rays, which are sharper than stars, are left out, and so is what is much larger. Of
    a cube or a colour image the mean of the planes is looked at.

    Parameters
    ----------
    data : numpy.ndarray
        Two or more axes; missing pixels are NaN.
    sigma : float
        How many times the noise a star has to stand out after the matched filter.
    limit : int
        How many stars to keep, the brightest.
    saturation : float, optional
        Pixels from this value on are full; otherwise a flat top tells.
    """
    plane = one_plane(data)
    rows, columns = plane.shape
    return Stars(star_table(plane, sigma, limit, saturation), (rows, columns))
