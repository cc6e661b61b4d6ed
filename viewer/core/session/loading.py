"""What workers do to put an image on display: open, sample, choose limits."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io import open_source
from viewer.core.io.name import FileName
from viewer.core.io.source import Source
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.sample import Sample
from viewer.core.render.scale import DEFAULT_SCALE, Scale
from viewer.core.render.strips import THREADS
from viewer.core.session.document import Picture

if TYPE_CHECKING:
    from viewer.core.io.table import Table

PLANES_SAMPLED = 9
# Pixels: averaged in 50 ms, so that the first picture is already the final one.
BUILT_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class Loaded:
    """What a worker brings back about one HDU: a picture, a table, or neither."""

    source: Source
    hdu: int | None
    picture: Picture | None = None
    table: "Table | None" = None
    problems: tuple[str, ...] = ()


def load(name: str, hdu: int | None = None, threads: int = THREADS, usual: Scale = DEFAULT_SCALE) -> Loaded:
    """Open a file and load the HDU that its name asks for.

    Parameters
    ----------
    name : str
        A path, with brackets if the user wants a certain HDU or section.
    hdu : int, optional
        Index of the HDU to show where the name says nothing.
    threads : int
        How many may average the picture; 1 while the program itself is being loaded.
    usual : Scale
        How an image is shown that is no finished picture.

    Raises
    ------
    ViewerError
        If the file cannot be shown at all.
    """
    wanted = FileName.parse(name)
    source = open_source(wanted)
    if wanted.hdu is not None:
        index: int | None = source.find(wanted.hdu, wanted.ver)
    elif hdu is not None:
        index = source.find(hdu, None)
    else:
        index = source.default
    return load_hdu(source, index, wanted.section, threads, usual)


def load_hdu(
    source: Source,
    index: int | None,
    section: tuple[slice, slice] | None = None,
    threads: int = THREADS,
    usual: Scale = DEFAULT_SCALE,
    plane: tuple[int, ...] = (),
    colour: bool | None = None,
) -> Loaded:
    """Load one HDU of an open file, whatever its kind; plane and colour only if the image can have them."""
    if index is None:
        first = source.hdus[:1]
        problems = (*source.problems, *(problem for hdu in first for problem in hdu.problems))
        return Loaded(source, 0 if first else None, problems=problems)
    kind = source.hdus[index].kind
    problems = (*source.problems, *source.hdus[index].problems)
    if kind == "image":
        frame = source.frame(index, section)
        problems = tuple(dict.fromkeys((*problems, *frame.problems)))
        frame = _in_colour(frame, colour)
        picture = picture_of(frame, _plane_of(frame, plane), usual=usual)
        if math.prod(frame.image_shape) * len(picture.pyramids) <= BUILT_AT_ONCE:
            for pyramid in picture.pyramids:
                pyramid.build(threads=threads)
            picture.know_extremes()
        return Loaded(source, index, picture=picture, problems=(*problems, *frame.pixels.problems))
    if section is not None:
        raise ViewerError(f"{source.path.name}: HDU {index} is not an image, so it has no section to show.")
    if kind in ("table", "groups"):
        try:
            return Loaded(source, index, table=source.table(index), problems=problems)
        except ViewerError as error:
            return Loaded(source, index, problems=(*problems, str(error)))
    return Loaded(source, index, problems=problems)


def _in_colour(frame: Frame, colour: bool | None) -> Frame:
    possible = len(frame.shape) == 3 and frame.shape[0] == 3
    return frame if colour in (None, frame.colour) or not possible else frame.derive(colour=colour)


def _plane_of(frame: Frame, plane: tuple[int, ...]) -> tuple[int, ...]:
    lengths = frame.shape[:-2]
    return plane if len(plane) == len(lengths) and all(map(int.__lt__, plane, lengths)) else ()


def picture_of(
    frame: Frame,
    plane: tuple[int, ...] = (),
    colour: bool | None = None,
    usual: Scale = DEFAULT_SCALE,
) -> Picture:
    """Prepare a frame for display: its sample, limits and (unbuilt) pyramid.

    Parameters
    ----------
    frame : Frame
        The image.
    plane : tuple of int
        Indices of the leading axes; empty for the first plane.
    colour : bool, optional
        Three planes as a colour picture; default: as the frame says.
    usual : Scale
        How it is shown if it is no finished picture.
    """
    in_colour = frame.colour if colour is None else colour
    plane = frame.pixels.index(plane)
    sample = sample_of(frame, plane, in_colour)
    scale = Scale.first(sample, usual)
    return Picture(
        frame,
        plane,
        in_colour,
        pyramids_of(frame, plane, in_colour),
        sample,
        scale,
        scale.limits.resolve(sample),
    )


def pyramids_of(frame: Frame, plane: tuple[int, ...], colour: bool) -> tuple[Pyramid, ...]:
    """Return the unbuilt pyramid of a plane, or those of the three colours."""
    if colour:
        return tuple(Pyramid(frame.pixels, (channel,)) for channel in range(3))
    return (Pyramid(frame.pixels, plane),)


def sample_of(frame: Frame, plane: tuple[int, ...], colour: bool) -> Sample:
    """Return values of a plane, or of three in colour; of a cube, of planes all through it.

    The limits of a cube have to suit every plane, and its first one often holds noise only.
    """
    if colour:
        return Sample.of(frame.pixels, colour=True)
    leading = frame.shape[:-2]
    count = math.prod(leading)
    picks = {int(n) for n in np.linspace(0, count - 1, min(count, PLANES_SAMPLED))}
    planes = {tuple(int(i) for i in np.unravel_index(n, leading)) for n in picks} if leading else set()
    return Sample.over(frame.pixels, tuple(sorted(planes | {plane})))
