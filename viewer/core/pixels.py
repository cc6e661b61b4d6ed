"""Pixels: an image that is read window by window, wherever its values are kept."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import numpy as np

ALL = slice(None)


def with_missing(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that holds these values and NaN: float32 where it is exact, else float64."""
    if dtype.kind == "f":
        return dtype
    return np.dtype(np.float32 if dtype.itemsize < 4 else np.float64)


class Pixels(ABC):
    """Read-only physical values of an image of one or more dimensions.

    Reading is thread-safe. What `read` returns has native byte order and physical values (BSCALE,
    BZERO and BLANK applied; missing pixels of integer images that have any are NaN).

    Attributes
    ----------
    shape : tuple of int
        In numpy order, ``(..., NAXIS2, NAXIS1)``.
    dtype : numpy.dtype
        Of the physical values, in native byte order.
    together : int
        How many rows, counted from the first, are read at the price of one.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    together: int = 1

    @property
    def problems(self) -> tuple[str, ...]:
        """What reading has found to be damaged so far, a sentence each."""
        return ()

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of pixels."""
        count = 1
        for length in self.shape:
            count *= length
        return count

    @property
    def image_shape(self) -> tuple[int, int]:
        """Rows and columns of one plane; a one-dimensional image is a single row."""
        return (self.shape[-2], self.shape[-1]) if self.ndim > 1 else (1, self.shape[-1])

    def index(self, plane: tuple[int, ...]) -> tuple[int, ...]:
        """Complete the indices of the leading axes: an empty tuple means the first plane."""
        return plane if plane else (0,) * max(0, self.ndim - 2)

    @abstractmethod
    def read(
        self, rows: slice = ALL, columns: slice = ALL, plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """Read a window of one plane; nothing else is touched.

        Parameters
        ----------
        rows, columns : slice
            Which rows and columns, with positive steps if any.
        plane : tuple of int
            Indices of the leading axes in numpy order; empty for the first plane.

        Returns
        -------
        numpy.ndarray
            Two-dimensional, native byte order, physical values. It may be a view of the image's own
            memory and is then read-only.
        """

    def pick(
        self, rows: np.ndarray[Any, Any], columns: np.ndarray[Any, Any], plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """Read single pixels of a plane.

        Parameters
        ----------
        rows, columns : numpy.ndarray
            Where they are, in ascending order of the rows.
        plane : tuple of int
            As in `read`.

        Returns
        -------
        numpy.ndarray
            One value for each.
        """
        picked = np.empty(rows.size, self.dtype)
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        stops = np.append(starts, rows.size)[1:]
        for start, stop in zip(starts, stops, strict=True):
            row, wanted = int(rows[start]), columns[start:stop]
            first, last = int(wanted.min()), int(wanted.max())
            line = self.read(slice(row, row + 1), slice(first, last + 1), plane)
            picked[start:stop] = line[0, wanted - first]
        return picked

    def expect(self, rows: Iterable[range], plane: tuple[int, ...] = ()) -> None:
        """Say which rows of a plane are going to be read, so that they can be fetched meanwhile.

        Parameters
        ----------
        rows : iterable of range
            Their numbers, ascending.
        plane : tuple of int
            As in `read`.
        """
        return

    def value(self, index: tuple[int, ...]) -> Any:
        """Return the exact physical value of one pixel as a numpy scalar.

        Parameters
        ----------
        index : tuple of int
            One non-negative index for each axis, in numpy order.
        """
        row = index[-2] if self.ndim > 1 else 0
        column = index[-1]
        window = self.read(slice(row, row + 1), slice(column, column + 1), tuple(index[:-2]))
        return window[0, 0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        """Read everything."""
        whole = np.empty(self.shape, self.dtype)
        for plane in np.ndindex(*self.shape[:-2]):
            whole[plane] = self.read(plane=plane)[0] if self.ndim == 1 else self.read(plane=plane)
        result: np.ndarray[Any, Any] = whole if dtype is None else whole.astype(dtype)
        return result


class ArrayPixels(Pixels):
    """An array in memory; it is made read-only, so that a change in place fails loudly.

    Parameters
    ----------
    array : numpy.ndarray
        One or more dimensions, any byte order.
    """

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        array = np.asarray(array)
        native = array.astype(array.dtype.newbyteorder("="), copy=False).view()
        native.flags.writeable = False
        self._array = native
        self.shape = native.shape
        self.dtype = native.dtype

    @property
    def array(self) -> np.ndarray[Any, Any]:
        """The array itself, read-only."""
        return self._array

    def read(
        self, rows: slice = ALL, columns: slice = ALL, plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """See `Pixels.read`."""
        whole = self._array[np.newaxis] if self.ndim == 1 else self._array[self.index(plane)]
        window: np.ndarray[Any, Any] = whole[rows, columns]
        return window


class MaskedPixels(Pixels):
    """Pixels some of which are masked: they read as NaN, but their values are not lost.

    Parameters
    ----------
    pixels : Pixels
        All the values.
    mask : numpy.ndarray
        Boolean, of the same shape; True where a pixel is masked.
    """

    def __init__(self, pixels: Pixels, mask: np.ndarray[Any, Any]) -> None:
        self.unmasked = pixels
        self.mask = mask.view()
        self.mask.flags.writeable = False
        self._mask_pixels = ArrayPixels(mask)
        self.shape = pixels.shape
        self.dtype = with_missing(pixels.dtype)

    def read(
        self, rows: slice = ALL, columns: slice = ALL, plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """See `Pixels.read`."""
        window = self.unmasked.read(rows, columns, plane).astype(self.dtype)
        window[self._mask_pixels.read(rows, columns, plane)] = np.nan
        return window


class SectionPixels(Pixels):
    """A rectangle of another image, as a bracket section ``[x1:x2,y1:y2]`` names it.

    Parameters
    ----------
    pixels : Pixels
        The whole image.
    rows, columns : slice
        0-based and half-open, without steps.
    """

    def __init__(self, pixels: Pixels, rows: slice, columns: slice) -> None:
        self._pixels = pixels
        height, width = pixels.image_shape
        self._rows = range(*rows.indices(height))
        self._columns = range(*columns.indices(width))
        last = (len(self._rows), len(self._columns)) if pixels.ndim > 1 else (len(self._columns),)
        self.shape = (*pixels.shape[:-2], *last)
        self.dtype = pixels.dtype

    def read(
        self, rows: slice = ALL, columns: slice = ALL, plane: tuple[int, ...] = ()
    ) -> np.ndarray[Any, Any]:
        """See `Pixels.read`."""
        return self._pixels.read(_within(self._rows, rows), _within(self._columns, columns), plane)


def _within(outer: range, part: slice) -> slice:
    inner = outer[part]
    return slice(inner.start, max(inner.start, inner.stop), inner.step)
