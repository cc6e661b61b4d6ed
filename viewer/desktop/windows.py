r"""Skyloupe on Windows: the user's part of the registry.

Written after Microsoft's documentation (File Types, Programmatic Identifiers, Default Programs), and not yet
tried on Windows. All is below ``HKEY_CURRENT_USER\Software``.
"""

import contextlib
import ctypes
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from viewer.core.errors import ViewerError
from viewer.core.resources import resource
from viewer.core.session.folder import FITS_SUFFIXES

PROGID = "Skyloupe.FITS"
_CLASSES = r"Software\Classes"
_OURS = r"Software\Skyloupe"
_RECEIPT = rf"{_OURS}\Desktop"
_SUFFIXES = tuple(f".{suffix}" for suffix in FITS_SUFFIXES if "." not in suffix)

Value = tuple[str, str, str]
"""A key, the name of a value in it (empty for its default), and the text."""


def words() -> tuple[str, ...]:
    """Return the words that start this installation without a window for text.

    Raises
    ------
    ViewerError
        If the program runs from a folder and is not installed.
    """
    python = Path(sys.executable)
    silent = python.with_name("pythonw.exe")
    # -P: a folder called viewer beside a FITS file must not be what is started
    options = ("-P", "-m", "viewer")
    if subprocess.run([python, *options, "--version"], cwd=python.anchor, capture_output=True).returncode:
        raise ViewerError(
            "this Skyloupe runs from a folder and is not installed, so that Windows cannot start it: install "
            "it first (pip install PATH-OF-THE-FOLDER)"
        )
    return (str(silent if silent.exists() else python), *options)


def install(
    words: tuple[str, ...],
    *,
    default: bool = False,
    registry: Any = None,
    notify: Callable[[], None] | None = None,
) -> list[str]:
    """Register the program; what an earlier installation registered is replaced.

    Parameters
    ----------
    words : tuple of str
        The command that starts the program.
    default : bool
        Whether it shall open FITS files where the user has chosen no program for them.
    registry : module, optional
        ``winreg``, or what is like it.
    notify : callable, optional
        Tells the desktop that something has changed.

    Returns
    -------
    list of str
        A line for each thing that was done.

    Raises
    ------
    ViewerError
        If it cannot be done: then nothing is changed, but for an earlier installation, which is taken back.
    """
    registry = registry or importlib.import_module("winreg")
    wanted = values(words, default=default)
    try:
        _take_back(registry)
        keys, old = _missing(registry, [key for key, _, _ in wanted]), []
        for key, name, text in wanted:
            old.append((key, name, text, _text(registry, key, name)))
        receipt = json.dumps({"version": 1, "keys": keys, "values": old})
        # first, so that also an installation that was killed half-way can be taken back
        _set(registry, _RECEIPT, "made", receipt)
        for key, name, text in wanted:
            _set(registry, key, name, text)
    except OSError as error:
        with contextlib.suppress(OSError):
            _take_back(registry)
        raise ViewerError(f"nothing was changed, as the registry cannot be written: {error}") from error
    (notify or _notify)()
    said = [f"wrote HKEY_CURRENT_USER\\{key}" for key in dict.fromkeys(key for key, _, _ in wanted)]
    said.append("FITS files are opened with Skyloupe from the menu of the file (Open with)")
    if default:
        said.append(
            "if Windows opens them with another program, choose Skyloupe for "
            f"{', '.join(_SUFFIXES)} in Settings > Apps > Default apps: it lets no program do that for you"
        )
    return said


def uninstall(*, registry: Any = None, notify: Callable[[], None] | None = None) -> list[str]:
    """Take back all that was registered, and return a line for each thing that was done.

    Parameters
    ----------
    registry : module, optional
        ``winreg``, or what is like it.
    notify : callable, optional
        Tells the desktop that something has changed.

    Raises
    ------
    ViewerError
        If it cannot be done.
    """
    registry = registry or importlib.import_module("winreg")
    try:
        said = _take_back(registry)
    except OSError as error:
        raise ViewerError(f"the registry cannot be written: {error}") from error
    if said:
        (notify or _notify)()
    return said


def installed(*, registry: Any = None) -> bool:
    """Return whether there is something to take back."""
    return _text(registry or importlib.import_module("winreg"), _RECEIPT, "made") is not None


