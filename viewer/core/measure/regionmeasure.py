"""Region measure: what there is to know about a region of an image, with its place on the sky."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.core.measure.plane import Plane
from viewer.core.measure.regionstats import line_length, region_statistics
from viewer.core.progress import Progress
from viewer.core.shapes.local import scales_of, sky_matrices
from viewer.core.shapes.region import Region
from viewer.core.world import World

LINES = ("line", "ruler", "vector")


def region_arguments(region: Region) -> dict[str, Any]:
    """Return a region as `region_statistics` or, for a line, `line_length` take it: literals, from 1."""
    points = tuple((x + 1, y + 1) for x, y in region.points)
    if region.kind in LINES:
        (x1, y1), (x2, y2) = points
        return {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return {"kind": region.kind, "points": points, "size": region.size, "angle": region.angle}


def measure_region(
    data: Plane, region: Region, world: World, plane: tuple[int, ...] = (), clip: float = 3.0
) -> dict[str, Any]:
    """Measure a region, as `measure_regions` does."""
    return measure_regions(data, (region,), world, plane, clip)[0]


def measure_regions(
    data: Plane,
    regions: Sequence[Region],
    world: World,
    plane: tuple[int, ...] = (),
    clip: float = 3.0,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Measure many regions.

    Parameters
    ----------
    data : Plane
        The values.
    regions : sequence of Region
        Shapes with an inside, or lines.
    world : World
        Of the image.
    plane : tuple of int
        Of a cube.
    clip : float
        As in `region_statistics`.
    progress : Progress, optional
        Told how much is done.

    Returns
    -------
    list of dict
        What `region_statistics` gives, with the scale at the region's centre, or, for a line, `line_length`
        with length_arcsec along the great circle and position_angle (degrees from north through east at its
        start); ra and dec of the centre (ICRS, degrees), NaN without a sky. A text has notes alone.

    Raises
    ------
    Cancelled
        If nobody wants them any more.
    """
    if not regions:
        return []
    x, y = np.array([region.centre for region in regions], float).T
    lon, lat = world.skies(x, y, "icrs", plane)
    scales = scales_of(sky_matrices(world, x, y, "icrs", plane))[0]
    scales = np.where(np.isfinite(scales), scales, 0.0)
    everything = []
    for index, region in enumerate(regions):
        if progress is not None:
            progress.report(index / len(regions))
        found: dict[str, Any]
        if region.kind == "text":
            found = {"notes": ["a text has nothing to measure"]}
        elif region.kind in LINES:
            found = line_length(data, **region_arguments(region))
            arcseconds, position = sky_line(world, region.points[0], region.points[-1], plane)
            found |= {"length_arcsec": arcseconds, "position_angle": position}
        else:
            arguments = region_arguments(region)
            found = region_statistics(data, **arguments, clip=clip, scale=float(scales[index]))
        everything.append({**found, "ra": float(lon[index]), "dec": float(lat[index])})
    return everything


def sky_line(
    world: World, start: tuple[float, float], end: tuple[float, float], plane: tuple[int, ...] = ()
) -> tuple[float, float]:
    """Return how far apart two pixels (0-based) are on the sky, and in which direction.

    Returns
    -------
    tuple of float
        Arcseconds along the great circle, and the position angle of the second seen from the first, degrees
        from north through east, 0 to 360; NaN where there is no sky.
    """
    lon, lat = (
        np.radians(each) for each in world.skies([start[0], end[0]], [start[1], end[1]], "icrs", plane)
    )
    # Vincenty's formula keeps its digits at all distances
    across = math.cos(lat[1]) * math.sin(lon[1] - lon[0])
    along = math.cos(lat[0]) * math.sin(lat[1]) - math.sin(lat[0]) * math.cos(lat[1]) * math.cos(
        lon[1] - lon[0]
    )
    towards = math.sin(lat[0]) * math.sin(lat[1]) + math.cos(lat[0]) * math.cos(lat[1]) * math.cos(
        lon[1] - lon[0]
    )
    distance = math.degrees(math.atan2(math.hypot(across, along), towards)) * 3600
    angle = math.degrees(math.atan2(across, along)) % 360 if distance > 0 else math.nan
    return distance, angle
