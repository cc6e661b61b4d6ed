"""Region: a shape on an image, as a frozen value."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from viewer.core.shapes.handles import handles, with_handle
from viewer.core.shapes.inside import in_polygon, in_shape, rings_of, shape_bounds, turn_of
from viewer.core.shapes.turning import moved, turned

Array = np.ndarray[Any, np.dtype[Any]]

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
    symbol : str
        Of a point, as DS9 names it: circle, box, diamond, cross, x, arrow or boxcircle; empty for DS9's own.
    style : str
        What else its file said of it, as DS9 writes it (font, dash, textangle, …): kept for saving, and not
        drawn.
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
    symbol: str = ""
    style: str = ""

    @cached_property
    def centre(self) -> tuple[float, float]:
        """The centre (x, y): of a line its middle, of a polygon its centre of gravity."""
        if len(self.points) == 1:
            return self.points[0]
        if self.kind == "polygon" and len(self.points) > 2:
            return _centroid(np.array(self.points))
        x, y = np.mean(np.array(self.points), axis=0).tolist()
        return x, y

    @property
    def closed(self) -> bool:
        """Whether it has an inside, so that there are pixels to measure: lines, points and texts have not."""
        return self.kind == "polygon" or bool(self.size)

    def place(self, along: float, across: float) -> tuple[float, float]:
        """Return the position so far from the centre along the shape's own axes."""
        cos, sin = turn_of(self.angle)
        x, y = self.centre
        return x + cos * along - sin * across, y + sin * along + cos * across

    def contains(self, x: Any, y: Any) -> Array:
        """Return whether positions (0-based, arrays or numbers) lie inside.

        The edge is outside, as for DS9 and `regions`; `include` makes no difference. Lines and texts
        contain nothing; a point contains the pixel that it lies in.
        """
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        if self.kind == "polygon":
            return in_polygon(x, y, self.points)
        if self.kind == "point":
            column, row = np.floor(np.add(self.points[0], 0.5))
            return np.asarray((np.floor(x + 0.5) == column) & (np.floor(y + 0.5) == row))
        return in_shape(x, y, self.kind, self.points[0], self.size, self.angle)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the smallest and largest x, then y: ``(left, right, bottom, top)``, 0-based, exact."""
        return shape_bounds(self.kind, self.points, self.size, self.angle)

    def outline(self, vertices: int = 128) -> tuple[Array, ...]:
        """Return what to draw.

        Parameters
        ----------
        vertices : int
            Of each round ring.

        Returns
        -------
        tuple of numpy.ndarray
            Pieces of shape (n, 2), each the points (x, y) of a line; those of rings and polygons end where
            they begin. Annuli have two, the inner one first. A point or text is one point.
        """
        if self.kind == "polygon":
            return (np.array((*self.points, self.points[0])),)
        if not self.size:
            return (np.array(self.points),)
        if self.kind.startswith("box"):
            circle = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1], [1, 1]], float)
        else:
            turns = np.linspace(0.0, 2 * np.pi, vertices + 1)
            circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
            circle[-1] = circle[0]
        cos, sin = turn_of(self.angle)
        turn = np.array([[cos, sin], [-sin, cos]])
        return tuple(
            circle * np.array(ring) @ turn + np.array(self.points[0])
            for ring in rings_of(self.kind, self.size)
        )

    def handles(self) -> tuple[tuple[float, float], ...]:
        """Return where it can be taken hold of (x, y); see `with_handle`."""
        return handles(self)

    def with_handle(self, index: int, x: float, y: float, shift: bool = False) -> "Region":
        """Return the region with one of its handles pulled to (x, y), 0-based.

        With Shift it is turned towards there instead; a line keeps to multiples of 15 degrees.
        """
        return with_handle(self, index, x, y, shift)

    def moved_by(self, dx: float, dy: float) -> "Region":
        """Return it moved by so many pixels."""
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))

    def moved(self, matrix: Array, offset: Array) -> "Region":
        """Return it where ``p' = matrix p + offset`` (0-based) brings the pixels under it."""
        return moved(self, matrix, offset)

    def turned(self, angle: float) -> "Region":
        """Return it turned about its centre by degrees counter-clockwise."""
        return turned(self, angle)


def _centroid(vertices: Array) -> tuple[float, float]:
    """Return the centre of gravity of a polygon's area; of its vertices if it has none."""
    middle = vertices.mean(axis=0)
    start = vertices - middle
    end = np.roll(start, -1, axis=0)
    crosses = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    area = crosses.sum()
    extent = float(np.ptp(vertices, axis=0).max())
    if abs(area) <= 1e-9 * extent**2:
        x, y = middle.tolist()
    else:
        x, y = (((start + end) * crosses[:, None]).sum(axis=0) / (3 * area) + middle).tolist()
    return x, y
