"""How a script reads and writes: copied into it with its source."""

import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import pixel_to_skycoord

from viewer.core.image import without_steps
from viewer.core.operations.common import floating

__all__ = [
    "Image",
    "Path",
    "fits",
    "floating",
    "native",
    "np",
    "print_result",
    "read_image",
    "read_picture",
    "read_tiff",
    "read_zstd",
    "sky_position",
    "sys",
    "without_steps",
]

Array = np.ndarray[Any, np.dtype[Any]]

Image = namedtuple("Image", ["name", "data", "header"])


def native(data: Array) -> Array:
    """Return the values in this computer's byte order (FITS has the other one)."""
    return np.ascontiguousarray(data, data.dtype.newbyteorder("="))


def read_image(path: str | Path, hdu: int) -> Image:
    """Return the name, the values and the header of an image in a FITS file."""
    with fits.open(path) as hdus:
        return Image(Path(path).name, native(hdus[hdu].data), without_steps(hdus[hdu].header))


def read_picture(path: str | Path) -> Array:
    """Return a picture as FITS has images: the lowest row first, colours as three planes."""
    # Pillow, for those scripts that read a picture
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        picture = ImageOps.exif_transpose(image)
        if picture.mode in ("P", "RGBA", "CMYK", "YCbCr"):
            picture = picture.convert("RGB")
        elif picture.mode in ("1", "LA"):
            picture = picture.convert("L")
        data = np.asarray(picture)
    if data.ndim == 3:
        data = np.moveaxis(data, -1, 0)
    return native(data[..., ::-1, :])


def read_tiff(path: str | Path) -> Array:
    """Return a TIFF picture of many bits as FITS has images: the lowest row first, colours as planes."""
    # Pillow would cut the colours to 8 bits
    import tifffile

    data = tifffile.imread(path)
    if data.shape[-1] in (3, 4):
        data = np.moveaxis(data[..., :3], -1, 0)
    return native(data[:3, ::-1, :])


def read_zstd(path: str | Path) -> fits.HDUList:
    """Return the HDUs of a file compressed by zstd."""
    from backports import zstd

    return fits.HDUList.fromstring(zstd.decompress(Path(path).read_bytes()))


def print_result(result: dict[str, Any]) -> None:
    """Print what was measured: numbers and texts by line, arrays of one length as columns, then tables."""
    arrays = {name: value for name, value in result.items() if isinstance(value, np.ndarray) and value.ndim}
    curves = {name: value for name, value in arrays.items() if value.ndim == 1}
    for name, value in result.items():
        if name not in arrays:
            print(f"{name:<18} {value}")
    for length in sorted({len(curve) for curve in curves.values()}):
        columns = {name: curve for name, curve in curves.items() if len(curve) == length}
        print(",".join(columns))
        for row in zip(*columns.values(), strict=True):
            print(",".join(str(value) for value in row))
    for name, grid in arrays.items():
        if grid.ndim == 2:
            print(name)
            for row in grid:
                print(",".join(str(value) for value in row))


def sky_position(header: fits.Header, x: float, y: float) -> dict[str, float]:
    """Return right ascension and declination (ICRS, degrees) of a pixel that is counted from 1."""
    sky = pixel_to_skycoord(x - 1, y - 1, WCS(header).celestial, origin=0, mode="all").icrs
    return {"ra": float(sky.ra.deg), "dec": float(sky.dec.deg)}
