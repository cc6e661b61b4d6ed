"""The overview: what it marks, and how it moves the view."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtTest import QTest

from viewer.core.render.viewport import Orientation
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.marks import AXIS_COLOUR, SKY_COLOUR
from viewer.ui.panels.panner import Panner

SIDE = 150


@pytest.fixture
def session(tmp_path):
    """A frame of 300 by 150, so that an overview pixel is two image pixels; bright in its upper half."""
    data = np.zeros((150, 300), "f4")
    data[75:] = 100
    fits.writeto(tmp_path / "halves.fits", data)
    made = Session(Jobs(threads=0), Settings())
    made.set_screen_size((100, 100))
    made.open([tmp_path / "halves.fits"])
    made.set_cuts((0, 100))
    return made


@pytest.fixture
def panner(session, qtbot):
    made = Panner(session)
    qtbot.addWidget(made)
    made.resize(SIDE, SIDE)
    made.show()
    return made


def colours(widget) -> np.ndarray:
    shot = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = shot.constBits().asarray(shot.sizeInBytes())
    return np.frombuffer(buffer, np.uint32).reshape(shot.height(), shot.width()).copy() | 0xFF000000


def painted(widget, colour: QColor) -> int:
    return int((colours(widget) == colour.rgba()).sum())


def test_the_whole_image_is_in_it(session, panner):
    shown = colours(panner) & 0xFF
    assert (shown[45:70, 20:130] == 255).mean() > 0.9
    assert (shown[78:85, 20:100] == 0).mean() > 0.9
    assert shown[20, 75] == shown[130, 75] != 0, "above and below is the background"


def test_the_rectangle_is_the_part_in_view(session, panner):
    session.set_viewport((100, 50), 2)
    # 100 screen pixels at zoom 2 are 50 image pixels: 25 here; the image's bottom is at 112.5
    box = panner.marked()
    assert (box.width(), box.height()) == pytest.approx((25, 25))
    assert box.center().x() == pytest.approx((100 + 0.5) / 2)
    assert box.center().y() == pytest.approx(112.5 - (50 + 0.5) / 2)


@pytest.mark.parametrize(
    "orientation", [Orientation(), Orientation(True, False, 1), Orientation(False, True, 2)]
)
def test_a_click_brings_that_place_to_the_middle_and_keeps_the_zoom(session, panner, orientation):
    session.set_orientation(orientation)
    session.set_viewport((100, 50), 2)
    where = QPoint(80, 100)
    expected = panner.viewport().to_image(80, 100)
    QTest.mouseClick(panner, Qt.MouseButton.LeftButton, pos=where)
    assert session.viewport().center == pytest.approx(expected)
    assert session.viewport().zoom == 2
    assert panner.marked().center().x() == pytest.approx(80)


def test_dragging_the_rectangle_moves_the_view_along(session, panner):
    session.set_viewport((100, 50), 2)
    start = panner.marked().center().toPoint() + QPoint(8, 5)
    before = session.viewport().center
    QTest.mousePress(panner, Qt.MouseButton.LeftButton, pos=start)
    assert session.viewport().center == before, "grasping it moves nothing"
    QTest.mouseMove(panner, start + QPoint(20, -10))
    QTest.mouseRelease(panner, Qt.MouseButton.LeftButton, pos=start + QPoint(20, -10))
    assert session.viewport().center == pytest.approx((before[0] + 40, before[1] + 20))
    QTest.mouseMove(panner, start)
    assert session.viewport().center == pytest.approx((before[0] + 40, before[1] + 20)), "let go"


def test_the_image_axes_are_always_there_and_the_sky_once_it_is_known(session, panner, data_dir):
    assert painted(panner, AXIS_COLOUR) > 10
    session.add_details()
    assert painted(panner, SKY_COLOUR) == 0, "this frame has no WCS"
    session.open([data_dir / "images" / "HorseHead.fits"])
    assert painted(panner, SKY_COLOUR) == 0, "not before the WCS is built"
    session.add_details()
    assert painted(panner, SKY_COLOUR) > 10


def test_without_an_image_it_is_empty(session, panner):
    session.close(session.current)
    assert len(np.unique(colours(panner))) == 1
