"""What is written into the registry, and that it is as before when it is taken back.

The registry is a small stand-in: nobody has tried this on Windows.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from viewer.core.errors import ViewerError
from viewer.core.session.folder import FITS_SUFFIXES
from viewer.desktop import installing, windows

WORDS = (r"C:\Program Files\Python\pythonw.exe", "-P", "-m", "viewer")
COMMAND = r"Software\Classes\Skyloupe.FITS\shell\open\command"


class Registry:
    """As much of winreg as is used, with its errors."""

    HKEY_CURRENT_USER, KEY_READ, KEY_SET_VALUE, REG_SZ = object(), 1, 2, 1

    def __init__(self, *keys: str) -> None:
        self.keys: dict[str, dict[str, str]] = {}
        self.writes_left = 1000
        for key in keys:
            self._make(key)

    def _make(self, key: str) -> None:
        parts = key.split("\\")
        for count in range(1, len(parts) + 1):
            self.keys.setdefault("\\".join(parts[:count]), {})

    @contextmanager
    def OpenKey(self, root: object, key: str, reserved: int = 0, access: int = KEY_READ) -> Iterator[str]:
        assert root is self.HKEY_CURRENT_USER
        if key not in self.keys:
            raise FileNotFoundError(2, key)
        yield key

    @contextmanager
    def CreateKeyEx(self, root: object, key: str, reserved: int, access: int) -> Iterator[str]:
        assert root is self.HKEY_CURRENT_USER
        self._make(key)
        yield key

    def SetValueEx(self, key: str, name: str, reserved: int, kind: int, value: str) -> None:
        self.writes_left -= 1
        if self.writes_left == 0:
            raise PermissionError(13, "Access is denied")
        self.keys[key][name] = value

    def QueryValueEx(self, key: str, name: str) -> tuple[str, int]:
        if name not in self.keys[key]:
            raise FileNotFoundError(2, name)
        return self.keys[key][name], self.REG_SZ

    def DeleteValue(self, key: str, name: str) -> None:
        if self.keys[key].pop(name, None) is None:
            raise FileNotFoundError(2, name)

    def QueryInfoKey(self, key: str) -> tuple[int, int, int]:
        below = [each for each in self.keys if each.rpartition("\\")[0] == key]
        return len(below), len(self.keys[key]), 0

    def DeleteKey(self, root: object, key: str) -> None:
        assert root is self.HKEY_CURRENT_USER
        assert self.QueryInfoKey(key) == (0, 0, 0)
        del self.keys[key]


@pytest.fixture
def registry() -> Registry:
    """One in which another program opens .fits files."""
    made = Registry(r"Software\Classes\.fits\OpenWithProgids", r"Software\RegisteredApplications")
    made.keys[r"Software\Classes\.fits"][""] = "Other.FITS"
    made.keys[r"Software\Classes\.fits\OpenWithProgids"]["Other.FITS"] = ""
    made.keys[r"Software\RegisteredApplications"]["Other"] = r"Software\Other"
    return made


def copied(registry: Registry) -> dict[str, dict[str, str]]:
    return {key: dict(values) for key, values in registry.keys.items()}


def install(registry: Registry, **options: Any) -> list[str]:
    return windows.install(WORDS, registry=registry, notify=lambda: None, **options)


def test_each_ending_can_be_opened_with_skyloupe(registry: Registry) -> None:
    told = []
    windows.install(WORDS, registry=registry, notify=lambda: told.append("changed"))
    assert registry.keys[COMMAND][""] == r'"C:\Program Files\Python\pythonw.exe" -P -m viewer "%1"'
    for suffix in FITS_SUFFIXES:
        if "." not in suffix:
            key = rf"Software\Classes\.{suffix}\OpenWithProgids"
            assert windows.PROGID in registry.keys[key]
    # what opens them is the user's to choose
    assert registry.keys[r"Software\Classes\.fits"] == {"": "Other.FITS"}
    capabilities = registry.keys[r"Software\RegisteredApplications"]["Skyloupe"]
    assert registry.keys[rf"{capabilities}\FileAssociations"][".fits"] == windows.PROGID
    assert told == ["changed"]


@pytest.mark.parametrize("default", [False, True])
def test_the_registry_is_left_as_it_was(registry: Registry, default: bool) -> None:
    before = copied(registry)
    install(registry, default=default)
    install(registry, default=default)
    assert registry.keys[r"Software\Classes\.fits"][""] == ("Skyloupe.FITS" if default else "Other.FITS")
    assert windows.uninstall(registry=registry, notify=lambda: None)
    assert registry.keys == before
    assert windows.uninstall(registry=registry) == []


def test_what_others_wrote_meanwhile_is_kept(registry: Registry) -> None:
    install(registry, default=True)
    registry.keys[r"Software\Classes\.fit"][""] = "Third.FITS"
    registry.keys[r"Software\Classes\.fts\OpenWithProgids"]["Third.FITS"] = ""
    windows.uninstall(registry=registry, notify=lambda: None)
    assert registry.keys[r"Software\Classes\.fit"] == {"": "Third.FITS"}
    assert registry.keys[r"Software\Classes\.fts\OpenWithProgids"] == {"Third.FITS": ""}
    assert r"Software\Classes\.fz" not in registry.keys


def test_nothing_is_half_done(registry: Registry) -> None:
    before = copied(registry)
    registry.writes_left = 12
    with pytest.raises(ViewerError, match="nothing was changed, as the registry"):
        install(registry, default=True)
    assert registry.keys == before


def test_a_registry_that_can_only_be_read_is_told(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_words: object) -> None:
        raise PermissionError(13, "Access is denied")

    install(registry)
    before = copied(registry)
    monkeypatch.setattr(registry, "DeleteValue", denied)
    monkeypatch.setattr(registry, "SetValueEx", denied)
    with pytest.raises(ViewerError, match="Access is denied"):
        install(registry)
    assert registry.keys == before


def test_a_receipt_that_cannot_be_followed_is_told(registry: Registry) -> None:
    install(registry)
    registry.keys[r"Software\Skyloupe\Desktop"]["made"] = "[]"
    with pytest.raises(ViewerError, match="damaged"):
        windows.uninstall(registry=registry)


def test_without_a_terminal_the_program_still_does_what_it_is_told(sample: Path) -> None:
    # as pythonw starts it
    closed = "import os, sys; os.closerange(1, 3); os.execv(sys.argv[1], sys.argv[1:])"
    program = [sys.executable, "-P", "-m", "viewer", "info", sample]
    assert subprocess.run([sys.executable, "-c", closed, *program], timeout=60).returncode == 0


def test_on_windows_the_registry_is_written(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    before, asked = copied(registry), []

    def run(words: list[object], **_options: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(words)
        return subprocess.CompletedProcess(words, len(asked) - 1)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(windows, "_notify", lambda: None)
    monkeypatch.setattr(subprocess, "run", run)
    assert installing.state()[0] is False
    assert any("Open with" in line for line in installing.install())
    assert registry.keys[COMMAND][""] == f'{sys.executable} -P -m viewer "%1"'
    assert installing.state()[0] is True
    installing.uninstall()
    assert registry.keys == before
    assert installing.uninstall() == [installing.NOTHING]
    # a checkout that is not installed cannot be started from elsewhere
    with pytest.raises(ViewerError, match="not installed"):
        installing.install()
