"""Region: a shape on an image, as a frozen value."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "point",
    "line",
    "ruler",
    "vector",
    "box",
    "circle",
    "ellipse",
    "polygon",
    "annulus",
    "ellipse annulus",
    "box annulus",
    "text",
]


@dataclass(frozen=True)
class Region:
    """A shape in the pixels of an image.

    Attributes
    ----------
    kind : str
        Its shape.
    points : tuple of (float, float)
        Positions (x, y), 0-based with pixel centres on integers: the centre; both ends of a line, ruler or
        vector; the vertices of a polygon.
    size : tuple of float
        In pixels. Circle: radius. Annulus: inner and outer radius. Ellipse: both semi-axes. Box: width and
        height. Elliptical and box annulus: the inner pair, then the outer pair.
    angle : float
        Of the shape's own x axis, degrees counter-clockwise from the image's.
    name : str
        A label; the words of a text.
    colour : str
        As DS9 and CSS name it, or #rrggbb.
    tags : tuple of str
        Groups that it belongs to.
    include : bool
        False for a region to be left out, which a region file begins with a minus.
    width : int
        Of the line, in pixels of the screen.
    frame : str
        In which coordinates its file gave it: image, physical, icrs, fk5, fk4, galactic or ecliptic.
    key : int
        Tells it from the others of an image; given when it is added.
    """

    kind: Kind
    points: tuple[tuple[float, float], ...]
    size: tuple[float, ...] = ()
    angle: float = 0.0
    name: str = ""
    colour: str = "green"
    tags: tuple[str, ...] = ()
    include: bool = True
    width: int = 1
    frame: str = "image"
    key: int = 0
