"""Table: all frames of a folder, told apart by their headers."""

import os
import re
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from viewer.core.errors import ViewerError
from viewer.core.names import shown
from viewer.core.night.entry import Entry
from viewer.core.night.kinds import combined, kind_of
from viewer.core.night.reading import Found, is_fits, read_headers
from viewer.core.observation import keywords
from viewer.core.observation.dates import date_of
from viewer.core.progress import Progress

SUFFIXES = (".fits", ".fit", ".fts", ".fz")
_PACKED = ("", ".gz", ".bz2", ".xz", ".z", ".zst")
_ENDINGS = tuple(f"{suffix}{packed}" for suffix in SUFFIXES for packed in _PACKED)
# a list is handed on as often as a person can see it grow
_OFTEN = 0.1
_NONE_KNOWN: Mapping[Path, Entry] = MappingProxyType({})
_PLACE = "Name:"


def scan(
    folder: Path,
    *,
    subfolders: bool = True,
    progress: Progress | None = None,
    found: Callable[[list[Entry]], None] | None = None,
    known: Mapping[Path, Entry] = _NONE_KNOWN,
    only: Sequence[Path] = (),
) -> list[Entry]:
    """Read the headers of all frames of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of a night.
    subfolders : bool
        Those inside it too; hidden ones are left out.
    progress : Progress, optional
        Told how many of the files are read.
    found : callable, optional
        Gets the entries since the last time, a few times a second, in the thread that scans.
    known : mapping of pathlib.Path to Entry
        Entries from an earlier scan: a file that has not changed is not read again, and keeps what
        was set by hand.
    only : sequence of pathlib.Path
        Files and folders that are meant, if it is not all of the folder.

    Returns
    -------
    list of Entry
        By folder and name, numbers in their order. A file that should be FITS but cannot be read, and a
        folder that cannot be listed, has an entry that says why; files of other kinds have none.

    Raises
    ------
    ViewerError
        If the folder cannot be listed.
    Cancelled
        If `progress` was cancelled.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a link's name is kept
    progress = progress or Progress()
    entries: list[Entry] = []
    told = 0
    last = time.monotonic()
    first: dict[object, str] = {}
    closed: list[Entry] = []
    paths: list[Path] = []
    for part in only or (folder,):
        paths += _files(part, subfolders, progress, closed) if part == folder or part.is_dir() else [part]
    for path in progress.each(paths):
        entry = _entry(path, folder, known)
        if entry is None:
            continue
        entries.append(_compared(entry, first))
        if found is not None and time.monotonic() - last > _OFTEN:
            found(entries[told:])
            told, last = len(entries), time.monotonic()
    entries += closed
    if found is not None and told < len(entries):
        found(entries[told:])
    return entries


def entry_of(path: Path, folder: Path) -> Entry:
    """Read the headers of one file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    folder : pathlib.Path
        The one that was opened: the entry's name is relative to it.

    Returns
    -------
    Entry
        One with a `problem` if the file cannot be read.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - a link's name is kept
    name = os.path.relpath(path, folder) if path.is_relative_to(folder) else str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ViewerError(f"{path.name} is a folder, a device or a pipe, not a file")
        headers = read_headers(path)
    except ViewerError as error:
        return Entry(path, name, problem=str(error))
    except OSError as error:
        return Entry(path, name, problem=shown(f"{path.name} cannot be read: {error.strerror or error}"))
    return _told(path, name, folder, headers, (status.st_mtime_ns, status.st_size))


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """Return what names are sorted by: ``flat2`` before ``flat10``."""
    return tuple((text.casefold(), int(number or 0)) for text, number in re.findall(r"(\D*)(\d{0,18})", name))


