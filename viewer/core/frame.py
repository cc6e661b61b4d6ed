"""Frame: one image as a frozen value - pixels, header, WCS, and where they came from."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.pixels import ArrayPixels, MaskedPixels, Pixels

if TYPE_CHECKING:
    from astropy.io.fits import Header

    from viewer.core.world import World


@dataclass(frozen=True, eq=False)
class Frame:
    """An image that never changes; whatever changes it makes a new one.

    Attributes
    ----------
    pixels : Pixels
        Two-dimensional, a cube of any number of axes, or one-dimensional.
    name : str
        What the user calls it: the file's name, with the HDU in brackets if it is not the first.
    path : pathlib.Path or None
        The file it was read from.
    hdu : int
        Index of the HDU in that file.
    cards : bytes or astropy.io.fits.Header
        The header; as bytes (80 for each card) it is parsed when somebody first asks.
    unit : str
        BUNIT, or empty.
    problems : tuple of str
        What is wrong with the file, a sentence each; the pixels are what could be saved.
    top_down : bool
        ROWORDER = 'TOP-DOWN': the first row is the top one.
    colour : bool
        The three planes are red, green and blue.
    """

    pixels: Pixels
    name: str = ""
    path: Path | None = None
    hdu: int = 0
    cards: "bytes | Header" = b""
    unit: str = ""
    problems: tuple[str, ...] = ()
    top_down: bool = False
    colour: bool = False

    @property
    def data(self) -> "np.ndarray[Any, Any]":
        """All values in an array that may not be written to; also those that are masked."""
        pixels = self.pixels.unmasked if isinstance(self.pixels, MaskedPixels) else self.pixels
        if isinstance(pixels, ArrayPixels):
            return pixels.array
        whole = np.asarray(pixels)
        whole.flags.writeable = False
        return whole

    @property
    def mask(self) -> "np.ndarray[Any, Any] | None":
        """Boolean, True where a pixel is masked; None if none is."""
        return self.pixels.mask if isinstance(self.pixels, MaskedPixels) else None

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.pixels.ndim

    @property
    def full_name(self) -> str:
        """The file and, unless it is the one that is shown first, the HDU as brackets name it."""
        if self.path is None:
            return self.name
        folder = self.path.absolute().parent
        return str((folder.resolve() if ".." in folder.parts else folder) / self.name)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the pixels in numpy order."""
        return self.pixels.shape

    @property
    def image_shape(self) -> tuple[int, int]:
        """Rows and columns of one plane."""
        return self.pixels.image_shape

    @cached_property
    def header(self) -> "Header":
        """The header, parsed; a card that astropy cannot read stays as it is."""
        # astropy costs half a second and the first picture does without it
        from viewer.core.header import parse

        return parse(self.cards) if isinstance(self.cards, bytes) else self.cards

    @cached_property
    def world(self) -> "World":
        """Pixel to sky and back, and every other coordinate system of the header."""
        # as above: astropy.wcs is not needed before the first picture
        from viewer.core.world import World

        return World.of(self)

    @classmethod
    def of(cls, data: "np.ndarray[Any, Any]", header: "Header", colour: bool = False) -> "Frame":
        """Return a new image of physical values and a header."""
        return cls(ArrayPixels(np.ascontiguousarray(data)), cards=header, colour=colour)

    def derive(self, **changes: Any) -> "Frame":
        """Return a copy with some fields replaced.

        What has been found out about the header is kept if neither header nor pixels change.

        Parameters
        ----------
        **changes
            Fields; and ``data`` (an array of physical values), ``mask`` (boolean or None) and ``header``,
            which stand for `pixels` and `cards`. New data without a mask keeps the frame's if the shape is
            the same.
        """
        if changes.keys() & {"data", "mask"}:
            changes["pixels"] = self._pixels_of(changes)
        if "header" in changes:
            changes["cards"] = changes.pop("header")
        changed = replace(self, **changes)
        if changed.cards is self.cards and changed.pixels is self.pixels:
            for name in {"header", "world"} & self.__dict__.keys():
                changed.__dict__[name] = self.__dict__[name]
        return changed

    def _pixels_of(self, changes: dict[str, Any]) -> Pixels:
        values = self.pixels.unmasked if isinstance(self.pixels, MaskedPixels) else self.pixels
        if "data" in changes:
            values = ArrayPixels(np.ascontiguousarray(changes.pop("data")))
        mask = changes.pop("mask", self.mask)
        if mask is None or mask.shape != values.shape:
            return values
        return MaskedPixels(values, np.ascontiguousarray(mask))
