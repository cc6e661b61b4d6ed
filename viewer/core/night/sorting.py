"""Sorting: which files of a night are used, which not and why, and whether the results have a place."""

import filecmp
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from viewer.core.call import MARK
from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.night.entry import Entry
from viewer.core.night.groups import plain
from viewer.core.night.sets import size_text
from viewer.core.night.steps import CALIBRATED, MASTERS, STACKS, Options, damage_of

LeftOut = tuple[Entry, str]

# Bytes of a pixel of the results.
_PIXEL = 4


def sort_out(entries: Sequence[Entry], out: Path, options: Options) -> tuple[list[Entry], list[LeftOut]]:
    """Return the entries that can be used, and the others with the reason.

    Parameters
    ----------
    entries : sequence of Entry
        All of the folder.
    out : pathlib.Path
        The output folder: results of an earlier reduction in it are not used again.
    options : Options
        As asked for.
    """
    used: list[Entry] = []
    left: list[LeftOut] = []
    seen: dict[Path, Entry] = {}
    alike: dict[object, list[Entry]] = {}
    own = tuple((out / part).resolve() for part in (MASTERS, CALIBRATED, STACKS))
    for entry in entries:
        path = entry.path.resolve()
        first = seen.setdefault(path, entry)
        candidates = alike.setdefault((entry.date, entry.kind, entry.exposure, entry.shape, entry.camera), [])
        twin = next(
            (each for each in candidates if each.path != entry.path and _same_content(each, entry)), None
        )
        if any(folder in path.parents for folder in own):
            why = "it is a result of an earlier reduction."
        elif first is not entry:
            why = f"it is the same file as {first.name}."
        elif twin is not None:
            why = f"it is a copy of {twin.name}: counted twice, its noise would not average out."
        else:
            why = _why_not(entry, options)
        if why:
            left.append((entry, why))
        else:
            candidates.append(entry)
            used.append(entry)
    raw = {_exposure(entry): entry for entry in used if not entry.corrections and _exposure(entry)}
    twice = {
        entry.path: raw[_exposure(entry)] for entry in used if entry.corrections and _exposure(entry) in raw
    }
    left += [
        (entry, f"it is {twice[entry.path].name} after a correction: that raw frame is used.")
        for entry in used
        if entry.path in twice
    ]
    return [entry for entry in used if entry.path not in twice], left


def _exposure(entry: Entry) -> tuple[object, ...]:
    """Return what two files of the same light have in common; nothing where the time is not known."""
    _, _, time = entry.date.partition("T")
    if entry.kind != "light" or not time:
        return ()
    return (entry.date, entry.exposure, entry.filter, entry.camera, plain(entry.target))


def _why_not(entry: Entry, options: Options) -> str:
    """Return why a file cannot be used by what is known of it alone; empty if it can."""
    if entry.path in options.without:
        return "it was deselected by hand."
    damage = damage_of(entry)
    if damage:
        return damage
    if not entry.kind:
        notes = " ".join(note for note in entry.notes if note.startswith("Kind:"))
        return notes.removeprefix("Kind: ") or "what kind of frame it is cannot be told from its header."
    if entry.kind == "other":
        said = entry.value("IMAGETYP") or entry.value("OBSTYPE") or ""
        return f"it is neither bias, dark, flat nor light{f' but {said}' if said else ''}."
    if len(entry.shape) > 2:
        return f"it is a cube of {size_text(entry)}, and only plain images are combined."
    if len(entry.shape) < 2:
        return "it has no image of two axes."
    if entry.kind == "light" and entry.master:
        return "it is a combined image already."
    return ""


def _same_content(one: Entry, other: Entry) -> bool:
    if not one.date or one.stamp[1] != other.stamp[1]:
        return False
    try:
        return filecmp.cmp(one.path, other.path, shallow=False)
    except OSError:
        return False


def night_folder(entries: Sequence[Entry]) -> Path:
    """Return the folder that was opened, by what the entries' names are relative to."""
    path, name = entries[0].path, Path(entries[0].name)
    return path.parents[len(name.parts) - 1] if path.parts[-len(name.parts) :] == name.parts else path.parent


def check_out(folder: Path, entries: Sequence[Entry], out: Path) -> None:
    """Refuse an output folder that endangers raw files or cannot be written to; nothing is made.

    Raises
    ------
    ViewerError
        If it is the night's folder or another that holds raw files, a file, or not writable.
    """
    place = out.resolve()
    if place == folder.resolve():
        raise ViewerError(f"{out} is the folder of the raw files: choose another one for the results.")
    for entry in entries:
        # also where a subfolder is a link to raw files
        if entry.path.resolve().parent == place:
            raise ViewerError(f"{out} holds raw files ({entry.name}): choose another folder for the results.")
    for part in (MASTERS, CALIBRATED, STACKS):
        if (out / part).is_symlink():
            raise ViewerError(f"{out / part} is a link to another folder: choose another place.")
    if out.exists() and not out.is_dir():
        raise ViewerError(f"{out} is a file: name a folder for the results.")
    for each in (out, *(out / part for part in (MASTERS, CALIBRATED, STACKS))):
        there = each.resolve()
        while not there.exists():
            there = there.parent
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK) or _read_only(there):
            raise ViewerError(f"{each} cannot be written to: {there} is read-only, so choose another folder.")


def _read_only(folder: Path) -> bool:
    """Whether the disk itself is, which permissions do not tell root."""
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def check_results(targets: Sequence[Path], raw: Sequence[Entry], options: Options) -> None:
    """Refuse results that would take the place of other files.

    Raises
    ------
    ViewerError
        If one exists and may not be replaced, or is no result of a reduction.
    """
    inputs = {entry.path.resolve() for entry in raw}
    there = [target for target in targets if target.exists() or target.is_symlink()]
    for target in there:
        # what an earlier reduction has left in the night's own folder is among the entries, too
        if not _ours(target) or (target.is_symlink() and target.resolve() in inputs):
            raise ViewerError(
                f"{target} was not made by a reduction, and is left as it is: choose another folder."
            )
    if there and not options.overwrite:
        more = f" and {len(there) - 1} more results exist" if len(there) > 1 else " exists"
        raise ViewerError(
            f"{there[0]}{more} already: choose another folder, or choose overwrite, to replace them."
        )


def _ours(path: Path) -> bool:
    """Whether an image was made by Skyloupe, by its HISTORY."""
    try:
        header = read(FileName(path)).header
    except ViewerError:
        return False
    return any(str(line).startswith(MARK) for line in header.get("HISTORY", ()))


def check_room(count: int, entries: Sequence[Entry], out: Path) -> None:
    """Refuse to begin what the disk has no room for.

    Raises
    ------
    ViewerError
        With how much is needed and how much there is.
    """
    largest = max((entry.shape[-1] * entry.shape[-2] for entry in entries if len(entry.shape) > 1), default=0)
    needed = _PIXEL * count * largest
    there = out.resolve()
    while not there.exists():
        there = there.parent
    room = shutil.disk_usage(there).free
    if needed > room:
        raise ViewerError(
            f"the results need {needed / 1e6:.0f} MB and the disk of {out} has room for {room / 1e6:.0f} MB: "
            "choose another folder, or make room."
        )
