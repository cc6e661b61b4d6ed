"""What the desktop's own tools make of entries, types and icons: renewed, and given back as it was."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from viewer.desktop.changes import Changes, files_below
from viewer.desktop.places import Places

Standing = Mapping[str, Sequence[str]]
"""The names in the folders of types and of entries before anything was installed."""

_TOOL_SECONDS = 60.0


def standing(places: Places) -> dict[str, list[str]]:
    """Return what there is, to be kept until `withdraw`.

    Parameters
    ----------
    places : Places
        Where the user's desktop looks.
    """
    return {
        "mime": [str(path.relative_to(places.mime)) for path in places.mime.rglob("*")],
        "applications": [path.name for path in places.applications.glob("*")],
    }


def renew(places: Places, changes: Changes) -> list[str]:
    """Let the tools look at what has changed, and return what is to be said about it.

    Parameters
    ----------
    places : Places
        Where the user's desktop looks.
    changes : Changes
        What takes back their work if something fails later.
    """
    said = []
    changes.watch(places.mime)
    for path in (places.applications / "mimeinfo.cache", places.icons / "icon-theme.cache"):
        changes.keep(path)
    if (places.mime / "packages").is_dir():
        said += _run("update-mime-database", "shared-mime-info", places.mime)
    if places.applications.is_dir():
        said += _run("update-desktop-database", "desktop-file-utils", places.applications)
    # where there is no cache the folders are looked into
    if (places.icons / "icon-theme.cache").is_file():
        said += _run("gtk-update-icon-cache", "libgtk-3-bin", "-f", "-t", "-q", places.icons)
    return said


def withdraw(before: Standing, places: Places, changes: Changes) -> list[str]:
    """Renew the databases, remove those that would not be there without us, and return what is to be said.

    Parameters
    ----------
    before : Standing
        As `standing` told it.
    places : Places
        Where the user's desktop looks.
    changes : Changes
        What does it.
    """
    said = renew(places, changes)
    types, entries = set(before.get("mime", ())), set(before.get("applications", ()))
    others = {str(path.relative_to(places.mime)) for path in (places.mime / "packages").glob("*.xml")}
    if "mime.cache" not in types and others <= types:
        for path in files_below(places.mime):
            if str(path.relative_to(places.mime)) not in types:
                changes.remove(path)
        for folder in sorted(places.mime.rglob("*"), reverse=True):
            if str(folder.relative_to(places.mime)) not in types and folder.is_dir():
                changes.remove_folder(folder)
    # whoever came later has a use for it
    if "mimeinfo.cache" not in entries and {p.name for p in places.applications.glob("*.desktop")} <= entries:
        changes.remove(places.applications / "mimeinfo.cache")
    return said


def _run(tool: str, package: str, *arguments: str | Path) -> list[str]:
    program = shutil.which(tool)
    if program is None:
        return [
            f"{tool} is not here (package {package}): install it and do this again, or it may have no effect"
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
