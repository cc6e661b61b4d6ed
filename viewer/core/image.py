"""Image: one of many that an operation works with, read row by row where it is in a file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.pixels import Pixels

if TYPE_CHECKING:
    from astropy.io.fits import Header


class Rows:
    """The values of an image, of which only those rows are read that are asked for.

    In a script, an array of numpy stands in its place.

    Parameters
    ----------
    pixels : Pixels
        Where the values are; masked ones read as NaN.
    """

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self.shape = pixels.shape
        self.dtype = pixels.dtype
        self.ndim = pixels.ndim
        self.size = pixels.size

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        """Read rows ``[first:last]`` of an image, planes of a cube; anything else reads the whole image."""
        if self.ndim > 1 and isinstance(key, slice) and key.step in (None, 1):
            part = range(*key.indices(self.shape[0]))
            if self.ndim == 2:
                return self._pixels.read(rows=slice(part.start, part.stop))
            planes = np.empty((len(part), *self.shape[1:]), self.dtype)
            for place in np.ndindex(planes.shape[:-2]):
                planes[place] = self._pixels.read(plane=(part.start + place[0], *place[1:]))
            return planes
        return np.asarray(self._pixels)[key]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        """Read everything."""
        whole = np.asarray(self._pixels)
        return whole if dtype is None else whole.astype(dtype)


@dataclass(frozen=True)
class Image:
    """What an operation on many images knows of each.

    Attributes
    ----------
    name : str
        Of the file, without folders.
    data : Rows
        The values.
    header : astropy.io.fits.Header
        A copy without the steps that were done to this image; it may be changed.
    """

    name: str
    data: Rows
    header: "Header"

    @classmethod
    def of(cls, frame: Frame) -> "Image":
        """Describe a frame; nothing is read yet."""
        return cls(frame.name, Rows(frame.pixels), without_steps(frame.header))


def without_steps(header: "Header") -> "Header":
    """Return a copy of a header without the lines of HISTORY that Skyloupe reads: they tell of one image."""
    changed = header.copy()
    for place in range(len(changed) - 1, -1, -1):
        if changed.cards[place].keyword == "HISTORY" and str(changed[place]).startswith("skyloupe"):
            del changed[place]
    return changed
