"""Frame: one image as a frozen value - pixels, header, WCS, and where they came from."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.core.pixels import Pixels

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
    mask : None
        Reserved for pixel masks.
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
    mask: None = None

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

    def derive(self, **changes: Any) -> "Frame":
        """Return a copy with some fields replaced.

        What has been found out about the header is kept if neither header nor pixels change.
        """
        changed = replace(self, **changes)
        if changed.cards is self.cards and changed.pixels is self.pixels:
            for name in {"header", "world"} & self.__dict__.keys():
                changed.__dict__[name] = self.__dict__[name]
        return changed
