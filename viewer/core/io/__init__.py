"""Opening files by what is in them: FITS of every kind, raster images, and texts of numbers."""

import mmap
import stat
from pathlib import Path

import numpy as np

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.fits import FitsSource
from viewer.core.io.name import FileName
from viewer.core.io.source import Hdu, Source

__all__ = ["FileName", "Hdu", "Source", "open_source", "read"]


def open_source(name: str | Path | FileName, most: int | None = None) -> Source:
    """Open a file; only headers are read.

    Parameters
    ----------
    name : str, pathlib.Path or FileName
        Brackets are understood in a string and do not matter here: a source has all HDUs.
    most : int, optional
        Look at nothing behind the first image of two or more axes, and decompress no more bytes than this,
        in memory.

    Returns
    -------
    Source
        What can still be read of a damaged file, with its problems.

    Raises
    ------
    ViewerError
        If there is no such file, it may not be read, or it holds nothing that can be shown.
    """
    path = _file_name(name).path
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ViewerError(f"{path} is a folder: name a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise ViewerError(f"{path} is not an ordinary file but a device or a pipe")
        with path.open("rb") as file:
            first = file.read(512)
        if not first:
            raise ViewerError(f"{path.name} is an empty file: get it again")
        if first.startswith(b"SIMPLE"):
            return _mapped(path, status.st_mtime, most is not None)
        # a plain FITS file does without these
        from viewer.core.io.inflate import beginning, opened
        from viewer.core.io.raster import is_raster, open_raster
        from viewer.core.io.streams import compression
        from viewer.core.io.text import is_matrix, open_text

        if is_raster(first):
            return open_raster(path)
        if is_matrix(path, first):
            return open_text(path)
        if most is not None and compression(first):
            from viewer.core.io.beginning import needed

            buffer, problems = beginning(path, needed, most)
        else:
            buffer, problems = opened(path)
    except FileNotFoundError:
        raise ViewerError(f"there is no file {path}") from None
    except PermissionError:
        raise ViewerError(f"{path} may not be read: ask its owner for permission") from None
    except (OSError, ValueError) as error:
        raise ViewerError(f"{path} cannot be read: {error}") from None
    return FitsSource(path, buffer, problems, status.st_mtime)


def read(name: str | Path | FileName) -> Frame:
    """Read one image.

    Parameters
    ----------
    name : str, pathlib.Path or FileName
        ``f.fits``, ``f.fits[SCI,2]``, ``f.fits[1][100:200,100:200]``. Without an HDU the first image
        of two or more axes is taken, else the first of one axis.

    Raises
    ------
    ViewerError
        If there is no such file, HDU or section, or no image.
    """
    wanted = _file_name(name)
    source = open_source(wanted)
    index = source.find(wanted.hdu, wanted.ver)
    return source.frame(index, wanted.section)


def _mapped(path: Path, modified: float, first_image: bool) -> Source:
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    buffer = np.frombuffer(mapped, np.uint8)
    if first_image:
        # only thumbnails are content with so little
        from viewer.core.io.beginning import needed

        buffer = buffer[: needed(buffer)]
    return FitsSource(path, buffer, (), modified, mapped.size)


def _file_name(name: str | Path | FileName) -> FileName:
    if isinstance(name, FileName):
        return name
    return FileName(name) if isinstance(name, Path) else FileName.parse(name)
