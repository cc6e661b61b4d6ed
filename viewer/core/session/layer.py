"""Layer: what is drawn over one image, as a frozen value."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.shapes.region import Region

if TYPE_CHECKING:
    from viewer.core.catalogue.catalogue import Catalogue
    from viewer.core.measure.starlist import StarList

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class StarStyle:
    """How found stars are drawn.

    Attributes
    ----------
    shown : bool
        Whether they are drawn at all.
    size : str
        What the radius of a circle follows: ``flux``, ``fwhm`` or ``fixed``.
    colour : str
        Of the circles, where no column gives it.
    colour_by : str
        Name of the column that colours them; empty for one colour.
    label : str
        Name of the column written beside them, ``number`` for the row's; empty for none.
    filter : str
        Only the stars that it asks for are drawn and listed: ``snr>20 fwhm<4``; empty for all.
    colormap : str
        The colours of the column, from its lowest value to its highest.
    chart : str
        ``black`` or ``white`` draws a chart of the sky in place of the picture: discs on this ground.
    """

    shown: bool = True
    size: str = "flux"
    colour: str = "#ff7ad9"
    colour_by: str = ""
    label: str = ""
    filter: str = ""
    colormap: str = "turbo"
    chart: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """A catalogue and how it is drawn.

    Attributes
    ----------
    catalogue : Catalogue
        Its objects.
    visible : bool
        Whether it is drawn.
    symbol : str
        ``circle``, ``cross``, ``plus``, ``box`` or ``diamond``.
    colour : str
        Of the symbols.
    size : float
        Radius in pixels of the screen.
    size_by : str
        Column of magnitudes that the size follows; empty for one size.
    label : str
        Column written beside each; empty for none.
    """

    catalogue: "Catalogue"
    visible: bool = True
    symbol: str = "circle"
    colour: str = "#ffb000"
    size: float = 6.0
    size_by: str = ""
    label: str = ""


@dataclass(frozen=True, eq=False)
class Contours:
    """Lines of equal value.

    Attributes
    ----------
    levels : tuple of float
        Values.
    lines : tuple of tuple of numpy.ndarray
        For each level its lines, each an array of positions (x, y), 0-based, in rows.
    colour : str
        Of the lines.
    name : str
        Of the image that they were made of, if it is another one.
    """

    levels: tuple[float, ...]
    lines: tuple[tuple[Array, ...], ...]
    colour: str = "#40c4ff"
    name: str = ""

    def moved(self, matrix: Array, offset: Array) -> "Contours":
        """Return the lines of an image whose pixels moved to p' = matrix p + offset."""
        return replace(
            self, lines=tuple(tuple(line @ matrix.T + offset for line in lines) for lines in self.lines)
        )


@dataclass(frozen=True, eq=False)
class Layer:
    """What is drawn over an image; in its pixels.

    Attributes
    ----------
    regions : tuple of Region
        In the order in which they are drawn.
    selected : frozenset of int
        Keys of the selected regions.
    stars : StarList or None
        The stars that were found.
    marked : frozenset of int
        Rows of the stars that are selected.
    star_style : StarStyle
        How stars are drawn.
    catalogues : tuple of Shown
        In the order in which they are drawn.
    contours : Contours or None
        Lines of equal value.
    """

    regions: tuple[Region, ...] = ()
    selected: frozenset[int] = frozenset()
    stars: "StarList | None" = None
    marked: frozenset[int] = frozenset()
    star_style: StarStyle = StarStyle()
    catalogues: tuple[Shown, ...] = ()
    contours: Contours | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing in it has a place."""
        return not (self.regions or self.catalogues) and self.stars is None and self.contours is None

    @property
    def chosen(self) -> tuple[Region, ...]:
        """The selected regions."""
        return tuple(region for region in self.regions if region.key in self.selected)

    def moved(self, matrix: Array, offset: Array) -> "Layer":
        """Return the layer of an image whose pixels moved to p' = matrix p + offset (counted from 0)."""
        return replace(
            self,
            regions=tuple(region.moved(matrix, offset) for region in self.regions),
            stars=None if self.stars is None else self.stars.moved(matrix, offset),
            catalogues=tuple(
                replace(shown, catalogue=shown.catalogue.moved(matrix, offset)) for shown in self.catalogues
            ),
            contours=None if self.contours is None else self.contours.moved(matrix, offset),
        )
