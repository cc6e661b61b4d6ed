"""Tile codecs: the compressed bytes of one tile turned into its numbers (FITS standard 4.0, section 10.4).

The bit-level work of RICE_1, PLIO_1 and HCOMPRESS_1 is done by the C library that comes with astropy. It
trusts its input: whatever could lead it outside its memory is checked here first.
"""

import importlib.util
import threading
import zlib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_LIBRARY = "astropy.io.fits.hdu.compressed._compression"
# what the C code, which counts bytes in 32 bits, can address
_MOST_BYTES = 2**31 - 1
_HCOMPRESS_MAGIC = b"\xdd\x99"
_HCOMPRESS_HEADER = 25
# more bit planes than a 64-bit number has bits cannot be meant
_HCOMPRESS_PLANES = 64

# the decoder keeps its place in the input in a global variable and releases Python's lock
_hcompress_lock = threading.Lock()


class DamagedTile(Exception):
    """A tile whose bytes cannot be what a compressor wrote."""


@cache
def library() -> Any:
    """Return astropy's C functions for the tile compressions.

    Importing them as a part of astropy takes half a second, loading the same library by itself less than a
    millisecond, and the first picture of a compressed file waits for it.
    """
    astropy = importlib.util.find_spec("astropy")
    *packages, name = _LIBRARY.split(".")[1:]
    for place in (astropy.submodule_search_locations or ()) if astropy else ():
        for path in Path(place, *packages).glob(f"{name}.*"):
            spec = importlib.util.spec_from_file_location(_LIBRARY, path)
            if spec is not None and spec.loader is not None and path.suffix in (".so", ".pyd"):
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
    return import_module(_LIBRARY)


def rice(data: bytes, count: int, width: int, block: int) -> Array:
    """Decode RICE_1.

    Parameters
    ----------
    data : bytes
        The compressed tile.
    count : int
        Pixels in the tile.
    width : int
        BYTEPIX: 1, 2 or 4 bytes for each pixel.
    block : int
        BLOCKSIZE: pixels coded together.

    Returns
    -------
    numpy.ndarray
        `count` integers in native byte order; unsigned if `width` is 1.

    Raises
    ------
    DamagedTile
    """
    if width not in (1, 2, 4) or not 1 <= block <= 2**16 or len(data) <= width:
        raise DamagedTile
    # The decoder notices the end of its input only after a block. The ones behind it end every code.
    padded = np.frombuffer(data + b"\xff" * (8 * block + 64), np.uint8)[: len(data)]
    decoded = _called("decompress_rice_1_c", padded, block, width, _checked(count, width))
    return np.frombuffer(decoded, "u1" if width == 1 else f"i{width}")


def plio(data: bytes, count: int) -> Array:
    """Decode PLIO_1, the run lengths of IRAF's pixel masks.

    Parameters
    ----------
    data : bytes
        The compressed tile: big-endian 16-bit words.
    count : int
        Pixels in the tile.

    Returns
    -------
    numpy.ndarray
        `count` 32-bit integers in native byte order.

    Raises
    ------
    DamagedTile
    """
    words = np.frombuffer(data[: len(data) // 2 * 2], ">i2").astype("i2")
    if words.size < 3:
        raise DamagedTile
    # third word positive: it is the length; else length in words four and five, header length in the second
    if words[2] > 0:
        length, first = int(words[2]), 3
    elif words.size >= 5:
        length, first = (int(words[4]) << 15) + int(words[3]), int(words[1])
    else:
        raise DamagedTile
    if not 0 <= first <= length <= words.size:
        raise DamagedTile
    # one word more: the last may ask for a second one
    decoded = _called("decompress_plio_1_c", words.tobytes() + b"\0\0", _checked(count, 4))
    return np.frombuffer(decoded, "i4")


def hcompress(data: bytes, rows: int, columns: int, smooth: bool) -> Array:
    """Decode HCOMPRESS_1.

    Parameters
    ----------
    data : bytes
        The compressed tile.
    rows, columns : int
        Shape of the tile.
    smooth : bool
        SMOOTH: soften the blocks that a lossy compression leaves.

    Returns
    -------
    numpy.ndarray
        ``rows * columns`` 32-bit integers in native byte order.

    Raises
    ------
    DamagedTile
    """
    planes = data[22:_HCOMPRESS_HEADER]
    if (
        not data.startswith(_HCOMPRESS_MAGIC)
        or len(planes) < 3
        or max(planes) > _HCOMPRESS_PLANES
        or data[2:10] != rows.to_bytes(4, "big") + columns.to_bytes(4, "big")
    ):
        raise DamagedTile
    count = _checked(rows * columns, 8)
    # The decoder never asks whether its input has ended. It reads at most 13 bits (a format code, the longest
    # Huffman codes of a whole quadtree) for four pixels and a plane, and a sign for each pixel.
    longest = _HCOMPRESS_HEADER + (count * (13 * max(planes) + 4)) // 32 + 16 * max(planes) + 64
    with _hcompress_lock:
        decoded = _called(
            "decompress_hcompress_1_c", data.ljust(longest, b"\0"), rows, columns, 0, int(smooth), 8
        )
    return np.frombuffer(decoded, "i4", count)


def gunzip(data: bytes, count: int) -> bytes:
    """Decode GZIP_1.

    Parameters
    ----------
    data : bytes
        The compressed tile.
    count : int
        Pixels in the tile.

    Returns
    -------
    bytes
        Big-endian numbers of 1, 2, 4 or 8 bytes.

    Raises
    ------
    DamagedTile
    """
    decoder = zlib.decompressobj(31)
    try:
        decoded = decoder.decompress(data, 8 * count + 1)
    except zlib.error as error:
        raise DamagedTile from error
    if not decoder.eof or not count or len(decoded) % count or len(decoded) // count not in (1, 2, 4, 8):
        raise DamagedTile
    return decoded


def gunzip_shuffled(data: bytes, count: int) -> bytes:
    """Decode GZIP_2: as `gunzip`, but the first bytes of all numbers came first, then all second ones, …."""
    planes = np.frombuffer(gunzip(data, count), np.uint8).reshape(-1, count)
    return planes.T.tobytes()


def _checked(count: int, width: int) -> int:
    if not 0 < count * width <= _MOST_BYTES:
        raise DamagedTile
    return count


def _called(function: str, *arguments: Any) -> bytes:
    try:
        decoded: bytes = getattr(library(), function)(*arguments)
    # the library's own exception is a plain Exception whose class is not the same in every copy of it
    except Exception as error:
        if type(error).__name__ == "CfitsioException" or isinstance(error, ValueError | MemoryError):
            raise DamagedTile from error
        raise
    return decoded
