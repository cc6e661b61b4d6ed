"""The list of open images: choosing, closing and the small pictures."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtTest import QTest

from viewer.core.render.limits import Limits
from viewer.core.render.stretch import Stretch
from viewer.ui.panels.frames import SIDE, SMALLEST, FramesPanel


@pytest.fixture
def panel(session, qtbot):
    made = FramesPanel(session)
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.show()
    return made


@pytest.fixture
def three(session, panel, tmp_path, qtbot):
    """Three frames, 20 by 10: dark on the left, bright on the right."""
    data = np.zeros((10, 20), "f4")
    data[:, 10:] = 100
    for name in "abc":
        fits.writeto(tmp_path / f"{name}.fits", data)
    session.open([tmp_path / f"{name}.fits" for name in "abc"])
    qtbot.waitUntil(lambda: panel.list.count() == 3)
    return session.documents


def row_centre(panel, row):
    return panel.list.visualItemRect(panel.list.item(row)).center()


def click(panel, where):
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)


def thumbnail(panel, row) -> np.ndarray:
    """RGB of a row's icon."""
    image = panel.list.item(row).icon().pixmap(QSize(SIDE, SIDE)).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    shape = (image.height(), image.width(), 4)
    # a copy: the buffer goes with the image
    return np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).reshape(shape).copy()


def has_thumbnail(panel, row):
    return not panel.list.item(row).icon().isNull()


def test_names_shapes_and_the_current_one(session, panel, three):
    assert panel.list.item(0).text().splitlines() == ["a.fits", "20×10 float32"]
    assert panel.list.currentRow() == 0
    session.select_next()
    QGuiApplication.processEvents()
    assert panel.list.currentRow() == 1


def test_a_click_shows_an_image(session, panel, three):
    click(panel, row_centre(panel, 2))
    assert session.current is three[2]
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert session.current is three[1]


def test_delete_and_the_cross_close(session, panel, three, qtbot):
    _, b, c = three
    click(panel, row_centre(panel, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert session.documents == [b, c]
    qtbot.waitUntil(lambda: panel.list.count() == 2)
    assert session.current is b
    rect = panel.list.visualItemRect(panel.list.item(1))
    click(panel, QPoint(rect.right() - 8, rect.top() + 10))
    assert session.documents == [b]
    assert session.current is b, "closing another image does not show it first"


def test_the_menu_closes_others_and_copies_the_path(session, panel, three, tmp_path):
    entries = {action.text(): action for action in panel.menu(1).actions()}
    entries["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == str(tmp_path / "b.fits")
    entries["Close others"].trigger()
    assert [document.name for document in session.documents] == ["b.fits"]
    assert session.current is session.documents[0]


def test_thumbnails_look_like_the_picture_and_follow_its_scale(session, panel, three, qtbot):
    session.set_limits(Limits("minmax"))
    session.set_stretch(Stretch("linear"))
    qtbot.waitUntil(lambda: has_thumbnail(panel, 0), timeout=2000)
    shown = thumbnail(panel, 0)
    assert shown[SIDE // 2, SIDE // 4, :3].max() < 20
    assert shown[SIDE // 2, 3 * SIDE // 4, :3].min() > 235
    assert shown[2, SIDE // 2, 3] == 0, "twice as wide as high"
    session.set_cuts((0, 200))
    qtbot.waitUntil(lambda: 100 < thumbnail(panel, 0)[SIDE // 2, 3 * SIDE // 4, 0] < 155, timeout=2000)


def test_no_thumbnail_is_drawn_while_a_slider_moves(session, panel, three, qtbot):
    qtbot.waitUntil(lambda: has_thumbnail(panel, 2), timeout=2000)
    qtbot.wait(350)
    drawn = []
    session.jobs.changed.connect(lambda: drawn.append([job.title for job in session.jobs.running]))
    for step in range(10):
        session.set_cuts((0, 100 + step))
        qtbot.wait(40)
    assert not drawn
    qtbot.waitUntil(lambda: bool(drawn), timeout=2000)
    assert len([titles for titles in drawn if titles]) == 1, "one for the last position"


def test_curves_tables_and_headers_have_their_own(session, panel, data_dir, qtbot):
    session.open(
        [data_dir / "edge" / name for name in ("spectrum1d_45P.fits", "tb.fits", "history_header.fits")]
    )
    qtbot.waitUntil(
        lambda: panel.list.count() == 3 and all(has_thumbnail(panel, row) for row in range(3)), timeout=2000
    )
    ink = panel.palette().link().color()
    curve = np.all(thumbnail(panel, 0)[..., :3] == (ink.red(), ink.green(), ink.blue()), axis=-1)
    assert curve.any(axis=0).sum() > 0.9 * SIDE
    assert panel.list.item(1).text().splitlines()[1] == "2 rows × 4 columns"
    assert panel.list.item(2).text().splitlines()[1] == "header only"


def test_a_document_closed_while_its_thumbnail_is_drawn(panel, qtbot, session, three):
    for document in list(three):
        session.close(document)
    qtbot.wait(400)
    assert panel.list.count() == 0


def test_in_a_narrow_panel_the_pictures_give_way_to_the_words(panel, three, qtbot):
    for _ in range(2):
        panel.resize(400, 300)
        qtbot.waitUntil(lambda: panel.list.iconSize().width() == SIDE)
        # one step, as a panel has that is shown for the first time
        panel.resize(panel.minimumWidth(), 300)
        qtbot.waitUntil(lambda: SMALLEST <= panel.list.iconSize().width() < SIDE)
