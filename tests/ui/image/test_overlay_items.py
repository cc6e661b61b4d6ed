"""What lies over the picture, judged on the real view's pixels."""

import math

import numpy as np
import pyqtgraph as pg
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtGui import QImage, QTransform
from PyQt6.QtWidgets import QApplication

from viewer.core.render.limits import Limits
from viewer.core.render.stretch import Stretch
from viewer.core.render.viewport import Orientation
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.image.item import FrameItem
from viewer.ui.image.overlay_items import CompassItem, CrosshairItem, PixelGridItem
from viewer.ui.marks import POINTER_COLOUR, SKY_COLOUR, sky_directions
from viewer.ui.numbers import short_number
from viewer.ui.pixel_marks import PixelValues

SIZE = (600, 500)


@pytest.fixture
def session(tmp_path):
    """A black frame of 40 by 30; pixel (20, 15) is white, (21, 15) grey."""
    data = np.zeros((30, 40), "i2")
    data[15, 20], data[15, 21] = 1234, 617
    fits.writeto(tmp_path / "few.fits", data)
    made = Session(Jobs(threads=0), Settings())
    made.open([tmp_path / "few.fits"])
    made.set_limits(Limits("manual", low=0, high=1234))
    made.set_stretch(Stretch("linear"))
    return made


