"""The window, driven as a person would, judged by the session and the pixels on the screen."""

import threading

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.render.viewport import Orientation
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.grid import Grid
from viewer.ui.main_window import MainWindow
from viewer.ui.start_page import StartPage


@pytest.fixture
def star(tmp_path):
    """A dark frame of 40 by 30 with one bright pixel at column 30, row 5 (FITS 31, 6)."""
    data = np.zeros((30, 40), "f4")
    data[5, 30] = 100
    path = tmp_path / "star.fits"
    fits.writeto(path, data)
    return path


def picture_of(window) -> np.ndarray:
    """Red channel of what the picture area shows, (rows, columns) from the top left."""
    size = None
    while size != window.session.screen_size:
        size = window.session.screen_size
        QApplication.processEvents()
    shot = window.image_view.graphics.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = shot.constBits().asarray(shot.sizeInBytes())
    pixels = np.frombuffer(buffer, np.uint8).reshape(shot.height(), shot.bytesPerLine() // 4, 4)
    return pixels[:, : shot.width(), 2]


def wheel(window, x: float, y: float, notches: int) -> None:
    area = window.image_view.graphics.viewport()
    where = QPointF(x, y)
    event = QWheelEvent(
        where,
        QPointF(area.mapToGlobal(where.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(area, event)


def drag(window, button, start: QPoint, end: QPoint) -> None:
    area = window.image_view.graphics.viewport()
    QTest.mousePress(area, button, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(area, start + (end - start) * step / 5)
    QTest.mouseRelease(area, button, pos=end)


def test_the_bundled_sample_is_a_good_picture_at_once(window, session, sample):
    session.open([sample])
    shown = picture_of(window).astype(float)
    height, width = shown.shape
    middle = shown[height // 2 - 100 : height // 2 + 100, width // 2 - 100 : width // 2 + 100]
    assert middle.mean() > 60, "the cluster is bright"
    corner = shown[height // 2 - 330 : height // 2 - 250, width // 2 - 330 : width // 2 - 250]
    assert 3 < corner.mean() < middle.mean(), "the sky is dark, not black"
    assert "m13.fits" in window.windowTitle()


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flip_x", [False, True])
@pytest.mark.parametrize("flip_y", [False, True])
def test_the_bright_pixel_is_where_the_session_says(window, session, star, turns, flip_x, flip_y):
    session.open([star])
    session.set_orientation(Orientation(flip_x, flip_y, turns))
    shown = picture_of(window)
    rows, columns = np.nonzero(shown > 200)
    x, y = session.viewport().to_screen(30, 5)
    # the median: while the window is being completed, a few pixels in the corner may be bright for a moment
    assert np.median(columns) + 0.5 == pytest.approx(x, abs=1)
    assert np.median(rows) + 0.5 == pytest.approx(y, abs=1)
    zoom = session.viewport().zoom
    assert len(rows) == pytest.approx(zoom**2, rel=0.1)


def test_the_first_row_is_at_the_bottom(window, session, star):
    session.open([star])
    rows, columns = np.nonzero(picture_of(window) > 200)
    height, width = picture_of(window).shape
    assert rows.mean() > height / 2
    assert columns.mean() > width / 2


def test_the_wheel_zooms_about_the_pointer(window, session, star):
    session.open([star])
    session.zoom_to(8.0)
    x, y = session.viewport().to_screen(30, 5)
    wheel(window, x, y, 3)
    assert session.viewport().zoom == pytest.approx(8 * 1.25**3)
    rows, columns = np.nonzero(picture_of(window) > 200)
    assert np.median(columns) == pytest.approx(x, abs=session.viewport().zoom / 2)
    assert np.median(rows) == pytest.approx(y, abs=session.viewport().zoom / 2)


def test_dragging_pans_and_the_pixel_stays_under_the_pointer(window, session, star):
    session.open([star])
    start = QPoint(500, 400)
    held = session.viewport().to_image(start.x() + 0.5, start.y() + 0.5)
    drag(window, Qt.MouseButton.LeftButton, start, QPoint(450, 380))
    np.testing.assert_allclose(session.viewport().to_image(450.5, 380.5), held, atol=0.02)


def test_dragging_right_changes_contrast_and_bias_and_the_picture(window, session, sample):
    session.open([sample])
    before = picture_of(window).copy()
    drag(window, Qt.MouseButton.RightButton, QPoint(400, 400), QPoint(500, 300))
    assert session.picture.scale.contrast > 1
    assert session.picture.scale.bias > 0.5
    assert np.abs(picture_of(window).astype(int) - before).mean() > 3


def test_the_readout_follows_the_mouse_and_freezes(window, session, star):
    session.open([star])
    x, y = (round(v) for v in session.viewport().to_screen(30, 5))
    area = window.image_view.graphics.viewport()
    QTest.mouseMove(area, QPoint(x, y))
    assert tuple(round(v) for v in session.pointer) == (30, 5)
    QTest.keyClick(window, Qt.Key.Key_F)
    QTest.mouseMove(area, QPoint(x - 200, y))
    assert tuple(round(v) for v in session.pointer) == (30, 5)


def test_keys_of_the_picture(window, session, star, sample):
    session.open([star, sample])
    window.image_view.setFocus()
    view = window.image_view.graphics
    QTest.keyClick(view, Qt.Key.Key_1)
    assert session.viewport().zoom == 1
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert session.viewport().zoom == 2
    QTest.keyClick(view, Qt.Key.Key_Minus)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert session.picture.place.zoom is None
    QTest.keyClick(view, Qt.Key.Key_Right)
    pointer = session.pointer
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert session.pointer == (pointer[0], pointer[1] + 1)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert session.current.name == "m13.fits"
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert session.current.name == "star.fits"


def test_a_cube_has_a_time_axis_that_goes_both_ways(window, session, tmp_path):
    cube = np.zeros((7, 20, 20), "f4")
    cube[3] = 50
    path = tmp_path / "cube.fits"
    fits.writeto(path, cube)
    session.open([path])
    assert window.image_view.nframes() == 7
    window.image_view.timeLine.setValue(4.0)
    assert session.picture.plane == (3,)
    session.set_plane((5,))
    assert window.image_view.currentIndex == 5
    session.set_cuts((0, 50))
    assert picture_of(window)[400, 500] < 50
    session.set_plane((3,))
    assert picture_of(window)[400, 500] > 200


def test_every_real_file_opens_or_is_refused_in_a_sentence(window, session, manifest, data_dir):
    told = []
    session.told.connect(lambda level, sentence: told.append(sentence))
    for row in manifest:
        if row["file"].startswith("regions/") or not row["expected"]:
            continue
        before = len(session.documents)
        told.clear()
        session.open([data_dir / row["file"]])
        QApplication.processEvents()
        if row["expected"] == "must open":
            assert len(session.documents) == before + 1, (row["file"], told)
            assert told == []
        elif len(session.documents) == before:
            assert len(told) == 1, row["file"]
            assert told[0].count("\n") == 0
        if session.documents:
            document = session.documents[-1]
            session.select(document)
            for hdu in document.source.hdus:
                session.select_hdu(hdu.index)
                session.add_details()
                QApplication.processEvents()
            session.close(document)


def test_what_was_opened_before_the_window_is_all_there(session, qtbot, tmp_path):
    whole = tmp_path / "cut.fits"
    images = [fits.PrimaryHDU(), *(fits.ImageHDU(np.ones((3, 60, 60), "f4")) for _ in range(2))]
    fits.HDUList(images).writeto(whole)
    whole.write_bytes(whole.read_bytes()[:-10000])
    session.open([f"{whole}[2]"])
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.show()
    assert made.hdu_bar.isVisible()
    assert made.hdu_bar.tabs.currentIndex() == 2
    assert made.plane_bar.isVisible()
    assert made.banner.isVisible()


def test_a_folder_stands_for_its_images(session, tmp_path):
    for name in ("b.fits", "a.fit"):
        fits.writeto(tmp_path / name, np.ones((4, 4)))
    (tmp_path / "notes.txt").write_text("nothing to see")
    (tmp_path / "empty").mkdir()
    told = []
    session.told.connect(lambda level, sentence: told.append(sentence))
    session.open([tmp_path, tmp_path / "empty"])
    assert [document.name for document in session.documents] == ["a.fit", "b.fits"]
    assert len(told) == 1
    assert "no images" in told[0]


def press(window, key) -> None:
    """Press a key where the focus is, as the keyboard does."""
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window.focusWidget(), key)
    QApplication.processEvents()


@pytest.fixture
def mixed(tmp_path, star):
    """An image, a file without data, a curve and a table, in this order."""
    empty, curve, table = (tmp_path / f"{name}.fits" for name in ("empty", "curve", "table"))
    fits.PrimaryHDU().writeto(empty)
    fits.writeto(curve, np.arange(20.0))
    columns = fits.ColDefs([fits.Column("n", "J", array=np.arange(500))])
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(table)
    return [star, empty, curve, table]


def test_tab_goes_through_files_of_every_kind(window, session, mixed):
    session.open(mixed)
    window.focus_page()
    seen = [session.current.name]
    for _ in range(4):
        press(window, Qt.Key.Key_Tab)
        seen.append(session.current.name)
    assert seen == ["star.fits", "empty.fits", "curve.fits", "table.fits", "star.fits"]


def test_page_keys_scroll_a_table_and_go_to_the_next_file_elsewhere(window, session, qtbot, mixed):
    session.open(mixed)
    window.focus_page()
    press(window, Qt.Key.Key_PageUp)
    assert session.current.name == "table.fits"
    qtbot.waitUntil(lambda: isinstance(window.focusWidget(), Grid))
    press(window, Qt.Key.Key_PageDown)
    assert session.current.name == "table.fits"


def test_escape_leads_back_to_the_picture(window, session, star):
    session.open([star])
    window.find_in_header()
    press(window, Qt.Key.Key_X)
    assert window.docks.header.search.text() == "x"
    press(window, Qt.Key.Key_Escape)
    assert window.image_view.isAncestorOf(window.focusWidget())
    press(window, Qt.Key.Key_X)
    assert session.picture.place.orientation.flip_x


def enabled(window, text: str) -> bool:
    window.menus.refresh()
    return next(made for made, action in window.menus._made if action.text == text).isEnabled()


def test_entries_are_enabled_where_they_do_something(window, session, mixed):
    assert not enabled(window, "Close all images")
    session.open(mixed[2:3])
    assert not enabled(window, "Next image")
    assert not enabled(window, "1:1")
    assert enabled(window, "Copy readout")
    session.open(mixed)
    assert enabled(window, "Next image")
    assert enabled(window, "1:1")
    assert not enabled(window, "Next HDU")
    window.close_all()
    assert session.documents == []
    assert not enabled(window, "Next image")


def test_a_window_can_be_closed_before_it_is_complete(session, qtbot, star):
    session.open([star])
    made = MainWindow(session, at_once=False)
    qtbot.addWidget(made)
    made.show()
    assert made.close()


def test_plane_keys_follow_the_third_axis_first(window, session, tmp_path):
    fits.writeto(tmp_path / "four.fits", np.zeros((2, 5, 4, 4), "f4"))
    session.open([tmp_path / "four.fits"])
    window.focus_page()
    press(window, Qt.Key.Key_Period)
    assert session.picture.plane == (0, 1)


def test_a_resting_mouse_reads_out_the_next_image_too(window, session, star, tmp_path):
    other = tmp_path / "other.fits"
    fits.writeto(other, np.full((30, 40), 7, "i2"))
    session.open([star, other])
    x, y = (round(v) for v in session.viewport().to_screen(30, 5))
    QTest.mouseMove(window.image_view.graphics.viewport(), QPoint(x, y))
    session.select_next()
    assert session.current.name == "other.fits"
    assert tuple(round(v) for v in session.pointer) == (30, 5)


def test_closing_the_last_image_while_something_works_leaves_no_empty_window(qtbot, star):
    session, go_on = Session(Jobs(threads=1), Settings()), threading.Event()
    window = MainWindow(session)
    window.show()
    try:
        session.open([star])
        qtbot.waitUntil(lambda: session.jobs.deliver() or session.current is not None)
        session.jobs.start("Median filter", lambda _progress: go_on.wait(20), lambda _result: None)
        session.close(session.current)
        assert any(page.isVisible() for page in window.findChildren(StartPage))
    finally:
        go_on.set()
        window.close()
        window.deleteLater()
        session.jobs.close()
