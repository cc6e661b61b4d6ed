"""What several operations use; copied into scripts with its source."""

import numpy as np
from astropy.io.fits import Header

from viewer.core.arrays import Array, floating
from viewer.core.errors import ViewerError

__all__ = ["Array", "floating", "kernel_fits", "same_shape", "values_of", "without_unit"]


def without_unit(header: Header) -> Header:
    """Return a copy of a header that does not say any more what the values are measured in."""
    changed = header.copy()
    changed.remove("BUNIT", ignore_missing=True)
    return changed


def same_shape(data: Array, other: Array) -> None:
    """Refuse to combine images of different sizes."""
    if other.shape not in (data.shape, data.shape[-2:]):
        have, wanted = (" x ".join(str(n) for n in array.shape[::-1]) for array in (other, data))
        raise ViewerError(f"the other image has {have} pixels, this one {wanted}: they have to be the same.")


def kernel_fits(data: Array, height: int, width: int) -> None:
    """Refuse a kernel that is larger than the image."""
    rows, columns = data.shape[-2:]
    if height > rows or width > columns:
        raise ViewerError(
            f"the kernel of {width} x {height} pixels is larger than the image of {columns} x {rows}: "
            "choose a smaller one."
        )


def values_of(data: Array) -> Array:
    """Return the values of all pixels that have one, as a list; refuse an image without any."""
    values = data[np.isfinite(data)]
    if not values.size:
        raise ViewerError("every pixel of the image is missing: there is nothing to calculate with.")
    return values
