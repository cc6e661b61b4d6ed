"""Skyloupe on a desktop that follows freedesktop.org: installed for one user, and taken back."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from viewer.core.errors import ViewerError
from viewer.core.resources import resource
from viewer.desktop import entries
from viewer.desktop.changes import Changes, files_below, missing
from viewer.desktop.receipt import Kept, Receipt, put_back, read

_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
_TOOL_SECONDS = 60.0


@dataclass(frozen=True)
class Places:
    """The folders of a user and of the system, as the XDG Base Directory Specification names them.

    Attributes
    ----------
    home : pathlib.Path
        The user's home folder.
    data, config : pathlib.Path
        The user's own, which need not exist.
    system : tuple of pathlib.Path
        Where the system's data are, the most important first.
    """

    home: Path
    data: Path
    config: Path
    system: tuple[Path, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Places":
        """Return the places that the environment tells; relative ones are not valid.

        Parameters
        ----------
        environment : mapping
            As ``os.environ``.
        """

        def told(name: str, default: Path) -> Path:
            path = Path(environment.get(name, ""))
            return path if path.is_absolute() else default

        home = Path.home()
        named = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        return cls(
            home,
            told("XDG_DATA_HOME", home / ".local" / "share"),
            told("XDG_CONFIG_HOME", home / ".config"),
            tuple(Path(name) for name in named.split(":") if Path(name).is_absolute()),
        )

    @property
    def receipt(self) -> Path:
        """The file that tells what was installed."""
        return self.data / "skyloupe" / "desktop.json"

    @property
    def applications(self) -> Path:
        """Where desktop entries are."""
        return self.data / "applications"

    @property
    def mime(self) -> Path:
        """Where the types of files are described."""
        return self.data / "mime"


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
        for path, content in planned.items():
            receipt.files[path] = Kept.of(content, path.read_bytes() if path.exists() else None)
        for folder in (path.parent for path in (places.receipt, *planned)):
            receipt.folders += [each for each in missing(folder) if each not in receipt.folders]
        receipt.standing = {
            "mime": [str(path.relative_to(places.mime)) for path in places.mime.rglob("*")],
            "applications": [path.name for path in places.applications.glob("mimeinfo.cache")],
        }
        # first, so that also an installation that was killed half-way can be taken back
        changes.write(places.receipt, receipt.text())
        said = []
        for path, content in planned.items():
            changes.write(path, content)
            said.append(f"wrote {path}")
        said += _refresh(places, changes)
    return said


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
        return _take_back(receipt, places, changes)


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
    known = entries.canonical_name(places.system)
    icons = places.data / "icons" / "hicolor"
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
    said = []
    for path, kept in receipt.files.items():
        said += put_back(path, kept, changes)
    changes.remove(places.receipt)
    said += _unrefresh(receipt, places, changes)
    for folder in reversed(receipt.folders):
        changes.remove_folder(folder)
    return said


def _refresh(places: Places, changes: Changes) -> list[str]:
    """Let the desktop's own tools renew what they make of the files that have changed."""
    changes.watch(places.mime)
    changes.watch(places.applications)
    said = []
    if (places.mime / "packages").is_dir():
        said += _run("update-mime-database", "shared-mime-info", places.mime)
    if places.applications.is_dir():
        said += _run("update-desktop-database", "desktop-file-utils", places.applications)
    icons = places.data / "icons" / "hicolor"
    # where there is no cache the folders are looked into
    if (icons / "icon-theme.cache").is_file():
        changes.watch(icons)
        said += _run("gtk-update-icon-cache", "libgtk-3-bin", "-f", "-t", "-q", icons)
    return said


def _unrefresh(receipt: Receipt, places: Places, changes: Changes) -> list[str]:
    """Renew the databases, and remove those that would not be there without us."""
    said = _refresh(places, changes)
    standing = set(receipt.standing.get("mime", ()))
    if "mime.cache" not in standing and not list((places.mime / "packages").glob("*.xml")):
        for path in files_below(places.mime):
            if str(path.relative_to(places.mime)) not in standing:
                changes.remove(path)
        for folder in sorted(places.mime.rglob("*"), reverse=True):
            if str(folder.relative_to(places.mime)) not in standing and folder.is_dir():
                changes.remove_folder(folder)
    cache = places.applications / "mimeinfo.cache"
    if "mimeinfo.cache" not in receipt.standing.get("applications", ()) and _is_empty(cache):
        changes.remove(cache)
    return said


def _is_empty(cache: Path) -> bool:
    try:
        return "=" not in cache.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True


def _run(tool: str, package: str, *arguments: str | Path) -> list[str]:
    program = shutil.which(tool)
    if program is None:
        return [
            f"{tool} is not on this computer (it is in the package {package}): log in anew to see the change"
        ]
    try:
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, errors="replace", timeout=_TOOL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"{tool} could not be run: {error}"]
    if done.returncode:
        return [f"{tool} failed: {' '.join(done.stderr.split())}"]
    return [f"ran {tool}"]
