"""Write the values of an image, not its view on the screen, as a PNG, JPEG or TIFF picture."""

import io
import struct
import zlib
from typing import Any, BinaryIO

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.writing.encode import STRIP, Array, kept_type
from viewer.core.io.writing.options import SaveOptions
from viewer.core.progress import Progress

# the stretch of `astropy.visualization.LogStretch`, log(a x + 1) / log(a + 1), with its (and DS9's) a
_LOG = 1000.0
# how red, green and blue add up to brightness (ITU-R BT.709)
_BRIGHTNESS = (0.2126, 0.7152, 0.0722)
_PERCENTILES = (0.5, 99.5)
_QUALITY = 95


def write_raster(
    frame: Frame, file: BinaryIO, form: str, options: SaveOptions, progress: Progress
) -> tuple[str, ...]:
    """Write an image to a picture file, the way up that it is shown; see `viewer.core.io.write.write`.

    Parameters
    ----------
    frame : Frame
        (rows, columns), or three planes for red, green and blue.
    file : file
        Where to write to.
    form : str
        ``PNG``, ``JPEG`` or ``TIFF``.
    options : SaveOptions
        `dtype`, `picture` and `limits` matter here.
    progress : Progress
        Told how much is written.

    Raises
    ------
    ViewerError
        If the image is a cube, or the file cannot hold the type that is asked for.
    """
    values = _planes(frame)
    if not frame.top_down:
        values = values[..., ::-1, :]
    told: list[str] = []
    if values.ndim == 3 and not frame.colour:
        told.append("the three planes are saved as red, green and blue")
    depth = _depth(values, form, options)
    progress.report(0.1)
    if options.picture == "data":
        picture, remarks = _as_data(values, depth, options.limits)
    else:
        picture, remarks = _as_shades(values, depth, options)
    progress.report(0.5)
    if picture.ndim == 3:
        picture = np.moveaxis(picture, 0, -1)
    _save(np.ascontiguousarray(picture), file, form, progress)
    return (*told, *remarks)


def _planes(frame: Frame) -> Array:
    values = np.asarray(frame.pixels).astype(kept_type(frame.pixels.dtype), copy=False)
    while values.ndim > 3 and len(values) == 1:
        values = values[0]
    if values.ndim == 3 and len(values) == 1:
        values = values[0]
    if values.ndim == 1:
        values = values[np.newaxis]
    if values.ndim == 2 or (values.ndim == 3 and len(values) == 3):
        return values
    raise ViewerError(
        f"{frame.name} is a cube of shape {' x '.join(map(str, values.shape))} and a picture has one plane, "
        "or three for colours: choose a plane first, or save as FITS"
    )


def _depth(values: Array, form: str, options: SaveOptions) -> np.dtype[Any]:
    """Return the type of the picture's numbers."""
    wanted = options.dtype
    if form == "JPEG" and wanted in ("keep", "uint8"):
        return np.dtype(np.uint8)
    if options.picture != "data":
        if wanted == "keep":
            return np.dtype(np.uint8)
        if wanted in ("uint8", "uint16") and form != "JPEG":
            return np.dtype(wanted)
        raise ViewerError(f"shades are saved as uint8{'' if form == 'JPEG' else ' or uint16'}, not {wanted}")
    if form == "TIFF":
        return _tiff_type(values) if wanted == "keep" else np.dtype(wanted)
    if form == "PNG" and wanted in ("keep", "uint8", "uint16"):
        narrow = values.dtype == np.uint8 if wanted == "keep" else wanted == "uint8"
        return np.dtype(np.uint8 if narrow else np.uint16)
    holds = "uint8" if form == "JPEG" else "uint8 or uint16"
    raise ViewerError(f"a {form} picture cannot hold {wanted}: choose {holds}, or save as TIFF or FITS")


def _tiff_type(values: Array) -> np.dtype[Any]:
    if values.dtype == np.uint8:
        return np.dtype(np.uint8)
    if values.dtype.kind in "iu" and values.min() >= 0 and values.max() <= np.iinfo(np.uint16).max:
        return np.dtype(np.uint16)
    return np.dtype(np.float32)


def _as_data(
    values: Array, depth: np.dtype[Any], limits: tuple[float, float] | None
) -> tuple[Array, list[str]]:
    """Return the numbers themselves if the type holds them, else scale them."""
    if depth.kind == "f":
        with np.errstate(over="ignore", invalid="ignore"):
            result = values.astype(depth)
            lost = int(np.count_nonzero((result.astype(np.float64) != values) & ~np.isnan(result)))
        return result, [f"{lost} values were rounded to {depth.name}"] if lost else []
    there = np.isfinite(values)
    low, high = _range(values, there)
    holds = np.iinfo(depth)
    whole = values.dtype.kind in "iu" or bool(np.array_equal(values[there], np.rint(values[there])))
    if limits is None and whole and holds.min <= low and high <= holds.max:
        if there.all():
            return values.astype(depth), []
        return np.where(there, values, 0).astype(depth), _without(there)
    black, white = (low, high) if limits is None else limits
    if depth.kind != "u":
        raise ViewerError(f"values from {low:g} to {high:g} do not fit into {depth.name}: choose float32")
    picture = _scaled(values, black, white, depth)
    told = f"the values from {black:g} to {white:g} were scaled to 0 to {holds.max}"
    outside = int(np.count_nonzero(there & ((values < black) | (values > white))))
    clipped = [f"{outside} values were beyond these limits and clipped"] if outside else []
    return picture, [told, *clipped, *_without(there)]


