"""Bytes of a file, whatever stream compression it has; a plain file is mapped, not read."""

import mmap
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.io.streams import Broken, chunks, compression
from viewer.core.progress import Progress

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

# More than this is moved from private memory to an unnamed file, which the system may drop from memory again.
IN_MEMORY = 256 * 2**20
# Four times a frame of 32768 x 32768 floats: beyond is far more likely a decompression bomb than an image.
LIMIT = 16 * 2**30
# What must stay free on the disk that holds temporary files, so that the rest of the system goes on.
SPARE_DISK = 512 * 2**20

_ARCHIVES = (
    (b"PK\x03\x04", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)


def opened(path: Path, progress: Progress | None = None) -> tuple[Bytes, tuple[str, ...]]:
    """Return the bytes of a file, decompressed if its content (not its name) says that it is compressed.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    progress : Progress, optional
        Told how much of a compressed file has been read.

    Returns
    -------
    data : numpy.ndarray of uint8
        Read-only. A plain file is memory-mapped; so is a large decompressed one.
    problems : tuple of str
        A sentence if the compressed stream is cut or damaged; `data` is then what came before.

    Raises
    ------
    ViewerError
        If the file cannot be read, is empty, is an archive, decompresses to more than `LIMIT` or more than
        the disk for temporary files holds, or if nothing of it can be decompressed.
    Cancelled
        If `progress` was cancelled.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = "a folder" if path.is_dir() else "not a regular file"
            raise ViewerError(f"{path} is {what}: give the name of an image file")
        with path.open("rb") as file:
            head = file.read(8)
            if not head:
                raise ViewerError(f"{path.name} is empty (0 bytes): fetch or copy it again")
            for magic, name in _ARCHIVES:
                if head.startswith(magic):
                    raise ViewerError(f"{path.name} is a {name} archive: unpack it and open the file inside")
            kind = compression(head)
            if not kind:
                return _mapped(file), ()
            file.seek(0)
            return _collected(path, file, kind, progress or Progress())
    except OSError as error:
        reason = error.strerror or str(error)
        raise ViewerError(f"{path} cannot be read: {reason}") from error


def beginning(path: Path, needed: Callable[[Bytes], int], most: int) -> tuple[Bytes, tuple[str, ...]]:
    """Decompress no more of a file than is needed, in memory.

    Parameters
    ----------
    path : pathlib.Path
        A compressed file.
    needed : callable
        Returns how many bytes are needed at least, by those that there are.
    most : int
        What comes behind so many bytes is left out in any case.

    Returns
    -------
    tuple
        As of `opened`.

    Raises
    ------
    ViewerError
        If it is not compressed or nothing of it can be decompressed.
    """
    memory = bytearray()
    problems: tuple[str, ...] = ()
    wanted = 1
    with path.open("rb") as file:
        kind = compression(file.read(8))
        if not kind:
            raise ViewerError(f"{path.name} is not compressed")
        file.seek(0)
        try:
            for chunk in chunks(kind, file):
                memory += chunk
                if len(memory) >= wanted:
                    wanted = min(most, needed(np.frombuffer(memory, np.uint8)))
                if len(memory) >= wanted:
                    break
        except Broken as broken:
            problems = (f"The {kind} compression of {path.name} is damaged: {broken}.",)
    if not memory:
        raise ViewerError(f"nothing of {path.name} can be decompressed: fetch or copy it again")
    data = np.frombuffer(memory, np.uint8)[:most]
    data.flags.writeable = False
    return data, problems


def _mapped(file: BinaryIO) -> Bytes:
    data = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    data.flags.writeable = False
    return data


def _collected(path: Path, file: BinaryIO, kind: str, progress: Progress) -> tuple[Bytes, tuple[str, ...]]:
    total = max(1, os.fstat(file.fileno()).st_size)
    memory = bytearray()
    spilled: Any = None
    length, limit = 0, LIMIT
    problems: tuple[str, ...] = ()
    try:
        for chunk in chunks(kind, file):
            length += len(chunk)
            if length > limit:
                raise ViewerError(
                    f"{path.name} decompresses to more than {limit / 2**30:.1f} GiB, which is more than this "
                    "computer is asked to hold: decompress it by hand and open the result"
                )
            if spilled is None and length > IN_MEMORY:
                spilled = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the map of it
                free = shutil.disk_usage(tempfile.gettempdir()).free - SPARE_DISK
                limit = min(LIMIT, max(free, IN_MEMORY))
                spilled.write(memory)
                memory = bytearray()
            if spilled is None:
                memory += chunk
            else:
                spilled.write(chunk)
            progress.report(file.tell() / total)
    except Broken as broken:
        if length == 0:
            raise ViewerError(
                f"nothing of {path.name} can be decompressed: {broken}; fetch or copy it again"
            ) from broken
        problems = (
            f"The {kind} compression of {path.name} is damaged: {broken}; "
            f"only the first {length} bytes of its content could be saved.",
        )
    if length == 0:
        raise ViewerError(f"{path.name} is a {kind} file with nothing in it: fetch or copy it again")
    if spilled is None:
        data = np.frombuffer(memory, np.uint8)
        data.flags.writeable = False
        return data, problems
    with spilled:
        spilled.flush()
        return _mapped(spilled), problems
