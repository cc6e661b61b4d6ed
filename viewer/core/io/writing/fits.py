"""Write an image as FITS: alone, or in its place in the file that it came from."""

import gzip
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.filepixels import FilePixels
from viewer.core.io.inflate import opened
from viewer.core.io.raster import is_raster
from viewer.core.io.scan import Buffer, ScannedHdu, scan
from viewer.core.io.writing import cards
from viewer.core.io.writing.encode import Encoding, kept_type
from viewer.core.io.writing.hdu import write_hdu
from viewer.core.io.writing.options import SaveOptions
from viewer.core.progress import Progress

_PIECE = 16 * 2**20
_NOTHING: Buffer = np.empty(0, np.uint8)


def write_fits(
    frame: Frame, file: BinaryIO, path: Path, options: SaveOptions, progress: Progress
) -> tuple[str, ...]:
    """Write an image to a FITS file; see `viewer.core.io.write.write`.

    Parameters
    ----------
    frame : Frame
        The image.
    file : file
        Where to write to; it can be sought.
    path : pathlib.Path
        What the file will be called; ``.gz`` at its end asks for compression of the whole.
    options : SaveOptions
        How.
    progress : Progress
        Told how much is written.
    """
    if path.suffix.lower() != ".gz":
        return _write(frame, file, path, options, progress)
    # the checksums in the header are known last, and what is compressed cannot be changed
    with tempfile.TemporaryFile(dir=path.resolve().parent) as plain:
        remarks = _write(frame, plain, path, options, progress)
        size = plain.tell()
        plain.seek(0)
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            while piece := plain.read(_PIECE // 4):
                progress.report(plain.tell() / size)
                packed.write(piece)
    return remarks


def _write(
    frame: Frame, file: BinaryIO, path: Path, options: SaveOptions, progress: Progress
) -> tuple[str, ...]:
    before, after, old = _others(frame) if options.whole_file else (_NOTHING, _NOTHING, None)
    algorithm = _algorithm(frame, path, options, old)
    for piece in _pieces(before):
        progress.report(0)
        file.write(piece)
    primary = not len(before)
    if not algorithm:
        remarks = _write_image(frame, file, options, progress, primary=primary, extend=len(after) > 0)
    else:
        # astropy takes half a second to import and a plain image does without it
        from viewer.core.io.writing.compressed import write_compressed

        if primary:
            write_hdu(file, cards.image_structure(8, (), primary=True, extend=True), (), options.checksum)
        remarks = write_compressed(frame, file, algorithm, options, progress, old)
        if primary and len(after):
            remarks += ("a compressed image cannot be the first HDU, so every HDU has moved by one",)
    for piece in _pieces(after):
        progress.report(1)
        file.write(piece)
    return remarks


def _others(frame: Frame) -> tuple[Buffer, Buffer, ScannedHdu | None]:
    """Return the bytes before and after the HDU of an image in its file, and that HDU."""
    if frame.path is None or not frame.path.is_file():
        return _NOTHING, _NOTHING, None
    with frame.path.open("rb") as file:
        if is_raster(file.read(8)):
            return _NOTHING, _NOTHING, None
    buffer, _ = opened(frame.path)
    hdus, _ = scan(buffer)
    if not hdus:
        return _NOTHING, _NOTHING, None
    old = hdus[frame.hdu] if frame.hdu < len(hdus) else None
    if old is None or old.sort not in ("image", "compressed") or not old.image_axes:
        raise ViewerError(
            f"{frame.path.name} was changed since it was read, and its HDU {frame.hdu} is no image any more: "
            "save the image alone, without the other HDUs"
        )
    end = hdus[frame.hdu + 1].header_offset if frame.hdu + 1 < len(hdus) else len(buffer)
    return buffer[: old.header_offset], buffer[end:], old


def _pieces(buffer: Buffer) -> Iterable[memoryview]:
    for start in range(0, len(buffer), _PIECE):
        yield buffer[start : start + _PIECE].data


def _algorithm(frame: Frame, path: Path, options: SaveOptions, old: ScannedHdu | None) -> str:
    """Return the tile compression that is asked for, or an empty string."""
    if options.compression == "none":
        return ""
    if options.compression != "keep":
        return options.compression
    if old is not None and old.sort == "compressed":
        return old.cards.text("ZCMPTYPE").strip().upper().replace("RICE_ONE", "RICE_1")
    return "RICE_1" if path.suffix.lower() == ".fz" else ""


def _write_image(
    frame: Frame, file: BinaryIO, options: SaveOptions, progress: Progress, *, primary: bool, extend: bool
) -> tuple[str, ...]:
    pixels = frame.pixels
    rest = cards.kept(frame, primary=primary)
    if options.dtype == "keep" and isinstance(pixels, FilePixels) and pixels.whole:
        # nobody has changed the values: scaled integers stay what they are
        hdu = pixels.hdu
        structure = cards.image_structure(hdu.bitpix, pixels.shape, primary=primary, extend=extend)
        structure += cards.scaling_of(hdu.cards)
        write_hdu(file, structure + rest, _stored(pixels, progress), options.checksum)
        return ()
    encoding = Encoding(
        pixels, kept_type(pixels.dtype) if options.dtype == "keep" else options.dtype, progress
    )
    structure = cards.image_structure(encoding.bitpix, pixels.shape, primary=primary, extend=extend)
    structure += cards.scaling(encoding.bzero, encoding.blank)
    data = (strip.data.cast("B") for strip in encoding.strips())
    write_hdu(file, structure + rest, data, options.checksum)
    return encoding.remarks()


def _stored(pixels: FilePixels, progress: Progress) -> Iterable[memoryview]:
    data = pixels.stored()
    for start in range(0, len(data), _PIECE):
        progress.report(start / len(data))
        yield pixels.stored()[start : start + _PIECE].data
