"""Plan of a batch: which file becomes which, checked as a whole before anything is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.core.call import Call, Operand
from viewer.core.errors import ViewerError
from viewer.core.io import FileName, read
from viewer.core.io.name import exists
from viewer.core.io.write import SUFFIXES, SaveOptions

__all__ = ["Task", "check_calls", "located", "plan"]

# suffixes of files that can be read but are not written
_PACKED = (".bz2", ".xz", ".z", ".zst")
_LOSSY = (".jpg", ".jpeg")


@dataclass(frozen=True)
class Task:
    """One file of a batch; it can be sent to another process or computer.

    Attributes
    ----------
    source : str
        Absolute name of a file, with brackets perhaps; empty if the first call creates the image.
    target : pathlib.Path
        Absolute name of the result.
    calls : tuple of Call
        What is to be done.
    options : SaveOptions
        How to save.
    overwrite : bool
        Whether the result may take the place of an older file.
    hdu : int or None
        Index of the HDU of a file whose name has no brackets.
    note : str
        What is worth telling of the name of the result.
    sound : bool
        Whether a damaged file is refused, not saved as far as it can be read.
    """

    source: str
    target: Path
    calls: tuple[Call, ...]
    options: SaveOptions = SaveOptions()  # noqa: RUF009 - a frozen value
    overwrite: bool = False
    hdu: int | None = None
    note: str = ""
    sound: bool = False

    @property
    def name(self) -> str:
        """What to call it in a message: the file that is read, or else the one that is made."""
        return self.source or self.target.name


def located(calls: tuple[Call, ...], folder: Path) -> tuple[Call, ...]:
    """Return calls whose other images have absolute names, so that any process finds them.

    Parameters
    ----------
    calls : tuple of Call
        Of a recipe.
    folder : pathlib.Path
        Where the recipe is. A relative name is looked for there first and else in the working folder.
    """
    return tuple(call.with_operands(lambda operand: _located(operand, folder)) for call in calls)


def _located(operand: Operand, folder: Path) -> Operand:
    name = operand.name
    if name:
        beside = folder / name
        name = str((beside if exists(FileName.parse(str(beside)).path) else Path(name)).absolute())
    return Operand(name, located(operand.calls, folder))


def check_calls(calls: tuple[Call, ...], creating: bool) -> None:
    """Refuse calls that cannot work on any file.

    Parameters
    ----------
    calls : tuple of Call
        What is to be done.
    creating : bool
        Whether there is no file, so that the first call has to create the image.

    Raises
    ------
    ViewerError
        If a call creates an image where there is one already, if there is none to begin with, or if
        another image that is needed cannot be read.
    """
    if not calls:
        raise ViewerError("there is nothing to do: the recipe has no steps")
    for number, call in enumerate(calls):
        creates = call.operation.creates
        if creates and (number or not creating):
            raise ViewerError(
                f"step {number + 1}, {call.name}, creates an image and takes none: "
                + ("it has to be the first step" if number else "name no files for it")
            )
        if not number and creating and not creates:
            raise ViewerError(f"{call.name} needs an image to work on: name a file")
        for operand in call.operands:
            if operand.name:
                read(operand.name)
            if operand.calls:
                check_calls(operand.calls, not operand.name)


def plan(
    calls: tuple[Call, ...],
    files: Sequence[str],
    folder: Path,
    suffix: str = "",
    hdu: int | None = None,
    options: SaveOptions = SaveOptions(),  # noqa: B008 - a frozen value
    overwrite: bool = False,
) -> tuple[Task, ...]:
    """Return one task for each file; nothing is read of the files, and nothing written.

    Results are called as their files are, those of brackets too (``mef_SCI_2.fits``); of several files of
    the same name in different folders the later ones get a number.

    Parameters
    ----------
    calls : tuple of Call
        What is to be done.
    files : sequence of str
        Names with brackets perhaps; one that comes twice is done once. None: the first call creates the
        image.
    folder : pathlib.Path
        For the results.
    suffix : str
        Kind of the results; empty for that of each file, where it loses nothing.
    hdu : int or None
        Index of the HDU of files without brackets.
    options : SaveOptions
        How to save.
    overwrite : bool
        Whether results may take the place of older files, though never of those that are worked with.

    Raises
    ------
    ViewerError
        As `check_calls` does, or if the suffix is unknown, a name makes no sense, or a result would take
        the place of a file that is needed.
    """
    if suffix and suffix.casefold() not in SUFFIXES:
        raise ViewerError(f"there are no files '{suffix}': choose one of {', '.join(SUFFIXES)}")
    calls = located(calls, Path())
    check_calls(calls, creating=not files)
    folder = folder.absolute()
    if not files:
        target = folder / f"{calls[0].name}{suffix or '.fits'}"
        return (Task("", target, calls, options, overwrite),)
    sources = list(dict.fromkeys(str(Path(file).absolute()) for file in files))
    taken: dict[str, str] = {}
    tasks = []
    inputs = {FileName.parse(name).path.resolve() for name in (*sources, *_operands(calls))}
    for source in sources:
        own = _result_name(source, suffix)
        name = _free(own, taken)
        note = f"saved as {name}, for {taken[own.casefold()]} has its name" if name != own else ""
        taken[name.casefold()] = source
        if (folder / name).resolve() in inputs:
            raise ViewerError(f"{folder / name} is itself a file to be worked with: choose another folder")
        tasks.append(Task(source, folder / name, calls, options, overwrite, hdu, note))
    return tuple(tasks)


def _operands(calls: tuple[Call, ...]) -> list[str]:
    """Return the files of the other images that calls need."""
    found: list[str] = []
    for call in calls:
        for operand in call.operands:
            found += [operand.name] * bool(operand.name) + _operands(operand.calls)
    return found


def _result_name(source: str, suffix: str) -> str:
    path = FileName.parse(source).path
    stem, own = _split(path.name)
    # FileName has taken the brackets apart, and they stand behind the path
    brackets = source[len(str(path)) :]
    tag = "_".join(re.findall(r"[\w.+-]+", brackets))
    return f"{stem}{'_' if tag else ''}{tag}{suffix or own}"


def _split(name: str) -> tuple[str, str]:
    """Return the stem of a file's name and the suffix that its result gets."""
    lower = name.casefold()
    packed = next((suffix for suffix in _PACKED if lower.endswith(suffix)), "")
    if packed:
        return _split(name[: -len(packed)])[0], ".fits"
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if lower.endswith(suffix) and lower != suffix:
            stem = name[: -len(suffix)]
            # frame.fits.fz is frame.fits when it is unpacked
            if suffix == ".fz" and _split(stem)[0] != stem:
                return _split(stem)[0], ".fits.fz"
            return stem, ".png" if suffix in _LOSSY else name[-len(suffix) :]
    return name, ".fits"


def _free(name: str, taken: dict[str, str]) -> str:
    stem, suffix = _split(name)
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem}_{number}{suffix}"
    return free
