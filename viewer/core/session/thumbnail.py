"""Thumbnail: a small picture of a file as the window first shows it, and a few words about it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io import open_source
from viewer.core.io.name import FileName
from viewer.core.io.source import Source
from viewer.core.observation.heading import Heading
from viewer.core.observation.keywords import exposure_of, filter_of, target_of
from viewer.core.pixels import ArrayPixels, Pixels
from viewer.core.render.coarse import MOST_BYTES, coarse
from viewer.core.render.curve import curve
from viewer.core.render.draw import BACKGROUND, draw, to_index
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.viewport import Orientation, Viewport
from viewer.core.session.document import Picture
from viewer.core.session.loading import BUILT_AT_ONCE, picture_of

Array = np.ndarray[Any, np.dtype[Any]]

_PAPER, _INK = 0xFFFFFFFF, 0xFF14509F
_SHORTEST = 8
# bytes: a small compressed file may be made to grow to any size
MOST_INFLATED = 600 << 20
MOST_DECODED = 400 << 20
# planes of a cube are told apart by pictures of this side
_GLANCE = 64
# compressed tiles are decoded at a tenth of the speed at which others are read
_SLOWER = 4
# by how much a plane must tell more than the first to be shown instead
_CLEARLY = 1.2


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A small picture and what belongs to it.

    Attributes
    ----------
    colours : numpy.ndarray
        uint32 of shape (height, width), 0xffRRGGBB, row 0 on top.
    source : Source
        The file.
    shape : tuple of int
        Of the image, in numpy order.
    facts : tuple of (str, str)
        What is worth knowing, each with its name: object, filter, exposure, size, ….
    """

    colours: Array
    source: Source
    shape: tuple[int, ...]
    facts: tuple[tuple[str, str], ...]


def thumbnail(name: str, side: int) -> Thumbnail:
    """Draw a file small.

    Parameters
    ----------
    name : str
        A path, with brackets for a certain HDU or section.
    side : int
        The longest side of the picture in pixels.

    Raises
    ------
    ViewerError
        If there is no image in it, or it cannot be read.
    """
    wanted = FileName.parse(name)
    plain = wanted.hdu is None and wanted.section is None
    source = open_source(wanted, MOST_INFLATED if plain else None)
    index = source.find(wanted.hdu, wanted.ver)
    if source.hdus[index].kind != "image":
        raise ViewerError(f"{source.path.name} has no image, only a table")
    frame = source.frame(index, wanted.section)
    pixels = frame.pixels
    if not pixels.size:
        raise ViewerError(f"{source.name(index)} is an image without pixels: there is nothing to draw")
    if pixels.ndim == 1:
        colours: Array = curve(pixels, (side, max(1, side // 2)), _PAPER, _INK)
    else:
        compressed = bool(source.hdus[index].compressed)
        if compressed:
            _keep_tiles(pixels)
        colours = _drawn(picture_of(frame), side, MOST_BYTES // (_SLOWER if compressed else 1))
    return Thumbnail(colours, source, pixels.shape, _facts(source, index))


def _keep_tiles(pixels: Pixels) -> None:
    """Let the picture find the tiles that its limits were taken from: a large one has them all twice else."""
    # the decompressors are nothing to plain files
    from viewer.core.io.compressed import CompressedPixels

    if isinstance(pixels, CompressedPixels):
        pixels.cache_bytes = MOST_DECODED


def _drawn(picture: Picture, side: int, most: int) -> Array:
    orientation = picture.orientation(honour_row_order=True)
    plane = _telling(picture, most)
    pyramids = list(picture.pyramids)
    if plane == picture.plane and math.prod(picture.frame.image_shape) * len(pyramids) <= BUILT_AT_ONCE:
        # as the window does
        for pyramid in pyramids:
            pyramid.build()
        picture.know_extremes()
    else:
        # twice as fine as the screen: the rest is the pyramid's, which draws as in the window
        planes = [pyramid.plane for pyramid in pyramids] if picture.colour else [plane]
        pyramids = [_small(picture.frame.pixels, each, 2 * side, most) for each in planes]
    size = _size(picture.frame.image_shape, side, orientation)
    viewport = Viewport.fit(pyramids[0].shape, size, orientation)
    cuts = [picture.cuts] * len(pyramids)
    return draw(pyramids, viewport, picture.scale, cuts, picture.sample, BACKGROUND)


def _small(pixels: Pixels, plane: tuple[int, ...], side: int, most: int) -> Pyramid:
    pyramid = Pyramid(ArrayPixels(coarse(pixels, plane, side, most)))
    pyramid.build()
    return pyramid


def _telling(picture: Picture, most: int) -> tuple[int, ...]:
    """Return the plane of a cube that shows most, among those that its limits are taken from.

    The window begins with the first one, which often holds noise only.
    """
    planes = picture.sample.planes
    if picture.colour or len(planes) < 2:
        return picture.plane
    spread = {}
    for plane in planes:
        means = coarse(picture.frame.pixels, plane, _GLANCE, most // len(planes))
        index = to_index(means, picture.cuts)
        levels = picture.scale.levels(picture.sample, picture.cuts)
        seen = levels[index[index > 0] - 1]
        spread[plane] = float(seen.std()) if seen.size else 0.0
    best = max(spread, key=lambda plane: spread[plane])
    return best if spread[best] > _CLEARLY * spread[picture.plane] else picture.plane


def _size(image_shape: tuple[int, int], side: int, orientation: Orientation) -> tuple[int, int]:
    """Return width and height: the image's proportions, enlarged only by whole numbers."""
    rows, columns = image_shape
    across, down = (rows, columns) if orientation.swaps_axes else (columns, rows)
    longest = max(across, down)
    if longest <= side:
        zoom = side // longest
        return across * zoom, down * zoom
    shortest = min(_SHORTEST, side)
    return max(shortest, round(side * across / longest)), max(shortest, round(side * down / longest))


def _facts(source: Source, index: int) -> tuple[tuple[str, str], ...]:
    hdu = source.hdus[index]
    heading = Heading(source.image_cards(index), source.cards(0))
    exposure = exposure_of(heading)[0]
    name = f" ({hdu.name})" if hdu.name not in ("", "PRIMARY", "COMPRESSED_IMAGE") else ""
    said = (
        ("Object", target_of(heading)),
        ("Filter", filter_of(heading)[0]),
        ("Exposure", "" if exposure is None else f"{exposure:g} s"),
        ("Date", heading.text("DATE-OBS")),
        ("Size", " × ".join(str(length) for length in reversed(hdu.shape))),
        ("Type", f"{hdu.dtype}, {hdu.compressed}" if hdu.compressed else hdu.dtype),
        ("HDU", f"{index}{name}" if index else ""),
    )
    return tuple((label, text) for label, text in said if text)
