"""Sky frames: from one celestial frame to another by a matrix, and positions as text."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

SkyFrame = Literal["icrs", "fk5", "fk4", "galactic", "ecliptic"]
SKY_FRAMES: tuple[SkyFrame, ...] = ("icrs", "fk5", "fk4", "galactic", "ecliptic")
FRAME_NAMES: dict[str, str] = {
    "icrs": "ICRS",
    "fk5": "FK5",
    "fk4": "FK4",
    "fk4noe": "FK4 without E-terms",
    "galactic": "galactic",
    "supergalactic": "supergalactic",
    "ecliptic": "ecliptic",
}
_ARCSEC = math.pi / 180 / 3600
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Celestial:
    """A celestial frame.

    Attributes
    ----------
    name : str
        ``icrs``, ``fk5``, ``fk4``, ``fk4noe``, ``galactic``, ``supergalactic`` or ``ecliptic`` (mean,
        barycentric).
    equinox : float
        Years: Besselian for the two FK4, Julian for FK5 and ecliptic; 0 for the others.
    """

    name: str
    equinox: float = 0.0

    @property
    def label(self) -> str:
        """The name to be shown, with an equinox that is not the usual one."""
        usual = {"fk5": 2000.0, "fk4": 1950.0, "fk4noe": 1950.0, "ecliptic": 2000.0}
        name = FRAME_NAMES[self.name]
        if not self.equinox or self.equinox == usual.get(self.name):
            return name
        return f"{name} {'B' if self.name.startswith('fk4') else 'J'}{self.equinox:g}"

    @property
    def equatorial(self) -> bool:
        """Whether its longitude is a right ascension, given in hours."""
        return self.name in ("icrs", "fk5", "fk4", "fk4noe")


STANDARD: dict[str, Celestial] = {
    "icrs": Celestial("icrs"),
    "fk5": Celestial("fk5", 2000.0),
    "fk4": Celestial("fk4", 1950.0),
    "galactic": Celestial("galactic"),
    "ecliptic": Celestial("ecliptic", 2000.0),
}


def vector(lon: float, lat: float) -> Vector:
    """Return the unit vector of a position in degrees."""
    lon, lat = math.radians(lon), math.radians(lat)
    return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])


def angles(v: Vector) -> tuple[float, float]:
    """Return longitude 0 … 360 and latitude in degrees of a vector of any length."""
    x, y, z = v.tolist()
    return math.degrees(math.atan2(y, x)) % 360.0, math.degrees(math.atan2(z, math.hypot(x, y)))


def convert(v: Vector, source: Celestial, target: Celestial) -> Vector:
    """Turn a unit vector from one frame into another.

    Everything is a rotation but the E-terms of aberration, which positions in FK4 hold.
    """
    if source == target:
        return v
    if source.name == "fk4":
        v = _without_e_terms(v, source.equinox)
    v = _rotation(source, target) @ v
    return _with_e_terms(v, target.equinox) if target.name == "fk4" else v


def vectors(lon: Array, lat: Array) -> Array:
    """Return unit vectors, as three rows, of positions in degrees."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def convert_many(lon: Array, lat: Array, source: Celestial, target: Celestial) -> tuple[Array, Array]:
    """Turn positions in degrees from one frame into another, as `convert` does with one."""
    if source == target:
        return np.asarray(lon) % 360.0, np.asarray(lat)
    v = vectors(lon, lat)
    if source.name == "fk4":
        a = _e_terms(source.equinox)[:, np.newaxis]
        v = v - a + (v * a).sum(axis=0) * v
        v = v / np.linalg.norm(v, axis=0)
    v = _rotation(source, target) @ v
    if target.name == "fk4":
        a, found = _e_terms(target.equinox)[:, np.newaxis], v
        for _ in range(6):
            found = (a + v) / (1.0 + (found * a).sum(axis=0))
        v = found
    return np.degrees(np.arctan2(v[1], v[0])) % 360.0, np.degrees(np.arctan2(v[2], np.hypot(v[0], v[1])))


@lru_cache(maxsize=64)
def _rotation(source: Celestial, target: Celestial) -> Matrix:
    matrix: Matrix = _to_icrs(target).T @ _to_icrs(source)
    return matrix


@lru_cache(maxsize=64)
def _to_icrs(frame: Celestial) -> Matrix:
    """Matrix to ICRS, which astropy gives by what it does to the three axes."""
    if frame.name == "icrs":
        return np.eye(3)
    # astropy.coordinates takes half a second and the first picture does without it
    from astropy import units
    from astropy.coordinates import (
        FK5,
        ICRS,
        BarycentricMeanEcliptic,
        FK4NoETerms,
        Galactic,
        SkyCoord,
        Supergalactic,
    )
    from astropy.time import Time

    # a time as FK4 and FK5 understand it is in TT; left to itself Time takes UTC and looks for leap seconds
    if frame.name in ("fk4", "fk4noe"):
        astropys = FK4NoETerms(equinox=Time(frame.equinox, format="byear", scale="tai"))
    elif frame.name == "fk5":
        astropys = FK5(equinox=Time(frame.equinox, format="jyear", scale="tt"))
    elif frame.name == "ecliptic":
        astropys = BarycentricMeanEcliptic(equinox=Time(frame.equinox, format="jyear", scale="tt"))
    else:
        astropys = Galactic() if frame.name == "galactic" else Supergalactic()
    axes = SkyCoord([0, 90, 0] * units.deg, [0, 0, 90] * units.deg, frame=astropys)
    turned: Matrix = axes.transform_to(ICRS()).cartesian.xyz.value
    # an exactly orthogonal one, so that its transpose is its inverse
    left, _, right = np.linalg.svd(turned)
    orthogonal: Matrix = left @ right
    return orthogonal


