"""What comes from outside: dropped on any part of the window, pasted, many at once."""

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QWindow
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDockWidget, QLineEdit

from viewer.core.session.settings import load_settings, settings_path
from viewer.ui.arriving import arrive
from viewer.ui.copying import copy_paths
from viewer.ui.dialogs.save import SaveDialog
from viewer.ui.main_window import MainWindow
from viewer.ui.night.export import save_csv
from viewer.ui.pasting import paste
from viewer.ui.question import Question

ODD = ("a b.fits", "q'uo\"te.fits", "100%20.fits", "new\nline.fits", "br[1].fits", f"{'x' * 250}.fits")
BYTES = "b\udcff\udc80.fits"
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def written(path: Path, value: float = 1.0) -> Path:
    fits.writeto(path, np.full((4, 4), value, "f4"))
    return path


def listed(*paths: Path) -> QMimeData:
    """As a file manager hands files over: with every byte that is not ASCII as %xx."""
    lines = [f"file://{quote(os.fsencode(path))}" for path in paths]
    data = QMimeData()
    data.setData("text/uri-list", "\r\n".join(lines).encode())
    # as most of them do, which text fields would take
    data.setText("\n".join(lines))
    return data


def dropped(window, data: QMimeData, where: QPoint, handle: QWindow | None = None):
    """Drag something over a place of the window and let it go there, as the window system tells of it."""
    handle = handle or window.windowHandle()
    action = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    QApplication.sendEvent(handle, QDragEnterEvent(where, action, data, LEFT, PLAIN))
    seen = window.dropping.sign.isVisible()
    event = QDropEvent(QPointF(where), action, data, LEFT, PLAIN)
    QApplication.sendEvent(handle, event)
    assert not window.dropping.sign.isVisible()
    return seen, event


def names(session) -> list[str]:
    return [document.name for document in session.documents]


def test_files_of_any_name_dropped_on_any_part_of_the_window_open(window, session, tmp_path):
    for number, name in enumerate((*ODD, BYTES)):
        written(tmp_path / name, number)
    field = next(each for each in window.findChildren(QLineEdit) if each.isVisible() and each.isEnabled())
    parts = (window.menuBar(), field, window.centralWidget(), window.docks.readout)
    for part, name in zip((*parts, *parts), (*ODD, BYTES), strict=False):
        where = part.mapTo(window, part.rect().center())
        seen, event = dropped(window, listed(tmp_path / name), where)
        # never a move: the file manager would remove the file
        assert seen
        assert event.isAccepted()
        assert event.dropAction() == Qt.DropAction.CopyAction
        assert session.current.source.path == tmp_path / name
        assert np.all(session.picture.frame.pixels.read() == session.documents.index(session.current))
    assert "fits" not in field.text()
    assert {r"b\xff\x80.fits", "new␊line.fits"} <= set(names(session))


def test_panels_in_windows_of_their_own_take_drops_too(window, session, tmp_path):
    late = QDockWidget("Late", window)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, late)
    early = window.findChild(QDockWidget, "Readout")
    for number, dock in enumerate((early, late)):
        dock.setFloating(True)
        dock.show()
        QApplication.processEvents()
        assert dock.windowHandle() is not window.windowHandle()
        dropped(window, listed(written(tmp_path / f"{number}.fits")), QPoint(20, 20), dock.windowHandle())
    assert names(session) == ["0.fits", "1.fits"]


def test_a_large_folder_is_asked_about_and_what_is_no_image_is_said(window, session, tmp_path):
    for number in range(1001):
        (tmp_path / f"{number}.fits").touch()
    dropped(window, listed(tmp_path), QPoint(300, 300))
    (question,) = window.findChildren(Question)
    assert "1,001 images" in question.text()
    question.reject()
    assert window.docks.folder.folder is None
    for name, words in (
        ("night.recipe.json", "is a recipe, not an image"),
        ("sftp://there/a.fits", "does not know addresses that begin with sftp"),
        ("file://elsewhere/a.fits", "is on the computer elsewhere"),
        (str(tmp_path / "gone.fits"), "there is no file"),
        ("", "a file name is missing"),
    ):
        arrive(window, [name])
        assert words in session.last_told[-1][1]


def test_a_folder_dropped_is_listed_and_its_first_image_shown(window, session, sample, tmp_path, qtbot):
    folder = tmp_path / "night"
    folder.mkdir()
    written(folder / "dark.fits")
    (folder / "notes.txt").write_text("nothing to see")
    session.open([sample])
    dropped(window, listed(folder), QPoint(300, 300))
    table = window.docks.folder
    qtbot.waitUntil(lambda: [entry.name for entry in table.model.shown] == ["dark.fits"])
    assert table.isVisible()
    assert names(session) == ["m13.fits", "dark.fits"]
    other = tmp_path / "other"
    other.mkdir()
    written(other / "flat.fits")
    dropped(window, listed(folder, tmp_path / "other"), QPoint(300, 300))
    qtbot.waitUntil(
        lambda: [entry.name for entry in table.model.shown] == ["night/dark.fits", "other/flat.fits"]
    )
    assert table.folder == tmp_path
    assert names(session) == ["m13.fits", "dark.fits"]


def test_what_is_open_comes_to_the_front_unless_it_has_changed(window, session, sample, tmp_path):
    one = written(tmp_path / "one.fits")
    arrive(window, [one, sample, f"{one}[0]"])
    assert names(session) == ["one.fits", "m13.fits", "one.fits[0]"]
    arrive(window, [one])
    assert session.current.name == "one.fits"
    assert len(session.documents) == 3
    fits.writeto(one, np.full((4, 4), 7, "f4"), overwrite=True)
    os.utime(one, (1e9, 1e9))
    arrive(window, [one])
    assert len(session.documents) == 4
    assert np.all(session.picture.frame.pixels.read() == 7)


