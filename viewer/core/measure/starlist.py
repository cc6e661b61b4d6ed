"""Star list: the stars of an image as a table that can be shown, moved with the image, and written."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from viewer.core.arrays import Array, floating
from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.cards import gain_of, saturation_of, zero_point_of
from viewer.core.measure.plane import Plane
from viewer.core.measure.starsettings import check_settings

if TYPE_CHECKING:
    from astropy.table import Table

Method = Literal["sep", "teaching"]
METHODS: tuple[str, ...] = get_args(Method)
COLUMNS = (
    "x",
    "y",
    "ra",
    "dec",
    "flux",
    "flux_err",
    "peak",
    "fwhm",
    "ellipticity",
    "theta",
    "snr",
    "saturated",
)
"""The columns that every table begins with."""

STAR_LIST = np.dtype(
    [(name, np.bool_ if name == "saturated" else np.float64) for name in COLUMNS]
    + [("background", np.float64), ("flags", "U64")]
)


@dataclass(frozen=True, eq=False)
class StarList:
    """The stars of one plane of an image, the brightest first.

    Attributes
    ----------
    table : numpy.ndarray
        A row of `STAR_LIST` for each star. x and y are 0-based, ra and dec ICRS in degrees (NaN without a
        WCS). flux (in the aperture, above the background, with flux_err) and peak are in the image's unit,
        fwhm is in pixels, ellipticity 1 - b/a, theta the longer axis's direction in degrees counter-clockwise
        from x, flags words on what is wrong. NaN is what cannot be told.
    shape : tuple of int
        Rows and columns of the image.
    notes : tuple of str
        What is true of all of them, in sentences.
    method : str
        How they were found: sep or teaching.
    threshold : float
        Of the method: how many times the noise, or the share of the range.
    aperture : float
        Radius of the apertures in pixels.
    background, noise : float
        Of the image: the level of its sky and the scatter of a pixel.
    gain, saturation, zero_point : float or None
        What fluxes and flags go by: electrons for each count, the value of a full pixel, the magnitude of a
        star of flux 1.
    pixel_scale : float or None
        Arcseconds for each pixel.
    unit, name : str
        Of the image.
    """

    table: Array
    shape: tuple[int, int]
    notes: tuple[str, ...] = ()
    method: str = "sep"
    threshold: float = 5.0
    aperture: float = math.nan
    background: float = math.nan
    noise: float = math.nan
    gain: float | None = None
    saturation: float | None = None
    zero_point: float | None = None
    pixel_scale: float | None = None
    unit: str = ""
    name: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, column: str) -> Array:
        """Return a column."""
        return np.asarray(self.table[column])

    def chosen(self, rows: Array) -> "StarList":
        """Return the list with some of its rows, by their numbers or a boolean for each."""
        return replace(self, table=self.table[rows])

    @property
    def median_fwhm(self) -> float:
        """Median width of those that are neither saturated nor faint, in pixels; NaN without any."""
        # scipy is loaded with it, by who measures stars
        from viewer.core.measure.starfluxes import typical_width

        return typical_width(self.table, self.table["snr"])

    @property
    def limiting_magnitude(self) -> float | None:
        """Magnitude of a star with five times the noise of its aperture; None without a zero point."""
        if self.zero_point is None or not self.noise > 0 or not self.aperture > 0:
            return None
        faintest = 5 * self.noise * math.sqrt(math.pi) * self.aperture
        if self.gain:
            # the star's own photons count too: f / sqrt(b² + f/g) = 5
            half = 12.5 / self.gain
            faintest = half + math.hypot(half, faintest)
        return self.zero_point - 2.5 * math.log10(faintest)

    def summary(self) -> dict[str, Any]:
        """Return what is true of all of them, for JSON."""
        width = self.median_fwhm
        scale = self.pixel_scale
        return {
            "count": len(self),
            "fwhm": width,
            "fwhm_arcsec": None if scale is None else width * scale,
            "background": self.background,
            "noise": self.noise,
            "limiting_magnitude": self.limiting_magnitude,
            "zero_point": self.zero_point,
            "saturated": int(self.table["saturated"].sum()),
            "method": self.method,
            "threshold": self.threshold,
            "aperture": self.aperture,
            "gain": self.gain,
            "saturation": self.saturation,
            "unit": self.unit,
            "notes": list(self.notes),
        }

    def moved(self, matrix: Array, offset: Array) -> "StarList":
        """Return the stars of an image that was flipped, turned, cropped or binned.

        Fluxes and flags stay those of the image that was measured; positions, widths and directions follow.

        Parameters
        ----------
        matrix : array_like
            2 x 2: of what x and y are multiplied with.
        offset : array_like
            What is added to x and y then.
        """
        matrix, offset = np.asarray(matrix, float), np.asarray(offset, float)
        table = self.table.copy()
        table["x"], table["y"] = matrix @ np.stack([self.table["x"], self.table["y"]]) + offset[:, np.newaxis]
        a, b, angle = axes_of(self.table)
        along = np.stack([np.cos(angle), np.sin(angle)])
        across = np.stack([-np.sin(angle), np.cos(angle)])
        # an ellipse is two vectors; what they become tells its new square
        first, second = matrix @ (a * along), matrix @ (b * across)
        xx, yy, xy = (first[i] * first[j] + second[i] * second[j] for i, j in ((0, 0), (1, 1), (0, 1)))
        middle, distance = 0.5 * (xx + yy), np.hypot(0.5 * (xx - yy), xy)
        long, short = np.sqrt(middle + distance), np.sqrt(np.maximum(middle - distance, 0))
        with np.errstate(invalid="ignore", divide="ignore"):
            table["fwhm"], table["ellipticity"] = np.sqrt(long * short), 1 - short / long
        table["theta"] = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy))
        size = math.sqrt(abs(float(np.linalg.det(matrix))))
        scale = None if self.pixel_scale is None else self.pixel_scale / size
        return replace(self, table=table, aperture=self.aperture * size, pixel_scale=scale)

    def as_table(self) -> "Table":
        """Return an astropy table, with positions as FITS counts them, units and descriptions."""
        # only for who asks for it: astropy's tables take a while to load
        from viewer.core.measure.starfiles import star_table_of

        return star_table_of(self)

    def write(self, path: Path, overwrite: bool = False) -> None:
        """Write a file; its suffix says which kind: .csv, .ecsv, .fits, .vot or .reg.

        Raises
        ------
        ViewerError
            If the suffix is another one, or the file cannot be written.
        """
        from viewer.core.measure.starfiles import write_stars

        write_stars(self, path, overwrite)


def axes_of(table: Array) -> tuple[Array, Array, Array]:
    """Return the full widths along both axes of each star, and the direction of the first in radians."""
    ratio = np.sqrt(1 - table["ellipticity"])
    return table["fwhm"] / ratio, table["fwhm"] * ratio, np.radians(table["theta"])


def find_star_list(
    frame: Frame, plane: tuple[int, ...] = (), *, method: str = "sep", **settings: Any
) -> StarList:
    """Find and measure the stars of an image, with what its header says.

    Parameters
    ----------
    frame : Frame
        Of a colour picture the mean of red, green and blue is looked at.
    plane : tuple of int
        Of a cube, in numpy order; empty for the first.
    method : str
        sep (`list_stars`) or teaching (`list_maxima`).
    **settings
        Of the method's function; zero_point besides. What is not given and in the header (gain, saturation,
        zero point) is taken from there.

    Raises
    ------
    ViewerError
        If the image has one axis only, or a setting is out of range.
    """
    finder, own = method_of(method)
    given = {name: value for name, value in settings.items() if value is not None}
    zero_point = given.pop("zero_point", None)
    if unknown := set(given) - own:
        raise ViewerError(f"the method {method} has no setting {min(unknown)}")
    check_settings(given)
    header = frame.cards
    for name, said in (("gain", gain_of), ("saturation", saturation_of)):
        if name in own and name not in given and (value := said(header)) is not None:
            given[name] = value
    notes: tuple[str, ...] = ()
    data: Any
    if frame.colour:
        data = floating(np.asarray(frame.pixels)).mean(axis=0)
        notes = ("the mean of red, green and blue was measured.",)
    else:
        data = Plane(frame, plane)
    found = finder(data, **given)
    world = frame.world
    table = np.zeros(found["count"], STAR_LIST)
    for name in STAR_LIST.names or ():
        if name in found:
            table[name] = found[name]
    table["x"] -= 1
    table["y"] -= 1
    table["ra"], table["dec"] = world.skies(table["x"], table["y"], plane=() if frame.colour else plane)
    return StarList(
        table,
        frame.image_shape,
        notes + tuple(found["notes"]),
        method,
        found["threshold"],
        found["aperture"],
        found["sky"],
        found["noise"],
        given.get("gain"),
        found["saturation"],
        zero_point_of(header) if zero_point is None else float(zero_point),
        world.pixel_scale,
        frame.unit,
        frame.name,
        given,
    )


def method_of(name: str) -> tuple[Callable[..., dict[str, Any]], set[str]]:
    """Return the function of a method and the names of its settings."""
    # scipy and sep are loaded when stars are looked for
    import inspect

    from viewer.core.measure.starmaxima import list_maxima
    from viewer.core.measure.starsearch import list_stars

    functions: dict[str, Callable[..., dict[str, Any]]] = {"sep": list_stars, "teaching": list_maxima}
    if name not in functions:
        raise ViewerError(f"there is no method {name}: choose one of {', '.join(functions)}")
    function = functions[name]
    return function, set(inspect.signature(function).parameters) - {"data"}
