"""Cube region: the spectrum of a region of a cube, with the values of its spectral axis."""

from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.measure.cubespectrum import Planes, cube_spectrum
from viewer.core.measure.spectralaxis import pixels_axis, planes_axis
from viewer.core.measure.spectrumfile import Spectrum
from viewer.core.shapes.region import Region


def extracted_region(
    frame: Frame, region: Region, combine: str = "mean", plane: tuple[int, ...] = ()
) -> Spectrum:
    """Return the spectrum of a region of a cube along its spectral axis.

    Parameters
    ----------
    frame : Frame
        Of three axes or more.
    region : Region
        With an inside, or a point.
    combine : str
        mean, sum or median.
    plane : tuple of int
        The plane shown: it chooses among further axes, such as polarisations.

    Raises
    ------
    ViewerError
        If it is no cube, or the region has no pixel in it.
    """
    cube = Planes(frame)
    given = cube_arguments(frame, region, combine, plane)
    found = cube_spectrum(cube, **given)
    x, y = region.centre
    axis = planes_axis(frame, given["axis"], tuple(given["others"]), x + 1, y + 1)
    count = len(found["flux"])
    return Spectrum(
        found["channel"],
        axis or pixels_axis(count),
        found["flux"],
        found["error"],
        np.full(count, np.nan),
        found["count"],
        frame.unit,
        tuple(found["notes"]),
        (f"{combine} of {found['area']} pixels in the {region.kind} at {x + 1:.6g}, {y + 1:.6g}",),
        frame.name,
    )


def cube_arguments(
    frame: Frame, region: Region, combine: str = "mean", plane: tuple[int, ...] = ()
) -> dict[str, Any]:
    """Return the arguments of `cube_spectrum` for a region."""
    if region.kind not in ("point", "polygon") and not region.size:
        raise ViewerError(f"a {region.kind} has no inside: choose a circle, a box or another area.")
    leading = max(0, frame.ndim - 2)
    others = tuple(plane) if len(plane) == leading else (0,) * leading
    return {
        "kind": region.kind,
        "points": tuple((round(x + 1, 6), round(y + 1, 6)) for x, y in region.points),
        "size": region.size,
        "angle": region.angle,
        "combine": combine,
        "axis": spectral_axis_of(frame),
        "others": others,
    }


def spectral_axis_of(frame: Frame) -> int:
    """Return which leading axis of a cube, in numpy order, its spectra run along."""
    height, width = frame.image_shape
    leading = frame.shape[:-2]
    zero = (0,) * len(leading)
    for axis, count in enumerate(leading):
        if count > 1 and planes_axis(frame, axis, zero, width / 2, height / 2) is not None:
            return axis
    return max(range(len(leading)), key=lambda axis: leading[axis], default=0)