@lru_cache(maxsize=16)
def _e_terms(equinox: float) -> Vector:
    """E-terms of aberration as a vector.

    Eccentricity of the orbit, longitude of the Sun's perigee and obliquity by the polynomials of the
    Explanatory Supplement to the Astronomical Almanac (1992), section 3.59, with the constant of
    aberration of FK4, 20.49552″.
    """
    days = (equinox - 1950.0) * 365.242198781  # Besselian years are tropical ones
    t = days / 36525.0
    eccentricity = 0.01673011 - 0.00004193 * t - 0.000000126 * t * t
    perigee = math.radians(282.08048 + 1.7195269 * t + 0.00045962 * t**2 + 0.0000033 * t**3)
    obliquity = math.radians(23.4457889 - 0.01301250 * t - 0.0000016 * t**2 + 0.0000005 * t**3)
    k = 20.49552 * _ARCSEC * eccentricity
    return np.array(
        [
            k * math.sin(perigee),
            -k * math.cos(perigee) * math.cos(obliquity),
            -k * math.cos(perigee) * math.sin(obliquity),
        ]
    )


def _without_e_terms(v: Vector, equinox: float) -> Vector:
    a = _e_terms(equinox)
    v = v - a + float(v @ a) * v
    return v / float(np.linalg.norm(v))


def _with_e_terms(v: Vector, equinox: float) -> Vector:
    a = _e_terms(equinox)
    found = v
    # the inverse has no closed form; each turn gains eleven bits
    for _ in range(6):
        found = (a + v) / (1.0 + float(found @ a))
    return found / float(np.linalg.norm(found))


def format_sky(
    lon: float, lat: float, frame: str, sexagesimal: bool = True, digits: int = 3
) -> tuple[str, str]:
    """Return a position as text.

    Parameters
    ----------
    lon, lat : float
        Degrees.
    frame : str
        Right ascensions are in hours, the longitudes of other frames in degrees.
    sexagesimal : bool
        ``hh:mm:ss.ssss`` and ``±dd:mm:ss.sss`` in place of decimal degrees.
    digits : int
        Decimals of arcseconds; seconds of time have one more, degrees four. Three of them, milliarcseconds,
        are a sixtieth of the finest seeing.

    Returns
    -------
    tuple of str
        Longitude and latitude; empty if they are not finite.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return "", ""
    if not sexagesimal:
        return f"{_wrapped(lon, 360.0, digits + 4):.{digits + 4}f}", f"{lat:+.{digits + 4}f}"
    second = ("-" if lat < 0 else "+") + _sexagesimal(abs(lat), 2, digits, 0)
    if frame in FRAME_NAMES and not Celestial(frame).equatorial:
        return _sexagesimal(lon, 3, digits, 360), second
    return _sexagesimal(lon / 15.0, 2, digits + 1, 24), second


@dataclass(frozen=True)
class SkyStyle:
    """How positions on the sky are shown.

    Attributes
    ----------
    frame : str
        One of `SKY_FRAMES`.
    sexagesimal : bool
        With minutes and seconds, in place of decimal degrees.
    digits : int
        Decimals of arcseconds; as of `format_sky`.
    """

    frame: str = "icrs"
    sexagesimal: bool = True
    digits: int = 3

    @property
    def labels(self) -> tuple[str, str]:
        """What longitude and latitude are called: ``RA (ICRS)`` and ``Dec (ICRS)``."""
        first, second = {"galactic": ("l", "b"), "ecliptic": ("λ", "β")}.get(self.frame, ("RA", "Dec"))
        name = FRAME_NAMES[self.frame]
        return f"{first} ({name})", f"{second} ({name})"

    @property
    def units(self) -> tuple[str, str]:
        """How longitude and latitude are counted."""
        if not self.sexagesimal:
            return "°", "°"
        return "h m s" if Celestial(self.frame).equatorial else "° ′ ″", "° ′ ″"

    def texts(self, lon: float, lat: float) -> tuple[str, str]:
        """Return a position in degrees of the frame as text."""
        return format_sky(lon, lat, self.frame, self.sexagesimal, self.digits)

    def texts_of_icrs(self, ra: float, dec: float) -> tuple[str, str]:
        """Return a position in degrees of ICRS as text, in the frame."""
        if not (math.isfinite(ra) and math.isfinite(dec)):
            return "", ""
        return self.texts(*angles(convert(vector(ra, dec), STANDARD["icrs"], STANDARD[self.frame])))


def _wrapped(value: float, full: float, digits: int) -> float:
    return round(value % full, digits) % full


def _sexagesimal(value: float, width: int, digits: int, full: int) -> str:
    # in units of the last digit, so that 59.99996 s carries over and never shows as 60
    unit = 10**digits
    ticks = round(value * 3600 * unit)
    if full:
        ticks %= full * 3600 * unit
    whole, fraction = divmod(ticks, unit)
    minutes, seconds = divmod(whole, 60)
    first, minutes = divmod(minutes, 60)
    decimals = f".{fraction:0{digits}d}" if digits else ""
    return f"{first:0{width}d}:{minutes:02d}:{seconds:02d}{decimals}"
