"""Folder: the images directly in one, by their names; which names are folders."""

import os
from collections.abc import Iterable
from pathlib import Path

from viewer.core.progress import Progress

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
REGION_SUFFIXES = ("reg", "crtf")
RASTER_SUFFIXES = ("png", "jpg", "jpeg", "tif", "tiff")
_FITS_ENDINGS = tuple(f".{suffix.lower()}" for suffix in FITS_SUFFIXES)
_ENDINGS = (*_FITS_ENDINGS, *(f".{suffix}" for suffix in RASTER_SUFFIXES))


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


def count_images(folder: Path, progress: Progress, most: int) -> int:
    """Return how many images a folder and those in it hold, by their suffixes.

    Parameters
    ----------
    folder : pathlib.Path
        What cannot be listed of it does not count.
    progress : Progress
        May cancel the counting.
    most : int
        Nobody wants to know more exactly than this.
    """
    count = 0
    for _, folders, names in os.walk(folder):
        progress.report(0)
        folders[:] = [name for name in folders if not name.startswith(".")]
        count += sum(name.lower().endswith(_ENDINGS) for name in names)
        if count >= most:
            return most
    return count


def apart(names: Iterable[str | Path]) -> tuple[list[str], list[Path]]:
    """Return the files that are meant, and the folders that are to be listed rather than opened.

    Parameters
    ----------
    names : iterable of str or pathlib.Path
        Files, with or without brackets, and folders. A folder of pictures only, none of them FITS, stands
        for these: there is nothing in them to be listed.
    """
    files: list[str] = []
    folders: list[Path] = []
    for name in names:
        path = Path(name)
        # no name at all, as of a variable that a shell does not know, is not the folder we are in
        if not name or not path.is_dir():
            files.append(str(name))
        elif _only_pictures(path):
            files += images_in(path)
        else:
            folders.append(path)
    return files, folders


def _only_pictures(folder: Path) -> bool:
    images = images_in(folder)
    try:
        return (
            bool(images)
            and not any(name.lower().endswith(_FITS_ENDINGS) for name in images)
            and not any(inside.is_dir() for inside in folder.iterdir())
        )
    except OSError:
        return False


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
        if name and path.is_dir():
            inside = images_in(path)
            found += inside
            if not inside:
                sentences.append(f"There are no images in the folder {path}.")
        else:
            found.append(str(name))
    return found, sentences


def without_regions(names: Iterable[str]) -> tuple[list[str], list[Path]]:
    """Return the names of images, and those of files of regions that are to be drawn over one."""
    files: list[str] = []
    regions: list[Path] = []
    for name in names:
        if name.lower().endswith(tuple(f".{suffix}" for suffix in REGION_SUFFIXES)):
            regions.append(Path(name))
        else:
            files.append(name)
    return files, regions
