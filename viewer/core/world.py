"""World: from a pixel to the sky and to every other coordinate that the header describes."""

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from viewer.core import skyframes
from viewer.core.coordinates import System, read
from viewer.core.header import rows
from viewer.core.physical import Affine, linear_systems
from viewer.core.skyframes import STANDARD, Celestial, Vector, format_sky
from viewer.core.worldvalue import WorldValue, distinct, values_of

if TYPE_CHECKING:
    from viewer.core.frame import Frame

__all__ = ["World", "WorldValue", "format_sky"]


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
        self, x: float, y: float, plane: tuple[int, ...] = (), sexagesimal: bool = True
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

        Returns
        -------
        list of WorldValue
            The primary WCS first (its sky position in the header's own frame), then the alternates,
            then physical and detector coordinates.
        """
        values: list[WorldValue] = []
        for system in self._systems:
            values.extend(values_of(system, self._raw(system, x, y, plane), sexagesimal))
        for affine in self._linear:
            # a spectrum has no y
            for name, value in zip("xy"[: len(self._shape)], affine(x, y), strict=False):
                label = f"{affine.name} {name}"
                values.append(WorldValue(label, f"{value:.10g}", value, "pixel", affine.name))
        return distinct(values)

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


def _world_axis(system: System, pixel_axis: int) -> int:
    """Return which world axis a pixel axis moves along, -1 if none."""
    if pixel_axis >= system.wcs.naxis:
        return -1
    moved = [i for i in range(system.wcs.naxis) if system.wcs.axis_correlation_matrix[i, pixel_axis]]
    if pixel_axis in moved:
        return pixel_axis
    return moved[0] if moved else -1