class Stage(pg.GraphicsView):
    """The picture and what lies over it, and nothing else of the program's view."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.setCentralItem(self.box)
        self.item = FrameItem(session)
        self.box.addItem(self.item)
        self.grid, self.crosshair, self.compass = (
            PixelGridItem(session),
            CrosshairItem(session),
            CompassItem(session),
        )
        for overlay in (self.grid, self.crosshair, self.compass):
            overlay.setParentItem(self.item)
        changes = (
            session.place_changed,
            session.image_changed,
            session.scale_changed,
            session.current_changed,
        )
        for signal in changes:
            signal.connect(self.follow)
        session.current_changed.connect(self.follow)

    def follow(self, *_document):
        viewport = self.session.viewport()
        if viewport is None:
            return
        origin = viewport.to_screen(0, 0)
        across, up = (np.subtract(viewport.to_screen(*to), origin) / viewport.zoom for to in ((1, 0), (0, 1)))
        self.item.refresh()
        self.item.setTransform(QTransform(across[0], -across[1], up[0], -up[1], 0, 0))
        x, y = self.item.transform().map(*viewport.center)
        dx, dy = (length / viewport.zoom / 2 for length in viewport.size)
        self.box.setRange(xRange=(x - dx, x + dx), yRange=(y - dy, y + dy), padding=0)
        self.item.update()


@pytest.fixture
def view(session, qtbot):
    made = Stage(session)
    qtbot.addWidget(made)
    made.resize(*SIZE)
    made.show()
    session.set_screen_size(SIZE)
    made.follow()
    return made


def shot(view) -> np.ndarray:
    """Colours on the screen, (rows, columns, blue-green-red)."""
    QApplication.processEvents()
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    buffer = image.constBits().asarray(image.sizeInBytes())
    return np.frombuffer(buffer, np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def cell(view, x, y) -> np.ndarray:
    """Inside of the square that the view shows of one pixel, without its edges."""
    viewport = view.session.viewport()
    sx, sy = viewport.to_screen(x, y)
    half = viewport.zoom / 2 - 3
    return shot(view)[round(sy - half) : round(sy + half), round(sx - half) : round(sx + half)]


def of_colour(pixels, colour) -> np.ndarray:
    wanted = np.array([colour.blue(), colour.green(), colour.red()])
    return np.argwhere(np.abs(pixels - wanted).max(axis=-1) < 25)


# -------------------------------------------------------------------------- values in the pixels


def test_values_are_written_black_on_white_and_white_on_black(session, view):
    session.set_viewport((20, 15), 60)
    white, black = cell(view, 20, 15), cell(view, 18, 15)
    assert np.median(white) == 255
    assert white.min() < 40, "black digits"
    assert np.median(black) == 0
    assert black.max() > 215, "white digits"
    session.set_colormap(type(session.picture.scale.colormap)("grey", inverted=True))
    assert np.median(cell(view, 20, 15)) == 0
    assert cell(view, 20, 15).max() > 215, "they follow the colours"


@pytest.mark.parametrize(
    "orientation",
    [Orientation(True), Orientation(False, True), Orientation(quarter_turns=1), Orientation(True, False, 3)],
)
def test_values_stay_upright_in_any_orientation(session, view, orientation):
    session.set_viewport((20, 15), 60)
    upright = cell(view, 20, 15)
    session.set_orientation(orientation)
    np.testing.assert_array_equal(cell(view, 20, 15), upright)


def test_without_the_zoom_for_it_nothing_is_drawn_and_nothing_read(session, view, monkeypatch):
    read = []
    values = PixelValues.read
    monkeypatch.setattr(PixelValues, "read", lambda *given: read.append(given[2]) or values(*given))
    for zoom, lines in ((20, False), (30, True)):
        session.set_viewport((20, 15), zoom)
        view.grid.hide()
        without = shot(view)
        view.grid.show()
        assert (shot(view) != without).any() == lines
    assert read == []
    session.set_viewport((20, 15), 60)
    shot(view)
    assert read
    x0, x1, y0, y1 = read[-1]
    assert x1 - x0 <= math.ceil(view.viewport().width() / 60) + 1, "only the pixels in sight"
    assert y1 - y0 <= math.ceil(view.viewport().height() / 60) + 1


def test_grid_lines_lie_between_the_pixels(session, view):
    session.set_viewport((20, 15), 30)
    shown = shot(view)
    viewport = session.viewport()
    # a black stretch of a row of pixels, away from their edges
    _, row = (round(v) for v in viewport.to_screen(20, 13))
    columns = np.flatnonzero(shown[row].max(axis=-1) > 30)
    edges = [viewport.to_screen(x - 0.5, 13)[0] for x in range(8, 34)]
    assert len(columns) >= 15
    assert all(min(abs(column + 0.5 - edge) for edge in edges) <= 1 for column in columns)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(6, 12))
def test_a_short_number_fits_and_is_as_exact_as_the_room_allows(number, room):
    text = short_number(np.float64(number), room)
    sign = number < 0
    exponent = len(text.partition("e")[2]) + 1 if "e" in text else 0
    assert len(text) <= max(room, 1 + exponent + sign)
    if number != 0 and exponent == 0 and abs(number) >= 1:
        assert float(text) == pytest.approx(number, rel=10.0 ** -(min(room, 7) - 2 - sign), abs=0.5)


@pytest.mark.parametrize(
    ("number", "room", "text"),
    [
        (np.uint16(65535), 7, "65535"),
        (np.int64(2**62), 7, "4.61e18"),
        (np.float32(0.1), 7, "0.1"),
        (np.float32(1234.5678), 7, "1234.57"),
        (np.float64(-1.5e-20), 8, "-1.5e-20"),
        (np.float32(np.nan), 7, "NaN"),
        (np.float32(-np.inf), 7, "-inf"),
    ],
)
def test_short_numbers(number, room, text):
    assert short_number(number, room) == text


# -------------------------------------------------------------------------- crosshair


def test_the_crosshair_is_there_for_keys_and_held_readouts_only(session, view):
    session.set_viewport((20, 15), 10)
    session.point_at((12.3, 9.9))
    assert len(of_colour(shot(view), POINTER_COLOUR)) == 0, "the mouse needs no mark"
    session.move_pointer(1, 0)
    marked = of_colour(shot(view), POINTER_COLOUR)
    x, y = session.viewport().to_screen(13, 10)
    assert (marked.mean(axis=0) + 0.5) == pytest.approx((y, x), abs=1)
    session.point_at((18.2, 12.2))
    assert len(of_colour(shot(view), POINTER_COLOUR)) == 0
    session.set_frozen(True)
    assert len(of_colour(shot(view), POINTER_COLOUR)) > 0


def test_while_the_mouse_moves_the_crosshair_repaints_nothing(session, view):
    shot(view)
    painted = []
    view.item.painted.connect(lambda: painted.append(1))
    for step in range(5):
        session.point_at((10.5 + step, 9.25))
        QApplication.processEvents()
    assert painted == []
    assert not view.crosshair.isVisible()


# -------------------------------------------------------------------------- compass


def test_the_compass_comes_with_the_wcs_and_can_be_hidden(session, view, data_dir):
    session.open([data_dir / "images" / "HorseHead.fits"])
    assert len(of_colour(shot(view), SKY_COLOUR)) == 0
    session.add_details()
    marks = of_colour(shot(view), SKY_COLOUR)
    assert len(marks) > 20
    height, width = shot(view).shape[:2]
    assert marks[:, 0].min() > height / 2
    assert marks[:, 1].max() < width / 2, "in the lower left corner"
    view.compass.setVisible(False)
    assert len(of_colour(shot(view), SKY_COLOUR)) == 0


@pytest.mark.parametrize(
    "orientation", [Orientation(), Orientation(True, False, 1), Orientation(False, True, 2)]
)
@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
@pytest.mark.parametrize("name", ["images/HorseHead.fits", "wcs/j94f05bgq_flt.fits", "images/gc_msx_e.fits"])
def test_north_and_east_agree_with_the_sky(session, data_dir, orientation, name):
    session.open([data_dir / name])
    session.add_details()
    session.set_orientation(orientation)
    viewport = session.viewport()
    with fits.open(data_dir / name) as hdus:
        wcs = WCS(hdus[session.current.hdu].header, hdus)
    here = wcs.pixel_to_world(*viewport.center).icrs
    for arm, direction in zip((0, 90), sky_directions(session.picture, viewport), strict=True):
        there = SkyCoord(here).directional_offset_by(arm * here.ra.unit, 1e-3 * here.ra.unit)
        x, y = wcs.world_to_pixel(there)
        start, end = viewport.to_screen(*viewport.center), viewport.to_screen(float(x), float(y))
        step = np.subtract(end, start)
        np.testing.assert_allclose(direction, step / np.hypot(*step), atol=0.02)
