"""Quantised floats: integers of a compressed tile back to floating-point pixels (FITS standard 4.0, 10.2)."""

from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_RANDOMS = 10_000
# SUBTRACTIVE_DITHER_2 keeps pixels that are exactly zero by this number
_ZERO = -2147483646


@cache
def randoms() -> Array:
    """Return the 10,000 pseudo-random numbers between 0 and 1 of the standard's Appendix I.

    Park and Miller's generator, seed = 16807 * seed mod (2^31 - 1), beginning with 1.
    """
    values = np.empty(_RANDOMS, np.float32)
    seed = 1
    for place in range(_RANDOMS):
        seed = seed * 16807 % 2147483647
        values[place] = seed / 2147483647
    values.flags.writeable = False
    return values


def unquantised(
    numbers: Array, scale: float, zero: float, method: str, row: int, blank: int | None, dtype: np.dtype[Any]
) -> Array:
    """Turn the integers of one tile into floats.

    Parameters
    ----------
    numbers : numpy.ndarray
        One-dimensional, integers.
    scale, zero : float
        ZSCALE and ZZERO of the tile.
    method : str
        ZQUANTIZ: ``NO_DITHER``, ``SUBTRACTIVE_DITHER_1`` or ``SUBTRACTIVE_DITHER_2``.
    row : int
        Index of the tile, from 0, plus ZDITHER0: the beginning of its pseudo-random numbers.
    blank : int, optional
        ZBLANK, the number that stands for NaN.
    dtype : numpy.dtype
        Of the result.

    Returns
    -------
    numpy.ndarray
        Of the shape of `numbers`.
    """
    values = numbers.astype(np.float64)
    if method.startswith("SUBTRACTIVE_DITHER"):
        values -= _sequence(numbers.size, row)
        values += 0.5
    with np.errstate(all="ignore"):
        values *= scale
        values += zero
        result = values.astype(dtype)
    if method == "SUBTRACTIVE_DITHER_2":
        result[numbers == _ZERO] = 0
    if blank is not None:
        result[numbers == blank] = np.nan
    return result


def _sequence(count: int, row: int) -> Array:
    """Return the random numbers of one tile: from a random place on to the end, from the next place on, …."""
    table = randoms()
    seed = (row - 1) % _RANDOMS
    pieces = []
    while count > 0:
        start = int(table[seed] * np.float32(500))
        pieces.append(table[start : start + count])
        count -= len(pieces[-1])
        seed = (seed + 1) % _RANDOMS
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
