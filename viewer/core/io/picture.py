"""Decode PNG, JPEG and TIFF without losing bits; pillow does most of it, but would cut colours to 8 bits."""

import struct
import sys
import threading
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from viewer.core.errors import ViewerError

Array = np.ndarray[Any, np.dtype[Any]]

# 16384 x 16384: beyond, a small file that unpacks to gigabytes is likelier than a picture
MOST_PIXELS = 2**28
_PIXELS_PER_BYTE, _SMALL = 5000, 1 << 20
# what pillow and tifffile raise for damaged files
_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
# pillow's own guard warns from a third of this on and refuses at twice that
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
_ORIENTATION = ExifTags.Base.Orientation
# tags of TIFF: BitsPerSample, PlanarConfiguration
_BITS, _PLANES = 258, 284
# whether pillow takes a file that is cut short is a setting of the whole process
_truncated_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    pixels : numpy.ndarray
        (rows, columns), or (3, rows, columns) for red, green and blue; the top row first. uint8, uint16,
        int32 or float32.
    facts : tuple of (str, object, str)
        FITS keyword, value and comment of what EXIF says about the exposure.
    problems : tuple of str
        What is wrong with the file, a sentence each.
    """

    pixels: Array
    facts: tuple[tuple[str, object, str], ...] = ()
    problems: tuple[str, ...] = ()


def decode(path: Path, form: str) -> Picture:
    """Decode a picture file; alpha is dropped, EXIF's orientation is honoured.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    form : str
        ``PNG``, ``JPEG`` or ``TIFF``.

    Raises
    ------
    ViewerError
        If it is damaged from the beginning, of a kind that is not supported, or too large.
    """
    if form == "TIFF":
        # registers itself; left alone, pillow would import all its forty formats to find it
        from PIL import TiffImagePlugin  # noqa: F401
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return _decoded(path, form)
            except (UnidentifiedImageError, _Unsupported):
                if form != "TIFF":
                    raise
                return Picture(_by_tifffile(path))
    except _FAULTS as error:
        if isinstance(error, MemoryError):
            raise ViewerError(f"the {form} picture {path.name} needs more memory than there is") from error
        reason = " ".join(str(error).replace(str(path), path.name).split()) or type(error).__name__
        raise ViewerError(f"the {form} picture {path.name} cannot be decoded: {reason}") from error


class _Unsupported(ValueError):
    """Pillow reads such a TIFF, but not all its bits."""


def _decoded(path: Path, form: str) -> Picture:
    problems: tuple[str, ...] = ()
    try:
        pixels, facts = _loaded(path, form)
    except OSError as error:
        if isinstance(error, UnidentifiedImageError):
            raise
        # most likely cut short: take what there is
        with _truncated_lock:
            before = ImageFile.LOAD_TRUNCATED_IMAGES
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                pixels, facts = _loaded(path, form)
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = before
        problems = (f"{path.name} is damaged or cut short ({error}): a part of the picture is missing",)
    return Picture(pixels, facts, problems)


def _loaded(path: Path, form: str) -> tuple[Array, tuple[tuple[str, object, str], ...]]:
    # a file, not its name: named files pillow maps into memory, and a map of a turned TIFF it reads wrongly
    with path.open("rb") as file, Image.open(file, formats=[form]) as image:
        _check_size(path, image.width, image.height, fax=image.mode == "1")
        pixels = _values(image, path, form)
        # only after loading: asked earlier, a PNG would be decoded as pillow likes it; of a TIFF pillow has
        # honoured the orientation (and forgotten it) by then
        facts = _facts(image)
        turn = image.getexif().get(_ORIENTATION, 1)
    return _upright(pixels, turn), facts


def _check_size(path: Path, width: int, height: int, fax: bool = False) -> None:
    if width * height > MOST_PIXELS:
        raise ViewerError(
            f"{path.name} has {width} x {height} pixels, more than the {MOST_PIXELS} that are read from a "
            "picture file: make it smaller, or a FITS file, which need not fit into memory"
        )
    # no compression of pictures but that of faxes makes so few bytes of so many pixels
    if not fax and width * height > _PIXELS_PER_BYTE * path.stat().st_size + _SMALL:
        raise ViewerError(
            f"{path.name} is damaged: it says that it has {width} x {height} pixels, and has no more than "
            f"{path.stat().st_size} bytes"
        )


def _values(image: ImageFile.ImageFile, path: Path, form: str) -> Array:
    raw = _raw_mode(image)
    tags: Any = getattr(image, "tag_v2", {})
    bits, planes = max(tags.get(_BITS, (1,))), tags.get(_PLANES, 1)
    if bits > 8 and image.mode not in ("I", "F") and (bits > 16 or planes != 1):
        raise _Unsupported("colours of more than 16 bits, or in separate planes")
    if ";16" in raw and raw.startswith(("RGB", "CMYK", "LA")):
        if raw.startswith("CMYK"):
            raise _Unsupported("16-bit colours that are not red, green, blue")
        return _sixteen_bits(image, path, form, raw)
    image.load()
    if image.mode == "1":
        return np.asarray(image).astype(np.uint8)
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)
    if image.mode == "I":
        return np.asarray(image).astype(np.int32)
    if image.mode == "F":
        return np.asarray(image).astype(np.float32)
    if image.mode == "L":
        return np.asarray(image)
    if image.mode in ("LA", "La"):
        return np.asarray(image)[..., 0]
    colours = np.asarray(image.convert("RGB"))
    if image.mode in ("P", "PA") and (colours == colours[..., :1]).all():
        return colours[..., 0]
    return np.moveaxis(colours, -1, 0)


def _raw_mode(image: ImageFile.ImageFile) -> str:
    if not image.tile:
        return ""
    arguments = image.tile[0].args
    first = arguments if isinstance(arguments, str) else arguments[0] if arguments else ""
    return first if isinstance(first, str) else ""


def _sixteen_bits(image: ImageFile.ImageFile, path: Path, form: str, raw: str) -> Array:
    """Decode 16-bit colours, of which pillow keeps 8 bits: once for the upper and once for the lower half.

    It unpacks big-endian numbers by their first byte and little-endian ones by their second, so that the
    other byte order gives the other half.
    """
    if raw.startswith("LA"):
        # grey and alpha: four bytes for each pixel, just as red, green, blue and alpha of 8 bits
        grey = _with_raw_mode(image, "RGBA")
        return np.left_shift(grey[..., 0], 8, dtype=np.uint16) | grey[..., 1]
    layout, order = raw.split(";16")
    # associated alpha: pillow would divide by it, and the two halves would no longer belong together
    layout = layout.replace("RGBa", "RGBA")
    native = "L" if sys.byteorder == "little" else "B"
    other = {"L": "B", "B": "L"}[native if order == "N" else order]
    upper = _with_raw_mode(image, f"{layout};16{order}")
    with path.open("rb") as file, Image.open(file, formats=[form]) as again:
        lower = _with_raw_mode(again, f"{layout};16{other}")
    halves = upper[..., :3].astype(np.uint16) << 8 | lower[..., :3]
    return np.ascontiguousarray(np.moveaxis(halves, -1, 0))


def _with_raw_mode(image: ImageFile.ImageFile, raw: str) -> Array:
    image.tile = [
        tile._replace(args=(raw, *tile.args[1:]) if isinstance(tile.args, tuple) else raw)
        for tile in image.tile
    ]
    image.load()
    return np.asarray(image)


def _by_tifffile(path: Path) -> Array:
    """Read what pillow cannot: TIFFs of floating-point colours, of separate 16-bit planes, …."""
    # rare, and 0.7 s to import
    import tifffile

    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        _check_size(path, page.imagewidth, page.imagelength)
        pixels = np.asarray(page.asarray()).squeeze()
        axes = page.axes.replace("Q", "") if pixels.ndim == len(page.axes) else ""
        turn = int(page.tags[_ORIENTATION].value) if _ORIENTATION in page.tags else 1
    if pixels.ndim == 3:
        samples = axes.find("S") if "S" in axes else (2 if pixels.shape[2] <= 4 else 0)
        planes = np.moveaxis(pixels, samples, 0)
        pixels = planes[:3] if len(planes) >= 3 else planes[0]
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and len(pixels) != 3):
        raise ValueError(f"its pixels have the shape {pixels.shape}")
    kind = pixels.dtype.kind
    if kind == "f":
        pixels = pixels.astype(np.float32)
    elif kind in "ui" and pixels.dtype.itemsize > 2:
        pixels = pixels.astype(np.int32 if pixels.size and pixels.max() < 2**31 else np.float32)
    elif kind == "i":
        pixels = pixels.astype(np.int32)
    elif kind == "b":
        pixels = pixels.astype(np.uint8)
    elif kind != "u":
        raise ValueError(f"its pixels are of type {pixels.dtype}")
    return np.ascontiguousarray(_upright(pixels.astype(pixels.dtype.newbyteorder("=")), turn))


def _upright(pixels: Array, orientation: int) -> Array:
    """Turn and mirror as EXIF's Orientation (1 to 8) says: where the first row and column are to be."""
    if orientation in (5, 6, 7, 8):
        pixels = np.swapaxes(pixels, -1, -2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[..., :, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[..., ::-1, :]
    return pixels


def _facts(image: Image.Image) -> tuple[tuple[str, object, str], ...]:
    exif = image.getexif()
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    facts: list[tuple[str, object, str]] = []
    moment = str(camera.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    day, _, time = moment.strip("\0 ").partition(" ")
    if day.replace(":", "").isdigit() and time.replace(":", "").isdigit():
        facts.append(("DATE-OBS", f"{day.replace(':', '-')}T{time}", "EXIF, the camera's clock"))
    numbers = (
        ("EXPTIME", ExifTags.Base.ExposureTime, "[s] EXIF exposure time"),
        ("APERTURE", ExifTags.Base.FNumber, "EXIF f-number"),
        ("FOCALLEN", ExifTags.Base.FocalLength, "[mm] EXIF focal length"),
        ("ISOSPEED", ExifTags.Base.ISOSpeedRatings, "EXIF sensitivity"),
    )
    for keyword, tag, comment in numbers:
        value: Any = camera.get(tag)
        try:
            number = float(value[0] if isinstance(value, tuple) else value)
        except (TypeError, ValueError, ZeroDivisionError, IndexError):
            continue
        if np.isfinite(number):
            facts.append((keyword, number, comment))
    maker = " ".join(str(exif.get(tag, "")).strip("\0 ") for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    if maker.strip():
        facts.append(("INSTRUME", maker.strip(), "EXIF camera"))
    return tuple(facts)