def values(words: tuple[str, ...], *, default: bool) -> list[Value]:
    """Return all that is registered.

    Parameters
    ----------
    words : tuple of str
        The command that starts the program.
    default : bool
        Whether it is to open FITS files that the user has chosen no program for.
    """
    icon = str(resource("icons/skyloupe.ico"))
    progid = rf"{_CLASSES}\{PROGID}"
    capabilities = rf"{_OURS}\Capabilities"
    return [
        (progid, "", "FITS image"),
        (rf"{progid}\DefaultIcon", "", icon),
        (rf"{progid}\Application", "ApplicationName", "Skyloupe"),
        (rf"{progid}\Application", "ApplicationIcon", icon),
        (rf"{progid}\shell\open", "FriendlyAppName", "Skyloupe"),
        (rf"{progid}\shell\open\command", "", f'{subprocess.list2cmdline(words)} "%1"'),
        *((rf"{_CLASSES}\{suffix}\OpenWithProgids", PROGID, "") for suffix in _SUFFIXES),
        *((rf"{_CLASSES}\{suffix}", "", PROGID) for suffix in _SUFFIXES if default),
        (capabilities, "ApplicationName", "Skyloupe"),
        (capabilities, "ApplicationDescription", "View and inspect astronomical images"),
        (capabilities, "ApplicationIcon", icon),
        *((rf"{capabilities}\FileAssociations", suffix, PROGID) for suffix in _SUFFIXES),
        (r"Software\RegisteredApplications", "Skyloupe", capabilities),
    ]


def _take_back(registry: Any) -> list[str]:
    written = _text(registry, _RECEIPT, "made")
    if written is None:
        return []
    try:
        receipt = json.loads(written)
        old = [(str(key), str(name), str(text), before) for key, name, text, before in receipt["values"]]
        keys = [str(key) for key in receipt["keys"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ViewerError(
            f"HKEY_CURRENT_USER\\{_RECEIPT}, which tells what was installed, is damaged: remove it in the "
            "registry editor"
        ) from error
    for key, name, text, before in old:
        # what somebody else wrote there since is theirs
        if _text(registry, key, name) == text:
            if before is None:
                _delete(registry, key, name)
            else:
                _set(registry, key, name, str(before))
    _delete(registry, _RECEIPT, "made")
    return [f"removed HKEY_CURRENT_USER\\{key}" for key in reversed(keys) if _delete_empty(registry, key)]


def _parents(key: str) -> Iterator[str]:
    parts = key.split("\\")
    for count in range(1, len(parts) + 1):
        yield "\\".join(parts[:count])


def _missing(registry: Any, keys: list[str]) -> list[str]:
    """Return the keys that will have to be made, the outer ones first."""
    named = dict.fromkeys(parent for key in (_RECEIPT, *keys) for parent in _parents(key))
    return [key for key in named if not _exists(registry, key)]


def _exists(registry: Any, key: str) -> bool:
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, key):
            return True
    except FileNotFoundError:
        return False


def _text(registry: Any, key: str, name: str) -> str | None:
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, key) as handle:
            return str(registry.QueryValueEx(handle, name)[0])
    except FileNotFoundError:
        return None


def _set(registry: Any, key: str, name: str, text: str) -> None:
    with registry.CreateKeyEx(registry.HKEY_CURRENT_USER, key, 0, registry.KEY_SET_VALUE) as handle:
        registry.SetValueEx(handle, name, 0, registry.REG_SZ, text)


def _delete(registry: Any, key: str, name: str) -> None:
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, key, 0, registry.KEY_SET_VALUE) as handle:
            registry.DeleteValue(handle, name)
    except FileNotFoundError:
        return


def _delete_empty(registry: Any, key: str) -> bool:
    """Remove a key that was made, if nobody has put anything else into it; return whether it is gone."""
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, key) as handle:
            keys, held, _ = registry.QueryInfoKey(handle)
        if keys or held:
            return False
        registry.DeleteKey(registry.HKEY_CURRENT_USER, key)
    except FileNotFoundError:
        return True
    return True


def _notify() -> None:
    # SHCNE_ASSOCCHANGED: icons and menus are read anew
    shell: Any = ctypes.windll.shell32  # type: ignore[attr-defined]
    shell.SHChangeNotify(0x08000000, 0, None, None)
