"""The colour bar: its colours and the values beside them, read from what is painted."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from PyQt6.QtCore import QEvent, QPoint
from PyQt6.QtGui import QHelpEvent, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QToolTip

from viewer.core.render.colormap import ColorMap
from viewer.core.render.scale import MISSING
from viewer.core.render.stretch import Stretch
from viewer.core.session.jobs import Jobs
from viewer.core.session.session import Session
from viewer.core.session.settings import Settings
from viewer.ui.panels.colorbar import ColorBar

WIDTH = 500
ROW = 8


@pytest.fixture
def show(session, tmp_path, qtbot):
    """Open values as an image and return the bar."""

    def shown(values, unit: str = "") -> ColorBar:
        hdu = fits.PrimaryHDU(np.atleast_2d(values))
        if unit:
            hdu.header["BUNIT"] = unit
        hdu.writeto(tmp_path / "image.fits")
        session.open([tmp_path / "image.fits"])
        bar = ColorBar(session)
        qtbot.addWidget(bar)
        bar.resize(WIDTH, bar.sizeHint().height())
        bar.show()
        return bar

    return shown


@pytest.fixture
def ramp():
    return np.linspace(0, 1000, 10_000, dtype="f4").reshape(100, 100)


def painted(bar) -> np.ndarray:
    """Return 0xffRRGGBB of the widget's pixels."""
    shot = bar.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(shot.constBits().asarray(shot.sizeInBytes()), np.uint32)
    return data.reshape(shot.height(), shot.width()).copy() | 0xFF000000


def test_the_bar_is_linear_in_colour_whatever_the_stretch(session, show, ramp):
    bar = show(ramp)
    session.set_colormap(ColorMap("viridis"))
    session.set_stretch(Stretch("linear"))
    linear = painted(bar)[ROW, 6 : WIDTH - 6]
    session.set_stretch(Stretch("log"))
    assert (painted(bar)[ROW, 6 : WIDTH - 6] == linear).all()
    colours = ColorMap("viridis").packed()
    assert linear[0] in colours[:3]
    assert linear[-1] in colours[-3:]
    assert linear[linear.size // 2] in colours[126:131]


def test_labels_say_the_value_that_has_the_colour(session, show, ramp):
    bar = show(ramp)
    session.set_cuts((0, 1000))
    for stretch in (
        Stretch("linear"),
        Stretch("log"),
        Stretch("asinh"),
        Stretch("squared"),
        Stretch("histequal"),
    ):
        session.set_stretch(stretch)
        picture = session.picture
        ticks = bar.ticks(WIDTH)
        assert len(ticks) >= 3
        assert len({text for _, text in ticks}) == len(ticks)
        for place, text in ticks:
            expected = picture.scale.curve(float(text) / 1000, picture.sample, picture.cuts)
            assert place == pytest.approx(expected, abs=0.005), (stretch, text)
            assert bar.value_at(place) == pytest.approx(float(text), abs=1.0)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 65535), (1003.27, 1300.16), (1e-20, 7e-19), (-3e38, 3e38), (1e9, 1e9 + 1)]
)
def test_labels_are_short_and_do_not_touch(session, show, ramp, low, high):
    bar = show(ramp)
    session.set_stretch(Stretch("linear"))
    session.set_cuts((low, high))
    ticks = bar.ticks(WIDTH)
    values = [float(text) for _, text in ticks]
    assert values == sorted(set(values))
    spaces = np.diff([place for place, _ in ticks]) * WIDTH
    widest = max(bar.fontMetrics().horizontalAdvance(text) for _, text in ticks)
    assert len(ticks) >= 2
    assert spaces.min() > 0.5 * widest
    assert widest < 100


def test_contrast_and_bias_are_seen_and_labels_stay(session, show, ramp):
    bar = show(ramp)
    session.set_stretch(Stretch("linear"))
    before, ticks = painted(bar)[ROW], bar.ticks(WIDTH)
    session.set_contrast_bias(4.0, 0.5)
    after = painted(bar)[ROW]
    assert (after[10 : WIDTH // 3] == 0xFF000000).all()
    assert (after[2 * WIDTH // 3 : WIDTH - 10] == 0xFFFFFFFF).all()
    assert (before[10 : WIDTH // 3] != 0xFF000000).any()
    assert bar.ticks(WIDTH) == ticks


def test_missing_pixels_have_a_swatch_only_if_there_are_any(session, show, ramp, tmp_path):
    bar = show(ramp)
    assert not (painted(bar) == MISSING).any()
    holes = ramp.copy()
    holes[3, 4] = np.nan
    fits.writeto(tmp_path / "holes.fits", holes)
    session.open([tmp_path / "holes.fits"])
    assert 80 < (painted(bar) == MISSING).sum() < 200


def test_a_colour_picture_has_a_plain_bar(session, tmp_path, qtbot):
    fits.writeto(tmp_path / "rgb.fits", np.random.default_rng(0).integers(0, 255, (3, 9, 9)).astype("u1"))
    session.open([tmp_path / "rgb.fits"])
    session.set_colour(True)
    session.set_scale(replace(session.picture.scale, colormap=ColorMap("heat")))
    bar = ColorBar(session)
    qtbot.addWidget(bar)
    bar.resize(WIDTH, 34)
    middle = int(painted(bar)[ROW, WIDTH // 2])
    assert middle >> 16 & 0xFF == middle >> 8 & 0xFF == middle & 0xFF


def test_the_value_under_the_mouse_is_told(session, show, ramp):
    bar = show(ramp, "adu")
    session.set_stretch(Stretch("linear"))
    session.set_cuts((0, 1000))
    place = QPoint(WIDTH // 2, ROW)
    QApplication.sendEvent(bar, QHelpEvent(QEvent.Type.ToolTip, place, bar.mapToGlobal(place)))
    value, unit = QToolTip.text().split()
    assert float(value) == pytest.approx(500, abs=40)
    assert unit == "adu"
    QToolTip.hideText()


def test_it_is_crisp_at_two_device_pixels(session, show, ramp, monkeypatch):
    bar = show(ramp)
    session.set_stretch(Stretch("linear"))
    target = QImage(2 * WIDTH, 2 * bar.height(), QImage.Format.Format_RGB32)
    target.setDevicePixelRatio(2)
    monkeypatch.setattr(ColorBar, "devicePixelRatioF", lambda _self: 2.0)
    bar.render(target)
    row = np.frombuffer(target.constBits().asarray(target.sizeInBytes()), np.uint32)
    row = row.reshape(target.height(), target.width())[2 * ROW, 20:-20] & 0xFF
    assert len(np.unique(row)) > 240
    assert (np.diff(row.astype(int)) >= 0).all()


def test_nothing_is_drawn_without_a_picture(qtbot):
    bar = ColorBar(Session(Jobs(threads=0), Settings()))
    qtbot.addWidget(bar)
    bar.show()
    QTest.qWait(20)
    assert bar.ticks(WIDTH) == []
    assert bar.value_at(0.5) is None
    assert len(np.unique(painted(bar))) == 1
