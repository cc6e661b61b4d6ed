"""Skyloupe on a desktop that follows freedesktop.org: installed for one user, and taken back."""

import os
from collections.abc import Sequence
from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.resources import resource
from viewer.desktop import databases, defaults, entries
from viewer.desktop.changes import Changes
from viewer.desktop.places import Places
from viewer.desktop.receipt import Receipt, content_of, make, put_back, read, remove_parts

_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
# their file manager starts thumbnailers where nothing but /usr is to be seen
_SANDBOXED = ("gnome", "ubuntu", "unity", "pop")


def install(words: Sequence[str], *, default: bool = False, places: Places | None = None) -> list[str]:
    """Make Skyloupe known to the user's desktop; what an earlier installation made is replaced.

    Parameters
    ----------
    words : sequence of str
        The command that starts the program.
    default : bool
        Whether it shall open FITS files from now on, whatever did so before.
    places : Places, optional
        Where to; the user's own folders if left out.

    Returns
    -------
    list of str
        A line for each thing that was done.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    places = _checked(places)
    old = read(places.receipt)
    with Changes() as changes:
        if old is not None:
            _take_back(old, places, changes)
        receipt = Receipt(default=default or (old is not None and old.default))
        planned = _files(words, places)
        for path, keys in defaults.wanted(places, default=receipt.default).items():
            text = (content_of(path) or b"").decode(errors="surrogateescape")
            changed, receipt.lines[path] = defaults.with_lines(text, keys)
            planned[path] = changed.encode(errors="surrogateescape")
        receipt.standing = databases.standing(places)
        make(planned, receipt, places.receipt, changes)
        said = _briefly([f"wrote {path}" for path in planned], places)
        said += databases.renew(places, changes)
    return [*said, *changes.told, *_outlook(words, places)]


def uninstall(*, places: Places | None = None) -> list[str]:
    """Take back all that was installed, and leave everything else as it is.

    Parameters
    ----------
    places : Places, optional
        Where; the user's own folders if left out.

    Returns
    -------
    list of str
        A line for each thing that was done; none if there was nothing to be done.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    places = _checked(places)
    receipt = read(places.receipt)
    if receipt is None:
        return []
    with Changes() as changes:
        return [*_take_back(receipt, places, changes), *changes.told]


def state(words: Sequence[str], *, places: Places | None = None) -> tuple[bool, str]:
    """Return whether Skyloupe is installed, and how things are, in a sentence or two.

    Parameters
    ----------
    words : sequence of str
        The command that starts the program.
    places : Places, optional
        Where; the user's own folders if left out.

    Raises
    ------
    ViewerError
        If what is installed cannot be read.
    """
    places = places or Places.of(os.environ)
    now = defaults.opener(places)
    name = "nothing" if now is None else defaults.title(now[0], places)
    path = places.applications / entries.ENTRY
    try:
        entry = content_of(path)
    except OSError as error:
        raise ViewerError(f"{path} cannot be read ({error.strerror}): move it out of the way") from error
    if not places.receipt.exists() or entry is None:
        return False, f"Your desktop does not know Skyloupe yet; {name} opens FITS files."
    opened = (
        "A double click on a FITS file opens it with Skyloupe, and file managers show pictures of such files."
        if now is not None and now[0] == entries.ENTRY
        else f"Skyloupe is in the menu of FITS files; a double click opens them with {name}."
    )
    if entry != os.fsencode(entries.entry(words)):
        opened += " What the desktop starts is another installation of Skyloupe, or an older one."
    return True, opened


def _checked(places: Places | None) -> Places:
    places = places or Places.of(os.environ)
    try:
        owner = places.home.stat().st_uid
    except OSError as error:
        raise ViewerError(f"there is no home folder {places.home} to install into") from error
    if owner != os.geteuid():
        raise ViewerError(f"{places.home} belongs to somebody else: run this as that user, without sudo")
    return places


def _files(words: Sequence[str], places: Places) -> dict[Path, bytes]:
    known = entries.canonical_name(places.system_data)
    icons = places.icons
    return {
        places.applications / entries.ENTRY: os.fsencode(entries.entry(words)),
        **{
            icons / f"{size}x{size}" / "apps" / "skyloupe.png": resource(
                f"icons/skyloupe-{size}.png"
            ).read_bytes()
            for size in _SIZES
        },
        icons / "scalable" / "apps" / "skyloupe.svg": resource("icons/skyloupe.svg").read_bytes(),
        places.mime / "packages" / "skyloupe.xml": entries.mime_package(
            known or entries.FITS_NAMES[0], known=known is not None
        ).encode(),
        places.data / "thumbnailers" / "skyloupe.thumbnailer": os.fsencode(entries.thumbnailer(words)),
    }


def _take_back(receipt: Receipt, places: Places, changes: Changes) -> list[str]:
    remove_parts(receipt, changes)
    said = []
    for path, kept in receipt.files.items():
        now = content_of(path)
        if path in receipt.lines and now is not None and not kept.is_ours(now):
            said.append(_take_lines_back(path, now, receipt, changes))
        else:
            said.append(put_back(path, kept, changes))
    said = _briefly([line for line in said if line], places)
    said += databases.withdraw(receipt.standing, places, changes)
    _take_folders_back(receipt, changes)
    # the last: who is killed before can go on; only the folders around it are left
    changes.remove(places.receipt)
    _take_folders_back(receipt, changes)
    return said


def _take_folders_back(receipt: Receipt, changes: Changes) -> None:
    for folder in reversed(receipt.folders):
        changes.remove_folder(folder)


def _take_lines_back(path: Path, now: bytes, receipt: Receipt, changes: Changes) -> str:
    """Take our lines out of a file that others have changed since."""
    left = defaults.without_lines(now.decode(errors="surrogateescape"), receipt.lines[path])
    content = left.encode(errors="surrogateescape")
    if content == now:
        return ""
    if content.strip() or receipt.files[path].before is not None:
        changes.write(path, content)
    else:
        changes.remove(path)
    return f"took the lines of Skyloupe out of {path}"


def _briefly(said: list[str], places: Places) -> list[str]:
    """Return what is said with one line for all icons, which differ in nothing but their size."""
    of_icons = [line for line in said if str(places.icons) in line and line.endswith((".png", ".svg"))]
    if len(of_icons) < 2:
        return said
    first = said.index(of_icons[0])
    others = [line for line in said if line not in of_icons]
    verb = of_icons[0].partition(" ")[0]
    return [*others[:first], f"{verb} {len(of_icons)} icons in {places.icons}", *others[first:]]


def _outlook(words: Sequence[str], places: Places) -> list[str]:
    now = defaults.opener(places)
    said = []
    if now is None or now[0] == entries.ENTRY:
        said.append("FITS files are opened with Skyloupe from now on")
    else:
        said.append(
            f"FITS files are still opened with {defaults.title(now[0], places)}, and with Skyloupe from the "
            "menu of the file; skyloupe --install-desktop --default changes that"
        )
    if any(name in _SANDBOXED for name in places.desktops) and not words[0].startswith("/usr/"):
        said.append(
            f"GNOME's Files lets only programs below /usr draw thumbnails, and this one is {words[0]}: it "
            "will show none"
        )
    if "kde" in places.desktops:
        said.append(
            "KDE's Dolphin, if it is of 2024 or later, shows thumbnails of FITS files when they are ticked "
            "in its settings, under Previews"
        )
    said.append(
        "file managers that are open show it when they are started again, some desktops at the next login"
    )
    return said
