"""FlatShapes: many regions as a few arrays of ellipses and straight lines, and where each of them lies."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain, compress, count
from operator import is_not

import numpy as np

from viewer.core.shapes.region import Region
from viewer.ui.regions.colours import colour_of

# So many changed regions are drawn one by one before all arrays are made again.
MOST_LOOSE = 200
Point = tuple[float, float]
Ellipse = tuple[float, float, float, float, float]
Segment = tuple[float, float, float, float]
Bounds = tuple[float, float, float, float]
ROUND = ("circle", "annulus")
# Kinds that are ellipses; the others with a size are boxes.
ELLIPTICAL = (*ROUND, "ellipse", "ellipse annulus")


class Pieces:
    """What the outline of one region is made of, in image coordinates.

    Parameters
    ----------
    region : Region
        Of any kind; points and texts have no outline.

    Attributes
    ----------
    ellipses : list of tuple
        x, y, two semi-axes, the angle of the first in degrees.
    segments : list of tuple
        x, y of the start, x, y of the end.
    bounds : tuple of float
        x0, x1, y0, y1.
    """

    __slots__ = ("bounds", "ellipses", "segments")

    def __init__(self, region: Region) -> None:
        self.ellipses = ellipses_of(region)
        self.segments = segments_of(region)
        self.bounds: Bounds = region.bounds()


def ellipses_of(region: Region) -> list[Ellipse]:
    """Return the ellipses of a region, see `Pieces`."""
    if region.kind not in ELLIPTICAL:
        return []
    (x, y), size, angle = region.points[0], region.size, region.angle
    if region.kind in ROUND:
        return [(x, y, radius, radius, angle) for radius in size]
    return [(x, y, a, b, angle) for a, b in zip(size[::2], size[1::2], strict=True)]


def segments_of(region: Region) -> list[Segment]:
    """Return the straight lines of a region, see `Pieces`."""
    if region.kind in ELLIPTICAL or (len(region.points) == 1 and not region.size):
        return []
    if region.size:
        corners = region.handles()
        return [side for n in range(0, len(corners), 4) for side in closed(corners[n : n + 4])]
    if region.kind == "polygon":
        return closed(region.points)
    return [(*region.points[0], *region.points[1])]


def is_named(region: Region) -> bool:
    """Whether something is written beside a region."""
    return bool(region.name) or region.kind == "ruler"


def closed(points: Sequence[Point]) -> list[Segment]:
    """Return the sides of a polygon."""
    return [(*start, *end) for start, end in zip(points, (*points[1:], points[0]), strict=True)]


class FlatShapes:
    """The outlines of all regions of an image as arrays; kept while only a few of them change.

    Attributes
    ----------
    regions : tuple of Region
        As of the last `update`.
    bounds : numpy.ndarray, shape (n, 4)
        x0, x1, y0, y1 of each.
    ellipses, segments : numpy.ndarray, shapes (m, 5) and (k, 4)
        See `Pieces`.
    ellipse_owners, segment_owners : numpy.ndarray of int
        The index of the region that each belongs to.
    points, point_owners : numpy.ndarray, shapes (p, 2) and (p,)
        Places of the regions that are points.
    colours, widths, dashed : numpy.ndarray, shape (n,)
        0xffRRGGBB, pixels of the screen, and whether it is to be left out.
    named : numpy.ndarray of bool, shape (n,)
        Whether something is written beside it.
    loose : set of int
        Regions that have changed since the arrays were made: only their `bounds` are right.
    version : int
        Another one whenever the arrays are made.
    """

    def __init__(self) -> None:
        self.version = 0
        self._rebuild(())

    def update(self, regions: tuple[Region, ...]) -> None:
        """Take over the regions as they are now."""
        if regions is self.regions:
            return
        if len(regions) == len(self.regions):
            changed = list(compress(count(), map(is_not, regions, self.regions)))
            loose = self.loose | set(changed)
            same = all(regions[n].key == self.regions[n].key for n in changed[:MOST_LOOSE])
            if same and len(loose) <= MOST_LOOSE:
                for n in changed:
                    self._pieces.pop(n, None)
                    self.bounds[n] = regions[n].bounds()
                    self.named[n] = is_named(regions[n])
                self.regions, self.loose = regions, loose
                return
        self._rebuild(regions)

    def pieces(self, index: int) -> Pieces:
        """Return what the outline of one region is made of."""
        if index not in self._pieces:
            self._pieces[index] = Pieces(self.regions[index])
        return self._pieces[index]

    def places(self, keys: Iterable[int]) -> list[int]:
        """Return the indices of the regions that have some keys, in order."""
        return sorted(self._places[key] for key in keys if key in self._places)

    def within(self, rectangle: Bounds) -> np.ndarray:
        """Return the indices of the regions that reach into a rectangle (x0, x1, y0, y1) of the image."""
        left, right, bottom, top = self.bounds.T
        x0, x1, y0, y1 = rectangle
        return np.flatnonzero((right >= x0) & (left <= x1) & (top >= y0) & (bottom <= y1))

    def _rebuild(self, regions: tuple[Region, ...]) -> None:
        kinds = [region.kind for region in regions]
        self.ellipses, self.ellipse_owners = _gathered(regions, kinds, ELLIPTICAL, ellipses_of, 5)
        others = set(kinds).difference(ELLIPTICAL, ("point", "text"))
        self.segments, self.segment_owners = _gathered(regions, kinds, others, segments_of, 4)
        single = [n for n, kind in enumerate(kinds) if kind in ("point", "text")]
        places = _array((regions[n].points[0] for n in single), 2)
        self.bounds = self._bounds(len(regions))
        self.bounds[single] = np.repeat(places, 2, axis=1)
        points = [place for place, n in enumerate(single) if kinds[n] == "point"]
        self.points, self.point_owners = places[points], np.array(single, int)[points]
        self.colours = np.array([_rgb(region.colour) for region in regions], np.uint32)
        self.widths = np.array([region.width for region in regions], int)
        self.dashed = np.array([not region.include for region in regions], bool)
        self.named = np.array([is_named(region) for region in regions], bool)
        self.loose: set[int] = set()
        self._places = {region.key: n for n, region in enumerate(regions)}
        self._pieces: dict[int, Pieces] = {}
        self.regions = regions
        self.version += 1

    def _bounds(self, length: int) -> np.ndarray:
        """Return the bounds by the arrays of ellipses and segments."""
        bounds = np.empty((length, 4))
        bounds[:, ::2], bounds[:, 1::2] = np.inf, -np.inf
        x, y, a, b, angle = self.ellipses.T
        cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        wide, high = np.hypot(a * cosine, b * sine), np.hypot(a * sine, b * cosine)
        x0, y0, x1, y1 = self.segments.T
        lots = (
            (self.ellipse_owners, x - wide, x + wide, y - high, y + high),
            (
                self.segment_owners,
                np.minimum(x0, x1),
                np.maximum(x0, x1),
                np.minimum(y0, y1),
                np.maximum(y0, y1),
            ),
        )
        for owners, left, right, bottom, top in lots:
            np.minimum.at(bounds[:, 0], owners, left)
            np.maximum.at(bounds[:, 1], owners, right)
            np.minimum.at(bounds[:, 2], owners, bottom)
            np.maximum.at(bounds[:, 3], owners, top)
        return bounds


@cache
def _rgb(name: str) -> int:
    return colour_of(name).rgb()


def _array(rows: Iterable[tuple[float, ...]], columns: int) -> np.ndarray:
    return np.fromiter(chain.from_iterable(rows), float).reshape(-1, columns)


def _gathered(
    regions: Sequence[Region],
    kinds: Sequence[str],
    wanted: Iterable[str],
    pieces: Callable[[Region], Sequence[tuple[float, ...]]],
    columns: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pieces of the regions of some kinds, and the index of the region that each belongs to."""
    wanted = frozenset(wanted)
    which = [n for n, kind in enumerate(kinds) if kind in wanted]
    lists = [pieces(regions[n]) for n in which]
    owners = np.repeat(np.array(which, int), np.fromiter(map(len, lists), int, len(lists)))
    return _array(chain.from_iterable(lists), columns), owners
