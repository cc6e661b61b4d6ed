"""Catalogue: objects from a file or a service and where they are, on the sky or in pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from viewer.core.world import World

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Placed:
    """Where the objects of a catalogue are in an image.

    Attributes
    ----------
    x, y : numpy.ndarray
        Pixels, 0-based; NaN where an object has no position in the image's projection.
    inside : numpy.ndarray of bool
        Those on the image.
    """

    x: Array
    y: Array
    inside: Array

    @property
    def count(self) -> int:
        """How many are on the image."""
        return int(np.count_nonzero(self.inside))


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A table of objects with positions. Positions in pixels are those of one image.

    Attributes
    ----------
    name : str
        What the user calls it.
    columns : mapping of str to numpy.ndarray
        All columns as they were given, of equal length: numbers (NaN for nothing) or texts.
    units : mapping of str to str
        Units of those columns that have one.
    x, y : numpy.ndarray or None
        Pixels, 0-based with centres on integers.
    ra, dec : numpy.ndarray or None
        ICRS, degrees.
    origin : str
        The file, or the service and what it was asked.
    notes : tuple of str
        How it was understood and what was left out, a sentence each.
    magnitude : str
        The column that tells the brightness, in magnitudes; empty if there is none.
    flux : str
        The column that tells the brightness, in any linear unit, if there are no magnitudes.
    label : str
        The column that names the objects; empty if there is none.
    """

    name: str
    columns: Mapping[str, Array]
    units: Mapping[str, str] = field(default_factory=dict)
    x: Array | None = None
    y: Array | None = None
    ra: Array | None = None
    dec: Array | None = None
    origin: str = ""
    notes: tuple[str, ...] = ()
    magnitude: str = ""
    flux: str = ""
    label: str = ""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    @property
    def on_sky(self) -> bool:
        """Whether the objects have positions on the sky."""
        return self.ra is not None

    def moved(self, matrix: Array, offset: Array) -> "Catalogue":
        """Return the catalogue for an image whose pixels were moved.

        Parameters
        ----------
        matrix, offset : numpy.ndarray
            (2, 2) and (2,): p' = matrix p + offset, of 0-based (x, y). Positions on the sky stay what they
            are: the header of the moved image says where they are then.
        """
        if self.x is None or self.y is None:
            return self
        there = np.asarray(matrix) @ np.stack([self.x, self.y]) + np.asarray(offset)[:, np.newaxis]
        return replace(self, x=there[0], y=there[1])

    def placed(
        self, world: "World | None", shape: tuple[int, int], plane: tuple[int, ...] = ()
    ) -> Placed | None:
        """Return where the objects are in an image.

        Parameters
        ----------
        world : World or None
            Of the image. If it knows the sky, positions there count, else the pixels.
        shape : (int, int)
            Rows and columns of the image.
        plane : tuple of int
            Of a cube.

        Returns
        -------
        Placed or None
            None if there is no way from the catalogue to the image: it has positions on the sky only, and
            the image has no WCS.
        """
        rows, columns = shape
        if self.ra is not None and self.dec is not None and world is not None and world.celestial:
            x, y = np.full(len(self), np.nan), np.full(len(self), np.nan)
            near = _near(self.ra, self.dec, world, shape, plane)
            x[near], y[near] = world.places(self.ra[near], self.dec[near], "icrs", plane)
        elif self.x is not None and self.y is not None:
            x, y = self.x, self.y
        else:
            return None
        with np.errstate(invalid="ignore"):
            inside = (x >= -0.5) & (x <= columns - 0.5) & (y >= -0.5) & (y <= rows - 0.5)
        return Placed(x, y, inside)

    def brightness(self) -> Array | None:
        """Return magnitudes, or fluxes turned into them without a zero point; None if neither is known."""
        if self.magnitude:
            return np.asarray(self.columns[self.magnitude], float)
        if self.flux:
            with np.errstate(all="ignore"):
                found = -2.5 * np.log10(np.asarray(self.columns[self.flux], float))
            return np.asarray(np.where(np.isfinite(found), found, np.nan))
        return None

    def cell(self, column: str, row: int) -> str:
        """Return one value as a text with its unit; empty if there is none."""
        value = self.columns[column][row]
        if isinstance(value, float | np.floating):
            number = float(value)
            if not np.isfinite(number):
                return ""
            text = f"{number:.9g}"
        else:
            text = str(value)
        unit = self.units.get(column, "")
        return f"{text} {unit}" if text and unit else text

    def row(self, row: int) -> list[tuple[str, str]]:
        """Return the names of the columns and the values of one object; what is empty is left out."""
        cells = ((name, self.cell(name, row)) for name in self.columns)
        return [(name, text) for name, text in cells if text]

    def taken(self, rows: Array) -> "Catalogue":
        """Return a catalogue of some of the rows.

        Parameters
        ----------
        rows : numpy.ndarray
            Their numbers, or a boolean for each row.
        """
        x, y, ra, dec = (
            None if values is None else values[rows] for values in (self.x, self.y, self.ra, self.dec)
        )
        columns = {name: values[rows] for name, values in self.columns.items()}
        return replace(self, columns=columns, x=x, y=y, ra=ra, dec=dec)


def _near(ra: Array, dec: Array, world: "World", shape: tuple[int, int], plane: tuple[int, ...]) -> Array:
    """Return which objects may be on the image: a projection brings the far side of the sky in, too."""
    found = cone_of(world, shape, plane)
    if found is None:
        return np.isfinite(ra) & np.isfinite(dec)
    lon, lat, radius = found
    with np.errstate(invalid="ignore"):
        return np.asarray(separation(ra, dec, lon, lat) <= 1.2 * radius + 1e-4)


def cone_of(
    world: "World", shape: tuple[int, int], plane: tuple[int, ...] = ()
) -> tuple[float, float, float] | None:
    """Return the right ascension and declination of the middle of an image and the distance of its corners.

    Returns
    -------
    tuple or None
        Degrees, ICRS; None without a WCS, and where some of the border is not on the sky, as in a map of
        all of it.
    """
    if not world.celestial:
        return None
    rows, columns = shape
    right, top = columns - 0.5, rows - 0.5
    x = np.array([(columns - 1) / 2, -0.5, right, -0.5, right, -0.5, right, right / 2, right / 2])
    y = np.array([(rows - 1) / 2, -0.5, -0.5, top, top, top / 2, top / 2, -0.5, top])
    lon, lat = world.skies(x, y, "icrs", plane)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    radius = float(separation(lon[1:], lat[1:], float(lon[0]), float(lat[0])).max())
    return float(lon[0]), float(lat[0]), radius


def separation(lon: Array, lat: Array, lon0: float, lat0: float) -> Array:
    """Return the angles between directions and one direction, in degrees (haversine formula)."""
    half_lon, half_lat = np.radians(lon - lon0) / 2, np.radians(lat - lat0) / 2
    square = (
        np.sin(half_lat) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(lat0)) * np.sin(half_lon) ** 2
    )
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(np.clip(square, 0, 1)))))
