"""Write what is seen to a PNG, JPEG or TIFF file."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.core.errors import ViewerError

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}


def as_picture(colours: np.ndarray[Any, Any]) -> "Image":
    """Return colours as Pillow has them.

    Parameters
    ----------
    colours : numpy.ndarray
        uint32 of shape (height, width), 0xffRRGGBB, row 0 on top.
    """
    # only who saves a picture needs Pillow
    from PIL.Image import fromarray

    height, width = colours.shape
    # highest byte first; what is left without it is red, green, blue
    channels = colours.astype(">u4", order="C").view("u1").reshape(height, width, 4)[..., 1:]
    return fromarray(channels.copy())


def save_picture(image: "Image", output: Path, source: Path | None = None) -> None:
    """Write a picture in the format that its name asks for.

    It is written beside its place and renamed: nobody ever sees half a picture.

    Parameters
    ----------
    image : PIL.Image.Image
        The picture.
    output : pathlib.Path
        Its file.
    source : pathlib.Path, optional
        The image that it shows, which is never overwritten.

    Raises
    ------
    ViewerError
        If the suffix is unknown, `output` is the image itself, or it cannot be written.
    """
    if output.suffix.lower() not in FORMATS:
        raise ViewerError(f"{output}: the name of a picture has to end in {', '.join(FORMATS)}.")
    if source is not None and output.exists() and source.exists() and output.samefile(source):
        raise ViewerError(f"{output} is the image itself: choose another name for the picture.")
    part = output.with_name(f".{output.name}.part")
    try:
        image.save(part, FORMATS[output.suffix.lower()])
        part.replace(output)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ViewerError(f"{output} cannot be written: {error.strerror or error}.") from None
