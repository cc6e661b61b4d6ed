"""Reading: the headers of one file of a night, as fast as a folder of thousands asks for."""

import bz2
import gzip
import lzma
import mmap
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io.cards import Cards
from viewer.core.io.damage import missing, unshowable
from viewer.core.io.imagecards import image_cards
from viewer.core.io.inflate import opened
from viewer.core.io.refusal import refusal
from viewer.core.io.scan import BLOCK, Buffer, ScannedHdu, describe, read_header, scan
from viewer.core.io.streams import compression
from viewer.core.observation.heading import Heading

# a compressed file is unpacked as far as its headers go, but no further
_FIRST = 16 * BLOCK
_MOST = 2**24
_STREAMS: dict[str, Callable[[BinaryIO], Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


@dataclass(frozen=True)
class Found:
    """What the headers of a file say.

    Attributes
    ----------
    heading : Heading
        Of the first image, else of the first HDU; with the primary header behind it.
    hdu : int
        0-based index of that HDU.
    shape : tuple of int
        In numpy order; empty if there is no image.
    images : int
        How many images the file has, as far as that was looked for.
    problems : tuple of str
        What is wrong, a sentence each.
    """

    heading: Heading
    hdu: int
    shape: tuple[int, ...]
    images: int
    problems: tuple[str, ...] = ()


def is_fits(path: Path) -> bool:
    """Whether a file's first bytes are those of a FITS file, or of a compressed one.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(b"SIMPLE"):
            return True
        kind = compression(head)
        if kind not in _STREAMS:
            return False
        file.seek(0)
        return _unpacked(kind, file, 8).startswith(b"SIMPLE")


def read_headers(path: Path) -> Found:
    """Read what the headers of a file say about its first image.

    Parameters
    ----------
    path : pathlib.Path
        A FITS file of any kind, also compressed.

    Raises
    ------
    ViewerError
        If it is not FITS or its first header is not complete.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_FIRST)
        if not head:
            raise ViewerError(f"{path.name} is an empty file: get it again")
        kind = compression(head)
        if kind in _STREAMS:
            return _compressed(path, file, kind)
        if kind:
            buffer, problems = opened(path)
            return _whole(path, buffer, problems)
        if len(head) < _FIRST:
            return _whole(path, np.frombuffer(head, np.uint8))
        # the map is closed with the last array that looks at it, which may be one in a traceback
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _whole(path, np.frombuffer(mapped, np.uint8))


def _whole(path: Path, buffer: Buffer, problems: tuple[str, ...] = ()) -> Found:
    hdus, found = scan(buffer)
    if not hdus:
        raise ViewerError(refusal(path, buffer, problems))
    image = _first_image(hdus)
    told = [*problems, *found]
    for hdu in hdus[: 1 if image is None else image.index + 1]:
        told += [*hdu.problems, *missing(hdu, len(buffer)), *filter(None, (unshowable(hdu),))]
    return _found(hdus, image, tuple(told))


def _compressed(path: Path, file: BinaryIO, kind: str) -> Found:
    if kind == "gzip" and _length(file) % BLOCK:
        # cut short, or of several parts: this has to be looked at in full
        return _whole(path, *opened(path))
    size = _FIRST
    while True:
        file.seek(0)
        buffer = np.frombuffer(_unpacked(kind, file, size), np.uint8)
        hdus: list[ScannedHdu] = []
        position = 0
        while position < len(buffer) and (header := read_header(buffer, position)) is not None:
            hdus.append(describe(len(hdus), Cards(header[0]), position, header[1], len(buffer)))
            image = _first_image(hdus)
            if image is not None:
                return _found(hdus, image, tuple(image.problems))
            position = hdus[-1].data_end
        if len(buffer) < size or size >= _MOST:
            if hdus:
                return _found(hdus, None, tuple(hdus[0].problems))
            raise ViewerError(refusal(path, buffer))
        size *= 16


def _length(file: BinaryIO) -> int:
    """Return what the last bytes of a gzip file say of its unpacked length (modulo 4 GiB)."""
    file.seek(-4, 2)
    return int.from_bytes(file.read(4), "little")


def _unpacked(kind: str, file: BinaryIO, size: int) -> bytes:
    """Unpack the beginning of a file; what can be had of it if it is damaged."""
    pieces = bytearray()
    try:
        with _STREAMS[kind](file) as stream:
            while len(pieces) < size:
                piece = stream.read1(size - len(pieces)) if kind != "bzip2" else stream.read(BLOCK)
                if not piece:
                    break
                pieces += piece
    except _BROKEN:
        return bytes(pieces)
    return bytes(pieces)


def _first_image(hdus: list[ScannedHdu]) -> ScannedHdu | None:
    images = [hdu for hdu in hdus if _is_image(hdu)]
    return next((hdu for hdu in images if len(hdu.image_axes) > 1), images[0] if images else None)


def _is_image(hdu: ScannedHdu) -> bool:
    return hdu.sort in ("image", "compressed") and bool(hdu.image_axes) and 0 not in hdu.image_axes


def _found(hdus: list[ScannedHdu], image: ScannedHdu | None, problems: tuple[str, ...]) -> Found:
    hdu = hdus[0] if image is None else image
    cards = Cards(image_cards(hdu.cards)) if hdu.sort == "compressed" else hdu.cards
    heading = Heading.of(cards) if hdu.index == 0 else Heading.of(cards, hdus[0].cards)
    shape = () if image is None else image.image_axes[::-1]
    return Found(heading, hdu.index, shape, sum(map(_is_image, hdus)), problems)
