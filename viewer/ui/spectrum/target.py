"""Target: which region of a cube the spectrum is of, and the measurements as questions for their Python."""

import math
from collections.abc import Callable

from viewer.core.frame import Frame
from viewer.core.measure.cuberegion import cube_arguments, extracted_region
from viewer.core.measure.cubespectrum import cube_spectrum
from viewer.core.measure.extraction import Extraction, extracted, with_gain
from viewer.core.measure.spectralaxis import SpectralAxis
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


def of_region(frame: Frame, region: Region, combine: str, plane: tuple[int, ...]) -> Question:
    """Return the question for the spectrum of a region of a cube."""
    given = cube_arguments(frame, region, combine, plane)
    return Question(cube_spectrum, given, f"The spectrum of a {region.kind}", whole=True)


def of_slit(frame: Frame, how: Extraction, axis: SpectralAxis) -> Question:
    """Return the question for the spectrum of a long-slit frame."""
    given = with_gain(frame, how).arguments(axis)
    first, last = how.band
    return Question(long_slit_spectrum, given, f"The spectrum in {how.along} {first} to {last}")
