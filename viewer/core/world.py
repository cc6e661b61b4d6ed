"""World: from a pixel to the sky and to every other coordinate that the header describes."""

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from viewer.core import skyframes
from viewer.core.axes import Axis
from viewer.core.coordinates import System, read
from viewer.core.header import rows
from viewer.core.physical import Affine, linear_systems
from viewer.core.skyframes import STANDARD, Celestial, Vector, format_sky
from viewer.core.worldvalue import WorldValue, distinct, values_of

if TYPE_CHECKING:
    from astropy.wcs import WCS

    from viewer.core.frame import Frame

__all__ = ["World", "WorldValue", "format_sky"]

Array = np.ndarray[Any, np.dtype[Any]]


class World:
    """Every coordinate system of an image. Nothing in here raises on account of a header.

    Positions are 0-based, (x, y), with pixel centres on integers; `plane` holds the indices of a
    cube's leading axes in numpy order, empty for the first plane.

    Attributes
    ----------
    problem : str
        Why there is no primary WCS, a sentence without a full stop; else empty.
    notes : tuple of str
        What was repaired, left out or guessed.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        systems: tuple[System, ...] = (),
        linear: tuple[Affine, ...] = (),
        problem: str = "",
        notes: tuple[str, ...] = (),
    ) -> None:
        self._shape = shape
        # a header whose only systems have letters is rare but legal: the first on the sky counts
        on_sky = [system for system in systems if system.frame is not None]
        self._primary = next((system for system in systems if not system.key), on_sky[0] if on_sky else None)
        self._systems = systems
        self._linear = linear
        self.problem = problem
        self.notes = notes

    @classmethod
    def of(cls, frame: "Frame") -> "World":
        """Read the coordinate systems of a frame.

        Parameters
        ----------
        frame : Frame
            Its file is opened only for lookup tables that the header refers to.
        """
        cards = rows(frame.cards)
        found = read(cards, frame.path)
        problem = found.problems.pop("", "")
        if not problem and not found.systems:
            problem = "the header has no WCS"
        notes = (*found.problems.values(), *found.notes)
        return cls(frame.shape, tuple(found.systems), tuple(linear_systems(cards)), problem, notes)

    @property
    def celestial(self) -> bool:
        """Whether pixels have a position on the sky in a frame that is known."""
        return self._primary is not None and self._primary.frame is not None

    @property
    def linear(self) -> tuple[Affine, ...]:
        """Physical and detector coordinates, as far as the header has them."""
        return self._linear

    @property
    def native(self) -> Celestial | None:
        """The celestial frame of the header."""
        return self._primary.frame if self._primary is not None else None

    def _raw(self, system: System, x: float, y: float, plane: tuple[int, ...]) -> list[float]:
        """World coordinates in the header's order, NaN where there are none."""
        position = np.zeros((1, system.wcs.naxis))
        # FITS counts the axes the other way round; axes that the image lacks have one pixel
        for axis, index in enumerate((x, y, *reversed(plane))[: system.wcs.naxis]):
            position[0, axis] = index
        world: list[float] = system.wcs.all_pix2world(position, 0)[0].tolist()
        if system.sky is not None:
            world[:2] = system.sky.all_pix2world(position[:, :2], 0)[0].tolist()
        return world

    def _vector(self, x: float, y: float, target: Celestial, plane: tuple[int, ...]) -> Vector | None:
        system = self._primary
        if system is None or system.frame is None:
            return None
        world = self._raw(system, x, y, plane)
        lon, lat = world[system.lon], world[system.lat]
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        return skyframes.convert(skyframes.vector(lon, lat), system.frame, target)

    def sky(
        self, x: float, y: float, frame: str = "icrs", plane: tuple[int, ...] = ()
    ) -> tuple[float, float] | None:
        """Return the position on the sky.

        Parameters
        ----------
        x, y : float
            Pixel.
        frame : str
            ``icrs``, ``fk5`` (J2000), ``fk4`` (B1950), ``galactic`` or ``ecliptic`` (mean, J2000,
            barycentric).
        plane : tuple of int, optional
            Plane of a cube; matters where a celestial axis is not in the image plane.

        Returns
        -------
        tuple of float or None
            Longitude 0 … 360 and latitude in degrees; None without a celestial WCS and where a
            projection does not reach.
        """
        found = self._vector(x, y, STANDARD[frame], plane)
        return None if found is None else skyframes.angles(found)

    @property
    def celestial_wcs(self) -> "WCS | None":
        """Both celestial axes of the primary WCS, as astropy has it; None if the image has none."""
        system = self._primary
        if system is None or system.frame is None:
            return None
        if system.sky is not None:
            return system.sky
        if system.wcs.naxis == 2:
            return system.wcs
        # a third axis does not matter to the two in the image plane, if these are the sky's
        return system.wcs.celestial if {system.lon, system.lat} == {0, 1} else None

    def skies(
        self, x: ArrayLike, y: ArrayLike, frame: str = "icrs", plane: tuple[int, ...] = ()
    ) -> tuple[Array, Array]:
        """Return the positions on the sky of many pixels, as `sky` does of one.

        Parameters
        ----------
        x, y : array_like
            Pixels, of one length.
        frame : str
            As in `sky`.
        plane : tuple of int, optional
            As in `sky`.

        Returns
        -------
        tuple of numpy.ndarray
            Longitudes and latitudes in degrees; NaN where there are none.
        """
        x, y = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
        system = self._primary
        if system is None or system.frame is None or not x.size:
            return np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        positions = np.zeros((x.size, system.wcs.naxis))
        for axis, index in enumerate(tuple(reversed(plane))[: system.wcs.naxis - 2], 2):
            positions[:, axis] = index
        positions[:, 0], positions[:, 1] = x.ravel(), y.ravel()
        world = system.wcs.all_pix2world(positions, 0)
        if system.sky is not None:
            world[:, :2] = system.sky.all_pix2world(positions[:, :2], 0)
        found = skyframes.convert_many(
            world[:, system.lon], world[:, system.lat], system.frame, STANDARD[frame]
        )
        return found[0].reshape(x.shape), found[1].reshape(x.shape)

    def places(
        self, lon: ArrayLike, lat: ArrayLike, frame: str = "icrs", plane: tuple[int, ...] = ()
    ) -> tuple[Array, Array]:
        """Return where positions on the sky are in the image.

        Parameters
        ----------
        lon, lat : array_like
            Degrees, of one length.
        frame : str
            As in `sky`.
        plane : tuple of int, optional
            Plane of a cube whose celestial axes are not the first two.

        Returns
        -------
        tuple of numpy.ndarray
            x and y, 0-based; NaN where the projection does not reach, or goes astray with its distortion.
        """
        lon, lat = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
        nowhere = np.full(lon.shape, np.nan)
        wcs, system = self.celestial_wcs, self._primary
        if wcs is None or system is None or system.frame is None or not lon.size:
            return nowhere, nowhere.copy()
        theirs = skyframes.convert_many(lon.ravel(), lat.ravel(), STANDARD[frame], system.frame)
        core = wcs.wcs
        world = np.zeros((lon.size, 2))
        world[:, core.lng], world[:, core.lat] = theirs
        known = np.isfinite(world).all(axis=1)
        pixels = np.full((lon.size, 2), np.nan)
        if known.any():
            pixels[known] = _inverse(wcs, world[known])
        return pixels[:, 0].reshape(lon.shape), pixels[:, 1].reshape(lon.shape)

    @cached_property
    def pixel_scale(self) -> float | None:
        """Arcseconds for each pixel at the centre of the image, the geometric mean of both directions."""
        height, width = self._shape[-2:] if len(self._shape) > 1 else (1, self._shape[-1])
        x, y = (width - 1) / 2, (height - 1) / 2
        jacobian = self._jacobian(x, y, STANDARD["icrs"], ())
        if jacobian is None:
            return None
        area = abs(float(np.linalg.det(jacobian)))
        return math.degrees(math.sqrt(area)) * 3600 if area > 0 else None

    def _jacobian(
        self, x: float, y: float, target: Celestial, plane: tuple[int, ...]
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]] | None:
        """East and north (rows, radians) for each pixel in x and y (columns)."""
        here = self._vector(x, y, target, plane)
        if here is None:
            return None
        if math.hypot(here[0], here[1]) < 1e-9:
            # at the pole itself every direction is south: look from beside it
            here = self._vector(x + 0.01, y + 0.01, target, plane)
        ends = [
            self._vector(x + dx, y + dy, target, plane)
            for dx, dy in ((0.5, 0.0), (-0.5, 0.0), (0.0, 0.5), (0.0, -0.5))
        ]
        right, left, up, down = ends
        if here is None or right is None or left is None or up is None or down is None:
            return None
        axis = math.hypot(here[0], here[1])
        if axis == 0:
            return None
        east = np.array([-here[1] / axis, here[0] / axis, 0.0])
        north = np.cross(here, east)
        columns = np.stack([right - left, up - down], axis=1)
        return np.stack([east @ columns, north @ columns])

    def north_east(
        self, x: float, y: float, frame: str = "icrs", plane: tuple[int, ...] = ()
    ) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """Return the directions of north and of east at a pixel.

        Parameters
        ----------
        x, y : float
            Pixel.
        frame : str
            Whose north, as in `sky`.
        plane : tuple of int, optional
            Plane of a cube.

        Returns
        -------
        tuple or None
            Two unit vectors (dx, dy) in pixels, y upwards; None where there are none.
        """
        jacobian = self._jacobian(x, y, STANDARD[frame], plane)
        if jacobian is None or not np.isfinite(jacobian).all() or np.linalg.det(jacobian) == 0:
            return None
        inverse = np.linalg.inv(jacobian)
        directions = []
        for column in (1, 0):
            dx, dy = inverse[:, column].tolist()
            length = math.hypot(dx, dy)
            if not length > 0 or not math.isfinite(length):
                return None
            directions.append((dx / length, dy / length))
        return directions[0], directions[1]

    def describe(
        self, x: float, y: float, plane: tuple[int, ...] = (), sexagesimal: bool = True, digits: int = 3
    ) -> list[WorldValue]:
        """Return the coordinates of a pixel in every system of the header.

        Parameters
        ----------
        x, y : float
            Pixel.
        plane : tuple of int, optional
            Plane of a cube.
        sexagesimal : bool
            How positions on the sky are written.
        digits : int
            Decimals of their arcseconds.

        Returns
        -------
        list of WorldValue
            The primary WCS first (its sky position in the header's own frame), then the alternates,
            then physical and detector coordinates.
        """
        values: list[WorldValue] = []
        for system in self._systems:
            values.extend(values_of(system, self._raw(system, x, y, plane), sexagesimal, digits))
        for affine in self._linear:
            # a spectrum has no y
            for name, value in zip("xy"[: len(self._shape)], affine(x, y), strict=False):
                label = f"{affine.name} {name}"
                values.append(WorldValue(label, f"{value:.10g}", value, "pixel", affine.name))
        return distinct(values)

    def values_along(self, pixel_axis: int, positions: ArrayLike) -> tuple[Axis, str, Array] | None:
        """Return the values that the primary WCS has along an axis of the image, on the sky or not.

        Parameters
        ----------
        pixel_axis : int
            In the order of FITS: 0 is x.
        positions : array_like
            Pixels, 0-based; a row for each, with a column for each axis of the image, x first.

        Returns
        -------
        tuple or None
            The world axis, its CTYPE, and a value for each position in the unit of that axis; None if the
            header does not describe the axis.
        """
        system = self._primary
        which = -1 if system is None else _world_axis(system, pixel_axis)
        if system is None or which < 0:
            return None
        given = np.asarray(positions, float)
        # axes that the image lacks have one pixel
        pixels = np.zeros((len(given), system.wcs.naxis))
        shared = min(given.shape[1], system.wcs.naxis)
        pixels[:, :shared] = given[:, :shared]
        axis = system.axes[which]
        values = [axis.value(value) for value in system.wcs.all_pix2world(pixels, 0)[:, which].tolist()]
        return axis, str(system.wcs.wcs.ctype[which]), np.array(values)

    def axis(self, axis_index: int, plane: tuple[int, ...] = ()) -> tuple[str, float, str]:
        """Return what a position along one of a cube's leading axes means.

        Parameters
        ----------
        axis_index : int
            Which axis, in numpy order.
        plane : tuple of int
            The plane shown; the value is that of its index along this axis.

        Returns
        -------
        tuple
            Label, value and unit; without a WCS ``("plane", 1-based number, "")``.
        """
        found = self.axis_value(axis_index, plane)
        return found.label, math.nan if found.value is None else found.value, found.unit

    def axis_value(self, axis_index: int, plane: tuple[int, ...] = ()) -> WorldValue:
        """Return the same as `axis` with its text: ``I`` for the first Stokes parameter."""
        leading = max(0, len(self._shape) - 2)
        plane = plane or (0,) * leading
        number = plane[axis_index] + 1 if axis_index < len(plane) else 1
        pixel_axis = len(self._shape) - 1 - axis_index
        system = self._primary
        which = -1 if system is None else _world_axis(system, pixel_axis)
        if system is None or which < 0:
            return WorldValue("plane", str(number), float(number), "")
        height, width = self._shape[-2:] if len(self._shape) > 1 else (1, self._shape[-1])
        world = self._raw(system, (width - 1) / 2, (height - 1) / 2, plane)
        return values_of(system, world, sexagesimal=True)[which]


