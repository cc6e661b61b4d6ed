"""Skyloupe on macOS: a small application in the user's folder, which starts this installation.

Written after Apple's documentation (Information Property List, Launch Services), and not yet tried on a Mac.
"""

import plistlib
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from viewer import __version__
from viewer.core.resources import resource
from viewer.core.session.folder import FITS_SUFFIXES
from viewer.desktop.changes import Changes
from viewer.desktop.receipt import Receipt, make, put_back, read, remove_parts

LSREGISTER = Path(
    "/System/Library/Frameworks/CoreServices.framework/Frameworks/LaunchServices.framework/Support/lsregister"
)
FITS_TYPE = "gov.nasa.gsfc.fits"
"""What programs for macOS that read FITS call its files."""
_PACKED_TYPES = ("org.gnu.gnu-zip-archive", "public.bzip2-archive")
_TOOL_SECONDS = 60.0


def install(words: Sequence[str], *, default: bool = False, home: Path | None = None) -> list[str]:
    """Make the application; one that an earlier installation made is replaced.

    Parameters
    ----------
    words : sequence of str
        The command that starts the program.
    default : bool
        Whether it is to be preferred for FITS files. The system has the last word.
    home : pathlib.Path, optional
        The home folder; the user's own if left out.

    Returns
    -------
    list of str
        A line for each thing that was done.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    home = home or Path.home()
    bundle, at = _bundle(home), _receipt(home)
    old = read(at)
    program = bundle / "Contents" / "MacOS" / "skyloupe"
    planned = {
        bundle / "Contents" / "Info.plist": plistlib.dumps(properties(preferred=default)),
        bundle / "Contents" / "Resources" / "skyloupe.icns": resource("icons/skyloupe.icns").read_bytes(),
        program: f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'.encode(errors="surrogateescape"),
    }
    with Changes() as changes:
        if old is not None:
            _take_back(old, at, changes)
        make(planned, Receipt(default=default), at, changes, programs=(program,))
    said = [f"wrote {bundle}", *changes.told, *_register("-f", bundle)]
    said.append("FITS files are opened with Skyloupe from the menu of the file (Open With)")
    if default:
        said.append(
            "to open them so always, choose File > Get Info in the Finder, Skyloupe under Open with, and "
            "Change All: macOS leaves that to you"
        )
    return said


def uninstall(*, home: Path | None = None) -> list[str]:
    """Take back all that was installed, and return a line for each thing that was done.

    Parameters
    ----------
    home : pathlib.Path, optional
        The home folder; the user's own if left out.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed.
    """
    home = home or Path.home()
    at = _receipt(home)
    receipt = read(at)
    if receipt is None:
        return []
    # while it is there: what is gone cannot be taken off the list
    said = _register("-u", _bundle(home))
    with Changes() as changes:
        return [*said, *_take_back(receipt, at, changes), *changes.told]


def installed(*, home: Path | None = None) -> bool:
    """Return whether there is something to take back."""
    return _receipt(home or Path.home()).exists()


def properties(*, preferred: bool) -> dict[str, object]:
    """Return what macOS reads about the application.

    Parameters
    ----------
    preferred : bool
        Whether it is to go before other programs that can open FITS files, too.
    """
    return {
        "CFBundleIdentifier": "local.skyloupe.viewer",
        "CFBundleName": "Skyloupe",
        "CFBundleDisplayName": "Skyloupe",
        "CFBundleExecutable": "skyloupe",
        "CFBundleIconFile": "skyloupe.icns",
        "CFBundlePackageType": "APPL",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleShortVersionString": __version__,
        "CFBundleVersion": __version__,
        "NSHighResolutionCapable": True,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "FITS document",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Default" if preferred else "Alternate",
                "LSItemContentTypes": [FITS_TYPE],
            },
            {
                # macOS knows the last ending of a name only, so that these are all files of their kind
                "CFBundleTypeName": "compressed FITS document",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": list(_PACKED_TYPES),
            },
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": FITS_TYPE,
                "UTTypeDescription": "FITS document",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [each for each in FITS_SUFFIXES if "." not in each],
                    "public.mime-type": ["image/fits", "application/fits"],
                },
            }
        ],
    }


def _bundle(home: Path) -> Path:
    return home / "Applications" / "Skyloupe.app"


def _receipt(home: Path) -> Path:
    return home / "Library" / "Application Support" / "skyloupe" / "desktop.json"


def _take_back(receipt: Receipt, at: Path, changes: Changes) -> list[str]:
    remove_parts(receipt, changes)
    said = [put_back(path, kept, changes) for path, kept in receipt.files.items()]
    changes.remove(at)
    for folder in reversed(receipt.folders):
        changes.remove_folder(folder)
    return [line for line in said if line]


def _register(option: str, bundle: Path) -> list[str]:
    """Tell Launch Services, which would find out by itself at the next login."""
    if not LSREGISTER.exists():
        return []
    try:
        done = subprocess.run(
            [LSREGISTER, option, bundle],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TOOL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"lsregister could not be run: {error}"]
    return [f"lsregister failed: {' '.join(done.stderr.split())}"] if done.returncode else ["ran lsregister"]
