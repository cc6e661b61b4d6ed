"""The plain picture beside the one with the stars."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from viewer.core.render.viewport import Orientation
from viewer.ui.stars.beside import Beside, is_beside, toggle_beside


@pytest.fixture
def two(window, sample):
    """A window with two views of the sample and its stars."""
    window.session.open([sample])
    toggle_beside(window)
    QApplication.processEvents()
    return window


def plain_of(window):
    return window.findChild(Beside).plain


def shot(widget) -> np.ndarray:
    QApplication.processEvents()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = image.constBits().asarray(image.sizeInBytes())
    return np.frombuffer(buffer, np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(int)


def main_shot(window) -> np.ndarray:
    return shot(window.image_view.graphics.viewport())


def test_both_show_the_same_place_until_there_are_stars(two):
    session, plain = two.session, plain_of(two)
    view = two.image_view.graphics.viewport()
    assert abs(plain.width() - view.width()) <= 2
    for compass in two.image_view.overlays:
        compass.setVisible(False)
    for orientation in (Orientation(), Orientation(True, False, 1)):
        session.set_viewport((120, 160), 3)
        session.set_orientation(orientation)
        for place in ((120, 160), (90, 140)):
            left, right = plain.viewport().to_screen(*place), session.viewport().to_screen(*place)
            x0, y0, x1, y1 = (int(v) for v in (*left, *right))
            np.testing.assert_allclose(
                shot(plain)[y0 - 20 : y0 + 20, x0 - 20 : x0 + 20].mean((0, 1)),
                main_shot(two)[y1 - 20 : y1 + 20, x1 - 20 : x1 + 20].mean((0, 1)),
                atol=3,
            )


def test_stars_are_in_the_right_view_only(two):
    plain = plain_of(two)
    before, right = shot(plain), main_shot(two)
    two.docks.stars.find()
    assert (main_shot(two) != right).any()
    np.testing.assert_array_equal(shot(plain), before)


def test_panning_and_zooming_the_one_moves_the_other(two):
    session, plain = two.session, plain_of(two)
    session.set_viewport((150, 150), 4)
    start = QPoint(plain.width() // 2, plain.height() // 2)
    QTest.mousePress(plain, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(plain, start + QPoint(8 * step, -4 * step))
    QTest.mouseRelease(plain, Qt.MouseButton.LeftButton, pos=start + QPoint(40, -20))
    np.testing.assert_allclose(session.viewport().center, (140, 145), atol=0.6)
    under = plain.viewport().to_image(50.5, 60.5)
    where = QPointF(50, 60)
    wheel = QWheelEvent(
        where,
        plain.mapToGlobal(where),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plain, wheel)
    assert session.viewport().zoom == pytest.approx(5)
    np.testing.assert_allclose(plain.viewport().to_image(50.5, 60.5), under, atol=1e-6)


def test_the_readout_follows_the_mouse_in_both_and_a_cross_shows_it(two):
    session, plain = two.session, plain_of(two)
    session.set_viewport((150, 150), 4)
    QTest.mouseMove(plain, QPoint(100, 80))
    np.testing.assert_allclose(session.pointer, plain.viewport().to_image(100.5, 80.5), atol=1e-6)
    bare = shot(plain)
    QApplication.sendEvent(plain, _leave())
    session.point_at((150.0, 150.0))
    changed = np.argwhere((shot(plain) != bare).any(axis=-1))
    middle = changed.mean(axis=0)[::-1] + 0.5
    np.testing.assert_allclose(middle, plain.viewport().to_screen(150, 150), atol=2)


def _leave():
    from PyQt6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_one_view_again(two):
    width = two.image_view.width()
    assert is_beside(two.session)
    toggle_beside(two)
    QApplication.processEvents()
    assert not is_beside(two.session)
    assert plain_of(two) is None
    assert two.image_view.width() > 1.8 * width
    two.session.set_viewport((10, 10), 2)
    toggle_beside(two)
    QApplication.processEvents()
    assert plain_of(two).isVisible()


def test_tables_have_the_whole_room(two, data_dir):
    plain = plain_of(two)
    two.session.open([f"{data_dir / 'edge' / 'stddata.fits'}[2]"])
    QApplication.processEvents()
    two.session.select(two.session.documents[1])
    QApplication.processEvents()
    assert two.session.picture is None
    assert not plain.isVisible()
    two.session.select(two.session.documents[0])
    QApplication.processEvents()
    assert plain.isVisible()
