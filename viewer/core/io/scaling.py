"""Scaling: from the numbers that are stored in a FITS file to physical values."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.io.cards import Cards

STORED = {8: ">u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


@dataclass(frozen=True)
class Scaling:
    """physical = BZERO + BSCALE * stored, with BLANK as NaN (FITS standard 4.0, section 4.4.2).

    The types are those that `astropy.io.fits` chooses: unsigned integers (and int8) where BZERO
    says so, else float32 for 8 and 16 bits and float64 for 32 and 64. Two differences: a BLANK of
    0 is honoured, and so is one beside the BZERO of unsigned integers, which makes them floats.

    Attributes
    ----------
    bitpix : int
        8, 16, 32, 64, -32 or -64.
    bscale, bzero : float or int
        1 and 0 if nothing is to be done.
    blank : int or None
        The stored number that stands for a missing pixel; integers only.
    missing : bool
        Pixels may be missing for another reason: the result must be able to hold NaN.
    """

    bitpix: int
    bscale: float = 1
    bzero: float = 0
    blank: int | None = None
    missing: bool = False

    @classmethod
    def of(cls, cards: Cards, bitpix: int, missing: bool = False) -> "Scaling":
        """Read BSCALE, BZERO and BLANK; what is not a number is left out."""
        blank = cards.integer("BLANK") if bitpix > 0 else None
        return cls(bitpix, cards.number("BSCALE", 1), cards.number("BZERO", 0), blank, missing)

    @property
    def stored(self) -> np.dtype[Any]:
        """Type of the numbers in the file, big-endian."""
        return np.dtype(STORED[self.bitpix])

    @property
    def integer(self) -> np.dtype[Any] | None:
        """The integer type of the physical values; None if they are not integers."""
        if self.bitpix < 0 or self.bscale != 1:
            return None
        if self.bzero == 0:
            return self.stored.newbyteorder("=")
        if self.bitpix == 8:
            return np.dtype("i1") if self.bzero == -128 else None
        return np.dtype(f"u{self.bitpix // 8}") if self.bzero == 2 ** (self.bitpix - 1) else None

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the physical values in native byte order."""
        if self.bitpix < 0:
            return self.stored.newbyteorder("=")
        if self.integer is not None and self.blank is None and not self.missing:
            return self.integer
        return np.dtype("f4" if self.bitpix <= 16 else "f8")

    def apply(self, stored: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the physical values of stored numbers.

        Parameters
        ----------
        stored : numpy.ndarray
            Of the type `stored`, any shape and strides, also in native byte order.

        Returns
        -------
        numpy.ndarray
            Of the type `dtype` and the same shape; it may be `stored` itself if nothing is to do.
        """
        integer = self.integer
        if integer is not None:
            values = self._integers(stored, integer).astype(self.dtype, copy=False)
        else:
            values = stored.astype(self.dtype, copy=self.bscale != 1 or self.bzero != 0)
            # as astropy does it, in the result's own precision, one after the other
            with np.errstate(all="ignore"):
                if self.bscale != 1:
                    values *= float(self.bscale)
                if self.bzero != 0:
                    values += float(self.bzero)
        if self.blank is not None and self._holds(self.blank):
            values[stored == self.blank] = np.nan
        return values

    def exact(self, stored: np.ndarray[Any, Any]) -> Any:
        """Return one physical value with all its digits.

        An integer stays one, even in an image whose missing pixels make it an image of floats.

        Parameters
        ----------
        stored : numpy.ndarray
            Of shape (1,).

        Returns
        -------
        numpy.generic
            Of the type `integer`, or `dtype` if that is None or the value is BLANK.
        """
        integer = self.integer
        if integer is None or stored[0] == self.blank:
            return self.apply(stored)[0]
        return self._integers(stored, integer)[0]

    def _integers(self, stored: np.ndarray[Any, Any], integer: np.dtype[Any]) -> np.ndarray[Any, Any]:
        if self.bzero == 0:
            return stored.astype(integer, copy=False)
        # adding half the range to a two's complement number is flipping its highest bit
        bits = np.dtype(f"u{integer.itemsize}")
        values = stored.view(stored.dtype.str[0] + bits.str[1:]).astype(bits)
        values ^= bits.type(1 << (8 * integer.itemsize - 1))
        physical: np.ndarray[Any, Any] = values.view(integer)
        return physical

    def _holds(self, number: int) -> bool:
        limits = np.iinfo(self.stored)
        return int(limits.min) <= number <= int(limits.max)
