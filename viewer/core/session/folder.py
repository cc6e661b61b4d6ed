"""Folder: the images directly in one, by their names."""

from collections.abc import Iterable
from pathlib import Path

FITS_SUFFIXES = (
    "fits",
    "fit",
    "fts",
    "fz",
    "fits.gz",
    "fit.gz",
    "fts.gz",
    "fits.bz2",
    "fits.xz",
    "fits.Z",
    "fits.zst",
)
RASTER_SUFFIXES = ("png", "jpg", "jpeg", "tif", "tiff")
_ENDINGS = tuple(f".{suffix.lower()}" for suffix in (*FITS_SUFFIXES, *RASTER_SUFFIXES))


def images_in(folder: Path) -> list[str]:
    """Return the images directly in a folder, by their suffixes, sorted by name.

    Parameters
    ----------
    folder : pathlib.Path
        One that cannot be listed has none.
    """
    try:
        return sorted(
            str(path) for path in folder.iterdir() if path.name.lower().endswith(_ENDINGS) and path.is_file()
        )
    except OSError:
        return []


def unfolded(names: Iterable[str | Path]) -> tuple[list[str], list[str]]:
    """Return the files that are meant, and a sentence for each folder without images.

    Parameters
    ----------
    names : iterable of str or pathlib.Path
        Files, with or without brackets, and folders.
    """
    found: list[str] = []
    sentences: list[str] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = images_in(path)
            found += inside
            if not inside:
                sentences.append(f"There are no images in the folder {path}.")
        else:
            found.append(str(name))
    return found, sentences
