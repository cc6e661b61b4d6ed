"""Arrays of values: what nearly everything that calculates with them begins with."""

from typing import Any

import numpy as np

__all__ = ["Array", "floating"]

Array = np.ndarray[Any, np.dtype[Any]]


def floating(data: Array) -> Array:
    """Return values as floating point: float32 where that is exact, else float64."""
    if data.dtype.kind == "f" and data.dtype.itemsize > 2:
        return data
    return data.astype(np.float32 if data.dtype.itemsize <= 2 else np.float64)
