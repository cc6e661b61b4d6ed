"""Trusted: what the text of a session file says, taken over only where it can be true."""

import json
import math
import re
from typing import TYPE_CHECKING, Any, get_args

from viewer.core.errors import ViewerError
from viewer.core.render.colormap import ColorMap
from viewer.core.render.limits import Limits
from viewer.core.render.scale import Scale
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import HIGHEST_ZOOM, LOWEST_ZOOM, Orientation
from viewer.core.session.document import Place
from viewer.core.session.remembered import Remembered, Seen, Window

if TYPE_CHECKING:
    from viewer.core.shapes.region import Region

_MOST_DOCUMENTS = 10_000
_MOST_IMAGES = 10_000
_MOST_AXES = 32
_LARGEST = 1e15
_ADDRESS = re.compile("(https?|ftp)://", re.IGNORECASE)
_LONG = 1 << 16
_RECIPE = 4 << 20
# numbers in the size of each kind of region, and the points of those that do not have one
_SIZES = {
    "circle": 1,
    "box": 2,
    "ellipse": 2,
    "annulus": 2,
    "ellipse annulus": 4,
    "box annulus": 4,
}
_ENDS = {"line": 2, "ruler": 2, "vector": 2}


def window_of(text: str) -> Window:
    """Return the window that a line of JSON describes; what makes no sense in it is as if it were not there.

    Raises
    ------
    ValueError
        If it is no JSON at all.
    """
    try:
        given = _Given(json.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    found = [_document(_Given(each)) for each in given.items("documents", _MOST_DOCUMENTS)]
    current = given.integer("current", 0, len(found) - 1)
    shown = None if current is None else found[current]
    documents = [each for each in found if each is not None]
    return Window(
        tuple(documents),
        next((n for n, each in enumerate(documents) if each is shown), None),
        given.text("tool", 40) or "pan",
        given.text("folder"),
        given.text("geometry"),
        given.flag("closed") or False,
    )


def regions_of(seen: Seen) -> "tuple[Region, ...]":
    """Return the regions of an image, without those that can be none."""
    # shapes are not needed before the first picture
    from viewer.core.shapes.region import Kind, Region

    kinds = frozenset(get_args(Kind))
    made = (each if isinstance(each, Region) else _region(_Given(each), kinds) for each in seen.regions)
    return tuple(each for each in made if each is not None)


class _Given:
    """A dictionary from a file that anybody may have written: every question has an answer of its kind."""

    def __init__(self, value: Any) -> None:
        self._values: dict[str, Any] = value if isinstance(value, dict) else {}

    def inner(self, name: str) -> "_Given":
        return _Given(self._values.get(name))

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str, most: int = _LONG) -> str:
        value = self._values.get(name)
        return value if isinstance(value, str) and len(value) <= most else ""

    def flag(self, name: str) -> bool | None:
        value = self._values.get(name)
        return value if isinstance(value, bool) else None

    def integer(self, name: str, low: int, high: float) -> int | None:
        value = self._values.get(name)
        good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return value if good else None

    def number(self, name: str, low: float = -_LARGEST, high: float = _LARGEST) -> float | None:
        value = _number(self._values.get(name))
        return value if value is not None and low <= value <= high else None

    def items(self, name: str, most: int) -> list[Any]:
        value = self._values.get(name)
        return value[:most] if isinstance(value, list) else []

    def numbers(self, name: str, most: int) -> tuple[float, ...] | None:
        found = tuple(_number(each) for each in self.items(name, most))
        whole = tuple(each for each in found if each is not None and abs(each) <= _LARGEST)
        return whole if len(whole) == len(found) else None


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _document(given: _Given) -> Remembered | None:
    address = given.text("address")
    images = tuple(_seen(_Given(each)) for each in given.items("images", _MOST_IMAGES))
    path = given.text("path")
    # no file, and nothing that makes one
    if "\0" in path or (not path and not any(image.before for image in images)):
        return None
    return Remembered(
        path,
        given.text("called"),
        given.integer("hdu", 0, _MOST_IMAGES * 100),
        given.integer("size", 0, 1 << 62),
        given.number("modified"),
        images,
        address if _ADDRESS.match(address) else "",
    )


