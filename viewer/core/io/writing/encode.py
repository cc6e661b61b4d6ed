"""Encoding: from physical values to the numbers that a FITS file stores, strip by strip."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.pixels import Pixels
from viewer.core.progress import Progress

Array = np.ndarray[Any, Any]

# bytes of one strip: small enough to stay in the processor's cache
STRIP = 4 * 2**20

# BITPIX and BZERO of each type (FITS standard 4.0, section 4.4.2.5 and table 11)
STORED: dict[str, tuple[int, int]] = {
    "uint8": (8, 0),
    "int8": (8, -128),
    "int16": (16, 0),
    "uint16": (16, 2**15),
    "int32": (32, 0),
    "uint32": (32, 2**31),
    "int64": (64, 0),
    "uint64": (64, 2**63),
    "float32": (-32, 0),
    "float64": (-64, 0),
}


def strips(pixels: Pixels, progress: Progress, start: float = 0.0, stop: float = 1.0) -> Iterator[Array]:
    """Read an image from the first row of the first plane to the last, a few rows at a time.

    Parameters
    ----------
    pixels : Pixels
        The image.
    progress : Progress
        Told about each strip.
    start, stop : float
        The part of the progress that reading takes.

    Yields
    ------
    numpy.ndarray
        (rows, columns), physical values in native byte order.
    """
    height, width = pixels.image_shape
    step = max(1, STRIP // (width * pixels.dtype.itemsize))
    done, total = 0, pixels.size // width
    for plane in np.ndindex(*pixels.shape[:-2]):
        for row in range(0, height, step):
            progress.report(start + (stop - start) * done / total)
            strip = pixels.read(slice(row, min(height, row + step)), plane=plane)
            yield strip
            done += len(strip)


def kept_type(dtype: np.dtype[Any]) -> str:
    """Return the type in which values are saved that nobody asked another one for.

    Raises
    ------
    ViewerError
        If FITS has none for them.
    """
    if dtype.kind == "b":
        return "uint8"
    if dtype.name == "float16":
        return "float32"
    if dtype.name not in STORED:
        raise ViewerError(f"values of type {dtype.name} cannot be saved: convert the image to float64 first")
    return dtype.name


class Encoding:
    """The numbers that are stored for an image, and what they mean.

    Parameters
    ----------
    pixels : Pixels
        The image.
    dtype : str
        Type of the physical values in the file, a key of `STORED`.
    progress : Progress
        Told about what is read; missing pixels in integers need a look at all of them first.

    Attributes
    ----------
    bitpix, bzero : int
        As in the header.
    blank : int or None
        The stored number for missing pixels.

    Raises
    ------
    ViewerError
        If pixels are missing and every number of the type is in use.
    """

    def __init__(self, pixels: Pixels, dtype: str, progress: Progress) -> None:
        self.pixels = pixels
        self.dtype = np.dtype(dtype)
        self.bitpix, self.bzero = STORED[dtype]
        self.blank: int | None = None
        self._progress = progress
        self._start = 0.0
        self._missing = self._rounded = self._clipped = self._infinite = 0
        self._hole = 0
        self._limits: tuple[int, int] = (0, 0)
        if self.dtype.kind != "f":
            limits = np.iinfo(self.dtype)
            self._limits = int(limits.min), int(limits.max)
            if pixels.dtype.kind == "f":
                self._start = 0.5
                self._find_blank()

    @property
    def stored(self) -> np.dtype[Any]:
        """Type of the stored numbers, big-endian."""
        kind = "f" if self.bitpix < 0 else "u" if self.bitpix == 8 else "i"
        return np.dtype(f">{kind}{abs(self.bitpix) // 8}")

    def strips(self) -> Iterator[Array]:
        """Encode the image, a few rows at a time, as `strips` reads them."""
        self._missing = self._rounded = self._clipped = self._infinite = 0
        for values in strips(self.pixels, self._progress, self._start, 1.0):
            yield self._shifted(self._converted(values))

    def remarks(self) -> tuple[str, ...]:
        """Say what was lost, a sentence each, once `strips` has come to its end."""
        name = self.dtype.name
        found = []
        if self._clipped:
            low, high = self._limits
            found.append(
                f"{_pixels(self._clipped)} beyond the range of {name} and clipped to {low} or {high}"
            )
        if self._infinite:
            found.append(f"{_pixels(self._infinite)} too large for {name} and infinite now")
        if self._rounded:
            to = "the precision of " + name if self.dtype.kind == "f" else "a whole number"
            found.append(f"{_pixels(self._rounded)} rounded to {to}")
        if self._missing:
            found.append(f"{_pixels(self._missing)} missing and stored as BLANK = {self.blank}")
        return tuple(found)

    def _find_blank(self) -> None:
        """Choose a number for missing pixels that no other pixel has."""
        low, high = self._limits
        small = self.dtype.itemsize <= 2
        used = np.zeros(high - low + 1 if small else 1, bool)
        missing = 0
        for values in strips(self.pixels, self._progress, 0.0, self._start):
            if small:
                there = values[~np.isnan(values)]
                used[np.clip(np.rint(there, dtype=np.float64), low, high).astype(np.int64) - low] = True
                missing += values.size - there.size
            else:
                missing += int(np.count_nonzero(np.isnan(values)))
        if not missing:
            return
        free = np.flatnonzero(~used)
        if not free.size:
            raise ViewerError(
                f"{missing} missing pixels cannot be marked in {self.dtype.name}, all of whose numbers are "
                "in use: save as a larger type or as float32"
            )
        self._hole = low + int(free[0])
        self.blank = self._hole - self.bzero
        if not small:
            # of so many numbers the lowest is set apart; who has it is clipped like those below
            self._limits = low + 1, high

    def _converted(self, values: Array) -> Array:
        if values.dtype == self.dtype:
            return values
        with np.errstate(over="ignore", invalid="ignore"):
            if self.dtype.kind == "f":
                return self._as_floats(values)
            return self._as_integers(values)

    def _as_floats(self, values: Array) -> Array:
        result: Array = values.astype(self.dtype)
        exact = np.can_cast(values.dtype, self.dtype) and values.dtype.itemsize < self.dtype.itemsize
        if not exact:
            back = result.astype(values.dtype)
            infinite = np.isinf(result) & np.isfinite(values)
            self._infinite += int(np.count_nonzero(infinite))
            self._rounded += int(np.count_nonzero((back != values) & ~np.isnan(result) & ~infinite))
        return result

    def _as_integers(self, values: Array) -> Array:
        low, high = self._limits
        if values.dtype.kind != "f":
            if values.dtype.kind == "b":
                return values.astype(self.dtype)
            limits = np.iinfo(values.dtype)
            clipped = np.clip(values, max(low, int(limits.min)), min(high, int(limits.max)))
            self._clipped += int(np.count_nonzero(clipped != values))
            narrow: Array = clipped.astype(self.dtype)
            return narrow
        missing = np.isnan(values)
        whole = np.rint(values, dtype=np.float64)
        clipped = np.clip(whole, low, high)
        count = int(np.count_nonzero(missing))
        self._missing += count
        self._clipped += int(np.count_nonzero(clipped != whole)) - count
        self._rounded += int(np.count_nonzero(whole != values)) - count
        if count:
            clipped[missing] = self._hole
        return clipped.astype(self.dtype)

    def _shifted(self, values: Array) -> Array:
        """Subtract BZERO and take the file's byte order."""
        if self.bzero:
            # adding half the range to a two's complement number is flipping its highest bit
            bits = np.dtype(f"u{self.dtype.itemsize}")
            flipped = values.view(bits) ^ bits.type(1 << (8 * self.dtype.itemsize - 1))
            shifted: Array = flipped.astype(bits.newbyteorder(">")).view(self.stored)
            return shifted
        return np.ascontiguousarray(values, self.stored)


def _pixels(count: int) -> str:
    return "1 pixel was" if count == 1 else f"{count} pixels were"
