"""Reader of DS9 region files, line by line: what cannot be read is named, and the rest is read."""

import re
from typing import Any

from viewer.core.progress import Progress
from viewer.core.shapes.ds9looks import SYMBOLS, looks_of, shared
from viewer.core.shapes.ds9numbers import angle, coordinate, length
from viewer.core.shapes.given import SKY, Given, Problems, Unreadable
from viewer.core.shapes.region import Kind

_FRAMES = {frame: frame for frame in ("image", "physical", "detector", *SKY)} | {
    "j2000": "fk5",
    "b1950": "fk4",
}
_OTHER_FRAMES = re.compile(r"linear|amplifier|tile|wcs[0a-z]?")
_WORD = re.compile(r"[a-z][\w-]*", re.ASCII)
_STATEMENT = re.compile(
    r"(?P<hash>#?)\s*(?P<sign>[-+!]?)\s*(?:(?P<symbol>circle|box|diamond|cross|x|arrow|boxcircle) (?=point))?"
    r"(?P<shape>[a-z]+)\s*(?:\((?P<inside>[^)]*)\)|\s(?P<bare>[-+\d.][^#|]*))(?P<rest>.*)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_BREAKS = re.compile(r"[\s,]+")
_RINGS: dict[str, tuple[Kind, Kind]] = {
    "ellipse": ("ellipse", "ellipse annulus"),
    "box": ("box", "box annulus"),
    "rotbox": ("box", "box annulus"),
}
_LINES: dict[str, Kind] = {"line": "line", "ruler": "ruler", "projection": "line"}
_LEFT_OUT = {
    "panda": "a panda (a ring cut into sectors)",
    "cpanda": "a panda (a ring cut into sectors)",
    "epanda": "an epanda (an elliptical ring cut into sectors)",
    "bpanda": "a bpanda (a box ring cut into sectors)",
    "compass": "a compass",
    "segment": "a segmented line",
    "pie": "a pie",
    "field": "a field",
    "rectangle": "a rectangle",
}
_PLAIN = ("circle", "annulus", "polygon", "point", "text", "vector")
_SHAPES = {*_RINGS, *_LINES, *_LEFT_OUT, *_PLAIN, "composite"}
_EVERY = 1000


class Ds9Reader:
    """Reads the text of a file.

    Parameters
    ----------
    problems : Problems
        Where it says what could not be read.

    Attributes
    ----------
    regions : list of Given
        What was read.
    """

    def __init__(self, problems: Problems) -> None:
        self.regions: list[Given] = []
        self._problems = problems
        # a file that names no frame means physical coordinates
        self._frame = "physical"
        self._strange = ""
        self._named = False
        self._all: dict[str, Any] = {}
        self._group: dict[str, Any] | None = None
        self._groups = 0

    def read(self, text: str, progress: Progress) -> None:
        """Read all lines.

        Raises
        ------
        Cancelled
            If nobody wants the regions any more.
        """
        lines = text.splitlines()
        for number, line in enumerate(lines, 1):
            if number % _EVERY == 0:
                progress.report(number / len(lines))
            parts = statements(line)
            for left, statement in enumerate(parts, 1 - len(parts)):
                try:
                    self._read(statement.strip(), number, left < 0)
                except Unreadable as reason:
                    self._problems.add(number, str(reason))

    def _read(self, statement: str, line: int, more: bool) -> None:
        """Read a statement, which more follow in its line."""
        word = statement.lower()
        if not statement:
            return
        if word in _FRAMES:
            self._frame, self._strange, self._named = _FRAMES[word], "", True
        elif _OTHER_FRAMES.fullmatch(word):
            self._strange, self._named = statement, True
        elif word.startswith("global"):
            self._all = shared(statement[6:], self._all)
        else:
            match = _STATEMENT.match(statement)
            if match is not None and match["shape"].lower() in _SHAPES:
                self._shape(match, line)
            elif not statement.startswith("#"):
                # a word where a frame stands: what follows is not measured in the frame before it
                if _WORD.fullmatch(word) and (more or not self._named or re.search(r"\d", word)):
                    self._strange, self._named = statement, True
                raise Unreadable(f"“{_short(statement)}” is no region and no frame that is known")

    def _shape(self, match: re.Match[str], line: int) -> None:
        shape = match["shape"].lower()
        rest = match["rest"].strip()
        more = rest.startswith("||")
        rest = rest[2:].strip() if more else rest
        if shape == "composite":
            self._groups += 1
            inherited = {**self._all, "tags": (f"composite {self._groups}",)}
            self._group = shared(rest, inherited)
            return
        inherited = self._all if self._group is None else self._group
        if self._group is not None and not more:
            self._group = None
        attributes = rest[1:].strip() if rest.startswith("#") else rest
        inherited = {**inherited, "include": match["sign"] not in ("-", "!")}
        if self._strange:
            raise Unreadable(f"the frame “{self._strange}” is not known here: left out")
        if shape in _LEFT_OUT:
            raise Unreadable(f"{_LEFT_OUT[shape]} cannot be represented: left out")
        given = (match["inside"] if match["inside"] is not None else match["bare"]).strip()
        words = _words(given, shape)
        found = self._made(shape, words, line, match["symbol"] or "")
        if rest and not rest.startswith("#") and not match["hash"]:
            self._problems.add(line, f"“{_short(rest)}” after the shape is not understood")
            attributes = ""
        for kind, positions, size, unit, turn in found:
            looks = looks_of(attributes, kind, inherited)
            if shape == "text" and len(words) > 2:
                looks.setdefault("name", " ".join(words[2:]).strip("{}\"'"))
            if match["symbol"]:
                looks.setdefault("symbol", match["symbol"].lower())
            turn = looks.pop("angle", turn)
            self.regions.append(Given(line, kind, self._frame, positions, size, unit, turn, looks))

    def _made(
        self, shape: str, words: list[str], line: int, symbol: str
    ) -> list[tuple[Kind, tuple[tuple[float, float], ...], tuple[float, ...], str, float]]:
        """Return kind, positions, size, unit and angle; several for a ring of many rings."""
        many = {"polygon": len(words), "line": 4, "ruler": 4, "projection": 4}.get(shape, 2)
        if len(words) < many or (shape == "polygon" and (many < 6 or many % 2)):
            raise Unreadable(f"{_one(shape)} of {len(words)} numbers is none: left out")
        frame = self._frame
        values = [coordinate(word, frame, i % 2 == 0) for i, word in enumerate(words[:many])]
        points = tuple(zip(values[::2], values[1::2], strict=True))
        rest = words[many:]
        if shape == "projection":
            self._problems.add(line, "a projection is read as a line, without its width")
            rest = []
        if shape in ("polygon", "point", "text", *_LINES):
            kind: Kind = "polygon" if shape == "polygon" else _LINES.get(shape, "point")
            if rest and shape != "text":
                raise Unreadable(f"{_one(shape)} of {len(words)} numbers is none: left out")
            return [("text" if shape == "text" else kind, points, (), "image", 0.0)]
        turn = 0.0
        if (shape in _RINGS and len(rest) % 2 == 1) or shape == "vector":
            turn = angle(rest.pop()) if rest else 0.0
        sizes = [length(word, frame) for word in rest]
        units = {unit for value, unit in sizes if value} or {unit for _, unit in sizes}
        if len(units) != 1:
            reason = "with sizes in different units" if units else "without a size"
            raise Unreadable(f"{_one(shape)} {reason} is none: left out")
        size, unit = tuple(value for value, _ in sizes), units.pop()
        if len(size) != 1 and shape in ("circle", "vector"):
            raise Unreadable(f"{_one(shape)} of {len(words)} numbers is none: left out")
        if shape == "circle":
            return [("circle", points, size, unit, 0.0)]
        if shape == "vector":
            return [("vector", points, size, unit, turn)]
        return _ringed(shape, points, size, unit, turn, len(words))


def _ringed(
    shape: str,
    points: tuple[tuple[float, float], ...],
    size: tuple[float, ...],
    unit: str,
    turn: float,
    many: int,
) -> list[tuple[Kind, tuple[tuple[float, float], ...], tuple[float, ...], str, float]]:
    """Return an ellipse or box, or the rings between neighbouring radii."""
    if shape == "annulus":
        single: Kind = "circle"
        several: Kind = "annulus"
        step = 1
    else:
        single, several = _RINGS[shape]
        step = 2
    if not size or len(size) % step or (shape == "annulus" and len(size) < 2):
        raise Unreadable(f"{_one(shape)} of {many} numbers is none: left out")
    if step == 1:
        size = tuple(sorted(size))
    if len(size) == step:
        return [(single, points, size, unit, turn)]
    return [(several, points, size[i : i + 2 * step], unit, turn) for i in range(0, len(size) - step, step)]


def statements(line: str) -> list[str]:
    """Return the parts of a line between semicolons, but not those of texts in braces or quotes."""
    if ";" not in line:
        return [line]
    parts, start, closing, before = [], 0, "", ""
    for i, letter in enumerate(line):
        if closing:
            closing = "" if letter == closing else closing
        elif letter == "{":
            closing = "}"
        elif letter in "\"'" and before == "=":
            # others are seconds and minutes of arc
            closing = letter
        elif letter == ";":
            parts.append(line[start:i])
            start = i + 1
        before = before if letter == " " else letter
    return [*parts, line[start:]]


def _words(text: str, shape: str) -> list[str]:
    if shape == "text":
        # the words of a text may stand inside
        head = _BREAKS.split(text, 2)
        return [word for word in head if word]
    # only letters of numbers are meant: 13H29M, 10D
    return [word for word in _BREAKS.split(text.lower()) if word]


def _one(shape: str) -> str:
    return f"an {shape}" if shape in ("annulus", "ellipse") else f"a {shape}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


__all__ = ["SYMBOLS", "Ds9Reader", "statements"]
