"""Snapshot: the picture as the window draws it, as a file."""

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np

from viewer.commands.common import for_each_file
from viewer.commands.curve import draw_curve
from viewer.commands.view import add_view, view_options
from viewer.core.errors import ViewerError
from viewer.core.io.picture_file import FORMATS, as_picture, save_picture
from viewer.core.render.draw import draw
from viewer.core.session.document import Picture, Place
from viewer.core.session.loading import load
from viewer.core.session.options import ViewOptions

Array = np.ndarray[Any, np.dtype[Any]]

HELP = "write the picture to a PNG, JPEG or TIFF file"
EXAMPLES = "skyloupe snapshot m13.fits -o m13.png\n"
EXAMPLES += "skyloupe snapshot m13.fits -o m13.jpg --size 800x600 --cmap viridis"

LARGEST = (1400, 900)
BACKGROUND = 0xFF000000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT", help="the picture's file")
    parser.add_argument("--size", type=_size, metavar="WxH", help="in pixels (the image's, up to 1400x900)")
    add_view(parser)


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do it."""
    options = view_options(arguments, parser)
    if arguments.output.suffix.lower() not in FORMATS:
        parser.error(f"{arguments.output}: the name has to end in {', '.join(FORMATS)}")
    return for_each_file(
        [arguments.file], lambda file: snapshot(file, arguments.output, options, arguments.size)
    )


def snapshot(file: str, output: Path, options: ViewOptions, size: tuple[int, int] | None) -> None:
    """Draw a file into a picture file.

    Raises
    ------
    ViewerError
        If there is nothing to draw, or the picture cannot be written.
    """
    loaded = load(file, options.hdu)
    picture = loaded.picture
    if picture is None:
        what = "a table" if loaded.table is not None else "no image"
        raise ViewerError(
            f"{loaded.source.path.name} has {what} there: name an HDU with an image in brackets"
        )
    if not picture.frame.pixels.size:
        raise ViewerError(f"{picture.frame.name} is an image without pixels: there is nothing to draw")
    if picture.frame.pixels.ndim == 1:
        image = draw_curve(picture.frame, size or (1000, 500))
    else:
        image = as_picture(draw_picture(picture, options, size))
    save_picture(image, output, loaded.source.path)


def draw_picture(picture: Picture, options: ViewOptions, size: tuple[int, int] | None) -> Array:
    """Return the colours, 0xffRRGGBB, of shape (height, width)."""
    picture.scale = options.scale(picture.scale)
    picture.place = Place(zoom=options.zoom)
    viewport = picture.viewport(size or _natural_size(picture, options.zoom), honour_row_order=True)
    if viewport.zoom < 1 or picture.scale.limits.mode == "minmax":
        for pyramid in picture.pyramids:
            pyramid.build()
        picture.know_extremes()
    picture.cuts = picture.scale.limits.resolve(picture.sample)
    cuts = [picture.cuts] * len(picture.pyramids)
    return draw(picture.pyramids, viewport, picture.scale, cuts, picture.sample, BACKGROUND)


def _natural_size(picture: Picture, zoom: float | None) -> tuple[int, int]:
    height, width = picture.frame.image_shape
    zoom = min(1.0, LARGEST[0] / width, LARGEST[1] / height) if zoom is None else zoom
    wanted = max(1, round(width * zoom)), max(1, round(height * zoom))
    return min(wanted[0], LARGEST[0]), min(wanted[1], LARGEST[1])


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (0 < size[0] <= 20000 and 0 < size[1] <= 20000):
        raise argparse.ArgumentTypeError(f"not a size such as 800x600: {text!r}")
    return size
