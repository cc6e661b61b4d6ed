"""Appearance: how large each star's circle is, in which colour, and what stands beside it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.render.colormap import ColorMap
from viewer.core.session.layer import StarStyle
from viewer.core.skyframes import SkyStyle
from viewer.ui.stars.columns import cell_text, column_of
from viewer.ui.stars.filtering import find

Array = np.ndarray[Any, np.dtype[Any]]
# logical pixels of the screen
FIXED = 7.0
SMALLEST, LARGEST = 4.0, 12.0
WIDEST = 400.0
# a circle holds its star: this part of the full width at half maximum is its radius at least
ROOM = 0.9
USUAL_FWHM = 4.0
# distinct from green for those who see no red, and by its shape
SATURATED = 0xFF7A4D
# discs of a chart are smaller than the circles would be
CHART_PART, CHART_LESS = 0.6, 2.5
CHART_COLOURS = {"black": 0xFFFFFF, "white": 0x000000}
# of a column's values: the rest has the first or the last colour
SPREAD = (1.0, 99.0)
COLOURS = 24
# the map's ends are too dark to be seen on the sky
MAP_RANGE = (0.12, 0.95)


@dataclass(frozen=True, eq=False)
class Appearance:
    """What of the stars is drawn, and how; numbers for those that are left by the filter.

    Attributes
    ----------
    rows : numpy.ndarray
        Their rows in the table of stars.
    x, y : numpy.ndarray
        Places in the image, counted from 0.
    radius : numpy.ndarray
        Logical pixels on the screen, at low zoom.
    unit : float
        How many times larger the circles are for each logical pixel of an image pixel, once this is above 1.
    colour : numpy.ndarray
        0xRRGGBB.
    saturated : numpy.ndarray
        Boolean.
    span : tuple of float or None
        Values of the first and the last colour, if a column gives the colours.
    filled : bool
        They are discs, as in a chart of the sky, in place of circles.
    """

    rows: Array
    x: Array
    y: Array
    radius: Array
    unit: float
    colour: Array
    saturated: Array
    span: tuple[float, float] | None = None
    filled: bool = False

    @classmethod
    def of(cls, table: Array, style: StarStyle) -> "Appearance":
        """Work it out for all stars.

        Parameters
        ----------
        table : numpy.ndarray
            The stars.
        style : StarStyle
            How they are to be drawn.
        """
        rows = np.flatnonzero(
            find(style.filter, table).rows & np.isfinite(table["x"]) & np.isfinite(table["y"])
        )
        chosen = table[rows]
        saturated = np.asarray(chosen["saturated"], bool)
        radius, unit = _radii(chosen, style.size)
        if style.colour_by:
            colour, span = _colours(table, rows, style)
        else:
            plain = CHART_COLOURS.get(style.chart, int(style.colour.lstrip("#"), 16))
            colour, span = np.where(saturated, SATURATED, plain).astype(np.int64), None
        if style.chart:
            radius, unit = CHART_PART * (radius - CHART_LESS), 0.5 * unit
        x, y = np.asarray(chosen["x"]), np.asarray(chosen["y"])
        return cls(rows, x, y, radius, unit, colour, saturated, span, bool(style.chart))

    def growth(self, zoom: float) -> float:
        """Return how many times larger circles are at a zoom: near stars they grow with the stars.

        Parameters
        ----------
        zoom : float
            Logical pixels for an image pixel.
        """
        return max(1.0, zoom * self.unit)


def label_text(table: Array, row: int, key: str) -> str:
    """Return what stands beside a star."""
    return cell_text(column_of(key), table, row, SkyStyle())


def _radii(table: Array, size: str) -> tuple[Array, float]:
    fwhm = np.asarray(table["fwhm"], float)
    good = fwhm[np.isfinite(fwhm) & (fwhm > 0)]
    usual = float(np.median(good)) if len(good) else USUAL_FWHM
    if size == "fwhm" and len(good):
        # true to scale, and all of them the same number of times larger where they would be too small
        base = 6.0 * np.where(np.isfinite(fwhm), fwhm, usual) / usual
        return np.clip(base, SMALLEST / 2, 5 * LARGEST), usual / 6.0
    if size == "flux":
        flux = np.asarray(table["flux"], float)
        with np.errstate(all="ignore"):
            logarithm = np.log10(flux)
        known = logarithm[np.isfinite(logarithm)]
        if len(known) and np.ptp(known) > 0:
            low, high = np.percentile(known, (2, 99.8))
            part = (logarithm - low) / max(high - low, 1e-9)
            part = np.clip(np.where(np.isfinite(part), part, 0), 0, 1)
            return SMALLEST + (LARGEST - SMALLEST) * part**1.5, ROOM * usual / SMALLEST
    return np.full(len(table), FIXED), ROOM * usual / FIXED


def _colours(table: Array, rows: Array, style: StarStyle) -> tuple[Array, tuple[float, float] | None]:
    column = column_of(style.colour_by)
    # all stars, so that a colour means the same whatever is filtered
    values = column.values(table)
    if column.logarithmic:
        with np.errstate(all="ignore"):
            values = np.log10(values)
    known = values[np.isfinite(values)]
    if not len(known):
        return np.full(len(rows), 0xA0A0A0, np.int64), None
    low, high = (float(each) for each in np.percentile(known, SPREAD))
    part = np.clip((values[rows] - low) / (high - low or 1.0), 0, 1)
    palette = colours_of(style.colormap)
    place = np.rint(np.where(np.isfinite(part), part, 0) * (len(palette) - 1)).astype(np.int64)
    colour = np.where(np.isfinite(part), palette[place], 0xA0A0A0)
    span = (10**low, 10**high) if column.logarithmic else (low, high)
    return colour, span


def colours_of(colormap: str) -> Array:
    """Return the colours that values are drawn in, from the lowest to the highest: 0xRRGGBB."""
    part = np.linspace(*MAP_RANGE, COLOURS)
    return (ColorMap(colormap).packed()[np.rint(part * 255).astype(int)] & 0xFFFFFF).astype(np.int64)