def test_who_clicks_again_before_the_image_is_there_gets_it_once(live, sample, tmp_path, qtbot):
    window = MainWindow(live)
    qtbot.addWidget(window)
    one = written(tmp_path / "one.fits")
    for _ in range(3):
        arrive(window, [one])
        arrive(window, [sample, one])
    qtbot.waitUntil(lambda: not live.jobs.running, timeout=20_000)
    assert sorted(names(live)) == ["m13.fits", "one.fits"]


def test_files_arrive_although_the_working_folder_is_gone(window, session, sample, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    arrive(window, [sample])
    assert names(session) == ["m13.fits"]
    window.close_all()
    QGuiApplication.clipboard().setText(f"{sample}")
    paste(window)
    assert names(session) == ["m13.fits"]


def test_words_in_the_clipboard_are_no_files_and_paths_are_however_quoted(window, session, tmp_path):
    written(tmp_path / "a b.fits")
    written(tmp_path / "br[1].fits")
    written(tmp_path / "c.fits")
    text = f"'{tmp_path}/a b.fits' {tmp_path}/c.fits[0]\n\"{tmp_path}/br[1].fits\"\nwhat a night\nand a moon"
    QGuiApplication.clipboard().setText(text)
    paste(window)
    assert names(session) == ["a b.fits", "c.fits[0]", "br[1].fits"]
    assert "'what a night' is neither" in session.last_told[-1][1]
    assert "1 other" in session.last_told[-1][1]
    QGuiApplication.clipboard().setText("c.fits")
    paste(window)
    assert names(session)[-1] == "c.fits"


@pytest.mark.parametrize(("choice", "opened"), [("List them", 1), ("Open all", 25), ("Cancel", 0)])
def test_many_files_are_asked_about(window, session, tmp_path, qtbot, choice, opened):
    files = [written(tmp_path / f"{number}.fits") for number in range(25)]
    dropped(window, listed(*files), QPoint(300, 300))
    (question,) = window.findChildren(Question)
    assert "25 files" in question.text()
    assert not session.documents
    next(each for each in question.buttons() if each.text().replace("&", "") == choice).click()
    qtbot.waitUntil(lambda: len(session.documents) == opened)
    if choice == "List them":
        qtbot.waitUntil(lambda: len(window.docks.folder.model.shown) == 25)


def test_an_address_from_a_browser_is_downloaded_shown_and_not_taken_for_a_file_to_keep(
    window, session, tmp_path, monkeypatch
):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.full((4, 4), 3.0), name="B")]).writeto(
        tmp_path / "m 31.fits"
    )
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_words: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/m%2031.fits"
        data = QMimeData()
        data.setData("text/x-moz-url", f"{address}\nA galaxy".encode("utf-16-le"))
        dropped(window, data, QPoint(300, 300))
        QGuiApplication.clipboard().setText(f"{address}[B]")
        paste(window)
        server.shutdown()
        thread.join()
    assert names(session) == ["m 31.fits", "m 31.fits[B]"]
    for document in session.documents:
        assert session.is_download(document.source.path)
        assert document.file is None
    assert session.settings.recent == ()
    window.saving.save(session.documents[0])
    (dialog,) = window.findChildren(SaveDialog)
    assert not session.is_download(Path(dialog.directory().absolutePath(), "m 31.fits"))
    dialog.reject()
    folder = session.documents[0].source.path.parent.parent
    session.finish()
    assert not folder.exists()


def test_recent_files_open_by_a_number_and_those_that_are_gone_are_greyed(window, session, sample, tmp_path):
    one, two = written(tmp_path / BYTES), written(tmp_path / "a&b.fits")
    session.open([one, two, sample])
    two.unlink()
    for document in tuple(session.documents):
        session.close(document)
    menu = window.menus.recent
    menu.popup(QPoint(0, 0))
    entries = [action for action in menu.actions() if action.text()]
    texts = [action.text().split("\t")[0] for action in entries]
    assert texts == ["&1  m13.fits", "&2  a&&b.fits", r"&3  b\xff\x80.fits", "Clear the list"]
    assert [action.isEnabled() for action in entries] == [True, False, True, True]
    QTest.keyClick(menu, Qt.Key.Key_3)
    assert session.current.source.path == one
    menu.fill()
    next(action for action in menu.actions() if action.text() == "Clear the list").trigger()
    assert session.settings.recent == ()
    assert not menu.isEnabled()


def test_the_bytes_of_a_name_come_back_from_the_table_the_clipboard_and_the_settings(
    window, session, tmp_path, qtbot
):
    path = written(tmp_path / BYTES)
    window.show_folder(tmp_path)
    table = window.docks.folder
    qtbot.waitUntil(lambda: table.model.rowCount() == 1)
    cell = table.model.index(0, 0)
    assert r"b\xff\x80.fits" in cell.data()
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == rf"{tmp_path}/b\xff\x80.fits"
    qtbot.waitUntil(lambda: names(session) == [r"b\xff\x80.fits"])
    session.close(session.current)
    copy_paths([path])
    assert QGuiApplication.clipboard().text() == rf"{tmp_path}/b\xff\x80.fits"
    paste(window)
    assert session.current.source.path == path
    assert load_settings(settings_path()).recent == (str(path),)
    save_csv(session, tmp_path / "table.csv", table.model.entries, table.model.columns)
    assert rb"b\xff\x80.fits" in (tmp_path / "table.csv").read_bytes()
