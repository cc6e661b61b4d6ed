"""Placing: regions as their file gives them brought to the pixels of an image, many at a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.progress import Progress
from viewer.core.shapes.given import SKY, Given, Problems
from viewer.core.shapes.local import scales_of, sky_matrices
from viewer.core.shapes.region import Region

if TYPE_CHECKING:
    from viewer.core.world import World

Array = np.ndarray[Any, np.dtype[Any]]

_AT_ONCE = 5000


def place(
    given: Sequence[Given], world: "World", plane: tuple[int, ...], problems: Problems, progress: Progress
) -> list[Region]:
    """Bring regions to the pixels of an image.

    Sizes follow the scale at the region's own place, and angles its north. A circle on the sky whose pixels
    are not square becomes an ellipse, a box between slanted axes a polygon.

    Parameters
    ----------
    given : sequence of Given
        From the file.
    world : World
        Of the image.
    plane : tuple of int
        Of a cube.
    problems : Problems
        Where it says which have no place.
    progress : Progress
        Asked now and then.

    Returns
    -------
    list of Region
        In the order of the file, without keys.

    Raises
    ------
    Cancelled
        If nobody wants them any more.
    """
    placed: dict[int, Region] = {}
    frames: dict[str, list[int]] = {}
    for index, each in enumerate(given):
        frames.setdefault(each.frame, []).append(index)
    done = 0
    for frame, indices in frames.items():
        reason = _unknown(frame, world)
        if reason:
            problems.extend((given[i].line for i in indices), reason)
            continue
        for start in range(0, len(indices), _AT_ONCE):
            progress.report(done / len(given))
            some = indices[start : start + _AT_ONCE]
            done += len(some)
            for index, region in zip(
                some, _placed([given[i] for i in some], frame, world, plane, problems), strict=True
            ):
                if region is not None:
                    placed[index] = region
    return [placed[index] for index in sorted(placed)]


def _unknown(frame: str, world: "World") -> str:
    """Return why nothing in a frame can be placed, else nothing."""
    if frame in SKY and world.celestial_wcs is None:
        why = world.problem or "the image has no positions on the sky"
        return f"the frame {frame} cannot be used, for {why}: left out"
    if frame == "detector" and not any(each.name == frame for each in world.linear):
        return "the frame detector cannot be used, for the image has no DTM and DTV cards: left out"
    return ""


def affine_of(frame: str, world: "World") -> tuple[Array, Array]:
    """Return matrix and offset from a frame of pixels (1-based) to the image's (0-based).

    Without LTM and LTV cards, physical coordinates are those of the image.
    """
    found = next((each for each in world.linear if each.name == frame), None)
    if found is None or frame == "image":
        return np.eye(2), np.array([-1.0, -1.0])
    inverse = np.linalg.inv(found.matrix)
    return inverse, -inverse @ found.offset - 1.0


def _placed(
    given: Sequence[Given], frame: str, world: "World", plane: tuple[int, ...], problems: Problems
) -> list[Region | None]:
    """Place regions of one frame."""
    counts = [len(each.positions) for each in given]
    positions = np.array([point for each in given for point in each.positions])
    if frame in SKY:
        x, y = world.places(positions[:, 0], positions[:, 1], frame, plane)
    else:
        matrix, offset = affine_of(frame, world)
        x, y = matrix @ positions.T + offset[:, None]
    first = np.cumsum([0, *counts[:-1]])
    matrices = _matrices(given, frame, world, plane, x[first], y[first])
    scales, similar = scales_of(matrices)
    radians = np.radians([each.angle for each in given])
    along = (matrices @ np.stack([np.cos(radians), np.sin(radians)], axis=1)[:, :, None])[:, :, 0]
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 360.0
    # what is straight stays so to the last digit
    quarters = np.round(angles / 90.0) * 90.0
    angles = np.where(np.abs(angles - quarters) < 1e-9, quarters % 360.0, angles)
    sizes = _sizes(given, frame, world, plane, x[first], y[first], matrices)
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    known = np.logical_and.reduceat(np.isfinite(x) & np.isfinite(y), first)
    placed: list[Region | None] = []
    for i, (each, start) in enumerate(zip(given, first.tolist(), strict=True)):
        own = tuple(points[start : start + counts[i]])
        if not known[i]:
            problems.add(each.line, f"the image's projection has no pixel for its place in {frame}: left out")
            placed.append(None)
        elif not each.size:
            turn = float(angles[i]) if each.kind == "text" and each.angle else 0.0
            placed.append(Region(each.kind, own, angle=turn, frame=frame, **each.looks))
        elif not np.isfinite(sizes[i]).all():
            problems.add(
                each.line, "its size is in arcseconds, but the image has no positions on the sky: left out"
            )
            placed.append(None)
        else:
            placed.append(
                _shaped(each, own, sizes[i], float(angles[i]), matrices[i], float(scales[i]), similar[i])
            )
    return placed


def _shaped(
    each: Given,
    points: tuple[tuple[float, float], ...],
    size: tuple[float, ...],
    angle: float,
    matrix: Array,
    scale: float,
    similar: bool,
) -> Region:
    """Return a region with its size in pixels along x and y of its frame times the mean scale."""
    if each.kind == "vector":
        # its length is along its own direction
        turn = np.radians(each.angle)
        dx, dy = matrix @ np.array([np.cos(turn), np.sin(turn)]) * (size[0] / scale)
        end = (points[0][0] + float(dx), points[0][1] + float(dy))
        return Region("vector", (points[0], end), frame=each.frame, **each.looks)
    if similar:
        turn = 0.0 if each.kind in ("circle", "annulus") else angle
        return Region(each.kind, points, size, turn, frame=each.frame, **each.looks)
    own = tuple(value / scale for value in size)
    shape = Region(each.kind, ((0.0, 0.0),), own, each.angle, frame=each.frame, **each.looks)
    return shape.moved(matrix, np.array(points[0]))


def _matrices(
    given: Sequence[Given], frame: str, world: "World", plane: tuple[int, ...], x: Array, y: Array
) -> Array:
    """Return how lengths along the axes of the frame turn into pixels, for each region."""
    if frame not in SKY:
        return np.broadcast_to(affine_of(frame, world)[0], (len(given), 2, 2))
    found = np.full((len(given), 2, 2), np.nan)
    needed = (
        np.array([bool(each.size) or bool(each.angle) for each in given]) & np.isfinite(x) & np.isfinite(y)
    )
    if needed.any():
        forward = sky_matrices(world, x[needed], y[needed], frame, plane)
        sound = np.isfinite(forward).all(axis=(1, 2)) & (np.abs(np.linalg.det(forward)) > 0)
        inverse = np.full_like(forward, np.nan)
        inverse[sound] = np.linalg.inv(forward[sound])
        found[needed] = inverse
    return found


def _sizes(
    given: Sequence[Given],
    frame: str,
    world: "World",
    plane: tuple[int, ...],
    x: Array,
    y: Array,
    matrices: Array,
) -> list[tuple[float, ...]]:
    """Return all sizes in pixels, by the mean scale of the unit that each region gives them in."""
    own = "arcsec" if frame in SKY else frame
    scales = {own: scales_of(matrices)[0].tolist()}
    units = {each.unit for each in given if each.size} - {own}
    for unit in units:
        if unit == "arcsec":
            if world.celestial_wcs is None:
                scales[unit] = [np.nan] * len(given)
            else:
                forward = scales_of(sky_matrices(world, x, y, "icrs", plane))[0]
                with np.errstate(divide="ignore"):
                    scales[unit] = (1.0 / forward).tolist()
        else:
            matrix = affine_of(unit, world)[0]
            scales[unit] = [float(np.sqrt(abs(np.linalg.det(matrix))))] * len(given)
    return [
        tuple(value * scales[each.unit][i] for value in each.size) if each.size else ()
        for i, each in enumerate(given)
    ]