def _inverse(wcs: "WCS", world: Array) -> Array:
    """Return pixels of positions; NaN for those that do not come back to where they were."""
    # astropy.wcs is loaded by now
    from astropy.wcs import NoConvergence

    try:
        pixels = wcs.all_world2pix(world, 0, quiet=True)
    except (NoConvergence, ValueError, ArithmeticError):
        return np.full(world.shape, np.nan)
    back = wcs.all_pix2world(pixels, 0)
    with np.errstate(invalid="ignore"):
        # a place on the other side of the sky may project into the image
        off = np.abs(
            skyframes.vectors(*back[:, [wcs.wcs.lng, wcs.wcs.lat]].T)
            - skyframes.vectors(*world[:, [wcs.wcs.lng, wcs.wcs.lat]].T)
        ).max(axis=0)
        pixels[~(off < 1e-5)] = np.nan
    return np.asarray(pixels)


def _world_axis(system: System, pixel_axis: int) -> int:
    """Return which world axis a pixel axis moves along, -1 if none."""
    if pixel_axis >= system.wcs.naxis:
        return -1
    moved = [i for i in range(system.wcs.naxis) if system.wcs.axis_correlation_matrix[i, pixel_axis]]
    if pixel_axis in moved:
        return pixel_axis
    return moved[0] if moved else -1
