"""Writer of DS9 region files, in the frame that is asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.shapes.given import SKY
from viewer.core.shapes.local import scales_of, sky_matrices
from viewer.core.shapes.placing import affine_of
from viewer.core.shapes.region import Region

if TYPE_CHECKING:
    from viewer.core.world import World

Array = np.ndarray[Any, np.dtype[Any]]

FRAMES = ("image", "physical", *SKY)
"""Frames that regions can be written in."""

HEADER = (
    "# Region file format: DS9 version 4.1\n"
    'global color=green dashlist=8 3 width=1 font="helvetica 10 normal roman" select=1 highlite=1 dash=0 '
    "fixed=0 edit=1 move=1 delete=1 include=1 source=1\n"
)
_DS9 = {"ellipse annulus": "ellipse", "box annulus": "box", "annulus": "annulus"}
_HASHED = ("text", "vector", "ruler")


@dataclass(frozen=True)
class Written:
    """A region file.

    Attributes
    ----------
    text : str
        Its content.
    problems : tuple of str
        What could not be written, or not as it is.
    """

    text: str
    problems: tuple[str, ...] = ()


def write_ds9(regions: Sequence[Region], frame: str, world: "World", plane: tuple[int, ...] = ()) -> Written:
    """Write regions as DS9 has them.

    Parameters
    ----------
    regions : sequence of Region
        0-based pixels of the image.
    frame : str
        image, physical, icrs, fk5, fk4, galactic or ecliptic.
    world : World
        Of the image.
    plane : tuple of int
        Of a cube.

    Returns
    -------
    Written
        Sizes on the sky are in arcseconds, by the scale at the region's place. A circle becomes an ellipse
        there if the pixels are not square, and a box between slanted axes a polygon.
    """
    head = f"{HEADER}{frame}\n"
    if frame in SKY and world.celestial_wcs is None:
        why = world.problem or "the image has no positions on the sky"
        return Written(head, (f"nothing can be written in the frame {frame}: {why}",) if regions else ())
    if not regions:
        return Written(head)
    problems: list[str] = []
    lines = []
    for number, (region, shape) in enumerate(
        zip(regions, _in_frame(regions, frame, world, plane), strict=True), 1
    ):
        label = f"region {number}" + (f" ({region.name})" if region.name else "")
        if shape is None:
            problems.append(f"{label} is nowhere in the frame {frame}: left out")
            continue
        if shape.kind == "polygon" and region.kind != "polygon":
            problems.append(
                f"{label}, a {region.kind}, is slanted in the frame {frame}: written as a polygon"
            )
        lines.append(_line(shape, frame, label, problems))
    return Written(head + "".join(f"{line}\n" for line in lines), tuple(problems))


def _in_frame(
    regions: Sequence[Region], frame: str, world: "World", plane: tuple[int, ...]
) -> list[Region | None]:
    """Return the regions in coordinates of the frame, sizes in arcseconds or pixels of it."""
    counts = [len(region.points) for region in regions]
    first = np.cumsum([0, *counts[:-1]])
    positions = np.array([point for region in regions for point in region.points], float)
    matrices = _matrices(positions[first], frame, world, plane)
    scales, similar = scales_of(matrices)
    radians = np.radians([region.angle for region in regions])
    along = (matrices @ np.stack([np.cos(radians), np.sin(radians)], axis=1)[:, :, None])[:, :, 0]
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 360.0
    shapes: list[Region] = []
    for i, region in enumerate(regions):
        if region.size and not similar[i] and np.isfinite(matrices[i]).all():
            shapes.append(_unequal(region, matrices[i]))
        elif region.size or region.kind == "text":
            turn = 0.0 if region.kind in ("circle", "annulus") or not region.angle else float(angles[i])
            turn = float(angles[i]) if region.size and region.kind not in ("circle", "annulus") else turn
            size = tuple(float(scales[i]) * value for value in region.size)
            shapes.append(replace(region, size=size, angle=turn))
        elif region.kind == "vector":
            shapes.append(_vector(region, matrices[i]))
        else:
            shapes.append(region)
    places = _places(
        np.array([point for shape in shapes for point in shape.points], float), frame, world, plane
    )
    found: list[Region | None] = []
    start = 0
    for shape in shapes:
        own = places[start : start + len(shape.points)]
        start += len(shape.points)
        sound = np.isfinite(own).all() and np.isfinite(shape.size).all() and math.isfinite(shape.angle)
        found.append(replace(shape, points=tuple(map(tuple, own.tolist()))) if sound else None)
    return found


def _matrices(centres: Array, frame: str, world: "World", plane: tuple[int, ...]) -> Array:
    if frame in SKY:
        return sky_matrices(world, centres[:, 0], centres[:, 1], frame, plane)
    matrix, _ = affine_of(frame, world)
    return np.broadcast_to(np.linalg.inv(matrix), (len(centres), 2, 2))


def _places(positions: Array, frame: str, world: "World", plane: tuple[int, ...]) -> Array:
    if frame in SKY:
        return np.stack(world.skies(positions[:, 0], positions[:, 1], frame, plane), axis=1)
    matrix, offset = affine_of(frame, world)
    found: Array = (positions - offset) @ np.linalg.inv(matrix).T
    return found


def _unequal(region: Region, matrix: Array) -> Region:
    """Return a shape whose pixels are not square in the frame; its points stay those of the image."""
    centre = np.array(region.points[0])
    shape = replace(region, points=((0.0, 0.0),)).moved(matrix, np.zeros(2))
    back = np.array(shape.points) @ np.linalg.inv(matrix).T + centre
    return replace(shape, points=tuple(map(tuple, back.tolist())))


def _vector(region: Region, matrix: Array) -> Region:
    """Return a vector with its start, its length as size, and its direction."""
    dx, dy = (matrix @ (np.array(region.points[1]) - np.array(region.points[0]))).tolist()
    angle = math.degrees(math.atan2(dy, dx)) % 360.0
    return replace(region, points=region.points[:1], size=(math.hypot(dx, dy),), angle=angle)


def _line(shape: Region, frame: str, label: str, problems: list[str]) -> str:
    digits = 9 if frame in SKY else 6
    mark = '"' if frame in SKY else ""
    numbers = [_number(value, digits) for point in shape.points for value in point]
    numbers += [_number(value, 6) + mark for value in shape.size]
    if shape.kind.startswith(("ellipse", "box", "vector")):
        numbers.append(_number(shape.angle, 6))
    words = []
    if shape.kind == "vector":
        words.append("vector=1")
    if shape.kind == "ruler" and "ruler=" not in shape.style:
        words.append(f"ruler={frame} {'arcsec' if frame in SKY else frame}")
    if shape.symbol:
        words.append(f"point={shape.symbol}")
    if shape.colour != "green":
        words.append(f"color={shape.colour}")
    if shape.width != 1:
        words.append(f"width={shape.width}")
    if shape.kind == "text" and shape.angle:
        words.append(f"textangle={_number(shape.angle, 6)}")
    if shape.name:
        words.append(f"text={_quoted(shape.name, label, problems)}")
    words += [f"tag={_quoted(tag, label, problems)}" for tag in shape.tags]
    if shape.style:
        words.append(shape.style)
    sign = "" if shape.include else "-"
    text = f"{sign}{_DS9.get(shape.kind, shape.kind)}({','.join(numbers)})"
    if shape.kind in _HASHED:
        return " ".join([f"# {text}", *words])
    return " ".join([text, "#", *words]) if words else text


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _quoted(text: str, label: str, problems: list[str]) -> str:
    """Return a text between braces, or quotes if there are braces in it."""
    words = " ".join(text.split("\n")) if "\n" in text else text
    for start, end in (("{", "}"), ('"', '"'), ("'", "'")):
        if start not in words and end not in words:
            if words != text:
                problems.append(f"{label}: its text was written in one line")
            return f"{start}{words}{end}"
    problems.append(f"{label}: the braces in its text were written as parentheses")
    return "{" + words.replace("{", "(").replace("}", ")") + "}"
