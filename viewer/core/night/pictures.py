"""Pictures: small PNG pictures of results, drawn as the window draws them."""

import io
from pathlib import Path

from viewer.core.io import FileName, read
from viewer.core.io.picture_file import as_picture
from viewer.core.render.draw import draw
from viewer.core.render.pyramid import Pyramid
from viewer.core.render.sample import Sample
from viewer.core.render.scale import Scale
from viewer.core.render.viewport import Orientation, Viewport

Cuts = tuple[float, float]

# Device pixels.
LARGEST = 480
_BACKGROUND = 0xFF000000


def whole_picture(path: Path, largest: int = LARGEST) -> bytes:
    """Return a whole image as PNG.

    Parameters
    ----------
    path : pathlib.Path
        A file whose first image has two axes.
    largest : int
        Length of the longer side in pixels.

    Raises
    ------
    ViewerError
        If it cannot be read.
    """
    rows, columns = read(FileName(path)).image_shape
    zoom = min(1.0, largest / max(rows, columns))
    return _picture(path, (max(1, round(columns * zoom)), max(1, round(rows * zoom))), zoom)


def middle_picture(path: Path, side: int = LARGEST, zoom: float = 2.0, like: Path | None = None) -> bytes:
    """Return the middle of an image, enlarged, as PNG.

    Parameters
    ----------
    path : pathlib.Path
        A file whose first image has two axes.
    side : int
        Width and height of the picture.
    zoom : float
        Pixels of the picture for one of the image.
    like : pathlib.Path, optional
        Another image whose range of values is taken, so that both can be compared.

    Raises
    ------
    ViewerError
        If one cannot be read.
    """
    return _picture(path, (side, side), zoom, like)


def _picture(path: Path, size: tuple[int, int], zoom: float, like: Path | None = None) -> bytes:
    frame = read(FileName(path))
    pixels = frame.pixels
    sample = Sample.of(pixels)
    scale = Scale.first(sample)
    cuts = scale.limits.resolve(sample if like is None else Sample.of(read(FileName(like)).pixels))
    pyramid = Pyramid(pixels)
    if zoom < 1:
        pyramid.build()
    rows, columns = frame.image_shape
    orientation = Orientation(flip_y=frame.top_down)
    viewport = Viewport(((columns - 1) / 2, (rows - 1) / 2), zoom, size, orientation)
    colours = draw([pyramid], viewport, scale, [cuts], sample, _BACKGROUND)
    file = io.BytesIO()
    as_picture(colours).save(file, "PNG", optimize=True)
    return file.getvalue()
