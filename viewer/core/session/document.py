"""Document: one open file, which HDU of it is shown, and how."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.core.frame import Frame
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.sample import Sample
from viewer.core.render.scale import Scale
from viewer.core.render.viewport import Orientation, Viewport

if TYPE_CHECKING:
    from astropy.io.fits import Header

    from viewer.core.io.source import Hdu, Source
    from viewer.core.io.table import Table
    from viewer.core.session.history import History
    from viewer.core.session.remembered import Seen


@dataclass(frozen=True)
class Place:
    """Which part of an image is looked at, independent of the window's size.

    Attributes
    ----------
    center : tuple of float or None
        Image position (x, y) in the middle of the view; None is the image's middle.
    zoom : float or None
        Device pixels for one image pixel; None fits the whole image into the view.
    orientation : Orientation
        How the view (not the data) is mirrored and turned.
    """

    center: tuple[float, float] | None = None
    zoom: float | None = None
    orientation: Orientation = Orientation()


@dataclass(eq=False)
class Picture:
    """An image on display: what is shown and how. Changed by the `Session` only.

    Attributes
    ----------
    frame : Frame
        The image.
    plane : tuple of int
        Indices of the leading axes, numpy order; empty for two-dimensional images.
    colour : bool
        Three planes as red, green and blue.
    pyramids : tuple of Pyramid
        One, or three in colour.
    sample : Sample
        Values that limits and histogram are taken from.
    scale : Scale
        Limits, stretch, colour map, contrast and bias.
    cuts : tuple of float
        The limits in force, (low, high).
    place : Place
        Zoom, position and orientation.
    detailed : bool
        The header has been parsed and the WCS built.
    derived : bool
        An operation made it: the file says nothing about its values.
    """

    frame: Frame
    plane: tuple[int, ...]
    colour: bool
    pyramids: tuple[Pyramid, ...]
    sample: Sample
    scale: Scale
    cuts: tuple[float, float]
    place: Place = Place()
    detailed: bool = False
    derived: bool = False

    def orientation(self, honour_row_order: bool) -> Orientation:
        """How the view is mirrored and turned, with a top-down frame set upright."""
        chosen = self.place.orientation
        if honour_row_order and self.frame.top_down:
            return Orientation(chosen.flip_x, not chosen.flip_y, chosen.quarter_turns)
        return chosen

    @property
    def long_axis(self) -> int | None:
        """The axis, as numpy counts, along which keys and play go: the third of FITS that has planes."""
        leading = self.frame.shape[:-2]
        return next((axis for axis in reversed(range(len(leading))) if leading[axis] > 1), None)

    def know_extremes(self) -> None:
        """Take the exact minimum and maximum of the image from its pyramid, once that is built.

        Not for cubes: their sample stands for all planes, and only one of them has been read whole.
        """
        if len(self.pyramids) == 1 and math.prod(self.frame.shape[:-2]) == 1:
            self.sample = self.sample.with_extremes(self.pyramids[0].minimum, self.pyramids[0].maximum)

    def viewport(self, size: tuple[int, int], honour_row_order: bool) -> Viewport:
        """Return what a view of `size` device pixels (width, height) shows."""
        orientation = self.orientation(honour_row_order)
        whole = Viewport.fit(self.frame.image_shape, size, orientation)
        center = whole.center if self.place.center is None else self.place.center
        zoom = whole.zoom if self.place.zoom is None else self.place.zoom
        return Viewport(center, zoom, size, orientation)


@dataclass(eq=False)
class Document:
    """An open file. Changed by the `Session` only.

    Attributes
    ----------
    source : Source
        The file and its HDUs.
    name : str
        For the title and the list of images.
    asked : int
        Counts the files asked for: documents stay in that order whichever is read first.
    hdu : int or None
        Index of the HDU that is shown.
    picture : Picture or None
        If that HDU is an image of one or more dimensions.
    table : Table or None
        If it is a table.
    pictures : dict of int to Picture
        Every HDU's picture seen so far: each keeps its scale and place.
    histories : dict of int to History
        What was done to them.
    file : pathlib.Path or None
        Where it was opened from or saved last; None for an image that no file holds for good.
    fetched : bool
        It came from the network, into a file that will be gone.
    waiting : dict of int to Seen
        How HDUs were looked at that are to be brought back when they are shown, and what is still to be done
        to them and drawn over them.
    problems : tuple of str
        What is wrong with the file or the HDU that is shown.
    """

    source: "Source"
    name: str
    asked: int = 0
    hdu: int | None = None
    picture: Picture | None = None
    table: "Table | None" = None
    pictures: dict[int, Picture] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    histories: "dict[int, History]" = field(default_factory=dict)
    file: Path | None = None
    fetched: bool = False
    waiting: "dict[int, Seen]" = field(default_factory=dict)

    @property
    def shown_hdu(self) -> "Hdu | None":
        """The HDU that is shown, with the shape and type that it has now."""
        return None if self.hdu is None else self.hdu_now(self.hdu)

    def hdu_now(self, index: int) -> "Hdu":
        """Return an HDU with the shape and type that it has after what was done to it."""
        hdu, picture = self.source.hdus[index], self.pictures.get(index)
        if picture is None or not picture.derived:
            return hdu
        pixels = picture.frame.pixels
        return replace(hdu, shape=pixels.shape, dtype=pixels.dtype.name, unit=picture.frame.unit)

    @property
    def history(self) -> "History | None":
        """What was done to the image that is shown."""
        return None if self.hdu is None or self.picture is None else self.histories.get(self.hdu)

    @property
    def modified(self) -> bool:
        """Whether something was done that no file holds."""
        return any(history.modified for history in self.histories.values())

    @property
    def cards(self) -> "bytes | Header":
        """The header of the HDU that is shown, as it is now."""
        if self.picture is not None and self.picture.derived:
            return self.picture.frame.cards
        return b"" if self.hdu is None else self.source.cards(self.hdu)
