"""The dialog for files: a picture of what is selected that holds nothing up, and where it begins."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QFileSystemModel, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QSplitter, QTreeView
from pytestqt.qtbot import QtBot

from viewer.commands.thumbnail import drawn
from viewer.core.session.session import Session
from viewer.ui import folders, preview_pane
from viewer.ui.folders import answering, file_dialog, folder_of
from viewer.ui.open_dialog import open_dialog
from viewer.ui.preview_pane import SIDE, PreviewPane


@pytest.fixture
def opened(session: Session, sample: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[QFileDialog]:
    """The dialog in a folder with a frame, a damaged file and a folder."""
    folder = tmp_path / "night"
    folder.mkdir()
    (folder / "m13.fits").write_bytes(sample.read_bytes())
    (folder / "broken.fits").write_text("no image\n" * 50)
    (folder / "inside").mkdir()
    session.settings = replace(session.settings, folder=str(folder))
    dialog = open_dialog(None, session)
    dialog.open()
    model = dialog.findChild(QFileSystemModel)
    assert model is not None
    qtbot.waitUntil(lambda: model.rowCount(model.index(str(folder))) == 3)
    yield dialog
    if dialog.isVisible():
        dialog.reject()
    qtbot.waitUntil(lambda: not preview_pane._running)


def select(dialog: QFileDialog, name: str) -> PreviewPane:
    tree, pane = dialog.findChild(QTreeView), dialog.findChild(PreviewPane)
    assert tree is not None
    assert pane is not None
    model = tree.model()
    for row in range(model.rowCount(tree.rootIndex())):
        index = model.index(row, 0, tree.rootIndex())
        if index.data() == name:
            tree.setCurrentIndex(index)
    return pane


def as_array(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = image.bits()
    assert bits is not None
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint32).reshape(image.height(), image.width()).copy()


def test_what_is_selected_is_seen(opened: QFileDialog, qtbot: QtBot, sample: Path) -> None:
    pane = select(opened, "m13.fits")
    assert pane.words.text() == "m13.fits"
    qtbot.waitUntil(lambda: not pane.picture.image.isNull(), timeout=20_000)
    expected = drawn(str(sample), Path("nowhere.png"), SIDE).colours
    assert np.array_equal(as_array(pane.picture.image), expected)
    assert pane.words.text().splitlines()[0] == "m13.fits"
    assert "Size: 300 × 300" in pane.words.text()
    # what is painted is that picture
    grabbed = as_array(pane.picture.grab().toImage())
    assert np.count_nonzero(np.isin(grabbed, expected)) > expected.size / 2
    select(opened, "inside")
    assert pane.words.text() == ""
    select(opened, "broken.fits")
    qtbot.waitUntil(lambda: "\n" in pane.words.text(), timeout=20_000)
    assert pane.words.text().splitlines()[1].startswith("broken.fits is not a FITS file")
    assert pane.picture.image.isNull()
    # what was seen before is there at once
    select(opened, "m13.fits")
    assert not pane.picture.image.isNull()
    written = Path(pane._folder)
    assert list(written.iterdir()) == []
    opened.reject()
    assert not written.exists()


def test_a_package_of_the_same_name_in_the_folder_is_not_run(
    sample: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "viewer").mkdir()
    (tmp_path / "viewer" / "__init__.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    pane = PreviewPane()
    qtbot.addWidget(pane)
    pane.show_file(str(sample))
    qtbot.waitUntil(lambda: "\n" in pane.words.text(), timeout=20_000)
    pane.close_down()
    assert "Size: 300 × 300" in pane.words.text()
    qtbot.waitUntil(lambda: not preview_pane._running)


def test_a_file_that_takes_for_ever_holds_nothing_up(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless, started = tmp_path / "endless.sh", tmp_path / "started"
    endless.write_text(f"#!/bin/sh\necho $$ >> {started}\nexec sleep 100\n")
    endless.chmod(0o755)
    monkeypatch.setattr(preview_pane.sys, "executable", str(endless))
    session.settings = replace(session.settings, folder=str(tmp_path))
    dialog = open_dialog(None, session)
    dialog.open()
    line, pane = dialog.findChild(QLineEdit), dialog.findChild(PreviewPane)
    assert line is not None
    assert pane is not None
    pane.show_file(str(tmp_path / "one.fits"))
    qtbot.waitUntil(lambda: pane._process is not None)
    before = time.monotonic()
    line.setFocus()
    QTest.keyClicks(line, "broken.fits")
    assert line.text() == "broken.fits"
    # walking through many files starts none of them, and ends the one before
    for number in range(50):
        pane.show_file(str(tmp_path / f"{number}.fits"))
        QApplication.processEvents()
    assert time.monotonic() - before < 5
    pane.show_file("")
    dialog.reject()
    qtbot.waitUntil(lambda: not preview_pane._running)
    pids = [int(pid) for pid in started.read_text().split()]
    assert 1 <= len(pids) <= 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_no_room_for_a_picture_is_said(
    opened: QFileDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    pane = select(opened, "m13.fits")
    qtbot.waitUntil(lambda: pane.words.text() == "m13.fits\nNo preview: No such file or directory")


def test_it_keeps_its_size_and_leaves_other_programs_lists_alone(
    opened: QFileDialog, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    added = [url.toLocalFile() for url in opened.sidebarUrls()]
    assert added[-1] == str(tmp_path / "night")
    splitter = opened.findChild(QSplitter)
    assert splitter is not None
    opened.resize(790, 560)
    splitter.setSizes([100, 400, 270])
    sizes = splitter.sizes()
    opened.reject()
    assert str(tmp_path / "night") not in [url.toLocalFile() for url in opened.sidebarUrls()]
    again = open_dialog(None, session)
    parts = again.findChild(QSplitter)
    assert parts is not None
    again.open()
    assert (again.width(), again.height()) == (790, 560)
    assert parts.sizes() == sizes
    again.reject()


def test_the_next_dialog_begins_where_this_one_ended(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    session.set_settings(session.settings.remember(str(one / "a.fits")))
    assert folder_of(session) == one
    dialog = file_dialog(None, session, "Save", "b.fits")
    dialog.open()
    assert dialog.selectedFiles() == [str(one / "b.fits")]
    dialog.setDirectory(str(other))
    dialog.accept()
    assert folder_of(session) == other
    other.rmdir()
    # a folder that is gone: the one of the newest file
    assert folder_of(session) == one
    odd = tmp_path / os.fsdecode(b"odd\xff")
    odd.mkdir()
    session.set_settings(session.settings.remember(str(odd / "a.fits")))
    # Qt knows no folder of such a name
    assert folder_of(session) == one


def test_a_folder_that_does_not_answer_is_not_waited_for(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, answer = tmp_path / "good", tmp_path / "bad", threading.Event()
    good.mkdir()
    bad.mkdir()

    def look(folder: Path) -> bool:
        return answer.wait(60) if folder == bad else folder.is_dir()

    monkeypatch.setattr(folders, "_is_folder", look)
    before = time.monotonic()
    assert answering([bad, good, tmp_path / "none"], 0.05) == [good]
    session.settings = replace(session.settings, folder=str(bad), recent=(str(good / "a.fits"),))
    assert folder_of(session) == good
    assert time.monotonic() - before < 5
    answer.set()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(5)
