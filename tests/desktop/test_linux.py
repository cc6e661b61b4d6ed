"""Installed on a Linux desktop and taken back: the whole home folder is looked at."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from viewer.cli import main
from viewer.core.errors import ViewerError
from viewer.desktop import databases, linux
from viewer.desktop.changes import Changes
from viewer.desktop.places import Places
from viewer.desktop.receipt import Receipt

OTHER = "[Desktop Entry]\nType=Application\nName=Other Viewer\nExec=true %F\nMimeType=image/fits;\n"
MIME = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-mine"><comment>mine</comment><glob pattern="*.mine"/></mime-type>
</mime-info>
"""
MIMEAPPS = """
# mine
[Added Associations]
image/png=gimp.desktop;

[Default Applications]
text/plain=editor.desktop
image/fits=gone.desktop;other.desktop

[Removed Associations]
x/y=z.desktop"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desktop's tools need not wait for the disk."""
    monkeypatch.setenv("PKGSYSTEM_ENABLE_FSYNC", "0")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A home folder, and a system in which another program opens FITS files."""
    system = tmp_path / "usr"
    (system / "mime" / "application").mkdir(parents=True)
    (system / "mime" / "application" / "fits.xml").write_text("<mime-type/>")
    (system / "applications").mkdir()
    (system / "applications" / "other.desktop").write_text(OTHER)
    (system / "applications" / "mimeinfo.cache").write_text("[MIME Cache]\nimage/fits=other.desktop;\n")
    home = tmp_path / "home of müller"
    home.mkdir()
    return Places(
        home, home / ".local" / "share", home / ".config", (system,), (tmp_path / "etc",), ("lxde",)
    )


@pytest.fixture
def program(tmp_path: Path) -> tuple[str]:
    """What is installed."""
    path = tmp_path / "bin" / "skyloupe"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return (str(path),)


def empty(places: Places) -> None:
    pass


def settled(places: Places) -> None:
    """Somebody has lived here: types, entries, defaults and icons of other programs, with their databases."""
    for path, text in {
        places.mime / "packages" / "mine.xml": MIME,
        places.applications / "mine.desktop": OTHER.replace("image/fits", "application/x-mine"),
        places.config / "mimeapps.list": MIMEAPPS,
        places.config / "lxde-mimeapps.list": "[Default Applications]\napplication/fits=other.desktop;\n",
        places.icons / "48x48" / "apps" / "mine.png": "no picture",
        places.data / "thumbnailers" / "mine.thumbnailer": "[Thumbnailer Entry]\n",
        places.applications / "skyloupe.desktop": "[Desktop Entry]\nName=made by hand\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for tool, *arguments in (
        ("update-mime-database", places.mime),
        ("update-desktop-database", places.applications),
        ("gtk-update-icon-cache", "-f", "-t", "-q", places.icons),
    ):
        if shutil.which(tool):
            subprocess.run([tool, *arguments], check=True, capture_output=True)


def never_updated(places: Places) -> None:
    """A package that nobody has told the database of, and a link to a list that is kept elsewhere."""
    (places.mime / "packages").mkdir(parents=True)
    (places.mime / "packages" / "mine.xml").write_text(MIME)
    places.applications.mkdir()
    (places.applications / "mine.desktop").write_text(OTHER)
    (places.home / "dotfiles").mkdir()
    (places.home / "dotfiles" / "apps").write_bytes(b"[Default Applications]\r\nx/y=\xff.desktop\n")
    places.config.mkdir()
    (places.config / "mimeapps.list").symlink_to(places.home / "dotfiles" / "apps")


def contents(places: Places) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(places.home)): (
            os.fsencode(path.readlink())
            if path.is_symlink()
            else None
            if path.is_dir()
            else path.read_bytes()
        )
        for path in places.home.rglob("*")
    }


@pytest.mark.parametrize("default", [False, True])
@pytest.mark.parametrize("furnish", [empty, settled, never_updated])
def test_the_home_folder_is_left_as_it_was(
    places: Places, program: tuple[str], furnish: Callable[[Places], None], default: bool
) -> None:
    furnish(places)
    before = contents(places)
    linux.install(program, default=default, places=places)
    assert f"Exec={program[0]} %F\n" in (places.applications / "skyloupe.desktop").read_text()
    # again, after the program was moved
    moved = ("/opt/sky loupe/bin/skyloupe",)
    linux.install(moved, default=default, places=places)
    assert 'Exec="/opt/sky loupe/bin/skyloupe" %F\n' in (places.applications / "skyloupe.desktop").read_text()
    assert linux.uninstall(places=places)
    assert contents(places) == before
    assert linux.uninstall(places=places) == []
    assert contents(places) == before


def test_what_others_changed_meanwhile_is_kept(places: Places, program: tuple[str]) -> None:
    settled(places)
    linux.install(program, default=True, places=places)
    apps = places.config / "mimeapps.list"
    changed = apps.read_text()
    assert "image/fits=skyloupe.desktop;gone.desktop;other.desktop;\n" in changed
    apps.write_text(changed.replace("text/plain=editor", "a/b=c.desktop\ntext/plain=other"))
    (places.data / "thumbnailers" / "skyloupe.thumbnailer").write_text("changed")
    (places.mime / "packages" / "skyloupe.xml").unlink()
    (places.data / "icons" / "hicolor" / "48x48" / "apps" / "skyloupe.png").write_text("changed too")
    said = linux.install(program, places=places)
    kept = places.icons / "48x48" / "apps" / "skyloupe.png.old"
    assert kept.read_text() == "changed too"
    assert any(str(kept) in line for line in said)
    (places.data / "thumbnailers" / "skyloupe.thumbnailer").write_text("changed again")
    said = linux.uninstall(places=places)
    assert apps.read_text() == MIMEAPPS.replace("text/plain=editor", "a/b=c.desktop\ntext/plain=other")
    aside = places.data / "thumbnailers" / "skyloupe.thumbnailer.old"
    assert aside.read_text() == "changed"
    aside = aside.with_name("skyloupe.thumbnailer.old1")
    assert aside.read_text() == "changed again"
    assert any(str(aside) in line for line in said)
    assert not (places.data / "thumbnailers" / "skyloupe.thumbnailer").exists()


def test_what_opens_fits_files_goes_on_doing_so_unless_asked(places: Places, program: tuple[str]) -> None:
    apps = places.config / "mimeapps.list"
    said = linux.install(program, places=places)
    assert "image/fits=other.desktop;\n" in apps.read_text()
    assert any("still opened with Other Viewer" in line for line in said)
    linux.install(program, default=True, places=places)
    assert apps.read_text().startswith("[Default Applications]\napplication/fits=skyloupe.desktop;\n")
    # who asked once has asked
    linux.install(program, places=places)
    assert "other.desktop" not in apps.read_text()
    linux.uninstall(places=places)
    assert not apps.exists()
    (places.system_data[0] / "applications" / "other.desktop").unlink()
    assert "FITS files are opened with Skyloupe from now on" in linux.install(program, places=places)
    assert not apps.exists()


def test_what_is_said_helps(places: Places, program: tuple[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert linux.state(program, places=places) == (
        False,
        "Your desktop does not know Skyloupe yet; Other Viewer opens FITS files.",
    )
    monkeypatch.setattr(shutil, "which", lambda _tool: None)
    said = linux.install(program, default=True, places=replace(places, desktops=("ubuntu", "gnome")))
    assert any("update-mime-database is not here (package shared-mime-info)" in line for line in said)
    assert any(line.startswith("GNOME's Files") and program[0] in line for line in said)
    assert "A double click on a FITS file opens it" in linux.state(program, places=places)[1]
    assert "another installation" in linux.state(("/elsewhere/skyloupe",), places=places)[1]
    said = linux.install(("/usr/bin/skyloupe",), places=replace(places, desktops=("gnome",)))
    assert not any("GNOME" in line for line in said)
    said = linux.install(program, places=replace(places, desktops=("kde",)))
    assert any("Dolphin" in line and "Previews" in line for line in said)
    entry = places.applications / "skyloupe.desktop"
    entry.unlink()
    entry.mkdir()
    with pytest.raises(ViewerError, match=r"skyloupe\.desktop cannot be read"):
        linux.state(program, places=places)


def test_nothing_is_half_done(places: Places, program: tuple[str]) -> None:
    settled(places)
    shutil.rmtree(places.data / "thumbnailers")
    # where a folder should be made, for everything else was written
    (places.data / "thumbnailers").write_text("a file")
    before = contents(places)
    with pytest.raises(ViewerError, match=r"nothing was changed, as .*thumbnailer"):
        linux.install(program, default=True, places=places)
    assert contents(places) == before
    (places.data / "thumbnailers").unlink()
    linux.install(program, places=places)
    before = contents(places)
    # an installation that is replaced is there still if the new one fails
    apps = places.config / "mimeapps.list"
    apps.unlink()
    apps.mkdir()
    with pytest.raises(ViewerError, match=r"nothing was changed|mimeapps\.list"):
        linux.install(program, default=True, places=places)
    after = contents(places)
    del before[".config/mimeapps.list"], after[".config/mimeapps.list"]
    assert after == before


def test_an_installation_that_was_killed_is_taken_back(
    places: Places, program: tuple[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    never_updated(places)
    before = contents(places)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # it ends where it is, and nobody tidies up
        patch.setattr(databases, "renew", killed)
        patch.setattr(Changes, "__exit__", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            linux.install(program, default=True, places=places)
    assert (places.applications / "skyloupe.desktop").exists()
    linux.uninstall(places=places)
    assert contents(places) == before


def test_what_was_killed_between_two_steps_is_taken_back(
    places: Places, program: tuple[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    never_updated(places)
    before = contents(places)
    linux.install(program, default=True, places=places)
    # written, and killed before they got their names
    for path in (places.icons / "16x16" / "apps" / "skyloupe.png", places.config / "mimeapps.list"):
        whole = path.resolve()
        shutil.copy(whole, whole.with_name(".0123456789abcdef.part"))
    remove_folder, left = Changes.remove_folder, 3

    def killed(changes: Changes, path: Path) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        remove_folder(changes, path)

    with monkeypatch.context() as patch:
        patch.setattr(Changes, "remove_folder", killed)
        patch.setattr(Changes, "__exit__", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            linux.uninstall(places=places)
    assert contents(places) != before
    linux.uninstall(places=places)
    assert contents(places) == before


def test_a_receipt_that_cannot_be_followed_is_told(places: Places, program: tuple[str]) -> None:
    linux.install(program, places=places)
    before = contents(places)
    for text, sentence in (
        ("{", "damaged"),
        ('{"version": 1}', "damaged"),
        ('{"version": 2}', "newer Skyloupe"),
    ):
        places.receipt.write_text(text)
        with pytest.raises(ViewerError, match=sentence):
            linux.uninstall(places=places)
    places.receipt.write_bytes(before[str(places.receipt.relative_to(places.home))] or b"")
    assert contents(places) == before


def test_a_home_folder_of_somebody_else_is_left_alone(
    places: Places, program: tuple[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: places.home.stat().st_uid + 1)
    with pytest.raises(ViewerError, match="without sudo"):
        linux.install(program, places=places)
    assert contents(places) == {}


def test_the_command_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_DATA_HOME": "",
        "XDG_CONFIG_HOME": "relative/is/invalid",
    }
    # no display is needed
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "viewer", *options], env=environment, capture_output=True, text=True
        )

    done = run("--install-desktop")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"wrote {home}/.local/share/applications/skyloupe.desktop\n" in done.stdout
    assert run("--uninstall-desktop").returncode == 0
    assert list(home.iterdir()) == []
    for options in (["--default"], ["--uninstall-desktop", "--default"], ["--install-desktop", "a.fits"]):
        assert main(options) == 2
    (home / ".local").write_text("in the way")
    done = run("--install-desktop")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"{home}/.local" in done.stderr


def test_a_receipt_holds_any_name() -> None:
    name = Path(os.fsdecode(b"/home/\xff \n"))
    assert b"\\udcff" in Receipt(folders=[name]).text()
