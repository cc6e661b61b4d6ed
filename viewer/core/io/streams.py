"""Streams: the contents of a compressed file piece by piece, as far as it can be followed."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any, BinaryIO

_INPUT = 256 * 1024
_OUTPUT = 4 * 2**20
# Of a decompressor that loses its last piece when it meets a fault, little is asked at a time.
_STEP = 64 * 1024

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x5d\x00\x00", "lzma"),
    (b"\x1f\x9d", "compress"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


class Broken(Exception):
    """The stream cannot be followed any further."""


def compression(head: bytes) -> str:
    """Return the stream compression that a file's first bytes show, or an empty string.

    Parameters
    ----------
    head : bytes
        The first six bytes or more.

    Returns
    -------
    str
        ``gzip``, ``bzip2``, ``xz``, ``lzma``, ``compress`` (.Z), ``zstd``, or empty.
    """
    return next((name for magic, name in _MAGIC if head.startswith(magic)), "")


def chunks(kind: str, file: BinaryIO) -> Iterator[bytes]:
    """Return the contents of a compressed file piece by piece.

    Parameters
    ----------
    kind : str
        As `compression` tells it.
    file : file object
        At its beginning.

    Raises
    ------
    Broken
        After the last piece that can be had, if the stream is cut or damaged.
    """
    if kind == "gzip":
        return _gunzipped(file)
    if kind == "compress":
        return _uncompressed(file)
    magic = next(magic for magic, name in _MAGIC if name == kind)
    return _decompressed(file, magic, *_decompressor(kind))


def _decompressor(kind: str) -> tuple[Callable[[], Any], type[Exception]]:
    """Return what makes a decompressor object and what that raises for damaged input."""
    # each of these is needed for one rare kind of file only, never before an ordinary first picture
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, OSError
    if kind in ("xz", "lzma"):
        import lzma

        form = lzma.FORMAT_XZ if kind == "xz" else lzma.FORMAT_ALONE
        return partial(lzma.LZMADecompressor, form, memlimit=2**30), lzma.LZMAError
    zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    return zstd.ZstdDecompressor, zstd.ZstdError


def _decompressed(
    file: BinaryIO, magic: bytes, new: Callable[[], Any], fault: type[Exception]
) -> Iterator[bytes]:
    """One stream after the other of a format that Python gives a decompressor object for."""
    decoder = new()
    while True:
        rest = b""
        if decoder.eof:
            rest = decoder.unused_data
            if len(rest) < len(magic):
                rest += file.read(_STEP)
            if not rest.startswith(magic):
                _check_tail(rest, file)
                return
            decoder = new()
        elif decoder.needs_input:
            rest = file.read(_STEP)
            if not rest:
                raise Broken("it ends too early")
        try:
            piece = decoder.decompress(rest, _STEP)
        except (fault, EOFError, ValueError) as error:
            raise Broken(_reason(error)) from error
        yield piece


def _gunzipped(file: BinaryIO) -> Iterator[bytes]:
    import zlib

    decoder = zlib.decompressobj(31)
    rest = file.read(_INPUT)
    while True:
        if decoder.eof:
            rest = decoder.unused_data
            if len(rest) < 2:
                rest += file.read(_INPUT)
            if not rest.startswith(b"\x1f\x8b"):
                _check_tail(rest, file)
                return
            decoder = zlib.decompressobj(31)
        elif not rest:
            rest = file.read(_INPUT)
            if not rest:
                yield decoder.flush()
                raise Broken("it ends too early")
        before = decoder.copy()
        try:
            piece = decoder.decompress(rest, _OUTPUT)
        except zlib.error as error:
            # the same again in small steps, so that only what lies behind the fault is lost
            yield from _salvaged(before, rest, zlib.error)
            raise Broken(_reason(error)) from error
        rest = decoder.unconsumed_tail
        yield piece


def _salvaged(decoder: Any, rest: bytes, fault: type[Exception]) -> Iterator[bytes]:
    while rest:
        try:
            piece = decoder.decompress(rest[:64], 4096)
        except fault:
            return
        rest = decoder.unconsumed_tail + rest[64:]
        yield piece


def _check_tail(rest: bytes, file: BinaryIO) -> None:
    """Allow zeros behind the last stream (tapes and some tools pad), nothing else."""
    while rest:
        if rest.strip(b"\0"):
            raise Broken("bytes that are not compressed data follow it")
        rest = file.read(_INPUT)


def _uncompressed(file: BinaryIO) -> Iterator[bytes]:
    # only for files of the old Unix tool
    uncompresspy = import_module("uncompresspy")
    flags = file.read(3)[2:]
    if not flags or flags[0] & 0x60 or not 9 <= flags[0] & 0x1F <= 16:
        raise Broken("its first bytes are not valid")
    file.seek(0)
    # a warning about the stream's end would cost what was read last; the FITS header tells as much
    stream = uncompresspy.LZWFile(file, warn_truncation=False, save_checkpoints=False)
    while True:
        try:
            piece = stream.read(_INPUT)
        except ValueError as error:
            raise Broken(_reason(error)) from error
        if not piece:
            return
        yield piece


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or "it is not valid"
