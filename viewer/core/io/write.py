"""Save an image: as FITS, as a picture of its values, or as a text of numbers; the suffix chooses."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.frame import Frame
from viewer.core.io.safe import written
from viewer.core.io.writing.fits import write_fits
from viewer.core.io.writing.names import proposed_name
from viewer.core.io.writing.options import SaveOptions
from viewer.core.progress import Progress

__all__ = ["SUFFIXES", "SaveOptions", "proposed_name", "write"]

FITS = (".fits", ".fit", ".fts", ".fz")
PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}
TEXTS = {".txt": " ", ".dat": " ", ".csv": ","}
SUFFIXES = (*FITS, *(f"{suffix}.gz" for suffix in FITS[:3]), *PICTURES, *TEXTS)
"""What the name of a file may end in."""


def write(
    frame: Frame,
    path: Path,
    options: SaveOptions = SaveOptions(),  # noqa: B008 - a frozen value
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
    others: Sequence[Frame] = (),
) -> tuple[str, ...]:
    """Save an image; there is never half a file, and `path` may be the file that is being shown.

    FITS files get physical values in big-endian order; cards that describe how they are stored are made
    anew, all others are copied as they are. Values that are still those of the file are copied with their
    scaling. An image of a file with other HDUs is saved in its place among them. Masked pixels become NaN,
    or BLANK in integers. In a picture the row on top is the one that is on top on the screen. A text's
    first line is the first row.

    Parameters
    ----------
    frame : Frame
        The image.
    path : pathlib.Path
        The file; its suffix says which kind it is to be, see `SUFFIXES`.
    options : SaveOptions
        How.
    overwrite : bool
        Whether the file may exist already.
    progress : Progress, optional
        Told how much is written.
    others : sequence of Frame
        Images of other HDUs of the same file that are to be replaced too.

    Returns
    -------
    tuple of str
        What is worth telling, a sentence each: values that were clipped, rounded or scaled, and damage that
        was met in the file that the image comes from.

    Raises
    ------
    ViewerError
        If the suffix is unknown, the file exists or cannot be written, or it cannot hold the image.
    Cancelled
        If `progress` was cancelled; the file is as it was before.
    """
    suffix = _suffix(path)
    progress = progress or Progress()
    if others and options.whole_file and suffix not in (*PICTURES, *TEXTS):
        return _write_several(frame, path, options, overwrite, progress, others)
    with written(path, overwrite=overwrite) as file:
        if suffix in PICTURES:
            # Pillow and tifffile: FITS does without them
            from viewer.core.io.writing.raster import write_raster

            remarks = write_raster(frame, file, PICTURES[suffix], options, progress)
        elif suffix in TEXTS:
            from viewer.core.io.writing.text import write_text

            remarks = write_text(frame, file, TEXTS[suffix], options, progress)
        else:
            remarks = write_fits(frame, file, path, options, progress)
        progress.report(1)
    return (*remarks, *frame.pixels.problems)


def _write_several(
    frame: Frame,
    path: Path,
    options: SaveOptions,
    overwrite: bool,
    progress: Progress,
    others: Sequence[Frame],
) -> tuple[str, ...]:
    """Replace one HDU after the other, in copies that only this knows of, then put the last in its place."""
    remarks: tuple[str, ...] = ()
    with tempfile.TemporaryDirectory(prefix=".skyloupe-", dir=path.absolute().parent) as folder:
        last = None
        for number, other in enumerate(others):
            base = other if last is None else other.derive(path=last)
            last = Path(folder) / f"{number}.fits"
            remarks += write(base, last, options, progress=progress)
        remarks += write(frame.derive(path=last), path, options, overwrite=overwrite, progress=progress)
    return tuple(dict.fromkeys(remarks))


def _suffix(path: Path) -> str:
    name = path.name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix) and name != suffix:
            return suffix
    raise ViewerError(
        f"'{path.name}' does not say which kind of file it is to be: end it in one of {', '.join(SUFFIXES)}"
    )
