"""The application that is made for macOS, in a folder here: nobody has tried it on a Mac."""

import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from viewer.core.errors import ViewerError
from viewer.desktop import installing, macos


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }


def test_the_application_starts_this_installation(tmp_path: Path) -> None:
    program = tmp_path / "it's here" / "skyloupe"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    program.chmod(0o755)
    home = tmp_path / "home"
    (home / "Library").mkdir(parents=True)
    before = contents(home)
    macos.install([str(program), "-m"], home=home)
    bundle = home / "Applications" / "Skyloupe.app" / "Contents"
    info = plistlib.loads((bundle / "Info.plist").read_bytes())
    started = [bundle / "MacOS" / info["CFBundleExecutable"], "/data/a b.fits"]
    assert subprocess.run(started, capture_output=True, text=True).stdout == "-m|/data/a b.fits|"
    assert (bundle / "Resources" / info["CFBundleIconFile"]).read_bytes()[:4] == b"icns"
    # what is opened is what is declared
    declared = info["UTImportedTypeDeclarations"][0]
    assert info["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    endings = declared["UTTypeTagSpecification"]["public.filename-extension"]
    assert {"fits", "fit", "fts", "fz"} <= set(endings)
    assert info["CFBundleDocumentTypes"][0]["LSHandlerRank"] == "Alternate"
    said = macos.install([str(program), "-m"], default=True, home=home)
    assert any("Change All" in line for line in said)
    info = plistlib.loads((bundle / "Info.plist").read_bytes())
    assert info["CFBundleDocumentTypes"][0]["LSHandlerRank"] == "Default"
    assert macos.uninstall(home=home)
    assert contents(home) == before
    assert macos.uninstall(home=home) == []


def test_launch_services_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "lsregister"
    tool.write_text(f'#!/bin/sh\n[ -d "$2" ] && echo "$@" >> {tmp_path}/log\n')
    tool.chmod(0o755)
    monkeypatch.setattr(macos, "LSREGISTER", tool)
    home = tmp_path / "home"
    home.mkdir()
    macos.install(["/bin/true"], home=home)
    macos.uninstall(home=home)
    bundle = home / "Applications" / "Skyloupe.app"
    # while the application is there
    assert (tmp_path / "log").read_text() == f"-f {bundle}\n-u {bundle}\n"


def test_nothing_is_half_done(tmp_path: Path) -> None:
    (tmp_path / "Applications").write_text("in the way")
    before = contents(tmp_path)
    with pytest.raises(ViewerError, match="nothing was changed"):
        macos.install(["/bin/true"], home=tmp_path)
    assert contents(tmp_path) == before


def test_on_macos_the_application_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert installing.state()[0] is False
    installing.install()
    assert installing.state()[0] is True
    assert (tmp_path / "Applications" / "Skyloupe.app" / "Contents" / "Info.plist").is_file()
    installing.uninstall()
    assert list(tmp_path.iterdir()) == []
