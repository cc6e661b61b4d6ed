"""The name that is proposed for an image that was changed: never that of its file."""

import re
from collections.abc import Sequence
from pathlib import Path

from viewer.core.frame import Frame

# what operations are called in the name of a file; all others keep their names
_TAGS = {
    "rotate90": "r90",
    "rotate180": "r180",
    "rotate270": "r270",
    "flip_vertical": "flip",
    "flip_horizontal": "mirror",
    "transpose": "transposed",
    "rotate": "rotated",
    "resample": "resampled",
    "normalize": "normalized",
    "subtract": "minus",
    "add": "plus",
    "multiply": "times",
    "divide": "over",
}
_PACKED = (".gz", ".bz2", ".xz", ".z", ".zst", ".fz")
# JPEG would lose some of what was just made
_SUFFIXES = {".png": ".png", ".jpg": ".png", ".jpeg": ".png", ".tif": ".tif", ".tiff": ".tiff"}
_SUFFIXES |= {".txt": ".txt", ".csv": ".csv", ".dat": ".dat", ".fit": ".fit", ".fts": ".fts"}
_KNOWN = {".fits", *_SUFFIXES}
_MOST_TAGS = 5
_LONGEST = 120


def proposed_name(frame: Frame, operation_names: Sequence[str], suffix: str | None = None) -> str:
    """Return a file name that says what was done, as ``m13_flip_gaussian.fits``.

    Parameters
    ----------
    frame : Frame
        The image.
    operation_names : sequence of str
        What was done to it, in order.
    suffix : str, optional
        The kind of file, with or without its dot; by default that of the image's file, where it loses
        nothing.
    """
    path = Path(frame.path.name if frame.path is not None else re.sub(r"\[.*", "", frame.name) or "image")
    while path.suffix.lower() in _PACKED:
        path = Path(path.stem or "image")
    own = path.suffix.lower()
    stem = path.stem if own in _KNOWN else path.name
    if suffix is None:
        suffix = _SUFFIXES.get(own, ".fits")
    tags = [_TAGS.get(name, name.removesuffix("_filter")) for name in operation_names]
    if len(tags) > _MOST_TAGS:
        tags = [*tags[: _MOST_TAGS - 2], "and", str(len(tags) - _MOST_TAGS + 2), "more"]
    ending = f"_{'_'.join(tags) or 'copy'}"
    return f"{stem[:_LONGEST]}{ending[:_LONGEST]}.{suffix.lstrip('.')}"
