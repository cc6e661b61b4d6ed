"""Target: which region of a cube the spectrum is of, and the measurements as questions for their Python."""

import math
from collections.abc import Callable
from dataclasses import replace

from viewer.core.frame import Frame
from viewer.core.measure.cuberegion import cube_arguments, extracted_region
from viewer.core.measure.cubespectrum import cube_spectrum
from viewer.core.measure.extraction import Along, Extraction, extracted, with_gain
from viewer.core.measure.slitbands import proposed, traced
from viewer.core.measure.spectralaxis import SpectralAxis, dispersion_of
from viewer.core.measure.spectrum import long_slit_spectrum
from viewer.core.measure.spectrumfile import Spectrum
from viewer.core.script.question import Question
from viewer.core.session.session import Session
from viewer.core.shapes.region import Region

AREAS = ("point", "circle", "ellipse", "box", "polygon", "annulus", "ellipse annulus", "box annulus")


def region_of(session: Session, frame: Frame) -> Region | None:
    """Return the region that is selected, if it is one with an inside; else the pixel under the pointer."""
    layer = session.overlays.layer
    chosen = [each for each in layer.regions if each.key in layer.selected and each.kind in AREAS]
    if len(chosen) == 1:
        return chosen[0]
    if session.pointer is None:
        return None
    x, y = (math.floor(part + 0.5) for part in session.pointer)
    height, width = frame.image_shape
    return Region("point", ((x, y),)) if 0 <= x < width and 0 <= y < height else None


def taking(
    frame: Frame, plane: tuple[int, ...], how: Extraction | None, region: Region | None, combine: str
) -> Callable[[object], Spectrum]:
    """Return the work that takes a spectrum: of a frame if it is said how, else of a region of a cube."""
    if how is not None:
        return lambda _progress: extracted(frame, how, plane)
    area = region if region is not None else Region("point", ((0.0, 0.0),))
    return lambda _progress: extracted_region(frame, area, combine, plane)


def proposing(
    frame: Frame, plane: tuple[int, ...], along: Along | None, how: Extraction | None
) -> Callable[[object], tuple[Extraction, str]]:
    """Return the work that finds the object; a spectrum that is straightened already stays so."""

    def work(_progress: object) -> tuple[Extraction, str]:
        guess, why = dispersion_of(frame)
        way: Along = along if along is not None else "rows" if guess == "rows" else "columns"
        if how is None or how.along != way:
            found, told = proposed(frame, way, plane)
        else:
            found, told = proposed(frame, way, plane, how.angle, how.trace)
        if how is not None:
            found = replace(found, combine=how.combine, sky_fit=how.sky_fit)
        about = f"dispersion along {way}: {why}; " if along is None else ""
        return found, about + told

    return work


def straightening(
    frame: Frame, plane: tuple[int, ...], how: Extraction, order: int | None, own: bool
) -> Callable[[object], tuple[Extraction, str]]:
    """Return the work that finds the angle of the trace, or its polynomial of an order.

    Parameters
    ----------
    frame, plane
        What is looked at.
    how
        Its band says which object.
    order
        Of the polynomial; None for the angle.
    own
        Whether the bands may be changed, too.
    """

    def work(_progress: object) -> tuple[Extraction, str]:
        straight = replace(how, angle=0.0, trace=None)
        found = traced(frame, straight, 1 if order is None else order, plane)
        if order is None:
            straight = replace(straight, angle=round(found["angle"], 4))
        else:
            straight = replace(straight, trace=tuple(found["coefficients"].tolist()))
        if own:
            near, _ = proposed(frame, how.along, plane, straight.angle, straight.trace)
            straight = replace(straight, band=near.band, sky=near.sky)
        told = (
            f"the trace rises by {found['angle']:.3f}°, to {found['rms']:.2f} pixels; "
            f"the object is {found['fwhm']:.1f} pixels wide"
        )
        return straight, told

    return work


def of_region(frame: Frame, region: Region, combine: str, plane: tuple[int, ...]) -> Question:
    """Return the question for the spectrum of a region of a cube."""
    given = cube_arguments(frame, region, combine, plane)
    return Question(cube_spectrum, given, f"The spectrum of a {region.kind}", whole=True)


def of_slit(frame: Frame, how: Extraction, axis: SpectralAxis) -> Question:
    """Return the question for the spectrum of a long-slit frame."""
    given = with_gain(frame, how).arguments(axis)
    first, last = how.band
    return Question(long_slit_spectrum, given, f"The spectrum in {how.along} {first} to {last}")
