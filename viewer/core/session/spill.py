"""Spill: older versions of images wait on the disk, in a folder that goes away with the program."""

import itertools
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from viewer.core.frame import Frame
from viewer.core.pixels import ArrayPixels, MaskedPixels, Pixels
from viewer.core.progress import Progress

_PREFIX = "skyloupe-versions-"
# the other folders that go away with the program
DOWNLOADED = "skyloupe-downloads-"
_PIECE = 8 << 20


class Spill:
    """A folder for arrays that are not needed at the moment."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._numbers = itertools.count()

    def frame(self, frame: Frame, progress: Progress | None = None) -> Frame:
        """Return a frame of the same values, which are on the disk.

        Parameters
        ----------
        frame : Frame
            Its arrays are written; pixels of an image file stay where they are.
        progress : Progress, optional
            May cancel the writing.

        Raises
        ------
        OSError
            If the disk is full; then the frame stays as it is.
        """
        return frame.derive(pixels=self._pixels(frame.pixels, progress or Progress()))

    def close(self) -> None:
        """Remove the folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _pixels(self, pixels: Pixels, progress: Progress) -> Pixels:
        if isinstance(pixels, MaskedPixels):
            mask = self._array(pixels.mask, progress)
            return MaskedPixels(self._pixels(pixels.unmasked, progress), mask)
        return ArrayPixels(self._array(pixels.array, progress)) if isinstance(pixels, ArrayPixels) else pixels

    def _array(self, array: np.ndarray[Any, Any], progress: Progress) -> np.ndarray[Any, Any]:
        if not array.size:
            return array
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        path = self._folder / f"{next(self._numbers)}.values"
        try:
            with path.open("wb") as file:
                flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
                for start in range(0, flat.size, _PIECE):
                    progress.report(start / flat.size)
                    file.write(flat[start : start + _PIECE].data)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        mapped = np.memmap(path, array.dtype, "r", shape=array.shape)
        # when no version needs them any more, neither does the disk
        weakref.finalize(mapped, path.unlink, missing_ok=True)
        return mapped


def sweep() -> None:
    """Remove what programs that ended without warning have left behind."""
    temporary = Path(tempfile.gettempdir())
    for folder in (*temporary.glob(f"{_PREFIX}*"), *temporary.glob(f"{DOWNLOADED}*")):
        number = folder.name.removeprefix(_PREFIX).removeprefix(DOWNLOADED).partition("-")[0]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    if os.name != "posix":
        # a file that is in use cannot be removed there; the others can
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