def _as_shades(values: Array, depth: np.dtype[Any], options: SaveOptions) -> tuple[Array, list[str]]:
    if options.picture == "balanced":
        if values.ndim != 3:
            raise ViewerError(
                "balanced colours need an image of three planes, red, green and blue: choose grey"
            )
        picture = np.stack([_scaled(plane, *_percentiles(plane), depth) for plane in values])
        return picture, _without(np.isfinite(values))
    if values.ndim == 3:
        weights = np.array(_BRIGHTNESS)[:, np.newaxis, np.newaxis]
        values = np.sum(values * weights, axis=0)
    black, white = options.limits or _percentiles(values)
    told = f"black is {black:g} and white is {white:g}"
    return _scaled(values, black, white, depth, log=options.picture == "log"), [
        told,
        *_without(np.isfinite(values)),
    ]


def _scaled(values: Array, black: float, white: float, depth: np.dtype[Any], log: bool = False) -> Array:
    """Map black to 0 and white to the largest number, with rounding; missing pixels become 0."""
    top = int(np.iinfo(depth).max)
    picture = np.empty(values.shape, depth)
    step = max(1, STRIP // (8 * values.shape[-1]))
    # in bands: the shares take eight times the memory of the picture
    for row in range(0, values.shape[-2], step):
        band = values[..., row : row + step, :].astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            shares = (band - black) / ((white - black) or 1.0)
        shares = np.clip(np.nan_to_num(shares, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
        if log:
            shares = np.log1p(_LOG * shares) / np.log1p(_LOG)
        picture[..., row : row + step, :] = np.rint(shares * top)
    return picture


def _range(values: Array, there: Array) -> tuple[float, float]:
    if not there.any():
        return 0.0, 0.0
    if there.all():
        return float(values.min()), float(values.max())
    return float(values[there].min()), float(values[there].max())


def _percentiles(values: Array) -> tuple[float, float]:
    there = values[np.isfinite(values)]
    if not there.size:
        return 0.0, 1.0
    low, high = np.percentile(there, _PERCENTILES)
    return float(low), float(high)


def _without(there: Array) -> list[str]:
    count = int(there.size - np.count_nonzero(there))
    return [f"{count} missing or infinite values cannot be told from others in the picture"] if count else []


def _save(picture: Array, file: BinaryIO, form: str, progress: Progress) -> None:
    if form == "TIFF":
        # 0.7 s to import, for nothing but this
        import tifffile

        colour = picture.ndim == 3
        # not into the file itself: what goes wrong there it does not tell as the system does
        made = io.BytesIO()
        tifffile.imwrite(made, picture, photometric="rgb" if colour else "minisblack", metadata=None)
        file.write(made.getbuffer())
    elif picture.dtype == np.uint16:
        _save_png16(picture, file, progress)
    else:
        from PIL import Image

        image = Image.fromarray(picture)
        if form == "JPEG":
            image.save(file, form, quality=_QUALITY)
        else:
            image.save(file, form)


def _save_png16(picture: Array, file: BinaryIO, progress: Progress) -> None:
    """Write a PNG of 16 bits, which Pillow cannot in colour (ISO/IEC 15948, sections 5, 9 and 11).

    Parameters
    ----------
    picture : numpy.ndarray
        uint16, (rows, columns) or (rows, columns, 3), the top row first.
    file : file
        Where to write to.
    progress : Progress
        Told how much is written, from a half on.
    """
    rows, columns = picture.shape[:2]
    samples = 3 if picture.ndim == 3 else 1

    def chunk(name: bytes, data: bytes) -> None:
        file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))

    file.write(b"\x89PNG\r\n\x1a\n")
    chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 16, 2 if samples == 3 else 0, 0, 0, 0))
    packer = zlib.compressobj()
    step = max(1, 2**20 // (2 * samples * columns))
    for first in range(0, rows, step):
        progress.report(0.5 + 0.5 * first / rows)
        strip = picture[first : first + step].astype(">u2").view(np.uint8).reshape(-1, 2 * samples * columns)
        # filter 1: each byte less that of the pixel to its left, which packs better
        lines = np.ones((len(strip), 1 + strip.shape[1]), np.uint8)
        lines[:, 1:] = strip
        lines[:, 1 + 2 * samples :] -= strip[:, : -2 * samples]
        packed = packer.compress(lines.data)
        if packed:
            chunk(b"IDAT", packed)
    chunk(b"IDAT", packer.flush())
    chunk(b"IEND", b"")
