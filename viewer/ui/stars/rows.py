"""Rows: the table of a list of stars with what the window shows besides: magnitudes."""

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

if TYPE_CHECKING:
    from viewer.core.measure.starlist import StarList

Array = np.ndarray[Any, np.dtype[Any]]
_made: "WeakKeyDictionary[StarList, Array]" = WeakKeyDictionary()


def rows_of(stars: "StarList") -> Array:
    """Return the stars with magnitudes: by the zero point, else instrumental ones (0 for a flux of 1)."""
    rows = _made.get(stars)
    if rows is None:
        table = stars.table
        rows = np.empty(len(table), [*table.dtype.descr, ("mag", np.float64)])
        for name in table.dtype.names or ():
            rows[name] = table[name]
        with np.errstate(all="ignore"):
            magnitude = (stars.zero_point or 0.0) - 2.5 * np.log10(table["flux"])
        rows["mag"] = np.where(np.isfinite(magnitude), magnitude, np.nan)
        _made[stars] = rows
    return rows
