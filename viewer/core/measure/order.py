"""Order: the exact median of any number of values, in one pass if they fit and digit by digit if not."""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

AT_ONCE = 1 << 23
"""So many values are kept and sorted; more are counted."""

_DIGIT = 16


class Ranks:
    """Finds the two middle values.

    Values are turned into unsigned integers of the same order. The first pass counts their highest
    16 bits; each later one counts the next 16 of those values that may still be a middle one, so
    that two passes find the median of 32-bit values and four that of 64-bit ones.

    Parameters
    ----------
    dtype : numpy.dtype
        Of the values.
    size : int
        The most that will come.
    """

    def __init__(self, dtype: np.dtype[Any], size: int) -> None:
        self._bits = dtype.itemsize * 8
        self._kept: list[Array] | None = [] if size <= AT_ONCE else None
        self._dtype = dtype
        self._shift = max(0, self._bits - _DIGIT)
        self._counts: list[Array] = [np.zeros(1 << min(_DIGIT, self._bits), np.int64)]
        self._prefixes: list[int] = [0]
        self._below: list[int] = [0]
        self._total = 0
        self.passes = 1 if self._kept is not None else -(-self._bits // _DIGIT)
        self.known = self._kept is not None or self._shift == 0

    def first(self, values: Array) -> None:
        """Take a block of the first pass in, finite values only."""
        self._total += values.size
        if self._kept is not None:
            self._kept.append(values.copy())
            return
        digits = (_keys(values) >> self._shift).astype(np.uint16)
        self._counts[0] += np.bincount(digits, minlength=self._counts[0].size)

    def narrow(self) -> None:
        """Choose, after a pass, which values the next one has to count."""
        found: dict[int, int] = {}
        for rank in self._wanted():
            which = self._which(rank)
            digit, below = _find(self._counts[which], rank - self._below[which])
            found[(self._prefixes[which] << _DIGIT) | digit] = self._below[which] + below
        self._prefixes, self._below = list(found), list(found.values())
        self._shift -= _DIGIT
        self._counts = [np.zeros(1 << _DIGIT, np.int64) for _ in found]
        self.known = self._shift == 0

    def again(self, values: Array) -> None:
        """Take a block of a later pass in."""
        if values.dtype.kind == "f":
            values = values[np.isfinite(values)]
        keys = _keys(values.ravel())
        high = keys >> (self._shift + _DIGIT)
        for prefix, counts in zip(self._prefixes, self._counts, strict=True):
            chosen = keys[high == prefix]
            digits = ((chosen >> self._shift) & 0xFFFF).astype(np.uint16)
            counts += np.bincount(digits, minlength=counts.size)

    def median(self) -> float:
        """Return the middle value, or the mean of the two."""
        low, high = (self._value(rank) for rank in self._wanted())
        middle = (low + high) / 2
        return middle if math.isfinite(middle) else low / 2 + high / 2

    def _wanted(self) -> tuple[int, int]:
        return (self._total - 1) // 2, self._total // 2

    def _value(self, rank: int) -> int | float:
        if self._kept is not None:
            if len(self._kept) != 1:
                self._kept = [np.concatenate(self._kept)]
            values = self._kept[0]
            values.partition(list(dict.fromkeys(self._wanted())))
            middle: int | float = values[rank].item()
            return middle
        which = self._which(rank)
        digit, _ = _find(self._counts[which], rank - self._below[which])
        bits = min(self._bits, _DIGIT)
        return _value_of((self._prefixes[which] << bits) | digit, self._dtype)

    def _which(self, rank: int) -> int:
        """Return which of the prefixes the value of a rank has."""
        return max((i for i, below in enumerate(self._below) if below <= rank), key=lambda i: self._below[i])


def _find(counts: Array, rank: int) -> tuple[int, int]:
    """Return the digit that the value of a rank has, and how many values have a smaller one."""
    sums = np.cumsum(counts)
    digit = int(np.searchsorted(sums, rank, side="right"))
    return digit, int(sums[digit] - counts[digit])


def _keys(values: Array) -> Array:
    """Turn values into unsigned integers of the same order and size."""
    unsigned = np.dtype(f"u{values.dtype.itemsize}")
    top = unsigned.type(1 << (8 * unsigned.itemsize - 1))
    if values.dtype.kind == "u":
        return values
    bits = np.ascontiguousarray(values).view(unsigned)
    if values.dtype.kind == "i":
        flipped: Array = bits ^ top
        return flipped
    # IEEE 754: negative numbers count downwards, so all their bits are turned
    return np.where(bits & top, ~bits, bits | top)


def _value_of(key: int, dtype: np.dtype[Any]) -> int | float:
    """Turn such an integer back."""
    unsigned = np.dtype(f"u{dtype.itemsize}")
    top = 1 << (8 * dtype.itemsize - 1)
    if dtype.kind == "u":
        return key
    if dtype.kind == "i":
        return key - top
    bits = key ^ top if key & top else key ^ (2 * top - 1)
    value: float = np.array([bits], unsigned).view(dtype)[0].item()
    return value
