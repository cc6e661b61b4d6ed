"""Mappings: where the pixels of one grid lie on another, as a matrix or, for curved ones, as polynomials."""

import numpy as np
from numpy.polynomial import polynomial

from viewer.core.operations.common import Array


def places(mapping: Array, start: int, stop: int, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Return y and x in the image of all pixels in the rows start ... stop - 1 of a grid.

    Parameters
    ----------
    mapping
        Either (2, 3): x' = m[0] (x, y, 1) and y' = m[1] (x, y, 1); or (2, n, n): the coefficients of
        polynomials in y and x, which run from -1 to 1 over the grid.
    start, stop
        Rows of the grid.
    shape
        Rows and columns of the grid.
    """
    rows, columns = np.arange(start, stop, dtype=float), np.arange(shape[1], dtype=float)
    if mapping.ndim == 2:
        in_x, in_y = (row[0] * columns + (row[1] * rows + row[2])[:, np.newaxis] for row in mapping)
        return in_y, in_x
    v, u = unit_range(rows, shape[0]), unit_range(columns, shape[1])
    return polynomial.polygrid2d(v, u, mapping[1]), polynomial.polygrid2d(v, u, mapping[0])


def unit_range(values: Array, size: int) -> Array:
    """Return positions 0 ... size - 1 as -1 ... 1."""
    return 2 * values / max(size - 1, 1) - 1


def place(mapping: Array, points: Array, shape: tuple[int, int]) -> Array:
    """Return where points (n, 2) of (x, y) on a grid lie in the image."""
    if mapping.ndim == 2:
        return np.asarray(points @ mapping[:, :2].T + mapping[:, 2])
    v, u = unit_range(points[:, 1], shape[0]), unit_range(points[:, 0], shape[1])
    return np.stack([polynomial.polyval2d(v, u, axis) for axis in mapping], axis=1)


def area(mapping: Array, start: int, stop: int, shape: tuple[int, int]) -> Array | float:
    """Return how many pixels of the image each pixel of the grid covers: values times it keep the flux."""
    if mapping.ndim == 2:
        return float(abs(np.linalg.det(mapping[:, :2])))
    rows, columns = np.arange(start, stop, dtype=float), np.arange(shape[1], dtype=float)
    v, u = unit_range(rows, shape[0]), unit_range(columns, shape[1])
    (x_v, x_u), (y_v, y_u) = (
        [polynomial.polygrid2d(v, u, polynomial.polyder(axis, axis=number)) for number in (0, 1)]
        for axis in mapping
    )
    return np.asarray(abs(x_u * y_v - x_v * y_u) * 4 / max(shape[0] - 1, 1) / max(shape[1] - 1, 1))


def by_whole_pixels(mapping: Array) -> bool:
    """Whether a mapping moves by whole pixels, perhaps flips, and does nothing else."""
    return (
        mapping.ndim == 2
        and np.array_equal(np.abs(mapping[:, :2]), np.eye(2))
        and np.array_equal(mapping[:, 2], np.rint(mapping[:, 2]))
    )