def _told(path: Path, name: str, folder: Path, headers: Found, stamp: tuple[int, int]) -> Entry:
    heading = headers.heading
    notes = [f"File: {problem.rstrip('.')}." for problem in headers.problems]
    if not headers.shape:
        notes.append("File: it has no image.")
        return Entry(path, name, "other", notes=tuple(notes), hdu=headers.hdu, stamp=stamp, header=heading)
    if headers.images > 1:
        notes.append(f"File: the first of {headers.images} images counts (HDU {headers.hdu}).")
    kind = kind_of(heading, f"{folder.name}/{name}")
    exposure, about_exposure = keywords.exposure_of(heading)
    temperature, about_temperature = keywords.temperature_of(heading)
    filter_name, about_filter = keywords.filter_of(heading)
    gain, setting, about_gain = keywords.gain_of(heading)
    target = keywords.target_of(heading)
    calibration = kind.kind in ("bias", "dark", "flat")
    if kind.kind in ("bias", "dark"):
        filter_name, about_filter = "", ()
    notes += [*kind.notes, *about_exposure]
    if kind.kind == "light" and not target:
        notes.append("Target: the header does not say.")
    if kind.kind == "bias" and exposure is not None and exposure >= 1:
        notes.append(f"Exposure: {exposure:g} s is long for a bias frame.")
    if kind.kind == "dark" and exposure == 0:
        notes.append("Exposure: 0 s, so it is as good as a bias frame.")
    if kind.kind in ("flat", "light") or filter_name:
        notes += about_filter
    return Entry(
        path=path,
        name=name,
        kind=kind.kind,
        master=calibration and kind.master,
        combined=combined(heading),
        target="" if calibration else target,
        filter=filter_name,
        exposure=exposure,
        temperature=temperature,
        binning=keywords.binning_of(heading),
        shape=headers.shape,
        gain=gain,
        gain_setting=setting,
        date=date_of(heading),
        camera=keywords.camera_of(heading),
        corrections=keywords.corrections_of(heading),
        notes=(*notes, *about_temperature, *about_gain),
        hdu=headers.hdu,
        stamp=stamp,
        header=heading,
    )


def _files(folder: Path, subfolders: bool, progress: Progress, closed: list[Entry]) -> list[Path]:
    """Return all files; folders inside that cannot be listed are added to `closed`."""

    def failed(error: OSError) -> None:
        path = Path(error.filename)
        reason = error.strerror or str(error)
        if path == folder:
            raise ViewerError(f"{folder} cannot be listed: {reason}") from None
        name = str(path.relative_to(folder))
        closed.append(Entry(path, name, problem=shown(f"the folder {name} cannot be listed: {reason}")))

    paths: list[Path] = []
    seen = set()
    for root, folders, names in os.walk(folder, onerror=failed, followlinks=True):
        progress.report(0)
        here = os.path.realpath(root)
        if here in seen:
            # a link that leads back
            folders.clear()
            continue
        seen.add(here)
        folders[:] = [name for name in folders if subfolders and not name.startswith(".")]
        paths += (Path(root, name) for name in names if not name.startswith("."))
    return sorted(paths, key=lambda path: _order(path, folder))


def _order(path: Path, folder: Path) -> tuple[object, ...]:
    parts = path.relative_to(folder).parts
    return (*map(natural, parts[:-1]), (), natural(parts[-1])) if len(parts) > 1 else ((), natural(parts[0]))


def _entry(path: Path, folder: Path, known: Mapping[Path, Entry]) -> Entry | None:
    try:
        if path in known:
            status = path.stat()
            if known[path].stamp == (status.st_mtime_ns, status.st_size):
                return known[path]
        elif not path.name.lower().endswith(_ENDINGS) and not (path.is_file() and is_fits(path)):
            return None
    except OSError:
        # what is no FITS file by its name, and cannot be read, is of no concern here
        if not path.name.lower().endswith(_ENDINGS):
            return None
    return entry_of(path, folder)


def _compared(entry: Entry, first: dict[object, str]) -> Entry:
    """Return the entry with a word about one before it that is the same file or a copy of it."""
    notes = tuple(note for note in entry.notes if not note.startswith(_PLACE))
    if entry.problem:
        return entry
    try:
        status = entry.path.stat()
    except OSError:
        # it was there a moment ago
        return entry
    marks: list[object] = [(status.st_dev, status.st_ino)]
    if "T" in entry.date:
        # no two exposures have the same header with the same time; hashing thousands of them takes no time
        marks.append((entry.stamp[1], hash(entry.header.headers)))
    for mark, what in zip(marks, ("the same file as", "the same header as"), strict=False):
        if mark in first:
            note = shown(f"{_PLACE} {what} {first[mark]}.")
            return replace(entry, same_as=first[mark], notes=(*notes, note))
    for mark in marks:
        first.setdefault(mark, entry.name)
    return replace(entry, same_as="", notes=notes)
