"""Which application opens FITS files: asked as desktops ask it, and set so that it can be taken back."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from viewer.desktop.entries import ENTRY, FITS_NAMES, TYPES
from viewer.desktop.places import Places

Lines = list[tuple[str, str, str | None]]
"""Keys that were set: name, value, the line that was there before (None if there was none)."""

_DEFAULT = "[Default Applications]"
_ADDED = "[Added Associations]"
_CACHE = "[MIME Cache]"


def opener(places: Places) -> tuple[str, bool] | None:
    """Return what opens FITS files as things are, None if nothing does.

    Parameters
    ----------
    places : Places
        Where desktops look.

    Returns
    -------
    entry : str
        The file name of its desktop entry.
    chosen : bool
        Whether somebody chose it: a new application among those that could does not change it.

    Notes
    -----
    After the MIME Applications Associations specification: all defaults go before all associations, the
    user's before the system's.
    """
    folders = (places.config, *places.system_config, places.applications)
    system = [folder / "applications" for folder in places.system_data]
    for path in (each for folder in (*folders, *system) for each in places.lists(folder)):
        for entry in _named(path, _DEFAULT, places):
            return entry, True
    for path in places.lists(places.config):
        for entry in _named(path, _ADDED, places):
            return entry, True
    for folder in (places.applications, *system):
        for entry in _named(folder / "mimeinfo.cache", _CACHE, places):
            return entry, False
    return None


def wanted(places: Places, *, default: bool) -> dict[Path, dict[str, str]]:
    """Return the keys to be set so that FITS files open with Skyloupe, or as before if that is not wished.

    Parameters
    ----------
    places : Places
        Where desktops look.
    default : bool
        Whether Skyloupe is to open them, whatever else could.

    Returns
    -------
    dict of pathlib.Path to dict of str to str
        For each list the types with the applications for them.

    Notes
    -----
    An entry of the user's goes before all those of the system. So without a word it would become the
    default, and what opened the files before has to be named to stay it.
    """
    own = places.lists(places.config)
    if not default:
        now = opener(places)
        if now is None or now[1] or now[0] == ENTRY:
            return {}
        return {own[-1]: dict.fromkeys(FITS_NAMES, f"{now[0]};")}
    keys: dict[Path, dict[str, str]] = {}
    for path in own:
        group = dict(_group(_text(path).split("\n"), _DEFAULT))
        for name in TYPES:
            # the lists of one desktop are for those who chose there already
            if path == own[-1] or name in group:
                others = [each for each in group.get(name, "").split(";") if each not in ("", ENTRY)]
                keys.setdefault(path, {})[name] = ";".join((ENTRY, *others, ""))
    return keys


def with_lines(text: str, keys: Mapping[str, str]) -> tuple[str, Lines]:
    """Return a list of applications in which some defaults are set, and what was changed.

    Parameters
    ----------
    text : str
        The list; all else in it is kept as it is.
    keys : mapping of str to str
        Types, with the applications for them.
    """
    lines = text.split("\n")
    done: Lines = []
    if _DEFAULT not in (line.strip() for line in lines):
        lines = [*(lines[:-1] if lines[-1] == "" else lines), _DEFAULT, ""]
        done.append(("", _DEFAULT, None))
    start = next(number for number, line in enumerate(lines) if line.strip() == _DEFAULT)
    for name, value in keys.items():
        at, last = _find(lines, start, name)
        before = None if at is None else lines[at]
        if at is None:
            lines.insert(last + 1, f"{name}={value}")
        else:
            lines[at] = f"{name}={value}"
        done.append((name, value, before))
    return "\n".join(lines), done


def without_lines(text: str, done: Lines) -> str:
    """Return a list of applications, which may have changed since, without what was set in it.

    Parameters
    ----------
    text : str
        The list as it is now.
    done : Lines
        As `with_lines` returned them.
    """
    lines = text.split("\n")
    for name, value, before in done:
        start = next((number for number, line in enumerate(lines) if line.strip() == _DEFAULT), None)
        if start is None:
            break
        at, _ = _find(lines, start, name)
        if not name or at is None:
            continue
        now = lines[at].partition("=")[2]
        others = [each for each in now.split(";") if each not in ("", ENTRY)]
        if now == value and before is not None:
            lines[at] = before
        elif now == value or not others:
            del lines[at]
        elif ENTRY in now.split(";"):
            lines[at] = f"{name}={';'.join((*others, ''))}"
    if any(not name for name, _, _ in done):
        lines = _without_empty_group(lines)
    return "\n".join(lines)


def title(entry: str, places: Places) -> str:
    """Return the name that an application shows, or that of its entry.

    Parameters
    ----------
    entry : str
        The file name of its desktop entry.
    places : Places
        Where desktops look.
    """
    for path in _files(entry, places):
        for key, value in _group(_text(path).split("\n"), "[Desktop Entry]"):
            if key == "Name":
                return value
    return entry.removesuffix(".desktop")


def _named(path: Path, heading: str, places: Places) -> Iterator[str]:
    group = dict(_group(_text(path).split("\n"), heading))
    for name in FITS_NAMES:
        for entry in group.get(name, "").split(";"):
            if entry and any(_files(entry, places)):
                yield entry


def _files(entry: str, places: Places) -> list[Path]:
    # a folder in the name is written with a hyphen
    names = (entry, entry.replace("-", "/", 1))
    folders = (places.applications, *(folder / "applications" for folder in places.system_data))
    return [path for folder in folders for path in (folder / name for name in names) if path.is_file()]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except OSError:
        return ""


def _group(lines: list[str], heading: str) -> list[tuple[str, str]]:
    keys: list[tuple[str, str]] = []
    inside = False
    for line in lines:
        if line.startswith("["):
            inside = line.strip() == heading
        elif inside and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            keys.append((name.strip(), value.strip()))
    # of two lines the first counts
    return keys[::-1]


def _find(lines: list[str], start: int, name: str) -> tuple[int | None, int]:
    """Return the line of a key in a group, and the last line of the group that says anything."""
    last = start
    for number in range(start + 1, len(lines)):
        if lines[number].startswith("["):
            break
        if lines[number].partition("=")[0].strip() == name and "=" in lines[number]:
            return number, number
        if lines[number].strip():
            last = number
    return None, last


def _without_empty_group(lines: list[str]) -> list[str]:
    start = next((number for number, line in enumerate(lines) if line.strip() == _DEFAULT), None)
    if start is None:
        return lines
    end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("[")), len(lines))
    if any(line.strip() for line in lines[start + 1 : end]):
        return lines
    return lines[:start] + lines[end:] if end < len(lines) else [*lines[:start], ""]
