"""FileName: what a user types to name an image: a path, an HDU and a section in brackets."""

import re
from dataclasses import dataclass
from pathlib import Path

from viewer.core.errors import ViewerError

Section = tuple[slice, slice]

_BRACKETS = re.compile(r"(?P<path>.*?)(?P<brackets>(?:\[[^\[\]]*\]\s*)+)", re.DOTALL)
_AXIS = re.compile(r"(?:(?P<all>\*)|(?P<first>\d*)(?P<range>:(?P<last>\d*))?)(?::(?P<step>\d+))?")
_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class FileName:
    """A path and what is wanted of the file.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    hdu : int, str or None
        Index, or EXTNAME; None for the default.
    ver : int or None
        EXTVER.
    section : tuple of slice or None
        Rows and columns, 0-based and half-open.
    """

    path: Path
    hdu: int | str | None = None
    ver: int | None = None
    section: Section | None = None

    @classmethod
    def parse(cls, text: str) -> "FileName":
        """Read ``f.fits``, ``f.fits[1]``, ``[SCI]``, ``[SCI,2]``, ``[1][x1:x2,y1:y2]`` or ``[x1:x2,y1:y2]``.

        A file that is really called so wins over the brackets.

        Parameters
        ----------
        text : str
            Pixels of a section count from 1, x first, both ends included; ``*`` is a whole axis
            and a third number a step.

        Raises
        ------
        ViewerError
            If the brackets make no sense.
        """
        if not text.strip():
            raise ViewerError("a file name is missing")
        match = _BRACKETS.fullmatch(text)
        if match is None or not match["path"].strip() or exists(text):
            return cls(Path(text))
        hdu: int | str | None = None
        ver: int | None = None
        section: Section | None = None
        parts = [part.strip() for part in re.findall(r"\[([^\[\]]*)\]", match["brackets"])]
        if len(parts) > 2:
            raise ViewerError(f"'{text}' has too many brackets: write FILE[HDU][x1:x2,y1:y2]")
        if _is_section(parts[-1]):
            section = _section(parts.pop())
        if len(parts) > 1:
            raise ViewerError(f"'[{parts[1]}]' in '{text}' is not a section: write [x1:x2,y1:y2]")
        if parts:
            hdu, ver = _extension(parts[0], text)
        return cls(Path(match["path"]), hdu, ver, section)


def exists(path: str | Path) -> bool:
    """Whether there is such a file; there is none of a name that no file can have."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _is_section(part: str) -> bool:
    return "*" in part or re.fullmatch(r"[-\d\s:,]*:[-\d\s:,]*", part) is not None


def _extension(part: str, text: str) -> tuple[int | str, int | None]:
    name, comma, version = part, "", ""
    if "," in part:
        name, comma, version = (piece.strip() for piece in part.rpartition(","))
    if not name:
        raise ViewerError(f"'[{part}]' in '{text}' names no HDU: write its number or name, [1] or [SCI,2]")
    if comma and not _NUMBER.fullmatch(version):
        raise ViewerError(f"'{version}' in '{text}' is not a version: write [{name},2]")
    if comma:
        return name, int(version)
    return (int(name) if _NUMBER.fullmatch(name) else name), None


def _section(part: str) -> Section:
    axes = [axis.strip().replace(" ", "") for axis in part.split(",")]
    if len(axes) > 2:
        raise ViewerError(f"section [{part}] has {len(axes)} axes: write two, [x1:x2,y1:y2]")
    slices = [_axis(axis, part) for axis in axes]
    return (slices[1], slices[0]) if len(slices) == 2 else (slice(None), slices[0])


def _axis(axis: str, part: str) -> slice:
    match = _AXIS.fullmatch(axis)
    if match is None or not axis or any(len(number) > 9 for number in re.findall(r"\d+", axis)):
        raise ViewerError(f"'{axis}' in section [{part}] is not a range of pixels: write x1:x2")
    step = int(match["step"]) if match["step"] else None
    if match["all"]:
        first, last = None, None
    else:
        first = int(match["first"]) if match["first"] else None
        last = (int(match["last"]) if match["last"] else None) if match["range"] else first
    if first == 0 or last == 0 or step == 0:
        raise ViewerError(f"'{axis}' in section [{part}] has a zero: pixels and steps count from 1")
    if first is not None and last is not None and last < first:
        raise ViewerError(f"'{axis}' in section [{part}] runs backwards: write {last}:{first}")
    return slice(None if first is None else first - 1, last, step)