def _seen(given: _Given) -> Seen:
    steps = given.integer("steps", 0, 100_000) or 0
    recipe = given.text("recipe", _RECIPE) if steps else ""
    steps = steps if recipe else 0
    plane = given.numbers("plane", _MOST_AXES) or ()
    return Seen(
        given.integer("hdu", 0, _MOST_IMAGES * 100) or 0,
        given.text("section"),
        tuple(max(0, int(each)) for each in plane),
        given.flag("colour"),
        _scale(given.inner("scale")) if given.has("scale") else None,
        _place(given.inner("place")),
        tuple(each for each in given.items("regions", 1 << 24) if isinstance(each, dict)),
        (),
        recipe,
        steps,
        min(given.integer("before", 0, 100_000) or 0, steps),
    )


def _scale(given: _Given) -> Scale | None:
    limits, stretch, colours = (given.inner(name) for name in ("limits", "stretch", "colormap"))
    contrast, bias = given.number("contrast", 0, 10), given.number("bias", 0, 1)
    percent, reach = limits.number("percent"), limits.number("reach")
    try:
        return Scale(
            Limits(
                limits.text("mode"),  # type: ignore[arg-type]  # it says so if there is none
                Limits.percent if percent is None else percent,
                limits.number("low", -math.inf, math.inf),
                limits.number("high", -math.inf, math.inf),
                Limits.reach if reach is None else reach,
            ),
            Stretch(stretch.text("name"), stretch.number("parameter")),  # type: ignore[arg-type]
            ColorMap(colours.text("name"), colours.flag("inverted") or False),
            1.0 if contrast is None else contrast,
            0.5 if bias is None else bias,
        )
    except ViewerError:
        return None


def _place(given: _Given) -> Place:
    center, turns = given.numbers("center", 2) or (), given.inner("orientation")
    return Place(
        (center[0], center[1]) if len(center) == 2 else None,
        given.number("zoom", LOWEST_ZOOM, HIGHEST_ZOOM),
        Orientation(
            turns.flag("flip_x") or False,
            turns.flag("flip_y") or False,
            turns.integer("quarter_turns", 0, 3) or 0,
        ),
    )


def _region(given: _Given, kinds: frozenset[str]) -> "Region | None":
    # as above
    from viewer.core.shapes.region import Region

    kind = given.text("kind")
    points = [_pair(each) for each in given.items("points", 1 << 20)]
    whole = tuple(each for each in points if each is not None)
    size, angle = given.numbers("size", 8), given.number("angle")
    fit = len(whole) >= 3 if kind == "polygon" else len(whole) == _ENDS.get(kind, 1)
    if (
        kind not in kinds
        or not fit
        or len(whole) != len(points)
        or size is None
        or len(size) != _SIZES.get(kind, 0)
        or (size and min(size) < 0)
    ):
        return None
    include, width = given.flag("include"), given.integer("width", 1, 100)
    return Region(
        kind,  # type: ignore[arg-type]
        whole,
        size,
        0.0 if angle is None else angle,
        given.text("name"),
        given.text("colour", 40) or Region.colour,
        tuple(each for each in given.items("tags", 100) if isinstance(each, str)),
        True if include is None else include,
        1 if width is None else width,
        given.text("frame", 40) or Region.frame,
        symbol=given.text("symbol", 40),
        style=given.text("style"),
    )


def _pair(value: Any) -> tuple[float, float] | None:
    found = [_number(each) for each in value] if isinstance(value, list) and len(value) == 2 else []
    if len(found) != 2 or found[0] is None or found[1] is None or max(abs(found[0]), abs(found[1])) > 1e9:
        return None
    return found[0], found[1]
