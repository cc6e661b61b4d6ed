"""Projection: where the points of a landscape are on the screen, and which is in front of which."""

import math
from dataclasses import dataclass, replace

import numpy as np

LEAST_ELEVATION, MOST_ELEVATION = 5.0, 90.0
LEAST_HEIGHT, MOST_HEIGHT = 0.1, 3.0


@dataclass(frozen=True)
class Projection:
    """How a landscape is looked at, from far away.

    Its ground is a rectangle whose longer side goes from -1 to 1; its values go from 0 to 1.

    Attributes
    ----------
    azimuth : float
        Degrees that the ground is turned counter-clockwise, seen from above.
    elevation : float
        Degrees above the ground that the eye is; 90 looks straight down.
    height : float
        How high the largest value stands, in half lengths of the ground.
    """

    azimuth: float = 30.0
    elevation: float = 35.0
    height: float = 1.0

    def turned(self, azimuth: float, elevation: float) -> "Projection":
        """Return it turned by degrees."""
        return replace(
            self,
            azimuth=(self.azimuth + azimuth) % 360,
            elevation=min(max(self.elevation + elevation, LEAST_ELEVATION), MOST_ELEVATION),
        )

    def stretched(self, factor: float) -> "Projection":
        """Return it with other heights."""
        return replace(self, height=min(max(self.height * factor, LEAST_HEIGHT), MOST_HEIGHT))

    def project(
        self, x: np.ndarray, y: np.ndarray, z: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return places to the right and upwards on the screen, and how far behind the middle they are."""
        turn, tilt = math.radians(self.azimuth), math.radians(self.elevation)
        right = x * math.cos(turn) - y * math.sin(turn)
        back = x * math.sin(turn) + y * math.cos(turn)
        up = z * self.height * math.cos(tilt) + back * math.sin(tilt)
        return right, up, back


@dataclass(frozen=True, eq=False)
class Landscape:
    """A cut-out, brought to the unit ground.

    Attributes
    ----------
    x, y : numpy.ndarray
        FITS positions of columns and rows.
    z : numpy.ndarray
        Values, shape (rows, columns); NaN is a hole.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    @property
    def reach(self) -> tuple[float, float]:
        """Half the length of the ground along x and y: 1 for the longer one."""
        wide, high = float(np.ptp(self.x)) or 1.0, float(np.ptp(self.y)) or 1.0
        return wide / max(wide, high), high / max(wide, high)

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest value; (0, 1) if there is none."""
        known = self.z[np.isfinite(self.z)]
        if not known.size:
            return 0.0, 1.0
        low, high = float(known.min()), float(known.max())
        return (low, high) if high > low else (low, low + 1)

    def ground(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where columns and rows are on the ground."""
        wide, high = self.reach
        return np.linspace(-wide, wide, len(self.x)), np.linspace(-high, high, len(self.y))

    def thinned(self, most: int) -> "Landscape":
        """Return it with no more rows and columns than `most`: quick to draw while it is turned."""
        step = math.ceil(max(self.z.shape) / most)
        return self if step <= 1 else Landscape(self.x[::step], self.y[::step], self.z[::step, ::step])


def level_heights(z: np.ndarray, low: float, high: float, logarithmic: bool) -> np.ndarray:
    """Return heights from 0 to 1.

    Parameters
    ----------
    z : numpy.ndarray
        Values.
    low, high : float
        Those that stand at 0 and 1.
    logarithmic : bool
        Faint ones stand out: log(1 + 1000 part) / log(1001), as DS9's logarithmic scale.
    """
    part = np.clip((z - low) / (high - low), 0, 1)
    return np.log1p(1000 * part) / math.log(1001) if logarithmic else part
