"""FilePixels: an uncompressed FITS image that stays in its memory-mapped file."""

import mmap
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from viewer.core.io.ahead import ask_for
from viewer.core.io.scaling import Scaling
from viewer.core.io.scan import Buffer, ScannedHdu
from viewer.core.pixels import ALL, Pixels

# what is smaller comes with a few turns of the disk anyway
_LARGE = 1 << 25


class FilePixels(Pixels):
    """The image of one HDU; reading a window touches and converts nothing else.

    What a file that is cut short does not hold is NaN.

    Parameters
    ----------
    buffer : numpy.ndarray of uint8
        The whole file.
    hdu : ScannedHdu
        An image with at least one axis, none of them of length 0.
    check : callable
        Called before each access; raises `ViewerError` if the buffer must not be touched any more.

    Attributes
    ----------
    hdu : ScannedHdu
        As given.
    """

    def __init__(self, buffer: Buffer, hdu: ScannedHdu, check: Callable[[], None] = lambda: None) -> None:
        self._check = check
        self._buffer = buffer
        self.hdu = hdu
        self.shape = hdu.axes[::-1]
        size = self.size
        self._scaling = Scaling.of(hdu.cards, hdu.bitpix, missing=hdu.available < hdu.data_size)
        self.dtype = self._scaling.dtype
        # a page of memory is the least that comes from a disk
        self.together = max(1, mmap.PAGESIZE // (self.shape[-1] * self._scaling.stored.itemsize))
        stored = self._scaling.stored
        count = min(size, hdu.available // stored.itemsize)
        # a plain array: slicing a numpy.memmap costs several microseconds more
        data = np.asarray(buffer)[hdu.data_offset : hdu.data_offset + count * stored.itemsize]
        self._flat = data.view(stored)
        self._flat.flags.writeable = False
        self._array = self._flat.reshape(self.shape) if count == size else None

    @property
    def whole(self) -> bool:
        """Whether the file holds all of the image."""
        return self._array is not None

    def stored(self) -> Buffer:
        """Return the bytes of the image as they are in the file, to be copied."""
        self._check()
        return self._flat.view(np.uint8)

    def read(
        self, rows: slice = ALL, columns: slice = ALL, plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """See `Pixels.read`."""
        self._check()
        if self._array is None:
            return self._read_cut(rows, columns, plane)
        image = self._array[np.newaxis] if self.ndim == 1 else self._array[self.index(plane)]
        return self._scaling.apply(image[rows, columns])

    def pick(
        self, rows: np.ndarray[Any, Any], columns: np.ndarray[Any, Any], plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """See `Pixels.pick`; at once, for zscale looks at a thousand rows."""
        if self._array is None:
            return super().pick(rows, columns, plane)
        self._check()
        self._ask_for(rows * self.shape[-1] + columns, 1, plane)
        image = self._array[np.newaxis] if self.ndim == 1 else self._array[self.index(plane)]
        return self._scaling.apply(image[rows, columns])

    def expect(self, rows: Iterable[range], plane: tuple[int, ...] = ()) -> None:
        """See `Pixels.expect`."""
        for part in rows if self._array is not None else ():
            lines = np.arange(part.start, part.stop, part.step) if part.step > 1 else np.array([part.start])
            self._ask_for(lines * self.shape[-1], self.shape[-1] * (1 if part.step > 1 else len(part)), plane)

    def value(self, index: tuple[int, ...]) -> Any:
        """See `Pixels.value`; integers stay integers even if the image has missing pixels."""
        self._check()
        place = int(np.ravel_multi_index(index, self.shape))
        stored = self._flat[place : place + 1]
        return self._scaling.exact(stored) if stored.size else self.dtype.type(np.nan)

    def _ask_for(self, places: np.ndarray[Any, Any], count: int, plane: tuple[int, ...]) -> None:
        """Ask the system for `count` pixels from each of these places in a plane on."""
        size = self._flat.dtype.itemsize
        if self._flat.nbytes > _LARGE:
            height, width = self.image_shape
            first = int(np.ravel_multi_index((*self.index(plane), 0, 0), (*self.shape[:-2], height, width)))
            ask_for(
                self._buffer, self.hdu.data_offset + (first + places.astype(np.int64)) * size, count * size
            )

    def _read_cut(self, rows: slice, columns: slice, plane: tuple[int, ...]) -> np.ndarray[Any, Any]:
        height, width = self.image_shape
        row_range, column_range = range(*rows.indices(height)), range(*columns.indices(width))
        window = np.full((len(row_range), len(column_range)), np.nan, self.dtype)
        first = np.ravel_multi_index((*self.index(plane), 0, 0), (*self.shape[:-2], height, width))
        here = self._flat[int(first) : int(first) + height * width]
        whole, rest = divmod(here.size, width)
        image = here[: whole * width].reshape(whole, width)
        above = _below(row_range, whole)
        window[:above] = self._scaling.apply(image[_slice(row_range), _slice(column_range)][:above])
        if rest and whole in row_range:
            kept = _below(column_range, rest)
            window[above, :kept] = self._scaling.apply(here[whole * width :][_slice(column_range)])
        return window


def _slice(numbers: range) -> slice:
    return slice(numbers.start, numbers.stop, numbers.step)


def _below(numbers: range, limit: int) -> int:
    """Count the members of an ascending range that are less than a limit."""
    return len(range(numbers.start, min(numbers.stop, limit), numbers.step))
