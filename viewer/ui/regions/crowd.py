"""Crowd: thousands of outlines drawn at once by numpy, where Qt would need half a second for each picture."""

from collections.abc import Iterator

import numpy as np

from viewer.ui.regions.colours import DARK_BELOW
from viewer.ui.tint import tinted_rgb

# Outlines with more points than this are left to Qt, which draws only what is in sight.
LONGEST = 4096
SHORTEST = 8
# A dash of an excluded region and the gap behind it.
DASH = 4
# Around bright lines: black that lets a quarter through (premultiplied). Around dark lines: light grey.
DARK, LIGHT = 190 << 24, 0xFFE6E6E6
# Points of all outlines; more leave no room between them, and take longer.
MOST_CASED = 300_000
Matrix = tuple[float, float, float, float, float, float]


class Crowd:
    """An image of 0xAARRGGBB pixels with a transparent ground, on which outlines are drawn one pixel wide.

    Parameters
    ----------
    width, height : int
        In device pixels.

    Attributes
    ----------
    pixels : numpy.ndarray of uint32, shape (height, width)
        Premultiplied.
    """

    def __init__(self, width: int, height: int) -> None:
        self.pixels = np.zeros((height, width), np.uint32)
        self._places: list[np.ndarray] = []
        self._colours: list[np.ndarray] = []

    def add_ellipses(
        self, ellipses: np.ndarray, colours: np.ndarray, dashed: np.ndarray, matrix: Matrix
    ) -> None:
        """Add outlines of ellipses.

        Parameters
        ----------
        ellipses : numpy.ndarray, shape (n, 5)
            x, y, semi-axes, angle in degrees, in image coordinates.
        colours : numpy.ndarray of uint32, shape (n,)
            0xffRRGGBB.
        dashed : numpy.ndarray of bool, shape (n,)
            Which have gaps.
        matrix : tuple of float
            (xx, xy, x0, yx, yy, y0): from the image to the device.
        """
        x, y, a, b, angle = ellipses.T
        cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        middle = _mapped(x, y, matrix)
        first = _turned(a * cosine, a * sine, matrix)
        second = _turned(-b * sine, b * cosine, matrix)
        around = 2 * np.pi * np.maximum(np.hypot(*first), np.hypot(*second))
        for count, chosen in _by_length(around):
            turn = np.linspace(0, 2 * np.pi, count, endpoint=False, dtype=np.float32)
            across, up = np.cos(turn), np.sin(turn)
            px, py = (
                m[chosen, None] + f[chosen, None] * across + s[chosen, None] * up
                for m, f, s in zip(middle, first, second, strict=True)
            )
            self._add(px, py, colours[chosen], dashed[chosen])

    def add_segments(
        self, segments: np.ndarray, colours: np.ndarray, dashed: np.ndarray, matrix: Matrix
    ) -> None:
        """Add straight lines (x, y, x, y); see `add_ellipses`."""
        x0, y0, x1, y1 = segments.T
        start, end = _mapped(x0, y0, matrix), _mapped(x1, y1, matrix)
        lengths = np.maximum(np.abs(end[0] - start[0]), np.abs(end[1] - start[1]))
        for count, chosen in _by_length(lengths):
            part = np.linspace(0, 1, count + 1, dtype=np.float32)
            px, py = (s[chosen, None] + (e - s)[chosen, None] * part for s, e in zip(start, end, strict=True))
            self._add(px, py, colours[chosen], dashed[chosen])

    def finish(self) -> np.ndarray:
        """Draw all that was added, in a dark casing if there is room for it, and return the pixels."""
        if self._places:
            places = np.concatenate(self._places)
            flat, width = self.pixels.reshape(-1), self.pixels.shape[1]
            colours = np.concatenate(self._colours)
            if places.size < MOST_CASED:
                dark = _brightness(colours) < DARK_BELOW
                casings = tinted_rgb(np.where(dark, LIGHT, DARK).astype(np.uint32))
                for step in (-1, 1, -width, width):
                    flat[np.clip(places + step, 0, flat.size - 1)] = casings
            flat[places] = tinted_rgb(colours)
        return self.pixels

    def _add(self, x: np.ndarray, y: np.ndarray, colours: np.ndarray, dashed: np.ndarray) -> None:
        height, width = self.pixels.shape
        column, row = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        if dashed.any():
            gap = (np.arange(x.shape[1]) // DASH) % 2 == 1
            inside &= ~(dashed[:, None] & gap)
        self._places.append((row * width + column)[inside])
        self._colours.append(np.broadcast_to(colours[:, None], inside.shape)[inside])


def too_long(lengths: np.ndarray) -> np.ndarray:
    """Return which outlines, of these lengths in device pixels, are not for a `Crowd`."""
    return lengths > LONGEST


def _brightness(colours: np.ndarray) -> np.ndarray:
    red, green, blue = ((colours >> shift) & 0xFF for shift in (16, 8, 0))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _by_length(lengths: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield numbers of points, no more than a pixel apart, and the outlines to which each applies."""
    count = SHORTEST
    above = lengths >= 0
    while count <= LONGEST and above.any():
        fits = above & (lengths <= count)
        if fits.any():
            yield count, np.flatnonzero(fits)
        above &= ~fits
        count *= 2


def _mapped(x: np.ndarray, y: np.ndarray, matrix: Matrix) -> tuple[np.ndarray, np.ndarray]:
    xx, xy, x0, yx, yy, y0 = matrix
    # in pixels of the screen the half of a float's digits is enough, and takes half the time
    return (xx * x + xy * y + x0).astype(np.float32), (yx * x + yy * y + y0).astype(np.float32)


def _turned(x: np.ndarray, y: np.ndarray, matrix: Matrix) -> tuple[np.ndarray, np.ndarray]:
    xx, xy, _, yx, yy, _ = matrix
    return (xx * x + xy * y).astype(np.float32), (yx * x + yy * y).astype(np.float32)
