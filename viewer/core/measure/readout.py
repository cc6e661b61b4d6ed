"""Readout: everything about one position of an image, as numbers and as text."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.skyframes import SkyStyle

_BITPIX = re.compile(rb"Z?BITPIX\s*=\s*(8|16|32|64)\s")


@dataclass(frozen=True)
class Readout:
    """What is known about a position.

    Attributes
    ----------
    x, y : float
        The position, 0-based, with pixel centres on integers.
    row, column : int
        The nearest pixel, 0-based, in numpy's order.
    inside : bool
        Whether that pixel is in the image.
    value : numpy.generic or None
        Its physical value; None outside, and for the colours of a colour image, which are in `values`.
    value_text : str
        With all digits that the type holds, without the unit.
    unit : str
        BUNIT.
    lines : tuple of (str, str)
        Label and text of every coordinate and of the value, in the order to be shown.
    values : tuple of numpy.generic
        The value, or red, green and blue; empty outside.
    """

    x: float
    y: float
    row: int
    column: int
    inside: bool
    value: Any
    value_text: str
    unit: str
    lines: tuple[tuple[str, str], ...] = ()
    values: tuple[Any, ...] = ()

    @property
    def fits_text(self) -> str:
        """FITS position, 1-based, to a tenth of a pixel."""
        return f"{_tenth(self.x + 1)}, {_tenth(self.y + 1)}"

    @property
    def numpy_text(self) -> str:
        """Index of the nearest pixel as numpy writes it."""
        return f"[{self.row}, {self.column}]"

    def as_text(self) -> str:
        """Return all lines as text for the clipboard."""
        width = max((len(label) for label, _ in self.lines), default=0)
        return "\n".join(f"{label:<{width}}  {text}" for label, text in self.lines)


def readout(
    frame: Frame,
    x: float,
    y: float,
    plane: tuple[int, ...] = (),
    sky_frame: str = "icrs",
    sexagesimal: bool = True,
    with_world: bool = True,
    digits: int = 3,
) -> Readout:
    """Read a position of an image.

    Parameters
    ----------
    frame : Frame
        The image; its pixel is read from the file.
    x, y : float
        0-based, pixel centres on integers; may be outside.
    plane : tuple of int
        Plane of a cube in numpy order; empty for the first one.
    sky_frame : str
        ``icrs``, ``fk5``, ``fk4``, ``galactic`` or ``ecliptic``.
    sexagesimal : bool
        How positions on the sky are written.
    with_world : bool
        Without it nothing is asked of the WCS, which takes half a second when first asked.
    digits : int
        Decimals of the arcseconds of positions on the sky.

    Returns
    -------
    Readout
        Of the nearest pixel and of the exact position on the sky.
    """
    row, column = nearest(y), nearest(x)
    height, width = frame.image_shape
    inside = 0 <= row < height and 0 <= column < width
    values = _values(frame, row, column, plane) if inside else ()
    text = " ".join(value_text(frame, value) for value in values) if inside else "outside the image"
    one = values[0] if len(values) == 1 else None
    found = Readout(x, y, row, column, inside, one, text, frame.unit, values=values)
    lines = [
        ("x, y", found.fits_text),
        ("[row, column]", found.numpy_text),
        ("value", f"{text} {frame.unit}".rstrip() if inside else text),
    ]
    if plane and not frame.colour:
        lines.insert(2, ("plane", ", ".join(str(index + 1) for index in reversed(plane))))
    if with_world:
        lines.extend(_world_lines(frame, x, y, plane, SkyStyle(sky_frame, sexagesimal, digits)))
    return Readout(x, y, row, column, inside, one, text, frame.unit, tuple(lines), values)


def nearest(position: float) -> int:
    """Return the index of the pixel that a position along an axis lies in."""
    return math.floor(position + 0.5)


def value_text(frame: Frame, value: Any) -> str:
    """Return a pixel's value with every digit that its type holds.

    A missing pixel is ``blank`` in an image of integers and ``nan`` in one of real numbers.
    """
    if isinstance(value, np.floating | float) and math.isnan(value):
        return "blank" if _stored_as_integers(frame) else "nan"
    if not isinstance(value, np.floating) or not np.isfinite(value):
        return str(value)
    # the shortest decimal number that reads back as the same value
    if value == 0 or 1e-4 <= abs(value) < 1e16:
        return np.format_float_positional(value, unique=True, trim="0")
    return np.format_float_scientific(value, unique=True, trim="-")


def _stored_as_integers(frame: Frame) -> bool:
    if isinstance(frame.cards, bytes):
        head = frame.cards[: 80 * 200]
        return any(_BITPIX.match(head, start) for start in range(0, len(head), 80))
    return int(frame.cards.get("BITPIX", -32)) > 0


def _values(frame: Frame, row: int, column: int, plane: tuple[int, ...]) -> tuple[Any, ...]:
    pixels = frame.pixels
    if frame.colour:
        return tuple(pixels.value((colour, row, column)) for colour in range(3))
    if pixels.ndim == 1:
        return (pixels.value((column,)),)
    return (pixels.value((*pixels.index(plane), row, column)),)


def _tenth(value: float) -> str:
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text


def _world_lines(
    frame: Frame, x: float, y: float, plane: tuple[int, ...], style: SkyStyle
) -> list[tuple[str, str]]:
    world = frame.world
    lines = []
    # red, green and blue are no third axis of the sky
    plane = () if frame.colour else plane
    if world.celestial:
        position = world.sky(x, y, style.frame, plane)
        texts = ("undefined", "undefined") if position is None else style.texts(*position)
        lines = list(zip(style.labels, texts, strict=True))
    elif world.problem:
        lines = [("WCS", world.problem)]
    for value in world.describe(x, y, plane, style.sexagesimal, style.digits):
        # the header's own sky position is the one above in another frame
        if not (value.celestial and not value.system and world.celestial):
            lines.append((value.label, value.text))
    return lines
