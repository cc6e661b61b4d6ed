"""Write an image as a tile-compressed FITS extension; astropy does the compressing."""

import io
from typing import BinaryIO

import numpy as np
from astropy.io import fits

from viewer.core.frame import Frame
from viewer.core.io.cards import CARD, Cards
from viewer.core.io.compressed import CompressedPixels
from viewer.core.io.imagecards import describes_table
from viewer.core.io.scan import ScannedHdu, scan
from viewer.core.io.writing import cards
from viewer.core.io.writing.encode import Array, Encoding, kept_type
from viewer.core.io.writing.hdu import write_hdu
from viewer.core.io.writing.options import SaveOptions
from viewer.core.progress import Progress
from viewer.core.quiet import quiet

# these are made anew, or were true of another file only
_NEW = ("SIMPLE", "EXTEND", "CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM")
_SCALING = ("BSCALE", "BZERO", "BLANK")
# integers of more bits are beyond these (FITS standard 4.0, section 10.4)
_BITS = {"RICE_1": 32, "HCOMPRESS_1": 32}
# the largest number that PLIO_1 can hold, and the smallest is 0
_PLIO = 2**24 - 1


def write_compressed(
    frame: Frame,
    file: BinaryIO,
    algorithm: str,
    options: SaveOptions,
    progress: Progress,
    old: ScannedHdu | None,
) -> tuple[str, ...]:
    """Write one extension; nothing is lost by the compression.

    Parameters
    ----------
    frame : Frame
        The image.
    file : file
        Where to write to; it can be sought.
    algorithm : str
        As in ZCMPTYPE. Where it would round the values, another one is taken.
    options : SaveOptions
        How.
    progress : Progress
        Told how much is encoded.
    old : ScannedHdu or None
        The HDU whose place the image takes; if that is compressed, the size of its tiles is kept.

    Returns
    -------
    tuple of str
        What is worth telling.
    """
    pixels = frame.pixels
    rest = cards.kept(frame, primary=False)
    if (
        options.dtype == "keep"
        and isinstance(pixels, CompressedPixels)
        and pixels.whole
        and options.compression in ("keep", pixels.algorithm)
    ):
        # nobody has changed the values: what was rounded before is not stored larger now
        structure = _structure(pixels.hdu.cards)
        write_hdu(file, structure + rest, (pixels.stored().data,), options.checksum)
        return ()
    encoding = Encoding(
        pixels, kept_type(pixels.dtype) if options.dtype == "keep" else options.dtype, progress
    )
    stored = np.empty(pixels.shape, encoding.stored.newbyteorder("="))
    flat = stored.reshape(-1, pixels.shape[-1])
    row = 0
    for strip in encoding.strips():
        flat[row : row + len(strip)] = strip
        row += len(strip)
    lossless = _lossless(algorithm, stored)
    table, data = _compressed(stored, lossless, _tiles(old, pixels.shape))
    structure = _structure(table) + cards.scaling(encoding.bzero, encoding.blank)
    write_hdu(file, structure + rest, (data,), options.checksum)
    if lossless == algorithm:
        return encoding.remarks()
    because = "would round these values" if stored.dtype.kind == "f" else "cannot hold these values"
    told = f"the image is compressed with {lossless}, because {algorithm} {because}"
    if options.compression == "keep" and (old is None or old.sort != "compressed"):
        # nobody has named RICE_1 who only named the file .fz
        return encoding.remarks()
    return (*encoding.remarks(), told)


def _lossless(algorithm: str, stored: Array) -> str:
    """Return the algorithm itself if it gives back exactly the same numbers, else one that does."""
    if stored.dtype.kind == "f":
        return algorithm if algorithm in ("GZIP_1", "GZIP_2") else "GZIP_2"
    if 8 * stored.dtype.itemsize > _BITS.get(algorithm, 64):
        return "GZIP_2"
    if algorithm == "HCOMPRESS_1" and (min(stored.shape[-2:]) < 4 or stored.ndim < 2 or stored.itemsize > 2):
        return "RICE_1" if stored.itemsize <= 4 else "GZIP_2"
    if algorithm == "PLIO_1" and (stored.min() < 0 or stored.max() > _PLIO):
        return "RICE_1" if stored.itemsize <= 4 else "GZIP_2"
    if algorithm in ("RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1"):
        return algorithm
    return "GZIP_2"


def _tiles(old: ScannedHdu | None, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the tiles of the HDU that is replaced, in numpy order, if they fit the new image."""
    if old is None or old.sort != "compressed" or len(old.image_axes) != len(shape):
        return None
    sizes = [old.cards.integer(f"ZTILE{axis}") or 0 for axis in range(len(shape), 0, -1)]
    if not all(sizes):
        return None
    return tuple(min(size, length) for size, length in zip(sizes, shape, strict=True))


def _compressed(stored: Array, algorithm: str, tiles: tuple[int, ...] | None) -> tuple[Cards, memoryview]:
    """Return the header and the data of the table of tiles."""
    with quiet():
        # a quantisation of 0 is none at all; only of floats is it asked
        hdu = fits.CompImageHDU(
            stored, compression_type=algorithm, tile_shape=tiles, quantize_level=0, quantize_method=-1
        )
        made = io.BytesIO()
        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(made)
    buffer = np.frombuffer(made.getbuffer(), np.uint8)
    table = scan(buffer)[0][1]
    return table.cards, buffer[table.data_offset : table.data_offset + table.data_size].data


def _structure(table: Cards) -> list[bytes]:
    """Return the cards of the table of tiles that say nothing of the sky."""
    found = []
    for start in range(0, len(table.raw), CARD):
        text = table.raw[start : start + CARD]
        keyword = text[:8].decode("latin-1").strip().upper()
        if keyword in _SCALING or (describes_table(keyword) and keyword not in _NEW):
            found.append(text)
    return found
