"""Arrivals: what names of files, folders and addresses that came from outside stand for."""

import os
import platform
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from viewer.core.errors import ViewerError
from viewer.core.io.name import FileName
from viewer.core.progress import Progress
from viewer.core.session.folder import apart, count_images

# a letter and a colon are a drive of Windows
_ROOTED = re.compile(r"/|~|[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?=/)")
FETCHED = ("http", "https", "ftp")
MOST_COUNTED = 100_000
RECIPE = ".recipe.json"
# characters of a line that is no name
MOST_QUOTED = 60


@dataclass(frozen=True)
class Known:
    """A document that is open, as far as it matters here.

    Attributes
    ----------
    number : int
        To find it again.
    file : pathlib.Path
        Its file.
    brackets : str
        The HDU and section that were asked for.
    modified : float
        The file's time of modification when it was read, in seconds since 1970.
    """

    number: int
    file: Path
    brackets: str
    modified: float


@dataclass(frozen=True)
class Folder:
    """A folder that is to be listed.

    Attributes
    ----------
    path : pathlib.Path
        The folder.
    images : int
        How many it holds, those in folders inside it too; MOST_COUNTED may be more.
    """

    path: Path
    images: int


@dataclass(frozen=True)
class Arrivals:
    """What names stand for.

    Attributes
    ----------
    files : tuple of str
        To be opened, with brackets if wanted.
    folders : tuple of Folder
        To be listed.
    addresses : tuple of str
        To be downloaded.
    known : tuple of int
        Numbers of the documents that show some of the files already.
    sentences : tuple of str
        What cannot be opened, and why.
    """

    files: tuple[str, ...] = ()
    folders: tuple[Folder, ...] = ()
    addresses: tuple[str, ...] = ()
    known: tuple[int, ...] = ()
    sentences: tuple[str, ...] = ()


def sorted_out(
    names: Iterable[str | Path], open_now: Sequence[Known], progress: Progress, typed_in: Path | None = None
) -> Arrivals:
    """Find out what names stand for; this touches the disk, which may be far away.

    Parameters
    ----------
    names : iterable of str or pathlib.Path
        Paths with or without brackets, folders, and addresses (file:, http:, https:, ftp:).
    open_now : sequence of Known
        What need not be opened again, unless it has changed.
    progress : Progress
        May cancel the counting of large folders.
    typed_in : pathlib.Path, optional
        The names are lines of text, which somebody typed while this was their folder.
    """
    local: list[str] = []
    addresses: list[str] = []
    sentences: list[str] = []
    given = [str(name) for name in names]
    if typed_in is not None:
        given, sentences = _typed(given, typed_in)
    for name in given:
        scheme = scheme_of(name)
        if scheme == "file":
            try:
                local.append(path_of(name))
            except ViewerError as error:
                sentences.append(str(error))
        elif scheme in FETCHED:
            addresses.append(name)
        elif scheme and not os.path.lexists(name):
            sentences.append(
                f"{name} cannot be opened, for Skyloupe does not know addresses that begin with {scheme}: "
                "save the file on this computer first"
            )
        elif name.lower().endswith(RECIPE):
            sentences.append(
                f"{Path(name).name} is a recipe, not an image: do its steps with File > Apply recipe…"
            )
        else:
            local.append(name)
    files, paths = apart(local)
    folders = [Folder(path, count_images(path, progress, MOST_COUNTED)) for path in paths]
    wanted: list[str] = []
    known: list[int] = []
    for file in dict.fromkeys(files):
        number = _shown_by(file, open_now)
        if number is None:
            wanted.append(file)
        else:
            known.append(number)
    return Arrivals(
        tuple(wanted),
        tuple(folders),
        tuple(dict.fromkeys(addresses)),
        tuple(known),
        tuple(sentences),
    )


def paths_and_addresses(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the paths among names, and the addresses; on the disk only what looks like these is looked for.

    Parameters
    ----------
    names : sequence of str
        Of the command line; file: addresses give paths.
    """
    paths: list[str] = []
    addresses: list[str] = []
    for name in names:
        scheme = scheme_of(name)
        if not scheme or os.path.lexists(name):
            paths.append(name)
            continue
        try:
            paths.append(path_of(name)) if scheme == "file" else addresses.append(name)
        except ViewerError:
            # the window says why not
            addresses.append(name)
    return paths, addresses


def scheme_of(name: str) -> str:
    """Return what an address begins with, in small letters; nothing for a path."""
    match = _SCHEME.match(name)
    return match[1].lower() if match is not None else ""


def path_of(address: str) -> str:
    """Return the path that a file: address names, of any bytes.

    Raises
    ------
    ViewerError
        If it is on another computer.
    """
    path = os.fsdecode(unquote_to_bytes(os.fsencode(address[len("file:") :])))
    if path.startswith("//"):
        host, slash, path = path[2:].partition("/")
        if host not in ("", "localhost") and host != platform.node():
            raise ViewerError(f"{address} is on the computer {host}: copy the file to this one")
        path = slash + path
    # file:///C:/night on Windows
    return path[1:] if os.name == "nt" and re.match(r"/[A-Za-z]:", path) else path


def _typed(lines: Iterable[str], base: Path) -> tuple[list[str], list[str]]:
    """Return the names in lines of text, and a sentence for each line that has none."""
    names: list[str] = []
    bad: list[str] = []
    for line in lines:
        found = _named(line, base)
        names += found
        if not found:
            bad.append(line)
    if not bad:
        return names, []
    quoted = f"'{bad[0][:MOST_QUOTED]}{'…' if bad[0][MOST_QUOTED:] else ''}'"
    more = f" (nor are {len(bad) - 1:,} other lines)" if bad[1:] else ""
    return names, [f"{quoted} is neither the name of a file nor an address{more}: copy a path or a URL"]


def _named(line: str, base: Path) -> list[str]:
    """Return the names in a line: one, as it stands or in quotes, or several as in a shell."""
    if scheme_of(line):
        words = line.split()
        return words if all(map(scheme_of, words)) else [line]
    whole = _there(line, base)
    if whole:
        return [whole]
    try:
        words = shlex.split(line)
    except ValueError:
        words = [line.strip("'\"")]
    names = [word if scheme_of(word) else _there(word, base) for word in words]
    if all(names):
        return names
    # a path that is not there: opening it says so
    return [words[0]] if len(words) == 1 and _ROOTED.match(words[0]) else []


def _there(text: str, base: Path) -> str:
    """Return the full name of a file that exists, brackets and all; else nothing."""
    try:
        full = str(base / Path(text).expanduser()) if text else ""
        return full if full and os.path.lexists(FileName.parse(full).path) else ""
    except (RuntimeError, ValueError, OSError, ViewerError):
        # no home of that user, no brackets like that, no name that a file can have
        return ""


def _shown_by(name: str, open_now: Sequence[Known]) -> int | None:
    """Return the number of a document that shows a file as it is now."""
    if not open_now:
        return None
    try:
        path = FileName.parse(name).path
        modified = path.stat().st_mtime
    except (OSError, ValueError, ViewerError):
        # opening it says what is wrong
        return None
    brackets = name[len(str(path)) :].replace(" ", "") if name.startswith(str(path)) else ""
    for each in reversed(open_now):
        if each.brackets == brackets and each.modified == modified and _same(path, each.file):
            return each.number
    return None


def _same(path: Path, other: Path) -> bool:
    try:
        return path.absolute() == other.absolute() or path.samefile(other)
    except OSError:
        # the other one is no more
        return False
