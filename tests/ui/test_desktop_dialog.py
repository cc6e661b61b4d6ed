"""Help > Open FITS files with Skyloupe: installs and removes for real, in a home folder of its own."""

import sys
from pathlib import Path

from viewer.ui.dialogs.desktop import DesktopDialog


def test_the_desktop_learns_of_skyloupe_and_forgets_it(window, own_settings: Path, monkeypatch, qtbot):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(own_settings / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own_settings / "config"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(own_settings / "system"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(own_settings / "system"))
    before = {path: path.read_bytes() for path in own_settings.rglob("*") if path.is_file()}
    entry = own_settings / "data" / "applications" / "skyloupe.desktop"

    made = next(each for each, _ in window.menus._made if each.text() == "Open FITS files with Skyloupe…")
    made.trigger()
    dialog = window.findChild(DesktopDialog)
    assert "does not know Skyloupe yet; nothing opens" in dialog.state.text()
    assert not dialog.remove.isEnabled()

    dialog.install.click()
    assert "opens it with Skyloupe" in dialog.state.text()
    assert f"Wrote {entry}" in dialog.done.toPlainText()
    assert entry.read_text().count("MimeType=")
    assert "application/fits=skyloupe.desktop;" in (own_settings / "config" / "mimeapps.list").read_text()

    entry.write_text(entry.read_text().replace("Exec=", "Exec=/elsewhere"))
    dialog.close()
    made.trigger()
    dialog = window.findChildren(DesktopDialog)[-1]
    assert "another installation" in dialog.state.text()
    assert dialog.remove.isEnabled()
    entry.unlink()
    entry.mkdir()
    dialog.install.click()
    assert dialog.problem.isVisible()
    assert "nothing was changed" in dialog.problem.text().lower()
    entry.rmdir()

    dialog.remove.click()
    assert not dialog.remove.isEnabled()
    assert not dialog.problem.isVisible()
    assert {path: path.read_bytes() for path in own_settings.rglob("*") if path.is_file()} == before
    dialog.close()
