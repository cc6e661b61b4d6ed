"""The magnifier, judged by its pixels."""

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtGui import QImage

from viewer.core.render.limits import Limits
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.panels.magnifier import Magnifier

SIDE = 160


@pytest.fixture
def session(tmp_path):
    """A black frame of 60 by 50 with a white pixel at (30, 20) and a grey one right of it."""
    data = np.zeros((50, 60), "f4")
    data[20, 30], data[20, 31] = 100, 60
    fits.writeto(tmp_path / "star.fits", data)
    made = Session(Jobs(threads=0), Settings())
    made.open([tmp_path / "star.fits"])
    made.set_limits(Limits("manual", low=0, high=100))
    made.set_stretch(Stretch("linear"))
    return made


@pytest.fixture
def magnifier(session, qtbot):
    made = Magnifier(session)
    qtbot.addWidget(made)
    made.resize(SIDE, SIDE)
    made.show()
    return made


def red(widget) -> np.ndarray:
    shot = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = shot.constBits().asarray(shot.sizeInBytes())
    return np.frombuffer(buffer, np.uint8).reshape(shot.height(), shot.width(), 4)[:, :, 2].copy()


def test_the_pixel_under_the_pointer_is_in_the_middle_and_eight_wide(session, magnifier):
    session.set_viewport((30, 20), 2)
    session.point_at((30.0, 20.0))
    shown = red(magnifier)
    middle = SIDE // 2
    inside = shown[middle - 2 : middle + 2, middle - 2 : middle + 2]
    assert (inside == 255).all(), "the crosshair leaves the pixel free"
    assert shown[middle - 12, middle - 12] == 0
    right = shown[middle - 3 : middle + 3, middle + 6 : middle + 10]
    assert (right == 153).any(), "its neighbour is 60 % grey"


@pytest.mark.parametrize(
    ("orientation", "direction"),
    [
        (Orientation(), (1, 0)),
        (Orientation(flip_x=True), (-1, 0)),
        (Orientation(quarter_turns=1), (0, -1)),
        (Orientation(flip_x=True, quarter_turns=1), (0, 1)),
    ],
)
def test_it_is_mirrored_and_turned_like_the_view(session, magnifier, orientation, direction):
    session.set_orientation(orientation)
    session.set_viewport((30, 20), 2)
    magnifier.set_enlargement(32, relative=False)
    session.point_at((30.0, 20.0))
    shown = red(magnifier)
    middle = SIDE // 2
    beside = {
        (dx, dy): shown[middle + 32 * dy + 8 * (dx == 0) + 4, middle + 32 * dx + 8 * (dy == 0) + 4]
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    }
    assert beside.pop(direction) == 153
    assert set(beside.values()) == {0}


def test_it_is_larger_than_the_view_and_still_shows_the_surroundings(session, magnifier):
    session.point_at((30.0, 20.0))
    for zoom in (0.1, 1, 8, 40):
        session.set_viewport((30, 20), zoom)
        assert magnifier.viewport().zoom >= min(2 * zoom, SIDE / 5)
        assert magnifier.viewport().zoom <= SIDE / 5


def test_its_menu_changes_the_enlargement(session, magnifier):
    session.set_viewport((30, 20), 3)
    session.point_at((30.0, 20.0))
    menu = magnifier.menu()
    next(action for action in menu.actions() if action.text() == "4 × the view's zoom").trigger()
    assert magnifier.viewport().zoom == 12
    menu.deleteLater()


def test_without_a_pointer_it_is_empty(session, magnifier):
    session.point_at(None)
    assert len(np.unique(red(magnifier))) == 1
