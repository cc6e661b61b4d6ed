"""The command that the desktop starts is the installation that runs."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from viewer.core.errors import ViewerError
from viewer.desktop.launcher import launcher


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation without scripts."""
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "__main__.py")])
    monkeypatch.delenv("APPIMAGE", raising=False)
    return tmp_path


def script(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    path.chmod(mode)
    return path


def test_what_was_typed_comes_first(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = script(nowhere / "scripts" / "skyloupe")
    assert launcher() == (str(beside),)
    # a link, such as pipx makes, is what stays when the rest is renewed
    link = nowhere / "bin" / "skyloupe"
    link.parent.mkdir()
    link.symlink_to(beside)
    monkeypatch.setattr(sys, "argv", ["bin/skyloupe"])
    monkeypatch.chdir(nowhere)
    assert launcher() == (str(link),)
    image = script(nowhere / "Skyloupe.AppImage")
    monkeypatch.setenv("APPIMAGE", str(image))
    assert launcher() == (str(image),)


def test_without_a_script_python_is_started(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(nowhere / "scripts" / "skyloupe", 0o644)
    asked = []

    def run(words: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        asked.append((words, options["cwd"]))
        return subprocess.CompletedProcess(words, len(asked) - 1)

    monkeypatch.setattr(subprocess, "run", run)
    # -P: a folder called viewer beside a FITS file must not be what is started
    assert launcher() == (sys.executable, "-P", "-m", "viewer")
    assert asked == [([sys.executable, "-P", "-m", "viewer", "--version"], "/")]
    with pytest.raises(ViewerError, match="not installed"):
        launcher()
